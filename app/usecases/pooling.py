"""One fit of a pool, from everybody's consent to what each is told; only where fits are made."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Any

from app.prognosis.cohort import Cohort
from app.prognosis.covariates import REGISTRY
from app.prognosis.heterogeneity import Effect, Heterogeneity
from app.prognosis.pooling import LEAST_EVENTS, HeldOut, Member, PooledFit, pooled_fit
from app.prognosis.refusals import RefitRefused
from app.prognosis.specification import ModelRequest
from app.prognosis.survival import Baseline
from app.prognosis.training import TrainingTable, cohort_of
from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.pools import Consent, PoolModel
from app.storage.store import reading, writing
from app.usecases.pools import COMPARED_BY
from app.usecases.service import to_json
from app.usecases.training import read_rows, registry_of, renew

IN_FIVES = LEAST_EVENTS
"""Counts of other organisations are told in fives, rounded down, so that fits made one after the
other do not tell of one patient by their difference."""

DECIMALS = 3
"""Of what one organisation is told of another: more would help only to guess at its patients."""

ENOUGH_EVENTS = 100
"""Events below which a model is told with a caution, as in the gate on events."""

ENOUGH_ORGANISATIONS = 5
"""Estimates below which the variance between organisations is hardly known.

Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-59.
"""

MUCH = 0.5
"""I squared from which the organisations differ substantially (Cochrane Handbook, 10.10.2)."""

REFUSED = "the rows of all organisations together have no maximum for these covariates"


@dataclass(frozen=True, eq=False)
class _Part:
    """What one organisation brings into a fit."""

    consent: Consent
    cohort: Cohort
    left_out: Mapping[str, int]


def fit_pool(
    database: Database, organisation_id: int, job_id: str, progress: Callable[[float], None]
) -> None:
    """Fit what was asked on the rows of all that consent, and tell each what is for it."""
    with reading(database, organisation_id) as store:
        asked = store.pools.asked(job_id)
        if asked is None:
            return
        consents = store.pools.consents([asked.pool_id])
    standing = [each for each in consents if each.withdrawn_at is None]
    parts = {}
    for number, consent in enumerate(standing, start=1):
        part = _part(database, asked, consent)
        if part is not None:
            parts[consent.member] = part
        progress(0.5 * number / len(standing))
    found = _fitted(asked, parts, lambda fraction: progress(0.5 + 0.5 * fraction))
    members = {member.name: member for member in found.members}
    shares = {
        part.consent.organisation_id: to_json(_own(part, found, members.get(name)))
        for name, part in parts.items()
    }
    with writing(database, organisation_id) as store:
        now = database.now()
        rests_on = to_json([part.consent.consent_id for part in parts.values()])
        if store.pools.finish(job_id, rests_on, to_json(_result(found)), now):
            store.audit.add(AuditEvent(now, None, "pool fitted", 200, None, job_id, asked.pool_id))
            store.share(job_id, shares)


def _part(database: Database, asked: PoolModel, consent: Consent) -> _Part | None:
    """Read the rows of one organisation in transactions of its own, if it still consents."""
    number = consent.organisation_id
    with writing(database, number) as store:
        standing = store.pools.standing(asked.pool_id)
        if standing is None or standing.consent_id != consent.consent_id:
            return None
        said = f"{asked.pool_id} for {asked.asked_by}"
        store.audit.add(
            AuditEvent(
                database.now(), None, "rows read for a pool", 200, None, asked.pool_model_id, said
            )
        )
    renew(database, number, lambda _: None)
    request = _request(asked, consent.member)
    with reading(database, number) as store:
        rows = read_rows(store, request, registry_of(store))
    names = request.candidates()
    everybody = cohort_of(rows, [REGISTRY[name] for name in names])
    return _Part(consent, everybody.knowing(names), _left_out(rows, everybody, names))


def _left_out(rows: TrainingTable, cohort: Cohort, names: Sequence[str]) -> dict[str, int]:
    missing = len(cohort) - len(cohort.knowing(names))
    return {**rows.left_out, **({"missing_covariate": missing} if missing else {})}


def _request(asked: PoolModel, organisation: str) -> ModelRequest:
    content = json.loads(asked.request)
    return ModelRequest(
        organisation=organisation,
        endpoint=content["endpoint"],
        setting=content["setting"],
        clock="draw",
        data_cutoff=date.fromisoformat(content["data_cutoff"]),
        covariates=tuple(content["covariates"]),
    )


def _fitted(
    asked: PoolModel, parts: Mapping[str, _Part], progress: Callable[[float], None]
) -> PooledFit:
    names = json.loads(asked.request)["covariates"]
    cohorts = {name: part.cohort for name, part in parts.items()}
    try:
        return pooled_fit(cohorts, names, COMPARED_BY, progress)
    except RefitRefused as refusal:
        if refusal.code == "too-few-organisations":
            raise
        # The reason could count the patients of the others.
        raise RefitRefused(refusal.code, REFUSED) from refusal


def _result(found: PooledFit) -> dict[str, Any]:
    return {
        "covariates": list(found.covariates),
        "patients_at_least": _in_fives(found.patients),
        "events_at_least": _in_fives(found.events),
        "coefficients": [
            {"covariate": name, **_effect(found.effect(name))} for name in found.covariates
        ],
        "compared_by": found.compared_by,
        "organisations": [_member(member) for member in found.members],
        "left_out": list(found.left_out),
        "heterogeneity": found.heterogeneity and _heterogeneity(found.heterogeneity),
        "cautions": [{"code": code, "detail": detail} for code, detail in _cautions(found).items()],
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "organisation": member.name,
        "patients_at_least": _in_fives(member.patients),
        "events_at_least": _in_fives(member.events),
        "alone": member.own and _rounded(_effect(member.own)),
        "held_out": member.held_out and _rounded(_held_out(member.held_out)),
    }


def _held_out(found: HeldOut) -> dict[str, Any]:
    return {
        "concordance": found.concordance.value,
        "concordance_ci95": list(found.concordance.ci95),
        "slope": found.slope.coefficient,
        "slope_ci95": list(found.slope.ci95),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "coefficient": effect.coefficient,
        "standard_error": effect.standard_error,
        "hazard_ratio": effect.hazard_ratio,
        "ci95": [exp(limit) for limit in effect.ci95],
    }


def _heterogeneity(found: Heterogeneity) -> dict[str, Any]:
    return {
        "estimates": found.estimates,
        "q": found.q.chi_squared,
        "degrees_of_freedom": found.q.degrees_of_freedom,
        "p": found.q.p,
        "i_squared": found.i_squared,
        "tau_squared": found.tau_squared,
        "common": _effect(found.common),
        "average": _effect(found.average),
    }


def _cautions(found: PooledFit) -> dict[str, str]:
    cautions = {}
    if found.events < ENOUGH_EVENTS:
        cautions["events-too-few"] = f"fewer than {ENOUGH_EVENTS} events"
    between = found.heterogeneity
    if between is None or between.estimates < ENOUGH_ORGANISATIONS:
        cautions["few-organisations"] = (
            f"with fewer than {ENOUGH_ORGANISATIONS} estimates nobody can say how far"
            " organisations differ"
        )
    if between is not None and between.i_squared > MUCH:
        cautions["heterogeneity"] = (
            f"chance alone does not account for {100 * between.i_squared:.0f} % of the"
            " differences between organisations"
        )
    return cautions


def _own(part: _Part, found: PooledFit, member: Member | None) -> dict[str, Any]:
    baseline = member.baseline if member else None
    return {
        "patients": len(part.cohort),
        "events": int(part.cohort.events.sum()),
        "left_out": dict(part.left_out),
        "baseline": baseline and _baseline(baseline, found),
    }


def _baseline(baseline: Baseline, found: PooledFit) -> dict[str, Any]:
    return {
        "at": dict(zip(found.covariates, found.means.tolist(), strict=True)),
        "days": baseline.days.tolist(),
        "cumulative_hazard": baseline.cumulative_hazard.tolist(),
        "at_risk": baseline.remaining.tolist(),
    }


def _rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [round(limit, DECIMALS) for limit in value]
        if isinstance(value, list)
        else round(value, DECIMALS)
        for name, value in figures.items()
    }


def _in_fives(count: int) -> int:
    return count - count % IN_FIVES
