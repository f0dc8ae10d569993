"""How far two counts lie apart: R's integrals, the limits of theory, and how often they cover."""

import json
from functools import cache
from itertools import product
from math import exp, log, log1p, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from app.prognosis.count_change import change_of_count
from app.prognosis.odds import odds_ratio, share_of
from app.prognosis.survival import Z95

SURVIVAL = Path(__file__).parent.parent / "data/survival"
COUNTS = st.integers(0, 1_000_000)


@cache
def by_r() -> dict[str, list[dict[str, Any]]]:
    content: dict[str, list[dict[str, Any]]] = json.loads((SURVIVAL / "response.json").read_text())
    return content


@pytest.mark.parametrize("place", range(8))
def test_the_limits_are_those_that_r_integrates(place: int) -> None:
    theirs = by_r()["ratios"][place]

    found = change_of_count(theirs["first"], theirs["second"])

    assert found.ci95 == pytest.approx(theirs["ci95"], rel=1e-6)
    assert found.repeat_draw_range == pytest.approx(theirs["repeat_draw_range"])


def test_many_cells_have_the_limits_of_normal_logarithms() -> None:
    # The variance of a log count is its reciprocal.
    found = change_of_count(90_000, 40_000)

    reach = Z95 * sqrt(1 / 90_000 + 1 / 40_000)
    expected = [exp(log(40_000 / 90_000) + side * reach) for side in (-1, 1)]
    assert found.ci95 == pytest.approx(expected, rel=1e-4)


@settings(max_examples=20, deadline=None)
@given(COUNTS, COUNTS)
def test_the_change_back_is_the_inverse(first: int, second: int) -> None:
    there, back = change_of_count(first, second), change_of_count(second, first)

    assert there.log_ratio == pytest.approx(-back.log_ratio)
    assert there.log_ratio == log1p(second) - log1p(first)
    assert there.ci95[0] < there.ci95[1]
    assert there.ci95 == pytest.approx([1 / limit for limit in reversed(back.ci95)])


def test_no_change_is_within_the_noise_and_a_great_one_beyond() -> None:
    assert not change_of_count(17, 17).beyond_counting_noise
    assert change_of_count(17, 3).beyond_counting_noise
    # Of no cells, three are the most that a repeat draw finds in 39 of 40.
    assert not change_of_count(0, 3).beyond_counting_noise
    assert change_of_count(0, 4).beyond_counting_noise


@pytest.mark.parametrize(("first", "second"), [(4.0, 2.0), (2.0, 2.0), (1.0, 6.0)])
def test_the_limits_cover_the_truth_as_often_as_they_say(first: float, second: float) -> None:
    """Over every pair of counts with its probability: Jeffreys' limits swing about 95 %."""
    truth, covered = (1 + second) / (1 + first), 0.0
    reached = [range(int(poisson.ppf(1 - 1e-3, mean)) + 1) for mean in (first, second)]
    for counts in product(*reached):
        low, high = change_of_count(*counts).ci95
        if low <= truth <= high:
            covered += poisson.pmf(counts[0], first) * poisson.pmf(counts[1], second)

    assert 0.93 <= covered <= 0.995


def test_fewer_than_no_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        change_of_count(-1, 3)


@pytest.mark.parametrize("place", range(4))
def test_odds_are_those_of_a_logistic_regression_in_r(place: int) -> None:
    theirs = by_r()["odds"][place]

    found = odds_ratio(theirs["table"])

    assert found.odds_ratio == pytest.approx(theirs["odds_ratio"], rel=1e-7)
    assert found.ci95 == pytest.approx(theirs["ci95"], rel=1e-7)
    assert found.corrected == any(0 in row for row in theirs["table"])


@pytest.mark.parametrize("place", range(4))
def test_a_share_has_the_limits_of_r_s_score_test(place: int) -> None:
    theirs = by_r()["shares"][place]

    found = share_of(theirs["some"], theirs["patients"])

    assert found.share == theirs["some"] / theirs["patients"]
    assert found.ci95 == pytest.approx(theirs["ci95"], abs=1e-12)


def test_what_is_no_table_and_no_share_is_refused() -> None:
    for table in (((0, 0), (0, 0)), ((1, -1), (2, 3))):
        with pytest.raises(ValueError, match="a table holds patients"):
            odds_ratio(table)
    for some, patients in ((1, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="a share is of patients"):
            share_of(some, patients)
