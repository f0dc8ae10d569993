"""What an answer rests on: the fit and the patient's covariates, or why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import expm1

from app.prognosis.answer import Reason, Withheld
from app.prognosis.covariates import (
    COUNT,
    REGISTRY,
    count_terms,
    counted_terms,
    declared,
    value_of,
)
from app.prognosis.fitted import Fit
from app.prognosis.gates import GateOutcome
from app.prognosis.model import CoxModel
from app.prognosis.patient import WINDOWS, BloodTest, Clock, Known, Patient, clock_of_index
from app.prognosis.risk_group import Scheme
from app.prognosis.survival import Z95, Floats

STEEPEST_LOG_RATIO = 50.0
"""Log hazard ratio, interval included, beyond which a number would say nothing.

exp(50) is 5e21: no such patient exists, and arithmetic stays finite below it.
"""


@dataclass(frozen=True)
class Question:
    """
    One request for a prognosis, with everything it needs to be answered.

    Attributes
    ----------
    patient : Patient
        Everything recorded of the person.
    blood_test : BloodTest or None
        The result asked about; None for a patient without one.
    clock : Clock or None
        Of that draw, or else of the index date; None where there is neither.
    endpoint : str
        The event that survival is free of.
    scheme : Scheme
        The risk scheme asked for.
    horizons_months : tuple of int
        Ascending.
    asked_on : datetime.date
        The day of asking.
    computed_at : datetime.datetime
        The same as an instant.
    prognosis_id : str or None
        None for an answer that is not stored.
    """

    patient: Patient
    blood_test: BloodTest | None
    clock: Clock | None
    endpoint: str
    scheme: Scheme
    horizons_months: tuple[int, ...]
    asked_on: date
    computed_at: datetime
    prognosis_id: str | None = None


@dataclass(frozen=True)
class ModelInUse:
    """
    The current model of an endpoint and setting, with what is said of it beside the artefact.

    Attributes
    ----------
    model : CoxModel
        The artefact.
    model_id : str
        Its digest.
    fitted_at : datetime.datetime
        When the refit finished.
    gates : tuple of GateOutcome
        Of its refit.
    promoted_despite_gate : bool
        Whether a person put it into use against a refusing gate.
    changed_rows : int
        Training rows corrected or erased since the fit.
    results_since_fit : int
        Results received since the fit.
    """

    model: CoxModel
    model_id: str
    fitted_at: datetime
    gates: tuple[GateOutcome, ...]
    promoted_despite_gate: bool
    changed_rows: int
    results_since_fit: int


@dataclass(frozen=True, eq=False)
class Basis:
    """
    A fit and the one patient it is asked about.

    Attributes
    ----------
    in_use : ModelInUse
        The model that answers.
    fit : Fit
        The whole model's, or that of the submodel for what is known.
    x : ndarray, shape (p,)
        The patient's covariates, in the order and the units of the fit.
    stratum : tuple of float or None
        The patient's stratum.
    clock : Clock
        Time zero and what was known on that day, the count included.
    line : float or None
        The line of therapy, where it is known.
    """

    in_use: ModelInUse
    fit: Fit
    x: Floats
    stratum: tuple[float, ...] | None
    clock: Clock
    line: float | None


@dataclass(frozen=True)
class NoBasis:
    """Why no hazard can be given, and whether the count lies above the training range."""

    withheld: Withheld
    count_above_range: bool = False


def clock_for(question: Question, in_use: ModelInUse | None) -> Clock | None:
    """
    Choose the clock that the model in use counts from.

    Parameters
    ----------
    question : Question
        With its own clock.
    in_use : ModelInUse or None
        A model that counts from the index date overrides the draw.

    Returns
    -------
    Clock or None
        None where the patient has no such day.
    """
    if in_use is not None and in_use.model.clock == "index_date" and question.blood_test:
        return clock_of_index(question.patient)
    return question.clock


def find_basis(
    question: Question, in_use: ModelInUse | None, refusals: Iterable[Reason] = ()
) -> Basis | NoBasis:
    """
    Find the fit and the covariates for a question, or say why there are none.

    Parameters
    ----------
    question : Question
        What is asked.
    in_use : ModelInUse or None
        The current model of the endpoint and the patient's setting.
    refusals : iterable of Reason, optional
        Why the newest candidate is not in use; told where no model is.

    Returns
    -------
    Basis or NoBasis
        The first of these reasons withholds the hazard: the person is dead,
        or the endpoint is reached; the count is withdrawn or of other cells;
        no model; not a draw that the model is of; a covariate missing that
        cannot be; a covariate out of range.
    """
    by_draw = in_use is None or in_use.model.clock != "index_date"
    obstacle = (
        _dead(question.patient)
        or _progressed(question)
        or (_no_count(question.blood_test) if by_draw else None)
    )
    if obstacle:
        return _none(obstacle)
    if in_use is None:
        return _none(*refusals, Reason("no-model", _no_model(question)))
    if question.clock is not None and not _is_of(in_use.model, question.clock):
        return _none(_NOT_BASELINE)
    clock = clock_for(question, in_use)
    if clock is None:
        return _none(Reason("missing-covariate", "There is no day from which to count."))
    return _on_values(in_use, _with_count(clock, question.blood_test))


def _is_of(model: CoxModel, asked: Clock) -> bool:
    """Tell whether a model is of such draws: a later draw has only the model of its window."""
    if model.clock in WINDOWS:
        return asked.window == model.clock
    return asked.standing in ("baseline", "line-start-unknown")


_NOT_BASELINE = Reason(
    "draw-not-baseline",
    "The blood was not drawn from 28 days before to 7 days after the start of a line of therapy; "
    "the model is of such draws.",
)


def _none(*reasons: Reason) -> NoBasis:
    return NoBasis(Withheld(reasons))


def _dead(patient: Patient) -> Reason | None:
    if patient.follow_up is None or patient.follow_up.death_on is None:
        return None
    return Reason("recorded-dead", "The person is recorded dead.")


def _progressed(question: Question) -> Reason | None:
    follow_up, clock = question.patient.follow_up, question.clock
    if question.endpoint == "overall_survival" or follow_up is None or clock is None:
        return None
    progressed_on = follow_up.progression_on
    # A landmark is of those who had come so far on their line without the event.
    if progressed_on is None or progressed_on < (clock.line_started_on or clock.start):
        return None
    return Reason("endpoint-reached", "Progression or recurrence is recorded since the start.")


def _no_count(test: BloodTest | None) -> Reason | None:
    if test is None:
        return None
    if test.status in ("cancelled", "entered_in_error"):
        return Reason("missing-covariate", "The result was withdrawn, so there is no valid count.")
    if not test.is_comparable:
        return Reason(
            "assay-not-comparable",
            f"The count is of {test.assay} in {test.blood_volume_ml:g} mL; the model is of "
            "CellSearch counts in 7.5 mL (7.0 to 8.0 mL).",
        )
    return None


def _no_model(question: Question) -> str:
    return f"No model of {question.endpoint.replace('_', ' ')} is in use for this setting."


def _with_count(clock: Clock, test: BloodTest | None) -> Clock:
    if test is None:
        return clock
    known = {**clock.known, COUNT: Known(test.ctc_count, test.drawn_on)}
    return Clock(clock.start, clock.standing, known)


def _values(names: Iterable[str], clock: Clock) -> dict[str, float]:
    values = {}
    for name in names:
        covariate = REGISTRY.get(name) or declared(name, "continuous")
        value = value_of(covariate, clock.known, clock.start)
        if value is not None:
            values[name] = value
    return values


def _on_values(in_use: ModelInUse, clock: Clock) -> Basis | NoBasis:
    model = in_use.model
    wanted = (*model.fit.covariates, *model.fit.strata)
    values = _values(wanted, clock)
    fit = model.submodel_for(values.keys())
    if fit is None:
        return _none(_missing([name for name in wanted if name not in values], model.fit))
    stratum = fit.stratum(values)
    if all(baseline.stratum != stratum for baseline in fit.baselines):
        return _none(_no_stratum(fit))
    x = fit.vector(values)
    return _out_of_range(fit, x) or Basis(in_use, fit, x, stratum, clock, _line(clock))


def _no_stratum(fit: Fit) -> Reason:
    strata = ", ".join(fit.strata)
    return Reason("covariate-out-of-range", f"No training patient was of this stratum ({strata}).")


def _missing(missing: Sequence[str], fit: Fit) -> Reason:
    detail = f"Not known: {', '.join(missing)}. No submodel was fitted for what is known."
    if count_terms(missing):
        detail = "There is no count; the model needs one."
    elif counted_terms(missing):
        detail = "There is no count of a baseline draw of this line; the model needs one."
    elif set(missing) & set(fit.strata):
        detail = f"Not known: {', '.join(missing)}. Each stratum has a baseline hazard of its own."
    return Reason("missing-covariate", detail)


def _line(clock: Clock) -> float | None:
    return value_of(REGISTRY["line_of_therapy"], clock.known, clock.start)


def _out_of_range(fit: Fit, x: Floats) -> NoBasis | None:
    outside = fit.outside_range(x)
    if outside:
        rows = zip(
            fit.covariates, x.tolist(), fit.minima.tolist(), fit.maxima.tolist(), strict=True
        )
        ranges = {name: (value, low, high) for name, value, low, high in rows}
        details = dict.fromkeys(_range_detail(name, ranges) for name in outside)
        above = any(ranges[name][0] > ranges[name][2] for name in count_terms(outside))
        reasons = tuple(Reason("covariate-out-of-range", detail) for detail in details)
        return NoBasis(Withheld(reasons), above)
    distance = x - fit.means
    reach = 0.0 if fit.penalizer else Z95 * float(distance @ fit.covariance @ distance) ** 0.5
    if abs(fit.log_hazard_ratio(x)) + reach > STEEPEST_LOG_RATIO:
        return _none(
            Reason(
                "covariate-out-of-range", "The hazard ratio would be too extreme to mean anything."
            )
        )
    return None


def _range_detail(name: str, ranges: Mapping[str, tuple[float, float, float]]) -> str:
    term = "log1p_ctc" if count_terms([name]) else name
    if counted_terms([name]) and term in ranges:
        value, low, high = (expm1(bound) for bound in ranges[term])
        of_line = "" if term == "log1p_ctc" else " of the baseline draw"
        return (
            f"The count{of_line} is {value:,.0f}; the model is of counts from {low:,.0f} to "
            f"{high:,.0f}."
        )
    value, low, high = ranges[name]
    return f"{name} is {value:g}; the model is of values from {low:g} to {high:g}."
