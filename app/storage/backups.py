"""Everything that a database holds, in one snapshot, out into one file."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    TableClause,
    Text,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from app import __version__
from app.storage import tables
from app.storage.audit import AuditEvent, AuditTrail
from app.storage.backup_file import (
    ROWS_AT_ONCE,
    Kind,
    Manifest,
    Row,
    TableLayout,
    writing_backup,
)
from app.storage.database import Database
from app.storage.schema import REVISIONS
from app.storage.tenancy import BACKUP, of_organisation, reach_instead

Progress = Callable[[int], object]
"""Is told of some rows more, or at the start how many there will be."""

KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (tables.Instant, "instant"),
    (Boolean, "boolean"),
    (Date, "date"),
    (Float, "number"),
    (Integer, "integer"),
    (LargeBinary, "bytes"),
    (String, "text"),
)
"""What a column of each type holds."""

IN_THEIR_ORDER = {
    each.name
    for each in tables.metadata.sorted_tables
    if each is not tables.organisation and next(iter(each.primary_key)).name == "organisation_id"
}
"""The tables that are in the order of organisations, and so are read one by one."""

TYPES: dict[Kind, TypeEngine[Any]] = {
    "instant": tables.Instant(),
    "boolean": Boolean(),
    "date": Date(),
    "number": Float(),
    "integer": BigInteger(),
    "bytes": LargeBinary(),
    "text": Text(),
}
"""How a column of each kind is read and written, also one that this version no longer has."""


def layouts() -> list[TableLayout]:
    """List every table, those that others refer to first."""
    return [
        TableLayout(
            each.name,
            {each.name: _kind_of(each) for each in each.columns},
            tuple(each.name for each in each.primary_key),
        )
        for each in tables.metadata.sorted_tables
    ]


def write_backup(
    database: Database, path: Path, made_at: datetime, begun: Progress, progress: Progress
) -> Manifest:
    """Write every row of one snapshot; what was committed before `made_at` is in it."""
    with writing_backup(path) as backup, database.read(BACKUP) as connection:
        take_time(connection)
        ours = layouts()
        begun(sum(_count_of_everybody(connection, layout) for layout in ours))
        for layout in ours:
            backup.add(layout, _rows_of_everybody(connection, layout), progress)
        return backup.end(__version__, REVISIONS[-1], database.dialect, made_at)


def tell_everybody(connection: Connection, event: AuditEvent) -> None:
    """Append an event to the trail of every organisation: it touched the data of all."""
    for number in _everybody(connection):
        reach_instead(connection, of_organisation(number))
        AuditTrail(connection, number).add(event)


def _everybody(connection: Connection) -> list[int]:
    """Number the organisations, in their order."""
    reach_instead(connection, BACKUP)
    number = tables.organisation.c.organisation_id
    return list(connection.scalars(select(number).order_by(number)))


def _reaches(connection: Connection, layout: TableLayout) -> Iterator[Connection]:
    """Reach all of a table: an organisation after the other where its rows are in that order."""
    if connection.dialect.name == "sqlite" or layout.name not in IN_THEIR_ORDER:
        reach_instead(connection, BACKUP)
        yield connection
        return
    for number in _everybody(connection):
        reach_instead(connection, of_organisation(number))
        yield connection


def _count_of_everybody(connection: Connection, layout: TableLayout) -> int:
    return sum(count_rows(each, layout) for each in _reaches(connection, layout))


def _rows_of_everybody(connection: Connection, layout: TableLayout) -> Iterator[Row]:
    for each in _reaches(connection, layout):
        yield from read_rows(each, layout)


def take_time(connection: Connection) -> None:
    """Lift PostgreSQL's limits, which are for requests, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))


def table_of(layout: TableLayout) -> TableClause:
    """Name a table and its columns for queries."""
    return table(layout.name, *(column(name, TYPES[of]) for name, of in layout.columns.items()))


def count_rows(connection: Connection, layout: TableLayout) -> int:
    """Count the rows of a table."""
    return connection.execute(select(func.count()).select_from(table_of(layout))).scalar_one()


def read_rows(connection: Connection, layout: TableLayout) -> Iterator[Row]:
    """Read a table in the order of its key, which is the same on both databases."""
    ours = table_of(layout)
    is_postgres = connection.dialect.name == "postgresql"
    order = [
        ours.c[name].collate("C")
        if is_postgres and layout.columns[name] == "text"
        else ours.c[name]
        for name in layout.key
    ]
    query = select(ours).order_by(*order).execution_options(yield_per=ROWS_AT_ONCE)
    for row in connection.execute(query):
        yield tuple(row)


def _kind_of(of: Column[Any]) -> Kind:
    for cls, kind in KINDS:
        if isinstance(of.type, cls):
            return kind
    raise TypeError(f"a backup has no form for the column {of.table.name}.{of.name}")
