"""Firth's penalised likelihood, whose maximum is finite where covariates separate the events."""

from collections.abc import Iterator

import numpy as np

from app.prognosis.engine.likelihood import Likelihood
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties


def firth_likelihood(rows: SurvivalRows, beta: Floats, ties: Ties) -> Likelihood:
    """
    Add half the log determinant of the information to the log likelihood.

    Goes through the rows once for each event: for small cohorts, where
    separation happens.

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
        Penalised value, its exact gradient, and the information without the
        penalty; a value of minus infinity where the information is singular.

    References
    ----------
    Firth D. Biometrika 1993;80:27-38. Heinze G, Schemper M. Biometrics
    2001;57:114-9.
    """
    p = len(beta)
    value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    for value_, score_, chances, distance, weight in _events(rows, beta, ties):
        value, score = value + value_, score + score_
        information += weight * (distance * chances[:, None]).T @ distance
    finite = np.isfinite(value) and np.isfinite(information).all()
    sign, log_determinant = np.linalg.slogdet(information) if finite else (0.0, 0.0)
    nowhere = Likelihood(-np.inf, score * np.nan, information * np.nan)
    if sign <= 0:
        return nowhere
    # The derivative of the information is the third central moment: trace(I^-1 dI) is that
    # of the squared distance on I^-1's scale with each covariate.
    inverse = np.linalg.inv(information)
    for _, _, chances, distance, weight in _events(rows, beta, ties):
        # A row that has no chance can lie farther off than a number can say.
        with np.errstate(over="ignore", invalid="ignore"):
            squared = np.einsum("ij,jk,ik->i", distance, inverse, distance)
            score += weight / 2 * (chances * squared) @ distance
    if not np.isfinite(score).all():
        return nowhere
    return Likelihood(float(value) + float(log_determinant) / 2, score, information)


def _events(
    rows: SurvivalRows, beta: Floats, ties: Ties
) -> Iterator[tuple[float, Floats, Floats, Floats, float]]:
    """Yield of each event its value, score, each row's chance, distance to the mean, and weight."""
    predictor = rows.x @ beta + rows.offset
    for block in rows.blocks():
        stops, events, x = rows.stops[block], rows.events[block], rows.x[block]
        weights = rows.weights[block]
        risk = weights * np.exp(predictor[block] - predictor[block].max())
        for time in np.unique(stops[events]):
            at_risk = stops >= time
            if rows.starts is not None:
                at_risk &= rows.starts[block] < time
            dying = events & (stops == time)
            deaths, died = int(dying.sum()), weights * dying
            weight = float(died.sum()) / deaths
            shared = (died @ (predictor[block] - predictor[block].max()), died @ x)
            for f in np.arange(deaths) / deaths if ties == "efron" else np.zeros(deaths):
                left = risk * (at_risk - f * dying)
                with np.errstate(divide="ignore", invalid="ignore"):
                    chances = left / left.sum()
                    value = float(shared[0]) / deaths - weight * float(np.log(left.sum()))
                mean = chances @ x
                yield value, shared[1] / deaths - weight * mean, chances, x - mean, weight
