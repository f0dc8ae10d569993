"""A release's database is upgraded while that release serves: what it acknowledged stays."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.storage import tables
from app.storage.schema import REVISIONS, revision_of
from tests.faults import serving
from tests.faults.killed import migrating
from tests.faults.laboratory.stored import damage_of
from tests.faults.serving import Served
from tests.owner import owned
from tests.postgres_server import PostgresServer
from tests.releases import releases, remembered, restored, unpacked
from tests.storage.contents import all_rows, columns_of

REPLICAS = 4
WRITERS = 4
READERS = 2
PAUSE_S = 0.02
"""Between two calls of one caller."""

RETRIES_S = 90
"""After so long without an acknowledgement a writer gives up."""

START_S = 240
"""For all replicas to serve."""

MOVED = {"alembic_version", "model_row"}
"""Tables of 0.1.0 that have another form since; the rows of models are compared elsewhere."""


class Load:
    """Callers of one hospital: each post goes out again until somebody acknowledges it."""

    def __init__(self, key: str, port: int, reads: list[str]) -> None:
        self.port = port
        self.phase, self.pause = "before", PAUSE_S
        self.acknowledged: dict[int, dict[str, Any]] = {}
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._reads = reads
        self._numbers = count()
        self._ended = threading.Event()
        callers = [*[self._write] * WRITERS, *[self._read] * READERS, self._change]
        self._threads = [threading.Thread(target=each) for each in callers]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Call until the block ends, and then until every post is acknowledged."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in self._threads:
                thread.join()

    def go_on(self, phase: str, seconds: float) -> None:
        """Let the callers call for a while, what they see being counted under a name."""
        self.phase = phase
        time.sleep(seconds)

    def _write(self) -> None:
        while not self._ended.is_set():
            number, deadline = next(self._numbers), time.monotonic() + RETRIES_S
            while number not in self.acknowledged and time.monotonic() < deadline:
                status, answer = self._call("POST", "/v1/prognoses", _post(number))
                if status in (200, 201):
                    self.acknowledged[number] = answer

    def _read(self) -> None:
        while not self._ended.is_set():
            for path in self._reads:
                self._call("GET", path)

    def _change(self) -> None:
        """Call, now and then, everything else that writes."""
        for number in count():
            if self._ended.wait(0.05):
                return
            name = f"X-{number}"
            test = {"patient_id": name, "drawn_at": "2026-01-15T08:30:00Z", "ctc_count": 3}
            self._call("POST", "/v1/blood-tests", {**test, "accession_number": name})
            self._call("PUT", f"/v1/blood-tests/{name}", test, {"If-Match": '"1"'})
            followed = {"last_known_alive_on": "2026-02-01"}
            self._call("PUT", f"/v1/patients/{name}/follow-up", followed)
            self._call("DELETE", f"/v1/patients/{name}")

    def _call(
        self, method: str, path: str, body: Any = None, more: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        kind = method if method != "GET" else "read"
        phase, status, content = self.phase, 0, b""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with suppress(OSError, HTTPException):
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {**self._headers, **(more or {})})
            answer = connection.getresponse()
            status, content = answer.status, answer.read()
        connection.close()
        self.seen[phase, kind, status] += 1
        time.sleep(self.pause if status not in (0, 503) else 5 * self.pause)
        return status, json.loads(content) if 200 <= status < 300 and content else None


def _post(number: int) -> dict[str, Any]:
    test = {"accession_number": f"N-{number}", "drawn_at": "2026-01-15T08:30:00Z"}
    patient = {"patient_id": f"N-{number}", "birth_year": 1940 + number % 50}
    return {"patient": patient, "blood_test": {**test, "ctc_count": number % 1000}}


@contextmanager
def old_release(version: str, url: str, folder: Path, key: str) -> Iterator[Served]:
    """Serve with the code of that release, as its wheel has it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(unpacked(version, folder / "code")))
        environment.setenv("PYTHONSAFEPATH", "1")
        served = Served(url, folder, key)
    with served:
        yield served


def migrate_together(database_url: str) -> list[int | None]:
    """Run `prognosis migrate` in several processes at once, and give how each ended."""
    processes = [migrating(database_url) for _ in range(REPLICAS)]
    for process in processes:
        process.join(300)
    return [process.exitcode for process in processes]


def start_together(replicas: list[Served]) -> list[str]:
    """Start servers at once, and give what went wrong with any."""
    wrong: list[str] = []

    def start(served: Served) -> None:
        try:
            served.start()
        except AssertionError as error:
            # A busy machine takes longer to start all of them than one.
            if not _is_live(served):
                wrong.append(str(error))

    threads = [threading.Thread(target=start, args=[each]) for each in replicas]
    with pytest.MonkeyPatch.context() as one_process_each:
        one_process_each.setattr(serving, "WORKERS", 1)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return wrong


def _is_live(served: Served) -> bool:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and served.children():
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{served.port}/livez", timeout=5).is_success
        time.sleep(0.5)
    return False


@pytest.mark.soak
@pytest.mark.parametrize("version", releases())
def test_a_release_is_upgraded_while_it_serves(
    version: str, engine_name: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = restored(version, engine_name, tmp_path, postgres_server)
    columns = {name: found for name, found in columns_of(url).items() if name not in MOVED}
    before, told = all_rows(url, columns), remembered(version)[engine_name]
    folders = [tmp_path / f"replica-{number}" for number in range(REPLICAS)]
    for folder in folders:
        folder.mkdir()
    replicas = [Served(url, folder, told["key"]) for folder in folders]

    with old_release(version, url, tmp_path, told["key"]) as old:
        load = Load(told["key"], old.port, list(told["answers"]))
        try:
            with load.running():
                load.go_on("before", 2)
                load.phase = "migrating"
                assert migrate_together(url) == [0] * REPLICAS
                load.go_on("after", 3)
                load.phase, load.pause = "both", 10 * PAUSE_S
                assert start_together(replicas) == []
                load.port, load.phase = replicas[0].port, "new"
                old.stop(seconds=40)
                time.sleep(2)
            with replicas[1].client() as client:
                answers = {path: client.get(path).json() for path in told["answers"]}
                kept = {
                    number: client.get(f"/v1/prognoses/{answer['prognosis_id']}").json()
                    for number, answer in load.acknowledged.items()
                }
        finally:
            for each in replicas:
                each.__exit__()

    seen = {" ".join(map(str, each)): n for each, n in sorted(load.seen.items())}
    sys.stderr.write(f"{engine_name} {seen}\n")
    assert _statuses(load, "before") <= {200, 201, 204}
    assert _statuses(load, "after", "read") == {200}
    assert _statuses(load, "after", "POST") <= {200, 201}
    # A connection of a server that stops can break; everybody else is answered or told to retry.
    assert {status for _, _, status in load.seen} <= {0, 200, 201, 204, 404, 503}
    assert kept == load.acknowledged
    assert len(kept) > 50
    for path, answer in told["answers"].items():
        assert answers[path].items() >= answer.items(), path
    after = all_rows(url, columns)
    assert {name: gone for name in before if (gone := before[name] - after[name])} == {}
    _check_stored(url, load)


def _statuses(load: Load, phase: str, kind: str | None = None) -> set[int]:
    return {status for at, of, status in load.seen if at == phase and kind in (None, of)}


def _check_stored(url: str, load: Load) -> None:
    database = owned(url)
    with database.read() as connection:
        assert revision_of(connection) == REVISIONS[-1]
        rows = connection.execute(
            tables.blood_test.select().where(tables.blood_test.c.patient_id.like("N-%"))
        ).all()
        assert Counter(row.accession_number for row in rows) == Counter(
            f"N-{number}" for number in load.acknowledged
        )
        assert damage_of(connection) == []
    database.close()
