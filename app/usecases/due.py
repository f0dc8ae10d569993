"""Which models in use have outlived their records or their year, so that a refit is due."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.prognosis.gates import STALE_AFTER
from app.storage.database import Database
from app.storage.models import ModelStanding
from app.storage.store import Store, administering, reading


def refit_reasons(standing: ModelStanding, erased: int, now: datetime) -> list[dict[str, Any]]:
    """Say why a refit is due; nothing where none is or where the model is not in use."""
    return list(_reasons(standing, erased, now)) if standing.status == "current" else []


def _reasons(standing: ModelStanding, erased: int, now: datetime) -> Iterator[dict[str, Any]]:
    if standing.changed_rows:
        yield {
            "code": "training-data-changed",
            "detail": f"since the fit {erased} of its rows were erased and"
            f" {standing.changed_rows - erased} corrected",
        }
    age = now - standing.fitted_at
    if age > STALE_AFTER:
        yield {
            "code": "model-stale",
            "detail": f"it was fitted {age.days} days ago; {STALE_AFTER.days} are allowed",
        }


def erased_rows(store: Store, standing: ModelStanding) -> int:
    """Count the rows of persons erased since the fit; what was corrected is still named."""
    return standing.changed_rows - store.model_rows.corrected(standing.model_id)


def due(database: Database, organisation_id: int) -> list[str]:
    """Name the models in use of one organisation that a refit is due for."""
    with reading(database, organisation_id) as store:
        now = database.now()
        return [
            standing.model_id
            for standing in store.models.in_use()
            if refit_reasons(standing, erased_rows(store, standing), now)
        ]


def due_everywhere(database: Database) -> int:
    """Count the models in use, of all organisations, that a refit is due for."""
    with administering(database) as directory:
        organisations = directory.organisations()
    return sum(len(due(database, each.organisation_id)) for each in organisations)
