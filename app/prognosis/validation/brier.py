"""The Brier score: how far predicted survival lies from what happened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Flags, Floats, MalformedRows
from app.prognosis.kaplan_meier import survival as kaplan_meier
from app.prognosis.survival import Z95
from app.prognosis.validation.censoring import CensoringCurve, censoring_curve
from app.prognosis.validation.estimates import (
    Estimate,
    NotEstimable,
    check_horizon,
    check_rows,
    estimate,
)


@dataclass(frozen=True)
class BrierScore:
    """
    The mean squared distance at one horizon, or averaged from one to another.

    Attributes
    ----------
    score : Estimate
        0 for a clairvoyant; 0.25 for one half said to everybody.
    null : float
        The same, if everybody is told the Kaplan-Meier estimate.
    ipa_error : float
        Standard error of the index of prediction accuracy.
    """

    score: Estimate
    null: float
    ipa_error: float

    @property
    def ipa(self) -> float:
        """Index of prediction accuracy, 1 - score / null: 0 is useless, below 0 harmful."""
        return 1.0 - self.score.value / self.null

    @property
    def ipa_ci95(self) -> tuple[float, float]:
        """The 95 % interval of the index, at most 1."""
        reach = Z95 * self.ipa_error
        return self.ipa - reach, min(1.0, self.ipa + reach)


def brier_scores(
    days: ArrayLike, events: ArrayLike, survival: ArrayLike, horizons: Sequence[float]
) -> tuple[BrierScore, ...]:
    """
    Score predicted survival probabilities at horizons, censoring weighed away.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    survival : array_like, shape (n, h)
        Predicted probability of being without the event at each horizon.
    horizons : sequence of float, length h
        In the unit of the days.

    Returns
    -------
    tuple of BrierScore
        One for each horizon, as scikit-survival's `brier_score`, but for days that
        an event and a censoring share (see `CensoringCurve`).

    Raises
    ------
    MalformedRows
        If the predictions are no probabilities or not one for each row and horizon.
    HorizonBeyondFollowUp
        If nobody was observed past a horizon.
    NotEstimable
        If nobody had the event by a horizon.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529-45. Kattan MW, Gerds TA. Diagn Progn Res
    2018;2:7 (the index of prediction accuracy).
    """
    model, null = _scores(days, events, survival, horizons)
    columns = zip(model.values, model.influence.T, null.values, null.influence.T, strict=True)
    return tuple(_brier(*column) for column in columns)


def integrated_brier(
    days: ArrayLike, events: ArrayLike, survival: ArrayLike, horizons: Sequence[float]
) -> BrierScore:
    """
    Average the Brier score from the first horizon to the last by trapezoids.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    survival : array_like, shape (n, h)
        Predicted probability of being without the event at each horizon.
    horizons : sequence of float, length h
        At least two, ascending, in the unit of the days.

    Returns
    -------
    BrierScore
        As scikit-survival's `integrated_brier_score`, with the null's average.

    Raises
    ------
    MalformedRows
        If the predictions are no probabilities or not one for each row and horizon.
    HorizonBeyondFollowUp
        If nobody was observed past the last horizon.
    NotEstimable
        If there are not two ascending horizons, or nobody had the event by the first.
    """
    times = np.asarray(horizons, dtype=np.float64)
    if len(times) < 2 or not (np.diff(times) > 0).all():
        raise NotEstimable(f"{len(times)} horizons; two or more are needed, ascending")
    model, null = _scores(days, events, survival, horizons)
    return _brier(*model.averaged(times), *null.averaged(times))


def _brier(value: float, influence: Floats, null: float, of_null: Floats) -> BrierScore:
    of_ipa = (value / null * of_null - influence) / null
    error = estimate(0.0, of_ipa).standard_error
    return BrierScore(estimate(value, influence), float(null), error)


@dataclass(frozen=True, eq=False)
class _Scores:
    """At each of h horizons the score, shape (h,), and its influence function, shape (n, h)."""

    values: Floats
    influence: Floats

    def averaged(self, times: Floats) -> tuple[float, Floats]:
        span = times[-1] - times[0]
        influence = np.asarray(np.trapezoid(self.influence, times, axis=1) / span)
        return float(np.trapezoid(self.values, times) / span), influence


def _scores(
    days: ArrayLike, events: ArrayLike, survival: ArrayLike, horizons: Sequence[float]
) -> tuple[_Scores, _Scores]:
    """Score the model and the null."""
    ends, flags, (chances,) = check_rows(days, events, survival)
    if chances.shape != (len(ends), len(horizons)) or (chances < 0).any() or (chances > 1).any():
        raise MalformedRows(f"survival of shape {chances.shape} is no probability for each horizon")
    for horizon in horizons:
        check_horizon(ends, horizon)
        if not (flags & (ends <= horizon)).any():
            raise NotEstimable(f"nobody had the event by day {horizon:g}")
    curve, marginal = censoring_curve(ends, flags), kaplan_meier(ends, flags)
    # The marginal estimate minimises the score, so its own error has no part in the null's.
    null = np.tile([marginal.at(horizon) for horizon in horizons], (len(ends), 1))
    model_scores, null_scores = (
        _score_each(curve, ends, flags, predicted, horizons) for predicted in (chances, null)
    )
    return model_scores, null_scores


def _score_each(
    curve: CensoringCurve, days: Floats, events: Flags, chances: Floats, horizons: Sequence[float]
) -> _Scores:
    pairs = [
        _score(curve, days, events, chance, horizon)
        for chance, horizon in zip(chances.T, horizons, strict=True)
    ]
    values, influence = zip(*pairs, strict=True)
    return _Scores(np.array(values), np.column_stack(influence))


def _score(
    curve: CensoringCurve, days: Floats, events: Flags, chance: Floats, horizon: float
) -> tuple[float, Floats]:
    outlived = days > horizon
    known = outlived | events
    falls = np.where(
        outlived, curve.falls_until(np.full(len(days), horizon)), curve.falls_before(days)
    )
    losses = known * (outlived - chance) ** 2 / curve.survival[falls]
    value = float(losses.mean())
    by_weight = curve.influence(days, events, falls, -losses / len(days))
    return value, (losses - value) / len(days) + by_weight
