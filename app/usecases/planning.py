"""What a trial would take, planned with a hospital's own patients and its own model in use."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.errors import Conflict
from app.prognosis.cohort import Floats
from app.prognosis.cohort_survival import SMALLEST_CELL
from app.prognosis.covariates import Covariate
from app.prognosis.fitted import Fit
from app.prognosis.specification import ModelRequest
from app.prognosis.training import Endpoint, TrainingTable, cohort_of
from app.prognosis.trials.ctc_driven import Screening, ctc_driven, registered_for
from app.prognosis.trials.design import Design
from app.prognosis.trials.expected_strata import ExpectedStratum, expected_strata
from app.prognosis.trials.own_patients import (
    OwnPatients,
    baseline_steps,
    mean_steps,
    own_patients,
)
from app.prognosis.trials.planning import Contrast, Plan, plan
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.rehearsal import Population, Rehearsal, Scene, population_of, rehearse
from app.prognosis.trials.survival_law import Recruitment, SurvivalLaw, Weibull
from app.storage.store import reading
from app.usecases.service import Call, Reply, Service, answered, to_json
from app.usecases.training import read_rows, registry_of
from app.usecases.trials import Grouping, invalid

MOST_ENROLMENTS = 50_000
"""Simulated for one answer, trials times patients: 0.3 s of a processor in the widest design."""

MOST_PATIENTS = 2_000
"""Of a simulated trial: they are allocated one after the other."""


@dataclass(frozen=True)
class Simulation:
    """How often a design is simulated; the same seed gives the same answer."""

    trials: int
    seed: int


@dataclass(frozen=True)
class PlanningQuestion:
    """What is planned; without a law the survival is that of the model in use."""

    grouping: Grouping
    endpoint: Endpoint
    setting: str
    hazard_ratio: float
    alpha: float
    power: float
    r2: float
    recruitment: tuple[float, float, float]
    law: tuple[float, float] | None
    screening: tuple[float, float, float] | None
    simulation: Simulation | None


@dataclass(frozen=True, eq=False)
class _Own:
    """What is read of the hospital: rows, which of them fit, and the model in use."""

    rows: TrainingTable
    patients: OwnPatients
    fit: Fit | None
    model_id: str | None
    registry: Mapping[str, Covariate]


@dataclass(frozen=True, eq=False)
class _Lives:
    """How long patients live: together, and each of a population against a common law."""

    together: SurvivalLaw
    law: SurvivalLaw
    population: Population | None


def plan_trial(service: Service, call: Call, question: PlanningQuestion) -> Reply:
    """Give events, patients, shares of the strata and, where asked, simulated trials."""
    answered(service, call, lambda _: Reply(200))
    own = _own(service, call, question)
    try:
        return Reply(200, to_json(_content(question, own)))
    except TrialRefused as refusal:
        if refusal.code == "survival-not-known":
            raise Conflict(refusal.detail, code=refusal.code) from refusal
        raise invalid(refusal) from refusal


def _own(service: Service, call: Call, question: PlanningQuestion) -> _Own:
    # After the commit and from a snapshot: a large cohort is read while others write.
    with reading(service.database, call.caller.organisation_id) as store:
        registry = registry_of(store)
        declared = store.declared.all()
        question.grouping.design(declared)
        request = ModelRequest(
            call.caller.organisation,
            question.endpoint,
            question.setting,
            "draw",
            service.today(),
        )
        rows = read_rows(store, request, registry)
        standing = store.models.current(question.endpoint, question.setting)
        fit = model_id = None
        if question.law is None:
            if standing is None:
                raise Conflict(
                    "no model is in use: tell a median survival to plan with", code="no-model"
                )
            model_id = standing.model_id
            fit = service.models.get(model_id, store.models).fit
    grouping = question.grouping
    patients = own_patients(rows, grouping.factors, grouping.eligibility, declared)
    return _Own(rows, patients, fit, model_id, registry)


def _content(question: PlanningQuestion, own: _Own) -> dict[str, Any]:
    arms = question.grouping.arms
    design = question.grouping.design(own.registry)
    recruitment = Recruitment(*question.recruitment)
    ratio = (arms[0].ratio, arms[1].ratio)
    contrast = Contrast(question.hazard_ratio, ratio, question.alpha, question.r2)
    lives = _lives(question, own, design)
    planned = plan(contrast, lives.together, recruitment, question.power)
    simulated = None
    if question.simulation is not None:
        simulated = _simulated(question.simulation, question, design, lives, planned, recruitment)
    return {
        "events": planned.events,
        "event_probability": planned.event_probability,
        "patients": planned.patients,
        "power": planned.power,
        "model_id": own.model_id,
        "ctc_driven": _ctc_driven(question, contrast, lives.together, recruitment, planned),
        "own_patients": _own_content(design, own.patients, planned.patients),
        "warnings": [asdict(each) for each in design.warnings(planned.patients)],
        "simulation": simulated and asdict(simulated),
    }


def _lives(question: PlanningQuestion, own: _Own, design: Design) -> _Lives:
    patients = own.patients
    if question.law is not None:
        law = Weibull(*question.law)
        people = population_of(design, patients.counts, {}) if patients.counts else None
        return _Lives(law, law, people)
    if own.fit is None:
        raise LookupError("a plan without a law and without a model")
    baseline = baseline_steps(own.fit)
    ratios, known = _log_hazard_ratios(own)
    if known.sum() < SMALLEST_CELL:
        raise Conflict(
            f"{_few(int(known.sum()))} patients fit the trial and are known to the model; "
            f"{SMALLEST_CELL} needed",
            code="too-few-patients",
        )
    people = Population(patients.levels[known], ratios[known], np.ones(int(known.sum())))
    return _Lives(mean_steps(baseline, ratios[known]), baseline, people)


def _few(count: int) -> str:
    return "no" if count == 0 else f"fewer than {SMALLEST_CELL}"


def _log_hazard_ratios(own: _Own) -> tuple[Floats, np.ndarray[Any, np.dtype[np.bool_]]]:
    fit = own.fit
    if fit is None:
        raise LookupError("hazard ratios without a model")
    names = fit.covariates
    cohort = cohort_of(own.rows, [own.registry[name] for name in names])
    values = cohort.matrix(names)[own.patients.rows]
    ratios = (values - fit.means) @ fit.coefficients
    return ratios, np.isfinite(ratios)


def _simulated(
    simulation: Simulation,
    question: PlanningQuestion,
    design: Design,
    lives: _Lives,
    planned: Plan,
    recruitment: Recruitment,
) -> Rehearsal:
    if lives.population is None:
        raise Conflict("no patient of the hospital fits the trial", code="too-few-patients")
    patients = planned.patients
    if patients > MOST_PATIENTS or simulation.trials * patients > MOST_ENROLMENTS:
        raise Conflict(
            f"{simulation.trials} trials of {patients} patients; at most {MOST_PATIENTS} patients"
            f" and {MOST_ENROLMENTS} enrolments in all are simulated at once",
            code="simulation-too-large",
        )
    scene = Scene(
        design,
        lives.population,
        lives.law,
        recruitment,
        question.hazard_ratio,
        question.alpha,
    )
    return rehearse(scene, patients, simulation.trials, simulation.seed)


def _ctc_driven(
    question: PlanningQuestion,
    contrast: Contrast,
    survival: SurvivalLaw,
    recruitment: Recruitment,
    planned: Plan,
) -> dict[str, Any] | None:
    if question.screening is None:
        return None
    screening = Screening(*question.screening)
    registered = registered_for(planned.patients, screening)
    return asdict(ctc_driven(registered, screening, contrast, survival, recruitment))


def _own_content(design: Design, own: OwnPatients, planned: int) -> dict[str, Any]:
    expected = expected_strata(design.factors, own.counts, planned) if own.counts else ()
    shown = _shown([each.seen for each in expected])
    names = [factor.name for factor in design.factors]
    return {
        "smallest_cell": SMALLEST_CELL,
        **_outside(own),
        "strata": [
            {"stratum": dict(zip(names, each.levels, strict=True)), **_stratum(each, is_shown)}
            for each, is_shown in zip(expected, shown, strict=True)
        ],
    }


def _stratum(found: ExpectedStratum, is_shown: bool) -> dict[str, Any]:
    if not is_shown:
        return dict.fromkeys(("seen", "share", "ci95", "expected"))
    return {
        "seen": found.seen,
        "share": found.share,
        "ci95": [found.low, found.high],
        "expected": found.expected,
    }


def _shown(seen: list[int]) -> list[bool]:
    """Say which strata can be told so that none of the few follows from the others' shares."""
    few = {place for place, count in enumerate(seen) if 0 < count < SMALLEST_CELL}
    others = sorted((count, place) for place, count in enumerate(seen) if count >= SMALLEST_CELL)
    # A share tells the sum of all, and that the sum of those that are not told.
    if few and sum(seen[place] for place in few) < SMALLEST_CELL and others:
        few.add(others[0][1])
    return [place not in few for place in range(len(seen))]


def _outside(own: OwnPatients) -> dict[str, int | None]:
    told = {"not_eligible": own.not_eligible, "not_known": own.not_known}
    # Of two that add up to what is known elsewhere, one would tell the other.
    is_few = any(0 < count < SMALLEST_CELL for count in told.values())
    return dict.fromkeys(told) if is_few else {**told}
