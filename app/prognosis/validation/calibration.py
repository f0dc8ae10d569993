"""Whether as many have the event as predicted: O/E and the calibration slope."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Flags, Floats, MalformedRows
from app.prognosis.kaplan_meier import survival as kaplan_meier
from app.prognosis.survival import Z95
from app.prognosis.validation.cox_fit import FitCox, fit_cox
from app.prognosis.validation.estimates import NotEstimable, check_horizon, check_rows


@dataclass(frozen=True)
class ObservedExpected:
    """
    Observed over expected events at a horizon.

    Attributes
    ----------
    ratio : float
        Above 1 where the model promises too little risk.
    ci95 : tuple of float
        On the log scale, from Greenwood's variance; the predictions count as given.
    observed, expected : float
        One minus the Kaplan-Meier estimate, and the mean predicted risk.
    """

    ratio: float
    ci95: tuple[float, float]
    observed: float
    expected: float


@dataclass(frozen=True)
class Slope:
    """
    The log hazard ratio per unit of the linear predictor.

    Attributes
    ----------
    value : float
        1 if the predictions spread as they should; below 1 if they spread too far.
    standard_error : float
        From the information.
    """

    value: float
    standard_error: float

    @property
    def ci95(self) -> tuple[float, float]:
        """The 95 % interval as Wald's."""
        reach = Z95 * self.standard_error
        return self.value - reach, self.value + reach


def check_risks(
    days: ArrayLike, events: ArrayLike, risk: ArrayLike, horizon: float
) -> tuple[Floats, Flags, Floats]:
    """
    Check the rows, the risks and the horizon of a question of calibration.

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

    Returns
    -------
    tuple of ndarray, shape (n,)
        Days, events and risks.

    Raises
    ------
    MalformedRows
        If a risk is no probability.
    HorizonBeyondFollowUp
        If nobody was observed past the horizon.
    NotEstimable
        If nobody had the event by it.
    """
    ends, flags, (risks,) = check_rows(days, events, risk)
    if (risks < 0).any() or (risks > 1).any():
        raise MalformedRows(f"a risk lies outside 0 to 1: {risks.min():g} to {risks.max():g}")
    check_horizon(ends, horizon)
    if not (flags & (ends <= horizon)).any():
        raise NotEstimable(f"nobody had the event by day {horizon:g}")
    return ends, flags, risks


def observed_expected(
    days: ArrayLike, events: ArrayLike, risk: ArrayLike, horizon: float
) -> ObservedExpected:
    """
    Compare the observed risk at a horizon to the mean predicted one.

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

    Returns
    -------
    ObservedExpected
        With its 95 % interval.

    Raises
    ------
    HorizonBeyondFollowUp
        If nobody was observed past the horizon.
    NotEstimable
        If nobody had the event by it, or nobody was predicted any risk.

    References
    ----------
    McLernon DJ et al. Ann Intern Med 2023;176:105-14.
    """
    ends, flags, risks = check_risks(days, events, risk, horizon)
    expected = float(risks.mean())
    if expected == 0.0:
        raise NotEstimable(f"a risk of zero was predicted for all {len(risks)} rows")
    alive, variance = survival_at(ends, flags, horizon)
    observed = 1.0 - alive
    ratio, reach = observed / expected, exp(Z95 * sqrt(variance) / observed)
    return ObservedExpected(ratio, (ratio / reach, ratio * reach), observed, expected)


def survival_at(days: Floats, events: Flags, horizon: float) -> tuple[float, float]:
    """
    Estimate survival past a horizon.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Time to the event or to the last day seen.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    horizon : float
        In the unit of the days.

    Returns
    -------
    tuple of float
        The Kaplan-Meier estimate, and Greenwood's variance of it.
    """
    curve = kaplan_meier(days, events)
    reached = int(np.searchsorted(curve.times, horizon, side="right"))
    return curve.at(horizon), float(curve.variance[reached - 1]) if reached else 0.0


def calibration_slope(
    days: ArrayLike, events: ArrayLike, linear_predictor: ArrayLike, fit: FitCox = fit_cox
) -> Slope:
    """
    Regress the outcome on the linear predictor.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    linear_predictor : array_like, shape (n,)
        Predicted log hazard ratio.
    fit : callable, optional
        Fits the Cox model.

    Returns
    -------
    Slope
        1 on the rows of an unpenalised fit itself.

    Raises
    ------
    RefitRefused
        If there is no event, all predictors are equal, or they separate the events.

    References
    ----------
    van Houwelingen HC. Stat Med 2000;19:3401-15.
    """
    ends, flags, (predictor,) = check_rows(days, events, linear_predictor)
    fitted = fit(predictor[:, None], ends, flags)
    return Slope(float(fitted.beta[0]), sqrt(float(fitted.covariance[0, 0])))
