"""The seals that chain the audit events, and the events as bytes that no edit leaves alike."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    exists,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from app.storage import tables

_event, _seal = tables.audit_event, tables.audit_seal

LATEST = {"sqlite": 0, "postgresql": 100_000}
"""How many sequences behind the highest sealed one an event may come and still be sealed.

SQLite commits in the order of the sequences. PostgreSQL hands them out earlier, and ends a
session that keeps a transaction idle after 120 s: about 100,000 events at 800 requests a second.
"""

RECENT = 1_000
"""Sequences behind the highest sealed one in which almost every event is found that comes late.

PostgreSQL goes through them in 0.3 ms, and through 100,000 in 30.
"""

SEAL_LOCK = 0x7365616C
"""The key of PostgreSQL's advisory lock: "seal" in ASCII."""

_STORED_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}")

_ANY_BYTES = partial(str, encoding="utf-8", errors="surrogateescape")
"""Reads text that is not UTF-8, which only an edit can have put there."""


@dataclass(frozen=True)
class Event:
    """One stored audit event: its sequence, and its columns as canonical bytes."""

    sequence: int
    content: bytes


@dataclass(frozen=True)
class Seal:
    """One link of the chain; a digest that is not bytes was put there by hand and stands empty."""

    place: int
    sequence: int
    digest: bytes


START = Seal(0, 0, bytes(32))
"""What stands before the first seal."""


class Seals:
    """The chain of one database; its events are those of every organisation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def take_turn(self) -> bool:
        """Be the only one who seals until the transaction ends; False where somebody else is."""
        if self._dialect == "sqlite":
            # Whoever writes to a file is alone.
            return True
        taken = self._connection.scalar(select(func.pg_try_advisory_xact_lock(SEAL_LOCK)))
        return bool(taken)

    def head(self) -> Seal:
        """Find the last seal."""
        last = select(*_seal_columns()).order_by(_seal.c.place.desc()).limit(1)
        row = self._connection.execute(last).one_or_none()
        return _seal_of(row) if row is not None else START

    def at(self, place: int) -> Seal:
        """Find the seal at a place; one without a digest where there is none."""
        if place == START.place:
            return START
        found = select(*_seal_columns()).where(_seal.c.place == place)
        row = self._connection.execute(found).one_or_none()
        return _seal_of(row) if row is not None else Seal(place, 0, b"")

    def unsealed(self, most: int, behind: int) -> list[Event]:
        """Read events without a seal, lowest first, from so far behind the highest sealed one."""
        highest = select(func.coalesce(func.max(_seal.c.sequence), 0)).scalar_subquery()
        after = highest - min(behind, LATEST[self._dialect])
        rows = self._raw(
            select(*_event_columns(self._dialect))
            .where(_event.c.sequence > after, ~_has_seal(_seal.c.sequence > after))
            .order_by(_event.c.sequence)
            .limit(most)
        )
        return [Event(row.sequence, _content(row)) for row in rows]

    def add_all(self, seals: Iterable[Seal]) -> None:
        """Append to the chain."""
        self._connection.execute(insert(_seal), [vars(seal) for seal in seals])

    def page(self, most: int, after: int) -> list[tuple[Seal, Event | None]]:
        """Read seals in their order, each with its event where that is still there."""
        rows = self._raw(
            select(*_seal_columns(), *_event_columns(self._dialect))
            .select_from(_seal.outerjoin(_event, _event.c.sequence == _seal.c.sequence))
            .where(_seal.c.place > after)
            .order_by(_seal.c.place)
            .limit(most)
        )
        return [
            (
                _seal_of(row),
                Event(row.sequence, _content(row)) if row.sequence is not None else None,
            )
            for row in rows
        ]

    def events(self) -> int:
        """Count the events, sealed or not."""
        return self._connection.scalar(select(func.count()).select_from(_event)) or 0

    def first_unsealed(self) -> int | None:
        """Find the lowest sequence that has no seal, however far behind it is."""
        found: int | None = self._connection.scalar(
            select(func.min(_event.c.sequence)).where(~_has_seal())
        )
        return found

    def oldest_unsealed(self) -> datetime | None:
        """Find when the lowest event without a seal was appended; not what comes very late."""
        highest = select(func.coalesce(func.max(_seal.c.sequence), 0)).scalar_subquery()
        after = highest - min(RECENT, LATEST[self._dialect])
        return self._connection.scalar(
            select(_event.c.at)
            .where(_event.c.sequence > after, ~_has_seal(_seal.c.sequence > after))
            .order_by(_event.c.sequence)
            .limit(1)
        )

    def _raw(self, query: Select[Any]) -> list[Any]:
        with _any_text(self._connection):
            return list(self._connection.execute(query))


def _has_seal(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_seal.c.sequence == _event.c.sequence, *conditions)


@cache
def _event_columns(dialect: str) -> tuple[ColumnElement[Any], ...]:
    at = _event.c.at
    if dialect == "sqlite":
        stored: ColumnElement[Any] = type_coerce(at, String)
    else:
        # As SQLite stores it; without the era, a year before Christ would read as one after.
        form = "YYYY-MM-DD HH24:MI:SS.USAD"
        stored = func.replace(func.to_char(func.timezone("UTC", at), form), "AD", "")
    return tuple(stored.label("at") if each is at else each for each in _event.c)


@cache
def _seal_columns() -> tuple[ColumnElement[Any], ...]:
    return (
        _seal.c.place,
        _seal.c.sequence.label("sealed"),
        type_coerce(_seal.c.digest, NullType).label("digest"),
    )


def _seal_of(row: Any) -> Seal:
    return Seal(row.place, row.sealed, row.digest if isinstance(row.digest, bytes) else b"")


def _content(row: Any) -> bytes:
    values = [
        row.sequence,
        row.organisation_id,
        _instant(row.at),
        row.client_id,
        row.action,
        row.status,
        row.person,
        row.request_id,
        row.detail,
    ]
    # SQLite keeps a value of any kind in any column; what JSON has no word for is no honest one.
    return json.dumps(values, default=repr, separators=(",", ":")).encode("ascii")


def _instant(stored: Any) -> Any:
    if isinstance(stored, str) and _STORED_INSTANT.fullmatch(stored):
        return f"{stored[:10]}T{stored[11:]}Z"
    # Another spelling of the same instant is an edit all the same.
    return [stored]


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.text_factory = _ANY_BYTES
    try:
        yield
    finally:
        driver.text_factory = str
