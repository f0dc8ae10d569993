"""How often the gates speak of what is not so, and of what is.

The limits are those of the service's acceptance; the short siblings of a sweep allow four binomial
standard errors more. Designs and sizes were fixed before they were run.
"""

from collections.abc import Callable

import numpy as np
import pytest

from app.prognosis.checks.assumptions import proportional_hazards
from app.prognosis.checks.check import check
from app.prognosis.checks.refits import refits_of
from app.prognosis.cohort import Cohort
from app.prognosis.cox import fit
from app.prognosis.gates import DISCRIMINATION, PROPORTIONAL_HAZARDS, Verdict, judge_checks
from app.prognosis.refusals import RefitRefused
from tests.prognosis.simulated import (
    EIGHT,
    FOUR,
    Random,
    crossing,
    in_two_strata,
    of_pattern,
    seeded,
    standard_error,
    unrelated,
)

Draw = Callable[[Random], Cohort]

ACROSS = 2.5
"""Hazard ratio of visceral metastasis in the first year; one over it later.

A patient told one ratio would be told about 1, where the risk of the first year is more than twice
that of others. About 290 events, six in ten of them in the first year, a half exposed: the
difference of the two log ratios, 1.83, has a standard error near 0.24.
"""

PROPORTIONAL: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "accrual": (lambda random: of_pattern(random, "accrual", 400), ()),
    "loss": (lambda random: of_pattern(random, "loss", 400), ()),
    "short": (lambda random: of_pattern(random, "short", 400), ()),
    "strata": (lambda random: in_two_strata(random, 400), ("er_positive",)),
}
EVERY_PROPORTIONAL = pytest.mark.parametrize("design", PROPORTIONAL)


def is_flagged(found: Cohort, strata: tuple[str, ...] = ()) -> bool:
    """Ask the check and its gate whether the hazards are proportional."""
    told = proportional_hazards(refits_of(fit(found, FOUR, strata, 0.0), found))
    assert told is not None
    return PROPORTIONAL_HAZARDS.verdict(told["global"]["p"]) != "passed"


def crossing_flagged(cohorts: int) -> float:
    """Tell how often hazards that cross after a year are flagged, with 500 patients."""
    return float(
        np.mean([is_flagged(crossing(seeded(21, k), 500, ACROSS, 365)) for k in range(cohorts)])
    )


def proportional_flagged(design: str, cohorts: int) -> float:
    """Tell how often proportional hazards are."""
    draw, strata = PROPORTIONAL[design]
    code = [*PROPORTIONAL].index(design)
    return float(np.mean([is_flagged(draw(seeded(22, code, k)), strata) for k in range(cohorts)]))


def test_most_crossing_hazards_are_flagged() -> None:
    assert crossing_flagged(100) >= 0.95 - 4 * standard_error(0.95, 100)


@pytest.mark.soak
def test_crossing_hazards_are_flagged_in_95_of_100_cohorts() -> None:
    assert crossing_flagged(2_000) >= 0.95


@EVERY_PROPORTIONAL
def test_few_proportional_hazards_are_flagged(design: str) -> None:
    assert proportional_flagged(design, 100) <= 0.03 + 4 * standard_error(0.03, 100)


@pytest.mark.soak
@EVERY_PROPORTIONAL
def test_proportional_hazards_are_flagged_in_3_of_100_cohorts_at_most(design: str) -> None:
    assert proportional_flagged(design, 2_000) <= 0.03


def none(_: float) -> None:
    """Watch no progress."""


def on_noise(n: int, covariates: tuple[str, ...], number: int) -> Verdict | str:
    """Ask the check and its gate how well covariates of no meaning rank patients."""
    found = unrelated(seeded(31, n, len(covariates), number), n)
    try:
        model = fit(found, covariates, (), 0.0)
    except RefitRefused as refused:
        return refused.code
    outcomes = judge_checks(check(model, found, 0, none))
    return next(each.verdict for each in outcomes if each.gate == DISCRIMINATION.name)


def test_a_course_without_effects_differs_from_patient_to_patient() -> None:
    found = unrelated(seeded(32), 1_000)

    assert len(np.unique(found.days[found.events])) > 300
    model = fit(found, EIGHT, (), 0.0)
    assert (np.abs(model.coefficients) < 4 * model.standard_errors).all()


def unmasked(n: int, covariates: tuple[str, ...], cohorts: int) -> float:
    """Tell how often noise does not pass."""
    return float(np.mean([on_noise(n, covariates, k) != "passed" for k in range(cohorts)]))


SMALLEST_TO_LARGE = pytest.mark.parametrize(
    ("n", "covariates"),
    # Each set is that of a rung of the ladder, at a size at which the ladder takes it.
    [(100, FOUR[:1]), (200, FOUR), (450, EIGHT), (1000, EIGHT)],
    ids=["100 patients", "200 patients", "450 patients", "1000 patients"],
)


def test_covariates_that_say_nothing_do_not_pass() -> None:
    # Of three cohorts at 0.95, two or more pass in one of 140 such threes.
    assert unmasked(200, FOUR, 3) >= 0.6


@pytest.mark.soak
@SMALLEST_TO_LARGE
def test_covariates_that_say_nothing_do_not_pass_in_95_of_100_cohorts(
    n: int, covariates: tuple[str, ...]
) -> None:
    assert unmasked(n, covariates, 200) >= 0.95
