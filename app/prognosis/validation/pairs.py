"""The comparable pairs of rows, counted and weighted without looking at each pair."""

from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.pairs import CONCORDANT, TIED, count_outliving
from app.prognosis.engine.ranked import ranks_of, weight_below
from app.prognosis.engine.rows import Flags, Floats, Places


@dataclass(frozen=True, eq=False)
class ComparablePairs:
    """
    Each event with the rows that outlive it.

    A pair is concordant if the event has the higher predictor; equal predictors
    count one half. At the same time, a censored row outlives an event, and two
    events are not comparable.

    Attributes
    ----------
    rows : ndarray of int, shape (d,)
        The place of each event among the rows as given.
    outlived_by : ndarray, shape (d,)
        Rows that outlive each event.
    concordant : ndarray, shape (d,)
        Those of them with the lower predictor, ties one half.
    """

    rows: Places
    outlived_by: Floats
    concordant: Floats
    _order: Places
    _ranks: Places
    _outlived: Places

    def seen_from_survivors(self, weights: Floats) -> tuple[Floats, Floats]:
        """
        Sum the weights of the events that each row outlives.

        Parameters
        ----------
        weights : ndarray, shape (d,)
            Of each event.

        Returns
        -------
        tuple of ndarray, shape (n,)
            Over all of them, and over those with the higher predictor, ties
            one half; in the order of the rows as given.
        """
        place = np.empty(len(self._order), dtype=np.intp)
        place[self._order] = np.arange(len(place))
        ranks = self._ranks[place[self.rows]]
        total = np.concatenate(([0.0], np.cumsum(weights)))[self._outlived]
        higher = total - _halved_below(ranks, weights, self._outlived, self._ranks)
        return total[place], higher[place]


def comparable_pairs(days: Floats, events: Flags, predictor: Floats) -> ComparablePairs:
    """
    Count the pairs in O(n log n).

    Parameters
    ----------
    days : ndarray, shape (n,)
        Time to the event or to the last day seen.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    predictor : ndarray, shape (n,)
        The higher, the earlier the event is expected.

    Returns
    -------
    ComparablePairs
        By event, in the order of their days.
    """
    order = np.lexsort((~events, days))
    times, happened, ranks = days[order], events[order], ranks_of(predictor)[order]
    counts = np.zeros((len(days), 3), dtype=np.int64)
    count_outliving(times, happened, ranks, np.zeros(len(days) + 1, dtype=np.int64), counts)
    rows, n = np.flatnonzero(happened), len(days)
    # Events come first within a day, so the rows that outlive an event follow its day's last one.
    first = n - counts[rows].sum(axis=1)
    concordant = counts[rows, CONCORDANT] + counts[rows, TIED] / 2
    outlived = np.searchsorted(first, np.arange(n), side="right")
    outlived_by = (n - first).astype(np.float64)
    return ComparablePairs(order[rows], outlived_by, concordant, order, ranks, outlived)


def _halved_below(values: Places, weights: Floats, stops: Places, limits: Places) -> Floats:
    """Weigh the first `stops` values below each limit, those equal to it by one half."""
    highs, edges = np.concatenate((stops, stops)), np.concatenate((limits, limits + 1))
    below, not_above = np.split(
        weight_below(values, weights, np.zeros_like(highs), highs, edges), 2
    )
    return np.asarray((below + not_above) / 2)
