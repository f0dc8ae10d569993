"""The statements that SQLite and PostgreSQL share but SQLAlchemy keeps by dialect."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or_ignore(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Insert a row, or nothing where a unique constraint already holds one."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
