"""The baseline of a Cox model, and a patient's hazard over it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Counts = NDArray[np.int64]

Stratum = tuple[float, ...] | None
"""The values of the stratifying covariates; None without strata."""

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """
    The baseline of one stratum at the covariate means: a step function of time.

    Attributes
    ----------
    stratum : tuple of float or None
        The values of the stratifying covariates; None without strata.
    days : ndarray, shape (t,)
        Distinct event times, ascending.
    cumulative_hazard : ndarray, shape (t,)
        Up to and including each time, for a patient at the means.
    variance : ndarray, shape (t,)
        Sum of w / S0^2 over the events up to each time, S0 being the weighted
        relative hazard at risk, less the share of ties that Efron takes off,
        and w the tied events' mean weight.
    drift : ndarray, shape (t, p)
        Sum of w * S1 / S0^2, S1 being that of the covariates less the means.
    exit_days : ndarray, shape (e,)
        Distinct times at which rows ended, event or not, ascending.
    remaining : ndarray of int, shape (e,)
        Rows that end at each of those times or later.
    entry_days : ndarray, shape (a,)
        Distinct times at which rows entered, ascending; none without entries.
    awaited : ndarray of int, shape (a,)
        Rows that enter at each of those times or later.
    """

    stratum: Stratum
    days: Floats
    cumulative_hazard: Floats
    variance: Floats
    drift: Floats
    exit_days: Floats
    remaining: Counts
    entry_days: Floats = field(default_factory=lambda: np.zeros(0))
    awaited: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def follow_up(self) -> float:
        """The time at which the last row ended."""
        return float(self.exit_days[-1])

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
        Count the event times up to and including some days.

        Parameters
        ----------
        days : array_like, shape (k,)
            Days since the clock's start.

        Returns
        -------
        ndarray of int, shape (k,)
            Places in the sums that start at nought.
        """
        return np.searchsorted(self.days, np.asarray(days, dtype=np.float64), side="right")

    def at_risk(self, days: ArrayLike) -> Counts:
        """
        Count the rows at risk on some days.

        Parameters
        ----------
        days : array_like, shape (k,)
            Days since the clock's start.

        Returns
        -------
        ndarray of int, shape (k,)
            Rows that entered before each day and end on it or later.
        """
        followed = _from(self.exit_days, self.remaining, days)
        return followed - _from(self.entry_days, self.awaited, days)


def _from(distinct: Floats, counts: Counts, days: ArrayLike) -> Counts:
    """Count those on some days or later."""
    return np.append(counts, 0)[np.searchsorted(distinct, np.asarray(days, dtype=np.float64))]


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
