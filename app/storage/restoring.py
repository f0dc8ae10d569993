"""A backup comes back: whole, compared row by row, into an empty database, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from psycopg import Connection as PostgresConnection
from psycopg import DataError, sql
from psycopg import Error as PostgresError
from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.exc import StatementError

from app.storage.audit import AuditEvent
from app.storage.backup_file import (
    BackupFile,
    BackupProblem,
    Manifest,
    Row,
    TableContent,
    TableLayout,
    Tally,
    parts,
    reading_backup,
    sync,
)
from app.storage.backups import (
    Progress,
    count_rows,
    read_rows,
    table_of,
    take_time,
    tell_everybody,
)
from app.storage.engines import DatabaseProblem, parse_url
from app.storage.schema import REVISIONS, alone, revision_of, upgrade
from app.storage.tenancy import unfenced

NOT_OURS = frozenset({"alembic_version"})
"""Written by the migrations."""

NAME_ANOTHER = (
    "restore into a new one: PROGNOSIS_DATABASE_URL has to name a file that is not there yet,"
    " or a PostgreSQL database without tables"
)
"""How to go on where a database is not empty."""


@dataclass(frozen=True)
class Restored:
    """What came back, and the schema that the database has now."""

    manifest: Manifest
    schema: str


def restore_backup(
    url: str, path: Path, event: AuditEvent, begun: Progress, progress: Progress
) -> Restored:
    """Fill an empty database in one transaction, and compare every row with the backup's."""
    with reading_backup(path) as backup:
        manifest = backup.manifest
        _refuse_unknown(manifest)
        # First, so that a damaged file is told as such and not by what its rows lead to.
        backup.check()
        # Every row is written, and read again.
        begun(2 * manifest.rows)
        with _all_or_nothing(url) as connection:
            take_time(connection)
            _make_tables(connection, manifest)
            with unfenced(connection):
                for content in manifest.tables:
                    _refuse_rows(connection, content.layout)
                for content in manifest.tables:
                    _fill(connection, content, backup, progress)
                for content in manifest.tables:
                    _compare(connection, content, progress)
                _finish(connection, manifest)
            upgrade(connection)
            tell_everybody(connection, event)
    return Restored(manifest, REVISIONS[-1])


def _refuse_unknown(manifest: Manifest) -> None:
    if manifest.schema not in REVISIONS:
        raise BackupProblem(
            f"the backup has schema {manifest.schema}, which this version does not know;"
            f" restore it with version {manifest.version} or a later one"
        )


@contextmanager
def _all_or_nothing(url: str) -> Iterator[Connection]:
    address = parse_url(url)
    try:
        with alone(address) as connection:
            yield connection
    except StatementError as error:
        raise DatabaseProblem(f"nothing was restored: {_reason(error.orig)}") from error
    except PostgresError as error:
        raise DatabaseProblem(f"nothing was restored: {_reason(error)}") from error
    if address.get_backend_name() == "sqlite":
        sync(Path(str(address.database)).absolute().parent)


def _reason(error: BaseException | None) -> str:
    if isinstance(error, DataError):
        # Its message quotes a value.
        return "a value that PostgreSQL does not take"
    # The first line only: the next one can quote a row.
    return str(error).partition("\n")[0]


def _make_tables(connection: Connection, manifest: Manifest) -> None:
    """Bring an empty database to the schema of a backup."""
    found = revision_of(connection)
    if found is None:
        if inspect(connection).get_table_names():
            raise BackupProblem(f"the database holds tables of something else; {NAME_ANOTHER}")
        upgrade(connection, manifest.schema)
    elif found != manifest.schema:
        raise BackupProblem(
            f"the database has schema {found} and the backup {manifest.schema}; {NAME_ANOTHER}"
        )
    _refuse_other_tables(connection, manifest)


def _refuse_other_tables(connection: Connection, manifest: Manifest) -> None:
    """Refuse a backup whose tables and columns are not those of the schema that it names."""
    inspector = inspect(connection)
    found = {
        name: {each["name"] for each in inspector.get_columns(name)}
        for name in set(inspector.get_table_names()) - NOT_OURS
    }
    told = {content.layout.name: {*content.layout.columns} for content in manifest.tables}
    if found != told:
        names = sorted(name for name in {*found, *told} if found.get(name) != told.get(name))
        raise BackupProblem(f"the backup does not fit schema {manifest.schema}: {', '.join(names)}")


def _refuse_rows(connection: Connection, layout: TableLayout) -> None:
    if connection.dialect.name == "postgresql":
        # Nobody may add an organisation between this look and the end.
        connection.exec_driver_sql(f"LOCK TABLE {_quoted(connection, layout)}")
    if count_rows(connection, layout):
        raise BackupProblem(f"the database is in use ({layout.name} has rows); {NAME_ANOTHER}")


def _fill(
    connection: Connection, content: TableContent, backup: BackupFile, progress: Progress
) -> None:
    fill = _fill_postgres if connection.dialect.name == "postgresql" else _fill_sqlite
    fill(connection, content.layout, parts(backup.rows(content)), progress)


def _fill_sqlite(
    connection: Connection, layout: TableLayout, rows: Iterator[list[Row]], progress: Progress
) -> None:
    statement, names = insert(table_of(layout)), list(layout.columns)
    for some in rows:
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in some])
        progress(len(some))


def _fill_postgres(
    connection: Connection, layout: TableLayout, rows: Iterator[list[Row]], progress: Progress
) -> None:
    driver = cast("PostgresConnection[Any]", connection.connection.driver_connection)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(layout.name), sql.SQL(", ").join(map(sql.Identifier, layout.columns))
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for some in rows:
            for row in some:
                copy.write_row(row)
            progress(len(some))


def _compare(connection: Connection, content: TableContent, progress: Progress) -> None:
    """Read a table again, and refuse where one row is not the backup's."""
    tally = Tally()
    for some in parts(read_rows(connection, content.layout)):
        tally.lines(some)
        progress(len(some))
    if (found := tally.content(content.layout)) != content:
        raise BackupProblem(
            f"{content.layout.name} came back otherwise ({found.rows} rows of {content.rows});"
            " nothing was restored"
        )


def _finish(connection: Connection, manifest: Manifest) -> None:
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if list(found) != ["ok"]:
            raise BackupProblem(f"the file is damaged ({found[0]}); nothing was restored")
        return
    for content in manifest.tables:
        for name in content.layout.key:
            _set_sequence(connection, content.layout, name)
    # Until PostgreSQL looks by itself, queries would be planned as if the tables were empty.
    connection.execute(text("ANALYZE"))


def _set_sequence(connection: Connection, layout: TableLayout, name: str) -> None:
    """Have the next number that PostgreSQL gives follow the last one."""
    named = func.pg_get_serial_sequence(_quoted(connection, layout), name)
    sequence = connection.scalar(select(named))
    last = connection.scalar(select(func.max(table_of(layout).c[name]))) if sequence else None
    if last is not None:
        connection.execute(select(func.setval(sequence, last)))


def _quoted(connection: Connection, layout: TableLayout) -> str:
    return connection.dialect.identifier_preparer.quote(layout.name)
