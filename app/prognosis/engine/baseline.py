"""The cumulative baseline hazard of each stratum, with what the error of a curve needs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.prognosis.engine.hazard_steps import HazardSteps, hazard_steps
from app.prognosis.engine.rows import Floats, Places, SurvivalRows, Ties

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class StepBaseline:
    """
    The baseline of one stratum at the covariate means: a step function of time.

    Attributes
    ----------
    stratum : int
        The stratum's code.
    times : ndarray, shape (t,)
        Distinct event times, ascending.
    cumulative_hazard : ndarray, shape (t,)
        Up to and including each time, for a patient at the means.
    variance : ndarray, shape (t,)
        Sum of w / S0^2 over the events up to each time, S0 being the weighted
        relative hazard at risk and w the tied events' mean weight.
    drift : ndarray, shape (t, p)
        Sum of w * S1 / S0^2, S1 being that of the covariates less the means.
    exits : ndarray, shape (e,)
        Distinct times at which rows ended, event or not, ascending.
    remaining : ndarray of int, shape (e,)
        Rows that end at each of those times or later.
    entries : ndarray, shape (a,)
        Distinct times at which rows entered, ascending; none without entries.
    awaited : ndarray of int, shape (a,)
        Rows that enter at each of those times or later.
    """

    stratum: int
    times: Floats
    cumulative_hazard: Floats
    variance: Floats
    drift: Floats
    exits: Floats
    remaining: Counts
    entries: Floats
    awaited: Counts

    @property
    def follow_up(self) -> float:
        """The time at which the last row ended."""
        return float(self.exits[-1])

    @cached_property
    def from_nought(self) -> tuple[Floats, Floats, Floats]:
        """Hazard, variance and drift as running sums that start at nought, shape (t + 1, ...)."""
        hazard, variance, drift = (
            np.concatenate((np.zeros((1, *sums.shape[1:])), sums))
            for sums in (self.cumulative_hazard, self.variance, self.drift)
        )
        return hazard, variance, drift

    def before(self, times: ArrayLike) -> Places:
        """
        Count the event times up to and including some times.

        Parameters
        ----------
        times : array_like, shape (k,)
            In the unit of the rows' times.

        Returns
        -------
        ndarray of int, shape (k,)
            Places in the sums that start at nought.
        """
        return np.searchsorted(self.times, np.asarray(times, dtype=np.float64), side="right")

    def at_risk(self, times: ArrayLike) -> Counts:
        """
        Count the rows at risk at some times.

        Parameters
        ----------
        times : array_like, shape (k,)
            In the unit of the rows' times.

        Returns
        -------
        ndarray of int, shape (k,)
            Rows that entered before each time and end at it or later.
        """
        return _still(self.exits, self.remaining, times) - _still(self.entries, self.awaited, times)


def baselines(
    rows: SurvivalRows, beta: Floats, *, ties: Ties = "efron"
) -> tuple[StepBaseline, ...]:
    """
    Estimate each stratum's cumulative hazard at the covariate means.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Returns
    -------
    tuple of StepBaseline
        In the order of the strata's codes; a stratum without an event has no
        times.

    References
    ----------
    Therneau TM, Grambsch PM. Modeling Survival Data. Springer 2000, 10.2.
    """
    return tuple(_baseline(rows, steps) for steps in hazard_steps(rows, beta, ties))


def _baseline(rows: SurvivalRows, steps: HazardSteps) -> StepBaseline:
    sums, hazard = steps.sums, steps.hazard
    drift = np.empty((len(sums.times), steps.x.shape[1]))
    for column in range(steps.x.shape[1]):
        drift[:, column] = np.cumsum(sums.by_time(hazard * steps.mean(column)))
    exits, remaining = _from_each(rows.stops[steps.rows])
    entries, awaited = _from_each(np.zeros(0) if rows.starts is None else rows.starts[steps.rows])
    return StepBaseline(
        stratum=int(rows.strata[steps.rows.start]),
        times=sums.times,
        cumulative_hazard=np.cumsum(sums.by_time(hazard)),
        variance=np.cumsum(sums.by_time(hazard / steps.at_risk)),
        drift=drift,
        exits=exits,
        remaining=remaining,
        entries=entries,
        awaited=awaited,
    )


def _from_each(times: Floats) -> tuple[Floats, Counts]:
    """Find the distinct times, and count those at each or later."""
    distinct, counts = np.unique(times, return_counts=True)
    return distinct, np.cumsum(counts[::-1])[::-1].astype(np.int64)


def _still(distinct: Floats, counts: Counts, times: ArrayLike) -> Counts:
    """Count those at some times or later."""
    return np.append(counts, 0)[np.searchsorted(distinct, np.asarray(times, dtype=np.float64))]
