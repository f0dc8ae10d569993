"""Comparable pairs of rows that weigh differently, or are not at risk from the beginning."""

import numpy as np

from app.prognosis.engine.ranked import weight_below
from app.prognosis.engine.rows import Flags, Floats, Places


def weigh_pairs(
    stops: Floats, starts: Floats | None, events: Flags, weights: Floats, ranks: Places
) -> Floats:
    """
    Sum, for each row, the weights of the pairs that it is in.

    A pair is an event and a row at risk then that outlives it, and weighs the
    product of their weights. At the same time, a censored row outlives an
    event, and two events are not comparable.

    Parameters
    ----------
    stops : ndarray, shape (n,)
        End of follow-up, ascending; at the same time, events come first.
    starts : ndarray, shape (n,), or None
        Entry.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    weights : ndarray, shape (n,)
        Case weights.
    ranks : ndarray of int, shape (n,)
        Of the predictor, from 0.

    Returns
    -------
    ndarray, shape (n, 3)
        Concordant, discordant and tied.
    """
    n, died = len(stops), np.flatnonzero(events)
    times, own, everybody = stops[died], ranks[died], np.full(len(died), n)
    # Events come first within a time, so the rows that outlive an event follow its time's last one.
    first = died[np.searchsorted(times, times, side="right") - 1] + 1
    higher, lower, tied = _by_rank(ranks, weights, first, everybody, own)
    outlived_from = np.zeros(n, dtype=np.intp)
    if starts is not None:
        order = np.argsort(starts, kind="stable")
        entered = np.searchsorted(starts[order], times)
        late = _by_rank(ranks[order], weights[order], entered, everybody, own)
        higher, lower, tied = higher - late[0], lower - late[1], tied - late[2]
        outlived_from = np.searchsorted(times, starts, side="right")
    outlived_to = np.searchsorted(first, np.arange(n), side="right")
    pairs = np.column_stack(_by_rank(own, weights[died], outlived_from, outlived_to, ranks))
    pairs[died] += np.column_stack((lower, higher, tied))
    return np.asarray(pairs * weights[:, None])


def _by_rank(
    ranks: Places, weights: Floats, lows: Places, highs: Places, limits: Places
) -> tuple[Floats, Floats, Floats]:
    """Sum the weights above, below and at a rank, over a run of rows for each."""
    below = weight_below(ranks, weights, lows, highs, limits)
    not_above = weight_below(ranks, weights, lows, highs, limits + 1)
    so_far = np.concatenate(([0.0], np.cumsum(weights)))
    return so_far[highs] - so_far[lows] - not_above, below, not_above - below
