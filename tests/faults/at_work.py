"""Callers at work in threads while a test does something to the service."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Self


class AtWork:
    """Calls that each go on in a thread of its own, until the block ends and `stopped` is set."""

    def __init__(self, calls: Sequence[Callable[[], None]]) -> None:
        self._threads = [threading.Thread(target=call) for call in calls]
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self._threads:
            thread.join()


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Look often until something holds, and fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)
