"""How a refit that waits in line, or lost its process, is told."""

import logging
from collections.abc import Mapping
from typing import Any

from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.refits import count_by_state
from app.storage.store import writing
from app.storage.tenancy import REFITS

log = logging.getLogger(__name__)


def keep_place(database: Database, job: Mapping[str, Any]) -> None:
    """Say that a refit waits for the one before it, so that its lease does not run out."""
    try:
        with writing(database, job["organisation_id"]) as store:
            store.refits.wait(job["refit_id"], database.now())
    except Exception as error:  # noqa: BLE001 - the next sign of life may get through
        log.warning("no sign of life: %s", type(error).__name__)


def abandon(database: Database, job: Mapping[str, Any]) -> None:
    """Say that the process of a refit was lost."""
    fail(
        database,
        job["organisation_id"],
        job["refit_id"],
        "abandoned",
        "the process that ran the refit ended",
    )


def refits_by_state(database: Database) -> dict[str, int]:
    """Count the refits of every organisation by how far they are."""
    with database.read(REFITS) as connection:
        return count_by_state(connection)


def fail(database: Database, organisation_id: int, refit_id: str, code: str, detail: str) -> None:
    """Say why a refit made no model, and leave the old one in use."""
    with writing(database, organisation_id) as store:
        now = database.now()
        if store.refits.fail(refit_id, code, detail, now):
            store.audit.add(AuditEvent(now, None, "refit failed", 409, None, refit_id, code))
