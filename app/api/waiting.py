"""Callers who would rather wait for what the process that fits makes: `Prefer: wait=N`."""

from collections.abc import Callable
from typing import Annotated

from anyio import sleep
from anyio.to_thread import run_sync
from fastapi import Header

from app.usecases.service import Call, Reply, Service

POLL_S = 0.05
"""Seconds between two looks at a job that somebody waits for."""

LONGEST_WAIT_S = 600
"""Seconds that a caller can be kept waiting."""

Prefer = Annotated[
    str | None, Header(description="`wait=N`: wait up to N seconds.", examples=["wait=30"])
]

Outcome = Callable[[Service, Call, str], Reply | None]
"""What came of a job, by its name; None while it runs."""


async def waited(
    service: Service, call: Call, reply: Reply, outcome: Outcome, prefer: str | None
) -> Reply:
    """Answer with what comes of a job as soon as that is there, or in the end as it was queued."""
    if reply.replayed:
        return reply
    job_id = (reply.location or "").rpartition("/")[2]
    for _ in range(int(_seconds(prefer) / POLL_S)):
        found = await run_sync(outcome, service, call, job_id)
        if found is not None:
            return found
        await sleep(POLL_S)
    return reply


def _seconds(prefer: str | None) -> int:
    for preference in (prefer or "").split(","):
        name, _, value = preference.strip().partition("=")
        if name.lower() == "wait" and value.isascii() and value.isdigit() and len(value) < 6:
            return min(int(value), LONGEST_WAIT_S)
    return 0
