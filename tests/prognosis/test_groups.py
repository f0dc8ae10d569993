"""Survival by group: what R tells of five published comparisons, and what has to hold of any."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from app.prognosis.kaplan_meier import survival
from app.prognosis.log_rank import LogRank, log_rank
from tests.prognosis.engine.patients import SURVIVAL, Table, table

LIKE_R = 1e-10
"""Relative difference to R; 3e-14 was seen."""

EVERY = 7
"""The script keeps every seventh row of a curve."""

GROUPS: dict[str, Callable[[Table], Any]] = {
    "lung_by_sex": lambda rows: rows["sex"],
    "lung_by_ecog": lambda rows: rows["ph.ecog"],
    "veteran_by_cell": lambda rows: rows["small"] + 2 * rows["adeno"] + 3 * rows["large"],
    "gbsg2_by_grade": lambda rows: rows["grade2"] + 2 * rows["grade3"],
    "gbsg2_by_hormone": lambda rows: rows["hormone"],
}


@cache
def told() -> dict[str, Any]:
    """What R told; the script stands beside it."""
    content: dict[str, Any] = json.loads((SURVIVAL / "groups.json").read_text())
    return content


def compared(name: str) -> tuple[Any, Any, Any, int]:
    """Make the days, events and groups of a comparison as the script does."""
    rows = table(name.partition("_")[0])
    groups = GROUPS[name](rows)
    kept = groups < 3 if name == "lung_by_ecog" else ~np.isnan(groups)
    found, places = np.unique(groups[kept], return_inverse=True)
    return rows["time"][kept], rows["status"][kept] == 1, places, len(found)


def ranked(name: str) -> LogRank:
    return log_rank(*compared(name))


@pytest.mark.parametrize("name", GROUPS)
def test_curves_medians_and_means_are_those_of_survfit(name: str) -> None:
    days, events, groups, count = compared(name)
    assert count == len(told()[name]["curves"])
    for group, theirs in enumerate(told()[name]["curves"]):
        ours = survival(days[groups == group], events[groups == group])

        low, high = ours.ci95
        told_of = {
            "times": ours.times,
            "at_risk": ours.at_risk,
            "events": ours.events,
            "survival": ours.probability,
            "error": np.sqrt(ours.variance),
            "lower": low,
            "upper": high,
        }
        for part, values in told_of.items():
            expected = np.array(theirs[part], dtype=np.float64)
            # R has no error where nobody survives, and no limits where everybody does.
            if part == "error":
                expected[np.array(theirs["survival"]) == 0.0] = 0.0
            if part in ("lower", "upper"):
                expected[np.array(theirs["survival"]) == 1.0] = 1.0
            assert_allclose(values[::EVERY], expected, rtol=LIKE_R, atol=1e-15, err_msg=part)
        assert [ours.median(), *ours.median_ci95()] == theirs["median"]
        mean, error = ours.restricted_mean(theirs["horizon"])
        assert_allclose([mean, error], [theirs["mean"], theirs["mean_error"]], rtol=LIKE_R)


@pytest.mark.parametrize("name", GROUPS)
def test_the_log_rank_test_is_that_of_survdiff(name: str) -> None:
    theirs, ours = told()[name], ranked(name)

    assert_allclose(ours.observed, theirs["observed"])
    assert_allclose(ours.expected, theirs["expected"], rtol=LIKE_R)
    assert_allclose(ours.covariance, theirs["covariance"], rtol=LIKE_R, atol=1e-12)
    test = ours.test()
    assert_allclose([test.chi_squared, test.p], [theirs["chi_squared"], theirs["p"]], rtol=1e-9)
    assert test.degrees_of_freedom == len(theirs["observed"]) - 1
    trend = ours.trend(range(len(theirs["observed"])))
    assert_allclose(trend.chi_squared, theirs["trend"], rtol=1e-9)
    assert trend.degrees_of_freedom == 1


def test_six_patients_by_hand() -> None:
    # A: 1, 3+, 4; B: 2, 4, 5+. At 1: 1 dies, 3 of 6 are A. At 2: 2 of 5. At 4: 2 die, 1 of 3.
    # Expected of A: 3/6 + 2/5 + 2/3 = 47/30; variance 1/4 + 6/25 + 2 * (1/3) * (2/3) * (1/2).
    ours = log_rank([1, 3, 4, 2, 4, 5], [1, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1], 2)

    assert ours.observed.tolist() == [2, 2]
    assert ours.expected == pytest.approx([47 / 30, 4 - 47 / 30])
    variance = 1 / 4 + 6 / 25 + 2 / 9
    assert_allclose(ours.covariance, [[variance, -variance], [-variance, variance]])
    assert ours.test().chi_squared == pytest.approx((2 - 47 / 30) ** 2 / variance)


def test_the_scores_of_two_groups_do_not_matter() -> None:
    ours = ranked("lung_by_sex")

    assert ours.trend([3, 17]).chi_squared == pytest.approx(ours.test().chi_squared)


def test_a_group_without_patients_takes_no_degree_of_freedom() -> None:
    days, events, groups, _ = compared("lung_by_sex")

    ours = log_rank(days, events, 2 * groups, 3).test()

    assert ours.degrees_of_freedom == 1
    assert ours.chi_squared == pytest.approx(ranked("lung_by_sex").test().chi_squared)


def test_one_group_cannot_be_compared() -> None:
    alone = log_rank([1, 2], [True, True], [0, 0], 2)

    with pytest.raises(ValueError, match="fewer than two groups"):
        alone.test()
    with pytest.raises(ValueError, match="tells groups"):
        alone.trend([0, 1])


@pytest.mark.parametrize(
    ("days", "groups", "said"),
    [([1, 2], [0], "same length"), ([1, 2], [0, 2], "from 0 to 1"), ([1, 2], [0, -1], "0 to 1")],
)
def test_groups_that_do_not_match_are_refused(
    days: list[int], groups: list[int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        log_rank(days, [True] * len(days), groups, 2)


ROWS = st.lists(
    st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 2)), min_size=1, max_size=40
)


@given(ROWS)
def test_differences_and_their_covariance_sum_to_nothing(rows: list[tuple[int, bool, int]]) -> None:
    days, events, groups = zip(*rows, strict=True)

    ours = log_rank(days, events, groups, 3)

    assert ours.expected.sum() == pytest.approx(ours.observed.sum())
    assert_allclose(ours.covariance.sum(axis=0), 0.0, atol=1e-9)


def test_a_horizon_beyond_the_curve_has_no_mean() -> None:
    curve = survival([1, 2, 3], [True, False, False])

    with pytest.raises(ValueError, match="ends at 3, before 3"):
        curve.restricted_mean(3.5)


def test_limits_end_where_nobody_survives() -> None:
    low, high = survival([1, 2], [True, True]).ci95

    assert np.isnan([low[-1], high[-1]]).all()
    # One of two: the error of log(-log(1/2)) is sqrt(1/2) / log(2).
    reach = np.exp(1.959963984540054 * np.sqrt(0.5) / np.log(2))
    assert (low[0], high[0]) == pytest.approx((0.5**reach, 0.5 ** (1 / reach)))
