"""The drill: backed up under load, destroyed, restored elsewhere, and everything goes on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import ColumnElement, Table, insert, select, text

from app.storage import tables
from tests.api.bodies import tell_cohort
from tests.cli.conftest import runner
from tests.faults.at_work import AtWork, wait_until
from tests.faults.laboratory.stored import damage_of
from tests.faults.serving import COLD, Served
from tests.owner import owned

CALLERS = 4
ANSWERED = 100
"""Posts acknowledged before the backup begins, and after a model went into use."""

JSON = {"Content-Type": "application/json"}


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


class Posting(AtWork):
    """Callers that post new patients until they are told to stop."""

    def __init__(self, served: Served) -> None:
        super().__init__([partial(self._call, number) for number in range(CALLERS)])
        self._served = served
        self.acknowledged: dict[int, str] = {}

    def wait_for(self, acknowledged: int) -> None:
        """Wait until so many posts are acknowledged."""
        wait_until(
            lambda: len(self.acknowledged) >= acknowledged, 120, "the service does not answer"
        )

    def _call(self, number: int) -> None:
        with self._served.client() as client:
            while not self.stopped.is_set():
                answer = client.post("/v1/prognoses", content=body_of(number), headers=JSON)
                if answer.status_code == 201:
                    self.acknowledged[number] = answer.text
                    number += CALLERS


def destroy(database_url: str) -> None:
    """Leave nothing of a database that nobody has open."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()
        return
    database = owned(database_url)
    with database.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
    database.close()


def stored(client: httpx.Client, answers: dict[int, str]) -> dict[int, bytes]:
    """Read what is stored of answers, byte by byte."""
    ids = {number: json.loads(answer)["prognosis_id"] for number, answer in answers.items()}
    return {number: client.get(f"/v1/prognoses/{each}").content for number, each in ids.items()}


@pytest.fixture
def restored(
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[dict[str, Any]]:
    """What was acknowledged before a backup, what was read of it, and the service restored."""
    backup = tmp_path / "backup.zip"
    with Served(database_url, tmp_path, **COLD) as served, served.client() as client:
        tell_cohort(client, patients=60)
        client.post("/v1/models", json={}, headers={"Prefer": "wait=60"}).raise_for_status()
        with Posting(served) as posting:
            posting.wait_for(ANSWERED)
            before = dict(posting.acknowledged)
            assert runner(monkeypatch, capsys, database_url)("backup", backup).status == 0
            posting.wait_for(len(before) + CALLERS)
        answers = stored(client, before)
        served.kill_all()
    destroy(database_url)
    elsewhere = runner(monkeypatch, capsys, empty_database_url)
    told = elsewhere("restore", backup, "--json").json()
    assert told["tables"]["prognosis"] >= len(before)
    with (
        Served(empty_database_url, tmp_path, served.key, **COLD) as again,
        again.client() as client,
    ):
        yield {"before": before, "answers": answers, "client": client, "command": elsewhere}


def test_a_backup_under_load_brings_everything_back(
    restored: dict[str, Any], empty_database_url: str
) -> None:
    before, client = restored["before"], restored["client"]

    assert stored(client, before) == restored["answers"]
    assert_none_is_half(empty_database_url)
    assert_answers_are_repeated(client, before)
    verified, trail = restored["command"]("verify", "--json").json()
    assert (trail["audit"]["fault"], trail["audit"]["sealed"] > 0) == (None, True)
    assert verified["equal"] >= 100
    assert verified["equal"] == verified["answers"]
    refit = client.post(
        "/v1/models", json={"covariates": ["log1p_ctc"]}, headers={"Prefer": "wait=60"}
    )
    assert refit.status_code == 201, refit.text
    assert client.post("/v1/prognoses", content=body_of(10**5), headers=JSON).status_code == 201


def told_by_posts(table: Table) -> ColumnElement[bool]:
    """Leave out the cohort that was imported: nobody asked for its prognoses."""
    return table.c.patient_id.startswith("P-")


def assert_none_is_half(database_url: str) -> None:
    """Every patient of a post came with what the same post told, and the file is whole."""
    database = owned(database_url)
    with database.read() as connection:
        people = [
            set(connection.scalars(select(table.c.patient_id).where(told_by_posts(table))))
            for table in (
                tables.patient,
                tables.observation,
                tables.blood_test,
                tables.prognosis,
            )
        ]
        assert all(each == people[0] for each in people)
        assert damage_of(connection) == []
    database.close()


def assert_answers_are_repeated(client: httpx.Client, before: dict[int, str]) -> None:
    """A caller that did not hear the answer asks again, and hears the same."""
    for number in sorted(before)[:10]:
        again = client.post("/v1/prognoses", content=body_of(number), headers=JSON)
        assert again.status_code == 200
        assert again.json()["prognosis_id"] == json.loads(before[number])["prognosis_id"]


RESTORE_AND_DIE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from app.usecases.backups import restore

left = 0

def begun(rows):
    global left
    left = rows * float(sys.argv[3])

def progress(rows):
    global left
    left -= rows
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)

restore(sys.argv[1], "test", datetime.now(UTC), Path(sys.argv[2]), begun, progress)
"""


@pytest.mark.parametrize("part", ["0.3", "1"])
def test_a_killed_restore_leaves_nothing_and_can_be_given_again(
    database_url: str,
    empty_database_url: str,
    part: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(database_url, patients=2_000)
    backup = tmp_path / "backup.zip"
    assert runner(monkeypatch, capsys, database_url)("backup", backup).status == 0

    command = [sys.executable, "-c", RESTORE_AND_DIE, empty_database_url, str(backup), part]
    died = subprocess.run(command, check=False)

    assert died.returncode == -signal.SIGKILL
    told = runner(monkeypatch, capsys, empty_database_url)("restore", backup, "--json").json()
    assert told["tables"]["patient"] == 2_000


PATIENTS = 250_000
"""With four rows each."""

LONGEST_S = 900
"""A restored million rows may take a quarter of an hour; docs/backup.md says what they took."""


@pytest.mark.soak
def test_a_million_rows_are_restored_in_minutes(
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    fill(database_url, PATIENTS)
    begun = time.monotonic()
    runner(monkeypatch, capsys, database_url)("backup", tmp_path / "backup.zip")
    written = time.monotonic()

    told = runner(monkeypatch, capsys, empty_database_url)(
        "restore", tmp_path / "backup.zip", "--json"
    ).json()

    ended = time.monotonic()
    assert told["rows"] > 4 * PATIENTS
    record_property("seconds", {"backup": written - begun, "restore": ended - written})
    assert ended - written < LONGEST_S


def fill(database_url: str, patients: int) -> None:
    """Tell of many patients at once, as an import would."""
    database, at = owned(database_url), datetime(2026, 1, 1, tzinfo=UTC)
    with database.begin() as connection:
        connection.execute(insert(tables.organisation).values(name="a", created_at=at))
        for first in range(0, patients, 1_000):
            people = [{"organisation_id": 1, "patient_id": f"P-{first + n}"} for n in range(1_000)]
            for table, members in rows_of_patient(at).items():
                values = [each | members for each in people]
                if table is tables.blood_test:
                    values = [each | {"accession_number": each["patient_id"]} for each in values]
                connection.execute(insert(table), values)
    database.close()


def rows_of_patient(at: datetime) -> dict[Any, dict[str, Any]]:
    """What each of the four tables holds of a patient."""
    told = {"version": 1, "recorded_at": at}
    day = at.date()
    return {
        tables.patient: {"version": 1, "person_key": bytes(16), "created_at": at},
        tables.observation: {**told, "observed_on": day, "facts": '{"birth_year":1950}'},
        tables.blood_test: {
            **told,
            "is_current": True,
            "drawn_at": at,
            "drawn_on": day,
            "ctc_count": 17,
            "blood_volume_ml": 7.5,
            "assay": "cellsearch",
            "status": "final",
        },
        tables.follow_up: {**told, "is_current": True, "death_on": day + timedelta(days=300)},
    }
