"""The Brier score, its average, and the index of prediction accuracy."""

from fractions import Fraction

import numpy as np
import pytest

from app.prognosis.engine.rows import MalformedRows
from app.prognosis.kaplan_meier import survival as kaplan_meier
from app.prognosis.validation.brier import brier_scores, integrated_brier
from app.prognosis.validation.estimates import HorizonBeyondFollowUp, NotEstimable
from tests.prognosis.validation import weighted
from tests.prognosis.validation.simulated import Floats, Rows, gbsg2, simulated, structured

COHORTS = [gbsg2(), simulated(400, 11), simulated(400, 12, whole=50.0)]
HORIZONS = [200.75, 500.75, 900.75, 1300.75]

DAYS, EVENTS = [1.0, 2.0, 3.0, 4.0], [True, False, True, False]
"""At 2 one of three is censored: G is 2/3 from then on."""


def survival(rows: Rows, horizons: list[float]) -> Floats:
    return np.column_stack([1 - rows.risk(horizon) for horizon in horizons])


def test_the_score_of_four_rows_is_worked_out_by_hand() -> None:
    # Day 3: the event at 1 weighs 1, that at 3 weighs 3/2, the survivor 3/2, the censored nothing.
    (brier,) = brier_scores(DAYS, EVENTS, [[0.5], [0.1], [0.25], [0.75]], [3])

    by_hand = (Fraction(1, 4) + Fraction(3, 2) * (Fraction(1, 16) + Fraction(1, 16))) / 4
    assert brier.score.value == pytest.approx(float(by_hand), abs=1e-15)


def test_the_prediction_accuracy_of_four_rows_is_worked_out_by_hand() -> None:
    # Kaplan-Meier at 3: 3/4 * 1/2 = 3/8; the null scores 3/8 * 5/8 = 15/64, the model 7/64.
    (brier,) = brier_scores(DAYS, EVENTS, [[0.5], [0.1], [0.25], [0.75]], [3])

    assert brier.null == pytest.approx(15 / 64, abs=1e-15)
    assert brier.ipa == pytest.approx(float(1 - Fraction(7, 15)), abs=1e-14)


@pytest.mark.parametrize("rows", COHORTS)
def test_the_scores_are_those_of_scikit_survival(rows: Rows) -> None:
    from sksurv.metrics import brier_score  # noqa: PLC0415

    y, chances = structured(rows), survival(rows, HORIZONS)
    theirs = brier_score(y, y, chances, HORIZONS)[1]

    ours = brier_scores(rows.days, rows.events, chances, HORIZONS)

    assert [one.score.value for one in ours] == pytest.approx(theirs.tolist(), abs=1e-12)


@pytest.mark.parametrize("rows", COHORTS)
def test_the_average_is_that_of_scikit_survival(rows: Rows) -> None:
    from sksurv.metrics import integrated_brier_score  # noqa: PLC0415

    y, chances = structured(rows), survival(rows, HORIZONS)
    theirs = integrated_brier_score(y, y, chances, HORIZONS)

    ours = integrated_brier(rows.days, rows.events, chances, HORIZONS)

    assert ours.score.value == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("rows", COHORTS)
def test_the_marginal_estimate_scores_its_own_variance(rows: Rows) -> None:
    marginal = kaplan_meier(rows.days, rows.events)
    chances = np.tile([marginal.at(horizon) for horizon in HORIZONS], (len(rows.days), 1))

    for one in brier_scores(rows.days, rows.events, chances, HORIZONS):
        assert one.score.value == pytest.approx(one.null, rel=1e-12)
        assert one.ipa == pytest.approx(0.0, abs=1e-12)


def test_the_error_is_the_derivative_by_the_case_weights() -> None:
    rows = simulated(40, 13, whole=100.0)

    (brier,) = brier_scores(rows.days, rows.events, survival(rows, [500]), [500])

    by_definition = weighted.standard_error(weighted.brier(500.0), rows)
    assert brier.score.standard_error == pytest.approx(by_definition, rel=1e-7)


def test_the_accuracy_s_error_is_the_derivative_by_the_case_weights() -> None:
    rows = simulated(40, 13, whole=100.0)

    (brier,) = brier_scores(rows.days, rows.events, survival(rows, [500]), [500])

    assert brier.ipa_error == pytest.approx(
        weighted.standard_error(weighted.ipa(500.0), rows), rel=1e-7
    )
    low, high = brier.ipa_ci95
    assert low < brier.ipa < high <= 1


def test_the_average_of_one_pair_of_horizons_is_their_mean() -> None:
    rows = simulated(200, 14)
    chances = survival(rows, [300, 700])

    pair = brier_scores(rows.days, rows.events, chances, [300, 700])
    average = integrated_brier(rows.days, rows.events, chances, [300, 700])

    assert average.score.value == pytest.approx(
        (pair[0].score.value + pair[1].score.value) / 2, rel=1e-14
    )
    assert average.null == pytest.approx((pair[0].null + pair[1].null) / 2, rel=1e-14)


def test_without_censoring_the_score_is_a_mean_of_squares() -> None:
    rows = simulated(200, 15)
    chances = survival(rows, [500])

    (brier,) = brier_scores(rows.days, np.ones(200, dtype=bool), chances, [500])

    squares = ((rows.days > 500) - chances[:, 0]) ** 2
    assert brier.score.value == pytest.approx(squares.mean(), rel=1e-14)
    assert brier.score.standard_error == pytest.approx(squares.std() / np.sqrt(200), rel=1e-12)


def test_the_truth_explains_what_its_own_variance_leaves() -> None:
    # Without censoring: E (S - 1{T > t})^2 = E S (1 - S), the mean known to 4 standard errors.
    rows = simulated(4000, 16, censoring=1e9)
    alive = 1 - rows.risk(700)

    (brier,) = brier_scores(rows.days, rows.events, alive[:, None], [700])

    expected = float((alive * (1 - alive)).mean())
    assert abs(brier.score.value - expected) < 4 * brier.score.standard_error
    assert 0.2 < brier.ipa < 0.4


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = simulated(200, 17, whole=50.0)
    other = rows.shuffled(1)

    scores = [
        integrated_brier(r.days, r.events, survival(r, HORIZONS), HORIZONS) for r in (rows, other)
    ]

    assert scores[0].score.value == pytest.approx(scores[1].score.value, rel=1e-13)
    assert scores[0].score.standard_error == pytest.approx(scores[1].score.standard_error)


def test_no_score_is_given_past_follow_up() -> None:
    with pytest.raises(HorizonBeyondFollowUp, match="follow-up ends on day 4"):
        brier_scores(DAYS, EVENTS, np.full((4, 2), 0.5), [2, 4])


def test_no_score_is_given_before_the_first_event() -> None:
    with pytest.raises(NotEstimable, match=r"nobody had the event by day 0\.5"):
        brier_scores(DAYS, EVENTS, np.full((4, 1), 0.5), [0.5])


@pytest.mark.parametrize("horizons", [[2.0], [3.0, 2.0], [2.0, 2.0]])
def test_an_average_needs_two_ascending_horizons(horizons: list[float]) -> None:
    with pytest.raises(NotEstimable, match="two or more are needed, ascending"):
        integrated_brier(DAYS, EVENTS, np.full((4, len(horizons)), 0.5), horizons)


@pytest.mark.parametrize("chances", [np.full((4, 2), 0.5), np.full((4, 1), 1.2), np.full(4, 0.5)])
def test_predictions_that_are_no_probabilities_are_refused(chances: Floats) -> None:
    with pytest.raises(MalformedRows, match="no probability for each horizon"):
        brier_scores(DAYS, EVENTS, chances, [2])
