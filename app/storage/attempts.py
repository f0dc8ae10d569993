"""How often somebody called, or sent a wrong secret, counted for all processes together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningInsert

from app.errors import Unavailable
from app.storage import tables
from app.storage.database import Database

_window = tables.attempt_window

SET_BACK_S = 5
"""A window that ends so much later than one that opens now is of a clock that has been set back."""

SWEPT_AT_ONCE = 1000
"""Ended windows that one transaction deletes; the next one goes on."""


@dataclass(frozen=True)
class Window:
    """What was counted, and when the count begins anew."""

    attempts: int
    ends_at: datetime

    def lasts(self, now: datetime, seconds: int) -> bool:
        """Tell whether a window of so many seconds still counts."""
        return now < self.ends_at <= now + timedelta(seconds=seconds + SET_BACK_S)


class Attempts:
    """The counts, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subjects: Iterable[str], at: datetime, seconds: int) -> dict[str, Window]:
        """Count one attempt of each subject; a window opens with the first and lasts so long."""
        count = _count(self._connection.dialect.name)
        until = at + timedelta(seconds=seconds)
        found: dict[str, Window] = {}
        # In one order everywhere: two transactions never wait for each other.
        for subject in sorted(subjects):
            latest = until + timedelta(seconds=SET_BACK_S)
            values = {"of_subject": subject, "until": until, "now": at, "latest": latest}
            row = self._connection.execute(count, values).one()
            found[subject] = Window(row.attempts, row.ends_at)
        if any(window.attempts == 1 for window in found.values()):
            self._sweep(at)
        return found

    def _sweep(self, at: datetime) -> None:
        ended = select(_window.c.subject).where(_window.c.ends_at <= at).limit(SWEPT_AT_ONCE)
        # What another transaction holds it counts or sweeps itself.
        ended = ended.with_for_update(skip_locked=True)
        self._connection.execute(delete(_window).where(_window.c.subject.in_(ended)))


def count_calls(
    database: Database, subjects: Sequence[str], at: datetime, seconds: int
) -> dict[str, Window]:
    """Count one call of each subject in a transaction of its own."""
    try:
        with database.begin() as connection:
            return Attempts(connection).add(subjects, at, seconds)
    except DBAPIError as error:
        raise Unavailable("the database did not take the count") from error


@cache
def _count(dialect: str) -> ReturningInsert[tuple[int, datetime]]:
    insert = sqlite.insert(_window) if dialect == "sqlite" else postgresql.insert(_window)
    ends_at = _window.c.ends_at
    has_ended = (ends_at <= bindparam("now")) | (ends_at > bindparam("latest"))
    count = insert.values(subject=bindparam("of_subject"), attempts=1, ends_at=bindparam("until"))
    return count.on_conflict_do_update(
        index_elements=[_window.c.subject],
        set_={
            "attempts": case((has_ended, 1), else_=_window.c.attempts + 1),
            "ends_at": case((has_ended, insert.excluded.ends_at), else_=ends_at),
        },
    ).returning(_window.c.attempts, _window.c.ends_at)
