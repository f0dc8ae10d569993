"""How a model does in groups of patients, as plain values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.checks.horizons import day_of
from app.prognosis.checks.refits import Refits
from app.prognosis.cohort import Cohort
from app.prognosis.covariates import SUBGROUPS, Subgrouping
from app.prognosis.gates import A_YEAR
from app.prognosis.validation.subgroups import GroupPerformance, by_group

UNKNOWN = f"no row knows what would part it: {', '.join(each.by for each in SUBGROUPS)}"
"""Why there is no group."""


def subgroups(refits: Refits, cohort: Cohort) -> list[dict[str, Any]] | dict[str, Any]:
    """
    Measure C and observed over expected by age, receptor subtype and line.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    cohort : Cohort
        The same rows with every column that the refit could have used.

    Returns
    -------
    list of dict, or dict
        Small groups have a reason instead of figures; rows of no known group
        are in none; the reason alone, where there is no group at all.
    """
    risk = refits.risk_at(day_of(A_YEAR))
    predictor = refits.predictor(slice(None), refits.fit.coefficients)
    told: list[dict[str, Any]] = []
    for grouping in SUBGROUPS:
        if not cohort.columns.keys() >= set(grouping.covariates):
            continue
        groups = _groups(cohort, grouping)
        known = np.flatnonzero(groups != "")
        if not len(known):
            continue
        days, events = refits.days[known], refits.events[known]
        values = predictor[known], risk[known], groups[known]
        told += [
            _content(grouping.by, each) for each in by_group(days, events, *values, day_of(A_YEAR))
        ]
    return told or {"detail": UNKNOWN}


def _content(by: str, found: GroupPerformance) -> dict[str, Any]:
    c, ratio = found.concordance, found.observed_expected
    return {
        "by": by,
        "group": str(found.group),
        "patients": found.patients,
        "events": found.events,
        "concordance": c.value if c else None,
        "concordance_ci95": c.ci95 if c else None,
        "o_e": ratio.ratio if ratio else None,
        "o_e_ci95": ratio.ci95 if ratio else None,
        "detail": found.detail,
    }


def _groups(cohort: Cohort, grouping: Subgrouping) -> NDArray[np.str_]:
    values = cohort.matrix(grouping.covariates)
    known = ~np.isnan(values).any(axis=1)
    levels, places = np.unique(values[known], axis=0, return_inverse=True)
    names = np.array([grouping.label(*level) for level in levels.tolist()] or [""])
    groups = np.full(len(values), "", dtype=names.dtype)
    groups[known] = names[places.ravel()]
    return groups
