"""The database as its owner has it, who sees and may do what the service does not."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, make_url

from app.storage.database import Database


def owned(url: str) -> Database:
    """Open a database as whoever its address logs in as; on SQLite everybody owns the file."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
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
