"""A full disk: persons' data wait, all else goes on, and nothing that was acknowledged is lost."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from sqlalchemy import Connection, select, text

from app.storage import tables
from app.usecases.chain import check_chain
from tests.faults.serving import Served
from tests.owner import owned
from tests.postgres_server import PostgresServer
from tests.running import running

OPEN = ("/livez", "/readyz", "/openapi.json", "/docs")
REFERENCE = ("/v1/risk-schemes", "/v1/covariates", "/v1/models", "/metrics")
"""What touches no person's data."""

RESUMES_S = 5
CYCLES = 10
FULL_S = 4.0
"""For so long a disk stays full in the long run; the sealer looks every 5 s."""

ROOM = 64 * 1024
"""Bytes that are left before the disk is full: some posts are still taken."""


class Posts:
    """Posts one result after the other and remembers which were acknowledged."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._next = 0
        self.acknowledged: set[int] = set()

    def post(self) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Post the next number over a connection of its own, so that any worker may take it."""
        number, self._next = self._next, self._next + 1
        body = {
            "patient_id": f"P-{number}",
            "accession_number": f"A-{number}",
            "drawn_at": "2026-01-15T08:30:00Z",
            "ctc_count": number,
        }
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/v1/blood-tests", json.dumps(body), headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status == 201:
            self.acknowledged.add(number)
        return answer.status, dict(answer.getheaders()), content

    def until(self, code: str, most: int = 2_000) -> dict[str, str]:
        """Post until one is refused, and give the headers of the refusal."""
        for _ in range(most):
            status, headers, content = self.post()
            if status != 201:
                assert (status, content["code"]) == (503, code), content
                return headers
        raise AssertionError(f"none of {most} posts was refused")

    def seconds_until_taken(self) -> float:
        """Post until one is acknowledged, and tell how long that took."""
        began = time.monotonic()
        while self.post()[0] != 201:
            assert time.monotonic() - began < 60, "posts were not taken again"
            time.sleep(0.05)
        return time.monotonic() - began


def lost_or_twice(connection: Connection, acknowledged: set[int]) -> list[int]:
    """Name the acknowledged results that are not there exactly once as they were sent."""
    columns = tables.blood_test.c
    rows = connection.execute(
        select(columns.accession_number, columns.patient_id, columns.ctc_count)
    ).all()
    assert len({row.accession_number for row in rows}) == len(rows)
    stored = {tuple(row) for row in rows}
    return sorted(n for n in acknowledged if (f"A-{n}", f"P-{n}", n) not in stored)


def check_everything(database_url: str, acknowledged: set[int]) -> None:
    """Look for what was lost, for damage, and for breaks in the audit trail."""
    database = owned(database_url)
    with database.read() as connection:
        assert lost_or_twice(connection, acknowledged) == []
        if database.is_file:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert check_chain(database, int).fault is None
    database.close()


def check_what_goes_on(client: httpx.Client) -> None:
    """Health and reference are answered; what touches a person is not, since nothing records it."""
    assert {path: client.get(path).status_code for path in (*OPEN, *REFERENCE)} == dict.fromkeys(
        (*OPEN, *REFERENCE), 200
    )
    for path in ("/v1/patients/P-0", "/v1/patients", "/v1/blood-tests/A-0"):
        answers = [client.get(path)]
        while answers[-1].status_code == 200:
            # There was room for its audit event, which is smaller than a result.
            assert len(answers) < 1_000
            answers.append(client.get(path))
        assert (answers[-1].status_code, answers[-1].json()["code"]) == (503, "storage-full")
        assert answers[-1].headers["retry-after"] == "5"
        assert "P-0" not in answers[-1].text


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, as a quota would."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_without_space_only_persons_data_wait_and_all_resumes(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        posts = Posts(int(service.url.rpartition(":")[2]), service.key("hospital-a"))
        assert posts.post()[0] == 201
        sizes = [each.stat().st_size for each in file.parent.glob(f"{file.name}*")]

        with limited_files(max(sizes) + ROOM):
            headers = posts.until("storage-full")
            check_what_goes_on(client)

        assert headers["retry-after"] == "5"
        assert posts.seconds_until_taken() < RESUMES_S
        assert client.get("/v1/patients/P-0").status_code == 200
        assert not service.database.disk.failed.is_set()
    check_everything(sqlite_url, posts.acknowledged)


def test_a_full_disk_of_postgresql_is_told_alike(postgres_url: str) -> None:
    with running(postgres_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        posts = Posts(int(service.url.rpartition(":")[2]), service.key("hospital-a"))
        assert posts.post()[0] == 201

        with disk_full_in_postgres(postgres_url):
            headers = posts.until("storage-full", most=1)
            check_what_goes_on(client)

        assert headers["retry-after"] == "5"
        assert posts.seconds_until_taken() < RESUMES_S
    check_everything(postgres_url, posts.acknowledged)


@contextmanager
def disk_full_in_postgres(url: str) -> Iterator[None]:
    """Have the server refuse every audit event with the error of a full disk."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER fail BEFORE INSERT ON audit_event EXECUTE FUNCTION fail()"
        )
        yield
        connection.execute("DROP TRIGGER fail ON audit_event")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of its own, which needs root."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "small", folder], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Take all the space that is left."""
    filler = folder / "filler"
    file = os.open(filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (1 << 16, 1 << 12, 1):
        with suppress(OSError):
            while True:
                os.write(file, bytes(size))
    os.close(file)
    return filler


def seconds_of_work(served: Served) -> float:
    """Tell how long the serving processes have had a processor."""
    spent = 0.0
    for process in served.workers():
        with suppress(psutil.NoSuchProcess):
            spent += sum(process.cpu_times()[:2])
    return spent


def run_cycles(
    served: Served, disk: Path, fill_up: Callable[[Path], Path], try_backup: Callable[[], None]
) -> Posts:
    """Fill the disk again and again, look at what goes on, and give the space back."""
    posts = Posts(served.port, served.key)
    assert posts.post()[0] == 201
    workers = [worker.pid for worker in served.workers()]
    slowest = 0.0
    with served.client() as client:
        for _ in range(CYCLES):
            filler = fill_up(disk)
            posts.until("storage-full")
            check_what_goes_on(client)
            before = seconds_of_work(served)
            time.sleep(FULL_S)
            assert seconds_of_work(served) - before < 0.5 * FULL_S, "something spins"
            try_backup()
            posts.until("storage-full")
            filler.unlink()
            slowest = max(slowest, posts.seconds_until_taken())
            for _ in range(20):
                assert posts.post()[0] == 201
            assert client.get("/v1/patients/P-0").status_code == 200
    told = f"{len(posts.acknowledged)} acknowledged; resumed after at most {slowest:.2f} s"
    sys.stdout.write(f"{told}\n")
    assert slowest < RESUMES_S
    assert [worker.pid for worker in served.workers()] == workers
    return posts


def refuse_backup(database_url: str, path: Path) -> None:
    """Try to back up to the full disk: one line says why, and nothing is left there."""
    tried = subprocess.run(
        [sys.executable, "-m", "app.cli", "backup", path],
        env={**os.environ, "PROGNOSIS_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 1, tried.stderr
    assert "Traceback" not in tried.stderr
    assert [each.name for each in path.parent.glob(f"*{path.name}*")] == []


@pytest.mark.soak
def test_a_disk_that_fills_up_ten_times_loses_nothing(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small", megabytes=24) as disk:
        url = f"sqlite:///{disk / 'prognosis.db'}"
        (disk / "prognosis.db").write_bytes(migrated_sqlite.read_bytes())
        with Served(url, tmp_path) as served:
            posts = run_cycles(served, disk, fill, lambda: refuse_backup(url, disk / "backup.zip"))
            # The sealer has survived: it chains what came meanwhile.
            time.sleep(8)
        check_everything(url, posts.acknowledged)
        database = owned(url)
        assert check_chain(database, int).unsealed == 0
        database.close()


@pytest.mark.soak
def test_a_disk_of_postgresql_that_fills_up_ten_times_loses_nothing(
    postgres_server: PostgresServer, migrated_postgres: str, tmp_path: Path
) -> None:
    with small_disk(postgres_server.folder / "small", megabytes=24) as disk:
        owner = postgres_server.folder.stat()
        os.chown(disk, owner.st_uid, owner.st_gid)
        postgres_server._execute(f"CREATE TABLESPACE {{}} LOCATION '{disk}'", "small")
        postgres_server._execute(
            "CREATE DATABASE small TEMPLATE {} TABLESPACE small", migrated_postgres
        )
        url = postgres_server.url("small")
        with Served(url, tmp_path) as served:
            posts = run_cycles(served, disk, fill, lambda: refuse_backup(url, disk / "backup.zip"))
        check_everything(url, posts.acknowledged)
        postgres_server.drop_database("small")
        postgres_server._execute("DROP TABLESPACE {}", "small")
