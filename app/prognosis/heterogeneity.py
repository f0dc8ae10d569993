"""How far the estimates of several organisations differ by more than their errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.log_rank import ChiSquared
from app.prognosis.survival import Z95, Floats


@dataclass(frozen=True)
class Effect:
    """
    A coefficient with its error.

    Attributes
    ----------
    coefficient : float
        Log hazard ratio per unit.
    standard_error : float
        Above zero.
    """

    coefficient: float
    standard_error: float

    @property
    def ci95(self) -> tuple[float, float]:
        """Normal limits of the coefficient."""
        reach = Z95 * self.standard_error
        return self.coefficient - reach, self.coefficient + reach

    @property
    def hazard_ratio(self) -> float:
        """The hazard ratio per unit."""
        return exp(self.coefficient)


@dataclass(frozen=True)
class Heterogeneity:
    """
    Several estimates of one effect beside each other.

    Attributes
    ----------
    estimates : int
        How many there are.
    q : ChiSquared
        Cochran's Q: the weighted squares of the distances from the common effect.
    i_squared : float
        Share of Q that chance does not account for, from 0 to below 1.
    tau_squared : float
        Variance of the effects between the organisations, at least 0.
    common : Effect
        If the effect is one and the same everywhere.
    average : Effect
        Of effects that differ.
    """

    estimates: int
    q: ChiSquared
    i_squared: float
    tau_squared: float
    common: Effect
    average: Effect


def heterogeneity(effects: Sequence[Effect]) -> Heterogeneity:
    """
    Compare independent estimates of one effect, by the method of moments.

    Parameters
    ----------
    effects : sequence of Effect
        Two or more, each from other patients.

    Returns
    -------
    Heterogeneity
        With few estimates, tau squared and I squared are themselves uncertain.

    Raises
    ------
    ValueError
        If there are fewer than two.

    References
    ----------
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-88. Higgins JPT,
    Thompson SG. Stat Med 2002;21:1539-58.
    """
    if len(effects) < 2:
        raise ValueError("two estimates or more can be compared")
    values = np.array([each.coefficient for each in effects])
    variances = np.array([each.standard_error for each in effects]) ** 2
    weights = 1.0 / variances
    common = _mean(values, weights)
    q = float(weights @ (values - common.coefficient) ** 2)
    beyond = q - (len(effects) - 1)
    spread = float(weights.sum() - (weights**2).sum() / weights.sum())
    tau_squared = max(0.0, beyond / spread)
    return Heterogeneity(
        estimates=len(effects),
        q=ChiSquared(q, len(effects) - 1),
        i_squared=max(0.0, beyond / q) if q > 0 else 0.0,
        tau_squared=tau_squared,
        common=common,
        average=_mean(values, 1.0 / (variances + tau_squared)),
    )


def _mean(values: Floats, weights: ArrayLike) -> Effect:
    loads = np.asarray(weights, dtype=np.float64)
    return Effect(float(loads @ values / loads.sum()), 1.0 / sqrt(float(loads.sum())))
