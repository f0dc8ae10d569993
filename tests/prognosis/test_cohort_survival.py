"""Survival of a cohort by group: in months, compared, and without a number of a small group."""

from math import hypot

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.prognosis.cohort_survival import (
    NOBODY,
    SMALLEST_CELL,
    CohortSurvival,
    survival_by_group,
)
from app.prognosis.survival import Z95
from tests.prognosis.test_groups import compared, told

MONTH = 30.4375
ECOG = ("0", "1", "2")


@pytest.fixture(scope="module")
def by_ecog() -> CohortSurvival:
    """Lung cancer by performance status."""
    days, events, groups, _ = compared("lung_by_ecog")
    return survival_by_group(days, events, groups, ECOG, ordered=True)


def test_the_figures_are_those_of_r_in_months(by_ecog: CohortSurvival) -> None:
    theirs = told()["lung_by_ecog"]

    medians = [[each.median, *each.median_ci95] for each in by_ecog.groups]

    expected = [
        [None if day is None else day / MONTH for day in curve["median"]]
        for curve in theirs["curves"]
    ]
    assert medians == [pytest.approx(each) for each in expected]
    assert [each.events for each in by_ecog.groups] == theirs["observed"]
    assert by_ecog.log_rank is not None
    assert by_ecog.log_rank.p == pytest.approx(theirs["p"])
    assert by_ecog.trend is not None
    assert by_ecog.trend.chi_squared == pytest.approx(theirs["trend"])


def test_months_are_averaged_as_long_as_five_of_every_group_are_at_risk(
    by_ecog: CohortSurvival,
) -> None:
    days, _, groups, count = compared("lung_by_ecog")
    fifth_from_last = [np.sort(days[groups == group])[-SMALLEST_CELL] for group in range(count)]

    assert by_ecog.horizon_months == pytest.approx(min(fifth_from_last) / MONTH)


def test_the_mean_difference_has_the_error_of_both(by_ecog: CohortSurvival) -> None:
    means = {each.group: each.restricted_mean for each in by_ecog.groups}
    best, worst = means["0"], means["2"]
    assert best is not None
    assert worst is not None

    (found,) = (each for each in by_ecog.differences if (each.group, each.against) == ("0", "2"))

    reach = Z95 * hypot(best.standard_error, worst.standard_error)
    assert found.months == pytest.approx(best.months - worst.months)
    assert found.months > 0
    assert found.ci95 == pytest.approx((found.months - reach, found.months + reach))
    assert len(by_ecog.differences) == 3


def test_survival_is_told_at_horizons_that_five_were_followed_to() -> None:
    # Of 20, 4 die in the first half year, 6 more in the second, 5 are followed to 2 years.
    days = [100.0] * 4 + [300.0] * 6 + [500.0] * 5 + [731.0] * 5
    events = [True] * 10 + [False] * 10

    (group,) = survival_by_group(days, events, [0] * 20, ["all"], ordered=False).groups

    told_of = [(each.months, each.probability, each.at_risk) for each in group.survival]
    assert_allclose(told_of, [(6, 0.8, 16), (12, 0.5, 10), (24, 0.5, 5)])
    steps = [(step.months * MONTH, step.at_risk) for step in group.curve]
    assert_allclose(steps, [(100, 20), (300, 16), (500, 10), (731, 5)])


def test_a_curve_ends_where_fewer_than_five_are_at_risk() -> None:
    (group,) = survival_by_group(range(1, 11), [True] * 10, [0] * 10, ["all"], ordered=False).groups

    assert [step.at_risk for step in group.curve] == [10, 9, 8, 7, 6, 5]


def test_nothing_tells_of_a_group_of_four(by_ecog: CohortSurvival) -> None:
    days, events, groups, _ = compared("lung_by_ecog")
    days, events = np.append(days, [1, 2, 3, 4]), np.append(events, [True] * 4)

    found = survival_by_group(days, events, np.append(groups, [3] * 4), (*ECOG, "3"), ordered=True)

    assert found.suppressed == ("3",)
    assert (found.patients, found.events) == (by_ecog.patients, by_ecog.events)
    assert found.groups == by_ecog.groups
    assert (found.log_rank, found.trend) == (by_ecog.log_rank, by_ecog.trend)


def test_who_is_in_no_known_group_is_left_out(by_ecog: CohortSurvival) -> None:
    days, events, groups, _ = compared("lung_by_ecog")
    days, events = np.append(days, [900.0] * 9), np.append(events, [False] * 9)

    found = survival_by_group(days, events, np.append(groups, [NOBODY] * 9), ECOG, ordered=True)

    assert found == by_ecog


def test_groups_without_an_order_have_no_trend() -> None:
    days, events, groups, _ = compared("veteran_by_cell")

    found = survival_by_group(days, events, groups, ["s", "c", "a", "l"], ordered=False)

    assert found.trend is None
    assert found.log_rank is not None
    assert found.log_rank.degrees_of_freedom == 3


@pytest.mark.parametrize(
    ("days", "events", "groups"),
    [
        ([], [], []),
        ([1.0] * 5, [True] * 5, [0] * 5),
        ([1.0] * 10, [False] * 10, [0] * 5 + [1] * 5),
    ],
    ids=["nobody", "one group", "no event"],
)
def test_what_cannot_be_compared_is_not(
    days: list[float], events: list[bool], groups: list[int]
) -> None:
    found = survival_by_group(days, events, groups, ["a", "b"], ordered=True)

    assert (found.log_rank, found.trend) == (None, None)
    assert len(found.groups) == len(set(groups))
