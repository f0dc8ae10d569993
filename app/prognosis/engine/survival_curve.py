"""One patient's survival: a step function with its error, and what is read from it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.baseline import StepBaseline
from app.prognosis.engine.rows import Floats
from app.prognosis.engine.survival_band import Limits, SurvivalBand
from app.prognosis.survival import Z95


@dataclass(frozen=True)
class Median:
    """
    The time by which half of such patients have had the event.

    Attributes
    ----------
    time : float or None
        The first at which survival is at most one half; None if the curve
        does not come down to it.
    ci95 : tuple of (float or None)
        Where the band's lower and upper limits come down to one half; None
        for a limit that does not. Both None without an error.
    lower_bound : float or None
        Where the median is not reached, a time that it exceeds: that of the
        lower limit, or else the end of follow-up.
    """

    time: float | None
    ci95: tuple[float | None, float | None]
    lower_bound: float | None


@dataclass(frozen=True)
class RestrictedMean:
    """
    The mean time without the event within a horizon.

    Attributes
    ----------
    estimate : float
        Area under the curve, counted from where the curve starts.
    standard_error : float or None
        None without a covariance.
    ci95 : tuple of float or None
        Within nought and the horizon's length; None without an error.
    """

    estimate: float
    standard_error: float | None
    ci95: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """
    One patient's survival as a step function of time.

    Attributes
    ----------
    since : float
        When the patient is known to be event-free; the curve is 1 there.
    follow_up : float
        When the last row of the fit ended; the curve is flat behind it.
    times : ndarray, shape (t,)
        Event times after `since`, ascending.
    cumulative_hazard : ndarray, shape (t,)
        The patient's, gathered since `since`.
    variance : ndarray, shape (t,)
        Of the cumulative hazard, were the coefficients known.
    slope : ndarray, shape (t, p)
        Of the cumulative hazard, by coefficient.
    covariance : ndarray, shape (p, p), or None
        Of the coefficients; None where no error is to be told.
    """

    since: float
    follow_up: float
    times: Floats
    cumulative_hazard: Floats
    variance: Floats
    slope: Floats
    covariance: Floats | None

    @property
    def steps(self) -> SurvivalBand:
        """The survival at each event time."""
        return SurvivalBand(self.times, self.cumulative_hazard, self._standard_error())

    def at(self, times: ArrayLike) -> SurvivalBand:
        """
        Read the survival at some times.

        Parameters
        ----------
        times : array_like, shape (k,)
            None before `since`; in any order.

        Returns
        -------
        SurvivalBand
            At those times.

        Raises
        ------
        ValueError
            If a time precedes `since`.
        """
        asked = np.asarray(times, dtype=np.float64)
        if (asked < self.since).any():
            raise ValueError(f"a time precedes {self.since:g}, where the curve starts")
        places = np.searchsorted(self.times, asked, side="right")
        hazard, error = self.cumulative_hazard, self._standard_error()
        return SurvivalBand(
            times=asked,
            cumulative_hazard=np.append(0.0, hazard)[places],
            standard_error=None if error is None else np.append(0.0, error)[places],
        )

    def median(
        self, interval: Callable[[SurvivalBand], Limits | None] = SurvivalBand.log_interval
    ) -> Median:
        """
        Find when the survival comes down to one half.

        Parameters
        ----------
        interval : callable, default SurvivalBand.log_interval
            The band whose limits are followed down to one half.

        Returns
        -------
        Median
            In the unit of the rows' times, from their start.

        References
        ----------
        Brookmeyer R, Crowley J. Biometrics 1982;38:29-41.
        """
        steps = self.steps
        low, high = (self._down_to_half(limit) for limit in interval(steps) or (None, None))
        time = self._down_to_half(steps.probability)
        bound = None if time is not None else self.follow_up if low is None else low
        return Median(time, (low, high), bound)

    def restricted_mean(self, horizon: float) -> RestrictedMean:
        """
        Compute the mean time without the event from `since` to a horizon.

        Parameters
        ----------
        horizon : float
            After `since` and within follow-up, in the unit of the rows' times.

        Returns
        -------
        RestrictedMean
            With an error from the covariance of the cumulative hazard at any
            two times. R prints that of a Kaplan-Meier curve, even for a Cox
            model.

        Raises
        ------
        ValueError
            If the horizon is not after `since` or lies behind follow-up.

        References
        ----------
        Zucker DM. J Am Stat Assoc 1998;93:702-9.
        """
        if not self.since < horizon <= self.follow_up:
            raise ValueError(f"{horizon:g} is not in ({self.since:g}, {self.follow_up:g}]")
        within = int(np.searchsorted(self.times, horizon))
        widths = np.diff(self.times[:within], prepend=self.since, append=horizon)
        areas = widths * np.exp(-np.append(0.0, self.cumulative_hazard[:within]))
        mean = float(areas.sum())
        if self.covariance is None:
            return RestrictedMean(mean, None, None)
        error = self._error_of_area(areas[1:], self.covariance)
        low, high = max(mean - Z95 * error, 0.0), min(mean + Z95 * error, horizon - self.since)
        return RestrictedMean(mean, error, (low, high))

    def _error_of_area(self, areas: Floats, covariance: Floats) -> float:
        """Standard error of the area, of which `areas` is the part behind each event time."""
        within = len(areas)
        behind = np.cumsum(areas[::-1])[::-1]
        increments = np.diff(self.variance[:within], prepend=0.0)
        slope = areas @ self.slope[:within]
        return sqrt(float(increments @ behind**2 + slope @ covariance @ slope))

    def _standard_error(self) -> Floats | None:
        if self.covariance is None:
            return None
        pull = np.einsum("ki,ki->k", self.slope @ self.covariance, self.slope)
        return np.asarray(np.sqrt(self.variance + pull))

    def _down_to_half(self, curve: Floats | None) -> float | None:
        below = [] if curve is None else self.times[curve <= 0.5].tolist()
        return float(below[0]) if below else None


def survival_curve(
    baseline: StepBaseline,
    x: Floats,
    beta: Floats,
    covariance: Floats | None,
    *,
    offset: float = 0.0,
    since: float = 0.0,
) -> SurvivalCurve:
    """
    Predict a patient's survival, given that there was no event up to a time.

    Parameters
    ----------
    baseline : StepBaseline
        Of the patient's stratum.
    x : ndarray, shape (p,)
        The patient's covariates less the means of the rows.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    covariance : ndarray, shape (p, p), or None
        Of `beta`; None where no error is to be told, as under a penalty.
    offset : float
        Log hazard ratio known beforehand.
    since : float
        When the patient is known to be event-free: S(t) / S(since) is told.

    Returns
    -------
    SurvivalCurve
        From `since` on.

    Raises
    ------
    ValueError
        If `x` does not hold p finite numbers, or `since` lies outside the
        follow-up.

    References
    ----------
    Tsiatis AA. Ann Stat 1981;9:93-108. Therneau TM, Grambsch PM. Modeling
    Survival Data. Springer 2000, 10.2.
    """
    if np.shape(x) != np.shape(beta) or not np.isfinite(x).all():
        raise ValueError(f"not {len(beta)} finite numbers")
    if not 0.0 <= since < baseline.follow_up:
        raise ValueError(f"{since:g} is not within the follow-up, [0, {baseline.follow_up:g})")
    ratio = exp(float(x @ beta) + offset)
    start = int(baseline.before([since])[0])
    gathered = (sums[start + 1 :] - sums[start] for sums in baseline.from_nought)
    hazard, variance, drift = gathered
    return SurvivalCurve(
        since=since,
        follow_up=baseline.follow_up,
        times=baseline.times[start:],
        cumulative_hazard=ratio * hazard,
        variance=ratio**2 * variance,
        slope=ratio * (hazard[:, None] * x - drift),
        covariance=covariance,
    )
