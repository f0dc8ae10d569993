"""
Cohort files simulated after published figures, to see the truth come back.

Under proportional Weibull hazards of shape k the hazard ratio of two groups is
(median of the reference / median of the group)^k. With k = 1 the published
medians give other ratios than the published ones, so k is solved from both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from numpy import exp
from numpy.random import default_rng

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Arm:
    """One group: the declared binary that marks it (none marks the reference)."""

    covariate: str | None
    patients: int
    median_months: float


@dataclass(frozen=True)
class PublishedCohort:
    """
    Groups with their medians, the Weibull shape, and months of uniform censoring.

    Where there are several studies, patients are dealt out to them in turn, and each study's
    times are longer or shorter by a factor whose logarithm has the spread.
    """

    arms: tuple[Arm, ...]
    shape: float
    censored_from: float
    censored_to: float
    studies: int = 1
    spread: float = 0.0

    @property
    def covariates(self) -> tuple[str, ...]:
        return tuple(arm.covariate for arm in self.arms if arm.covariate)

    def log_hazard_ratios(self) -> dict[str, float]:
        """The truth, by covariate."""
        reference = next(arm for arm in self.arms if arm.covariate is None)
        return {
            arm.covariate: self.shape * log(reference.median_months / arm.median_months)
            for arm in self.arms
            if arm.covariate
        }

    def rows(self, seed: int) -> Iterator[dict[str, str | int]]:
        """Yield one row a patient in the cohort format, with the index date as clock."""
        rng, number = default_rng(seed), 0
        longer = exp(self.spread * rng.standard_normal(self.studies)).tolist()
        for arm in self.arms:
            scale = arm.median_months / log(2) ** (1 / self.shape)
            for _ in range(arm.patients):
                number += 1
                study = number % self.studies
                months = scale * longer[study] * rng.weibull(self.shape)
                censored = rng.uniform(self.censored_from, self.censored_to)
                yield {
                    "patient_id": f"K-{number:05d}",
                    "index_date": "2015-01-01",
                    **{name: int(name == arm.covariate) for name in self.covariates},
                    **({"study": study} if self.studies > 1 else {}),
                    "follow_up_days": round(min(months, censored) * DAYS_PER_MONTH),
                    "died": "true" if months <= censored else "false",
                }


PREDICT = PublishedCohort(
    arms=(
        Arm("negative_negative", 913, 45.6),
        Arm("negative_positive", 325, 26.1),
        Arm("positive_negative", 1_189, 32.3),
        Arm(None, 2_009, 17.3),
    ),
    shape=1.176,
    censored_from=12,
    censored_to=72,
)
"""
Janni W et al. Clin Cancer Res 2025 (PREDICT): any cell before and during treatment.

Positive then negative against twice positive: 0.48 (0.44 to 0.53), hence the
shape ln 0.48 / ln(17.3 / 32.3) = 1.176.
"""

STAGE_IV = PublishedCohort(
    arms=(Arm("five_or_more", 1_142, 16.0), Arm(None, 1_294, 36.3)),
    shape=1.239,
    censored_from=6,
    censored_to=60,
)
"""
Cristofanilli M et al. Crit Rev Oncol Hematol 2019;134:39-45: five cells or more.

2,436 patients, of whom 46.9 % (the share of Bidard FC et al. Lancet Oncol
2014;15:406-14) had five or more. Gerratana L et al. Oncologist 2022;27:e561-70
found 2.76 in the same patients, hence ln 2.76 / ln(36.3 / 16.0) = 1.239.
"""

SWOG = PublishedCohort(
    arms=(
        Arm("lower_at_three_weeks", 165, 23.0),
        Arm("high_twice", 123, 13.0),
        Arm(None, 276, 35.0),
    ),
    shape=1.0,
    censored_from=12,
    censored_to=72,
)
"""
Smerage JB et al. J Clin Oncol 2014;32:3483-9 (SWOG S0500): fewer than five cells, five or more
at first alone, five or more at both draws. Its hazard ratios are not published: those of the
medians under exponential times are the simulated truth and no more.
"""

POOL = PublishedCohort(
    arms=(Arm("five_or_more", 911, 36.3 / 2.78 ** (1 / 1.239)), Arm(None, 1_033, 36.3)),
    shape=1.239,
    censored_from=6,
    censored_to=60,
    studies=20,
    spread=0.5,
)
"""
Bidard FC et al. Lancet Oncol 2014;15:406-14: 1,944 patients of 20 studies, 911 with five or more,
2.78 (2.42 to 3.19) by a model stratified by study. Medians and shape are those of stage IV above;
how far the studies' times lie apart is made up.
"""
