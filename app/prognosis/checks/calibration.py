"""How right a model's risks are, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.checks.horizons import by_horizon, corrected_content, day_of, measured
from app.prognosis.checks.judgement import named
from app.prognosis.checks.refits import Refits
from app.prognosis.checks.resampled import Resampled, Shown
from app.prognosis.engine.rows import Flags, Floats
from app.prognosis.gates import A_YEAR
from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.calibration_groups import RiskGroup, calibration_groups
from app.prognosis.validation.optimism import Corrected
from app.prognosis.validation.temporal import validate_on_latest

LARGEST_RISK = 1 - 1e-12
"""Above it the logarithm of a cumulative hazard says nothing."""

NOT_BELOW_NOUGHT = (0.0, inf)
"""Where a ratio can lie."""

ENTRY = dict.fromkeys(
    (
        *("months", "held_out", "patients", "events", "observed", "expected", "o_e", "o_e_ci95"),
        *("slope", "slope_ci95", "ici", "e50", "e90", "concordance", "curve", "groups"),
        *("corrected", "detail"),
    )
)
"""A horizon at which nothing is measured."""


def calibration(refits: Refits, starts: NDArray[np.datetime64]) -> list[dict[str, Any]]:
    """
    Compare observed and expected events, on patients not seen and on the model's rows.

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
        ones; one for each horizon on all rows; with the reason where one
        cannot be measured.
    """
    blank = {**ENTRY, "held_out": True, "months": A_YEAR}
    held_out = {**blank, **measured(lambda: _held_out(refits, starts))}
    on_rows = {**ENTRY, "held_out": False}
    return [held_out, *by_horizon(refits, on_rows, lambda months: _on_rows(refits, months))]


def shown(entries: list[dict[str, Any]]) -> Shown:
    """
    Collect the predicted risks at which the curves are drawn.

    Parameters
    ----------
    entries : list of dict
        From `calibration`.

    Returns
    -------
    dict of int to ndarray
        By horizon, on the rows of the fit.
    """
    return {
        entry["months"]: np.array([point["predicted"] for point in entry["curve"]])
        for entry in entries
        if entry["curve"] and not entry["held_out"]
    }


def without_optimism(entries: list[dict[str, Any]], resamples: Resampled) -> list[dict[str, Any]]:
    """
    Add to the calibration on the model's rows what it is without its optimism.

    Parameters
    ----------
    entries : list of dict
        From `calibration`.
    resamples : Resampled
        Of the model.

    Returns
    -------
    list of dict
        The same; that of patients not seen needs no correction.
    """
    return [
        entry if entry["held_out"] else _corrected(entry, resamples.corrected) for entry in entries
    ]


def _corrected(entry: dict[str, Any], found: Mapping[str, Corrected]) -> dict[str, Any]:
    months = entry["months"]
    figures = {name: found.get(named(name, months)) for name in ("ici", "e50", "e90")}
    told = {name: corrected_content(figure) for name, figure in figures.items()}
    ratio = found.get(named("o_e", months))
    if ratio:
        # On its own rows a model is right on average: resamples of it say little of the error.
        own = Corrected(ratio.apparent, ratio.optimism, None, ratio.resamples)
        told["o_e"] = corrected_content(own, entry["o_e_ci95"], NOT_BELOW_NOUGHT)
    kept = {name: content for name, content in told.items() if content}
    curve = [
        {**point, "corrected": _risk(found.get(named(f"curve.{number}", months)))}
        for number, point in enumerate(entry["curve"] or ())
    ]
    return {**entry, "curve": curve or None, "corrected": kept or None}


def _risk(found: Corrected | None) -> float | None:
    return min(max(found.value, 0.0), 1.0) if found else None


def _on_rows(refits: Refits, months: int) -> dict[str, Any]:
    return _agreement(refits.days, refits.events, refits.risk_at(day_of(months)), months)


def _held_out(refits: Refits, starts: NDArray[np.datetime64]) -> dict[str, Any]:
    day = day_of(A_YEAR)
    found = validate_on_latest(
        refits.days, refits.events, starts, day, lambda places: refits.risk_by(places, day)
    )
    days, events = refits.days[found.rows], refits.events[found.rows]
    agreement = _agreement(days, events, found.risk, A_YEAR)
    slope = measured(lambda: _slope(days, events, found.risk))
    details = [words for each in (agreement, slope) if (words := each.get("detail"))]
    told = {"concordance": found.concordance.value, **agreement, **slope}
    return told | {"detail": "; ".join(details) or None}


def _slope(days: Floats, events: Flags, risk: Floats) -> dict[str, Any]:
    # The log of the cumulative hazard is the linear predictor and a constant.
    within = np.clip(risk, 1 - LARGEST_RISK, LARGEST_RISK)
    found = calibration_slope(days, events, np.log(-np.log1p(-within)))
    return {"slope": found.value, "slope_ci95": found.ci95}


def _agreement(days: Floats, events: Flags, risk: Floats, months: int) -> dict[str, Any]:
    day = day_of(months)
    found = observed_expected(days, events, risk, day)
    return {
        "patients": len(days),
        "events": int((events & (days <= day)).sum()),
        "observed": found.observed,
        "expected": found.expected,
        "o_e": found.ratio,
        "o_e_ci95": found.ci95,
        "groups": [_group(each) for each in calibration_groups(days, events, risk, day)],
        **measured(lambda: _smooth(days, events, risk, day)),
    }


def _smooth(days: Floats, events: Flags, risk: Floats, day: float) -> dict[str, Any]:
    found = smooth_calibration(days, events, risk, day)
    curve = [{**asdict(point), "corrected": None} for point in found.curve]
    return {"ici": found.ici, "e50": found.e50, "e90": found.e90, "curve": curve}


def _group(found: RiskGroup) -> dict[str, Any]:
    return {
        "predicted": found.expected,
        "observed": found.observed,
        "ci95": found.ci95,
        "patients": found.patients,
    }
