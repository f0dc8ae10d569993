"""The covariance of coefficients that does not trust the model: the sandwich."""

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.residuals import dfbeta
from app.prognosis.engine.rows import Floats, Places, SurvivalRows, Ties


def robust_covariance(
    rows: SurvivalRows,
    beta: Floats,
    covariance: Floats,
    *,
    ties: Ties = "efron",
    clusters: ArrayLike | None = None,
) -> Floats:
    """
    Estimate the coefficients' covariance from how much each cluster moves them.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    covariance : ndarray, shape (p, p)
        Inverse information.
    ties : {"efron", "breslow"}
        How tied events share their risk set.
    clusters : array_like, shape (n,), optional
        Which rows belong together, in the order in which the rows were given;
        each row by itself unless given.

    Returns
    -------
    ndarray, shape (p, p)
        The infinitesimal jackknife's estimate.

    Raises
    ------
    ValueError
        If `clusters` does not hold one value for each row.

    References
    ----------
    Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-8.
    """
    moves = dfbeta(rows, beta, covariance, ties=ties)
    if clusters is not None:
        moves = _together(moves, _codes(rows, clusters))
    return np.asarray(moves.T @ moves)


def _codes(rows: SurvivalRows, clusters: ArrayLike) -> Places:
    given = np.asarray(clusters)
    if given.shape != (len(rows),):
        raise ValueError(f"clusters has shape {given.shape}, not ({len(rows)},)")
    return np.unique(given, return_inverse=True)[1][rows.order]


def _together(moves: Floats, codes: Places) -> Floats:
    return np.column_stack([np.bincount(codes, column) for column in moves.T])
