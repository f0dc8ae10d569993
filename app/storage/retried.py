"""Work that could not be done at once and is owed until it is."""

from collections.abc import Callable
from threading import Event, Lock, Thread, current_thread


class Retried:
    """Tries one piece of work again and again, on a thread of its own, until it is done."""

    def __init__(self, work: Callable[[], bool], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._mutex = Lock()
        self._closed = Event()
        self._owed = False
        self._thread: Thread | None = None

    def later(self) -> None:
        """Have the work done, from its beginning, after this call."""
        with self._mutex:
            self._owed = True
            if self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._run, name="retried", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Give up, and wait until nothing is under way."""
        self._closed.set()
        with self._mutex:
            thread = self._thread
        if thread:
            thread.join()

    def _run(self) -> None:
        try:
            while not (self._closed.wait(self._seconds) or self._is_done()):
                pass
        finally:
            with self._mutex:
                # Another one can have begun since this one was done.
                if self._thread is current_thread():
                    self._thread = None

    def _is_done(self) -> bool:
        with self._mutex:
            self._owed = False
        is_done = self._work()
        with self._mutex:
            # Asked for anew meanwhile: what was done may have come too early.
            if is_done and not self._owed:
                self._thread = None
                return True
        return False
