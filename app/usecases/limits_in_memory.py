"""What one process knows of limits before and beside the database."""

from collections import Counter
from datetime import datetime
from threading import Lock


class LimitsInMemory:
    """Wrong secrets that are not counted yet, and whose calls are used up until when."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._uncounted: Counter[str] = Counter()
        self._used_up: dict[str, datetime] = {}

    def uncounted(self, address: str) -> int:
        """Tell how many wrong secrets came from an address that the database has still to count."""
        return self._uncounted[address]

    def note(self, address: str) -> None:
        """Remember a wrong secret until the database has counted it."""
        with self._lock:
            self._uncounted[address] += 1

    def forget(self, address: str) -> None:
        """Leave a wrong secret to the database."""
        with self._lock:
            self._uncounted[address] -= 1
            if not self._uncounted[address]:
                del self._uncounted[address]

    def used_up_until(self, subject: str, now: datetime) -> datetime | None:
        """Tell until when no call is left; None while there is one."""
        until = self._used_up.get(subject)
        return until if until is not None and until > now else None

    def use_up(self, subject: str, until: datetime, now: datetime) -> None:
        """Refuse without asking the database: who has no call left keeps it from no work."""
        with self._lock:
            lasting = {name: end for name, end in self._used_up.items() if end > now}
            self._used_up = lasting | {subject: until}
