"""How far two counts of one patient lie apart, and how far chance alone would carry them."""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p

import numpy as np
from scipy.special import gammainc, gammaincinv

from app.prognosis.cohort import Floats
from app.prognosis.risk_group import repeat_draw_quantiles

JEFFREYS = 0.5
"""Shape that the prior of a mean count adds to what was counted, as in a repeat draw."""

NODES = 48
"""Points of the Gauss-Legendre rule over the first mean's distribution."""

HALVINGS = 40
"""Of an interval of 60 on the log scale: the limit is then known to 6e-11."""


@dataclass(frozen=True)
class CountChange:
    """
    From one count to a later one.

    Attributes
    ----------
    log_ratio : float
        log(1 + second) - log(1 + first), in natural logarithms.
    ratio : float
        Its exponential: (1 + second) / (1 + first).
    ci95 : tuple of float
        95 % limits of the same ratio of the mean counts of the two draws.
    repeat_draw_range : tuple of float
        Ratios between which lie 95 % of the counts of a second draw from a
        patient in whom nothing changed.
    beyond_counting_noise : bool
        Whether the ratio lies outside that range.
    """

    log_ratio: float
    ratio: float
    ci95: tuple[float, float]
    repeat_draw_range: tuple[float, float]
    beyond_counting_noise: bool


def change_of_count(first: int, second: int) -> CountChange:
    """
    Compare two counts on the scale of log(1 + count), with the noise of counting.

    Each count is Poisson about a mean of its own with Jeffreys' prior, so that
    the mean is Gamma(count + 1/2) and a repeat draw is negative binomial
    (count + 1/2 successes, probability 1/2). The limits are quantiles of
    (1 + mean of the second draw) / (1 + mean of the first), whose distribution
    is that of the second mean averaged over the first:
    P(ratio <= r) = E[G(r (1 + m) - 1)], m the first mean and G the second's
    distribution function.

    Parameters
    ----------
    first, second : int
        Cells in comparable volumes of blood, 0 or more.

    Returns
    -------
    CountChange
        The noise of counting alone: not of the assay, the reader or the tube.

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    Jeffreys H. Proc R Soc Lond A 1946;186:453-61 (the prior). Tibbe AGJ et al.
    Cytometry A 2007;71:154-62 (counting error of rare cells).
    """
    if first < 0 or second < 0:
        raise ValueError("a count is 0 or more")
    log_ratio = log1p(second) - log1p(first)
    low, high = repeat_draw_quantiles(first)
    return CountChange(
        log_ratio=log_ratio,
        ratio=exp(log_ratio),
        ci95=(_quantile(first, second, 0.025), _quantile(first, second, 0.975)),
        repeat_draw_range=(exp(log1p(low) - log1p(first)), exp(log1p(high) - log1p(first))),
        beyond_counting_noise=not low <= second <= high,
    )


@lru_cache(maxsize=10_000)
def _quantile(first: int, second: int, probability: float) -> float:
    if second > first:
        # Of the two, the distribution of the smaller count's mean is the smoother one.
        return 1.0 / _quantile(second, first, 1.0 - probability)
    low, high = -30.0, 30.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if _reached(first, second, exp(middle)) < probability:
            low = middle
        else:
            high = middle
    return exp(high)


def _reached(first: int, second: int, ratio: float) -> float:
    """Integrate over the first means for which the second mean can be small enough."""
    along, weights = _rule()
    least = gammainc(first + JEFFREYS, max(1.0 / ratio - 1.0, 0.0))
    means = gammaincinv(first + JEFFREYS, least + (1.0 - least) * along)
    limits = np.maximum(ratio * (1.0 + means) - 1.0, 0.0)
    return float((1.0 - least) * (weights @ gammainc(second + JEFFREYS, limits)))


@lru_cache(maxsize=1)
def _rule() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    along = (nodes + 1.0) / 2.0
    # Closer together towards both ends, where a quantile changes fastest.
    return along**2 * (3.0 - 2.0 * along), weights / 2.0 * 6.0 * along * (1.0 - along)
