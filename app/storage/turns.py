"""A lock that serves threads in the order in which they came, and processes by turns."""

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """Lets one thread write at a time; a plain lock can leave a thread waiting under load."""

    def __init__(self, path: str) -> None:
        self._mutex = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()
        # The kernel lets the lock go when its process dies, however it dies.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for a turn, at most so long, and keep it for the block; else TimeoutError."""
        if not self._take(seconds):
            raise TimeoutError("no turn came")
        try:
            # SQLite's own waiting sleeps ever longer, and a busy process starves the others.
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._pass_on()

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _take(self, seconds: float) -> bool:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        # It came between giving up and saying so.
        return True

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
