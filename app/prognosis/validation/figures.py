"""The figures of a model at horizons, on weighted rows: what a bootstrap judges again and again."""

import numpy as np

from app.prognosis.engine.rows import Floats, Places
from app.prognosis.validation.timeline import Horizon, WeightedRows

# Each figure is that of the function of the same name for repeated rows, which has the error too.


def auc(rows: WeightedRows, at: Horizon, ranks: Places) -> float:
    """
    Compare those with the event by a horizon to those who outlived it.

    Parameters
    ----------
    rows : WeightedRows
        Sorted by day.
    at : Horizon
        Of these rows.
    ranks : ndarray of int, shape (n,)
        Of the predicted risk, from 0.

    Returns
    -------
    float
        As `cumulative_dynamic_auc`.
    """
    controls = np.bincount(ranks[at.past :], rows.counts[at.past :], int(ranks.max()) + 1)
    outranked = (np.cumsum(controls) - controls / 2)[ranks[: at.past]]
    return _sum(rows.cases[: at.past], outranked) / (at.cases * at.controls)


def brier(rows: WeightedRows, at: Horizon, losses: Floats) -> tuple[float, float]:
    """
    Average the squared distance of predicted survival from what happened.

    Parameters
    ----------
    rows : WeightedRows
        Sorted by day.
    at : Horizon
        Of these rows.
    losses : ndarray, shape (n,)
        From `squared_distances`.

    Returns
    -------
    tuple of float
        The score, and that of the Kaplan-Meier estimate, as `brier_scores`.
    """
    died = _sum(rows.cases[: at.past], losses[: at.past])
    outlived = _sum(rows.counts[at.past :], losses[at.past :])
    null = at.cases * at.alive**2 + at.controls / at.uncensored * (1 - at.alive) ** 2
    return (died + outlived / at.uncensored) / rows.total, null / rows.total


def squared_distances(survival: Floats, past: int) -> Floats:
    """
    Square the distance of predicted survival from what happened.

    Parameters
    ----------
    survival : ndarray, shape (n,)
        Predicted probabilities of outliving a horizon, by day.
    past : int
        Rows that ended by the horizon.

    Returns
    -------
    ndarray, shape (n,)
        From 0, which those who outlived it should have, and from 1.
    """
    distances = survival.copy()
    distances[past:] -= 1.0
    return np.square(distances, out=distances)


def observed_over_expected(rows: WeightedRows, at: Horizon, risk: Floats) -> float:
    """
    Compare the observed risk at a horizon to the mean predicted one.

    Parameters
    ----------
    rows : WeightedRows
        Sorted by day.
    at : Horizon
        Of these rows.
    risk : ndarray, shape (n,)
        Predicted probability of the event by the horizon.

    Returns
    -------
    float
        As `observed_expected`; NaN if no risk was predicted.
    """
    expected = _sum(rows.counts, risk) / rows.total
    return (1 - at.alive) / expected if expected > 0 else np.nan


def distances_apart(rows: WeightedRows, observed: Floats, risk: Floats) -> tuple[float, ...]:
    """
    Sum up how far smoothed observed risk lies from predicted risk.

    Parameters
    ----------
    rows : WeightedRows
        Sorted by day.
    observed, risk : ndarray, shape (n,)
        The two risks of each row.

    Returns
    -------
    tuple of float
        ICI, E50 and E90, as `smooth_calibration`.
    """
    apart = np.abs(observed - risk)
    drawn = np.sort(np.repeat(apart, rows.counts.astype(np.intp)))
    places = np.array((0.5, 0.9)) * (len(drawn) - 1)
    e50, e90 = np.interp(places, np.arange(len(drawn)), drawn).tolist()
    return _sum(rows.counts, apart) / rows.total, e50, e90


def integrated(values: Floats, times: Floats) -> float:
    """
    Average a figure from the first time to the last by trapezoids.

    Parameters
    ----------
    values, times : ndarray, shape (g,)
        The figure at each time; times ascend.

    Returns
    -------
    float
        As `integrated_brier` does.
    """
    return float(np.trapezoid(values, times) / (times[-1] - times[0]))


def _sum(weights: Floats, values: Floats) -> float:
    # Not a BLAS product: its threads get in each other's way, and its last bit hangs on them.
    return float(np.einsum("i,i->", weights, values))
