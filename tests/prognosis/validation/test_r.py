"""The same figures as R's, on GBSG2 by day and by month, where events and censorings share days."""

import json

import numpy as np
import pytest

from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.discrimination import harrell_c, uno_c
from tests.prognosis.validation.simulated import SURVIVAL, Flags, Floats, gbsg2_table

ORACLES = json.loads((SURVIVAL / "validation.json").read_text())
"""Made by validation.R beside it."""

HORIZON = 900


@pytest.fixture(params=["days", "months"])
def oracle(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def follow_up(oracle: str) -> tuple[Floats, Flags]:
    table = gbsg2_table()
    days = table["time"]
    return days if oracle == "days" else 30 * np.ceil(days / 30), table["status"] == 1


def predictor() -> Floats:
    table = gbsg2_table()
    return np.asarray(0.5 * np.log1p(table["pnodes"]) + 0.01 * table["tsize"] - 1.1)


def risk() -> Floats:
    return np.asarray(-np.expm1(-0.35 * np.exp(predictor())))


def test_harrell_s_c_and_its_error_are_r_s(oracle: str) -> None:
    c, theirs = harrell_c(*follow_up(oracle), predictor()), ORACLES[oracle]

    assert c.value == pytest.approx(theirs["harrell"], abs=1e-13)
    assert c.standard_error == pytest.approx(theirs["harrell_error"], rel=1e-11)


def test_uno_s_c_is_r_s(oracle: str) -> None:
    # R counts events up to and on day 1201, on which nobody in either table has one.
    c = uno_c(*follow_up(oracle), predictor(), 1201)

    assert c.value == pytest.approx(ORACLES[oracle]["uno"], abs=1e-12)


def test_the_slope_is_r_s(oracle: str) -> None:
    slope, theirs = calibration_slope(*follow_up(oracle), predictor()), ORACLES[oracle]

    assert slope.value == pytest.approx(theirs["slope"], rel=1e-9)
    assert slope.standard_error == pytest.approx(theirs["slope_error"], rel=1e-9)


def test_the_ratio_and_its_interval_follow_from_r_s(oracle: str) -> None:
    ratio, theirs = observed_expected(*follow_up(oracle), risk(), HORIZON), ORACLES[oracle]

    assert ratio.ratio == pytest.approx(theirs["observed"] / theirs["expected"], rel=1e-12)
    reach = np.exp(1.959963984540054 * theirs["observed_error"] / theirs["observed"])
    assert ratio.ci95 == pytest.approx((ratio.ratio / reach, ratio.ratio * reach), rel=1e-12)


def test_the_smooth_curve_s_distances_are_r_s(oracle: str) -> None:
    smooth, theirs = smooth_calibration(*follow_up(oracle), risk(), HORIZON), ORACLES[oracle]

    assert smooth.ici == pytest.approx(theirs["ici"], rel=1e-8)
    assert smooth.e50 == pytest.approx(theirs["e50"], rel=1e-8)
    assert smooth.e90 == pytest.approx(theirs["e90"], rel=1e-8)
