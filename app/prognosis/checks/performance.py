"""How well a model discriminates and how right its risks are, as plain values."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.checks.refits import Refits
from app.prognosis.cohort import Cohort
from app.prognosis.concordance import concordance_alone
from app.prognosis.covariates import SUBGROUPS, Subgrouping
from app.prognosis.engine.rows import Flags, Floats, MalformedRows, Places
from app.prognosis.gates import A_YEAR, AT_RISK_NEEDED
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.brier import brier_scores
from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.calibration_groups import calibration_groups
from app.prognosis.validation.discrimination import cumulative_dynamic_auc, uno_c
from app.prognosis.validation.estimates import NotEstimable
from app.prognosis.validation.optimism import RESAMPLES, Corrected, resample, summarise
from app.prognosis.validation.subgroups import by_group
from app.prognosis.validation.temporal import validate_on_latest

MONTHS = (6, 12, 24, 36, 60)
"""Horizons at which a model is judged, those with enough patients at risk."""

MANY_EVENTS = 10_000
"""Events above which fewer resamples do, once optimism is seen to be negligible."""

FEW_RESAMPLES = 20
"""So many then."""

LARGEST_RISK = 1 - 1e-12
"""Above it the logarithm of a cumulative hazard says nothing."""

NEGLIGIBLE = 1e-3
"""Optimism of a concordance below any printed digit."""


def horizons(refits: Refits) -> tuple[int, ...]:
    """
    List the horizons with enough patients at risk.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    tuple of int
        Months, ascending; none where follow-up is short.
    """
    at_risk = {months: int((refits.days > months * DAYS_PER_MONTH).sum()) for months in MONTHS}
    return tuple(months for months, patients in at_risk.items() if patients >= AT_RISK_NEEDED)


def discrimination(refits: Refits, seed: int, progress: Callable[[float], None]) -> dict[str, Any]:
    """
    Measure how well the model ranks patients, optimism taken off.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    seed : int
        Of the resamples.
    progress : callable
        Called with the fraction done.

    Returns
    -------
    dict
        Harrell's C with its error, corrected by bootstrap with an interval;
        the corrected slope; Uno's C and the AUC by horizon, as they appear.
    """
    fit, months = refits.fit, horizons(refits)
    corrected, slope, resamples, refused = _without_optimism(refits, seed, progress)
    predictor = refits.predictor(np.arange(len(refits)), fit.coefficients)
    return {
        "concordance": fit.concordance,
        "standard_error": fit.concordance_se,
        "corrected": corrected.value if corrected else None,
        "corrected_ci95": corrected.ci95 if corrected else None,
        "optimism": corrected.optimism if corrected else None,
        "slope_corrected": slope.value if slope else None,
        "resamples": resamples,
        "refused": refused,
        "uno": _uno(refits, predictor, months[-1]) if months else None,
        "auc": _told(partial(_auc, refits, predictor, at) for at in months),
    }


def calibration(refits: Refits, starts: NDArray[np.datetime64]) -> list[dict[str, Any]]:
    """
    Compare observed and expected events, on the model's rows and on patients not seen.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    starts : ndarray of datetime64, shape (n,)
        When each row's clock started.

    Returns
    -------
    list of dict
        One for the latest fifth by date at a year, by a model of the earlier
        ones, where that can be measured; one for each horizon on all rows.
    """
    survival = refits.survival_by(np.array([_day(months) for months in horizons(refits)]))
    by_horizon = zip(horizons(refits), (1 - survival).T, strict=True)
    on_rows = (partial(_calibration, refits, risk, months) for months, risk in by_horizon)
    return _told([partial(_held_out, refits, starts), *on_rows])


def brier(refits: Refits) -> list[dict[str, Any]]:
    """
    Measure the error of the predicted probabilities.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    list of dict
        By horizon: Brier score, that of the Kaplan-Meier estimate, and IPA.
    """
    return _told(partial(_brier, refits, months) for months in horizons(refits))


def subgroups(refits: Refits, cohort: Cohort) -> list[dict[str, Any]]:
    """
    Measure C and observed over expected by age, receptor subtype and line.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    cohort : Cohort
        The same rows with every column that the refit could have used.

    Returns
    -------
    list of dict
        Small groups have no figures; rows of no known group are in none.
    """
    if A_YEAR not in horizons(refits):
        return []
    risk = 1 - refits.survival_by(np.array([_day(A_YEAR)]))[:, 0]
    predictor = refits.predictor(np.arange(len(refits)), refits.fit.coefficients)
    told: list[dict[str, Any]] = []
    for grouping in SUBGROUPS:
        if not cohort.columns.keys() >= set(grouping.covariates):
            continue
        groups = _groups(cohort, grouping)
        known = np.flatnonzero(groups != "")
        days, events = (values[known] for values in _outcome(refits))
        if not (days > _day(A_YEAR)).any():
            continue
        found = by_group(days, events, predictor[known], risk[known], groups[known], _day(A_YEAR))
        told += [
            {
                "by": grouping.by,
                "group": str(each.group),
                "patients": each.patients,
                "events": each.events,
                "concordance": each.concordance.value if each.concordance else None,
                "o_e": each.observed_expected.ratio if each.observed_expected else None,
            }
            for each in found
        ]
    return told


def _day(months: int) -> float:
    return months * DAYS_PER_MONTH


def _outcome(refits: Refits) -> tuple[Floats, Flags]:
    return refits.days, refits.events


def _told(measures: Iterable[Callable[[], dict[str, Any]]]) -> list[dict[str, Any]]:
    """Take each figure that can be measured on these rows."""
    found = []
    for measure in measures:
        # Few rows, or rows all alike, can leave a horizon without cases or controls; and the
        # latest patients can be of a stratum that the earlier ones were not.
        with suppress(NotEstimable, MalformedRows, RefitRefused):
            found.append(measure())
    return found


def _uno(refits: Refits, predictor: Floats, months: int) -> float | None:
    try:
        return uno_c(*_outcome(refits), predictor, _day(months)).value
    except NotEstimable:
        return None


def _auc(refits: Refits, predictor: Floats, months: int) -> dict[str, Any]:
    (found,) = cumulative_dynamic_auc(*_outcome(refits), predictor, [_day(months)])
    return {"months": months, "auc": found.value, "ci95": found.ci95}


def _brier(refits: Refits, months: int) -> dict[str, Any]:
    survival = refits.survival_by(np.array([_day(months)]))
    (found,) = brier_scores(*_outcome(refits), survival, [_day(months)])
    return {
        "months": months,
        "brier": found.score.value,
        "null": found.null,
        "ipa": found.ipa,
    }


def _without_optimism(
    refits: Refits, seed: int, progress: Callable[[float], None]
) -> tuple[Corrected | None, Corrected | None, int, int]:
    everybody = np.arange(len(refits))

    def fit(places: Places) -> Callable[[Places], Floats]:
        beta = refits.maximum(refits.rows(places)).beta
        return lambda others: refits.predictor(others, beta)

    def rank(places: Places, predictor: Floats) -> float:
        rows = refits.all_rows if places is everybody else refits.rows(places)
        return concordance_alone(rows, predictor[rows.order])

    def slope(places: Places, predictor: Floats) -> float:
        if len(places) != len(refits) or (places != everybody).any():
            # Without a penalty a model's own slope is one; with one it is left alone.
            return 1.0
        return calibration_slope(*_outcome(refits), predictor).value

    measures = {"concordance": rank, "slope": slope}
    done = []
    for number in range(RESAMPLES):
        done.append(resample(number, everybody, fit, measures, seed))
        progress((number + 1) / RESAMPLES)
        if len(done) == FEW_RESAMPLES and _is_negligible(refits, done):
            break
    apparent = {"concordance": refits.fit.concordance, "slope": 1.0}
    found = summarise(apparent, done)
    refused = sum(found.refused.values())
    return found.measures.get("concordance"), found.measures.get("slope"), len(done), refused


def _is_negligible(refits: Refits, done: Sequence[Any]) -> bool:
    if refits.events.sum() <= MANY_EVENTS:
        return False
    gaps = [each.own["concordance"] - each.original["concordance"] for each in done if each.own]
    return bool(gaps) and abs(float(np.mean(gaps))) < NEGLIGIBLE


def _calibration(refits: Refits, risk: Floats, months: int) -> dict[str, Any]:
    return {
        "months": months,
        "held_out": False,
        "concordance": None,
        "slope": None,
        "slope_ci95": None,
        **_agreement(*_outcome(refits), risk, months),
    }


def _held_out(refits: Refits, starts: NDArray[np.datetime64]) -> dict[str, Any]:
    day = _day(A_YEAR)
    found = validate_on_latest(
        *_outcome(refits), starts, day, lambda places: refits.risk_by(places, day)
    )
    days, events = refits.days[found.rows], refits.events[found.rows]
    # The log of the cumulative hazard is the linear predictor and a constant.
    slope = calibration_slope(days, events, np.log(-np.log1p(-found.risk.clip(max=LARGEST_RISK))))
    return {
        "months": A_YEAR,
        "held_out": True,
        "concordance": found.concordance.value,
        "slope": slope.value,
        "slope_ci95": slope.ci95,
        **_agreement(days, events, found.risk, A_YEAR),
    }


def _agreement(days: Floats, events: Flags, risk: Floats, months: int) -> dict[str, Any]:
    found = observed_expected(days, events, risk, _day(months))
    smooth = smooth_calibration(days, events, risk, _day(months))
    groups = calibration_groups(days, events, risk, _day(months))
    return {
        "patients": len(days),
        "events": int((events & (days <= _day(months))).sum()),
        "observed": found.observed,
        "expected": found.expected,
        "o_e": found.ratio,
        "o_e_ci95": found.ci95,
        "ici": smooth.ici,
        "e50": smooth.e50,
        "e90": smooth.e90,
        "curve": [asdict(point) for point in smooth.curve],
        "groups": [
            {
                "predicted": group.expected,
                "observed": group.observed,
                "ci95": group.ci95,
                "patients": group.patients,
            }
            for group in groups
        ],
    }


def _groups(cohort: Cohort, grouping: Subgrouping) -> NDArray[np.str_]:
    values = cohort.matrix(grouping.covariates)
    known = ~np.isnan(values).any(axis=1)
    levels, places = np.unique(values[known], axis=0, return_inverse=True)
    names = np.array([grouping.label(*level) for level in levels.tolist()] or [""])
    groups = np.full(len(values), "", dtype=names.dtype)
    groups[known] = names[places.ravel()]
    return groups
