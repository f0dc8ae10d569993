"""An estimate with its error, and the reasons why there may be none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Flags, Floats, MalformedRows
from app.prognosis.survival import Z95


class NotEstimable(ValueError):
    """The rows say nothing about what was asked, with the numbers of the case."""


class HorizonBeyondFollowUp(NotEstimable):
    """Nobody was observed past the horizon, so no figure stands there."""


@dataclass(frozen=True)
class Estimate:
    """
    A share with its standard error.

    Attributes
    ----------
    value : float
        Between 0 and 1.
    standard_error : float
        By the infinitesimal jackknife over the rows.
    """

    value: float
    standard_error: float

    @property
    def ci95(self) -> tuple[float, float]:
        """The 95 % interval on the plain scale, cut at 0 and 1."""
        reach = Z95 * self.standard_error
        return max(0.0, self.value - reach), min(1.0, self.value + reach)


def estimate(value: float, influence: Floats) -> Estimate:
    """
    Join a value with the error that its influence function gives.

    Parameters
    ----------
    value : float
        The estimate.
    influence : ndarray, shape (n,)
        Its derivative by each row's case weight, summing to zero.

    Returns
    -------
    Estimate
        With the root of the summed squares as standard error.
    """
    return Estimate(float(value), float(np.sqrt((influence**2).sum())))


def check_rows(
    days: ArrayLike, events: ArrayLike, *others: ArrayLike
) -> tuple[Floats, Flags, tuple[Floats, ...]]:
    """
    Check that follow-up and what belongs to it are numbers, one for each row.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen, 0 or more.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    *others : array_like, shape (n,) or (n, ...)
        Predictions and the like.

    Returns
    -------
    tuple of ndarray
        Days, events, and a tuple of the others.

    Raises
    ------
    MalformedRows
        If there is no row, lengths differ, or a number is not finite.
    """
    ends = np.asarray(days, dtype=np.float64)
    flags = np.asarray(events, dtype=np.float64)
    columns = tuple(np.asarray(column, dtype=np.float64) for column in others)
    if ends.ndim != 1 or not len(ends) or ends.shape != flags.shape:
        raise MalformedRows(
            f"days has shape {ends.shape} and events {flags.shape}; rows are needed"
        )
    if any(column.shape[:1] != ends.shape for column in columns):
        shapes = ", ".join(str(column.shape) for column in columns)
        raise MalformedRows(f"{len(ends)} rows of follow-up stand beside {shapes}")
    if not all(np.isfinite(column).all() for column in (ends, *columns)) or (ends < 0).any():
        raise MalformedRows("a time is below zero, or a number is not finite")
    if not np.isin(flags, (0, 1)).all():
        raise MalformedRows("an event is neither 0 nor 1")
    return ends, flags.astype(np.bool_), columns


def check_horizon(days: Floats, horizon: float) -> None:
    """
    Refuse a horizon that nobody was observed past.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Time under observation.
    horizon : float
        In the unit of the days.

    Raises
    ------
    HorizonBeyondFollowUp
        If the horizon is not before the last day of any row, as scikit-survival
        asks too: without a survivor beyond it, nothing is known about it.
    NotEstimable
        If the horizon is not above zero.
    """
    if not horizon > 0:
        raise NotEstimable(f"a horizon of {horizon:g} days is not above zero")
    last = float(days.max())
    if horizon >= last:
        raise HorizonBeyondFollowUp(
            f"follow-up ends on day {last:g}, not after the horizon of {horizon:g}"
        )
