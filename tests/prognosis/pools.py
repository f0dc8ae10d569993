"""Studies with one effect of the count, each with a baseline of its own: K3 of the evidence."""

from math import log

import numpy as np

from app.prognosis.cohort import Cohort
from app.prognosis.model import DAYS_PER_MONTH
from tests.prognosis.cohorts import cohort

SIZES = (47,) * 10 + (147,) * 6 + (148,) * 4
"""Twenty studies of 1,944 patients, as in Bidard 2014; the sizes of each are made up."""

HIGH = 911
"""Of them with five cells or more."""

SPREAD = 0.5
"""Standard deviation of the studies' log scales."""

SHAPE = 1.2
"""Of the Weibull law; the exponential one contradicts the published medians (evidence 1.7)."""

MEDIANS = {"overall": (2.78, 30.0), "progression_free": (1.92, 9.0)}
"""The published hazard ratio, and the median of those with few cells in a middle study."""

PUBLISHED = {"overall": (2.42, 3.19), "progression_free": (1.73, 2.14)}
"""Bidard FC et al. Lancet Oncol 2014;15:406-14: 95 % intervals of the stratified model."""


def studies(endpoint: str, seed: int) -> dict[str, Cohort]:
    """Draw the twenty studies; all are followed for six to sixty months."""
    ratio, median = MEDIANS[endpoint]
    draw = np.random.default_rng(seed)
    high = draw.permutation(np.repeat([1.0, 0.0], [HIGH, sum(SIZES) - HIGH]))
    scales = np.exp(draw.normal(0.0, SPREAD, len(SIZES)))
    study = np.repeat(np.arange(len(SIZES)), SIZES)
    # S(t) = exp(-log 2 (t / (median scale))^k HR^high).
    hazard = draw.exponential(size=len(study)) / (log(2) * ratio**high)
    lived = median * DAYS_PER_MONTH * scales[study] * hazard ** (1 / SHAPE)
    followed = draw.uniform(6, 60, len(study)) * DAYS_PER_MONTH
    days, died = np.ceil(np.minimum(lived, followed)), lived <= followed
    return {
        f"study-{number + 1:02}": cohort(
            days[study == number], died[study == number], {"ctc_high": high[study == number]}
        )
        for number in range(len(SIZES))
    }


def together(cohorts: dict[str, Cohort]) -> Cohort:
    """Put the patients of all studies into one cohort, as if they were of one."""
    parts = list(cohorts.values())
    return cohort(
        np.concatenate([each.days for each in parts]),
        np.concatenate([each.events for each in parts]),
        {name: np.concatenate([each.columns[name] for each in parts]) for name in parts[0].columns},
    )
