"""Failing writes: no acknowledged result is lost, and the process that met one writes no more."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Connection, insert, select, text

from app.errors import StorageFailed
from app.storage import tables
from app.storage.database import Database
from app.usecases.chain import check_chain
from tests.faults.serving import COLD, Served, has_ended, kill

SWEEPS = (("pwrite64,fdatasync,fsync", 300), ("fdatasync,fsync", 60))
"""Which calls fail, and up to which n the n-th: a commit has one sync and some 25 writes."""

MOST_POSTS = 400
"""After so many posts of one round its failure should have come."""

LOOK_EVERY = 25
"""Rounds between two looks at all that is stored."""

KILL_EVERY = 20
"""In every so many rounds all processes are killed too, so that the next start reads the log."""

SPOILING = """
import contextlib, fcntl, os, threading, time

def spoil():
    flag = f"{os.environ['SPOIL']}-{os.getpid()}"
    while True:
        time.sleep(0.02)
        if os.path.exists(flag):
            for name in os.listdir("/proc/self/fd"):
                path = os.path.realpath(f"/proc/self/fd/{name}")
                if path.endswith("-wal"):
                    with contextlib.suppress(OSError):
                        close_to_writes(path, int(name))

def close_to_writes(path, number):
    if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        other = os.open(path, os.O_RDONLY)
        os.dup2(other, number)
        os.close(other)

threading.Thread(target=spoil, daemon=True).start()
"""
"""Loaded by every Python process of the service: one that is told to can write its log no more."""


class History:
    """What was sent and what was answered, to compare with what is stored."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._numbers = count()
        self.acknowledged: dict[int, str] = {}
        self.refusals: list[str] = []

    def post(self) -> None:
        """Post the next number until it is acknowledged."""
        number = next(self._numbers)
        deadline = time.monotonic() + 120
        while number not in self.acknowledged:
            assert time.monotonic() < deadline, "the service did not come back"
            with suppress(OSError, HTTPException):
                self._post_once(number)

    def _post_once(self, number: int) -> None:
        body = {
            "patient": {"patient_id": f"P-{number}", "birth_year": 1940 + number % 50},
            "blood_test": {
                "accession_number": f"A-{number}",
                "drawn_at": "2026-01-15T08:30:00Z",
                "ctc_count": number,
            },
        }
        headers = {
            "Authorization": f"Bearer {self._served.key}",
            "Content-Type": "application/json",
        }
        connection = HTTPConnection("127.0.0.1", self._served.port, timeout=20)
        try:
            connection.request("POST", "/v1/prognoses", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        finally:
            connection.close()
        if answer.status in (200, 201):
            self.acknowledged[number] = content
            return
        code = json.loads(content)["code"]
        assert (answer.status, code) in {(503, "storage-failed"), (503, "unavailable")}, content
        self.refusals.append(code)
        time.sleep(0.05)

    def compare(self, database_url: str) -> None:
        """Demand every acknowledged post once, as it was answered, and nothing that nobody sent."""
        database = Database(database_url, pool_size=2)
        with database.read() as connection:
            assert self._differences(connection) == []
            assert connection.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert check_chain(database, int).fault is None
        database.close()

    def _differences(self, connection: Connection) -> list[int]:
        results, answers = tables.blood_test.c, tables.prognosis.c
        stored = [
            tuple(row)
            for row in connection.execute(
                select(results.accession_number, results.patient_id, results.ctc_count)
            )
        ]
        answered = [
            tuple(row)
            for row in connection.execute(select(answers.accession_number, answers.answer))
        ]
        wanted = {(f"A-{n}", f"P-{n}", n) for n in self.acknowledged}
        given = {(f"A-{n}", content) for n, content in self.acknowledged.items()}
        # As many rows as different ones: none is there twice.
        assert (len(stored), len(answered)) == (len(set(stored)), len(set(answered)))
        found = set(stored) ^ wanted, set(answered) ^ given
        return sorted({int(str(row[0])[2:]) for rows in found for row in rows})


def has_failed(log: Path) -> bool:
    """Look in the service's log for a process that ended because of its disk."""
    return "the disk failed a write" in log.read_text()


def ready(served: Served, file: Path, ended: set[int]) -> psutil.Process:
    """Wait for a worker that has the database open and has not failed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        # Nobody fits here, and what fits is slow to start.
        kill(served.fitting())
        for worker in served.workers():
            if worker.pid not in ended and has_open(worker.pid, Path(f"{file}-wal")):
                return worker
        time.sleep(0.02)
    raise TimeoutError("no worker took the place of those that ended")


def has_open(pid: int, file: Path) -> bool:
    """Tell whether a process has a file open."""
    with suppress(OSError):
        return any(each.resolve() == file for each in Path(f"/proc/{pid}/fd").iterdir())
    return False


def test_a_failed_write_ends_the_process_and_loses_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPOILING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SPOIL", str(tmp_path / "spoil"))
    with Served(sqlite_url, tmp_path, **COLD) as served:
        history = History(served)
        spoilt = ready(served, Path(sqlite_url.removeprefix("sqlite:///")), set())
        history.post()

        (tmp_path / f"spoil-{spoilt.pid}").touch()
        deadline = time.monotonic() + 60
        # Several at once: one at a time, all could be taken by the same process.
        with ThreadPoolExecutor(4) as callers:
            while not has_ended(spoilt, seconds=0.05):
                assert time.monotonic() < deadline, "it goes on"
                for post in [callers.submit(history.post) for _ in range(8)]:
                    post.result()

        history.post()
        assert has_failed(tmp_path / "served.log")
    history.compare(sqlite_url)


def test_after_a_failed_write_nothing_more_is_written(sqlite_url: str) -> None:
    database = Database(sqlite_url, pool_size=1)
    add_organisation(database, "before")
    wal = sqlite_url.removeprefix("sqlite:///") + "-wal"
    kept = make_read_only(wal)

    with pytest.raises(StorageFailed):
        add_organisation(database, "failing")
    restore(kept)
    with pytest.raises(StorageFailed):
        add_organisation(database, "after")

    assert database.disk.failed.is_set()
    assert not database.checkpoint()
    with database.read() as connection:
        assert connection.scalars(select(tables.organisation.c.name)).all() == ["before"]
    database.close()


def add_organisation(database: Database, name: str) -> None:
    """Write one row."""
    with database.begin() as connection:
        at = database.now()
        connection.execute(insert(tables.organisation).values(name=name, created_at=at))


def make_read_only(path: str) -> dict[int, int]:
    """Make every descriptor of a file in this process one that cannot write; give the old ones."""
    kept: dict[int, int] = {}
    for each in list(Path("/proc/self/fd").iterdir()):
        if each.resolve() == Path(path).resolve():
            number = int(each.name)
            kept[number] = os.dup(number)
            replacement = os.open(path, os.O_RDONLY)
            os.dup2(replacement, number)
            os.close(replacement)
    return kept


def restore(kept: dict[int, int]) -> None:
    """Give every descriptor back."""
    for number, old in kept.items():
        os.dup2(old, number)
        os.close(old)


@contextmanager
def failing(worker: int, file: Path, calls: str, when: int, log: Path) -> Iterator[None]:
    """Let the n-th such call of each thread on the database's files fail; needs strace."""
    command = ["strace", "-f", "-qq", "-o", str(log), "-P", str(file), "-P", f"{file}-wal"]
    command += ["-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={when}"]
    tracer = subprocess.Popen([*command, "-p", str(worker)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not is_traced(worker):
            assert time.monotonic() < deadline, "strace did not attach"
            time.sleep(0.01)
        yield
    finally:
        tracer.terminate()
        try:
            tracer.wait(timeout=3)
        except subprocess.TimeoutExpired:
            # It waits for a thread of a process that has ended; ending it lets that one go.
            tracer.kill()
            tracer.wait()


def is_traced(pid: int) -> bool:
    """Tell whether every thread of a process has a tracer."""
    threads = Path(f"/proc/{pid}/task")
    return all("TracerPid:\t0\n" not in (t / "status").read_text() for t in threads.iterdir())


@pytest.mark.soak
@pytest.mark.parametrize(("calls", "most"), SWEEPS)
def test_the_nth_failing_write_loses_nothing(
    sqlite_url: str, tmp_path: Path, calls: str, most: int
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    ended: set[int] = set()
    failures = outlived = 0
    with Served(sqlite_url, tmp_path, **COLD) as served:
        history = History(served)
        for number in range(1, most + 1):
            log = tmp_path / "strace.log"
            worker = ready(served, file, ended)
            with failing(worker.pid, file, calls, number, log):
                for _ in range(MOST_POSTS):
                    history.post()
                    if "INJECTED" in log.read_text():
                        break
                failures += log.read_text().count("INJECTED")
                history.post()
            if has_ended(worker, seconds=3):
                ended.add(worker.pid)
            else:
                # A failed checkpoint fails no commit: SQLite keeps the log and tries it again.
                outlived += 1
            if number % KILL_EVERY == 0:
                served.kill_all()
                served.start()
            if number % LOOK_EVERY == 0:
                history.compare(sqlite_url)
    history.compare(sqlite_url)
    told = f"{failures} calls failed in {most} rounds, {len(history.acknowledged)} acknowledged"
    sys.stdout.write(
        f"{calls}: {told}, {len(history.refusals)} refused at first, {outlived} processes went on\n"
    )
    assert failures >= most
