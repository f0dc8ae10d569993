"""The audit trail is chained in the background, behind the requests that write it."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from threading import Event as Flag
from threading import Thread
from time import monotonic

from app.storage.database import Database
from app.storage.seals import LATEST, RECENT, Event, Seal, Seals
from app.storage.tenancy import AUDIT

AT_ONCE = 500
"""Events that one transaction seals; on SQLite nobody else writes for the few ms that it takes."""

EVERY_S = 5
"""Seconds between looks; what is edited sooner than its seal is made cannot be found."""

LATE_EVERY_S = 60
"""Seconds between looks for events that come very late."""

BETWEEN_S = 0.2
"""Seconds between two full transactions, in which requests have the processor to themselves.

So 2,500 events a second at most: three times what requests write.
"""

STOP_S = 5
"""Seconds that a transaction at work has to end when the service stops."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """Where the chain stood: whoever keeps it elsewhere can tell if the chain was made anew."""

    day: str
    place: int
    digest: str
    events: int


def digest_of(before: bytes, event: Event) -> bytes:
    """Chain one event to what was sealed before it."""
    return sha256(before + event.content).digest()


def seal(database: Database) -> int:
    """Seal the lowest unsealed events, a bounded number; zero where somebody else just did."""
    return _sealed(database, LATEST[database.dialect])


def seal_recent(database: Database) -> int:
    """Seal likewise, but leave what comes very late to the next time that all is sealed."""
    return _sealed(database, RECENT)


def _sealed(database: Database, behind: int) -> int:
    with database.read(AUDIT) as connection:
        seals = Seals(connection)
        found = seals.unsealed(AT_ONCE, behind)
        if not found:
            return 0
        head = seals.head()
    links = list(_chained(head, found))
    with database.begin() as connection:
        seals = Seals(connection)
        if not seals.take_turn() or seals.head() != head:
            return 0
        seals.add_all(links)
    return len(links)


def anchor(database: Database) -> Anchor:
    """Tell where the chain stands."""
    with database.read(AUDIT) as connection:
        seals = Seals(connection)
        head, events = seals.head(), seals.events()
    day = _day(database)
    return Anchor(day, head.place, head.digest.hex(), events)


def _day(database: Database) -> str:
    return database.now().date().isoformat()


def seconds_unsealed(database: Database) -> float:
    """Tell for how long the oldest event without a seal has been there; 0 where all have one."""
    with database.read(AUDIT) as connection:
        oldest = Seals(connection).oldest_unsealed()
    return 0.0 if oldest is None else max(0.0, (database.now() - oldest).total_seconds())


def _chained(head: Seal, events: Iterable[Event]) -> Iterator[Seal]:
    for event in events:
        head = Seal(head.place + 1, event.sequence, digest_of(head.digest, event))
        yield head


class Sealer:
    """A thread that seals from `start` to `close`, whatever becomes of the database meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = Flag()
        self._thread = Thread(target=self._run, name="sealer", daemon=True)
        self._is_failing = False
        self._told: str | None = None
        self._late_at = 0.0

    def start(self) -> None:
        """Begin to seal."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what is not sealed yet, the next start seals."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            pause = self._pause_after_one()

    def _pause_after_one(self) -> float:
        try:
            sealed = self._seal()
            if sealed < AT_ONCE:
                self._tell_anchor()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may fare better
            self._tell_failure(error)
            return EVERY_S
        self._is_failing = False
        return BETWEEN_S if sealed == AT_ONCE else EVERY_S

    def _seal(self) -> int:
        if monotonic() < self._late_at:
            return seal_recent(self._database)
        self._late_at = monotonic() + LATE_EVERY_S
        return seal(self._database)

    def _tell_anchor(self) -> None:
        """Leave the anchor in the log once a day, from where it leaves the machine."""
        if self._told == _day(self._database):
            return
        found = anchor(self._database)
        if found.place:
            log.info("audit anchor", extra=asdict(found))
            self._told = found.day

    def _tell_failure(self, error: Exception) -> None:
        if not self._is_failing and not self._stopped.is_set():
            name = type(error).__name__
            log.warning("the audit trail is not being sealed", extra={"error": name})
        self._is_failing = True
