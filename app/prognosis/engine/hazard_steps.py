"""The steps that each stratum's baseline hazard takes at its events, ties shared."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np

from app.prognosis.engine.likelihood import NEAR_ENOUGH
from app.prognosis.engine.risk_sums import RiskSums, risk_sums
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties
from app.prognosis.engine.tie_kernels import LOST_IN_ROUNDING


@dataclass(frozen=True, eq=False)
class HazardSteps:
    """
    One stratum's rows, and the steps that its baseline hazard takes at the events.

    Attributes
    ----------
    rows : slice
        The stratum's rows.
    x : ndarray, shape (n, p)
        Their covariates less the means.
    relative_hazard : ndarray, shape (n,)
        Each row's hazard over that of a patient at the means.
    weights : ndarray, shape (n,)
        Case weights.
    sums : RiskSums
        Over those at risk at its events.
    load : ndarray, shape (m,)
        Mean case weight of the events tied with each.
    at_risk : ndarray, shape (m,)
        Weighted relative hazard of those at risk at each event.
    """

    rows: slice
    x: Floats
    relative_hazard: Floats
    weights: Floats
    sums: RiskSums
    load: Floats
    at_risk: Floats

    @cached_property
    def hazard(self) -> Floats:
        """What each event adds to the cumulative baseline hazard, shape (m,)."""
        return np.asarray(self.load / self.at_risk)

    def mean(self, covariate: int) -> Floats:
        """
        Average a covariate over those at risk at each event.

        Parameters
        ----------
        covariate : int
            Its column.

        Returns
        -------
        ndarray, shape (m,)
            Weighted by case weight and relative hazard.
        """
        loads = self.weights * self.relative_hazard * self.x[:, covariate]
        return np.asarray(self.sums.at_events(loads) / self.at_risk)


def hazard_steps(rows: SurvivalRows, beta: Floats, ties: Ties) -> Iterator[HazardSteps]:
    """
    Find the steps of each stratum's baseline hazard.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.

    Yields
    ------
    HazardSteps
        One for each stratum, in the order of their codes.

    Raises
    ------
    ValueError
        If `ties` is neither, `beta` does not hold p numbers, or the rows'
        hazards lie too far apart to be summed.
    """
    if ties not in get_args(Ties):
        raise ValueError(f"ties are efron or breslow, not {ties!r}")
    if np.shape(beta) != rows.means.shape:
        raise ValueError(f"beta has shape {np.shape(beta)}, not {rows.means.shape}")
    relative_hazard = _relative_hazard(rows, beta)
    for block in rows.blocks():
        sums = risk_sums(rows, block, ties)
        relative, weights = relative_hazard[block], rows.weights[block]
        yield HazardSteps(
            rows=block,
            x=rows.x[block],
            relative_hazard=relative,
            weights=weights,
            sums=sums,
            load=sums.among_tied(weights[sums.events]),
            at_risk=_at_risk(sums, weights * relative),
        )


def _relative_hazard(rows: SurvivalRows, beta: Floats) -> Floats:
    predictor = rows.x @ beta + rows.offset
    farthest = np.abs(predictor).max()
    if not farthest <= NEAR_ENOUGH:
        raise ValueError(f"a log hazard ratio of {farthest:.0f} to the mean")
    return np.exp(predictor)


def _at_risk(sums: RiskSums, hazards: Floats) -> Floats:
    at_risk = sums.at_events(hazards)
    if (at_risk <= LOST_IN_ROUNDING * sums.yet_to_leave(hazards)).any():
        raise ValueError("those at risk at an event weigh nothing beside those who leave later")
    return at_risk
