"""Whether coefficients change with time: the score test of R's `cox.zph`."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import chi2, rankdata

from app.prognosis.engine.hazard_steps import HazardSteps, hazard_steps
from app.prognosis.engine.residuals import schoenfeld_residuals
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties

Clock = Literal["km", "rank", "identity", "log"]

NOTHING_LEFT = 1e-10
"""Share of the information on a trend below which rounding is all that is left of it."""


@dataclass(frozen=True, eq=False)
class ProportionalHazards:
    """
    The test of each coefficient and of all together for a trend over time.

    Attributes
    ----------
    clock : str
        How time was measured: "km", "rank", "identity" or "log".
    chi_squared : ndarray, shape (p,)
        Each covariate's statistic, on 1 degree of freedom.
    p_values : ndarray, shape (p,)
        Under proportional hazards.
    chi_squared_global : float
        The statistic of all covariates, on p degrees of freedom.
    p_value_global : float
        Under proportional hazards.
    times : ndarray, shape (m,)
        The events' times, in the order of the events of the rows.
    clock_times : ndarray, shape (m,)
        The same by the clock.
    scaled_residuals : ndarray, shape (m, p)
        Scaled Schoenfeld residuals: each event's estimate of the coefficients.
    """

    clock: Clock
    chi_squared: Floats
    p_values: Floats
    chi_squared_global: float
    p_value_global: float
    times: Floats
    clock_times: Floats
    scaled_residuals: Floats


def proportional_hazards_test(
    rows: SurvivalRows, beta: Floats, *, ties: Ties = "efron", clock: Clock = "km"
) -> ProportionalHazards:
    """
    Test whether the coefficients change with time.

    The alternative adds each covariate times g(t) to the model, where g is the
    clock less its mean over the events; the test is that of the score at zero.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit, at the maximum.
    ties : {"efron", "breslow"}
        How tied events share their risk set.
    clock : {"km", "rank", "identity", "log"}
        One less the Kaplan-Meier estimate just before t over all rows,
        whatever their stratum and weight; the rank of t among all rows' ends;
        t itself; or its logarithm.

    Returns
    -------
    ProportionalHazards
        As of cox.zph in survival 3.

    Raises
    ------
    ValueError
        If the rows hold no information on a trend, as where all events are at
        one time.

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515-26.
    """
    clock_times = _clock_times(rows, clock)
    trend = clock_times - clock_times[rows.events].sum() / max(1, rows.events.sum())
    score, information = _score_of_trends(rows, beta, ties, trend)
    remaining = _beyond_coefficients(information)
    chi_squared = score**2 / np.diag(remaining)
    overall = float(score @ np.linalg.solve(remaining, score))
    residuals = schoenfeld_residuals(rows, beta, ties=ties)
    scaled = beta + len(residuals) * np.linalg.solve(information[0], residuals.T).T
    return ProportionalHazards(
        clock=clock,
        chi_squared=chi_squared,
        p_values=np.asarray(chi2.sf(chi_squared, 1)),
        chi_squared_global=overall,
        p_value_global=float(chi2.sf(overall, len(score))),
        times=rows.stops[rows.events],
        clock_times=clock_times[rows.events],
        scaled_residuals=scaled,
    )


def _clock_times(rows: SurvivalRows, clock: Clock) -> Floats:
    match clock:
        case "km":
            return _deaths_so_far(rows)
        case "rank":
            return np.asarray(rankdata(rows.stops))
        case "identity":
            return rows.stops
        case "log":
            return np.log(rows.stops)
    raise ValueError(f"a clock is km, rank, identity or log, not {clock!r}")


def _deaths_so_far(rows: SurvivalRows) -> Floats:
    """One less the Kaplan-Meier estimate just before each row's end."""
    times, events = np.unique(rows.stops[rows.events], return_counts=True)
    at_risk = len(rows) - np.searchsorted(np.sort(rows.stops), times)
    if rows.starts is not None:
        at_risk -= len(rows) - np.searchsorted(np.sort(rows.starts), times)
    died = 1 - np.cumprod(1 - events / at_risk)
    return np.concatenate(([0.0], died))[np.searchsorted(times, rows.stops)]


def _score_of_trends(
    rows: SurvivalRows, beta: Floats, ties: Ties, trend: Floats
) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
    """Score of the trends; information on coefficients, on both, and on trends."""
    p = len(beta)
    score = np.zeros(p)
    information = np.zeros((3, p, p))
    for steps in hazard_steps(rows, beta, ties):
        of_events = trend[steps.rows][steps.sums.events]
        means = np.column_stack([steps.mean(column) for column in range(p)])
        score += (steps.weights[steps.sums.events] * of_events) @ steps.x[steps.sums.events]
        score -= (steps.load * of_events) @ means
        for power in range(3):
            information[power] += _spread(steps, means, of_events**power)
    return score, (information[0], information[1], information[2])


def _spread(steps: HazardSteps, means: Floats, values: Floats) -> Floats:
    """Sum the covariates' covariance among those at risk over the events, times a value each."""
    # Summed over rows instead of over risk sets: a matrix product instead of p * p running sums.
    expected = steps.weights * steps.relative_hazard * steps.sums.over_rows(steps.hazard * values)
    about_nought = steps.x.T @ (steps.x * expected[:, None])
    return np.asarray(about_nought - means.T @ (means * (steps.load * values)[:, None]))


def _beyond_coefficients(information: tuple[Floats, Floats, Floats]) -> Floats:
    """Information on the trends once the coefficients are estimated."""
    of_coefficients, of_both, of_trends = information
    scale = np.sqrt(np.diag(of_trends))
    if scale.all():
        remaining = of_trends - of_both @ np.linalg.solve(of_coefficients, of_both)
        if np.linalg.eigvalsh(remaining / np.outer(scale, scale))[0] > NOTHING_LEFT:
            return np.asarray(remaining)
    raise ValueError("the events hold no information on a trend over time")
