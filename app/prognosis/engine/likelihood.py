"""The exact partial likelihood, its slope and its information at given coefficients."""

from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.kernels import sum_entries, sum_pieces, sum_squares
from app.prognosis.engine.risk_sets import RiskSets, risk_sets
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties
from app.prognosis.engine.tie_kernels import accumulate, walk_back

NEAR_ENOUGH = 300.0
"""Linear predictor up to which a risk is taken as it is: exp(300) is far from overflow."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """
    The log partial likelihood at given coefficients.

    Attributes
    ----------
    value : float
        Minus infinity where the predictors lie so far apart that a risk set
        weighs nothing.
    score : ndarray, shape (p,)
        Its gradient.
    information : ndarray, shape (p, p)
        Its negative second derivative.
    """

    value: float
    score: Floats
    information: Floats


def evaluate(rows: SurvivalRows, beta: Floats, ties: Ties = "efron") -> Likelihood:
    """
    Compute the log partial likelihood with its first two derivatives.

    Weighted deaths of a tie each bear their mean weight, as in R's coxph.

    Parameters
    ----------
    rows : SurvivalRows
        At least one of them with an event.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {'efron', 'breslow'}
        What events on the same day share.

    Returns
    -------
    Likelihood
        Summed over the strata.

    References
    ----------
    Efron B. J Am Stat Assoc 1977;72:557-65. Breslow N. Biometrics
    1974;30:89-99.
    """
    return likelihood_at(risk_sets(rows), np.ascontiguousarray(beta, dtype=np.float64), ties)


@dataclass(frozen=True, eq=False)
class Steps:
    """
    The steps that the baseline hazard and its error take at the event times.

    Attributes
    ----------
    hazard : ndarray, shape (times,)
        Sum of w / S0 over the events of each time: S0 is the risk of those at
        risk, less the share of ties that Efron takes off, and w the tied
        events' mean weight.
    variance : ndarray, shape (times,)
        Sum of w / S0^2.
    drift : ndarray, shape (times, p)
        Sum of w * S1 / S0^2, S1 being that of risk times covariates.
    """

    hazard: Floats
    variance: Floats
    drift: Floats


def steps_at(sets: RiskSets, beta: Floats, ties: Ties) -> Steps:
    """
    Compute the steps of the baseline hazard at the covariates' means.

    Parameters
    ----------
    sets : RiskSets
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {'efron', 'breslow'}
        What events on the same day share.

    Returns
    -------
    Steps
        Of every stratum.

    Raises
    ------
    ValueError
        If the rows' hazards lie too far apart to be summed.
    """
    if _farthest(sets, beta) > NEAR_ENOUGH:
        farthest = np.abs(sets.offset + beta @ sets.columns).max()
        if not farthest <= NEAR_ENOUGH:
            raise ValueError(f"a log hazard ratio of {farthest:.0f} to the mean")
    k, p = sets.times.stops.shape[0], len(beta)
    variance, drift = np.zeros(k), np.zeros((k, p))
    sums = _risks(sets, beta, np.zeros(int(sets.exits.strata[-1]) + 1))
    hazards = _hazards(sets, *sums, ties, variance, drift)
    if not np.isfinite(hazards.logs):
        raise ValueError("those at risk at an event weigh nothing beside those who leave later")
    return Steps(hazards.own, variance, drift)


def likelihood_at(sets: RiskSets, beta: Floats, ties: Ties) -> Likelihood:
    """
    Compute the likelihood for one of many coefficients.

    Parameters
    ----------
    sets : RiskSets
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {'efron', 'breslow'}
        What events on the same day share.

    Returns
    -------
    Likelihood
        Summed over the strata.
    """
    nothing = Likelihood(
        -np.inf, np.full(len(beta), np.nan), np.full((len(beta), len(beta)), np.nan)
    )
    peaks = _peaks(sets, beta)
    if not np.isfinite(peaks).all():
        return nothing
    unasked = np.zeros(0), np.zeros((0, len(beta)))
    hazards = _hazards(sets, *_risks(sets, beta, peaks), ties, *unasked)
    if not np.isfinite(hazards.logs):
        return nothing
    expected, squares = _expected(sets, hazards)
    information = squares - hazards.outer
    lower = np.tril(information, -1)
    borne = np.bincount(sets.times.strata, sets.times.weights, len(peaks)) @ peaks
    return Likelihood(
        value=float(sets.died @ beta + sets.died_offset - hazards.logs - borne),
        score=sets.died - expected,
        information=lower + lower.T + np.diag(np.diag(information)),
    )


def _farthest(sets: RiskSets, beta: Floats) -> float:
    """Bound the distance of any row's predictor from that of the means."""
    return float(np.abs(beta) @ sets.reach + sets.largest_offset)


def _peaks(sets: RiskSets, beta: Floats) -> Floats:
    """Find each stratum's largest predictor, to be taken out against overflow, where needed."""
    strata = sets.exits.strata
    with np.errstate(over="ignore", invalid="ignore"):
        if _farthest(sets, beta) <= NEAR_ENOUGH:
            return np.zeros(int(strata[-1]) + 1)
        predictor = np.where(sets.weights > 0, sets.offset + beta @ sets.columns, -np.inf)
    first = sets.exits.edges[np.searchsorted(strata, np.arange(int(strata[-1]) + 1))].astype(int)
    peaks = np.maximum.reduceat(predictor, first)
    return np.where(peaks == -np.inf, 0.0, peaks)


def _risks(sets: RiskSets, beta: Floats, peaks: Floats) -> tuple[Floats, Floats]:
    """Sum risk and risk times x over the pieces of rows that leave, and of those that enter."""
    exits, entries = sets.exits, sets.entries
    offset = sets.offset
    if peaks.any():
        offset = offset - np.repeat(peaks[exits.strata], exits.sizes)
    sums = np.empty((len(exits.times), len(beta) + 1))
    late = np.empty((len(entries.times), len(beta) + 1))
    sets.spread(
        sum_pieces,
        len(exits.blocks) - 1,
        sets.columns,
        beta,
        offset,
        sets.weights,
        exits.blocks,
        exits.edges,
        sets.risk,
        sums,
    )
    sets.spread(sum_entries, len(late), sets.columns, sets.risk, entries.rows, entries.edges, late)
    return sums, late


@dataclass(frozen=True, eq=False)
class _Hazards:
    """The event times' own: log denominators, squares of means, hazard, and what is lived of it."""

    logs: float
    outer: Floats
    own: Floats
    before: Floats
    lived: Floats


def _hazards(
    sets: RiskSets, sums: Floats, late: Floats, ties: Ties, variance: Floats, drift: Floats
) -> _Hazards:
    exits, times, entries = sets.exits, sets.times, sets.entries
    k, p = len(times.stops), len(sets.columns)
    hazard, spared, outer = np.zeros(k), np.zeros(k), np.zeros((p, p))
    logs = walk_back(
        sums,
        exits.sizes,
        exits.dying,
        exits.times,
        times.deaths,
        times.weights,
        times.strata,
        late,
        entries.sizes,
        entries.times,
        ties == "efron",
        hazard,
        spared,
        outer,
        variance,
        drift,
    )
    before, lived = np.zeros(k), np.zeros(len(exits.times))
    accumulate(hazard, spared, times.strata, exits.times, exits.dying, before, lived)
    return _Hazards(logs, outer, hazard, before, lived)


def _expected(sets: RiskSets, hazards: _Hazards) -> tuple[Floats, Floats]:
    """Sum what is expected of each row, times x and, in the lower half, times xx'."""
    exits, p = sets.exits, len(sets.columns)
    blocks = len(exits.blocks) - 1
    expected, squares = np.zeros((blocks, p)), np.zeros((blocks, p, p))
    sets.spread(
        sum_squares,
        blocks,
        sets.columns,
        exits.blocks,
        exits.edges,
        hazards.lived,
        sets.entries.first,
        hazards.before,
        sets.risk,
        expected,
        squares,
    )
    return expected.sum(axis=0), squares.sum(axis=0)
