"""The instant by the one clock that all processes of a database share."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, func, select

ASKED_EVERY_S = 5.0
"""Seconds for which a process that serves goes by its own steady clock until it asks again."""


class ServerClock:
    """PostgreSQL's clock: those of the machines that it serves differ, and are set meanwhile."""

    def __init__(self, asked_every_s: float) -> None:
        self._asked_every_s = asked_every_s
        self._asked: tuple[float, datetime] | None = None

    def ask(self, connection: Connection) -> None:
        """Ask the database what time it is, unless that was done just now."""
        if self._asked is not None and monotonic() - self._asked[0] < self._asked_every_s:
            return
        before = monotonic()
        told: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        self._asked = (before + monotonic()) / 2, told.astimezone(UTC)

    def now(self) -> datetime:
        """Tell the instant."""
        if self._asked is None:
            raise RuntimeError("the database has not been asked for the time yet")
        at, told = self._asked
        return told + timedelta(seconds=monotonic() - at)


class OwnClock:
    """The machine's clock, which every process on one file has."""

    def ask(self, _connection: Connection) -> None:
        """Leave the database alone."""

    def now(self) -> datetime:
        """Tell the instant."""
        return datetime.now(UTC)
