"""The partial likelihood with Efron's ties: its maximum, and the baseline at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.prognosis.cohort import Cohort
from app.prognosis.refusals import RefitRefused
from app.prognosis.survival import Baseline

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

STEP_AT_MAXIMUM = 1e-9
"""Newton step, in standard deviations' units, below which the maximum is reached."""

STEPS_AT_MOST = 60
"""Newton steps; a maximum that exists is reached in fewer than ten."""

GAIN_OF_NOTHING = 1e-9
"""Share of the log likelihood below which a step gains nothing: coxph's own `eps`."""

STEP_WITHOUT_END = 1e-2
"""Newton step that, gaining nothing, shows coefficients on their way to infinity.

The step of a separated covariate stays near one per standard deviation while
the likelihood flattens; the step towards a maximum shrinks with it.
"""

WIDEST_PREDICTOR = 100.0
"""Log hazard ratio between two rows beyond which a maximum is separation but for a tie.

exp(100) is 3e43; no two patients differ so, and the baseline's arithmetic stays finite.
"""

NO_INFORMATION = 1e-10
"""Share of the largest possible information that counts as none, given rounding."""


@dataclass(frozen=True, eq=False)
class Design:
    """
    The rows of one fit, standardised and sorted.

    Attributes
    ----------
    covariates : tuple of str, length p
        In the order of the columns.
    means, deviations, minima, maxima : ndarray, shape (p,)
        In each covariate's unit; the deviation divides by n - 1.
    x : ndarray, shape (n, p)
        Covariates less their mean, over their deviation.
    days : ndarray, shape (n,)
        Follow-up, ascending within a stratum.
    events : ndarray of bool, shape (n,)
        At the same time, events come first.
    strata : tuple of str
        Names of the stratifying covariates.
    blocks : tuple of (tuple of float or None, slice)
        Each stratum's values and its rows.
    """

    covariates: tuple[str, ...]
    means: Floats
    deviations: Floats
    minima: Floats
    maxima: Floats
    x: Floats
    days: Floats
    events: Flags
    strata: tuple[str, ...]
    blocks: tuple[tuple[tuple[float, ...] | None, slice], ...]

    def linear_predictor(self, beta: Floats) -> Floats:
        """
        Weigh the covariates.

        Parameters
        ----------
        beta : ndarray, shape (p,)
            Log hazard ratio per standard deviation.

        Returns
        -------
        ndarray, shape (n,)
            Log hazard ratio against the means.
        """
        # A sum along rows gives equal rows equal bits, which a matrix product does not promise.
        return np.asarray((self.x * beta).sum(axis=1))

    def codes(self) -> Places:
        """
        Number the strata.

        Returns
        -------
        ndarray of int, shape (n,)
            The place of each row's stratum among the blocks.
        """
        lengths = [rows.stop - rows.start for _, rows in self.blocks]
        return np.repeat(np.arange(len(lengths)), lengths)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """
    Efron's log partial likelihood at given coefficients.

    Attributes
    ----------
    value : float
        The log partial likelihood.
    score : ndarray, shape (p,)
        Its gradient per standard deviation.
    information : ndarray, shape (p, p)
        Its negative second derivative.
    """

    value: float
    score: Floats
    information: Floats


@dataclass(frozen=True, eq=False)
class _Deaths:
    """The deaths of one stratum in order, each with Efron's share of its tie."""

    rows: Places
    times: Floats
    risk_set: Places
    first: Places
    group: Places
    share: Floats

    def at_risk(self, weights: Floats) -> Floats:
        """Sum over each death's risk set, less Efron's share of those dying with it."""
        tail = np.cumsum(weights[::-1], axis=0)[::-1]
        dying = np.add.reduceat(weights[self.rows], self.first, axis=0)
        share = self.share.reshape((-1,) + (1,) * (weights.ndim - 1))
        return np.asarray(tail[self.risk_set][self.group] - share * dying[self.group])


def design_of(cohort: Cohort, covariates: Sequence[str], strata: Sequence[str]) -> Design:
    """
    Standardise and sort the rows of a fit.

    Parameters
    ----------
    cohort : Cohort
        Rows that know every covariate and stratum; at least two.
    covariates, strata : sequence of str
        Columns of the cohort.

    Returns
    -------
    Design
        Sorted by stratum, days, events first, and patient.

    Raises
    ------
    RefitRefused
        `no-variation`, if a covariate is the same in every row.
    """
    raw = cohort.matrix(covariates)
    constant = [n for n, c in zip(covariates, raw.T, strict=True) if np.ptp(c) == 0.0]
    if constant or not covariates:
        names = ", ".join(constant) or "every covariate of the ladder"
        raise RefitRefused("no-variation", f"the same in all {len(cohort)} rows: {names}")
    levels, codes = np.unique(cohort.matrix(strata), axis=0, return_inverse=True)
    order = np.lexsort((~cohort.events, cohort.days, codes.ravel()))
    edges = np.searchsorted(codes.ravel()[order], np.arange(len(levels) + 1))
    values = [tuple(level.tolist()) if strata else None for level in levels]
    means, deviations = raw.mean(axis=0), raw.std(axis=0, ddof=1)
    return Design(
        covariates=tuple(covariates),
        means=means,
        deviations=deviations,
        minima=raw.min(axis=0),
        maxima=raw.max(axis=0),
        x=((raw - means) / deviations)[order],
        days=cohort.days[order],
        events=cohort.events[order],
        strata=tuple(strata),
        blocks=tuple(
            (value, slice(int(low), int(high)))
            for value, low, high in zip(values, edges[:-1], edges[1:], strict=True)
        ),
    )


def _deaths(days: Floats, events: Flags) -> _Deaths:
    rows = np.flatnonzero(events)
    times, first, tied = np.unique(days[rows], return_index=True, return_counts=True)
    group = np.repeat(np.arange(len(times)), tied)
    return _Deaths(
        rows=rows,
        times=times,
        risk_set=np.searchsorted(days, times),
        first=first,
        group=group,
        share=(np.arange(len(rows)) - first[group]) / tied[group],
    )


def _blocks_with_deaths(design: Design) -> Iterator[tuple[slice, _Deaths]]:
    for _, rows in design.blocks:
        if design.events[rows].any():
            yield rows, _deaths(design.days[rows], design.events[rows])


def partial_likelihood(design: Design, beta: Floats) -> Likelihood:
    """
    Compute Efron's log partial likelihood, its gradient and its information.

    Parameters
    ----------
    design : Design
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per standard deviation.

    Returns
    -------
    Likelihood
        Summed over the strata; minus infinity where the predictors lie so far
        apart that a risk set weighs nothing.

    References
    ----------
    Efron B. J Am Stat Assoc 1977;72:557-65.
    """
    p = len(beta)
    value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    eta = design.linear_predictor(beta)
    for rows, deaths in _blocks_with_deaths(design):
        x = design.x[rows]
        # The largest predictor cancels in every ratio and is taken out against overflow.
        peak = eta[rows].max()
        weight = np.exp(eta[rows] - peak)
        weighted = x * weight[:, None]
        s0 = deaths.at_risk(weight)
        if not s0.all():
            return Likelihood(-np.inf, score * np.nan, information * np.nan)
        mean = deaths.at_risk(weighted) / s0[:, None]
        square = deaths.at_risk(x[:, :, None] * weighted[:, None, :]) / s0[:, None, None]
        value += float((eta[rows][deaths.rows] - peak - np.log(s0)).sum())
        score += (x[deaths.rows] - mean).sum(axis=0)
        information += square.sum(axis=0) - mean.T @ mean
    return Likelihood(value, score, (information + information.T) / 2)


def check_variation(design: Design) -> None:
    """
    Refuse covariates on which the events say nothing, before any maximum is looked for.

    Parameters
    ----------
    design : Design
        The rows of the fit.

    Raises
    ------
    RefitRefused
        `no-variation`, if all at risk at each event were alike.
    """
    information = partial_likelihood(design, np.zeros(len(design.covariates))).information
    idle = np.diag(information) <= NO_INFORMATION * int(design.events.sum())
    if idle.any():
        names = ", ".join(np.array(design.covariates)[idle].tolist())
        raise RefitRefused("no-variation", f"the same among all at risk at any event: {names}")


def check_independence(design: Design) -> None:
    """
    Refuse covariates of which one follows from the others.

    Parameters
    ----------
    design : Design
        The rows of the fit, whose covariates vary.

    Raises
    ------
    RefitRefused
        `collinear`, if a combination of them is the same among all at risk at
        each event.
    """
    p = len(design.covariates)
    information = partial_likelihood(design, np.zeros(p)).information
    scale = np.sqrt(np.diag(information))
    eigenvalues, directions = np.linalg.eigh(information / np.outer(scale, scale))
    if eigenvalues[0] <= NO_INFORMATION * p:
        names = ", ".join(np.array(design.covariates)[np.abs(directions[:, 0]) > 1e-3].tolist())
        raise RefitRefused("collinear", f"each follows from the others: {names}")


def maximise(design: Design, start: Floats, ridge: float) -> Floats:
    """
    Climb to the maximum of the partial likelihood by Newton's method.

    Parameters
    ----------
    design : Design
        The rows of the fit.
    start : ndarray, shape (p,)
        Where to begin, per standard deviation.
    ridge : float
        Penalty r in r / 2 * ||beta||^2, at least zero.

    Returns
    -------
    ndarray, shape (p,)
        Log hazard ratio per standard deviation.

    Raises
    ------
    RefitRefused
        `separation` where a coefficient has no finite maximum, or
        `not-converged`.
    """
    beta, here = start, partial_likelihood(design, start)
    if here.value == -np.inf:
        beta = np.zeros_like(start)
        here = partial_likelihood(design, beta)
    for _ in range(STEPS_AT_MOST):
        step = _newton_step(design, here, beta, ridge)
        if np.abs(step).max() <= STEP_AT_MAXIMUM:
            return _within_reason(design, np.asarray(beta + step))
        before = _penalised(here, beta, ridge)
        beta, here = _uphill(design, beta, step, ridge, before)
        gain = _penalised(here, beta, ridge) - before
        if gain <= GAIN_OF_NOTHING * abs(before) and np.abs(step).max() > STEP_WITHOUT_END:
            raise _separated(design, step)
    raise RefitRefused("not-converged", f"no maximum within {STEPS_AT_MOST} steps")


def _separated(design: Design, step: Floats) -> RefitRefused:
    far = np.abs(step) >= min(STEP_WITHOUT_END, np.abs(step).max())
    names = ", ".join(np.array(design.covariates)[far].tolist())
    return RefitRefused("separation", f"no finite coefficient for: {names}")


def _within_reason(design: Design, beta: Floats) -> Floats:
    apart = float(np.ptp(design.linear_predictor(beta)))
    if apart > WIDEST_PREDICTOR:
        raise RefitRefused("separation", f"two rows' log hazards lie {apart:.0f} apart")
    return beta


def _penalised(likelihood: Likelihood, beta: Floats, ridge: float) -> float:
    return likelihood.value - ridge / 2 * float(beta @ beta)


def _newton_step(design: Design, here: Likelihood, beta: Floats, ridge: float) -> Floats:
    information = here.information + ridge * np.eye(len(beta))
    try:
        return np.asarray(np.linalg.solve(information, here.score - ridge * beta), np.float64)
    except np.linalg.LinAlgError as error:
        detail = f"no information left on: {', '.join(design.covariates)}"
        raise RefitRefused("separation", detail) from error


def _uphill(
    design: Design, beta: Floats, step: Floats, ridge: float, before: float
) -> tuple[Floats, Likelihood]:
    """Take the step, halved until it no longer loses likelihood."""
    tolerance = 1e-12 * abs(before)
    for halvings in range(40):
        there = np.asarray(beta + step / 2**halvings)
        likelihood = partial_likelihood(design, there)
        if _penalised(likelihood, there, ridge) >= before - tolerance:
            return there, likelihood
    # Uphill by the slope and yet no higher: the likelihood is flat to the last digit.
    raise _separated(design, step)


def baselines(design: Design, beta: Floats) -> tuple[Baseline, ...]:
    """
    Estimate each stratum's baseline at the covariate means, ties as Efron's.

    Parameters
    ----------
    design : Design
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per standard deviation.

    Returns
    -------
    tuple of Baseline
        In the order of the strata, with what the error of a survival
        probability needs; a stratum without an event has no event times.

    References
    ----------
    Therneau TM, Grambsch PM. Modeling Survival Data. Springer 2000, 10.2.
    """
    weight = np.exp(design.linear_predictor(beta))
    return tuple(_baseline(stratum, design, rows, weight[rows]) for stratum, rows in design.blocks)


def _baseline(
    stratum: tuple[float, ...] | None, design: Design, rows: slice, weight: Floats
) -> Baseline:
    days, events = design.days[rows], design.events[rows]
    exits, first = np.unique(days, return_index=True)
    hazard, variance = np.zeros(0), np.zeros(0)
    drift, times = np.zeros((0, len(design.covariates))), np.zeros(0)
    if events.any():
        deaths = _deaths(days, events)
        s0 = deaths.at_risk(weight)
        s1 = deaths.at_risk(design.x[rows] * design.deviations * weight[:, None])
        last = np.append(deaths.first[1:], len(deaths.rows)) - 1
        times = deaths.times
        hazard = np.cumsum(1 / s0)[last]
        variance = np.cumsum(1 / s0**2)[last]
        drift = np.cumsum(s1 / s0[:, None] ** 2, axis=0)[last]
    return Baseline(
        stratum=stratum,
        days=times,
        cumulative_hazard=hazard,
        variance=variance,
        drift=drift,
        exit_days=exits,
        remaining=(len(days) - first).astype(np.int64),
    )
