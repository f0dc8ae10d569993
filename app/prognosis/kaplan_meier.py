"""The Kaplan-Meier estimate of survival, with Greenwood's variance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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

    def median(self) -> float | None:
        """
        Find the first time at which at most half survive.

        Returns
        -------
        float or None
            Days; None where more than half survive to the end.
        """
        reached = np.flatnonzero(self.probability <= 0.5 + _ROUNDING)
        return float(self.times[reached[0]]) if reached.size else None


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
