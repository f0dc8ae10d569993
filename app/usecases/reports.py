"""The report of a fitted model: what it is, what was checked, and what limits it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.prognosis.answer import USE
from app.prognosis.covariates import REGISTRY, Covariate, declared
from app.prognosis.gates import GateOutcome
from app.prognosis.limits import limits_of, supported_months
from app.prognosis.measured import CHECKS, measured, not_measured
from app.prognosis.model import CoxModel
from app.prognosis.tripod import SOURCE, tripod_items
from app.prognosis.tripod_facts import Subject, definition
from app.storage.models import ModelStanding
from app.storage.store import Store
from app.usecases.models import model_content, standing_of, tagged_reply
from app.usecases.service import Call, Reply, Service, answered_even_if_full


def read_report(service: Service, call: Call, model_id: str) -> Reply:
    """Give the report of a model."""

    def work(store: Store) -> Reply:
        return tagged_reply(200, _report(service, store, model_id))

    return answered_even_if_full(service, call, work)


def report_to_show(service: Service, call: Call, model_id: str) -> dict[str, Any]:
    """Give the report of a model to those who draw it or write it as a page."""
    shown: list[dict[str, Any]] = []

    def work(store: Store) -> Reply:
        shown.append(_report(service, store, model_id))
        return Reply(200)

    answered_even_if_full(service, call, work)
    return shown[0]


def _report(service: Service, store: Store, model_id: str) -> dict[str, Any]:
    standing = standing_of(store, model_id)
    model = service.models.get(model_id, store.models)
    return {
        "model": model_content(service, store, standing),
        **report_content(model, standing, store.declared.all()),
        "use": USE,
    }


def report_content(
    model: CoxModel, standing: ModelStanding, own: Mapping[str, Covariate]
) -> dict[str, Any]:
    """Say of a model what its numbers alone do not; with the organisation's own covariates."""
    names = (*model.fit.covariates, *model.fit.strata)
    known = {**own, **REGISTRY}
    # A declaration may be gone; the model was fitted on its numbers all the same.
    covariates = tuple(known.get(name) or declared(name, "continuous") for name in names)
    limits = limits_of(
        model,
        [GateOutcome(**gate) for gate in standing.gates],
        standing.changed_rows,
        promoted=standing.promotion is not None,
    )
    checks = measured(model.checks)
    subject = Subject(model, covariates, checks, tuple(limit.sentence for limit in limits))
    return {
        "organisation": model.organisation,
        "covariates": list(_covariates(model, covariates)),
        "supported_months": [supported_months(baseline) for baseline in model.fit.baselines],
        "checks": dict.fromkeys(CHECKS) | checks,
        "not_measured": [
            {"check": name, "detail": why} for name, why in not_measured(model.checks).items()
        ],
        "limits": [asdict(limit) for limit in limits],
        "tripod_ai": {
            "source": SOURCE,
            "items": [asdict(item) for item in tripod_items(subject)],
        },
    }


def _covariates(model: CoxModel, covariates: tuple[Covariate, ...]) -> Iterator[dict[str, Any]]:
    fit = model.fit
    ranges = dict(
        zip(fit.covariates, zip(fit.minima.tolist(), fit.maxima.tolist(), strict=True), strict=True)
    )
    for covariate in covariates:
        low, high = ranges.get(covariate.name, (None, None))
        yield {
            "covariate": covariate.name,
            "role": "stratum" if covariate.name in fit.strata else "covariate",
            "kind": covariate.kind,
            "unit": covariate.unit,
            "definition": definition(covariate),
            "training_minimum": low,
            "training_maximum": high,
        }
