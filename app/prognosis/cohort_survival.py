"""How long the patients of a cohort lived, by group: observed, with no model in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.kaplan_meier import Curve, survival
from app.prognosis.log_rank import ChiSquared, log_rank
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.survival import Z95

Interval = tuple[float | None, float | None]

SMALLEST_CELL = 5
"""Patients below which a group is not shown, nor a curve where fewer are at risk."""

HORIZONS = (6, 12, 24, 36, 60)
"""Months at which survival is told."""

NOBODY = -1
"""The code of a patient whose group is not known."""


@dataclass(frozen=True)
class Step:
    """
    One time of a curve.

    Attributes
    ----------
    months : float
        Since the clock's start.
    probability : float
        Survival from then to the next time.
    ci95 : tuple of float or None
        On the log(-log) scale; None where nobody survives.
    at_risk : int
        Patients under observation just before.
    """

    months: float
    probability: float
    ci95: tuple[float, float] | None
    at_risk: int


@dataclass(frozen=True)
class AtHorizon:
    """
    Survival at a horizon.

    Attributes
    ----------
    months : int
        The horizon.
    probability : float
        Of surviving it.
    ci95 : tuple of float or None
        On the log(-log) scale; None where nobody survives.
    at_risk : int
        Patients followed to the horizon or past it.
    """

    months: int
    probability: float
    ci95: tuple[float, float] | None
    at_risk: int


def at_least(count: int) -> int | None:
    """
    Keep a count to itself that is small.

    Parameters
    ----------
    count : int
        Of patients.

    Returns
    -------
    int or None
        None where it is above zero and below `SMALLEST_CELL`.
    """
    return count if count == 0 or count >= SMALLEST_CELL else None


@dataclass(frozen=True)
class RestrictedMean:
    """
    The time lived up to a horizon, on average.

    Attributes
    ----------
    months : float
        At most the horizon.
    standard_error : float
        In months.
    """

    months: float
    standard_error: float

    @property
    def ci95(self) -> tuple[float, float]:
        """Normal limits."""
        reach = Z95 * self.standard_error
        return self.months - reach, self.months + reach


@dataclass(frozen=True)
class GroupSurvival:
    """
    What became of the patients of one group.

    Attributes
    ----------
    group : str
        Its name.
    patients, events : int
        In the group.
    median : float or None
        Months; None where it is not reached.
    median_ci95 : tuple of float or None
        Each limit None where it is not reached.
    survival : tuple of AtHorizon
        At the horizons that at least `SMALLEST_CELL` patients were followed to.
    restricted_mean : RestrictedMean or None
        Up to the horizon of all groups; None where there is none.
    curve : tuple of Step
        As long as `SMALLEST_CELL` are at risk.
    """

    group: str
    patients: int
    events: int
    median: float | None
    median_ci95: Interval
    survival: tuple[AtHorizon, ...]
    restricted_mean: RestrictedMean | None
    curve: tuple[Step, ...]


@dataclass(frozen=True)
class Difference:
    """
    Months that one group lived longer than another, up to the horizon of both.

    Attributes
    ----------
    group, against : str
        Their names.
    months : float
        Restricted mean of the group less that of the other.
    ci95 : tuple of float
        Normal limits.
    """

    group: str
    against: str
    months: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class CohortSurvival:
    """
    Survival by group.

    Attributes
    ----------
    groups : tuple of GroupSurvival
        In their order; those of fewer than `SMALLEST_CELL` are left out.
    suppressed : tuple of str
        The groups that were left out; the empty ones are not named.
    patients, events : int
        In the groups that are shown.
    horizon_months : float or None
        Up to which months lived are averaged: as long as `SMALLEST_CELL` of every
        group are at risk; None with fewer than two groups.
    log_rank : ChiSquared or None
        Whether the groups share one hazard; None where it cannot be asked.
    trend : ChiSquared or None
        Whether the hazard rises or falls over ordered groups; None where they
        have no order or it cannot be asked.
    differences : tuple of Difference
        Of each pair of groups.
    """

    groups: tuple[GroupSurvival, ...]
    suppressed: tuple[str, ...]
    patients: int
    events: int
    horizon_months: float | None
    log_rank: ChiSquared | None
    trend: ChiSquared | None
    differences: tuple[Difference, ...]


def survival_by_group(
    days: ArrayLike,
    events: ArrayLike,
    groups: ArrayLike,
    names: Sequence[str],
    *,
    ordered: bool,
) -> CohortSurvival:
    """
    Estimate survival in each group and compare the groups.

    Parameters
    ----------
    days : array_like of float, shape (n,)
        Days from the clock's start to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether the event happened on that day.
    groups : array_like of int, shape (n,)
        The place of each patient's group in `names`; `NOBODY` where it is not known.
    names : sequence of str, length k
        The groups; where they have an order, in that order.
    ordered : bool
        Whether they have one.

    Returns
    -------
    CohortSurvival
        Without a number of any group that is too small to be shown.
    """
    ends, happened = np.asarray(days, dtype=np.float64), np.asarray(events, dtype=np.bool_)
    of = np.asarray(groups, dtype=np.intp)
    sizes = np.bincount(of[of != NOBODY], minlength=len(names))
    shown = np.flatnonzero(sizes >= SMALLEST_CELL)
    curves = {code: survival(ends[of == code], happened[of == code]) for code in shown.tolist()}
    horizon = _horizon(list(curves.values())) if len(curves) > 1 else None
    found = [_group(names[code], curve, horizon) for code, curve in curves.items()]
    kept = np.isin(of, shown)
    tested = log_rank(ends[kept], happened[kept], np.searchsorted(shown, of[kept]), len(shown))
    can_be_tested = int((tested.expected > 0.0).sum()) > 1
    return CohortSurvival(
        groups=tuple(found),
        suppressed=tuple(
            names[code] for code in np.flatnonzero((sizes > 0) & (sizes < SMALLEST_CELL)).tolist()
        ),
        patients=int(kept.sum()),
        events=int(happened[kept].sum()),
        horizon_months=None if horizon is None else horizon / DAYS_PER_MONTH,
        log_rank=tested.test() if can_be_tested else None,
        trend=tested.trend(shown) if can_be_tested and ordered else None,
        differences=tuple(_differences(found)),
    )


def _horizon(curves: Sequence[Curve]) -> float | None:
    """Find the last day on which enough of every group are at risk."""
    last = min(float(curve.times[_shown(curve) - 1]) for curve in curves)
    return last if last > 0.0 else None


def _shown(curve: Curve) -> int:
    """Count the times of a curve at which enough are at risk; at the first one all are."""
    return int((curve.at_risk >= SMALLEST_CELL).sum())


def _group(name: str, curve: Curve, horizon: float | None) -> GroupSurvival:
    low, high = (limit / DAYS_PER_MONTH if limit else limit for limit in curve.median_ci95())
    median = curve.median()
    return GroupSurvival(
        group=name,
        patients=int(curve.at_risk[0]),
        events=int(curve.events.sum()),
        median=None if median is None else median / DAYS_PER_MONTH,
        median_ci95=(low, high),
        survival=tuple(_at_horizons(curve)),
        restricted_mean=None
        if horizon is None
        else RestrictedMean(*(part / DAYS_PER_MONTH for part in curve.restricted_mean(horizon))),
        curve=tuple(
            Step(
                float(curve.times[place]) / DAYS_PER_MONTH,
                float(curve.probability[place]),
                _limits(curve, place),
                int(curve.at_risk[place]),
            )
            for place in range(_shown(curve))
        ),
    )


def _at_horizons(curve: Curve) -> Iterator[AtHorizon]:
    for months in HORIZONS:
        day = months * DAYS_PER_MONTH
        later = int(np.searchsorted(curve.times, day))
        followed = int(curve.at_risk[later]) if later < len(curve.times) else 0
        if followed >= SMALLEST_CELL:
            place = int(np.searchsorted(curve.times, day, side="right")) - 1
            ci95 = _limits(curve, place) if place >= 0 else (1.0, 1.0)
            yield AtHorizon(months, curve.at(day), ci95, followed)


def _limits(curve: Curve, place: int) -> tuple[float, float] | None:
    low, high = (float(limit[place]) for limit in curve.ci95)
    return None if np.isnan(low) else (low, high)


def _differences(groups: Sequence[GroupSurvival]) -> Iterator[Difference]:
    means = [(each.group, each.restricted_mean) for each in groups if each.restricted_mean]
    for (group, mean), (against, other) in combinations(means, 2):
        errors = mean.standard_error, other.standard_error
        apart = RestrictedMean(mean.months - other.months, hypot(*errors))
        yield Difference(group, against, apart.months, apart.ci95)
