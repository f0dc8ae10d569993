"""Survival estimated from times under observation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from app.prognosis.kaplan_meier import survival

DAYS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
EVENTS = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
"""Remission of 21 patients on 6-mercaptopurine: Freireich EJ et al. Blood 1963;21:699-716."""

FOLLOW_UPS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


def test_the_leukaemia_trial_s_curve_is_that_of_the_textbooks() -> None:
    # By hand: 18/21, then times 16/17, 14/15, 11/12, 10/11, 6/7 and 5/6.
    curve = survival(DAYS, EVENTS)

    falls = [curve.at(day) for day in (6, 7, 10, 13, 16, 22, 23)]

    assert falls == pytest.approx(
        [0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179], abs=5e-7
    )


def test_greenwood_s_error_is_that_of_the_textbooks() -> None:
    # By hand at 6: 0.857143 * sqrt(3 / (21 * 18)) = 0.0764.
    curve = survival(DAYS, EVENTS)

    errors = np.sqrt(curve.variance)[np.isin(curve.times, [6, 10, 23])]

    assert errors == pytest.approx([0.0764, 0.0963, 0.1346], abs=5e-5)


def test_an_event_comes_before_a_censoring_of_the_same_day() -> None:
    curve = survival([5, 5], [True, False])

    assert (curve.at(4.9), curve.at(5)) == (1.0, 0.5)
    assert curve.at_risk.tolist() == [2]


def test_the_median_is_the_first_time_at_which_half_are_left() -> None:
    assert survival(DAYS, EVENTS).median() == 23
    assert survival([1, 2, 3, 4], [True] * 4).median() == 2


def test_a_median_that_is_not_reached_has_no_value() -> None:
    assert survival([1, 2, 3, 4], [True, False, False, False]).median() is None


def test_nobody_left_leaves_no_error() -> None:
    curve = survival([1, 2], [True, True])

    assert curve.probability.tolist() == [0.5, 0.0]
    assert curve.variance[-1] == 0.0


@pytest.mark.parametrize(("days", "events"), [([], []), ([1, 2], [True])])
def test_lists_that_do_not_match_are_refused(days: list[int], events: list[bool]) -> None:
    with pytest.raises(ValueError, match="same length, not empty"):
        survival(days, events)


@given(FOLLOW_UPS)
def test_the_curve_is_that_of_lifelines(follow_ups: list[tuple[int, bool]]) -> None:
    days, events = zip(*follow_ups, strict=True)
    theirs = KaplanMeierFitter().fit(days, events)

    ours = survival(days, events)

    at = [ours.at(day) for day in theirs.survival_function_.index]
    assert at == pytest.approx(theirs.survival_function_["KM_estimate"].tolist(), abs=1e-12)


@given(FOLLOW_UPS, st.randoms())
def test_the_order_of_the_patients_does_not_matter(
    follow_ups: list[tuple[int, bool]], random: object
) -> None:
    shuffled = sorted(follow_ups, key=lambda _: random.random())  # type: ignore[attr-defined]

    one, other = (survival(*zip(*rows, strict=True)) for rows in (follow_ups, shuffled))

    assert one.probability.tolist() == other.probability.tolist()
