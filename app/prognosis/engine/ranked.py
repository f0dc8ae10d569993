"""Rows by the rank of a predictor, and the weights of those below a rank."""

import numpy as np

from app.prognosis.engine.rows import Floats, Places

DECIMALS_OF_A_TIE = 9
"""Decimals to which two predictors are equal, so that rounding breaks no tie."""


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


def weight_below(
    ranks: Places, weights: Floats, lows: Places, highs: Places, limits: Places
) -> Floats:
    """
    Sum, over a run of rows for each question, the weights of those below a rank.

    A wavelet matrix: bit by bit, the highest first, the ranks are parted into
    those with a zero and those with a one, so all questions are answered
    together in O((n + q) log n).

    Parameters
    ----------
    ranks : ndarray of int, shape (n,)
        At least zero.
    weights : ndarray, shape (n,)
        One for each row.
    lows, highs : ndarray of int, shape (q,)
        Where each run begins, and where it has ended.
    limits : ndarray of int, shape (q,)
        The ranks that count are lower.

    Returns
    -------
    ndarray, shape (q,)
        One sum for each run.
    """
    top = int(max(ranks.max(initial=0), limits.max(initial=0)))
    total = np.zeros(len(highs))
    for bit in range(top.bit_length() - 1, -1, -1):
        zero = (ranks >> bit) & 1 == 0
        zeros_before = np.concatenate(([0], np.cumsum(zero)))
        weight_before = np.concatenate(([0.0], np.cumsum(weights * zero)))
        goes_up = ((limits >> bit) & 1).astype(np.bool_)
        total += np.where(goes_up, weight_before[highs] - weight_before[lows], 0.0)
        lows, highs = (
            np.where(goes_up, zeros_before[-1] + edge - zeros_before[edge], zeros_before[edge])
            for edge in (lows, highs)
        )
        order = np.concatenate((np.flatnonzero(zero), np.flatnonzero(~zero)))
        ranks, weights = ranks[order], weights[order]
    return total
