"""The Kaplan-Meier estimate of survival, with Greenwood's variance."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.prognosis.engine.survival_band import down_to_half
from app.prognosis.survival import Z95

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_ROUNDING = 1e-12
"""Slack when a product of fractions is compared with one half."""


@dataclass(frozen=True, eq=False)
class Curve:
    """
    A step function that falls at each time with an event.

    Attributes
    ----------
    times : ndarray, shape (t,)
        Distinct times at which anybody left, event or not, ascending, in days.
    probability : ndarray, shape (t,)
        Survival from each time up to the next.
    at_risk : ndarray of int, shape (t,)
        Patients under observation just before each time.
    events : ndarray of int, shape (t,)
        Events at each time.
    variance : ndarray, shape (t,)
        Greenwood's variance of the probability; 0 where nobody survives.
    """

    times: Floats
    probability: Floats
    at_risk: Counts
    events: Counts
    variance: Floats

    def at(self, day: float) -> float:
        """
        Read the probability of surviving a day.

        Parameters
        ----------
        day : float
            Days since the start, 0 or more.

        Returns
        -------
        float
            Between 0 and 1; after the last time the last value.
        """
        reached = int(np.searchsorted(self.times, day, side="right"))
        return float(self.probability[reached - 1]) if reached else 1.0

    @cached_property
    def ci95(self) -> tuple[Floats, Floats]:
        """
        Bound the probability on the log(-log) scale.

        Returns
        -------
        tuple of ndarray, shape (t,)
            The 95 % limits at each time: both 1 before the first event, NaN
            where nobody survives, for then the variance says nothing.
        """
        hazard = np.full(len(self.times), np.nan)
        np.log(self.probability, out=hazard, where=self.probability > 0.0)
        error = np.sqrt(self.variance) / self.probability.clip(min=np.finfo(float).tiny)
        relative = np.divide(error, hazard, out=hazard.copy(), where=hazard != 0.0)
        # Of a logarithm below zero the upper sign makes the lower limit.
        low, high = (np.exp(hazard * np.exp(z * relative)) for z in (-Z95, Z95))
        return low, high

    def median(self) -> float | None:
        """
        Find the first time at which at most half survive.

        Returns
        -------
        float or None
            Days; None where more than half survive to the end.
        """
        return down_to_half(self.times, self.probability - _ROUNDING)

    def median_ci95(self) -> tuple[float | None, float | None]:
        """
        Bound the median by the times at which the limits of survival come down to one half.

        Returns
        -------
        tuple of float or None
            Days; None for a limit that stays above one half.

        References
        ----------
        Brookmeyer R, Crowley J. Biometrics 1982;38:29-41.
        """
        low, high = (down_to_half(self.times, limit) for limit in self.ci95)
        return low, high

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """
        Average the time survived up to a horizon.

        Parameters
        ----------
        horizon : float
            Days, above 0 and at most the last time.

        Returns
        -------
        tuple of float
            The area under the curve up to the horizon, in days, and its
            standard error.

        Raises
        ------
        ValueError
            If the curve ends before the horizon.

        References
        ----------
        Irwin JO. J Hyg 1949;47:188-9; the variance as Klein JP, Moeschberger
        ML. Survival Analysis, 2nd ed. New York: Springer, 2003, section 4.5.
        """
        if not 0.0 < horizon <= self.times[-1]:
            raise ValueError(f"the curve ends at {self.times[-1]:g}, before {horizon:g}")
        within = self.times < horizon
        steps = np.concatenate(([0.0], self.times[within], [horizon]))
        areas = np.diff(steps) * np.concatenate(([1.0], self.probability[within]))
        deaths, alive = self.events[within], (self.at_risk - self.events)[within]
        # What is left of the area after each time; where nobody is left it is nothing.
        left = areas.sum() - np.cumsum(areas)[:-1]
        terms = np.divide(
            left**2 * deaths, self.at_risk[within] * alive, out=np.zeros(len(left)), where=alive > 0
        )
        return float(areas.sum()), float(np.sqrt(terms.sum()))


def survival(days: ArrayLike, events: ArrayLike) -> Curve:
    """
    Estimate survival from times under observation.

    Parameters
    ----------
    days : array_like of float, shape (n,)
        Days to the event or to the last day seen, 0 or more.
    events : array_like of bool, shape (n,)
        Whether the event happened on that day.

    Returns
    -------
    Curve
        An event at a time comes before a censoring at the same time.

    Raises
    ------
    ValueError
        If there is nobody, or the arrays differ in length.

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. Greenwood M. Reports on
    Public Health and Medical Subjects 33. London: HMSO, 1926.
    """
    durations = np.asarray(days, dtype=np.float64)
    happened = np.asarray(events, dtype=np.int64)
    if durations.ndim != 1 or durations.shape != happened.shape or not durations.size:
        raise ValueError("days and events are two lists of the same length, not empty")
    times, position, leaving = np.unique(durations, return_inverse=True, return_counts=True)
    deaths = np.bincount(position, weights=happened, minlength=times.size).astype(np.int64)
    at_risk = durations.size - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    probability = np.cumprod(1.0 - deaths / at_risk)
    alive = at_risk - deaths
    terms = np.divide(deaths, at_risk * alive, out=np.zeros(times.size), where=alive > 0)
    return Curve(times, probability, at_risk, deaths, probability**2 * np.cumsum(terms))
