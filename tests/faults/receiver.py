"""A receiver of one message in a process of its own, killed before its n-th statement or later."""

import asyncio
import os
import signal
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, event

from app.protocols.hl7v2.receiving import Listener
from app.settings import Settings
from app.storage.database import Database
from app.usecases.service import Prepared, Reply, Service, answered_alone
from tests.faults.killed import PRELOADED, context

AFTER_COMMIT = -1
"""Killed between the commit and the acknowledgement."""


class Nowhere:
    """No job is begun here."""

    def submit(self, job: object) -> None:
        """Refuse."""
        raise NotImplementedError


def receive(database_url: str, key: str, content: bytes, killed_before: int = 0) -> bytes:
    """Give the acknowledgement of a message, or nothing where the receiver was killed first."""
    chosen = context()
    chosen.set_forkserver_preload([*PRELOADED, "tests.faults.receiver"])
    ours, theirs = chosen.Pipe(duplex=False)
    process = chosen.Process(
        target=_receive, args=(theirs, database_url, key, content, killed_before)
    )
    process.start()
    theirs.close()
    with closing(ours):
        try:
            answer: bytes = ours.recv_bytes()
        except EOFError:
            answer = b""
    process.join(timeout=60)
    assert process.exitcode == (0 if answer else -signal.SIGKILL)
    return answer


def _receive(
    told: Connection, database_url: str, key: str, content: bytes, killed_before: int
) -> None:
    database = Database(database_url, pool_size=2)
    service = Service(Settings(database_url=database_url), database, Nowhere())
    if killed_before > 0:
        _kill_before(killed_before)

    async def answering(prepared: Prepared[Any]) -> Reply:
        return answered_alone(service, prepared)

    answer = asyncio.run(Listener(service, answering, key).respond(content))
    assert answer is not None
    if killed_before == AFTER_COMMIT:
        os.kill(os.getpid(), signal.SIGKILL)
    told.send_bytes(answer)
    told.close()
    service.key_uses.close()
    database.close()


def _kill_before(number: int) -> None:
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
