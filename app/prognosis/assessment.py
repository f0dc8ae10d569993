"""A patient and the model in use: the prognosis, with its hazard given, qualified or withheld."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.prognosis import gates, hazard
from app.prognosis.answer import (
    CurveStep,
    Hazard,
    ModelFacts,
    Prognosis,
    Reason,
    Similar,
    SurvivalAt,
    to_json,
)
from app.prognosis.basis import Basis, ModelInUse, NoBasis, Question, clock_for, find_basis
from app.prognosis.model import CoxModel, SimilarPatients
from app.prognosis.risk_group import OtherRiskGroup, RiskGroup, assign, assign_others

__all__ = ["ModelInUse", "Question", "assess", "survival_curve", "to_json"]

REFERENCE = "a hypothetical patient at the cohort's covariate means"
REFERENCE_IN_STRATUM = f"{REFERENCE}, of the same stratum"

SIMILAR_NEEDED = 5
"""Patients below which a group could point at a person."""


def assess(
    question: Question, in_use: ModelInUse | None, refusals: Iterable[Reason] = ()
) -> Prognosis:
    """
    Answer one question from the model in use.

    Parameters
    ----------
    question : Question
        The patient, the result and what is asked of them.
    in_use : ModelInUse or None
        The current model of the endpoint and the patient's setting.
    refusals : iterable of Reason, optional
        Why the newest candidate is not in use; told where no model is.

    Returns
    -------
    Prognosis
        A risk group wherever there is a result; a hazard that is given,
        qualified by its reasons, or withheld for its reasons.
    """
    basis = find_basis(question, in_use, refusals)
    group, others = _risk_groups(question)
    clock = clock_for(question, in_use)
    above = isinstance(basis, NoBasis) and basis.count_above_range
    return Prognosis(
        prognosis_id=question.prognosis_id,
        patient_id=question.patient.patient_id,
        computed_at=question.computed_at,
        endpoint=question.endpoint,
        clock_start=clock.start if clock else None,
        blood_test=question.blood_test,
        risk_group=group,
        other_risk_groups=others,
        hazard=_hazard(question, basis, group) if isinstance(basis, Basis) else basis.withheld,
        similar_patients=_top_decile(in_use.model) if in_use and above else None,
        model=_facts(in_use) if in_use else None,
    )


def survival_curve(question: Question, in_use: ModelInUse | None) -> tuple[CurveStep, ...]:
    """
    Trace the survival curve that a picture of the answer shows.

    Parameters
    ----------
    question : Question
        As for `assess`.
    in_use : ModelInUse or None
        As for `assess`.

    Returns
    -------
    tuple of CurveStep
        From month 0 to the last day with enough patients at risk; empty
        where the hazard is withheld.
    """
    basis = find_basis(question, in_use)
    return hazard.curve(hazard.course_of(basis)) if isinstance(basis, Basis) else ()


def _risk_groups(question: Question) -> tuple[RiskGroup | None, tuple[OtherRiskGroup, ...]]:
    test, clock = question.blood_test, question.clock
    if test is None:
        return None, ()
    fact = clock.known.get("disease_setting") if clock else None
    setting = str(fact.value) if fact else None
    others = assign_others(question.scheme, setting, test)
    return assign(question.scheme, setting, test), tuple(others)


def _hazard(question: Question, basis: Basis, group: RiskGroup | None) -> Hazard:
    fit, model = basis.fit, basis.in_use.model
    at_risk = _at_risk(basis, question.horizons_months)
    beyond = {m: n for m, n in at_risk.items() if n < gates.AT_RISK_NEEDED}
    within = {m: n for m, n in at_risk.items() if m not in beyond}
    alive = hazard.known_alive(basis, question.patient.follow_up, question.asked_on)
    course = hazard.course_of(basis)
    survival = hazard.survival_at(course, within, alive)
    weakening = [*_of_the_model(question, basis.in_use), *_of_the_answer(basis, survival)]
    ratio = fit.hazard_ratio(basis.x)
    return Hazard(
        status="qualified" if weakening else "given",
        reasons=(*weakening, *_left_out(beyond)),
        hazard_ratio=ratio.estimate,
        ci95=ratio.ci95,
        reference=REFERENCE_IN_STRATUM if fit.strata else REFERENCE,
        contributions=hazard.contributions(basis),
        survival=survival,
        median_survival=hazard.median_survival(course),
        unused_covariates=tuple(n for n in model.fit.covariates if n not in fit.covariates),
        similar_patients=_similar(model, group, basis.line),
    )


def _at_risk(basis: Basis, horizons_months: Iterable[int]) -> dict[int, int]:
    fit, stratum = basis.fit, basis.stratum
    return {months: fit.at_risk(hazard.day_of(months), stratum) for months in horizons_months}


def _left_out(at_risk: Mapping[int, int]) -> list[Reason]:
    # A horizon left out takes nothing from the figures that stand: it is told, and qualifies none.
    if not at_risk:
        return []
    horizons = ", ".join(f"{months} months ({at_risk[months]} at risk)" for months in at_risk)
    detail = f"Left out, with fewer than {gates.AT_RISK_NEEDED} at risk: {horizons}."
    return [Reason("horizon-beyond-follow-up", detail)]


def _of_the_model(question: Question, in_use: ModelInUse) -> Iterator[Reason]:
    patients = in_use.model.fit.patients
    if in_use.promoted_despite_gate:
        yield Reason("promoted-despite-gate", "A person put this model into use against a gate.")
    for outcome in in_use.gates:
        if outcome.verdict != "passed":
            yield Reason(*gates.reason(outcome))
    age = question.computed_at - in_use.fitted_at
    if age > gates.STALE_AFTER:
        yield Reason(
            "model-stale",
            f"The model was fitted {age.days} days ago; at most {gates.STALE_AFTER.days} are "
            "allowed, because treatments, and with them survival, change.",
        )
    if gates.too_many_changed(in_use.changed_rows, patients):
        yield Reason(
            "training-data-changed",
            f"{in_use.changed_rows} of the model's {patients} rows were corrected or erased since "
            "the fit.",
        )


def _of_the_answer(basis: Basis, survival: Iterable[SurvivalAt]) -> Iterator[Reason]:
    fit, model = basis.fit, basis.in_use.model
    unused = [name for name in model.fit.covariates if name not in fit.covariates]
    if unused:
        yield Reason(
            "submodel-used",
            f"Answered without {', '.join(unused)}, by a submodel fitted on {fit.patients:,} "
            f"patients with {fit.events:,} events.",
        )
        for outcome in gates.judge_fit(fit):
            if outcome.verdict != "passed":
                yield Reason(*gates.reason(outcome))
    if basis.clock.standing == "line-start-unknown":
        yield Reason(
            "line-start-unknown",
            "No start of a line of therapy is known; the draw is taken as a baseline draw.",
        )
    uncertain = [words for at in survival if (words := _uncertainty(at))]
    if uncertain:
        yield Reason("horizon-beyond-follow-up", f"Uncertain: {'; '.join(uncertain)}.")


def _uncertainty(at: SurvivalAt) -> str | None:
    half_width = (at.ci95[1] - at.ci95[0]) / 2 if at.ci95 else 0.0
    if at.at_risk < gates.AT_RISK_FIRM:
        return f"{at.months} months, {at.at_risk} at risk of {gates.AT_RISK_FIRM} asked for"
    if half_width > gates.WIDEST_HALF:
        return (
            f"{at.months} months, interval {half_width:.2f} to either side where at most "
            f"{gates.WIDEST_HALF} is allowed"
        )
    return None


def _similar(model: CoxModel, group: RiskGroup | None, line: float | None) -> Similar | None:
    if group is None or group.group is None:
        return None
    cells = {
        cell.line: cell
        for cell in model.similar
        if (cell.scheme, cell.group) == (group.scheme, group.group)
        and cell.patients >= SIMILAR_NEEDED
    }
    if line is not None and line in cells:
        return _observed(cells[int(line)], "same risk group, same line")
    return _observed(cells[None], "same risk group") if None in cells else None


def _top_decile(model: CoxModel) -> Similar | None:
    cell = model.top_decile
    if cell is None or cell.patients < SIMILAR_NEEDED:
        return None
    return _observed(cell, "the tenth of the cohort with the highest counts")


def _observed(cell: SimilarPatients, definition: str) -> Similar:
    return Similar(definition, cell.patients, cell.events, cell.km_12_months)


def _facts(in_use: ModelInUse) -> ModelFacts:
    model = in_use.model
    return ModelFacts(
        model_id=in_use.model_id,
        fitted_at=in_use.fitted_at,
        data_cutoff=model.data_cutoff,
        patients=model.fit.patients,
        events=model.fit.events,
        median_follow_up_months=model.median_follow_up_months,
        concordance=model.fit.concordance,
        concordance_corrected=_corrected(model.checks),
        held_out_o_e_12_months=_held_out(model.checks),
        results_since_fit=in_use.results_since_fit,
    )


def _corrected(checks: Mapping[str, Any] | None) -> float | None:
    discrimination = (checks or {}).get("discrimination")
    return discrimination["corrected"] if discrimination else None


def _held_out(checks: Mapping[str, Any] | None) -> float | None:
    measured = (checks or {}).get("calibration") or ()
    return next(
        (at["o_e"] for at in measured if at["held_out"] and at["months"] == gates.A_YEAR), None
    )
