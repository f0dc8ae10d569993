"""How a database gets its schema, and what is refused until it has it."""

import multiprocessing
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, insert, inspect, select, text

import app
from app.storage import schema
from app.storage.database import Database
from app.storage.engines import DatabaseProblem
from app.storage.schema import REVISIONS, check_schema, migrate, migrations_folder
from app.storage.tables import metadata, organisation
from tests.owner import owned

TABLES_OF_SQLITE = """
    SELECT type, name, sql FROM sqlite_master
    WHERE tbl_name NOT IN ('alembic_version', 'sqlite_sequence') ORDER BY 1, 2
"""

COLUMNS_OF_POSTGRESQL = """
    SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
        character_maximum_length
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""

CONSTRAINTS_OF_POSTGRESQL = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
        AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2
"""

INDEXES_OF_POSTGRESQL = """
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2
"""

TRIGGERS_OF_POSTGRESQL = """
    SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(pg_trigger.oid), prosrc
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal ORDER BY 1, 2
"""

POLICIES_OF_POSTGRESQL = """
    SELECT relname, relrowsecurity, relforcerowsecurity, pg_policies.*
    FROM pg_class LEFT JOIN pg_policies ON tablename = relname
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version' ORDER BY relname, policyname
"""


def schema_of(connection: Connection) -> list[Any]:
    """What the engine itself says of its schema: constraints, partial indexes and triggers, too."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(TABLES_OF_SQLITE)).all()
        return [(kind, name, _told(kind, sql or "")) for kind, name, sql in rows]
    queries = (
        COLUMNS_OF_POSTGRESQL,
        CONSTRAINTS_OF_POSTGRESQL,
        INDEXES_OF_POSTGRESQL,
        TRIGGERS_OF_POSTGRESQL,
        POLICIES_OF_POSTGRESQL,
    )
    return [row for query in queries for row in connection.execute(text(query))]


def _told(kind: str, sql: str) -> list[str]:
    if kind == "trigger":
        return [sql]
    # The order of the constraints of a table says nothing, nor where a column added later stands.
    body = sql.partition("(")[2].removesuffix(")")
    return sorted(part.strip() for part in re.split(r",\s+(?=CONSTRAINT|\w+ [A-Z]{3})", body))


def alembic_on(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection} if connection else {})
    config.set_main_option("script_location", str(migrations_folder()))
    return config


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database as its owner has it, on each engine in turn."""
    database = owned(database_url)
    yield database
    database.close()


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = owned(url)
    yield database
    database.close()


def refusal(database: Database) -> str:
    with pytest.raises(DatabaseProblem) as refused:
        check_schema(database)
    return str(refused.value)


def set_revision(url: str, revision: str) -> None:
    with opened(url) as database, database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(alembic_on(None))

    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS
    assert scripts.get_heads() == [REVISIONS[-1]]


def test_alembic_finds_no_difference_between_tables_and_migrations(database: Database) -> None:
    with database.begin() as connection:
        command.check(alembic_on(connection))


def test_migrations_make_exactly_what_the_tables_say(
    database: Database, empty_database_url: str
) -> None:
    with database.read() as connection:
        migrated = schema_of(connection)

    with opened(empty_database_url) as other, other.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        metadata.create_all(connection)
        declared = schema_of(connection)

    assert migrated == declared
    assert len(migrated) > len(metadata.tables)


def test_a_developer_is_led_to_the_command_that_lets_one_process_migrate() -> None:
    with pytest.raises(CommandError, match="prognosis migrate"):
        command.upgrade(alembic_on(None), "head")


def test_an_empty_database_gets_the_schema(empty_database_url: str) -> None:
    assert migrate(empty_database_url) is True

    with closing(Database(empty_database_url)) as database:
        check_schema(database)


def test_migrating_again_changes_nothing(database: Database, database_url: str) -> None:
    with database.begin() as connection:
        connection.execute(
            insert(organisation).values(name="hospital", created_at=datetime.now(UTC))
        )

    assert migrate(database_url) is False

    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(organisation)) == 1


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as processes:
        migrated = processes.map(migrate, [empty_database_url] * 4, chunksize=1)

    assert sorted(migrated) == [False, False, False, True]
    with closing(Database(empty_database_url)) as database:
        check_schema(database)


def test_a_migration_waits_for_one_that_is_under_way(
    postgres_url: str, empty_postgres_url: str
) -> None:
    address = empty_postgres_url.replace("+psycopg", "")
    with (
        multiprocessing.get_context("spawn").Pool(1) as process,
        psycopg.connect(address, autocommit=True) as other,
    ):
        other.execute("SELECT pg_advisory_lock(%s)", [schema.MIGRATION_LOCK])
        waiting = process.apply_async(migrate, [empty_postgres_url])
        with pytest.raises(multiprocessing.TimeoutError):
            waiting.get(1.5)
        other.execute("SELECT pg_advisory_unlock_all()")

        assert waiting.get(30) is True


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write the body of a next revision, 0002, into a copy of the migrations."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder)
    monkeypatch.setattr(schema, "migrations_folder", lambda: folder)
    monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "next"))

    def write(*statements: str) -> None:
        (folder / "versions" / "next.py").write_text(
            "\n".join(
                [
                    "from alembic import op",
                    f"revision, down_revision = 'next', {REVISIONS[-1]!r}",
                    "def upgrade():",
                    *(f"    {statement}" for statement in statements),
                ]
            )
        )

    return write


def test_a_next_migration_keeps_the_rows(
    database: Database, database_url: str, next_migration: Any
) -> None:
    with database.begin() as connection:
        connection.execute(
            insert(organisation).values(name="hospital", created_at=datetime.now(UTC))
        )
        connection.execute(
            text("INSERT INTO declared_covariate VALUES (1, 'ki67', 'binary', '', 0, 1, :at)"),
            {"at": datetime.now(UTC)},
        )
    # On SQLite this rebuilds the table, and with foreign keys on would have taken the rows along.
    next_migration(
        "import sqlalchemy as sa",
        "with op.batch_alter_table('organisation', recreate='auto') as batch:",
        "    batch.alter_column('name', type_=sa.String(80), existing_type=sa.String(64))",
    )

    assert migrate(database_url) is True

    with database.read() as connection:
        assert connection.scalar(text("SELECT name FROM declared_covariate")) == "ki67"
        assert connection.scalar(select(organisation.c.name)) == "hospital"


def test_a_migration_that_fails_half_way_leaves_the_old_schema(
    database: Database, database_url: str, next_migration: Any
) -> None:
    next_migration("op.execute('CREATE TABLE half (x INTEGER)')", "op.execute('SELECT nonsense')")

    with pytest.raises(DatabaseProblem, match="nothing was changed"):
        migrate(database_url)

    with database.read() as connection:
        assert not inspect(connection).has_table("half")
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]


def test_a_migration_that_would_orphan_rows_is_undone(sqlite_url: str, next_migration: Any) -> None:
    with opened(sqlite_url) as database, database.begin() as connection:
        connection.execute(
            insert(organisation).values(name="hospital", created_at=datetime.now(UTC))
        )
        connection.execute(
            text("INSERT INTO declared_covariate VALUES (1, 'ki67', 'binary', '', 0, 1, :at)"),
            {"at": datetime.now(UTC)},
        )
    next_migration("op.execute('DELETE FROM organisation')")

    with pytest.raises(DatabaseProblem, match="1 rows would refer to nothing"):
        migrate(sqlite_url)

    with opened(sqlite_url) as database, database.read() as connection:
        assert connection.scalar(select(organisation.c.name)) == "hospital"


def test_the_migrations_of_an_installed_package_are_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app" / "_migrations").mkdir(parents=True)
    monkeypatch.setattr(app, "__file__", str(tmp_path / "app" / "__init__.py"))

    assert migrations_folder() == tmp_path / "app" / "_migrations"


def test_a_database_without_a_schema_is_refused(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        problem = refusal(database)

    assert problem == (
        f"the database has no schema yet and this version needs {REVISIONS[-1]}:"
        " run `prognosis migrate`"
    )


def test_an_older_schema_is_refused_until_it_is_migrated(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "next"))

    assert refusal(database) == (
        f"the database has schema {REVISIONS[-1]} and this version needs next:"
        " run `prognosis migrate`"
    )


def test_a_schema_from_the_future_is_refused_by_both(database: Database, database_url: str) -> None:
    set_revision(database_url, "9999")

    assert "a newer version migrated it" in refusal(database)
    with pytest.raises(DatabaseProblem, match="9999"):
        migrate(database_url)
