"""An erased person is in no byte of the database's files, nor in a backup made afterwards."""

import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import httpx
import psycopg
import pytest
from sqlalchemy import select

from app.storage import tables
from app.storage.backups import write_backup
from app.storage.database import Database
from tests.api.bodies import (
    a_correction,
    a_treatment,
    an_assessment,
    open_a_trial,
    tell_cohort,
    tell_patient,
)
from tests.owner import as_owner, owned
from tests.postgres_server import PostgresServer
from tests.running import running

MARK = "MARK-4711"
"""In everything that a caller can name of one person."""

ONE = f"/v1/patients/{MARK}"

STEPS = (
    "DELETE FROM pg_catalog.pg_statistic",
    "VACUUM (FULL, ANALYZE)",
    "VACUUM FULL pg_catalog.pg_statistic",
    "CHECKPOINT",
)
"""What docs/backup.md has PostgreSQL do; its statistics quote identifiers too."""


def tell(client: httpx.Client) -> None:
    """Have one person among those that a model was fitted on, corrected since."""
    tell_cohort(client, patients=60)
    tell_patient(client, MARK, 17, date(2021, 3, 1), {"death_on": "2022-03-01"})
    client.post("/v1/models", json={}, headers={"Prefer": "wait=60"}).raise_for_status()
    correction = a_correction(patient_id=MARK, drawn_at="2021-03-01T09:00:00+01:00", ctc_count=18)
    corrected = client.put(
        f"/v1/blood-tests/A-{MARK}", json=correction, headers={"If-Match": '"1"'}
    )
    corrected.raise_for_status()
    given = a_treatment(regimen=MARK, started_on="2021-03-02")
    client.put(f"{ONE}/treatments/T-{MARK}", json=given).raise_for_status()
    seen = an_assessment(assessed_on="2021-05-01")
    client.put(f"{ONE}/assessments/S-{MARK}", json=seen).raise_for_status()
    posted = client.post(
        "/v1/blood-tests",
        json={
            "patient_id": MARK,
            "accession_number": f"B-{MARK}",
            "drawn_at": "2021-05-01T09:00:00Z",
            "ctc_count": 3,
        },
        headers={"Idempotency-Key": MARK},
    )
    posted.raise_for_status()
    alive = {"last_known_alive_on": "2025-03-01"}
    told = client.put(f"{ONE}/follow-up", json=alive, headers={"If-Match": '"1"'})
    told.raise_for_status()
    by_count = [{"name": "ctc", "fact": "ctc_count", "cuts": [5]}]
    at = open_a_trial(client, eligibility=[], factors=by_count)
    enrolled = client.post(f"{at}/enrolments", json={"patient_id": MARK})
    enrolled.raise_for_status()


def files_of(path: Path) -> list[Path]:
    """List a SQLite file and what lies beside it."""
    return [each for each in path.parent.iterdir() if each.name.startswith(path.name)]


def files_of_server(server: PostgresServer) -> list[Path]:
    """List what a PostgreSQL server keeps, but the log of its writes, which it recycles."""
    data = server.folder / "data"
    return [each for each in data.rglob("*") if each.is_file() and "pg_wal" not in each.parts]


def naming(files: list[Path], mark: bytes = MARK.encode()) -> list[str]:
    """Name the files that hold the mark."""
    return [each.name for each in files if mark in content_of(each)]


def content_of(file: Path) -> bytes:
    """Read a file; of one that the server removed meanwhile nothing is left."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def person_key(database: Database) -> bytes:
    """Read the key that ties the person to the pseudonym of the audit trail."""
    with as_owner(database) as connection:
        query = select(tables.patient.c.person_key).where(tables.patient.c.patient_id == MARK)
        key: bytes = connection.execute(query).scalar_one()
        return key


def told_of(database: Database, key: bytes) -> list[str]:
    """List what the audit trail tells of the person, by the key that was."""
    person = hmac.new(key, MARK.encode(), sha256).hexdigest()[:32]
    query = select(tables.audit_event.c.action).where(tables.audit_event.c.person == person)
    with as_owner(database) as connection:
        return list(connection.scalars(query.order_by(tables.audit_event.c.sequence)))


TOLD = [
    *("post_prognosis", "put_follow_up", "put_blood_test"),
    *("put_treatment", "put_assessment", "post_blood_test", "put_follow_up", "post_enrolment"),
]


def backed_up(database_url: str, path: Path) -> bytes:
    """Make a backup and give every byte of it, unpacked."""
    database = owned(database_url)
    write_backup(database, path, datetime.now(UTC), int, int)
    database.close()
    with ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_sqlite_forgets_an_erased_person_at_once(sqlite_url: str, tmp_path: Path) -> None:
    files = Path(sqlite_url.removeprefix("sqlite:///"))
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        tell(client)
        key = person_key(service.database)
        assert naming(files_of(files))
        assert naming(files_of(files), key)
        assert MARK.encode() in backed_up(sqlite_url, tmp_path / "before.zip")

        assert client.delete(ONE).status_code == 204

        assert naming(files_of(files)) == []
        assert naming(files_of(files), key) == []
        assert told_of(service.database, key) == [*TOLD, "delete_patient"]
        assert len(files_of(files)) == 4
        assert MARK.encode() not in backed_up(sqlite_url, tmp_path / "after.zip")


def test_postgresql_forgets_an_erased_person_after_the_documented_steps(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with running(postgres_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        tell(client)
        carry_out(postgres_url, "ANALYZE", "CHECKPOINT")
        key = person_key(service.database)
        assert naming(files_of_server(postgres_server))
        assert naming(files_of_server(postgres_server), key)

        assert client.delete(ONE).status_code == 204

        assert MARK.encode() not in backed_up(postgres_url, tmp_path / "after.zip")
        carry_out(postgres_url, *STEPS)
        assert told_of(service.database, key) == [*TOLD, "delete_patient"]
    assert naming(files_of_server(postgres_server)) == []
    assert naming(files_of_server(postgres_server), key) == []


def carry_out(database_url: str, *statements: str) -> None:
    """Do what an operator does by hand."""
    address = database_url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """Read from one snapshot for long, as a backup does."""
    database = owned(database_url)
    with database.read() as connection:
        connection.execute(select(tables.organisation)).all()
        yield
    database.close()


@pytest.fixture
def told(sqlite_url: str) -> Iterator[httpx.Client]:
    """A caller who has told of the person."""
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        tell_patient(client, MARK, 17, date(2021, 3, 1), {"death_on": "2022-03-01"})
        yield client


def test_a_long_reader_delays_neither_an_erasure_nor_the_posts_after_it(
    told: httpx.Client, sqlite_url: str
) -> None:
    with held(sqlite_url):
        begun = time.monotonic()
        assert told.delete(ONE).status_code == 204
        tell_patient(told, "another", 17, date(2021, 3, 1), {"death_on": "2022-03-01"})

        assert time.monotonic() - begun < 10


def test_what_a_reader_held_is_gone_soon_after_it_ends(told: httpx.Client, sqlite_url: str) -> None:
    files = Path(sqlite_url.removeprefix("sqlite:///"))
    with held(sqlite_url):
        told.delete(ONE).raise_for_status()
        assert naming(files_of(files))

    deadline = time.monotonic() + 30
    while naming(files_of(files)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert naming(files_of(files)) == []
