"""The comparable pairs of rows, counted and weighted without looking at each pair."""

from dataclasses import dataclass

import numpy as np

from app.prognosis.concordance import DECIMALS_OF_A_TIE
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


def ranks_of(predictor: Floats) -> Places:
    """
    Rank a predictor, equal to rounding being equal.

    Parameters
    ----------
    predictor : ndarray, shape (n,)
        Finite numbers.

    Returns
    -------
    ndarray of int, shape (n,)
        From 0, without gaps.
    """
    rounded = np.round(predictor, DECIMALS_OF_A_TIE)
    return np.unique(rounded, return_inverse=True)[1].astype(np.intp)


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
    rows, n = np.flatnonzero(happened), len(days)
    # Events come first within a day, so the rows that outlive an event follow its day's last one.
    ties = np.searchsorted(times[rows], times[rows], side="right") - np.searchsorted(
        times[rows], times[rows]
    )
    first = np.searchsorted(times, times[rows]) + ties
    ones = np.ones(n)
    below_all = _halved_below(ranks, ones, np.full(len(rows), n), ranks[rows])
    concordant = below_all - _halved_below(ranks, ones, first, ranks[rows])
    outlived = np.searchsorted(first, np.arange(n), side="right")
    outlived_by = (n - first).astype(np.float64)
    return ComparablePairs(order[rows], outlived_by, concordant, order, ranks, outlived)


def _halved_below(values: Places, weights: Floats, stops: Places, limits: Places) -> Floats:
    """Weigh the first `stops` values below each limit, those equal to it by one half."""
    doubled = np.concatenate((stops, stops)), np.concatenate((limits, limits + 1))
    below, not_above = np.split(_below(values, weights, *doubled), 2)
    return np.asarray((below + not_above) / 2)


def _below(values: Places, weights: Floats, stops: Places, limits: Places) -> Floats:
    """
    Sum among the first `stops` values the weights of those below each limit.

    A wavelet matrix: bit by bit, the highest first, the values are parted into
    those with a zero and those with a one, so all questions are answered
    together in O((n + q) log n).
    """
    top = int(max(values.max(initial=0), limits.max(initial=0)))
    low, high = np.zeros_like(stops), stops.copy()
    total = np.zeros(len(stops))
    for bit in range(top.bit_length() - 1, -1, -1):
        zero = (values >> bit) & 1 == 0
        zeros_before = np.concatenate(([0], np.cumsum(zero)))
        weight_before = np.concatenate(([0.0], np.cumsum(weights * zero)))
        goes_up = ((limits >> bit) & 1).astype(np.bool_)
        total += np.where(goes_up, weight_before[high] - weight_before[low], 0.0)
        low, high = (
            np.where(goes_up, zeros_before[-1] + edge - zeros_before[edge], zeros_before[edge])
            for edge in (low, high)
        )
        order = np.concatenate((np.flatnonzero(zero), np.flatnonzero(~zero)))
        values, weights = values[order], weights[order]
    return total
