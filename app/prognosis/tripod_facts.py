"""What is known of a model, in the words of the items of TRIPOD+AI."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.prognosis.covariates import (
    COUNT,
    COUNT_KNOTS,
    FIELDS,
    Covariate,
    count_terms,
    counted_terms,
    ladder_of,
)
from app.prognosis.measured import has_figure
from app.prognosis.model import CoxModel
from app.prognosis.patient import BASELINE_COUNT, WINDOWS

ENDPOINTS: Mapping[str, str] = {
    "overall_survival": "death from any cause",
    "progression_free_survival": "progression or death from any cause, whichever comes first",
    "disease_free_survival": "recurrence or death from any cause, whichever comes first",
}
"""The event of each endpoint."""


@dataclass(frozen=True)
class Subject:
    """
    What a report is about.

    Attributes
    ----------
    model : CoxModel
        Any model.
    covariates : tuple of Covariate
        Those of the model, as the registry or the organisation defines them.
    checks : mapping
        Those that came to a figure.
    limits : tuple of str
        What limits the model, in sentences.
    """

    model: CoxModel
    covariates: tuple[Covariate, ...]
    checks: Mapping[str, Any]
    limits: tuple[str, ...]

    @property
    def is_about_death(self) -> bool:
        """Whether the event needs no judgement."""
        return self.model.endpoint == "overall_survival"


def known_items(subject: Subject) -> dict[str, str]:
    """
    Say what is known for each item of TRIPOD+AI.

    Parameters
    ----------
    subject : Subject
        What the report is about.

    Returns
    -------
    dict of str to str
        Text by the number of the item; without the items of which nothing is known.
    """
    told = {item: write(subject) for item, write in _ITEMS.items()}
    return {item: words for item, words in told.items() if words}


def definition(covariate: Covariate) -> str:
    """
    Say in words what a covariate is and how it enters.

    Parameters
    ----------
    covariate : Covariate
        From the registry or declared.

    Returns
    -------
    str
        One sentence without its full stop.
    """
    described = {field.name: field.description.rstrip(".") for field in FIELDS}
    described[COUNT] = "Tumour cells counted in the draw, per 7.5 mL"
    described[BASELINE_COUNT] = "The same of the baseline draw of the line"
    unit = f" in {covariate.unit}" if covariate.unit else ""
    kind = "1 where it holds, else 0" if covariate.kind == "binary" else f"enters linearly{unit}"
    if covariate.source not in described:
        return f"declared by the organisation; {kind}"
    return f"read from {covariate.source} ({described[covariate.source]}); {kind}"


def _people(subject: Subject) -> str:
    return f"patients with breast cancer in the setting {subject.model.setting}"


def _event(subject: Subject) -> str:
    return ENDPOINTS.get(subject.model.endpoint, subject.model.endpoint)


def _start(subject: Subject) -> str:
    clock = subject.model.clock
    if clock in WINDOWS:
        return f"the day of the blood draw in weeks {_weeks(clock)} of the line of therapy"
    return "the day of the baseline blood draw" if clock == "draw" else "the index date"


def _weeks(clock: str) -> str:
    return " to ".join(str(week) for week in WINDOWS[clock])


def _title(subject: Subject) -> str:
    validated = " and internal validation" if subject.checks else ""
    return (
        f"Proposed: development{validated} of a Cox model of {_event(subject)} in "
        f"{_people(subject)}."
    )


def _aim(subject: Subject) -> str:
    if not subject.checks:
        return "To develop a model; it was not validated."
    return "To develop a model and to validate it internally, not externally."


def _purpose(subject: Subject) -> str:
    return (
        f"For {_people(subject)}, at {_start(subject)}; for their clinicians, through the "
        "hospital's systems. Prognostic; does not select treatment."
    )


def _data_source(subject: Subject) -> str:
    return (
        f"Routine records of the organisation {subject.model.organisation}: laboratory results, "
        "dated covariates and follow-up, as its systems sent them."
    )


def _dates(subject: Subject) -> str:
    months = subject.model.median_follow_up_months
    followed = "not estimable" if months is None else f"{months:.1f} months"
    return (
        f"Nothing after {subject.model.data_cutoff.isoformat()} counts; median follow-up "
        f"(reverse Kaplan-Meier) {followed}."
    )


def _eligibility(subject: Subject) -> str:
    if subject.model.clock == "draw":
        return (
            "One row a patient: the first final or corrected CellSearch draw of 7.5 mL (± 0.5 mL) "
            f"in the setting {subject.model.setting}, from 28 days before to 7 days after the line "
            "of therapy started; where no start was told, the first draw in the setting. A known "
            "follow-up after it."
        )
    if subject.model.clock in WINDOWS:
        return (
            "One row a patient: the first final or corrected CellSearch draw of 7.5 mL (± 0.5 mL) "
            f"in the setting {subject.model.setting}, in the completed weeks "
            f"{_weeks(subject.model.clock)} after the start of the line of therapy; without the "
            "event until then, and a known follow-up after it."
        )
    return (
        "One row a patient with an index date on or before the cut-off, in the setting "
        f"{subject.model.setting}, and a known follow-up after it."
    )


def _preparation(subject: Subject) -> str:
    return (
        "Covariates are dated: of each, the last value observed on or before "
        f"{_start(subject)} is used (performance status: at most 28 days old). Time is in whole "
        "days; day 0 counts as half a day. Values outside a covariate's plausible range are "
        "refused when they are sent. All patients are prepared alike."
    )


def _outcome(subject: Subject) -> str:
    return (
        f"The event is {_event(subject)}, from {_start(subject)}. Patients without it are censored "
        f"when last known alive, at the latest on {subject.model.data_cutoff.isoformat()}."
    )


def _choice(subject: Subject) -> str:
    specification = subject.model.specification
    if specification.rung is None:
        return "The covariates were named by whoever asked for the refit."
    ladder = ladder_of(subject.model.clock)
    rungs = " → ".join(f"{', '.join(rung.adds)} ({rung.patients})" for rung in ladder)
    passed = ", ".join(f"{name}: {why}" for name, why in specification.passed_over.items())
    return (
        f"Rung {specification.rung} of a ladder fixed before any data were seen (each step with "
        f"the patients it asks for): {rungs}. Chosen by the number of patients and events, never "
        f"by results.{f' Passed over: {passed}.' if passed else ''}"
    )


def _predictors(subject: Subject) -> str:
    told = "; ".join(f"{each.name}: {definition(each)}" for each in subject.covariates)
    return f"As of {_start(subject)}: {told}."


def _sample_size(subject: Subject) -> str:
    fit, size = subject.model.fit, subject.checks.get("sample_size") or {}
    words = (
        f"All who were eligible and complete: {fit.patients:,} with {fit.events:,} events, "
        f"{fit.events / len(fit.covariates):.1f} events a parameter."
    )
    if size.get("riley_patients") is not None:
        words += f" The criteria of Riley et al. ask for {size['riley_patients']:,} patients."
    return words


def _missing(subject: Subject) -> str:
    missing = subject.model.left_out.get("missing_covariate", 0)
    return (
        f"Complete cases: {missing:,} patients who lack a covariate were left out, none imputed. "
        f"Submodels on fewer covariates ({len(subject.model.submodels)} of them) answer for "
        "patients who lack some."
    )


def _division(subject: Subject) -> str:
    held_out = any(
        each.get("held_out") and has_figure(each) for each in _entries(subject, "calibration")
    )
    apart = (
        " Calibration was also measured in the latest patients by date, with a model fitted on the "
        "earlier ones alone."
        if held_out
        else ""
    )
    return f"Every eligible row whose covariates are known was used to fit the model.{apart}"


def _handling(subject: Subject) -> str:
    words = "Each covariate enters linearly, untransformed."
    terms = count_terms(subject.model.fit.covariates)
    if terms:
        words = "The count enters as log(1 + cells per 7.5 mL), every other covariate linearly."
    if counted_terms(subject.model.fit.covariates) != terms:
        words = "The counts enter as log(1 + cells per 7.5 mL), every other covariate linearly."
    if len(terms) > 1:
        knots = ", ".join(str(knot) for knot in COUNT_KNOTS)
        words += f" A restricted cubic spline bends it at {knots} cells."
    return words


def _analysis(subject: Subject) -> str:
    specification, resamples = subject.model.specification, _discrimination(subject, "resamples")
    strata = ", ".join(specification.strata)
    parts = [
        f"Cox's proportional hazards model, ties by {specification.ties.capitalize()}'s method",
        f"a baseline of its own for each value of {strata}" if strata else "one baseline hazard",
        f"ridge penalty {specification.penalizer:g}"
        if specification.penalizer
        else "maximum partial likelihood without a penalty",
        f"optimism corrected over {resamples} bootstrap resamples" if resamples else "",
    ]
    return f"{'; '.join(part for part in parts if part)}."


def _measures(subject: Subject) -> str:
    told = [words for part, words in _MEASURES.items() if subject.checks.get(part)]
    if _discrimination(subject, "auc"):
        told.insert(0, "Uno's concordance and the cumulative/dynamic area under the curve")
    corrected = "; all but those of held-out patients without their optimism"
    resampled = corrected if _discrimination(subject, "resamples") else ""
    return f"Harrell's concordance{''.join(f'; {words}' for words in told)}{resampled}."


_MEASURES = {
    "calibration": "calibration by ratio of observed to expected events, slope, curve and its "
    "distance from prediction (ICI, E50, E90)",
    "brier": "Brier score and index of prediction accuracy",
    "integrated_brier": "the Brier score integrated over the horizons",
    "proportional_hazards": "a test of proportional hazards by scaled Schoenfeld residuals",
    "influence": "influence of single patients by dfbetas",
    "second_opinion": "a second implementation fitted on the same rows",
}


def _fairness(subject: Subject) -> str:
    groups = sorted({str(each.get("by")) for each in _entries(subject, "subgroups")})
    if not groups:
        return ""
    return f"Performance was measured by {', '.join(groups)}; the figures are reported."


def _output(_: Subject) -> str:
    return (
        "A hazard ratio against a hypothetical patient at the covariates' means, survival "
        "probabilities at the asked horizons and the median, with 95 % intervals unless "
        "penalised. There is no threshold: the risk group comes from the count alone, by a "
        "published scheme."
    )


def _code(subject: Subject) -> str:
    software = subject.model.provenance.get("software", {})
    versions = ", ".join(f"{name} {version}" for name, version in software.items())
    return (
        f"Free software under the Apache License 2.0.{f' Fitted with {versions}.' * bool(versions)}"
    )


def _flow(subject: Subject) -> str:
    fit = subject.model.fit
    left = "; ".join(f"{why}: {n:,}" for why, n in subject.model.left_out.items())
    return (
        f"{fit.patients:,} patients with {fit.events:,} events. Left out: {left or 'nobody'}. "
        f"{_dates(subject)}"
    )


def _characteristics(subject: Subject) -> str:
    fit = subject.model.fit
    rows = zip(
        fit.covariates, fit.means.tolist(), fit.minima.tolist(), fit.maxima.tolist(), strict=True
    )
    told = "; ".join(f"{n} {mean:.3g} ({low:.3g} to {high:.3g})" for n, mean, low, high in rows)
    return f"Mean (range) in training: {told}."


def _analysed(subject: Subject) -> str:
    fits = [("the model", subject.model.fit)]
    fits += [
        (f"the submodel of {', '.join(sub.covariates)}", sub) for sub in subject.model.submodels
    ]
    return f"{'; '.join(f'{n}: {f.patients:,} patients, {f.events:,} events' for n, f in fits)}."


def _whole_model(subject: Subject) -> str:
    fit = subject.model.fit
    terms = " ".join(
        f"{'+' if beta >= 0 else '−'} {abs(beta):.6g}·({name} − {mean:.6g})"
        for name, beta, mean in zip(
            fit.covariates, fit.coefficients.tolist(), fit.means.tolist(), strict=True
        )
    )
    return (
        f"Log hazard ratio = {terms.removeprefix('+ ')}. The baseline hazard stands in the model's "
        "JSON, unrounded."
    )


def _performance(subject: Subject) -> str:
    fit = subject.model.fit
    words = (
        f"Concordance in training {fit.concordance:.3f} (standard error {fit.concordance_se:.3f})."
    )
    corrected = _discrimination(subject, "corrected")
    if corrected is not None:
        words += f" Corrected for optimism {corrected:.3f}."
    told = [*_ratios(subject), *_areas(subject), *_scores(subject)]
    return (
        f"{' '.join([words, *told])} Intervals and the other figures stand in the report's tables."
    )


def _ratios(subject: Subject) -> Iterator[str]:
    for each in _entries(subject, "calibration"):
        if each.get("o_e") is not None:
            where = "in held-out patients" if each.get("held_out") else "in training"
            ratio = f"{each['months']:g} months {where} {each['o_e']:.2f}"
            yield f"Observed over expected at {ratio}."


def _areas(subject: Subject) -> Iterator[str]:
    for each in _discrimination(subject, "auc") or ():
        if found := each.get("corrected"):
            yield (
                f"Area under the curve at {each['months']:g} months, corrected, "
                f"{found['value']:.3f}."
            )


def _scores(subject: Subject) -> Iterator[str]:
    for each in _entries(subject, "brier"):
        score, ipa = each.get("corrected"), each.get("ipa_corrected")
        if score and ipa:
            yield (
                f"Brier score at {each['months']:g} months, corrected, {score['value']:.3f} "
                f"(IPA {ipa['value']:.3f})."
            )
    found = (subject.checks.get("integrated_brier") or {}).get("corrected")
    if found:
        yield f"Integrated Brier score, corrected, {found['value']:.3f}."


def _discrimination(subject: Subject, name: str) -> Any:
    return (subject.checks.get("discrimination") or {}).get(name)


def _entries(subject: Subject, part: str) -> Iterator[Mapping[str, Any]]:
    entries = subject.checks.get(part)
    return iter(entries if isinstance(entries, list | tuple) else ())


_ITEMS: Mapping[str, Callable[[Subject], str]] = {
    "1": _title,
    "3b": _purpose,
    "4": _aim,
    "5a": _data_source,
    "5b": _dates,
    "6a": lambda subject: f"The organisation {subject.model.organisation}.",
    "6b": _eligibility,
    "7": _preparation,
    "8a": _outcome,
    "9a": _choice,
    "9b": _predictors,
    "10": _sample_size,
    "11": _missing,
    "12a": _division,
    "12b": _handling,
    "12c": _analysis,
    "12e": _measures,
    "12g": lambda _: "By the formula of item 22; POST /v1/prognoses/preview computes it.",
    "14": _fairness,
    "15": _output,
    "18f": _code,
    "20a": _flow,
    "20b": _characteristics,
    "21": _analysed,
    "22": _whole_model,
    "23a": _performance,
    "26": lambda subject: " ".join(subject.limits),
    "27a": lambda _: (
        "A missing covariate: a submodel answers, or the hazard is withheld. A value outside the "
        "training range: the hazard is withheld. Malformed input: refused."
    ),
    "27b": lambda _: (
        "Laboratory and hospital systems send the data; nobody enters them for a prognosis. "
        "Reading one asks for a clinician."
    ),
}
"""By number, what is known; an empty text where it is nothing."""
