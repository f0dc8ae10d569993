"""
Cohort files simulated after published figures, to see the truth come back.

Under proportional Weibull hazards of shape k the hazard ratio of two groups is
(median of the reference / median of the group)^k. With k = 1 the published
medians give other ratios than the published ones, so k is solved from both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

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
    """Groups with their medians, the Weibull shape, and months of uniform censoring."""

    arms: tuple[Arm, ...]
    shape: float
    censored_from: float
    censored_to: float

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
        for arm in self.arms:
            scale = arm.median_months / log(2) ** (1 / self.shape)
            for _ in range(arm.patients):
                number += 1
                months = scale * rng.weibull(self.shape)
                censored = rng.uniform(self.censored_from, self.censored_to)
                yield {
                    "patient_id": f"K-{number:05d}",
                    "index_date": "2015-01-01",
                    **{name: int(name == arm.covariate) for name in self.covariates},
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
