"""The maximum of the partial likelihood, or the reason why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.estimable import (
    OF_NOTE,
    check_events,
    check_independence,
    check_size,
    check_variation,
    told,
)
from app.prognosis.engine.firth import firth_likelihood
from app.prognosis.engine.likelihood import Likelihood, likelihood_at
from app.prognosis.engine.risk_sets import RiskSets, risk_sets
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties
from app.prognosis.refusals import RefitRefused

AT_MAXIMUM = 1e-20
"""Score statistic U' I^-1 U per event at which one more Newton step ends the climb.

The step then changes the information by some 1e-10 of it, and by Newton's
quadratic approach the coefficients have all the digits that the sums have.
"""

AT_MAXIMUM_OF_MANY = 1e-16
"""The same for many rows, where it spares a pass: the information is good to 1e-8 of it."""

AT_FIRTH_MAXIMUM = 1e-25
"""The same where the information is not the whole second derivative: the approach is linear."""

STEPS_AT_MOST = 60
"""Newton steps; a maximum that exists is reached in fewer than ten."""

FIRTH_STEPS_AT_MOST = 500
"""Steps of the linear approach."""

VANISHED = 1e-10
"""Share of the information at no effect that counts as none, given rounding."""

GAIN_OF_NOTHING = 1e-9
"""Share of the log likelihood below which a step gains nothing: coxph's own `eps`."""

STEP_WITHOUT_END = 1e-2
"""Newton step, in deviations' units, that gaining nothing shows coefficients bound for infinity.

The step of a separated covariate stays near one per standard deviation while
the likelihood flattens; the step towards a maximum shrinks with it.
"""

WIDEST_PREDICTOR = 100.0
"""Log hazard ratio between two rows beyond which a maximum is separation but for a tie.

exp(100) is 3e43; no two patients differ so, and the baseline's arithmetic stays finite.
"""

MANY = 5_000
"""Rows from which a pass costs more than the last digits of the errors are worth."""


@dataclass(frozen=True, eq=False)
class Maximum:
    """
    The coefficients at which the log partial likelihood, less its penalty, is largest.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    covariance : ndarray, shape (p, p)
        Inverse information, the ridge's included.
    information : ndarray, shape (p, p)
        Negative second derivative of the likelihood alone.
    log_likelihood, log_likelihood_null : float
        At the coefficients and at none, without the ridge's penalty; with
        Firth's, where that is asked for.
    score_test : float
        U' I^-1 U at no effect.
    iterations : int
        Newton steps over all rows.
    ties : {'efron', 'breslow'}
        What events on the same day share.
    ridge : ndarray, shape (p,), or None
        Penalties r in r / 2 * beta^2.
    firth : bool
        Whether Firth's penalty is in.
    """

    beta: Floats
    covariance: Floats
    information: Floats
    log_likelihood: float
    log_likelihood_null: float
    score_test: float
    iterations: int
    ties: Ties
    ridge: Floats | None
    firth: bool


@dataclass(frozen=True, eq=False)
class _Climb:
    """What a climb is told: the likelihood, its penalty, the units, and when it ends."""

    likelihood: Callable[[Floats], Likelihood]
    ridge: Floats
    deviations: Floats
    names: Sequence[str] | None
    events: float
    enough: float
    steps: int

    def value(self, here: Likelihood, beta: Floats) -> float:
        """Take the ridge's penalty off the likelihood."""
        if here.value == -np.inf:
            return here.value
        return here.value - float(self.ridge @ beta**2) / 2

    def step(self, here: Likelihood, beta: Floats) -> tuple[Floats, float]:
        """Give Newton's step, and the score statistic: twice what it promises to gain."""
        score = (here.score - self.ridge * beta) / self.deviations
        information = here.information + np.diag(self.ridge)
        scaled = information / np.outer(self.deviations, self.deviations)
        try:
            step = np.linalg.solve(scaled, score)
        except np.linalg.LinAlgError:
            step = np.full_like(score, np.nan)
        if not np.isfinite(step).all():
            everything = told(self.names, np.ones(len(beta), dtype=np.bool_))
            raise self.refused(f"no information left on: {everything}")
        return np.asarray(step / self.deviations), float(step @ score)

    def separated(self, step: Floats) -> RefitRefused:
        """Name the covariates whose coefficients run away."""
        far = np.abs(step * self.deviations)
        found = told(self.names, far >= min(STEP_WITHOUT_END, float(far.max())))
        return self.refused(f"no finite coefficient for: {found}")

    def refused(self, why: str) -> RefitRefused:
        """Tell why no coefficients are the best, and of how many events."""
        return RefitRefused("separation", f"{why} ({self.events:.0f} events)")

    def without_end(self, step: Floats) -> bool:
        """Tell whether a step is too long for the end of a climb."""
        return bool((np.abs(step * self.deviations) > STEP_WITHOUT_END).any())


@dataclass(frozen=True, eq=False)
class _Top:
    """Where a climb ends."""

    beta: Floats
    log_likelihood: float
    information: Floats
    steps: int


def maximise(
    rows: SurvivalRows,
    *,
    ties: Ties = "efron",
    ridge: Floats | None = None,
    firth: bool = False,
    start: Floats | None = None,
    names: Sequence[str] | None = None,
) -> Maximum:
    """
    Climb to the maximum of the partial likelihood by Newton's method.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    ties : {'efron', 'breslow'}
        What events on the same day share.
    ridge : ndarray, shape (p,), optional
        Penalties r in r / 2 * beta^2, each at least zero.
    firth : bool
        Whether to add half the log determinant of the information; for small
        cohorts, as the work grows with events times rows.
    start : ndarray, shape (p,), optional
        Where to begin, per unit; a start below no effect is passed over.
    names : sequence of str, length p, optional
        What a refusal calls the covariates; by number unless given.

    Returns
    -------
    Maximum
        To 10 digits or more.

    Raises
    ------
    RefitRefused
        `too-few-events`, `no-variation`, `collinear` (but with a ridge),
        `separation` where a coefficient has no finite maximum, or
        `not-converged`.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220.
    """
    check_events(int(rows.events.sum()), len(rows), rows.x.shape[1])
    if rows.x.shape[1] == 0:
        raise RefitRefused("no-variation", f"0 covariates to fit on {len(rows)} rows")
    sets, nought = risk_sets(rows), np.zeros(rows.x.shape[1])
    climb = _Climb(
        likelihood=lambda beta: (
            firth_likelihood(rows, beta, ties) if firth else likelihood_at(sets, beta, ties)
        ),
        ridge=nought if ridge is None else np.asarray(ridge, dtype=np.float64),
        deviations=sets.deviations,
        names=names,
        events=float(sets.times.weights.sum()),
        enough=_enough(rows, firth),
        steps=FIRTH_STEPS_AT_MOST if firth else STEPS_AT_MOST,
    )
    null = _checked_null(sets, ties, climb)
    bottom = climb.likelihood(nought) if firth else null
    top = _top(climb, nought if start is None else start, bottom)
    _check_reason(sets, top.beta)
    _check_information(climb, null, top)
    return Maximum(
        beta=top.beta,
        covariance=_covariance(climb, top.information),
        information=top.information,
        log_likelihood=top.log_likelihood,
        log_likelihood_null=bottom.value,
        score_test=_score_test(null, sets),
        iterations=top.steps,
        ties=ties,
        ridge=ridge,
        firth=firth,
    )


def _enough(rows: SurvivalRows, firth: bool) -> float:
    if firth:
        return AT_FIRTH_MAXIMUM
    return AT_MAXIMUM_OF_MANY if len(rows) > MANY else AT_MAXIMUM


def _checked_null(sets: RiskSets, ties: Ties, climb: _Climb) -> Likelihood:
    check_size(sets, climb.names)
    null = likelihood_at(sets, np.zeros_like(climb.ridge), ties)
    if null.value == -np.inf:
        detail = f"the offsets of {sets.columns.shape[1]} rows lie too far apart"
        raise RefitRefused("not-converged", detail)
    check_variation(sets, null, climb.names)
    if not climb.ridge.any():
        # A ridge shares out what collinear covariates have in common.
        check_independence(null, climb.names)
    return null


def _top(climb: _Climb, start: Floats, bottom: Likelihood) -> _Top:
    beta, here = _higher(climb, start, bottom)
    for taken in range(climb.steps):
        step, gain = climb.step(here, beta)
        long = climb.without_end(step)
        if abs(gain) <= climb.enough * climb.events and not long:
            bend = float(step @ here.information @ step) / 2
            value = here.value + float(here.score @ step) - bend
            return _Top(np.asarray(beta + step), value, here.information, taken + 1)
        before = climb.value(here, beta)
        beta, here = _uphill(climb, beta, step, before)
        if long and climb.value(here, beta) - before <= GAIN_OF_NOTHING * abs(before):
            raise climb.separated(step)
    raise RefitRefused("not-converged", f"no maximum within {climb.steps} steps")


def _higher(climb: _Climb, start: Floats, bottom: Likelihood) -> tuple[Floats, Likelihood]:
    nought = np.zeros_like(start)
    if start.any():
        there = climb.likelihood(start)
        if climb.value(there, start) >= bottom.value:
            return start, there
    return nought, bottom


def _uphill(climb: _Climb, beta: Floats, step: Floats, before: float) -> tuple[Floats, Likelihood]:
    """Take the step, halved until it no longer loses likelihood."""
    tolerance = 1e-12 * abs(before)
    for halvings in range(40):
        there = np.asarray(beta + step / 2**halvings)
        likelihood = climb.likelihood(there)
        if climb.value(likelihood, there) >= before - tolerance:
            return there, likelihood
    # Uphill by the slope and yet no higher: the likelihood is flat to the last digit.
    raise climb.separated(step)


def _check_reason(sets: RiskSets, beta: Floats) -> None:
    if 2 * np.abs(beta) @ sets.reach <= WIDEST_PREDICTOR:
        return
    apart = float(np.ptp(beta @ sets.columns))
    if apart > WIDEST_PREDICTOR:
        raise RefitRefused("separation", f"two rows' log hazards lie {apart:.0f} apart")


def _check_information(climb: _Climb, null: Likelihood, top: _Top) -> None:
    """Refuse a top on which nothing bends: the likelihood of a separation levels off so."""
    scale = np.sqrt(np.diag(null.information) + climb.ridge)
    left = (top.information + np.diag(climb.ridge)) / np.outer(scale, scale)
    if not np.isfinite(left).all():
        everything = told(climb.names, np.ones(len(scale), dtype=np.bool_))
        raise climb.refused(f"no information left on: {everything}")
    eigenvalues, directions = np.linalg.eigh(left)
    if eigenvalues[0] <= VANISHED:
        found = told(climb.names, np.abs(directions[:, 0]) > OF_NOTE)
        raise climb.refused(f"{max(eigenvalues[0], 0):.0e} of the information left on: {found}")


def _covariance(climb: _Climb, information: Floats) -> Floats:
    scale = np.outer(climb.deviations, climb.deviations)
    try:
        scaled = np.linalg.cholesky((information + np.diag(climb.ridge)) / scale)
        root = np.linalg.inv(scaled) / climb.deviations
    except np.linalg.LinAlgError as error:
        detail = f"the information on {len(climb.ridge)} covariates is not positive definite"
        raise RefitRefused("not-converged", detail) from error
    # A product of a matrix with its own transpose is symmetric and positive to the last bit.
    covariance = root.T @ root
    if not np.isfinite(covariance).all():
        infinite = ~np.isfinite(np.diag(covariance))
        detail = f"{infinite.sum()} standard errors are not finite: {told(climb.names, infinite)}"
        raise RefitRefused("not-converged", detail)
    return np.asarray(covariance)


def _score_test(null: Likelihood, sets: RiskSets) -> float:
    # A ridge lets collinear covariates through, of which an inverse would make too much.
    scaled = null.information / np.outer(sets.deviations, sets.deviations)
    score = null.score / sets.deviations
    return float(score @ np.linalg.pinv(scaled, rcond=1e-12, hermitian=True) @ score)
