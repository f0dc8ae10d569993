"""Databases for the tests: migrated once per run, then a fresh copy for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.database import Database
from app.storage.schema import migrate
from tests.postgres_server import PostgresServer


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every test from the default settings."""
    for name in [name for name in os.environ if name.startswith("PROGNOSIS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of a process."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The name of a migrated database to copy; nobody connects to it."""
    name = postgres_server.create_database()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy; nobody opens it."""
    path = tmp_path_factory.mktemp("template") / "prognosis.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the schema."""
    name = postgres_server.create_database(migrated_postgres)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A fresh SQLite file with the schema."""
    path = tmp_path / "prognosis.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database without a schema."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'var' / 'prognosis.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine: whoever asks for it, or for what needs it, runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A fresh database with the schema, on each engine in turn."""
    return str(request.getfixturevalue(f"{engine_name}_url"))


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A fresh database without a schema, on each engine in turn."""
    return str(request.getfixturevalue(f"empty_{engine_name}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with the schema, on each engine in turn."""
    database = Database(database_url)
    yield database
    database.close()
