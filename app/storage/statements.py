"""The statements that SQLite and PostgreSQL share but SQLAlchemy keeps by dialect."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """Insert a row, or nothing where a unique constraint already holds one."""
    return _or_ignore(connection.dialect.name, table)


def insert_if_absent(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert one row; False where a unique constraint already holds one."""
    statement = _counted(connection.dialect.name, table)
    return connection.execute(statement, values).rowcount == 1


@cache
def insert_or_update(dialect: str, table: Table, column: str) -> Insert:
    """Insert a row, or set one column of the row that is there."""
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={column: insert.excluded[column]}
    )


@cache
def _or_ignore(dialect: str, table: Table) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


@cache
def _counted(dialect: str, table: Table) -> Insert:
    return _or_ignore(dialect, table).inline().execution_options(preserve_rowcount=True)
