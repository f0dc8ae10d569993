"""The database as its owner has it, who sees and may do what the service does not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.errors import DuplicateObject, InsufficientPrivilege
from sqlalchemy import Connection, make_url

from app.storage.database import Database


def owned(url: str) -> Database:
    """Open a database as whoever its address logs in as; on SQLite everybody owns the file."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        _have_role(url)
        # The last option counts, and this one comes after the service's own.
        address = address.update_query_dict({"options": "-c role=none"})
    return Database(address.render_as_string(hide_password=False), pool_size=2)


@contextmanager
def as_owner(database: Database) -> Iterator[Connection]:
    """Open a transaction that reaches every row."""
    owners = owned(database.writer.url.render_as_string(hide_password=False))
    try:
        with owners.begin() as connection:
            yield connection
    finally:
        owners.close()


def _have_role(url: str) -> None:
    # Before the first migration on a server nobody could ask for it, not even to give it up.
    refusals = suppress(DuplicateObject, InsufficientPrivilege)
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection, refusals:
        connection.execute("CREATE ROLE prognosis_app NOLOGIN")
