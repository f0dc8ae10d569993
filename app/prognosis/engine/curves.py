"""One patient's survival: a step function with its error, and what is read from it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.survival_band import Limits, SurvivalBand, down_to_half
from app.prognosis.survival import Z95, Baseline, Floats


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
    baseline : Baseline
        Of the patient's stratum.
    distance : ndarray, shape (p,)
        The patient's covariates less the means of the rows.
    ratio : float
        The patient's hazard over that of a patient at the means.
    covariance : ndarray, shape (p, p), or None
        Of the coefficients; None where no error is to be told.
    since : float
        When the patient is known to be event-free; the curve is 1 there.
    """

    baseline: Baseline
    distance: Floats
    ratio: float
    covariance: Floats | None
    since: float

    @property
    def times(self) -> Floats:
        """Event times after `since`, ascending, shape (t,)."""
        return self.baseline.days[int(self.baseline.before([self.since])[0]) :]

    @property
    def steps(self) -> SurvivalBand:
        """The survival at each event time."""
        return self.at(self.times)

    def at(self, times: ArrayLike) -> SurvivalBand:
        """
        Read the survival at some times.

        Parameters
        ----------
        times : array_like, shape (k,)
            None before `since`; in any order. Behind the last row's end the
            curve is flat.

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
        hazard, variance, drift = self._gathered(asked)
        error = None
        if self.covariance is not None:
            pull = np.einsum("ki,ki->k", drift @ self.covariance, drift)
            error = self.ratio * np.sqrt(variance + pull)
        return SurvivalBand(asked, self.ratio * hazard, error)

    def _gathered(self, times: Floats) -> tuple[Floats, Floats, Floats]:
        """Give hazard, its variance and its slope since the start, at the means' hazard."""
        to, start = self.baseline.before(times), self.baseline.before([self.since])
        hazard, variance, drift = (sums[to] - sums[start] for sums in self.baseline.from_nought)
        return hazard, variance, drift - hazard[:, None] * self.distance

    def median(
        self, interval: Callable[[SurvivalBand], Limits | None] = SurvivalBand.interval
    ) -> Median:
        """
        Find when the survival comes down to one half.

        Parameters
        ----------
        interval : callable, default SurvivalBand.interval
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
        time = down_to_half(steps.times, steps.probability)
        limits = interval(steps) or ()
        low, high = [down_to_half(steps.times, limit) for limit in limits] or [None, None]
        bound = None if time is not None else self.baseline.follow_up if low is None else low
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
        if not self.since < horizon <= self.baseline.follow_up:
            end = self.baseline.follow_up
            raise ValueError(f"{horizon:g} is not in ({self.since:g}, {end:g}]")
        times = self.times[: np.searchsorted(self.times, horizon)]
        hazard, variance, slope = self._gathered(times)
        widths = np.diff(times, prepend=self.since, append=horizon)
        areas = widths * np.exp(-np.append(0.0, self.ratio * hazard))
        mean = float(areas.sum())
        if self.covariance is None:
            return RestrictedMean(mean, None, None)
        behind = np.cumsum(areas[:0:-1])[::-1]
        pull = areas[1:] @ slope
        own = np.diff(variance, prepend=0.0) @ behind**2
        error = self.ratio * sqrt(float(own + pull @ self.covariance @ pull))
        low, high = max(mean - Z95 * error, 0.0), min(mean + Z95 * error, horizon - self.since)
        return RestrictedMean(mean, error, (low, high))


def survival_curve(
    baseline: Baseline,
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
    baseline : Baseline
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
    if not 0.0 <= since <= baseline.follow_up:
        raise ValueError(f"{since:g} is not within the follow-up, [0, {baseline.follow_up:g}]")
    # A product of vectors whose last bit hangs on nothing but their numbers.
    ratio = exp(float((x * beta).sum()) + offset)
    return SurvivalCurve(baseline, x, ratio, covariance, since)
