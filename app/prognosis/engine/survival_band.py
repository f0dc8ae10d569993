"""A patient's survival at some times, and three ways to bound it."""

from dataclasses import dataclass

import numpy as np

from app.prognosis.engine.rows import Floats
from app.prognosis.survival import Z95

Limits = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class SurvivalBand:
    """
    A patient's survival at some times, with its pointwise error.

    Attributes
    ----------
    times : ndarray, shape (k,)
        In the unit of the rows' times.
    cumulative_hazard : ndarray, shape (k,)
        The patient's, at each time.
    standard_error : ndarray, shape (k,), or None
        Of the cumulative hazard; None where no covariance was given.
    """

    times: Floats
    cumulative_hazard: Floats
    standard_error: Floats | None

    @property
    def probability(self) -> Floats:
        """Survival probability at each time, shape (k,)."""
        return np.exp(-self.cumulative_hazard)

    def interval(self) -> Limits | None:
        """
        Bound the survival probability on the log scale, as survfit does by default.

        Returns
        -------
        tuple of ndarray, shape (k,), or None
            The 95 % limits, the upper at most 1; None without an error.
        """
        if self.standard_error is None:
            return None
        reach = Z95 * self.standard_error
        low = np.exp(-self.cumulative_hazard - reach)
        return low, np.exp(np.minimum(reach - self.cumulative_hazard, 0.0))

    def log_log_interval(self) -> Limits | None:
        """
        Bound the survival probability on the log(-log) scale, within 0 and 1 by itself.

        Returns
        -------
        tuple of ndarray, shape (k,), or None
            The 95 % limits, both 1 before the first event; None without an
            error.
        """
        if self.standard_error is None:
            return None
        hazard = self.cumulative_hazard
        relative = np.divide(
            self.standard_error, hazard, out=np.zeros_like(hazard), where=hazard > 0
        )
        reach = np.exp(Z95 * relative)
        return np.exp(-hazard * reach), np.exp(-hazard / reach)

    def plain_interval(self) -> Limits | None:
        """
        Bound the survival probability on its own scale, cut at 0 and 1.

        Returns
        -------
        tuple of ndarray, shape (k,), or None
            The 95 % limits; None without an error.
        """
        if self.standard_error is None:
            return None
        probability = self.probability
        reach = Z95 * probability * self.standard_error
        return np.maximum(probability - reach, 0.0), np.minimum(probability + reach, 1.0)


def down_to_half(times: Floats, curve: Floats) -> float | None:
    """
    Find when a falling curve comes down to one half.

    Parameters
    ----------
    times : ndarray, shape (k,)
        Ascending.
    curve : ndarray, shape (k,)
        A survival probability at each, or a limit of it.

    Returns
    -------
    float or None
        The first of the times at which it is at most one half; None if it
        stays above.
    """
    below = np.flatnonzero(curve <= 0.5)
    return float(times[below[0]]) if len(below) else None
