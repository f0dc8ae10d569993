"""Rows are sorted by stratum, time and events first; what cannot be fitted is refused by number."""

import numpy as np
import pytest

from app.prognosis.engine.rows import MalformedRows, survival_rows

X = [[1.0], [2.0], [3.0], [6.0]]


def test_rows_are_sorted_by_stratum_time_and_events_first() -> None:
    rows = survival_rows(X, [5, 2, 2, 1], [1, 0, 1, 1], strata=["b", "a", "a", "b"])

    assert rows.order.tolist() == [2, 1, 3, 0]
    assert rows.strata.tolist() == [0, 0, 1, 1]
    assert rows.blocks() == [slice(0, 2), slice(2, 4)]
    assert rows.events.tolist() == [True, False, True, True]


def test_covariates_are_taken_from_their_weighted_mean() -> None:
    rows = survival_rows(X, [1, 2, 3, 4], [1, 1, 1, 1], weights=[1, 1, 1, 3])

    # (1 + 2 + 3 + 3 * 6) / 6 = 4.
    assert rows.means.tolist() == [4.0]
    assert rows.x.ravel().tolist() == [-3.0, -2.0, -1.0, 2.0]


def test_values_go_back_to_the_order_of_the_given_rows() -> None:
    rows = survival_rows(X, [4, 3, 2, 1], [1, 1, 1, 1])

    assert rows.given_order(rows.stops).tolist() == [4.0, 3.0, 2.0, 1.0]


def test_whole_and_half_times_are_sorted_as_all_others_are() -> None:
    random = np.random.default_rng(5)
    x, days = random.normal(size=(2_000, 2)), random.integers(1, 90, 2_000) / 2
    events, strata = random.integers(0, 2, 2_000), random.integers(0, 3, 2_000)

    fast = survival_rows(x, days, events, strata=strata)

    # A factor of 1.1 leaves no half times, and by it the order does not change.
    slow = survival_rows(x, days * 1.1, events, strata=strata)
    expected = np.lexsort((np.arange(2_000), events == 0, days, strata))
    assert fast.order.tolist() == slow.order.tolist() == expected.tolist()
    assert fast.x.tolist() == slow.x.tolist()
    assert fast.stops.tolist() == days[expected].tolist()


@pytest.mark.parametrize("unit", [0.5, 1.0])
def test_times_too_long_for_one_number_are_sorted_all_the_same(unit: float) -> None:
    rows = survival_rows(X, np.array([3.0, 2.0, 3.0, 1.0]) * 2.0**60 * unit, [0, 1, 1, 1])

    assert rows.order.tolist() == [3, 1, 2, 0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stops": [1, 2, 0, 4]}, "1 of 4 rows end at a time that is not above zero"),
        ({"stops": [1, -2, -1, 4]}, "2 of 4 rows end at a time that is not above zero"),
        ({"stops": [1, 2, 3, np.inf]}, "1 of 4 rows end at a time"),
        ({"events": [1, 2, 1, 2]}, "2 of 4 rows have an event that is neither 0 nor 1"),
        ({"events": [1, 0, 1, np.nan]}, "1 of 4 rows have an event that is neither"),
        ({"x": [[1.0], [np.nan], [3.0], [4.0]]}, "1 of 4 rows hold a covariate that is not"),
        ({"x": [[1.0], [np.inf], [3.0], [4.0]]}, "1 of 4 rows hold a covariate that is not"),
        ({"x": [1.0, 2.0, 3.0, 4.0]}, "x has shape"),
        ({"stops": [1, 2, 3]}, "x has shape"),
        ({"events": [1, 0]}, "events has shape"),
        ({"starts": [0, 0, 3, 0]}, "1 of 4 rows end no later than they enter"),
        ({"starts": [0, -1, 0, 0]}, "1 of 4 rows enter at a time below zero"),
        ({"weights": [1, 0, 1, 1]}, "1 of 4 rows have a weight that is not above zero"),
        ({"offset": [0, 0, np.nan, 0]}, "1 of 4 rows have an offset that is not finite"),
        ({"strata": [1, 2]}, "strata has shape"),
        ({"x": np.zeros((0, 1)), "stops": [], "events": []}, "rows are needed"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_number(changes: dict[str, object], told: str) -> None:
    asked: dict[str, object] = {"x": X, "stops": [1, 2, 3, 4], "events": [1, 0, 1, 1]}

    with pytest.raises(MalformedRows, match=told):
        survival_rows(**(asked | changes))  # type: ignore[arg-type]
