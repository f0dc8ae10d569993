"""Which schema a database has, and how it gets the one that this version needs."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

import app
from app.storage.database import Database
from app.storage.engines import DatabaseProblem, parse_url, postgres_engine, sqlite_engine
from app.storage.tables import metadata
from app.storage.tenancy import grant_rights, make_role, refuse_open_fence

REVISIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006", "0007"),
    *("0008", "0009", "0010", "0011", "0012", "0013", "0014"),
)
"""Every schema there has been, oldest first; the last is the one this version works on."""

MIGRATION_LOCK = 0x70726F676E6F73
"""The key of PostgreSQL's advisory lock: "prognos" in ASCII."""

MIGRATION_SECONDS = 600
"""How long a process waits for another one's migration of a SQLite file."""

IN_THE_WAY = ("40P01", "55P03")
"""PostgreSQL's states of a deadlock, and of a lock that did not come in time."""

INSIST_SECONDS = 120
"""How long a migration is tried again while those who are served are in its way."""


def check_schema(database: Database) -> None:
    """Refuse a database with another schema, or one that does not keep organisations apart."""
    with database.read() as connection:
        found = revision_of(connection)
        if found != REVISIONS[-1]:
            _refuse_unknown(found)
            state = f"has schema {found}" if found else "has no schema yet"
            raise DatabaseProblem(
                f"the database {state} and this version needs {REVISIONS[-1]}:"
                " run `prognosis migrate`"
            )
        refuse_open_fence(connection)


def migrate(url: str) -> bool:
    """Bring a database to this version's schema, one process at a time; false if it was there."""
    deadline = time.monotonic() + INSIST_SECONDS
    while True:
        try:
            with alone(parse_url(url)) as connection:
                return upgrade(connection)
        except DBAPIError as error:
            if _was_in_the_way(error) and time.monotonic() < deadline:
                continue
            # The first line only: the next one can quote a row.
            reason = str(error.orig).partition("\n")[0]
            raise DatabaseProblem(f"the migration failed, nothing was changed: {reason}") from error


def _was_in_the_way(error: DBAPIError) -> bool:
    is_operational = isinstance(error, OperationalError)
    return is_operational and getattr(error.orig, "sqlstate", None) in IN_THE_WAY


def alone(address: URL) -> AbstractContextManager[Connection]:
    """Open a transaction that may change the schema, and keep other processes from that."""
    is_postgres = address.get_backend_name() == "postgresql"
    return _alone_on_postgres(address) if is_postgres else _alone_on_sqlite(address)


@contextmanager
def _alone_on_sqlite(address: URL) -> Iterator[Connection]:
    # With foreign keys on, rebuilding a table can delete or refuse the rows that refer to it.
    pragmas = (f"PRAGMA busy_timeout={MIGRATION_SECONDS * 1000}", "PRAGMA foreign_keys=OFF")
    engine = sqlite_engine(address, begin="BEGIN IMMEDIATE", pragmas=pragmas, pool_size=1)
    try:
        with engine.begin() as connection:
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                raise DatabaseProblem(
                    f"the migration was undone: {len(broken)} rows would refer to nothing"
                )
    finally:
        engine.dispose()


@contextmanager
def _alone_on_postgres(address: URL) -> Iterator[Connection]:
    engine = postgres_engine(address, pool_size=2)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
            lock.execute(text("SET lock_timeout = 0"))
            lock.execute(text("SET statement_timeout = 0"))
            lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            make_role(lock)
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                yield connection
                grant_rights(connection)
    finally:
        # The lock ends with its session.
        engine.dispose()


def upgrade(connection: Connection, revision: str | None = None) -> bool:
    """Bring a database to a schema, this version's unless one is named; false if it was there."""
    found, wanted = revision_of(connection), revision or REVISIONS[-1]
    if found == wanted:
        return False
    _refuse_unknown(found)
    if connection.dialect.name == "postgresql":
        _lock_tables(connection)
    # Only a migration needs Alembic; the serving process does without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with _every_row(connection):
        command.upgrade(config, wanted)
    return True


def _lock_tables(connection: Connection) -> None:
    # In the order in which requests come to them: one that waits here holds none that follow.
    there = inspect(connection).get_table_names()
    first = [table.name for table in metadata.sorted_tables if table.name in there]
    quoted = map(connection.dialect.identifier_preparer.quote, dict.fromkeys([*first, *there]))
    if there:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(quoted)} IN ACCESS EXCLUSIVE MODE")


@contextmanager
def _every_row(connection: Connection) -> Iterator[None]:
    """Have a migration of rows fail that would not see all of them; `unfenced` lets it."""
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        connection.execute(text("SET LOCAL row_security = off"))
    yield
    if is_postgres:
        connection.execute(text("SET LOCAL row_security = on"))


def migrations_folder() -> Path:
    """Find the migrations inside the installed package, or beside it in a checkout."""
    package = Path(app.__file__).parent
    inside = package / "_migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """Tell which schema a database has, if any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _refuse_unknown(found: str | None) -> None:
    if found is not None and found not in REVISIONS:
        raise DatabaseProblem(
            f"the database has schema {found}, which this version does not know;"
            " a newer version migrated it: run that one"
        )
