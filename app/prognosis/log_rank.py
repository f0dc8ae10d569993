"""The log-rank test of several groups, and that of a trend over ordered ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class ChiSquared:
    """
    A test statistic.

    Attributes
    ----------
    chi_squared : float
        0 or more.
    degrees_of_freedom : int
        1 or more.
    """

    chi_squared: float
    degrees_of_freedom: int

    @property
    def p(self) -> float:
        """The probability of a statistic at least as large where the groups do not differ."""
        return float(chdtrc(self.degrees_of_freedom, self.chi_squared))


@dataclass(frozen=True, eq=False)
class LogRank:
    """
    What was observed in each group beside what was expected if all shared one hazard.

    Attributes
    ----------
    observed : ndarray of int, shape (k,)
        Events of each group.
    expected : ndarray, shape (k,)
        Events expected; their sum is that of the observed.
    covariance : ndarray, shape (k, k)
        Of the differences, hypergeometric; its rows sum to zero.
    """

    observed: Counts
    expected: Floats
    covariance: Floats

    def test(self) -> ChiSquared:
        """
        Test whether the groups share one hazard.

        Returns
        -------
        ChiSquared
            With one degree of freedom less than groups that expect an event.

        Raises
        ------
        ValueError
            If fewer than two groups expect an event.
        """
        rated = np.flatnonzero(self.expected > 0.0)
        if len(rated) < 2:
            raise ValueError("fewer than two groups are at risk at any event")
        kept = rated[1:]
        difference = (self.observed - self.expected)[kept]
        covariance = self.covariance[np.ix_(kept, kept)]
        return ChiSquared(float(difference @ np.linalg.solve(covariance, difference)), len(kept))

    def trend(self, scores: ArrayLike) -> ChiSquared:
        """
        Test whether the hazard rises or falls over ordered groups.

        Parameters
        ----------
        scores : array_like, shape (k,)
            A number for each group, in their order; only their distances matter.

        Returns
        -------
        ChiSquared
            With one degree of freedom.

        Raises
        ------
        ValueError
            If no event tells groups of different scores apart.

        References
        ----------
        Tarone RE. Biometrika 1975;62:679-82.
        """
        weights = np.asarray(scores, dtype=np.float64)
        variance = float(weights @ self.covariance @ weights)
        if not variance > 0.0:
            raise ValueError("no event tells groups of different scores apart")
        return ChiSquared(float(weights @ (self.observed - self.expected)) ** 2 / variance, 1)


def log_rank(days: ArrayLike, events: ArrayLike, groups: ArrayLike, count: int) -> LogRank:
    """
    Count the events of each group and those expected of it.

    Parameters
    ----------
    days : array_like of float, shape (n,)
        Days to the event or to the last day seen, 0 or more.
    events : array_like of bool, shape (n,)
        Whether the event happened on that day.
    groups : array_like of int, shape (n,)
        From 0 to `count` - 1.
    count : int
        How many groups there are; one may be empty.

    Returns
    -------
    LogRank
        An event at a time comes before a censoring at the same time.

    Raises
    ------
    ValueError
        If the arrays differ in length or a group is out of range.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163-70. Peto R, Peto J. J R Stat Soc A
    1972;135:185-206.
    """
    durations, happened = np.asarray(days, dtype=np.float64), np.asarray(events, dtype=np.bool_)
    of = np.asarray(groups, dtype=np.intp)
    if not durations.shape == happened.shape == of.shape or durations.ndim != 1:
        raise ValueError("days, events and groups are three lists of the same length")
    if of.size and not 0 <= of.min() <= of.max() < count:
        raise ValueError(f"a group is a number from 0 to {count - 1}")
    times, place = np.unique(durations, return_inverse=True)
    leaving = np.zeros((len(times), count), dtype=np.int64)
    np.add.at(leaving, (place, of), 1)
    deaths = np.zeros_like(leaving)
    np.add.at(deaths, (place[happened], of[happened]), 1)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    rows = np.flatnonzero(deaths.sum(axis=1))
    died, everybody = deaths[rows].sum(axis=1), at_risk[rows].sum(axis=1)
    share = at_risk[rows] / everybody[:, np.newaxis]
    # Where one is left the variance is nothing.
    ties = died * (everybody - died) / np.maximum(everybody - 1, 1)
    covariance = np.diag(ties @ share) - (share * ties[:, np.newaxis]).T @ share
    return LogRank(deaths.sum(axis=0), died @ share, covariance)
