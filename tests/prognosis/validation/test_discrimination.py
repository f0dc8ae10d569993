"""Harrell's C, Uno's C and the AUC at horizons."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prognosis.engine.rows import MalformedRows
from app.prognosis.validation.discrimination import cumulative_dynamic_auc, harrell_c, uno_c
from app.prognosis.validation.estimates import HorizonBeyondFollowUp, NotEstimable
from tests.prognosis.validation import weighted
from tests.prognosis.validation.simulated import Rows, gbsg2, simulated, structured

COHORTS = [gbsg2(), simulated(400, 3), simulated(400, 4, whole=50.0)]
HORIZONS = [300.75, 600.75, 1200.75]
"""Off the whole days, where the oracle's half days cannot change who is past them."""

FIVE = Rows(
    days=np.array([1.0, 2, 3, 4, 5]),
    events=np.array([True, False, True, True, False]),
    predictor=np.array([2.0, 9, 3, 2, 1]),
)
"""Of the four at risk at 2 one is censored: G is 3/4 from then on."""


def test_harrell_s_c_of_five_rows_is_worked_out_by_hand() -> None:
    # From 1: 9 and 3 rank wrongly, 2 ties, 1 is right: 3/2 of 4. From 3: 2 of 2. From 4: 1 of 1.
    c = harrell_c(FIVE.days, FIVE.events, FIVE.predictor)

    assert c.value == pytest.approx(float(Fraction(9, 14)), abs=1e-15)


def test_uno_s_c_of_five_rows_is_worked_out_by_hand() -> None:
    # The events at 3 and 4 weigh (4/3)^2 = 16/9: (3/2 + 3 * 16/9) / (4 + 3 * 16/9).
    c = uno_c(FIVE.days, FIVE.events, FIVE.predictor, tau=5)

    expected = (Fraction(3, 2) + 3 * Fraction(16, 9)) / (4 + 3 * Fraction(16, 9))
    assert c.value == pytest.approx(float(expected), abs=1e-15)


def test_an_event_on_the_day_of_the_truncation_does_not_count() -> None:
    c = uno_c(FIVE.days, FIVE.events, FIVE.predictor, tau=4)

    expected = (Fraction(3, 2) + 2 * Fraction(16, 9)) / (4 + 2 * Fraction(16, 9))
    assert c.value == pytest.approx(float(expected), abs=1e-15)


def test_the_area_of_five_rows_is_worked_out_by_hand() -> None:
    # Day 3: cases 2 (weight 1) and 3 (weight 4/3); controls 2 and 1: (3/2 + 2 * 4/3) / (2 * 7/3).
    (area,) = cumulative_dynamic_auc(FIVE.days, FIVE.events, FIVE.predictor, [3])

    expected = (Fraction(3, 2) + 2 * Fraction(4, 3)) / (2 * Fraction(7, 3))
    assert area.value == pytest.approx(float(expected), abs=1e-15)


@pytest.mark.parametrize("rows", COHORTS)
@pytest.mark.parametrize("tau", HORIZONS)
def test_uno_s_c_is_that_of_scikit_survival(rows: Rows, tau: float) -> None:
    from sksurv.metrics import concordance_index_ipcw  # noqa: PLC0415

    y = structured(rows)
    theirs = concordance_index_ipcw(y, y, rows.predictor, tau=tau)[0]

    assert uno_c(rows.days, rows.events, rows.predictor, tau).value == pytest.approx(
        theirs, abs=1e-12
    )


@pytest.mark.parametrize("rows", COHORTS)
def test_harrell_s_c_is_that_of_scikit_survival(rows: Rows) -> None:
    from sksurv.metrics import concordance_index_censored  # noqa: PLC0415

    theirs = concordance_index_censored(rows.events, rows.days, rows.predictor)[0]

    ours = harrell_c(rows.days, rows.events, rows.predictor).value

    assert ours == pytest.approx(theirs, abs=1e-13)


@pytest.mark.parametrize("rows", COHORTS)
def test_the_areas_are_those_of_scikit_survival(rows: Rows) -> None:
    from sksurv.metrics import cumulative_dynamic_auc as oracle  # noqa: PLC0415

    y = structured(rows)
    theirs = oracle(y, y, rows.predictor, HORIZONS)[0]

    ours = cumulative_dynamic_auc(rows.days, rows.events, rows.predictor, HORIZONS)

    assert [area.value for area in ours] == pytest.approx(theirs.tolist(), abs=1e-12)


TIED = simulated(40, 6, whole=100.0)


def test_harrell_s_error_is_the_derivative_by_the_case_weights() -> None:
    c = harrell_c(TIED.days, TIED.events, TIED.predictor)

    # A difference quotient with steps of 1e-5 keeps about 1e-10 of the derivative.
    by_definition = weighted.standard_error(weighted.uno_c(tau=np.inf, power=0), TIED)
    assert c.standard_error == pytest.approx(by_definition, rel=1e-7)


def test_uno_s_error_is_the_derivative_by_the_case_weights() -> None:
    c = uno_c(TIED.days, TIED.events, TIED.predictor, 700.0)

    by_definition = weighted.standard_error(weighted.uno_c(tau=700.0), TIED)
    assert c.standard_error == pytest.approx(by_definition, rel=1e-7)


def test_the_area_s_error_is_the_derivative_by_the_case_weights() -> None:
    (area,) = cumulative_dynamic_auc(TIED.days, TIED.events, TIED.predictor, [500])

    by_definition = weighted.standard_error(weighted.auc(500.0), TIED)
    assert area.standard_error == pytest.approx(by_definition, rel=1e-7)


def test_the_errors_are_those_of_a_bootstrap() -> None:
    # 400 resamples know a standard error to 1 / sqrt(800) = 3.5 %; three times that is 11 %.
    rows, rng = simulated(500, 7), np.random.default_rng(8)
    drawn = (rng.integers(0, 500, 500) for _ in range(400))

    spread = [
        (
            uno_c(rows.days[i], rows.events[i], rows.predictor[i], 1000.0).value,
            cumulative_dynamic_auc(rows.days[i], rows.events[i], rows.predictor[i], [800])[0].value,
        )
        for i in drawn
    ]

    ours = (
        uno_c(rows.days, rows.events, rows.predictor, 1000.0).standard_error,
        cumulative_dynamic_auc(rows.days, rows.events, rows.predictor, [800])[0].standard_error,
    )
    assert np.std(spread, axis=0) == pytest.approx(ours, rel=0.11)


FOLLOW_UPS = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.integers(-3, 3)), min_size=12, max_size=40
).map(lambda rows: [*rows, (2, True, 0), (13, False, 1), (14, False, 0)])


def figures(rows: Rows) -> list[float]:
    columns = rows.days, rows.events, rows.predictor
    all_three = (harrell_c(*columns), uno_c(*columns, 8), *cumulative_dynamic_auc(*columns, [5, 9]))
    return [number for one in all_three for number in (one.value, one.standard_error)]


def rows_of(follow_ups: list[tuple[int, bool, int]]) -> Rows:
    days, events, predictor = (np.array(column) for column in zip(*follow_ups, strict=True))
    return Rows(days.astype(float), events, predictor.astype(float))


@given(FOLLOW_UPS)
def test_a_monotone_transformation_of_the_predictor_changes_nothing(
    follow_ups: list[tuple[int, bool, int]],
) -> None:
    rows = rows_of(follow_ups)

    bent = Rows(rows.days, rows.events, np.exp(rows.predictor) - 7)

    assert figures(bent) == figures(rows)


@given(FOLLOW_UPS, st.integers(0, 99))
def test_the_order_of_the_rows_changes_nothing(
    follow_ups: list[tuple[int, bool, int]], seed: int
) -> None:
    rows = rows_of(follow_ups)

    assert figures(rows.shuffled(seed)) == pytest.approx(figures(rows), abs=1e-12)


@given(FOLLOW_UPS)
def test_turning_the_predictor_round_turns_the_figures_round(
    follow_ups: list[tuple[int, bool, int]],
) -> None:
    rows = rows_of(follow_ups)

    turned = figures(Rows(rows.days, rows.events, -rows.predictor))

    assert np.add(turned, figures(rows))[::2] == pytest.approx(1.0, abs=1e-12)


def test_a_constant_predictor_is_a_coin() -> None:
    rows = gbsg2()
    constant = np.ones(len(rows.days))

    (area,) = cumulative_dynamic_auc(rows.days, rows.events, constant, [900])

    assert (area.value, area.standard_error) == pytest.approx((0.5, 0.0), abs=1e-12)


def test_an_interval_stays_between_nought_and_one() -> None:
    c = uno_c(FIVE.days, FIVE.events, FIVE.predictor, 5)

    low, high = c.ci95

    assert 0.0 <= low < c.value < high <= 1.0


@pytest.mark.parametrize("horizon", [5, 6])
def test_no_area_is_given_where_nobody_was_observed_past_the_horizon(horizon: float) -> None:
    with pytest.raises(HorizonBeyondFollowUp, match="follow-up ends on day 5, not after"):
        cumulative_dynamic_auc(FIVE.days, FIVE.events, FIVE.predictor, [3, horizon])


def test_no_c_is_given_past_follow_up() -> None:
    with pytest.raises(HorizonBeyondFollowUp, match=r"ends on day 5, before 5\.5"):
        uno_c(FIVE.days, FIVE.events, FIVE.predictor, 5.5)


def test_no_area_is_given_before_the_first_event() -> None:
    with pytest.raises(NotEstimable, match=r"nobody had the event by day 0\.5"):
        cumulative_dynamic_auc(FIVE.days, FIVE.events, FIVE.predictor, [0.5])


def test_no_c_is_given_without_a_comparable_pair() -> None:
    with pytest.raises(NotEstimable, match="no two rows are comparable; 2 events"):
        harrell_c([3, 3], [True, True], [1, 2])


@pytest.mark.parametrize(
    ("days", "events", "predictor"),
    [
        ([], [], []),
        ([1, 2], [1], [0, 0]),
        ([1, 2], [1, 0], [0]),
        ([-1, 2], [1, 0], [0, 0]),
        ([1, 2], [1, 0], [0, np.nan]),
        ([1, 2], [1, 2], [0, 0]),
    ],
)
def test_rows_that_are_no_follow_up_are_refused(
    days: list[float], events: list[int], predictor: list[float]
) -> None:
    with pytest.raises(MalformedRows):
        harrell_c(days, events, predictor)
