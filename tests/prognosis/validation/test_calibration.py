"""Observed over expected, the slope, and groups of like risk."""

from fractions import Fraction
from math import exp, log, sqrt

import numpy as np
import pytest

from app.prognosis.engine.rows import MalformedRows
from app.prognosis.refusals import RefitRefused
from app.prognosis.survival import Z95
from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_groups import calibration_groups
from app.prognosis.validation.cox_fit import fit_cox
from app.prognosis.validation.estimates import HorizonBeyondFollowUp, NotEstimable
from tests.prognosis.validation.simulated import gbsg2, simulated

DAYS, EVENTS = [1.0, 2.0, 3.0, 4.0], [True, False, True, False]


def test_the_ratio_of_four_rows_is_worked_out_by_hand() -> None:
    # Kaplan-Meier at 3: 3/4 * 1/2 = 3/8, so 5/8 observed; a mean of 1/2 expected.
    ratio = observed_expected(DAYS, EVENTS, [0.25, 0.75, 0.5, 0.5], 3)

    assert (ratio.observed, ratio.expected, ratio.ratio) == (0.625, 0.5, 1.25)


def test_the_interval_of_four_rows_is_worked_out_by_hand() -> None:
    # Greenwood: (3/8)^2 (1 / (4 * 3) + 1 / (2 * 1)) = 21/256; over 5/8 for the log scale.
    low, high = observed_expected(DAYS, EVENTS, [0.25, 0.75, 0.5, 0.5], 3).ci95

    reach = exp(Z95 * sqrt(Fraction(21, 256)) / 0.625)
    assert (low, high) == pytest.approx((1.25 / reach, 1.25 * reach), rel=1e-14)


def test_the_truth_is_well_calibrated() -> None:
    rows = simulated(1000, 21)

    low, high = observed_expected(rows.days, rows.events, rows.risk(600), 600).ci95

    assert low < 1 < high


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    # Of 400 the number covered has a standard error of 4.4 about 380; three of them make 13.
    # Risks drawn with the rows add spread that the interval leaves out, so they are held equal.
    covered = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        event, censored = rng.exponential(1000, 200), rng.uniform(0, 2000, 200)
        days, events = np.minimum(event, censored), event <= censored
        low, high = observed_expected(days, events, np.full(200, 1 - exp(-0.6)), 600).ci95
        covered += low < 1 < high

    assert abs(covered - 380) <= 13


def test_twice_the_risk_halves_the_ratio() -> None:
    rows = simulated(1000, 22)
    risk = rows.risk(300)

    right = observed_expected(rows.days, rows.events, risk / 2, 300)
    doubled = observed_expected(rows.days, rows.events, risk, 300)

    assert doubled.ratio == pytest.approx(right.ratio / 2, rel=1e-14)


def test_the_truth_told_twice_is_seen_as_half() -> None:
    # Doubled risks are cut at 1 for few rows, for which the derived ratio allows. Forty
    # samples; the mean of their distances, in standard errors, has one of 1 / sqrt(40) = 0.16.
    distances = []
    for seed in range(40):
        rows = simulated(1000, seed)
        told = np.minimum(2 * rows.risk(50), 1.0)
        derived = rows.risk(50).mean() / told.mean()
        ratio = observed_expected(rows.days, rows.events, told, 50)
        distances.append(log(ratio.ratio / derived) / log(ratio.ci95[1] / ratio.ratio) * Z95)
        assert derived == pytest.approx(0.5, abs=0.01)

    assert abs(np.mean(distances)) < 3 * 0.16


def test_the_slope_of_the_truth_is_one() -> None:
    # Of 100 samples 95 should cover, with a standard error of 2.2; three of them make 7.
    covered = 0
    for seed in range(100):
        rows = simulated(300, seed)
        low, high = calibration_slope(rows.days, rows.events, rows.predictor).ci95
        covered += low < 1 < high

    assert abs(covered - 95) <= 7


def test_predictions_that_spread_twice_too_far_have_half_the_slope() -> None:
    rows = simulated(500, 25)

    slope, half = (
        calibration_slope(rows.days, rows.events, spread * rows.predictor) for spread in (1, 2)
    )

    assert half.value == pytest.approx(slope.value / 2, rel=1e-9)
    assert half.standard_error == pytest.approx(slope.standard_error / 2, rel=1e-9)


def test_the_slope_of_a_fit_on_its_own_rows_is_one() -> None:
    rows = gbsg2()
    x = rows.predictor[:, None]
    fit = fit_cox(x, rows.days, rows.events)

    slope = calibration_slope(rows.days, rows.events, x @ fit.beta)

    assert slope.value == pytest.approx(1.0, abs=1e-9)


def test_the_slope_is_that_of_lifelines() -> None:
    import pandas as pd  # noqa: PLC0415
    from lifelines import CoxPHFitter  # noqa: PLC0415

    rows = simulated(300, 26, whole=50.0)
    frame = pd.DataFrame({"x": rows.predictor, "t": rows.days, "e": rows.events})
    theirs = CoxPHFitter().fit(
        frame, "t", "e", fit_options={"precision": 1e-10, "r_precision": 1e-14}
    )

    slope = calibration_slope(rows.days, rows.events, rows.predictor)

    assert slope.value == pytest.approx(float(theirs.params_["x"]), rel=1e-8)
    assert slope.standard_error == pytest.approx(float(theirs.standard_errors_["x"]), rel=1e-7)


def test_equal_predictors_have_no_slope() -> None:
    with pytest.raises(RefitRefused, match="the same in all 4 rows"):
        calibration_slope(DAYS, EVENTS, [0.1, 0.1, 0.1, 0.1])


def test_without_an_event_there_is_no_slope() -> None:
    with pytest.raises(RefitRefused, match="0 events in 2 rows"):
        calibration_slope([1, 2], [False, False], [0, 1])


def test_deciles_hold_a_tenth_each_and_rise() -> None:
    rows = simulated(1000, 27)

    groups = calibration_groups(rows.days, rows.events, rows.risk(600), 600)

    expected = [group.expected for group in groups]
    assert len(groups) == 10
    assert expected == sorted(expected)
    # Predictors have two decimals, so a few equal risks may move a group's edge.
    assert all(abs(group.patients - 100) <= 10 for group in groups)


def test_the_truth_lies_within_most_groups_intervals() -> None:
    # Each of ten covers with 0.95; fewer than seven would happen once in a thousand.
    rows = simulated(2000, 28)

    groups = calibration_groups(rows.days, rows.events, rows.risk(600), 600)

    within = [g for g in groups if g.ci95 and g.ci95[0] <= g.expected <= g.ci95[1]]
    assert len(within) >= 7


def test_a_group_s_interval_is_worked_out_by_hand() -> None:
    # Ten rows, one event at 1: S = 9/10, Greenwood's relative error sqrt(1 / (10 * 9)).
    days, events = np.append(1.0, np.full(9, 5.0)), np.append(True, np.zeros(9, dtype=bool))

    (group,) = calibration_groups(days, events, np.full(10, 0.2), 3)

    reach = exp(Z95 * sqrt(1 / 90) / -log(0.9))
    assert group.ci95 is not None
    assert group.observed == pytest.approx(0.1, abs=1e-15)
    assert group.ci95 == pytest.approx((1 - 0.9 ** (1 / reach), 1 - 0.9**reach), rel=1e-12)


def test_equal_risks_stay_together() -> None:
    rows = simulated(300, 29)
    risk = np.where(rows.predictor > 0, 0.6, 0.3)

    groups = calibration_groups(rows.days, rows.events, risk, 600)

    assert [group.expected for group in groups] == pytest.approx([0.3, 0.6], abs=1e-12)
    assert sum(group.patients for group in groups) == 300


def test_a_small_group_shows_no_observed_risk() -> None:
    groups = calibration_groups(DAYS, EVENTS, [0.2, 0.2, 0.8, 0.8], 3, groups=2)

    assert [(group.patients, group.observed, group.ci95) for group in groups] == [
        (2, None, None),
        (2, None, None),
    ]


def test_a_group_that_nobody_was_followed_in_shows_no_observed_risk() -> None:
    days = np.append(np.full(10, 2.0), np.full(10, 5.0))
    events = np.tile([True, False], 10)

    short, long = calibration_groups(days, events, np.repeat([0.2, 0.8], 10), 3, groups=2)

    assert (short.observed, long.observed) == (None, 0.0)


def test_no_ratio_is_given_past_follow_up() -> None:
    with pytest.raises(HorizonBeyondFollowUp):
        observed_expected(DAYS, EVENTS, [0.5] * 4, 4)


def test_no_ratio_is_given_before_the_first_event() -> None:
    with pytest.raises(NotEstimable, match=r"nobody had the event by day 0\.5"):
        observed_expected(DAYS, EVENTS, [0.5] * 4, 0.5)


def test_no_ratio_is_given_to_predictions_of_nought() -> None:
    with pytest.raises(NotEstimable, match="risk of zero was predicted for all 4 rows"):
        observed_expected(DAYS, EVENTS, [0.0] * 4, 3)


def test_a_horizon_that_is_not_above_nought_is_refused() -> None:
    with pytest.raises(NotEstimable, match="not above zero"):
        observed_expected(DAYS, EVENTS, [0.5] * 4, 0)


def test_a_risk_above_one_is_refused() -> None:
    with pytest.raises(MalformedRows, match=r"outside 0 to 1: 0\.5 to 1\.5"):
        observed_expected(DAYS, EVENTS, [0.5, 0.5, 0.5, 1.5], 3)
