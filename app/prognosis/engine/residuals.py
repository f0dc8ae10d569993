"""Residuals of a fitted model: of patients, of events, and of single coefficients."""

import numpy as np

from app.prognosis.engine.hazard_steps import HazardSteps, hazard_steps
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties


def martingale_residuals(rows: SurvivalRows, beta: Floats, *, ties: Ties = "efron") -> Floats:
    """
    Compute each row's event less the events that the model expects of it.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Returns
    -------
    ndarray, shape (n,)
        In the order of `rows`, at most 1; times the weights they sum to zero.

    References
    ----------
    Therneau TM, Grambsch PM, Fleming TR. Biometrika 1990;77:147-60.
    """
    residuals = rows.events.astype(np.float64)
    for steps in hazard_steps(rows, beta, ties):
        residuals[steps.rows] -= steps.relative_hazard * steps.sums.over_rows(steps.hazard)
    return residuals


def score_residuals(rows: SurvivalRows, beta: Floats, *, ties: Ties = "efron") -> Floats:
    """
    Compute each row's part in the gradient of the log partial likelihood.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Returns
    -------
    ndarray, shape (n, p)
        In the order of `rows`; times the weights they sum to the gradient.

    References
    ----------
    Therneau TM, Grambsch PM. Modeling Survival Data. Springer 2000, 4.6 and 7.2.
    """
    residuals = np.empty_like(rows.x)
    for steps in hazard_steps(rows, beta, ties):
        expected = steps.sums.over_rows(steps.hazard)
        for column in range(rows.x.shape[1]):
            residuals[steps.rows, column] = _scores(steps, expected, column)
    return residuals


def _scores(steps: HazardSteps, expected: Floats, column: int) -> Floats:
    sums, x, mean = steps.sums, steps.x[:, column], steps.mean(column)
    scores = steps.relative_hazard * (sums.over_rows(steps.hazard * mean) - x * expected)
    scores[sums.events] += x[sums.events] - sums.among_tied(mean)
    return np.asarray(scores)


def schoenfeld_residuals(rows: SurvivalRows, beta: Floats, *, ties: Ties = "efron") -> Floats:
    """
    Compute each event's covariates less those expected of whom the event strikes.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Returns
    -------
    ndarray, shape (m, p)
        In the order of the events of `rows`; times the weights they sum to
        the gradient, which is zero at the maximum.

    References
    ----------
    Schoenfeld D. Biometrika 1982;69:239-41.
    """
    blocks = []
    for steps in hazard_steps(rows, beta, ties):
        residuals = steps.x[steps.sums.events]
        for column in range(rows.x.shape[1]):
            residuals[:, column] -= steps.sums.among_tied(steps.mean(column))
        blocks.append(residuals)
    return np.concatenate(blocks)


def scaled_schoenfeld_residuals(
    rows: SurvivalRows, beta: Floats, covariance: Floats, *, ties: Ties = "efron"
) -> Floats:
    """
    Compute residuals whose trend over time is that of the coefficients.

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

    Returns
    -------
    ndarray, shape (m, p)
        In the order of the events of `rows`.

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515-26.
    """
    residuals = schoenfeld_residuals(rows, beta, ties=ties)
    return np.asarray(beta + len(residuals) * residuals @ covariance)


def dfbeta(rows: SurvivalRows, beta: Floats, covariance: Floats, *, ties: Ties = "efron") -> Floats:
    """
    Approximate by how much each row moves the coefficients.

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

    Returns
    -------
    ndarray, shape (n, p)
        In the order of `rows`: what the row adds with its weight.

    References
    ----------
    Cain KC, Lange NT. Biometrics 1984;40:493-9.
    """
    scores = score_residuals(rows, beta, ties=ties)
    return np.asarray((scores * rows.weights[:, None]) @ covariance)


def dfbetas(
    rows: SurvivalRows, beta: Floats, covariance: Floats, *, ties: Ties = "efron"
) -> Floats:
    """
    Approximate by how many standard errors each row moves the coefficients.

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

    Returns
    -------
    ndarray, shape (n, p)
        In the order of `rows`.
    """
    return np.asarray(dfbeta(rows, beta, covariance, ties=ties) / np.sqrt(np.diag(covariance)))
