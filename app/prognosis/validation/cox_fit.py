"""The small Cox model behind a calibration slope and a smooth calibration curve."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.rows import Flags, Floats, survival_rows


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
        reached = int(np.searchsorted(self.days, horizon, side="right"))
        hazard = self.cumulative_hazard[reached - 1] if reached else 0.0
        return np.asarray(-np.expm1(-hazard * np.exp((x - self.means) @ self.beta)))


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
    rows = survival_rows(x, days, events)
    maximum = maximise(rows)
    baseline = baselines(rows, maximum.beta)[0]
    return CoxFit(
        beta=maximum.beta,
        covariance=maximum.covariance,
        means=rows.means,
        days=baseline.times,
        cumulative_hazard=baseline.cumulative_hazard,
    )
