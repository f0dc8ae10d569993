"""Rows in the order of their days, so that a resample of them is but a weight for each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.prognosis.engine.rows import Flags, Floats, Places


@dataclass(frozen=True, eq=False)
class Timeline:
    """
    Rows by day.

    Attributes
    ----------
    days : ndarray, shape (n,)
        Time to the event or to the last day seen, ascending.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    """

    days: Floats
    events: Flags

    @cached_property
    def distinct(self) -> tuple[Floats, Places]:
        """The different days, ascending, and the place of each row's among them."""
        days, places = np.unique(self.days, return_inverse=True)
        return days, places

    @cached_property
    def _reached(self) -> dict[float, tuple[int, int]]:
        return {}

    def reached(self, day: float) -> tuple[int, int]:
        """
        Count what has ended by a day, once for all the weights of the rows.

        Parameters
        ----------
        day : float
            Up to and including which.

        Returns
        -------
        tuple of int
            Rows, and different days.
        """
        if day not in self._reached:
            days = (self.days, self.distinct[0])
            rows, different = (int(np.searchsorted(each, day, side="right")) for each in days)
            self._reached[day] = rows, different
        return self._reached[day]

    def weighted(self, counts: Floats) -> "WeightedRows":
        """
        Take each row as often as it was drawn.

        Parameters
        ----------
        counts : ndarray, shape (n,)
            How often; ones for the rows themselves.

        Returns
        -------
        WeightedRows
            With what the days of such rows say of survival and of censoring.
        """
        days, places = self.distinct
        ended: Floats = np.bincount(places, counts, len(days)).astype(np.float64)
        died: Floats = np.bincount(places, counts * self.events, len(days)).astype(np.float64)
        at_risk: Floats = ended[::-1].cumsum()[::-1]
        alive = _product(1.0 - _share(died, at_risk))
        # On one day events come first, so its censorings are among those who outlived them.
        staying = _product(1.0 - _share(ended - died, at_risk - died))
        uncensored = np.concatenate((np.ones(1), staying))
        cases = _share(counts * self.events, uncensored[places])
        return WeightedRows(self, counts, cases, alive, uncensored)


def _product(factors: Floats) -> Floats:
    return np.asarray(np.cumprod(factors), dtype=np.float64)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


@dataclass(frozen=True, eq=False)
class WeightedRows:
    """
    Rows with a weight each, and the weights that make up for censoring.

    Attributes
    ----------
    timeline : Timeline
        The rows.
    counts : ndarray, shape (n,)
        How often each was drawn.
    cases : ndarray, shape (n,)
        An event's count over the probability of not being censored before it.
    alive : ndarray, shape (u,)
        The Kaplan-Meier estimate after each different day.
    uncensored : ndarray, shape (u + 1,)
        That of not being censored before each, and after the last.
    """

    timeline: Timeline
    counts: Floats
    cases: Floats
    alive: Floats
    uncensored: Floats

    @cached_property
    def total(self) -> float:
        """How many rows were drawn."""
        return float(self.counts.sum())

    def at(self, horizon: float) -> "Horizon":
        """
        Part the rows at a horizon.

        Parameters
        ----------
        horizon : float
            In the unit of the days.

        Returns
        -------
        Horizon
            Those who had the event by it, and those who outlived it.
        """
        past, reached = self.timeline.reached(horizon)
        return Horizon(
            day=horizon,
            past=past,
            cases=float(self.cases[:past].sum()),
            controls=float(self.counts[past:].sum()),
            alive=float(self.alive[reached - 1]) if reached else 1.0,
            uncensored=float(self.uncensored[reached]),
        )


@dataclass(frozen=True)
class Horizon:
    """
    What rows say of one day.

    Attributes
    ----------
    day : float
        Which.
    past : int
        Rows of the timeline that ended by it.
    cases, controls : float
        Weight of those with the event by it, and number of those who outlived it.
    alive, uncensored : float
        The Kaplan-Meier estimates of outliving it, and of not being censored by it.
    """

    day: float
    past: int
    cases: float
    controls: float
    alive: float
    uncensored: float

    @property
    def is_estimable(self) -> bool:
        """Whether somebody had the event by it and somebody was observed past it."""
        return self.cases > 0 and self.controls > 0
