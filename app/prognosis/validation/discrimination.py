"""How well a predictor ranks: Harrell's C, Uno's C, and the AUC at a horizon."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.ranked import ranks_of
from app.prognosis.engine.rows import Flags, Floats, Places
from app.prognosis.validation.censoring import censoring_curve
from app.prognosis.validation.estimates import (
    Estimate,
    HorizonBeyondFollowUp,
    NotEstimable,
    check_horizon,
    check_rows,
    estimate,
)
from app.prognosis.validation.pairs import ComparablePairs, comparable_pairs


def harrell_c(days: ArrayLike, events: ArrayLike, predictor: ArrayLike) -> Estimate:
    """
    Compute Harrell's C of rows in one stratum.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    predictor : array_like, shape (n,)
        The higher, the earlier the event is expected.

    Returns
    -------
    Estimate
        As `app.prognosis.concordance` gives it for a fit.

    Raises
    ------
    NotEstimable
        If no two rows are comparable.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543-6.
    """
    ends, flags, (score,) = check_rows(days, events, predictor)
    pairs = comparable_pairs(ends, flags, score)
    value, influence, _ = _weighted_c(pairs, np.ones(len(pairs.rows)))
    return estimate(value, influence)


def uno_c(days: ArrayLike, events: ArrayLike, predictor: ArrayLike, tau: float) -> Estimate:
    """
    Compute Uno's C, which does not depend on how long rows were followed.

    Each event before `tau` weighs 1 / G(t-)^2. The error takes into account that
    G is estimated from the same rows.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    predictor : array_like, shape (n,)
        The higher, the earlier the event is expected.
    tau : float
        Events count strictly before it; at most the last day of follow-up.

    Returns
    -------
    Estimate
        As scikit-survival's `concordance_index_ipcw`, but for days that an event
        and a censoring share (see `CensoringCurve`).

    Raises
    ------
    HorizonBeyondFollowUp
        If `tau` lies after the last day of follow-up.
    NotEstimable
        If no pair is comparable before `tau`.

    References
    ----------
    Uno H et al. Stat Med 2011;30:1105-17.
    """
    ends, flags, (score,) = check_rows(days, events, predictor)
    if tau > ends.max():
        raise HorizonBeyondFollowUp(f"follow-up ends on day {ends.max():g}, before {tau:g}")
    curve = censoring_curve(ends, flags)
    pairs = comparable_pairs(ends, flags, score)
    event_days = ends[pairs.rows]
    weights = np.where(event_days < tau, curve.before(event_days) ** -2.0, 0.0)
    value, influence, gain = _weighted_c(pairs, weights)
    by_weight = curve.influence(ends, flags, curve.falls_before(event_days), -2 * gain)
    return estimate(value, influence + by_weight)


def _weighted_c(pairs: ComparablePairs, weights: Floats) -> tuple[float, Floats, Floats]:
    """Give C, its influence at fixed weights, and what each event adds to it."""
    comparable = float(weights @ pairs.outlived_by)
    if comparable <= 0:
        raise NotEstimable(f"no two rows are comparable; {len(pairs.rows)} events")
    value = float(weights @ pairs.concordant) / comparable
    gain = weights * (pairs.concordant - value * pairs.outlived_by) / comparable
    outlived, higher = pairs.seen_from_survivors(weights)
    influence = (higher - value * outlived) / comparable
    influence[pairs.rows] += gain
    return value, influence, gain


def cumulative_dynamic_auc(
    days: ArrayLike, events: ArrayLike, predictor: ArrayLike, horizons: Sequence[float]
) -> tuple[Estimate, ...]:
    """
    Compare those with the event by each horizon to those still without it.

    Cases weigh 1 / G(t-); the weights of the controls, all 1 / G(horizon), cancel.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    predictor : array_like, shape (n,)
        The higher, the earlier the event is expected.
    horizons : sequence of float
        In the unit of the days.

    Returns
    -------
    tuple of Estimate
        One for each horizon, as scikit-survival's `cumulative_dynamic_auc`, but
        for days that an event and a censoring share (see `CensoringCurve`).

    Raises
    ------
    HorizonBeyondFollowUp
        If nobody was observed past a horizon.
    NotEstimable
        If nobody had the event by a horizon.

    References
    ----------
    Uno H et al. J Am Stat Assoc 2007;102:527-37. Hung H, Chiang CT. Can J Stat
    2010;38:8-26.
    """
    ends, flags, (score,) = check_rows(days, events, predictor)
    ranks = ranks_of(score)
    return tuple(_auc(ends, flags, ranks, float(horizon)) for horizon in horizons)


def _auc(days: Floats, events: Flags, ranks: Places, horizon: float) -> Estimate:
    check_horizon(days, horizon)
    case, control = events & (days <= horizon), days > horizon
    if not case.any():
        raise NotEstimable(f"nobody had the event by day {horizon:g}")
    curve = censoring_curve(days, events)
    falls = curve.falls_before(days)
    weight = np.where(case, 1 / curve.survival[falls], 0.0)
    outranked = _below_in_rank(ranks, control.astype(np.float64))
    outranking = weight.sum() - _below_in_rank(ranks, weight)
    pairs = weight.sum() * control.sum()
    value = float(weight @ outranked) / pairs
    gain = weight * (outranked - value * control.sum()) / pairs
    as_control = control * (outranking - value * weight.sum()) / pairs
    return estimate(value, gain + as_control + curve.influence(days, events, falls, -gain))


def _below_in_rank(ranks: Places, weights: Floats) -> Floats:
    """Sum the weights of the rows of lower rank, those of the same rank by one half."""
    by_rank = np.bincount(ranks, weights=weights)
    return np.asarray((np.cumsum(by_rank) - by_rank / 2)[ranks])
