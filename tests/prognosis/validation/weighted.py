"""The same figures by their definitions, pair by pair, with a case weight for each row.

Slow and plain. Their numerical derivatives by the case weights are the influence
functions, so they check the standard errors as well.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.prognosis.validation.simulated import Floats, Rows

Weighted = Callable[[Rows, Floats], float]


def survival_of(
    days: Floats, leaves: NDArray[np.bool_], at_risk: Floats, weights: Floats
) -> Floats:
    """Kaplan-Meier with case weights, after each of the days in `leaves`."""
    falls = [
        1 - weights[leaves & (days == day)].sum() / risk
        for day, risk in zip(np.unique(days[leaves]), at_risk, strict=True)
    ]
    return np.concatenate(([1.0], np.cumprod(falls)))


def not_censored(rows: Rows, weights: Floats, day: float, *, until: bool) -> float:
    """G(t) or G(t-)."""
    times = np.unique(rows.days[~rows.events])
    at_risk = [weights[(rows.days > t) | (~rows.events & (rows.days == t))].sum() for t in times]
    curve = survival_of(rows.days, ~rows.events, np.array(at_risk), weights)
    return float(curve[np.searchsorted(times, day, side="right" if until else "left")])


def score_of(higher: Floats, lower: Floats) -> Floats:
    return np.asarray((higher > lower) + 0.5 * (higher == lower))


def uno_c(tau: float, power: int = 2) -> Weighted:
    def c(rows: Rows, weights: Floats) -> float:
        good = pairs = 0.0
        for i in np.flatnonzero(rows.events & (rows.days < tau)):
            later = (rows.days > rows.days[i]) | (~rows.events & (rows.days == rows.days[i]))
            own = weights[i] / not_censored(rows, weights, rows.days[i], until=False) ** power
            good += own * weights[later] @ score_of(rows.predictor[i], rows.predictor[later])
            pairs += own * weights[later].sum()
        return float(good / pairs)

    return c


def auc(horizon: float) -> Weighted:
    def area(rows: Rows, weights: Floats) -> float:
        control = rows.days > horizon
        good = pairs = 0.0
        for i in np.flatnonzero(rows.events & (rows.days <= horizon)):
            own = weights[i] / not_censored(rows, weights, rows.days[i], until=False)
            good += own * weights[control] @ score_of(rows.predictor[i], rows.predictor[control])
            pairs += own * weights[control].sum()
        return float(good / pairs)

    return area


def brier(horizon: float) -> Weighted:
    def score(rows: Rows, weights: Floats) -> float:
        return _brier(rows, weights, 1 - rows.risk(horizon), horizon)

    return score


def ipa(horizon: float) -> Weighted:
    def index(rows: Rows, weights: Floats) -> float:
        times = np.unique(rows.days[rows.events])
        at_risk = np.array([weights[rows.days >= time].sum() for time in times])
        curve = survival_of(rows.days, rows.events, at_risk, weights)
        marginal = curve[np.searchsorted(times, horizon, side="right")]
        null = _brier(rows, weights, np.full(len(rows.days), marginal), horizon)
        return 1 - brier(horizon)(rows, weights) / null

    return index


def _brier(rows: Rows, weights: Floats, alive: Floats, horizon: float) -> float:
    late = not_censored(rows, weights, horizon, until=True)
    total = 0.0
    for i, day in enumerate(rows.days):
        if day > horizon:
            total += weights[i] * (1 - alive[i]) ** 2 / late
        elif rows.events[i]:
            early = not_censored(rows, weights, day, until=False)
            total += weights[i] * alive[i] ** 2 / early
    return float(total / weights.sum())


def standard_error(figure: Weighted, rows: Rows, step: float = 1e-5) -> float:
    """The root of the summed squared derivatives by each row's case weight."""
    n = len(rows.days)
    slopes = []
    for i in range(n):
        up, down = np.ones(n), np.ones(n)
        up[i], down[i] = 1 + step, 1 - step
        slopes.append((figure(rows, up) - figure(rows, down)) / (2 * step))
    return float(np.sqrt((np.array(slopes) ** 2).sum()))
