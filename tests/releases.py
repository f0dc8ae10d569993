"""
The databases that releases left behind, and how the present one's is made.

`python -m tests.releases` writes `tests/data/releases/<version>/` for the version at hand; it is
run once, before a release is tagged, and what stands there is never written again.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import httpx
from pysqlite3 import dbapi2

from app import __version__
from app.storage.schema import migrate
from tests.postgres_server import PostgresServer
from tests.running import Running, running

FOLDER = Path(__file__).parent / "data" / "releases"
"""One folder a release: its wheel, a dump of each database, and what was answered from it."""

PATIENTS = 90


def releases() -> list[str]:
    """Name the releases that left a dump."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def restore_sqlite(version: str, path: Path) -> str:
    """Make a release's SQLite database anew and give its address."""
    with closing(dbapi2.connect(str(path))) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript((FOLDER / version / "sqlite.sql").read_text())
    return f"sqlite:///{path}"


def restore_postgres(version: str, server: PostgresServer) -> str:
    """Make a release's PostgreSQL database anew and give its address."""
    name = server.create_database()
    server.execute_file(name, FOLDER / version / "postgres.sql")
    return server.url(name)


def restored(version: str, engine_name: str, folder: Path, server: PostgresServer) -> str:
    """Make a release's database anew on one engine and give its address."""
    if engine_name == "sqlite":
        return restore_sqlite(version, folder / "old.db")
    return restore_postgres(version, server)


def unpacked(version: str, folder: Path) -> Path:
    """Unpack a release's own code, and give the folder that imports find it in."""
    (wheel,) = (FOLDER / version).glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def remembered(version: str) -> dict[str, Any]:
    """What the release answered: its key, and each path with its answer."""
    content: dict[str, Any] = json.loads((FOLDER / version / "answers.json").read_text())
    return content


def _fill(service: Running) -> dict[str, Any]:
    service.add_organisation("hospital-a")
    key = service.key("hospital-a")
    client = service.client_with(key)
    for number in range(PATIENTS):
        _tell_patient(client, number)
    refit = client.post("/v1/models", json={}, headers={"Prefer": "wait=120"})
    refit.raise_for_status()
    given = client.post("/v1/prognoses", json=_body(PATIENTS, count=17)).json()
    corrected = client.put(
        "/v1/blood-tests/R-003",
        json={"patient_id": "R-003", "drawn_at": "2024-01-04T09:00:00Z", "ctc_count": 9},
        headers={"If-Match": '"1"'},
    )
    corrected.raise_for_status()
    client.post("/v1/clients", json={"name": "second", "scopes": ["patients:read"]})
    paths = [
        f"/v1/prognoses/{given['prognosis_id']}",
        "/v1/patients/R-003/history",
        "/v1/blood-tests/R-003/versions",
        "/v1/patients/R-007/follow-up",
        "/v1/models/current",
        "/v1/covariates",
    ]
    return {"key": key, "answers": {path: client.get(path).json() for path in paths}}


def _tell_patient(client: httpx.Client, number: int) -> None:
    if number == 0:
        declared = {"name": "nodes", "kind": "continuous", "min": 0, "max": 100}
        client.post("/v1/covariates", json=declared).raise_for_status()
    client.post("/v1/prognoses", json=_body(number, count=number * number % 97)).raise_for_status()
    ended_on = f"202{4 + number % 2}-{1 + number % 9:02}-{2 + number % 27:02}"
    outcome = "last_known_alive_on" if number % 4 == 0 else "death_on"
    client.put(
        f"/v1/patients/R-{number:03}/follow-up",
        json={outcome: f"2026-11-{1 + number % 20:02}"}
        if outcome == "last_known_alive_on"
        else {outcome: ended_on.replace("2024-01", "2024-03")},
    ).raise_for_status()


def _body(number: int, count: int) -> dict[str, Any]:
    return {
        "patient": {
            "patient_id": f"R-{number:03}",
            "birth_year": 1940 + number % 40,
            "er_status": ("positive", "negative", "unknown")[number % 3],
            "line_of_therapy": 1 + number % 3,
            "line_started_on": f"2024-01-{1 + number % 28:02}",
            "extra": {"nodes": number % 12},
        },
        "blood_test": {
            "accession_number": f"R-{number:03}",
            "drawn_at": f"2024-01-{1 + number % 28:02}T09:00:00+01:00",
            "ctc_count": count,
        },
    }


@contextmanager
def _filled(database_url: str) -> Iterator[dict[str, Any]]:
    migrate(database_url)
    with running(database_url) as service:
        yield _fill(service)


def write_release() -> None:
    """Write the dumps of the version at hand."""
    folder = FOLDER / __version__
    folder.mkdir(parents=True)
    with TemporaryDirectory() as scratch, PostgresServer() as server:
        path = Path(scratch) / "prognosis.db"
        with _filled(f"sqlite:///{path}") as sqlite_answers:
            pass
        # The service's own SQLite library cannot dump; Python's reads a copy that nobody has open.
        copy = shutil.copy(path, Path(scratch) / "copy.db")
        with closing(sqlite3.connect(copy)) as connection:
            (folder / "sqlite.sql").write_text("\n".join(connection.iterdump()) + "\n")
        name = server.create_database()
        with _filled(server.url(name)) as postgres_answers:
            pass
        (folder / "postgres.sql").write_text(server.dump(name))
    build = ("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    subprocess.run([sys.executable, *build], check=True, cwd=FOLDER.parents[2])
    answers = {"sqlite": sqlite_answers, "postgres": postgres_answers}
    (folder / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    write_release()
