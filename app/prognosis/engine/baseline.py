"""The cumulative baseline hazard of each stratum, with what the error of a curve needs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.prognosis.engine.likelihood import Steps, steps_at
from app.prognosis.engine.risk_sets import RiskSets, changes, risk_sets
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties
from app.prognosis.survival import Baseline, Counts, Stratum


def baselines(
    rows: SurvivalRows,
    beta: Floats,
    *,
    ties: Ties = "efron",
    strata: Sequence[Stratum] | None = None,
) -> tuple[Baseline, ...]:
    """
    Estimate each stratum's cumulative hazard at the covariate means.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of the fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.
    ties : {"efron", "breslow"}
        How tied events share their risk set.
    strata : sequence of tuple or None, optional
        What to call each stratum, in the order of the codes; by its code
        unless given.

    Returns
    -------
    tuple of Baseline
        In the order of the strata's codes; a stratum without an event has no
        times.

    References
    ----------
    Therneau TM, Grambsch PM. Modeling Survival Data. Springer 2000, 10.2.
    """
    sets = risk_sets(rows)
    steps = steps_at(sets, np.ascontiguousarray(beta, dtype=np.float64), ties)
    edges = np.searchsorted(sets.times.strata, np.arange(len(rows.blocks()) + 1))
    parts = zip(rows.blocks(), edges[:-1], edges[1:], strict=True)
    found = [_baseline(rows, block, sets, steps, slice(low, high)) for block, low, high in parts]
    if strata is None:
        return tuple(found)
    named = zip(found, strata, strict=True)
    return tuple(replace(baseline, stratum=stratum) for baseline, stratum in named)


def _baseline(
    rows: SurvivalRows, block: slice, sets: RiskSets, steps: Steps, times: slice
) -> Baseline:
    exits, remaining = _from_each(rows.stops[block])
    entries, awaited = _from_each(
        np.zeros(0) if rows.starts is None else np.sort(rows.starts[block])
    )
    return Baseline(
        stratum=(float(rows.strata[block.start]),),
        days=sets.times.stops[times],
        cumulative_hazard=np.cumsum(steps.hazard[times]),
        variance=np.cumsum(steps.variance[times]),
        drift=np.cumsum(steps.drift[times], axis=0),
        exit_days=exits,
        remaining=remaining,
        entry_days=entries,
        awaited=awaited,
    )


def _from_each(ascending: Floats) -> tuple[Floats, Counts]:
    """Find the distinct times, and count those at each or later."""
    first = np.flatnonzero(changes(ascending))
    return ascending[first], len(ascending) - first
