"""How well a linear predictor ranks the patients: Harrell's C and its error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.prognosis.cox import Design, Flags, Floats

Counts = NDArray[np.int64]

DECIMALS_OF_A_TIE = 9
"""Decimals to which two predictors are equal, so that rounding breaks no tie."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """For each row of a stratum, its comparable pairs by how the predictor ranks them."""

    concordant: Counts
    discordant: Counts
    tied: Counts


def concordance(design: Design, predictor: Floats) -> tuple[float, float]:
    """
    Compute Harrell's C and its infinitesimal jackknife standard error.

    A pair is comparable when the earlier time is an event; at equal times, an
    event precedes a censoring and two events are not comparable. Pairs are
    made within strata only; equal predictors count one half.

    Parameters
    ----------
    design : Design
        The rows of the fit.
    predictor : ndarray, shape (n,)
        The higher, the earlier the event is expected.

    Returns
    -------
    tuple of float
        C between 0 and 1, and its standard error; 0.5 and 0.5 without a
        comparable pair.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543-6. Therneau TM, Atkinson E. The
    concordance statistic. Vignette of the R package survival.
    """
    ranks = np.unique(np.round(predictor, DECIMALS_OF_A_TIE), return_inverse=True)[1]
    parts = [_pairs(design.events[r], design.days[r], ranks[r]) for _, r in design.blocks]
    concordant = np.concatenate([part.concordant for part in parts])
    discordant = np.concatenate([part.discordant for part in parts])
    tied = np.concatenate([part.tied for part in parts])
    # Every pair stands in the sums twice, once for each of its members.
    pairs = (concordant + discordant + tied).sum() / 2
    if pairs == 0:
        return 0.5, 0.5
    c = (concordant.sum() + tied.sum() / 2) / 2 / pairs
    influence = (concordant + tied / 2 - c * (concordant + discordant + tied)) / pairs
    return float(c), float(np.sqrt((influence**2).sum()))


def _pairs(events: Flags, days: Floats, ranks: NDArray[np.intp]) -> _Pairs:
    """Count pairs of rows sorted by days, events first."""
    n = len(days)
    rows = np.flatnonzero(events)
    # Rows from here on outlive the event: all but its ties among the events.
    first = np.searchsorted(days, days[rows]) + _events_at(days[rows])
    everyone = np.full(len(rows), n)
    later = n - first
    lower = _below(ranks, everyone, ranks[rows]) - _below(ranks, first, ranks[rows])
    not_higher = _below(ranks, everyone, ranks[rows] + 1) - _below(ranks, first, ranks[rows] + 1)
    # Seen from the later row: the events that it outlived are the first so many.
    outlived = np.searchsorted(first, np.arange(n), side="right")
    riskier = outlived - _below(ranks[rows], outlived, ranks + 1)
    safer = _below(ranks[rows], outlived, ranks)
    concordant, discordant, tied = riskier.copy(), safer.copy(), outlived - riskier - safer
    concordant[rows] += lower
    discordant[rows] += later - not_higher
    tied[rows] += not_higher - lower
    return _Pairs(concordant, discordant, tied)


def _events_at(event_days: Floats) -> Counts:
    """Count, for each event, the events of the same day."""
    _, place, tied = np.unique(event_days, return_inverse=True, return_counts=True)
    return tied[place].astype(np.int64)


def _below(values: NDArray[np.intp], stops: Counts, limits: NDArray[np.intp]) -> Counts:
    """
    Count among the first `stops` values those below each limit.

    A wavelet matrix: bit by bit, the highest first, the values are parted into
    those with a zero and those with a one, so all questions are answered
    together in O((n + q) log n).
    """
    top = int(max(values.max(initial=0), limits.max(initial=0)))
    low, high = np.zeros_like(stops), stops.copy()
    count = np.zeros_like(stops)
    for bit in range(top.bit_length() - 1, -1, -1):
        one = (values >> bit) & 1
        zeros_before = np.concatenate(([0], np.cumsum(1 - one)))
        zeros = zeros_before[-1]
        goes_up = ((limits >> bit) & 1).astype(bool)
        low_zeros, high_zeros = zeros_before[low], zeros_before[high]
        count += np.where(goes_up, high_zeros - low_zeros, 0)
        low = np.where(goes_up, zeros + low - low_zeros, low_zeros)
        high = np.where(goes_up, zeros + high - high_zeros, high_zeros)
        values = np.concatenate((values[one == 0], values[one == 1]))
    return count
