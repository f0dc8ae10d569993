"""Calls that wait at the same time are answered with one commit."""

import asyncio
from collections import deque
from typing import Any

from anyio.to_thread import current_default_thread_limiter, run_sync

from app.usecases.service import Prepared, Reply, Service, answered_alone, answered_together

MOST = 16
"""Calls with one commit; as long as all of them take, the first of them waits."""

Waiting = tuple[Prepared[Any], "asyncio.Future[Reply]"]


class Together:
    """Collects calls while the thread that writes to the file is busy."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._waiting: deque[Waiting] = deque()
        self._runs: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for a commit."""
        return len(self._waiting)

    async def answer(self, prepared: Prepared[Any]) -> Reply:
        """Answer one call, beside others where that saves commits."""
        if not self._service.database.is_file:
            return await run_sync(answered_alone, self._service, prepared)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, answer))
        if self._runs is None or self._runs.done():
            self._runs = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            calls = self._next()
            prepared = [prepared for prepared, _ in calls]
            outcomes = await run_sync(answered_together, self._service, prepared)
            for (_, answer), outcome in zip(calls, outcomes, strict=True):
                # A caller that has gone waits no more.
                if answer.done():
                    continue
                if isinstance(outcome, Exception):
                    answer.set_exception(outcome)
                else:
                    answer.set_result(outcome)

    def _next(self) -> list[Waiting]:
        # One transaction speaks for one organisation.
        organisation = _organisation(self._waiting[0])
        calls: list[Waiting] = []
        others: deque[Waiting] = deque()
        for each in self._waiting:
            is_next = len(calls) < MOST and _organisation(each) == organisation
            (calls if is_next else others).append(each)
        self._waiting = others
        return calls


def in_line(together: Together) -> int:
    """Count the requests of this process that wait for a thread or a commit."""
    return current_default_thread_limiter().statistics().tasks_waiting + together.waiting


def _organisation(waiting: Waiting) -> int:
    return waiting[0].call.caller.organisation_id
