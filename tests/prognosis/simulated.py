"""Cohorts drawn from a known proportional-hazards law, so that every true value is at hand.

Times are drawn from a Weibull law and rounded up to whole days, and patients are censored at whole
days with the events of the day counted: then an event on or before day t is one at or before time
t, and the true survival past a day is that of the continuous law, without any error of rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from app.prognosis.cohort import Cohort, Floats
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.patient import Known, Value
from app.prognosis.simulation import (
    ACCRUAL,
    DEATH_MEDIAN,
    EFFECTS,
    LOG_COUNT,
    MOST_CELLS,
    PROGRESSION_MEDIAN,
    PROGRESSION_SHARE,
    SHAPE,
    TYPICAL,
)
from app.prognosis.training import TrainingTable
from tests.prognosis.cohorts import CUTOFF, TrainingRow, a_table, cohort

FOUR = ("log1p_ctc", "age", "line_of_therapy", "visceral_metastasis")
"""Covariates of the smaller law: two continuous, an ordinal and a binary one."""

EIGHT = tuple(EFFECTS)
"""Covariates of the law of the demonstration."""

Random = np.random.Generator


@dataclass(frozen=True)
class Law:
    """
    A Weibull law of the time to the event with proportional hazards.

    A patient with the covariates of `TYPICAL` has the median; the effects are log hazard ratios.
    """

    effects: Mapping[str, float]
    median_days: float
    shape: float = SHAPE

    def log_ratio(self, values: Mapping[str, Floats | float]) -> Floats | float:
        """Weigh the covariates against those of the typical patient."""
        return sum(b * (values[name] - TYPICAL[name]) for name, b in self.effects.items())

    def survival(self, values: Mapping[str, float], day: float) -> float:
        """Tell the true probability of being event-free past a day."""
        hazard = log(2) * (day / self.median_days) ** self.shape
        return exp(-hazard * exp(float(self.log_ratio(values))))

    def days(self, random: Random, values: Mapping[str, Floats]) -> Floats:
        """Draw a whole day of the event for each patient."""
        ratio = np.exp(self.log_ratio(values))
        spent = random.exponential(size=ratio.shape) / (log(2) * ratio)
        return np.ceil(self.median_days * spent ** (1 / self.shape))


DEATH = Law({name: EFFECTS[name] for name in FOUR}, DEATH_MEDIAN * DAYS_PER_MONTH)
"""Death by four covariates, at the published medians."""

SLOW = Law(EFFECTS, DEATH_MEDIAN * DAYS_PER_MONTH)
"""Death as in the demonstration: 29 of 100 within a year."""

FAST = Law(EFFECTS, 12 * DAYS_PER_MONTH)
"""The same with half of the typical patients dead within a year."""

PROGRESSION = Law(
    {name: PROGRESSION_SHARE * effect for name, effect in EFFECTS.items()},
    PROGRESSION_MEDIAN * DAYS_PER_MONTH,
)
"""Progression or death as in the demonstration: 70 of 100 within a year."""


def seeded(*key: int) -> Random:
    """Start the stream of one cohort of one design."""
    return np.random.default_rng(key)


def counts(random: Random, n: int) -> Floats:
    """Draw counts as the demonstration does."""
    return np.minimum(np.floor(np.exp(random.normal(*LOG_COUNT, n))), MOST_CELLS)


def patients(random: Random, n: int) -> dict[str, Floats]:
    """Draw covariates with the shares of the demonstration."""
    er = random.random(n) < 0.72
    return {
        "log1p_ctc": np.log1p(counts(random, n)),
        "line_of_therapy": 1.0 + random.choice(3, n, p=(0.60, 0.25, 0.15)),
        "visceral_metastasis": (random.random(n) < 0.59).astype(np.float64),
        "ecog": random.choice(4, n, p=(0.45, 0.38, 0.14, 0.03)).astype(np.float64),
        "er_positive": er.astype(np.float64),
        "her2_positive": (random.random(n) < 0.18).astype(np.float64),
        "pr_positive": (random.random(n) < np.where(er, 0.80, 0.12)).astype(np.float64),
        "age": np.round(np.clip(random.normal(58, 12, n), 26, 90)),
    }


def followed(days: Floats, ends: Floats, columns: Mapping[str, Floats]) -> Cohort:
    """Censor at the ends, the events of that day counted."""
    return cohort(np.minimum(days, ends), days <= ends, columns)


def accrued(random: Random, law: Law, n: int, shortest: int) -> Cohort:
    """
    Draw patients over the years of the demonstration, all followed to the cut-off or the event.

    The last blood was drawn the shortest follow-up before the cut-off, in days.
    """
    columns = patients(random, n)
    ends = random.integers(shortest, ACCRUAL.days, n).astype(np.float64)
    found = followed(law.days(random, columns), ends, columns)
    starts = np.datetime64(CUTOFF, "D") - ends.astype("timedelta64[D]")
    return replace(found, starts=starts.astype("datetime64[D]"))


def censoring(random: Random, pattern: str, n: int) -> Floats:
    """
    Draw whole days at which patients are seen for the last time.

    Of the law `DEATH`, accrual over six years censors 42 in 100; loss at a constant rate, from the
    first week on, 55; and accrual over two years 72.
    """
    if pattern == "accrual":
        return random.integers(60, 2190, n).astype(np.float64)
    if pattern == "loss":
        return np.ceil(random.exponential(900, n))
    assert pattern == "short"
    return random.integers(60, 730, n).astype(np.float64)


def of_pattern(random: Random, pattern: str, n: int) -> Cohort:
    """Draw patients of the law `DEATH` under a pattern of censoring."""
    columns = patients(random, n)
    return followed(DEATH.days(random, columns), censoring(random, pattern, n), columns)


ER_NEGATIVE = replace(DEATH, median_days=DEATH.median_days / 2, shape=0.9)
"""The same effects on another baseline, whose hazard falls where the first one rises."""


def in_two_strata(random: Random, n: int) -> Cohort:
    """Draw patients whose baseline hazard hangs on the oestrogen receptor, their effects not."""
    columns = patients(random, n)
    positive, negative = (law.days(random, columns) for law in (DEATH, ER_NEGATIVE))
    days = np.where(columns["er_positive"] == 1, positive, negative)
    return followed(days, censoring(random, "accrual", n), columns)


def crossing(random: Random, n: int, ratio: float, day: float) -> Cohort:
    """
    Draw patients in whom visceral metastasis multiplies the hazard early and divides it later.

    Both by the same ratio, and at one day for all; the other covariates act as in `DEATH`.
    """
    columns = patients(random, n)
    sign = np.where(columns["visceral_metastasis"] == 1, log(ratio), 0.0)
    others = {name: b for name, b in DEATH.effects.items() if name != "visceral_metastasis"}
    risk = np.exp(replace(DEATH, effects=others).log_ratio(columns))
    spent = random.exponential(size=n) / (log(2) * risk)
    turn = (day / DEATH.median_days) ** SHAPE
    # Operational time runs exp(sign) times as fast before the turn, exp(-sign) times after it.
    early = spent * np.exp(-sign)
    passed = np.where(early <= turn, early, turn + (spent - turn * np.exp(sign)) * np.exp(sign))
    days = np.ceil(DEATH.median_days * passed ** (1 / SHAPE))
    return followed(days, censoring(random, "accrual", n), columns)


NO_EFFECT = Law(dict.fromkeys(EIGHT, 0.0), DEATH.median_days)
"""Death at the median of `DEATH` whatever the covariates."""


def unrelated(random: Random, n: int) -> Cohort:
    """Draw patients whose course has nothing to do with their covariates."""
    columns = patients(random, n)
    days = NO_EFFECT.days(random, columns)
    return followed(days, censoring(random, "accrual", n), columns)


def standard_error(share: float, draws: int) -> float:
    """Compute the binomial standard error of a share."""
    return float(np.sqrt(share * (1 - share) / draws))


def training_rows_of(found: Cohort) -> TrainingTable:
    """Tell of each patient what the eight covariates are read from."""
    columns = {name: column.tolist() for name, column in found.columns.items()}
    rows = (
        _training_row(found, place, {name: columns[name][place] for name in EIGHT})
        for place in range(len(found))
    )
    return a_table(rows)


def _training_row(found: Cohort, place: int, values: Mapping[str, float]) -> TrainingRow:
    start = found.starts[place].item()
    facts = facts_of(values, start.year)
    return TrainingRow(
        patient_id=found.keys[place],
        accession_number=f"L-{found.keys[place]}",
        start=start,
        days=float(found.days[place]),
        event=bool(found.events[place]),
        known={name: Known(value, start) for name, value in facts.items()},
    )


def facts_of(values: Mapping[str, float], year: int) -> dict[str, Value]:
    """Turn the eight covariates into what a hospital and a laboratory tell."""
    receptors = {f"{name}_status": values[f"{name}_positive"] for name in ("er", "pr", "her2")}
    return {
        "ctc_count": round(np.expm1(values["log1p_ctc"])),
        "birth_year": year - int(values["age"]),
        "line_of_therapy": int(values["line_of_therapy"]),
        "ecog": int(values["ecog"]),
        "metastatic_sites": ["liver" if values["visceral_metastasis"] else "bone"],
        **{name: "positive" if value else "negative" for name, value in receptors.items()},
    }
