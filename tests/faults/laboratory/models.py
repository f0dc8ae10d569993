"""Two models that answer in turn, stored without a fit."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.prognosis.model import canonical_json, model_id
from app.storage.database import Database
from app.storage.models import ModelStanding
from app.storage.store import administering, writing

KEPT = Path(__file__).parents[2] / "data" / "artefacts" / "2-apparent.json"


def store_models(database_url: str, organisation: str) -> tuple[str, str]:
    """Store two models that differ in every number of an answer; the first is in use."""
    database = Database(database_url, pool_size=2)
    with administering(database) as directory:
        found = directory.organisation(organisation)
        assert found is not None
    first, second = _artefact(organisation, 1.0), _artefact(organisation, 1.25)
    with writing(database, found.organisation_id) as store:
        store.models.add(_standing(first, "current"), first)
        store.models.add(_standing(second, "superseded"), second)
    database.close()
    return model_id(first), model_id(second)


def _artefact(organisation: str, times: float) -> str:
    content: dict[str, Any] = json.loads(KEPT.read_text())
    content["organisation"] = organisation
    fit = content["fit"]
    for name in ("coefficients", "means"):
        fit[name] = [times * each for each in fit[name]]
    for baseline in fit["baselines"]:
        hazard = baseline["cumulative_hazard"]
        baseline["cumulative_hazard"] = [times * each for each in hazard]
    return canonical_json(content)


def _standing(artefact: str, status: str) -> ModelStanding:
    return ModelStanding(
        model_id=model_id(artefact),
        endpoint="overall_survival",
        setting="metastatic",
        status=status,
        fitted_at=datetime(2026, 1, 1, tzinfo=UTC),
        gates=(),
        promotion=None,
        changed_rows=0,
    )
