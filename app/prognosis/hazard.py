"""One patient's hazard as numbers, from the fit it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, floor

import numpy as np

from app.prognosis.answer import (
    Conditional,
    Contribution,
    CurveStep,
    Interval,
    MedianSurvival,
    SurvivalAt,
)
from app.prognosis.basis import Basis
from app.prognosis.covariates import COUNT, REGISTRY, count_terms, value_of
from app.prognosis.engine.survival_band import down_to_half
from app.prognosis.gates import AT_RISK_NEEDED
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.patient import FollowUp, Known
from app.prognosis.risk_group import repeat_draw_quantiles
from app.prognosis.survival import Floats

CONDITIONAL_AFTER_DAYS = 30
"""Days from the clock's start after which survival so far changes the answer."""


def day_of(months: float) -> int:
    """
    Turn a horizon into the day at which the step functions are read.

    Parameters
    ----------
    months : float
        Months of 30.4375 days.

    Returns
    -------
    int
        Whole days.
    """
    return floor(DAYS_PER_MONTH * months)


def support(basis: Basis) -> float:
    """
    Find the last day with enough patients at risk to speak of.

    Parameters
    ----------
    basis : Basis
        Whose stratum is meant.

    Returns
    -------
    float
        Days; 0 where there never were enough.
    """
    baseline = basis.fit.baseline(basis.stratum)
    enough = np.flatnonzero(baseline.remaining >= AT_RISK_NEEDED)
    return float(baseline.exit_days[enough[-1]]) if enough.size else 0.0


def contributions(basis: Basis) -> tuple[Contribution, ...]:
    """
    Split the log hazard ratio by covariate.

    Parameters
    ----------
    basis : Basis
        A fit and a patient.

    Returns
    -------
    tuple of Contribution
        In the fit's order; they sum to the log of the hazard ratio.
    """
    fit = basis.fit
    columns = (basis.x, fit.means, fit.coefficients, fit.contributions(basis.x))
    rows = zip(fit.covariates, *(column.tolist() for column in columns), strict=True)
    return tuple(Contribution(*row) for row in rows)


@dataclass(frozen=True)
class Alive:
    """The day after the clock's start on which a person was last known event-free."""

    on: date
    day: int


def known_alive(basis: Basis, follow_up: FollowUp | None, asked_on: date) -> Alive | None:
    """
    Tell since when survival has to be counted anew.

    Parameters
    ----------
    basis : Basis
        With the clock's start.
    follow_up : FollowUp or None
        What became of the person.
    asked_on : datetime.date
        The day of asking.

    Returns
    -------
    Alive or None
        None within 30 days of the start, and where nobody saw the person
        alive after it; an endpoint that was reached has no answer at all.
    """
    start = basis.clock.start
    alive_on = follow_up.last_known_alive_on if follow_up else None
    if follow_up is None or alive_on is None or alive_on <= start:
        return None
    if (asked_on - start).days <= CONDITIONAL_AFTER_DAYS:
        return None
    return Alive(alive_on, (alive_on - start).days)


@dataclass(frozen=True, eq=False)
class Course:
    """
    One person's survival from the clock's start to the end of the support.

    Attributes
    ----------
    basis : Basis
        The fit and the patient.
    support : float
        The last day with enough patients at risk.
    days : ndarray, shape (t,)
        Every event day up to then.
    cumulative_hazard : ndarray, shape (t,)
        The person's own, at those days.
    limits : tuple of ndarray, shape (t,), or None
        The 95 % limits of survival at those days; None when penalised.
    """

    basis: Basis
    support: float
    days: Floats
    cumulative_hazard: Floats
    limits: tuple[Floats, Floats] | None


def course_of(basis: Basis) -> Course:
    """
    Predict a person's whole course once, for every figure that is read from it.

    Parameters
    ----------
    basis : Basis
        A fit and a patient.

    Returns
    -------
    Course
        Without an event day where there never were enough patients at risk.
    """
    last = support(basis)
    days = basis.fit.baseline(basis.stratum).days
    days = days[: np.searchsorted(days, last, side="right")]
    band = basis.fit.survival(basis.x, days, basis.stratum)
    return Course(basis, last, days, band.cumulative_hazard, band.interval())


def survival_at(
    course: Course, at_risk: Mapping[int, int], alive: Alive | None
) -> tuple[SurvivalAt, ...]:
    """
    Read survival to each horizon.

    Parameters
    ----------
    course : Course
        A person's.
    at_risk : mapping of int to int
        By the horizon in months, within the support, the training patients
        still at risk there.
    alive : Alive or None
        When the person was last known event-free.

    Returns
    -------
    tuple of SurvivalAt
        One per horizon, in their order.
    """
    days = [day_of(months) for months in at_risk]
    places = np.searchsorted(course.days, days, side="right").tolist()
    hazards = [_hazard_before(course, place) for place in places]
    repeats = _repeat_draw_factors(course.basis)
    conditional = _conditional(course.basis, days, alive)
    rows = zip(at_risk.items(), places, hazards, conditional, strict=True)
    return tuple(
        SurvivalAt(
            months=months,
            cumulative_hazard=hazard,
            probability=exp(-hazard),
            ci95=_limits_before(course, place),
            at_risk=patients,
            repeat_draw_range=_repeat_draw_range(hazard, repeats),
            conditional=given,
        )
        for (months, patients), place, hazard, given in rows
    )


def median_survival(course: Course) -> MedianSurvival:
    """
    Read the median and invert the band around it, within the support.

    Parameters
    ----------
    course : Course
        A person's.

    Returns
    -------
    MedianSurvival
        Not reached where survival is above one half on the last supported
        day, which then is the lower bound.

    References
    ----------
    Brookmeyer R, Crowley J. Biometrics 1982;38:29-41.
    """
    median = _half(course, np.exp(-course.cumulative_hazard))
    if median is None:
        return MedianSurvival(None, None, course.support / DAYS_PER_MONTH)
    if course.limits is None:
        return MedianSurvival(median, None, None)
    low, high = (_half(course, limit) for limit in course.limits)
    return MedianSurvival(median, (low, high), None)


def curve(course: Course) -> tuple[CurveStep, ...]:
    """
    Trace the survival curve to the end of the support.

    Parameters
    ----------
    course : Course
        A person's.

    Returns
    -------
    tuple of CurveStep
        From month 0; the last step ends the curve and need not fall.
    """
    days = [0.0, *course.days.tolist(), course.support]
    places = [*range(course.days.size + 1), course.days.size]
    return tuple(
        CurveStep(
            day / DAYS_PER_MONTH,
            exp(-_hazard_before(course, place)),
            _limits_before(course, place),
        )
        for day, place in zip(days, places, strict=True)
    )


def _half(course: Course, curve: Floats) -> float | None:
    day = down_to_half(course.days, curve)
    return None if day is None else day / DAYS_PER_MONTH


def _hazard_before(course: Course, place: int) -> float:
    # Before the first event there is none.
    return float(course.cumulative_hazard[place - 1]) if place else 0.0


def _limits_before(course: Course, place: int) -> Interval | None:
    if course.limits is None:
        return None
    low, high = course.limits
    return (float(low[place - 1]), float(high[place - 1])) if place else (1.0, 1.0)


def _conditional(
    basis: Basis, days: Sequence[int], alive: Alive | None
) -> list[Conditional] | list[None]:
    if alive is None:
        return [None] * len(days)
    # A horizon that the person is known to have outlived is certain.
    since = min(alive.day, max(days, default=0))
    later = [max(day, since) for day in days]
    band = basis.fit.curve(basis.x, basis.stratum, since=since).at(later)
    probabilities, limits = band.probability.tolist(), band.interval()
    if limits is None:
        return [Conditional(alive.on, probability, None) for probability in probabilities]
    rows = zip(probabilities, limits[0].tolist(), limits[1].tolist(), strict=True)
    return [Conditional(alive.on, probability, (low, high)) for probability, low, high in rows]


def _repeat_draw_factors(basis: Basis) -> Interval | None:
    # Hazard ratios of the low and of the high repeat count against the count that was found.
    fact = basis.clock.known.get(COUNT)
    terms = count_terms(basis.fit.covariates)
    if not terms or fact is None or not isinstance(fact.value, int):
        return None
    low, high = (_hazard_ratio_of(basis, terms, n) for n in repeat_draw_quantiles(fact.value))
    return low, high


def _hazard_ratio_of(basis: Basis, terms: Iterable[str], count: int) -> float:
    known, log_ratio = {COUNT: Known(count, None)}, 0.0
    for name in terms:
        place = basis.fit.covariates.index(name)
        value = value_of(REGISTRY[name], known, basis.clock.start) or 0.0
        log_ratio += float(basis.fit.coefficients[place] * (value - basis.x[place]))
    return exp(log_ratio)


def _repeat_draw_range(hazard: float, factors: Interval | None) -> Interval | None:
    if factors is None:
        return None
    low, high = sorted(exp(-hazard * factor) for factor in factors)
    return low, high
