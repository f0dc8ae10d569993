"""The baseline of a Cox model, and a patient's survival curve with its error."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """
    The baseline of one stratum at the covariate means, with what its error needs.

    Attributes
    ----------
    stratum : tuple of float or None
        The values of the stratifying covariates; None without strata.
    days : ndarray, shape (t,)
        Distinct event times, ascending.
    cumulative_hazard : ndarray, shape (t,)
        Efron's estimator at those times, for a patient at the means.
    variance : ndarray, shape (t,)
        The sum of the squared increments' terms, 1 / (S0 - f s0)^2.
    drift : ndarray, shape (t, p)
        The sum of (S1 - f s1) / (S0 - f s0)^2, covariates centred at the means.
    exit_days : ndarray, shape (e,)
        Distinct times at which anybody left, event or not, ascending.
    remaining : ndarray, shape (e,)
        Patients at risk just before each of those times.
    """

    stratum: tuple[float, ...] | None
    days: Floats
    cumulative_hazard: Floats
    variance: Floats
    drift: Floats
    exit_days: Floats
    remaining: NDArray[np.int64]

    @cached_property
    def from_nought(self) -> tuple[Floats, Floats, Floats]:
        """Hazard, variance and drift as running sums that start at nought, shape (t + 1, ...)."""
        hazard, variance, drift = (
            np.concatenate((np.zeros((1, *sums.shape[1:])), sums))
            for sums in (self.cumulative_hazard, self.variance, self.drift)
        )
        return hazard, variance, drift

    def before(self, days: ArrayLike) -> Places:
        """
        Find the last event time at or before some days.

        Parameters
        ----------
        days : array_like, shape (k,)
            Days since the clock's start.

        Returns
        -------
        ndarray, shape (k,)
            How many event times there are up to each day.
        """
        return np.searchsorted(self.days, np.asarray(days, dtype=np.float64), side="right")


@dataclass(frozen=True)
class HazardRatio:
    """
    One patient's hazard over that of a patient at the means.

    Attributes
    ----------
    estimate : float
        Above zero; 1.0 at the means.
    ci95 : tuple of float or None
        The 95 % confidence interval; None when penalised.
    """

    estimate: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class SurvivalBand:
    """
    One patient's survival curve with its pointwise error.

    Attributes
    ----------
    days : ndarray, shape (k,)
        Days since the clock's start.
    cumulative_hazard : ndarray, shape (k,)
        At each day, a step function.
    standard_error : ndarray, shape (k,), or None
        Of the cumulative hazard; None when penalised.
    """

    days: Floats
    cumulative_hazard: Floats
    standard_error: Floats | None

    @property
    def probability(self) -> Floats:
        """Survival probability at each day, shape (k,)."""
        return np.exp(-self.cumulative_hazard)

    def interval(self) -> tuple[Floats, Floats] | None:
        """
        Bound the survival probability on the log scale, as survfit does by default.

        Returns
        -------
        tuple of ndarray, shape (k,), or None
            The 95 % limits, the upper at most 1; None when penalised.
        """
        if self.standard_error is None:
            return None
        reach = Z95 * self.standard_error
        low = np.exp(-self.cumulative_hazard - reach)
        return low, np.exp(np.minimum(reach - self.cumulative_hazard, 0.0))

    def log_log_interval(self) -> tuple[Floats, Floats] | None:
        """
        Bound the survival probability on the log(-log) scale, within 0 and 1 by itself.

        Returns
        -------
        tuple of ndarray, shape (k,), or None
            The 95 % limits, both 1 before the first event; None when penalised.
        """
        if self.standard_error is None:
            return None
        hazard = self.cumulative_hazard
        relative = np.divide(
            self.standard_error, hazard, out=np.zeros_like(hazard), where=hazard > 0
        )
        reach = np.exp(Z95 * relative)
        return np.exp(-hazard * reach), np.exp(-hazard / reach)


@dataclass(frozen=True)
class Median:
    """
    The day by which half of such patients have had the event.

    Attributes
    ----------
    days : float or None
        The first day on which survival is at most one half; None if the
        curve does not come down to it.
    ci95 : tuple of (float or None)
        Where the band's lower and upper limits come down to one half; None
        for a limit that does not. Both None when penalised.
    lower_bound : float or None
        Where the median is not reached, a day that it exceeds: that of the
        lower limit, or else the end of follow-up.
    """

    days: float | None
    ci95: tuple[float | None, float | None]
    lower_bound: float | None

    @property
    def reached(self) -> bool:
        """Whether survival comes down to one half within follow-up."""
        return self.days is not None
