"""Sums over the rows at risk at an event, and over the events at which a row is at risk."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.prognosis.engine.rows import Floats, Places, SurvivalRows, Ties


@dataclass(frozen=True, eq=False)
class RiskSums:
    """
    The events of one stratum in order of time, and the rows at risk at each.

    A row's place counts from the first row of its stratum.

    Attributes
    ----------
    times : ndarray, shape (t,)
        Distinct event times, ascending.
    events : ndarray of int, shape (m,)
        The place of each event's row, by time.
    first : ndarray of int, shape (t,)
        The first event of each time.
    group : ndarray of int, shape (m,)
        The time of each event, as a place among `times`.
    share : ndarray, shape (m,)
        Part of the tied events' rows that has left the risk set before this
        event: k / d at the k-th of d under Efron's ties, zero under Breslow's.
    leaving : ndarray of int, shape (t,)
        How many rows ended before each time.
    ended : ndarray of int, shape (n,)
        How many times there are up to the end of each row.
    arrivals : ndarray of int, shape (n,), or None
        Rows by their entry; None without entries.
    arriving : ndarray of int, shape (t,), or None
        How many rows entered before each time.
    entered : ndarray of int, shape (n,), or None
        How many times there are up to the entry of each row.
    """

    times: Floats
    events: Places
    first: Places
    group: Places
    share: Floats
    leaving: Places
    ended: Places
    arrivals: Places | None
    arriving: Places | None
    entered: Places | None

    @cached_property
    def tied(self) -> Floats:
        """How many events there are at each time, shape (t,)."""
        return np.bincount(self.group, minlength=len(self.times)).astype(np.float64)

    def at_events(self, values: Floats) -> Floats:
        """
        Sum values over the rows at risk at each event.

        Parameters
        ----------
        values : ndarray, shape (n,)
            One for each row.

        Returns
        -------
        ndarray, shape (m,)
            One sum for each event, less its share of the tied events' values.
        """
        at_risk = _from_here_on(values)[self.leaving]
        if self.arrivals is not None:
            at_risk -= _from_here_on(values[self.arrivals])[self.arriving]
        tied = self.by_time(values[self.events])
        return np.asarray(at_risk[self.group] - self.share * tied[self.group])

    def yet_to_leave(self, values: Floats) -> Floats:
        """
        Sum values over the rows that end with each event or later, entered or not.

        Parameters
        ----------
        values : ndarray, shape (n,)
            One for each row.

        Returns
        -------
        ndarray, shape (m,)
            One sum for each event; the same as `at_events` but for entries
            and ties.
        """
        return np.asarray(_from_here_on(values)[self.leaving][self.group])

    def over_rows(self, values: Floats) -> Floats:
        """
        Sum values over the events at which each row was at risk.

        Parameters
        ----------
        values : ndarray, shape (m,)
            One for each event.

        Returns
        -------
        ndarray, shape (n,)
            One sum for each row, in which a tied event counts less its share
            for the rows that are tied.
        """
        running = np.append(0.0, np.cumsum(self.by_time(values)))
        sums = running[self.ended]
        if self.entered is not None:
            sums -= running[self.entered]
        sums[self.events] -= self.by_time(self.share * values)[self.group]
        return np.asarray(sums)

    def by_time(self, values: Floats) -> Floats:
        """
        Sum values over the events of each time.

        Parameters
        ----------
        values : ndarray, shape (m,)
            One for each event.

        Returns
        -------
        ndarray, shape (t,)
            One sum for each time.
        """
        return np.add.reduceat(values, self.first) if len(values) else values

    def among_tied(self, values: Floats) -> Floats:
        """
        Average values over the events of the same time.

        Parameters
        ----------
        values : ndarray, shape (m,)
            One for each event.

        Returns
        -------
        ndarray, shape (m,)
            The mean of its time for each event.
        """
        return np.asarray((self.by_time(values) / self.tied)[self.group])


def risk_sums(rows: SurvivalRows, block: slice, ties: Ties) -> RiskSums:
    """
    Find the events of a stratum and who is at risk at each.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    block : slice
        Those of the stratum.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Returns
    -------
    RiskSums
        Ready to sum.
    """
    stops = rows.stops[block]
    events = np.flatnonzero(rows.events[block])
    times, first, tied = np.unique(stops[events], return_index=True, return_counts=True)
    group = np.repeat(np.arange(len(times)), tied)
    earlier = (np.arange(len(events)) - first[group]) / tied[group]
    arrivals, arriving, entered = None, None, None
    if rows.starts is not None:
        starts = rows.starts[block]
        arrivals = np.argsort(starts, kind="stable")
        arriving = np.searchsorted(starts[arrivals], times)
        entered = np.searchsorted(times, starts, side="right")
    return RiskSums(
        times=times,
        events=events,
        first=first,
        group=group,
        share=earlier if ties == "efron" else np.zeros_like(earlier),
        leaving=np.searchsorted(stops, times),
        ended=np.searchsorted(times, stops, side="right"),
        arrivals=arrivals,
        arriving=arriving,
        entered=entered,
    )


def _from_here_on(values: Floats) -> Floats:
    """Sum the values from each place to the end, and nought behind it, shape (n + 1,)."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values[::-1], out=sums[-2::-1])
    return sums
