"""Work for the process that fits: handed over, kept in line, told where it came to nothing."""

import logging
from collections.abc import Mapping
from typing import Any, Literal

from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.store import writing

Kind = Literal["refit", "comparison", "pooling"]

log = logging.getLogger(__name__)


def job_of(kind: Kind, organisation_id: int, job_id: str) -> dict[str, Any]:
    """Name a job as it is handed over."""
    return {"kind": kind, "organisation_id": organisation_id, "job_id": job_id}


def keep_place(database: Database, job: Mapping[str, Any]) -> None:
    """Say that a job waits for the one before it, so that its lease does not run out."""
    try:
        with writing(database, job["organisation_id"]) as store:
            store.jobs[job["kind"]].wait(job["job_id"], database.now())
    except Exception as error:  # noqa: BLE001 - the next sign of life may get through
        log.warning("no sign of life: %s", type(error).__name__)


def abandon(database: Database, job: Mapping[str, Any]) -> None:
    """Say that the process of a job was lost."""
    fail(database, job, "abandoned", "the process that ran it ended")


def fail(database: Database, job: Mapping[str, Any], code: str, detail: str) -> None:
    """Say why a job came to nothing; what was there before stays in use."""
    kind, job_id = job["kind"], job["job_id"]
    with writing(database, job["organisation_id"]) as store:
        now = database.now()
        if store.jobs[kind].fail(job_id, code, detail, now):
            store.audit.add(AuditEvent(now, None, f"{kind} failed", 409, None, job_id, code))
