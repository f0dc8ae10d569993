"""The small Cox model behind a calibration slope and a smooth calibration curve."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.rows import Flags, Floats, SurvivalRows, survival_rows

LARGEST_EXPONENT = 600.0
"""Log hazard ratio beyond which rows die at once; those far from the fitted ones can lie there."""


@dataclass(frozen=True, eq=False)
class CoxFit:
    """
    A Cox model without strata.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Log hazard ratio per unit of each covariate.
    covariance : ndarray, shape (p, p)
        The inverse information.
    means : ndarray, shape (p,)
        Of the covariates.
    days : ndarray, shape (t,)
        Distinct event times, ascending.
    cumulative_hazard : ndarray, shape (t,)
        At those times, at the means.
    """

    beta: Floats
    covariance: Floats
    means: Floats
    days: Floats
    cumulative_hazard: Floats

    def risk(self, x: Floats, horizon: float) -> Floats:
        """
        Predict the probability of the event.

        Parameters
        ----------
        x : ndarray, shape (n, p)
            Covariates.
        horizon : float
            By when, in the unit of the days.

        Returns
        -------
        ndarray, shape (n,)
            Between 0 and 1.
        """
        return np.asarray(-np.expm1(-self.hazard(horizon) * self.relative(x)))

    def hazard(self, horizon: float) -> float:
        """
        Read the cumulative hazard at the means.

        Parameters
        ----------
        horizon : float
            Up to and including which day.

        Returns
        -------
        float
            0.0 before the first event.
        """
        reached = int(np.searchsorted(self.days, horizon, side="right"))
        return float(self.cumulative_hazard[reached - 1]) if reached else 0.0

    def relative(self, x: Floats) -> Floats:
        """
        Compute hazards against that at the means.

        Parameters
        ----------
        x : ndarray, shape (n, p)
            Covariates.

        Returns
        -------
        ndarray, shape (n,)
            Hazard ratios.
        """
        predictor = np.einsum("ij,j->i", x - self.means, self.beta)
        return np.asarray(np.exp(np.minimum(predictor, LARGEST_EXPONENT)))


FitCox = Callable[[Floats, Floats, Flags], CoxFit]
"""Covariates (n, p), days and events to a fit; raises RefitRefused where there is none."""


def fit_cox(x: Floats, days: Floats, events: Flags) -> CoxFit:
    """
    Fit with Efron's ties.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Covariates.
    days : ndarray, shape (n,)
        Time to the event or to the last day seen.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.

    Returns
    -------
    CoxFit
        At the maximum of the partial likelihood.

    Raises
    ------
    RefitRefused
        If there is no event, no variation, no independence or no maximum.
    """
    return fit_columns(survival_rows(x, days, events))


def fit_columns(rows: SurvivalRows, start: Floats | None = None) -> CoxFit:
    """
    Fit rows of one stratum that are sorted already.

    Parameters
    ----------
    rows : SurvivalRows
        Without strata.
    start : ndarray, shape (p,), optional
        Where to begin.

    Returns
    -------
    CoxFit
        At the maximum of the partial likelihood.

    Raises
    ------
    RefitRefused
        As `fit_cox`.
    """
    maximum = maximise(rows, start=start)
    baseline = baselines(rows, maximum.beta)[0]
    return CoxFit(
        beta=maximum.beta,
        covariance=maximum.covariance,
        means=rows.means,
        days=baseline.days,
        cumulative_hazard=baseline.cumulative_hazard,
    )


def with_columns(rows: SurvivalRows, x: Floats) -> SurvivalRows:
    """
    Put other covariates on rows, which is cheaper than sorting them again.

    Parameters
    ----------
    rows : SurvivalRows
        Sorted, without weights.
    x : ndarray, shape (n, p)
        Covariates of the rows as they were given.

    Returns
    -------
    SurvivalRows
        The same days and events in the same order.
    """
    means = x.mean(axis=0)
    return replace(rows, x=np.asfortranarray(x[rows.order] - means), means=means)
