"""What a database holds, told so that two can be compared."""

from collections import Counter
from hashlib import sha256

from sqlalchemy import Connection, MetaData, Table, inspect, select

from tests.owner import owned

Rows = tuple[int, str]
"""How many, and the digest of all of them in an order of their own."""


def contents(database_url: str) -> dict[str, Rows]:
    """Count and digest the rows of every table."""
    return rows_of(database_url, columns_of(database_url))


def columns_of(database_url: str) -> dict[str, list[str]]:
    """Name the columns of every table."""
    database = owned(database_url)
    try:
        with database.read() as connection:
            found = inspect(connection)
            return {
                name: [column["name"] for column in found.get_columns(name)]
                for name in sorted(found.get_table_names())
            }
    finally:
        database.close()


def rows_of(database_url: str, columns: dict[str, list[str]]) -> dict[str, Rows]:
    """Count and digest the rows of some tables by some of their columns."""
    database = owned(database_url)
    try:
        with database.read() as connection:
            return {name: _digest(connection, name, only) for name, only in columns.items()}
    finally:
        database.close()


def all_rows(database_url: str, columns: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """Write every row of some tables by some of their columns."""
    database = owned(database_url)
    try:
        with database.read() as connection:
            return {name: Counter(_told(connection, name, only)) for name, only in columns.items()}
    finally:
        database.close()


def _digest(connection: Connection, name: str, columns: list[str]) -> Rows:
    told = sorted(_told(connection, name, columns))
    return len(told), sha256("\n".join(told).encode()).hexdigest()


def _told(connection: Connection, name: str, columns: list[str]) -> list[str]:
    table = Table(name, MetaData(), autoload_with=connection)
    rows = connection.execute(select(*(table.c[column] for column in columns)))
    return [repr(tuple(map(_plain, row))) for row in rows]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
