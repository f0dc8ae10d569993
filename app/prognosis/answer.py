"""What a prognosis consists of, and the JSON it is told in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from app.prognosis.patient import BloodTest
from app.prognosis.risk_group import OtherRiskGroup, RiskGroup

USE = "prognostic; does not select treatment"
"""What an answer may be used for.

Changing treatment by the count alone did not lengthen survival: Smerage JB et
al. J Clin Oncol 2014;32:3483-9 (SWOG S0500).
"""

Interval = tuple[float, float]
"""The limits of a 95 % interval."""


@dataclass(frozen=True)
class Reason:
    """Why a hazard is withheld or qualified: a stable code and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True)
class Contribution:
    """What one covariate adds to the logarithm of the hazard ratio."""

    covariate: str
    value: float
    mean: float
    coefficient: float
    log_hazard_ratio: float


@dataclass(frozen=True)
class Conditional:
    """Survival to a horizon of a person known to be alive on a later day than the start."""

    given_alive_on: date
    probability: float
    ci95: Interval | None


@dataclass(frozen=True)
class SurvivalAt:
    """
    Survival to one horizon.

    Attributes
    ----------
    months : int
        The horizon, in months of 30.4375 days from the clock's start.
    cumulative_hazard : float
        The person's own, up to the horizon.
    probability : float
        exp(-cumulative_hazard).
    ci95 : tuple of float or None
        Pointwise; None for a penalised model.
    at_risk : int
        Patients of the training cohort, or of the person's stratum, still
        under observation at the horizon.
    repeat_draw_range : tuple of float or None
        The probability at the 97.5 % and at the 2.5 % quantile of a repeat
        count; None where the count is not in the model.
    conditional : Conditional or None
        For a person known alive after the start.
    """

    months: int
    cumulative_hazard: float
    probability: float
    ci95: Interval | None
    at_risk: int
    repeat_draw_range: Interval | None
    conditional: Conditional | None

    @property
    def deaths_per_100(self) -> int:
        """
        Say the probability as events among a hundred such patients.

        Returns
        -------
        int
            From 0 to 100.
        """
        return round(100 * (1 - self.probability))


@dataclass(frozen=True)
class MedianSurvival:
    """The time at which half are expected to survive, in months, or a lower bound of it."""

    months: float | None
    ci95: tuple[float | None, float | None] | None
    lower_bound_months: float | None


@dataclass(frozen=True)
class Similar:
    """The observed course of training patients like this one; None in a small group."""

    definition: str
    patients: int
    events: int
    km_12_months: float | None


@dataclass(frozen=True)
class Withheld:
    """No hazard, and why."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Hazard:
    """One person's hazard from a Cox model; qualified where a reason weakens it."""

    status: Literal["given", "qualified"]
    reasons: tuple[Reason, ...]
    hazard_ratio: float
    ci95: Interval | None
    reference: str
    contributions: tuple[Contribution, ...]
    survival: tuple[SurvivalAt, ...]
    median_survival: MedianSurvival
    unused_covariates: tuple[str, ...]
    similar_patients: Similar | None


@dataclass(frozen=True)
class CurveStep:
    """One fall of a person's survival curve, at months from the start; it holds to the next."""

    months: float
    probability: float
    ci95: Interval | None


@dataclass(frozen=True)
class ModelFacts:
    """What a reader has to know of the model an answer rests on."""

    model_id: str
    fitted_at: datetime
    data_cutoff: date
    patients: int
    events: int
    median_follow_up_months: float | None
    concordance: float
    concordance_corrected: float | None
    held_out_o_e_12_months: float | None
    results_since_fit: int


@dataclass(frozen=True)
class Prognosis:
    """The answer to one question; similar patients stand here where the hazard cannot be given."""

    prognosis_id: str | None
    patient_id: str
    computed_at: datetime
    endpoint: str
    clock_start: date | None
    blood_test: BloodTest | None
    risk_group: RiskGroup | None
    other_risk_groups: tuple[OtherRiskGroup, ...]
    hazard: Hazard | Withheld
    similar_patients: Similar | None
    model: ModelFacts | None


def to_json(prognosis: Prognosis) -> dict[str, Any]:
    """
    Tell a prognosis in the JSON of the public interface.

    Parameters
    ----------
    prognosis : Prognosis
        As assessed.

    Returns
    -------
    dict
        JSON-able, every key always present; a withheld hazard has a status
        and reasons and nothing else.
    """
    test, group, model = prognosis.blood_test, prognosis.risk_group, prognosis.model
    hazard = prognosis.hazard
    return {
        "prognosis_id": prognosis.prognosis_id,
        "patient_id": prognosis.patient_id,
        "computed_at": _instant(prognosis.computed_at),
        "endpoint": prognosis.endpoint,
        "clock_start": prognosis.clock_start and prognosis.clock_start.isoformat(),
        "blood_test": test and _blood_test(test),
        "risk_group": group and _risk_group(group),
        "other_risk_groups": [dict(vars(other)) for other in prognosis.other_risk_groups],
        "hazard": _withheld(hazard) if isinstance(hazard, Withheld) else _hazard(hazard),
        "similar_patients": prognosis.similar_patients and dict(vars(prognosis.similar_patients)),
        "model": model and _model(model),
        "use": USE,
    }


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _blood_test(test: BloodTest) -> dict[str, Any]:
    return {
        "accession_number": test.accession_number,
        "ctc_count": test.ctc_count,
        "blood_volume_ml": test.blood_volume_ml,
        "assay": test.assay,
        "drawn_at": _instant(test.drawn_at),
    }


def _risk_group(group: RiskGroup) -> dict[str, Any]:
    return {
        **vars(group),
        "published": group.published and dict(vars(group.published)),
        "published_superset": group.published_superset and dict(vars(group.published_superset)),
        "cautions": list(group.cautions),
    }


def _withheld(hazard: Withheld) -> dict[str, Any]:
    return {"status": "withheld", "reasons": [dict(vars(reason)) for reason in hazard.reasons]}


def _hazard(hazard: Hazard) -> dict[str, Any]:
    return {
        "status": hazard.status,
        "reasons": [dict(vars(reason)) for reason in hazard.reasons],
        "hazard_ratio": hazard.hazard_ratio,
        "ci95": hazard.ci95 and list(hazard.ci95),
        "reference": hazard.reference,
        "contributions": [dict(vars(contribution)) for contribution in hazard.contributions],
        "survival": [_survival_at(horizon) for horizon in hazard.survival],
        "median_survival": _median_survival(hazard.median_survival),
        "unused_covariates": list(hazard.unused_covariates),
        "similar_patients": hazard.similar_patients and dict(vars(hazard.similar_patients)),
    }


def _survival_at(horizon: SurvivalAt) -> dict[str, Any]:
    return {
        "months": horizon.months,
        "cumulative_hazard": horizon.cumulative_hazard,
        "probability": horizon.probability,
        "ci95": horizon.ci95 and list(horizon.ci95),
        "deaths_per_100": horizon.deaths_per_100,
        "at_risk": horizon.at_risk,
        "repeat_draw_range": horizon.repeat_draw_range and list(horizon.repeat_draw_range),
        "conditional": horizon.conditional and _conditional(horizon.conditional),
    }


def _conditional(conditional: Conditional) -> dict[str, Any]:
    return {
        "given_alive_on": conditional.given_alive_on.isoformat(),
        "probability": conditional.probability,
        "ci95": conditional.ci95 and list(conditional.ci95),
    }


def _median_survival(median: MedianSurvival) -> dict[str, Any]:
    return {
        "status": "not_reached" if median.months is None else "reached",
        "months": median.months,
        "ci95": median.ci95 and list(median.ci95),
        "lower_bound_months": median.lower_bound_months,
    }


def _model(model: ModelFacts) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "fitted_at": _instant(model.fitted_at),
        "data_cutoff": model.data_cutoff.isoformat(),
        "patients": model.patients,
        "events": model.events,
        "median_follow_up_months": model.median_follow_up_months,
        "concordance": model.concordance,
        "concordance_corrected": model.concordance_corrected,
        "held_out_o_e_12_months": model.held_out_o_e_12_months,
        "results_since_fit": model.results_since_fit,
    }
