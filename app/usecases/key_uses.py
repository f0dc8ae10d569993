"""When keys were last used: kept behind the requests, and seldom."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock

from app.storage.database import Database
from app.storage.directory import Client, Secret
from app.storage.retried import Retried
from app.storage.store import writing

PRECISION = timedelta(minutes=1)
"""A key that is used all the time is written down so often, by all processes together."""

WRITTEN_AFTER_S = 2.0
"""Seconds in which uses are collected for one transaction."""

Uses = dict[tuple[str, bytes], datetime]
"""When, by client and hash of the secret."""

log = logging.getLogger(__name__)


class KeyUses:
    """The uses that the database has still to hear of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._uses: defaultdict[int, Uses] = defaultdict(dict)
        self._writing = Retried(self._write, WRITTEN_AFTER_S)

    def note(self, client: Client, secret: Secret, now: datetime) -> None:
        """Have a use written down soon, unless one of the last minute is."""
        if secret.last_used_at is not None and now - secret.last_used_at < PRECISION:
            return
        name = client.client_id, secret.secret_hash
        with self._lock:
            uses = self._uses[client.organisation_id]
            is_known = name in uses
            uses[name] = now
        if not is_known:
            self._writing.later()

    def close(self) -> None:
        """Write down what is left."""
        self._writing.close()
        self._write()

    def _write(self) -> bool:
        with self._lock:
            told, self._uses = self._uses, defaultdict(dict)
        try:
            for organisation_id, uses in told.items():
                with writing(self._database, organisation_id) as store:
                    store.directory.note_uses(uses)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next use is noted anew
            log.warning("uses of keys were not noted", extra={"error": type(error).__name__})
        return True
