"""The smooth calibration curve and its distances."""

from math import sqrt

import numpy as np
import pytest

from app.prognosis.kaplan_meier import survival as kaplan_meier
from app.prognosis.validation.calibration_curve import smooth_calibration, spline
from app.prognosis.validation.cox_fit import CoxFit, fit_cox
from app.prognosis.validation.estimates import HorizonBeyondFollowUp
from tests.prognosis.validation.simulated import Flags, Floats, simulated


def test_the_spline_is_a_line_beyond_its_outer_knots() -> None:
    knots = np.array([-1.0, 0.0, 1.5, 2.0])

    left, right = (spline(np.linspace(*ends, 9), knots) for ends in ((-9, -1), (2, 9)))

    for side in (left, right):
        assert np.diff(side, 2, axis=0) == pytest.approx(0.0, abs=1e-11)


def test_the_spline_between_the_knots_is_worked_out_by_hand() -> None:
    # Knots 0, 1, 2, 3 at 2.5: (2.5^3 - 3 * 0.5^3) / 9 and (1.5^3 - 2 * 0.5^3) / 9.
    (row,) = spline(np.array([2.5]), np.array([0.0, 1.0, 2.0, 3.0]))

    assert row.tolist() == pytest.approx([2.5, 15.25 / 9, 3.125 / 9], rel=1e-14)


def test_the_spline_and_its_slope_are_unbroken_at_the_knots() -> None:
    knots = np.array([-1.0, 0.0, 1.5, 2.0])

    for knot in knots:
        near = spline(knot + np.array([-1e-6, 0.0, 1e-6]), knots)
        # The second difference over a step h is h^2 times a bounded curvature, here below 10.
        assert np.abs(np.diff(near, 2, axis=0)).max() < 1e-11


def test_a_fit_that_gives_back_the_predictions_has_no_distance() -> None:
    rows = simulated(400, 31)
    x = (rows.predictor > 0).astype(float)[:, None]
    risk = fit_cox(x, rows.days, rows.events).risk(x, 600)

    smooth = smooth_calibration(rows.days, rows.events, risk, 600)

    # Newton stops at steps of 1e-9 standard deviations.
    assert (smooth.ici, smooth.e50, smooth.e90) == pytest.approx((0, 0, 0), abs=1e-8)


def test_the_truth_lies_as_near_as_chance_allows() -> None:
    # Nobody is censored before the horizon, so the curve's squared error sums to at most
    # 4 / (4 n) for its 4 parameters: in 99.9 % of samples ICI <= sqrt(18.5 / (4 n)).
    n = 4000
    rows = simulated(n, 32, censoring=1e9)

    smooth = smooth_calibration(rows.days, rows.events, rows.risk(700), 700)

    assert smooth.ici < sqrt(18.5 / (4 * n))


def test_risks_told_too_high_by_half_are_found_at_their_distance() -> None:
    # A distance of risk / 2, its mean, median and 90th percentile, within the curve's own error.
    n = 4000
    rows = simulated(n, 33, censoring=1e9)
    truth = rows.risk(200)

    smooth = smooth_calibration(rows.days, rows.events, np.minimum(1.5 * truth, 1.0), 200)

    distance = np.minimum(0.5 * truth, 1 - truth)
    derived = [distance.mean(), *np.quantile(distance, (0.5, 0.9))]
    assert [smooth.ici, smooth.e50, smooth.e90] == pytest.approx(derived, abs=0.034)


def test_the_curve_rises_from_the_first_percentile_to_the_last() -> None:
    rows = simulated(1000, 34)
    risk = rows.risk(600)

    curve = smooth_calibration(rows.days, rows.events, risk, 600).curve

    predicted = [point.predicted for point in curve]
    assert predicted == sorted(predicted)
    assert (predicted[0], predicted[-1]) == pytest.approx(np.quantile(risk, (0.01, 0.99)).tolist())
    assert all(0 <= point.observed <= 1 for point in curve)


def test_equal_predictions_are_held_against_kaplan_and_meier() -> None:
    rows = simulated(200, 35)

    smooth = smooth_calibration(rows.days, rows.events, np.full(200, 0.4), 600)

    observed = 1 - kaplan_meier(rows.days, rows.events).at(600)
    assert smooth.ici == pytest.approx(abs(observed - 0.4), rel=1e-12)
    assert len(smooth.curve) == 1


def test_predictions_of_nought_and_one_are_borne() -> None:
    rows = simulated(300, 36)
    risk = np.clip(rows.risk(600) * 1.5 - 0.2, 0.0, 1.0)

    smooth = smooth_calibration(rows.days, rows.events, risk, 600)

    assert 0 < smooth.e50 <= smooth.e90 <= 1


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = simulated(300, 37, whole=50.0)
    other = rows.shuffled(2)

    one, two = (smooth_calibration(r.days, r.events, r.risk(600) ** 2, 600) for r in (rows, other))

    assert one.ici == pytest.approx(two.ici, abs=1e-9)


def test_another_cox_fit_can_be_plugged_in() -> None:
    rows, shapes = simulated(300, 38), []

    def fit(x: Floats, days: Floats, events: Flags) -> CoxFit:
        shapes.append(x.shape)
        return fit_cox(x, days, events)

    smooth_calibration(rows.days, rows.events, rows.risk(600), 600, fit)

    assert shapes == [(300, 3)]


def test_no_curve_is_given_past_follow_up() -> None:
    rows = simulated(300, 39)

    with pytest.raises(HorizonBeyondFollowUp):
        smooth_calibration(rows.days, rows.events, rows.risk(2000), 2000)
