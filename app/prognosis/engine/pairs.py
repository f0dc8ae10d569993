"""Comparable pairs of rows, counted by how a predictor ranks them."""

import numpy as np
from numpy.typing import NDArray

from app.prognosis.engine.jit import compiled

Counts = NDArray[np.int64]

_ARRAYS = "f8[::1], b1[::1], i8[::1], i8[::1], i8[:,::1]"

CONCORDANT, DISCORDANT, TIED = range(3)
"""Columns of the counts."""


@compiled("void(i8[::1], i8)")
def _add(tree: Counts, rank: int) -> None:
    place = rank + 1
    while place < len(tree):
        tree[place] += 1
        place += place & -place


@compiled("i8(i8[::1], i8)")
def _below(tree: Counts, rank: int) -> int:
    found, place = 0, rank
    while place > 0:
        found += tree[place]
        place -= place & -place
    return found


@compiled(f"void({_ARRAYS})")
def count_outliving(
    stops: NDArray[np.float64],
    events: NDArray[np.bool_],
    ranks: Counts,
    tree: Counts,
    counts: Counts,
) -> None:
    """
    Count, for each event, the rows that outlive it.

    A Fenwick tree over the ranks holds the later rows: O(n log n).

    Parameters
    ----------
    stops : ndarray, shape (n,)
        End of follow-up, ascending; at the same time, events come first.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    ranks : ndarray of int, shape (n,)
        Of the predictor, from 0.
    tree : ndarray of int, shape (r + 1,)
        Room for r ranks, all zero.
    counts : ndarray of int, shape (n, 3)
        Added to: concordant, discordant and tied.
    """
    high, later = len(stops), 0
    while high > 0:
        low = high - 1
        while low > 0 and stops[low - 1] == stops[high - 1]:
            low -= 1
        first_censored = low
        while first_censored < high and events[first_censored]:
            first_censored += 1
        for row in range(first_censored, high):
            _add(tree, ranks[row])
        later += high - first_censored
        for row in range(low, first_censored):
            lower = _below(tree, ranks[row])
            not_higher = _below(tree, ranks[row] + 1)
            counts[row, CONCORDANT] += lower
            counts[row, TIED] += not_higher - lower
            counts[row, DISCORDANT] += later - not_higher
        for row in range(low, first_censored):
            _add(tree, ranks[row])
        later += first_censored - low
        high = low


@compiled(f"void({_ARRAYS})")
def count_outlived(
    stops: NDArray[np.float64],
    events: NDArray[np.bool_],
    ranks: Counts,
    tree: Counts,
    counts: Counts,
) -> None:
    """
    Count, for each row, the events that it outlives.

    Parameters
    ----------
    stops, events, ranks, tree, counts : ndarray
        As for `count_outliving`.
    """
    low, n, earlier = 0, len(stops), 0
    while low < n:
        high = low + 1
        while high < n and stops[high] == stops[low]:
            high += 1
        first_censored = low
        while first_censored < high and events[first_censored]:
            first_censored += 1
        before = earlier
        for row in range(low, high):
            if row == first_censored:
                for event in range(low, first_censored):
                    _add(tree, ranks[event])
                before += first_censored - low
            lower = _below(tree, ranks[row])
            not_higher = _below(tree, ranks[row] + 1)
            counts[row, CONCORDANT] += before - not_higher
            counts[row, TIED] += not_higher - lower
            counts[row, DISCORDANT] += lower
        if first_censored == high:
            for event in range(low, first_censored):
                _add(tree, ranks[event])
        earlier += first_censored - low
        low = high
