"""A migration that is killed at whatever statement changes nothing, and the next one ends it."""

import signal
from pathlib import Path
from typing import Any

import pytest

from app.storage.database import Database
from app.storage.schema import REVISIONS, check_schema, revision_of
from tests.faults.killed import migrating
from tests.postgres_server import PostgresServer
from tests.releases import releases, restored
from tests.storage.contents import contents
from tests.storage.test_migrations import opened, schema_of

KILLED = -signal.SIGKILL


def picture(database_url: str) -> tuple[str | None, list[Any], dict[str, Any]]:
    """Tell the schema's revision, the schema itself and the rows."""
    with opened(database_url) as database, database.read() as connection:
        revision, schema = revision_of(connection), schema_of(connection)
    return revision, schema, contents(database_url)


def killed_at_every(database_url: str, step: int) -> int:
    """Kill a migration before its first statement, then a later one, until one gets through."""
    before, statement = picture(database_url), 1
    while (status := _status(database_url, statement)) == KILLED:
        assert picture(database_url) == before, f"half a schema, killed before {statement}"
        statement += step
    assert status == 0
    return statement


def _status(database_url: str, statement: int) -> int | None:
    process = migrating(database_url, killed_before=statement)
    process.join(120)
    return process.exitcode


def assert_is_whole(database_url: str) -> None:
    """Look at the schema that the last migration left, and whether another finds work."""
    database = Database(database_url, pool_size=1)
    check_schema(database)
    database.close()
    before = picture(database_url)
    assert before[0] == REVISIONS[-1]
    assert _status(database_url, 10_000) == 0
    assert picture(database_url) == before


@pytest.mark.parametrize("version", releases())
def test_a_killed_upgrade_leaves_the_old_schema_and_the_next_one_ends_it(
    version: str, engine_name: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    database_url = restored(version, engine_name, tmp_path, postgres_server)

    statements = killed_at_every(database_url, step=43)

    assert statements > 80
    assert_is_whole(database_url)


@pytest.mark.soak
@pytest.mark.parametrize("version", releases())
def test_an_upgrade_can_be_killed_before_each_of_its_statements(
    version: str,
    engine_name: str,
    tmp_path: Path,
    postgres_server: PostgresServer,
) -> None:
    database_url = restored(version, engine_name, tmp_path, postgres_server)

    assert killed_at_every(database_url, step=1) > 80

    assert_is_whole(database_url)


@pytest.mark.soak
def test_the_first_migration_of_all_can_be_killed_before_each_of_its_statements(
    empty_database_url: str,
) -> None:
    assert killed_at_every(empty_database_url, step=1) > 100

    assert_is_whole(empty_database_url)
