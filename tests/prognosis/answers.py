"""A model small enough to follow by hand, and questions to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import log1p

import numpy as np

from app.prognosis.answer import Hazard, Prognosis, Withheld
from app.prognosis.assessment import assess
from app.prognosis.basis import ModelInUse, Question
from app.prognosis.covariates import REGISTRY
from app.prognosis.fitted import Fit
from app.prognosis.fitting import fit_model
from app.prognosis.model import CoxModel, SimilarPatients, Specification
from app.prognosis.patient import BloodTest, FollowUp, Patient, clock_of_answer, clock_of_index
from app.prognosis.risk_group import SCHEMES
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.prognosis.survival import Baseline
from tests.prognosis.cohorts import START, a_patient, a_test, rows_of, said

ASKED_ON = START + timedelta(days=7)


def a_baseline(stratum: tuple[float, ...] | None = None, covariates: int = 2) -> Baseline:
    """
    Twenty event days a hundred days apart, each adding 0.05 to the hazard.

    At the means S(365) = exp(-0.15) and S(1400) = exp(-0.70), so the median is day 1400.
    There are 400 at risk at the first day, 20 fewer at each next one.
    """
    steps = np.arange(1, 21, dtype=np.float64)
    return Baseline(
        stratum=stratum,
        days=100 * steps,
        cumulative_hazard=0.05 * steps,
        variance=0.0001 * steps,
        drift=np.zeros((20, covariates)),
        exit_days=100 * steps,
        remaining=np.arange(400, 0, -20),
    )


def a_fit(**changes: object) -> Fit:
    """Cells at 0.5 per log unit, HER2 at -0.4; means 1.5 and 0.25; counts from 0 to 200."""
    values: dict[str, object] = {
        "covariates": ("log1p_ctc", "her2_positive"),
        "means": np.array([1.5, 0.25]),
        "deviations": np.array([1.5, 0.43]),
        "minima": np.array([0.0, 0.0]),
        "maxima": np.array([log1p(200), 1.0]),
        "coefficients": np.array([0.5, -0.4]),
        "covariance": np.diag([0.0025, 0.01]),
        "strata": (),
        "baselines": (a_baseline(),),
        "patients": 400,
        "events": 300,
        "log_likelihood": -1500.0,
        "log_likelihood_null": -1550.0,
        "concordance": 0.68,
        "concordance_se": 0.02,
        "penalizer": 0.0,
    }
    return Fit(**{**values, **changes})  # type: ignore[arg-type]


def a_submodel(**changes: object) -> Fit:
    """The same without HER2."""
    values: dict[str, object] = {
        "covariates": ("log1p_ctc",),
        "means": np.array([1.5]),
        "deviations": np.array([1.5]),
        "minima": np.array([0.0]),
        "maxima": np.array([log1p(200)]),
        "coefficients": np.array([0.45]),
        "covariance": np.array([[0.0025]]),
        "baselines": (a_baseline(covariates=1),),
        "patients": 420,
        "events": 310,
    }
    return a_fit(**{**values, **changes})


SIMILAR = (
    SimilarPatients("mdacc-2003", "4-50", None, 130, 100, 0.60),
    SimilarPatients("mdacc-2003", "4-50", 1, 84, 60, 0.55),
    SimilarPatients("mdacc-2003", "4-50", 2, 4, 3, None),
    SimilarPatients("mdacc-2003", "0", None, 3, 1, None),
)


def a_model(fit: Fit | None = None, **changes: object) -> CoxModel:
    """Overall survival from the draw in metastatic disease."""
    fit = fit or a_fit()
    values: dict[str, object] = {
        "organisation": "demo",
        "endpoint": "overall_survival",
        "setting": "metastatic",
        "clock": "draw",
        "data_cutoff": START,
        "specification": Specification(fit.covariates, None, fit.strata, fit.penalizer, {}),
        "fit": fit,
        "submodels": (a_submodel(),),
        "left_out": {},
        "line_start_unknown": 0,
        "median_follow_up_months": 31.0,
        "similar": SIMILAR,
        "top_decile": SimilarPatients("top-decile", ">=120", None, 40, 38, 0.21),
        "provenance": {},
    }
    return CoxModel(**{**values, **changes})  # type: ignore[arg-type]


def in_use(model: CoxModel | None = None, **changes: object) -> ModelInUse:
    """A model fitted two days before the question, with nothing said against it."""
    values: dict[str, object] = {
        "model": model or a_model(),
        "model_id": "sha256:" + "ab" * 32,
        "fitted_at": datetime.combine(ASKED_ON, datetime.min.time(), UTC) - timedelta(days=2),
        "gates": (),
        "promoted_despite_gate": False,
        "changed_rows": 0,
        "results_since_fit": 12,
    }
    return ModelInUse(**{**values, **changes})  # type: ignore[arg-type]


LINE = {"line_of_therapy": 1, "line_started_on": START.isoformat()}


def asked(
    count: int = 17,
    *,
    test: Mapping[str, object] | None = None,
    follow_up: FollowUp | None = None,
    facts: Mapping[str, object] | None = None,
    **changes: object,
) -> Question:
    """Ask about a first-line patient a week after the draw, HER2 negative unless said otherwise."""
    negative = {"disease_setting": "metastatic", "her2_status": "negative", **LINE}
    told = negative if facts is None else facts
    result = replace(a_test(START, count), **(test or {}))  # type: ignore[arg-type]
    patient = a_patient(
        said(START, **told),  # type: ignore[arg-type]
        tests=[result],
        follow_up=follow_up or FollowUp(),
    )
    return ask(patient, result, **changes)


def ask(patient: Patient, test: BloodTest | None, **changes: object) -> Question:
    """Ask about a patient's draw, or about the index date of one without."""
    values: dict[str, object] = {
        "patient": patient,
        "blood_test": test,
        "clock": clock_of_answer(patient, test) if test else clock_of_index(patient),
        "endpoint": "overall_survival",
        "scheme": SCHEMES["mdacc-2003"],
        "horizons_months": (6, 12, 24, 36, 60),
        "asked_on": ASKED_ON,
        "computed_at": datetime.combine(ASKED_ON, datetime.min.time(), UTC),
        "prognosis_id": "p-1",
    }
    return Question(**{**values, **changes})  # type: ignore[arg-type]


def given(prognosis: Prognosis) -> Hazard:
    """The hazard of an answer that has one."""
    assert isinstance(prognosis.hazard, Hazard), prognosis.hazard
    return prognosis.hazard


def codes(prognosis: Prognosis) -> list[str]:
    """The reasons of an answer."""
    return [reason.code for reason in prognosis.hazard.reasons]


def withheld(question: Question, model: ModelInUse | None) -> list[str]:
    """The reasons of an answer that has no hazard."""
    prognosis = assess(question, model)
    assert isinstance(prognosis.hazard, Withheld), prognosis.hazard
    return codes(prognosis)


@cache
def demo_model() -> CoxModel:
    """The richest model of the simulated cohort."""
    until = date(2026, 10, 31)
    cohort = simulate_cohort(1_200, 0, until)
    request = ModelRequest("demo", "overall_survival", "metastatic", "draw", until)
    return fit_model(request, rows_of(*cohort, data_cutoff=until), REGISTRY, lambda _: None)


def with_at_risk(model: CoxModel, remaining: list[int]) -> CoxModel:
    """The same model with other numbers at risk."""
    baseline = replace(model.fit.baselines[0], remaining=np.array(remaining))
    return replace(model, fit=replace(model.fit, baselines=(baseline,)))
