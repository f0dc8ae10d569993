"""The cumulative baseline hazard of each stratum, with what the error of a curve needs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.prognosis.engine.hazard_steps import HazardSteps, hazard_steps
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
    found = [_baseline(rows, steps) for steps in hazard_steps(rows, beta, ties)]
    if strata is None:
        return tuple(found)
    named = zip(found, strata, strict=True)
    return tuple(replace(baseline, stratum=stratum) for baseline, stratum in named)


def _baseline(rows: SurvivalRows, steps: HazardSteps) -> Baseline:
    sums, hazard = steps.sums, steps.hazard
    drift = np.empty((len(sums.times), steps.x.shape[1]))
    for column in range(steps.x.shape[1]):
        drift[:, column] = np.cumsum(sums.by_time(hazard * steps.mean(column)))
    exits, remaining = _from_each(rows.stops[steps.rows])
    entries, awaited = _from_each(np.zeros(0) if rows.starts is None else rows.starts[steps.rows])
    return Baseline(
        stratum=(float(rows.strata[steps.rows.start]),),
        days=sums.times,
        cumulative_hazard=np.cumsum(sums.by_time(hazard)),
        variance=np.cumsum(sums.by_time(hazard / steps.at_risk)),
        drift=drift,
        exit_days=exits,
        remaining=remaining,
        entry_days=entries,
        awaited=awaited,
    )


def _from_each(times: Floats) -> tuple[Floats, Counts]:
    """Find the distinct times, and count those at each or later."""
    distinct, counts = np.unique(times, return_counts=True)
    return distinct, np.cumsum(counts[::-1])[::-1].astype(np.int64)
