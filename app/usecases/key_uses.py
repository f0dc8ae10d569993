"""When keys were last used: kept behind the requests, and seldom."""

import logging
from datetime import datetime, timedelta
from threading import Lock

from app.storage.database import Database
from app.storage.directory import Secret
from app.storage.retried import Retried
from app.storage.store import administering

PRECISION = timedelta(minutes=1)
"""A key that is used all the time is written down so often, by all processes together."""

WRITTEN_AFTER_S = 2.0
"""Seconds in which uses are collected for one transaction."""

log = logging.getLogger(__name__)


class KeyUses:
    """The uses that the database has still to hear of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._uses: dict[tuple[str, bytes], datetime] = {}
        self._writing = Retried(self._write, WRITTEN_AFTER_S)

    def note(self, client_id: str, secret: Secret, now: datetime) -> None:
        """Have a use written down soon, unless one of the last minute is."""
        if secret.last_used_at is not None and now - secret.last_used_at < PRECISION:
            return
        with self._lock:
            is_known = (client_id, secret.secret_hash) in self._uses
            self._uses[client_id, secret.secret_hash] = now
        if not is_known:
            self._writing.later()

    def close(self) -> None:
        """Write down what is left."""
        self._writing.close()
        self._write()

    def _write(self) -> bool:
        with self._lock:
            uses, self._uses = self._uses, {}
        if not uses:
            return True
        try:
            with administering(self._database) as directory:
                directory.note_uses(uses)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next use is noted anew
            log.warning("uses of keys were not noted", extra={"error": type(error).__name__})
        return True
