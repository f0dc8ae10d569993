"""Killed processes: what was acknowledged is there once, and a refit that died says so."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
import pytest
from sqlalchemy import Connection, select, text

from app.storage import tables
from app.storage.database import Database
from tests.api.bodies import tell_cohort
from tests.faults.serving import Served, has_ended, kill

POSTS = 2_000
CALLERS = 12
KILLS = (
    "worker",
    "workers",
    "worker",
    "all",
    "worker",
    "workers",
    "parent",
    "worker",
    "workers",
    "all",
)
SECONDS = 240
"""After so long a caller gives up; what is usual is a tenth of it."""

LEASE_S = 5


def body_of(number: int) -> bytes:
    """Build the post of one number, its count told by it."""
    return json.dumps(
        {
            "patient": {"patient_id": f"P-{number}", "birth_year": 1940 + number % 50},
            "blood_test": {
                "accession_number": f"A-{number}",
                "drawn_at": "2026-01-15T08:30:00Z",
                "ctc_count": number,
            },
        }
    ).encode()


class Callers:
    """Callers that post until each of their posts is acknowledged."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._numbers = count()
        self._threads = [threading.Thread(target=self._call) for _ in range(CALLERS)]
        self._deadline = time.monotonic() + SECONDS
        self.acknowledged: dict[int, str] = {}
        self.refused: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def wait_for(self, acknowledged: int) -> None:
        """Wait until so many posts are acknowledged."""
        while len(self.acknowledged) < acknowledged:
            assert time.monotonic() < self._deadline, "the service did not come back"
            time.sleep(0.005)

    def _call(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._served.port, timeout=20)
        while (number := next(self._numbers)) < POSTS:
            while number not in self.acknowledged and time.monotonic() < self._deadline:
                self._post(connection, number)
        connection.close()

    def _post(self, connection: HTTPConnection, number: int) -> None:
        headers = {
            "Authorization": f"Bearer {self._served.key}",
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", "/v1/prognoses", body_of(number), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        except (OSError, HTTPException):
            # The answer was lost with the process; the post goes out again.
            connection.close()
            time.sleep(0.05)
            return
        if answer.status in (200, 201):
            self.acknowledged[number] = content
        elif answer.status != 503:
            self.refused.append(content)


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """The service with two workers, on each engine in turn."""
    with Served(database_url, tmp_path, refit_lease_seconds=str(LEASE_S)) as served:
        yield served


def kill_one(served: Served, whom: str) -> None:
    """Kill some of the service's processes and have it serve again."""
    if whom == "worker":
        kill(served.workers()[:1])
    elif whom == "workers":
        kill(served.workers())
    elif whom == "parent":
        served.kill_parent()
        served.start()
    else:
        served.kill_all()
        served.start()


def test_kills_lose_and_repeat_no_acknowledged_result(served: Served, database_url: str) -> None:
    with Callers(served) as callers:
        for done, whom in enumerate(KILLS, start=1):
            callers.wait_for(done * POSTS // (len(KILLS) + 1))
            kill_one(served, whom)

    assert callers.refused == []
    database = Database(database_url, pool_size=1)
    with database.read() as connection:
        assert stored_results(connection) == [(f"A-{n}", f"P-{n}", n) for n in range(POSTS)]
        assert stored_answers(connection) == {
            f"A-{n}": callers.acknowledged[n] for n in range(POSTS)
        }
        assert faults(connection) == []
    database.close()


def stored_results(connection: Connection) -> list[tuple[str, str, int]]:
    """Read every version of every result, by count."""
    columns = tables.blood_test.c
    rows = connection.execute(
        select(columns.accession_number, columns.patient_id, columns.ctc_count).order_by(
            columns.ctc_count
        )
    )
    return [tuple(row) for row in rows]


def stored_answers(connection: Connection) -> dict[str, str]:
    """Read the answer to every result; a second one to the same result fails."""
    columns = tables.prognosis.c
    rows = connection.execute(select(columns.accession_number, columns.answer)).all()
    answers = {row.accession_number: row.answer for row in rows}
    assert len(rows) == len(answers)
    return answers


def faults(connection: Connection) -> list[Any]:
    """Ask the database what is wrong with it; PostgreSQL checks keys at each commit."""
    if connection.dialect.name != "sqlite":
        return []
    checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in checked if line != "ok"] + list(dangling)


@pytest.fixture
def fitted(served: Served) -> Iterator[httpx.Client]:
    """A caller of a hospital with a model in use."""
    with served.client() as client:
        tell_cohort(client, patients=60)
        answer = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
        assert answer.json()["status"] == "current"
        yield client


def current(client: httpx.Client) -> str:
    """Name the model in use."""
    return str(client.get("/v1/models/current").json()["model_id"])


def begin_refit(served: Served, client: httpx.Client) -> tuple[str, list[psutil.Process]]:
    """Ask for another refit, and keep the process that is to do it from getting on."""
    processes = served.fitting()
    assert processes
    for process in processes:
        process.suspend()
    location = client.post("/v1/models", json={"covariates": ["log1p_ctc"]}).headers["location"]
    return str(location), processes


def ended(client: httpx.Client, location: str) -> dict[str, Any]:
    """Look at a refit until it has ended."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            found: dict[str, Any] = client.get(location).json()
            if found["status"] in ("done", "failed"):
                return found
        time.sleep(0.1)
    raise TimeoutError("the refit did not end")


def test_a_refit_whose_process_is_killed_is_abandoned(served: Served, fitted: httpx.Client) -> None:
    model_id = current(fitted)
    location, processes = begin_refit(served, fitted)

    kill(processes)

    told = ended(fitted, location)
    assert (told["status"], told["code"], told["model_id"]) == ("failed", "abandoned", None)
    assert current(fitted) == model_id


def test_a_refit_whose_serving_process_is_killed_is_abandoned_after_its_lease(
    served: Served, fitted: httpx.Client
) -> None:
    model_id = current(fitted)
    location, processes = begin_refit(served, fitted)

    kill(served.workers())
    for process in processes:
        process.resume()

    assert all(has_ended(process, seconds=10) for process in processes), "outlived their servers"
    told = ended(fitted, location)
    assert (told["status"], told["code"]) == ("failed", "abandoned")
    assert current(fitted) == model_id
    answer = fitted.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert answer.status_code == 201
