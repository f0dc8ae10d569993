"""A fit that leaves its organisation: baselines whose every step is of several events."""

from dataclasses import dataclass, replace

import numpy as np

from app.prognosis.fitted import Fit
from app.prognosis.survival import Baseline, Counts, Places, Stratum

EVENTS_PER_STEP = 5
"""Events that a step of a shared baseline stands for, at least."""

ROUNDING = 1e-6
"""What differences of sums leave of a whole number of events."""


class TooFewEvents(ValueError):
    """A baseline, or a fit, of which no step can be shared."""


@dataclass(frozen=True)
class DroppedStratum:
    """
    A stratum that is not shared.

    Attributes
    ----------
    stratum : tuple of float or None
        Its values.
    reason : str
        The events that it has and those it needs.
    """

    stratum: Stratum
    reason: str


@dataclass(frozen=True, eq=False)
class SharedFit:
    """
    What may leave, and what was held back.

    Attributes
    ----------
    fit : Fit
        With pooled baselines; the coefficients are those of all strata.
    dropped : tuple of DroppedStratum
        Strata of which nothing is told.
    """

    fit: Fit
    dropped: tuple[DroppedStratum, ...]


def pool_fit(fit: Fit) -> SharedFit:
    """
    Pool the steps of every baseline.

    Parameters
    ----------
    fit : Fit
        Of rows without weights.

    Returns
    -------
    SharedFit
        With the strata that have events enough.

    Raises
    ------
    TooFewEvents
        If no stratum has.
    """
    kept, dropped = [], []
    for baseline in fit.baselines:
        try:
            kept.append(pool_steps(baseline))
        except TooFewEvents as error:
            dropped.append(DroppedStratum(baseline.stratum, str(error)))
    if not kept:
        raise TooFewEvents("; ".join(each.reason for each in dropped))
    return SharedFit(replace(fit, baselines=tuple(kept)), tuple(dropped))


def pool_steps(baseline: Baseline) -> Baseline:
    """
    Merge the steps of a baseline forward in time, until each is of five events or more.

    The hazard of merged steps, with its variance and drift, appears on the last
    of their days, so the curve is right there and too high before. What is left
    at the end joins the step before it. Those at risk are told on the same days
    only: in between, as many as on the next. Follow-up ends with the last event.

    Parameters
    ----------
    baseline : Baseline
        Of rows without weights.

    Returns
    -------
    Baseline
        In which no day but the last of each pooled step is to be seen.

    Raises
    ------
    TooFewEvents
        If all its events together are fewer than one step needs.
    """
    ends = _last_of_each(events_by_step(baseline))
    days = baseline.days[ends]
    return Baseline(
        stratum=baseline.stratum,
        days=days,
        cumulative_hazard=baseline.cumulative_hazard[ends],
        variance=baseline.variance[ends],
        drift=baseline.drift[ends],
        exit_days=days,
        remaining=baseline.at_risk(days),
    )


def events_by_step(baseline: Baseline) -> Counts:
    """
    Find how many events each step is of, at least.

    A step's hazard is a sum of 1 / S0 over its events and its variance that of
    1 / S0^2, so by Cauchy and Schwarz the square of the one over the other is
    at most their number. It is the number where S0 is the same, as with
    Breslow's ties, and above it less one where the tied are few among those at
    risk; where they are most of them, events are missed and none is invented.

    Parameters
    ----------
    baseline : Baseline
        Of rows without weights.

    Returns
    -------
    ndarray of int, shape (t,)
        At least 1, and no more than the rows that ended on each day.
    """
    hazard = np.diff(baseline.cumulative_hazard, prepend=0.0)
    variance = np.diff(baseline.variance, prepend=0.0)
    ratio = np.divide(hazard**2, variance, out=np.ones_like(hazard), where=variance > 0)
    left = -np.diff(baseline.remaining, append=0)[
        np.searchsorted(baseline.exit_days, baseline.days)
    ]
    return np.clip(np.ceil(ratio - ROUNDING), 1, left).astype(np.int64)


def _last_of_each(events: Counts) -> Places:
    """Place the last of the steps that are merged into each."""
    ends, gathered = [], 0
    for place, count in enumerate(events.tolist()):
        gathered += count
        if gathered >= EVENTS_PER_STEP:
            ends.append(place)
            gathered = 0
    if not ends:
        raise TooFewEvents(f"{gathered} events; {EVENTS_PER_STEP} needed")
    ends[-1] = len(events) - 1
    return np.array(ends, dtype=np.intp)
