"""`prognosis migrate` in a process of its own, which can be killed before its n-th statement."""

import multiprocessing
import os
import signal
import sys
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

from sqlalchemy import Engine, event

from app.cli import main

PRELOADED = ["alembic.command", "app.storage.schema", "numpy", "psycopg", "tests.faults.killed"]


def context() -> ForkServerContext:
    """Processes that begin with everything imported, so that hundreds of them can be killed."""
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(PRELOADED)
    return chosen


def migrating(database_url: str, killed_before: int | None = None) -> BaseProcess:
    """Start one, to be killed before its n-th statement or commit."""
    process = context().Process(target=_migrate, args=(database_url, killed_before))
    process.start()
    return process


def _migrate(database_url: str, killed_before: int | None) -> None:
    if killed_before is not None:
        _kill_before(killed_before)
    os.environ["PROGNOSIS_DATABASE_URL"] = database_url
    sys.argv = ["prognosis", "migrate"]
    main()


def _kill_before(number: int) -> None:
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
