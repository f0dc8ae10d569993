"""Whether the audit trail is the one that was written."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.errors import InvalidInput
from app.storage.database import Database
from app.storage.seals import LATEST, START, Event, Seal, Seals
from app.storage.tenancy import AUDIT
from app.usecases.sealing import Anchor, digest_of

PAGE = 2_000
"""Seals in memory at once."""

BEFORE_ALL = -(2**63)
"""Lower than any place: a seal in front of the first one is found, too."""

Kind = Literal["edited", "missing", "inserted", "unchained"]
"""The event or its seal was edited; the event is gone; it came too late; the seal is gone."""


@dataclass(frozen=True)
class Fault:
    """Where the trail is not the one that was written."""

    kind: Kind
    place: int | None
    sequence: int | None


@dataclass(frozen=True)
class ChainReport:
    """What was found of the chain: the first fault only, the rest may follow from it."""

    sealed: int
    unsealed: int
    fault: Fault | None
    head: Seal


class _Walk:
    """Goes along the chain, one seal after the other."""

    def __init__(self, latest: int) -> None:
        self._latest = latest
        self._highest = 0
        self.before = START
        self.sealed = 0
        self.fault: Fault | None = None

    def step(self, seal: Seal, event: Event | None) -> None:
        self.fault = self.fault or self._fault(seal, event)
        self.before = seal
        if event is not None:
            self.sealed += 1
            self._highest = max(self._highest, event.sequence)

    def is_too_late(self, sequence: int) -> bool:
        return sequence < self._highest - self._latest

    def _fault(self, seal: Seal, event: Event | None) -> Fault | None:
        place = self.before.place + 1
        if seal.place != place:
            return Fault("unchained", place, None)
        if event is None:
            return Fault("missing", place, seal.sequence)
        if seal.digest != digest_of(self.before.digest, event):
            return Fault("edited", place, seal.sequence)
        if self.is_too_late(event.sequence):
            return Fault("inserted", place, seal.sequence)
        return None


def sealed(database: Database) -> int:
    """Count the seals."""
    with database.read(AUDIT) as connection:
        return Seals(connection).head().place


def check_chain(database: Database, passed: Callable[[int], object]) -> ChainReport:
    """Recompute every seal, in one snapshot and page by page; `passed` is told how many."""
    walk = _Walk(LATEST[database.dialect])
    with database.read(AUDIT) as connection:
        seals = Seals(connection)
        after = BEFORE_ALL
        while page := seals.page(PAGE, after):
            for seal, event in page:
                walk.step(seal, event)
            after = walk.before.place
            passed(len(page))
        unsealed = seals.events() - walk.sealed
        fault = walk.fault or (_inserted(seals, walk) if unsealed else None)
    return ChainReport(walk.sealed, unsealed, fault, walk.before)


def read_anchor(text: str) -> Anchor:
    """Read what `prognosis anchor` printed, or a line of the log that tells an anchor."""
    try:
        told = json.loads(text)
        return Anchor(
            str(told["day"]), int(told["place"]), str(told["digest"]), int(told["events"])
        )
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput(
            "an anchor is one JSON object with day, place, digest and events", code="no-anchor"
        ) from error


def holds(database: Database, anchor: Anchor) -> bool:
    """Tell whether the chain still goes through an anchor, and no event has gone since."""
    with database.read(AUDIT) as connection:
        seals = Seals(connection)
        is_there = seals.at(anchor.place).digest.hex() == anchor.digest
        return is_there and seals.events() >= anchor.events


def _inserted(seals: Seals, walk: _Walk) -> Fault | None:
    sequence = seals.first_unsealed()
    if sequence is None or not walk.is_too_late(sequence):
        return None
    return Fault("inserted", None, sequence)
