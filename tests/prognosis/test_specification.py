"""Which covariates a refit comes to, by the size of the cohort and by nothing else."""

from typing import Any

import numpy as np
import pytest

from app.prognosis.cohort import Cohort
from app.prognosis.covariates import LADDER, REGISTRY
from app.prognosis.model import Specification
from app.prognosis.specification import resolve
from tests.prognosis.cohorts import cohort, request


def a_cohort(n: int, events: int | None = None, **gaps: int) -> Cohort:
    """Build n patients of whom everything varies and is known but for some gaps."""
    random = np.random.default_rng(0)
    columns = {name: random.normal(size=n) for name in REGISTRY}
    for name, missing in gaps.items():
        columns[name][:missing] = np.nan
    died = [number >= n - (n if events is None else events) for number in range(n)]
    return cohort(range(1, n + 1), died, columns)


def auto(found: Cohort, **changes: Any) -> Specification:
    """Resolve `auto` on a cohort."""
    return resolve(request(**changes), found)


@pytest.mark.parametrize(
    ("patients", "rung"),
    [
        (54, "auto-1"),  # not supported: the first is fitted, and its gate refuses
        (55, "auto-1"),
        (164, "auto-1"),
        (165, "auto-2"),
        (273, "auto-2"),
        (274, "auto-3"),
        (438, "auto-3"),
        (439, "auto-4"),
        (547, "auto-4"),
        (548, "auto-5"),
    ],
)
def test_the_richest_rung_that_the_patients_support(patients: int, rung: str) -> None:
    specification = auto(a_cohort(patients))

    assert specification.rung == rung
    named = [step for step in LADDER if step.name <= rung]
    assert specification.covariates == tuple(name for step in named for name in step.adds)


@pytest.mark.parametrize(
    ("events", "rung"),
    [
        (49, "auto-1"),
        (50, "auto-3"),
        (79, "auto-3"),
        (80, "auto-4"),
        (99, "auto-4"),
        (100, "auto-5"),
    ],
)
def test_fifty_events_and_ten_a_parameter_are_needed(events: int, rung: str) -> None:
    # 1, 3, 5, 8 and 10 parameters.
    assert auto(a_cohort(600, events)).rung == rung


def test_patients_are_counted_among_the_complete_rows_of_the_rung() -> None:
    # 274 patients of whom one lacks ECOG are 273 for the third rung.
    assert auto(a_cohort(274, ecog=1)).rung == "auto-2"


def test_events_are_counted_among_the_complete_rows_of_the_rung() -> None:
    # The first 55 of 550 lack ECOG, and one of the 50 who died is among them.
    found = a_cohort(550, 50, ecog=55)
    found.events[0], found.events[-1] = True, False

    assert auto(found).rung == "auto-2"


@pytest.mark.parametrize(("missing", "passed_over"), [(100, False), (101, True)])
def test_a_covariate_missing_in_more_than_a_tenth_is_passed_over(
    missing: int, passed_over: bool
) -> None:
    specification = auto(a_cohort(1000, her2_positive=missing))

    assert ("her2_positive" in specification.covariates) is not passed_over
    assert specification.passed_over == (
        {"her2_positive": "missing in 101 of 1000 rows"} if passed_over else {}
    )


def test_a_covariate_that_does_not_vary_is_passed_over() -> None:
    found = a_cohort(600)
    found.columns["line_of_therapy"][:] = 1.0

    specification = auto(found)

    assert "line_of_therapy" not in specification.covariates
    assert specification.passed_over == {"line_of_therapy": "the same in every row"}


def test_a_rung_of_which_everything_is_passed_over_is_not_named() -> None:
    specification = auto(a_cohort(200, line_of_therapy=200, visceral_metastasis=200))

    assert (specification.rung, specification.covariates) == ("auto-1", ("log1p_ctc",))


def test_a_stratum_is_not_a_covariate_too() -> None:
    specification = auto(a_cohort(200), strata=("line_of_therapy",))

    assert specification.covariates == ("log1p_ctc", "visceral_metastasis")
    assert specification.strata == ("line_of_therapy",)


def test_a_clock_without_a_draw_climbs_without_the_count() -> None:
    specification = auto(a_cohort(548), clock="index_date")

    assert specification.rung == "auto-4"
    assert not [name for name in specification.covariates if name.startswith("log1p_ctc")]


def test_nothing_known_comes_to_no_covariate() -> None:
    found = a_cohort(100, **dict.fromkeys(REGISTRY, 100))

    specification = auto(found, clock="index_date")

    assert (specification.rung, specification.covariates) == (None, ())


def test_named_covariates_are_taken_as_they_are() -> None:
    specification = auto(a_cohort(20), covariates=("age", "log1p_ctc"), penalizer=0.1)

    assert specification.covariates == ("age", "log1p_ctc")
    assert (specification.rung, specification.penalizer) == (None, 0.1)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no such covariate: shoe_size"):
        auto(a_cohort(20), covariates=("shoe_size",))


def test_a_count_is_refused_for_a_clock_without_a_draw() -> None:
    with pytest.raises(ValueError, match="no count"):
        auto(a_cohort(20), covariates=("log1p_ctc",), clock="index_date")


def test_the_results_change_no_rung() -> None:
    # The same patients with their times turned about: other coefficients, the same covariates.
    one = a_cohort(300)
    other = cohort(one.days[::-1].tolist(), one.events.tolist(), dict(one.columns))

    assert auto(one) == auto(other)
