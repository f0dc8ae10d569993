"""The process that fits: one job after another, alive until it is done or told as failed."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Protocol

from app.prognosis.engine.threads import set_threads
from app.prognosis.refusals import RefitRefused
from app.storage.database import Database
from app.storage.store import writing
from app.usecases.comparing import compare_and_keep
from app.usecases.jobs import Kind, fail
from app.usecases.pooling import fit_pool
from app.usecases.refitting import refit

HEARTBEAT_S = 2.0
"""Seconds between two signs of life of a job."""

log = logging.getLogger(__name__)


class Work(Protocol):
    """What is done for one kind of job."""

    def __call__(
        self,
        database: Database,
        organisation_id: int,
        job_id: str,
        progress: Callable[[float], None],
        /,
    ) -> None:
        """Do a job whole, and keep what came of it."""


WORK: Mapping[Kind, Work] = {
    "refit": refit,
    "comparison": compare_and_keep,
    "pooling": fit_pool,
}


def start(setup: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """Open the database once and give the function that does one job after another."""
    # One processor stays with the requests.
    set_threads(max(1, (os.cpu_count() or 1) - 1))
    database = open_database(setup["database_url"])
    return lambda job: do(database, job)


def open_database(url: str) -> Database:
    """Open a database by its clock as it is now, by which a job is judged to be alive."""
    return Database(url, pool_size=4, clock_asked_every_s=0.0)


def do(database: Database, job: Mapping[str, Any]) -> None:
    """Do a job, and say why where nothing comes of it."""
    progress = Progress()
    with _alive(database, job, progress):
        try:
            WORK[job["kind"]](database, job["organisation_id"], job["job_id"], progress)
        except RefitRefused as refusal:
            fail(database, job, refusal.code, str(refusal))
        except Exception as error:  # noqa: BLE001 - a job that met a fault must not look alive
            # The kind alone: a message or a traceback could quote a row.
            log.error("%s failed: %s", job["kind"], type(error).__name__)  # noqa: TRY400
            fail(database, job, "abandoned", f"the {job['kind']} met an error")


class Progress:
    """How far a job is, told by the work and read by the heartbeat."""

    def __init__(self) -> None:
        self.fraction = 0.0

    def __call__(self, fraction: float) -> None:
        """Move on, never back."""
        self.fraction = min(1.0, max(self.fraction, fraction))


@contextmanager
def _alive(database: Database, job: Mapping[str, Any], progress: Progress) -> Iterator[None]:
    ended = Event()

    def beat() -> None:
        while True:
            try:
                with writing(database, job["organisation_id"]) as store:
                    jobs = store.jobs[job["kind"]]
                    jobs.beat(job["job_id"], progress.fraction, database.now())
            except Exception as error:  # noqa: BLE001 - the next sign of life may get through
                log.warning("no sign of life: %s", type(error).__name__)
            if ended.wait(HEARTBEAT_S):
                return

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
