"""Observed risk as a smooth function of predicted risk, and how far the two lie apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Flags, Floats
from app.prognosis.kaplan_meier import survival as kaplan_meier
from app.prognosis.validation.calibration import check_risks
from app.prognosis.validation.cox_fit import FitCox, fit_cox

KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles at which a restricted cubic spline of four knots bends.

Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, table 2.3.
"""

DISTINCT_FOR_A_SPLINE = 10
"""Distinct predictions below which a straight line is all that they bear."""

SMALLEST_RISK = 1e-9
"""Risks are held this far from 0 and 1, where their cloglog is infinite."""

SHOWN = np.linspace(0.01, 0.99, 50)
"""Quantiles of the predicted risk at which the curve is drawn; beyond lies too little."""


@dataclass(frozen=True)
class CurvePoint:
    """
    One point of the curve.

    Attributes
    ----------
    predicted, observed : float
        Risks between 0 and 1.
    """

    predicted: float
    observed: float


@dataclass(frozen=True)
class SmoothCalibration:
    """
    How far observed risk lies from predicted risk, over the rows.

    Attributes
    ----------
    ici : float
        Integrated calibration index: the mean distance.
    e50, e90 : float
        Its median and 90th percentile.
    curve : tuple of CurvePoint
        Ascending in the predicted risk.
    """

    ici: float
    e50: float
    e90: float
    curve: tuple[CurvePoint, ...]


def smooth_calibration(
    days: ArrayLike, events: ArrayLike, risk: ArrayLike, horizon: float, fit: FitCox = fit_cox
) -> SmoothCalibration:
    """
    Fit observed risk by a Cox model on a spline of cloglog(predicted risk).

    With fewer than `DISTINCT_FOR_A_SPLINE` different predictions the model is
    linear in the cloglog; if all are equal, observed risk is one minus the
    Kaplan-Meier estimate.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    risk : array_like, shape (n,)
        Predicted probability of the event by the horizon.
    horizon : float
        In the unit of the days.
    fit : callable, optional
        Fits the Cox model.

    Returns
    -------
    SmoothCalibration
        All distances 0 where the fit gives back the predictions.

    Raises
    ------
    HorizonBeyondFollowUp
        If nobody was observed past the horizon.
    NotEstimable
        If nobody had the event by it.
    RefitRefused
        If the Cox model has no maximum.

    References
    ----------
    Austin PC, Harrell FE, van Klaveren D. Stat Med 2020;39:2714-42.
    """
    ends, flags, risks = check_risks(days, events, risk, horizon)
    shown = np.unique(np.quantile(risks, SHOWN))
    every, drawn = _observed(ends, flags, risks, shown, horizon, fit)
    distance = np.abs(every - risks)
    ici, e50, e90 = distance.mean(), *np.quantile(distance, (0.5, 0.9))
    points = zip(shown.tolist(), drawn.tolist(), strict=True)
    return SmoothCalibration(
        ici=float(ici),
        e50=float(e50),
        e90=float(e90),
        curve=tuple(CurvePoint(predicted, observed) for predicted, observed in points),
    )


def _observed(
    days: Floats, events: Flags, risks: Floats, shown: Floats, horizon: float, fit: FitCox
) -> tuple[Floats, Floats]:
    """Give the smooth observed risk at each row's risk and at those shown."""
    place = cloglog(risks)
    if np.ptp(place) == 0.0:
        marginal = 1.0 - kaplan_meier(days, events).at(horizon)
        return np.full(len(risks), marginal), np.full(len(shown), marginal)
    knots = knots_of(place)
    fitted = fit(spline(place, knots), days, events)
    every, drawn = (fitted.risk(spline(v, knots), horizon) for v in (place, cloglog(shown)))
    return every, drawn


def cloglog(risks: Floats) -> Floats:
    """
    Take the logarithm of the cumulative hazard that a risk stands for.

    Parameters
    ----------
    risks : ndarray, shape (n,)
        Probabilities, held away from 0 and 1 by `SMALLEST_RISK`.

    Returns
    -------
    ndarray, shape (n,)
        Finite.
    """
    within = np.clip(risks, SMALLEST_RISK, 1 - SMALLEST_RISK)
    return np.asarray(np.log(-np.log1p(-within)))


def knots_of(place: Floats) -> Floats:
    """
    Choose where the spline bends.

    Parameters
    ----------
    place : ndarray, shape (n,)
        The variable.

    Returns
    -------
    ndarray, shape (k,)
        Its quantiles, those alike once; none where it has few values.
    """
    if len(np.unique(place)) < DISTINCT_FOR_A_SPLINE:
        return np.zeros(0)
    return np.unique(np.quantile(place, KNOTS))


def spline(values: Floats, knots: Floats) -> Floats:
    """
    Expand values into a cubic spline that is linear beyond the outer knots.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The variable.
    knots : ndarray, shape (k,)
        Ascending; with fewer than three the spline is a straight line.

    Returns
    -------
    ndarray, shape (n, max(k, 2) - 1)
        The variable, then the terms that bend it.

    References
    ----------
    Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, 2.4.5.
    """
    if len(knots) < 3:
        return values[:, None]
    beyond = np.maximum(values[:, None] - knots, 0.0)
    cubes = beyond * beyond * beyond
    last, gap = knots[-1], knots[-1] - knots[-2]
    inner = knots[:-2]
    bends = (
        cubes[:, :-2]
        - cubes[:, -2:-1] * (last - inner) / gap
        + cubes[:, -1:] * (knots[-2] - inner) / gap
    )
    return np.column_stack((values, bends / (last - knots[0]) ** 2))
