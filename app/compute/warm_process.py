"""A warm child process that does jobs one after the other and dies with its parent."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from queue import Queue
from threading import Event, Lock, Thread
from typing import Any

Job = Mapping[str, Any]

log = logging.getLogger(__name__)

WAITING_S = 2.0
"""Seconds between two times that a job in the queue is told to wait still."""

_NOTHING: Job = {}


class WarmProcess:
    """Jobs for one function, run in a child that has paid its imports once."""

    def __init__(
        self,
        target: str,
        setup: Mapping[str, Any],
        *,
        waits: Callable[[Job], None],
        lost: Callable[[Job], None],
    ) -> None:
        self._target = target
        self._setup = setup
        self._waits = waits
        self._lost = lost
        self._jobs: Queue[Job | None] = Queue()
        self._closed = Event()
        self._lock = Lock()
        self._feeder: Thread | None = None
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the child, which otherwise starts with the first job."""
        self._queue(_NOTHING)

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._queue(job)

    def _queue(self, job: Job) -> None:
        with self._lock:
            if self._feeder is None:
                self._feeder = Thread(target=self._feed, name="refits", daemon=True)
                self._feeder.start()
                Thread(target=self._tell_waiting, name="waiting refits", daemon=True).start()
        self._jobs.put(job)

    def close(self) -> None:
        """End the child; a job that it was doing is lost."""
        self._closed.set()
        self._jobs.put(None)
        child = self._child
        if child is not None:
            child.terminate()
        if self._feeder is not None:
            self._feeder.join(timeout=10)

    def _feed(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if job is _NOTHING:
                    self._running()
                elif not self._done(job):
                    self._lost(job)
            except Exception as error:  # noqa: BLE001 - one job's fault may not stop the others
                # The refit's lease runs out, and with that it is told as abandoned.
                log.error("a refit could not be run: %s", type(error).__name__)  # noqa: TRY400
        self._end()

    def _tell_waiting(self) -> None:
        while not self._closed.wait(WAITING_S):
            with self._jobs.mutex:
                waiting = list(self._jobs.queue)
            for job in waiting:
                if job is not None and job is not _NOTHING:
                    self._waits(job)

    def _done(self, job: Job) -> bool:
        child = self._running()
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        try:
            child.stdin.write(json.dumps(dict(job)) + "\n")
            child.stdin.flush()
        except BrokenPipeError:
            return False
        return child.stdout.readline() == "done\n"

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "app.compute.child", self._target],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            # The set-up names the database; on the command line every user could read it.
            if self._child.stdin is not None:
                self._child.stdin.write(json.dumps(dict(self._setup)) + "\n")
                self._child.stdin.flush()
        return self._child

    def _end(self) -> None:
        if self._child is None:
            return
        with self._child:
            self._child.terminate()
        self._child = None
