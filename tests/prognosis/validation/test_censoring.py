"""The censoring distribution, and what its weights have to add up to."""

from fractions import Fraction

import numpy as np
import pytest

from app.prognosis.validation.censoring import censoring_curve
from tests.prognosis.validation.simulated import Rows, gbsg2, simulated

COHORTS = [gbsg2(), simulated(300, 1), simulated(300, 2, whole=50.0)]


def test_a_censoring_leaves_those_whom_the_day_s_events_have_left() -> None:
    # At 2: five rows, one of them an event, so one of four is censored; at 4: one of two.
    days, events = np.array([1.0, 2, 2, 3, 4, 5]), np.array([True, True, False, True, False, True])

    curve = censoring_curve(days, events)

    assert curve.at_risk.tolist() == [4, 2]
    assert curve.survival.tolist() == [1, Fraction(3, 4), Fraction(3, 8)]


def test_an_event_is_weighed_before_its_day_s_censorings_and_a_survivor_after_them() -> None:
    curve = censoring_curve(np.array([2.0, 2.0, 3.0]), np.array([True, False, True]))

    assert curve.before(np.array([2.0])).tolist() == [1.0]
    assert curve.until(np.array([2.0])).tolist() == [0.5]


def test_without_censoring_nobody_weighs_more_than_one() -> None:
    curve = censoring_curve(np.array([1.0, 2.0]), np.array([True, True]))

    assert curve.until(np.array([0.0, 1.0, 9.0])).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("rows", COHORTS)
def test_the_curve_is_that_of_scikit_survival(rows: Rows) -> None:
    from sksurv.nonparametric import CensoringDistributionEstimator  # noqa: PLC0415
    from sksurv.util import Surv  # noqa: PLC0415

    theirs = CensoringDistributionEstimator().fit(Surv.from_arrays(rows.events, rows.days))

    ours = censoring_curve(rows.days, rows.events).until(rows.days)

    assert ours == pytest.approx(theirs.predict_proba(rows.days), abs=1e-13)


@pytest.mark.parametrize("rows", COHORTS)
@pytest.mark.parametrize("day", [100.0, 400.0, 990.0])
def test_the_weights_add_up_to_the_number_of_rows(rows: Rows, day: float) -> None:
    curve = censoring_curve(rows.days, rows.events)
    seen = rows.events & (rows.days <= day)

    outlived = (rows.days > day).sum() / curve.until(np.array([day]))[0]
    weights = (1 / curve.before(rows.days[seen])).sum() + outlived

    assert weights == pytest.approx(len(rows.days), rel=1e-12)
