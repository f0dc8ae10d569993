"""A patient's curve, its bands, its median and its mean are those of R's survfit."""

from math import exp, log, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.curves import SurvivalCurve, survival_curve
from app.prognosis.engine.rows import survival_rows
from app.prognosis.engine.survival_band import SurvivalBand
from tests.prognosis.engine.after_fit import FITS, LIKE_R, Fitted, fitted, table
from tests.prognosis.engine.six_patients import BETA, EXACT, ROWS

Floats = NDArray[np.float64]

PERSONS = (0, -1)
"""R's script draws the curves of the first row and of the last."""


def curve_of(fit: Fitted, person: int, since: float = 0.0) -> SurvivalCurve:
    """Draw the curve of one of the given rows."""
    rows, place = fit.rows, fit.rows.order.tolist().index(person % len(fit.rows))
    baseline = baselines(rows, fit.beta, ties=fit.ties)[rows.strata[place]]
    offset = float(rows.offset[place])
    return survival_curve(
        baseline, rows.x[place], fit.beta, fit.covariance, offset=offset, since=since
    )


def one_of_six(x: float = 0.0, covariance: float | None = 0.0, since: float = 0.0) -> SurvivalCurve:
    """Draw the curve of a patient among the six, at their mean unless said otherwise."""
    [baseline] = baselines(ROWS, BETA)
    error = None if covariance is None else np.array([[covariance]])
    return survival_curve(baseline, np.array([x]), BETA, error, since=since)


def with_nan(values: list[float | None]) -> list[float]:
    """Write what R does not tell as NaN."""
    return [float("nan") if value is None else value for value in values]


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", FITS)
def test_the_hazard_and_its_error_are_those_of_r(name: str, person: int) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]

    band = curve_of(fit, person).at(told["times"])

    assert band.cumulative_hazard == pytest.approx(table(told["cumulative_hazard"]), rel=LIKE_R)
    assert band.standard_error == pytest.approx(table(told["standard_error"]), rel=LIKE_R)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", FITS)
def test_the_bands_are_those_of_r(name: str, person: int) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]

    band = curve_of(fit, person).at(told["times"])

    for kind, limits in (
        ("log", band.interval()),
        ("loglog", band.log_log_interval()),
        ("plain", band.plain_interval()),
    ):
        assert limits is not None
        assert np.transpose(limits) == pytest.approx(table(told[kind]), rel=LIKE_R)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", FITS)
def test_the_median_and_its_limits_are_those_of_r(name: str, person: int) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]
    curve = curve_of(fit, person)

    for kind, interval in (
        ("median", SurvivalBand.interval),
        ("median_loglog", SurvivalBand.log_log_interval),
    ):
        median = curve.median(interval)
        found = with_nan([median.time, *median.ci95])
        assert found == pytest.approx(with_nan(told[kind]), nan_ok=True, rel=1e-14)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", FITS)
def test_the_restricted_mean_is_that_of_r(name: str, person: int) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]

    mean = curve_of(fit, person).restricted_mean(told["horizon"])

    assert mean.estimate == pytest.approx(told["mean"], rel=LIKE_R)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", [n for n in FITS if n != "stratified" and "mixed" not in n])
def test_the_error_of_the_restricted_mean_is_the_sum_over_all_pairs_of_times(
    name: str, person: int
) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]

    mean = curve_of(fit, person).restricted_mean(told["horizon"])

    assert mean.standard_error == pytest.approx(told["mean_error"], rel=LIKE_R)


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("name", FITS)
def test_the_survival_of_who_is_event_free_later_is_that_of_r(name: str, person: int) -> None:
    fit = fitted(name)
    told = fit.told["curves"][person]

    band = curve_of(fit, person, told["since"]).at(told["late_times"])

    assert band.cumulative_hazard == pytest.approx(table(told["late_hazard"]), rel=LIKE_R)
    assert band.standard_error == pytest.approx(table(told["late_error"]), rel=LIKE_R)


def test_a_man_of_74_with_lung_cancer_has_the_survival_that_r_prints() -> None:
    band = curve_of(fitted("lung"), 0).at([306, 455])

    # summary(survfit(coxph(Surv(time, status) ~ age + sex, lung), data.frame(age = 74, sex = 1))).
    assert band.probability == pytest.approx([0.369, 0.189], abs=5e-4)
    limits = band.interval()
    assert limits is not None
    assert limits[0] == pytest.approx([0.277, 0.117], abs=5e-4)
    assert limits[1] == pytest.approx([0.494, 0.304], abs=5e-4)


def test_the_curve_is_one_before_the_first_event_and_falls_on_the_day_of_one() -> None:
    curve = one_of_six()

    band = curve.at([0.0, 0.999, 1.0, 1.999, 2.0, 3.0])

    assert band.probability[:2].tolist() == [1.0, 1.0]
    assert band.cumulative_hazard[2] == band.cumulative_hazard[3]
    assert band.cumulative_hazard[4] == band.cumulative_hazard[5] > band.cumulative_hazard[3]
    for limits in (band.interval(), band.log_log_interval(), band.plain_interval()):
        assert limits is not None
        assert [limits[0][0], limits[1][0]] == [1.0, 1.0]


def test_a_restricted_mean_is_the_area_under_the_steps() -> None:
    mean = one_of_six().restricted_mean(3.5)

    # At the means H is 2/15 from 1 on and 2/15 + 2/11 + 4/17 from 2 on; the coefficient being
    # known, the variance of H grows by 4/225 and by 4/121 + 16/289, each felt by the area behind.
    first, second = exp(-2 / 15), 1.5 * exp(-2 / 15 - 2 / 11 - 4 / 17)
    variance = 4 / 225 * (first + second) ** 2 + (4 / 121 + 16 / 289) * second**2
    assert mean.estimate == pytest.approx(1 + first + second, rel=EXACT)
    assert mean.standard_error == pytest.approx(sqrt(variance), rel=EXACT)


def test_the_error_of_a_mean_grows_with_that_of_the_coefficient() -> None:
    mean = one_of_six(x=0.5, covariance=0.09).restricted_mean(2.0)

    # Twice the baseline's hazard, 4/15 from 1 on. Its slope by the coefficient is
    # 2 * (2/15 * 1/2 - 1/25) = 4/75, its own variance 4 * 4/225.
    area = exp(-4 / 15)
    variance = (4 * 4 / 225 + 0.09 * (4 / 75) ** 2) * area**2
    assert mean.estimate == pytest.approx(1 + area, rel=EXACT)
    assert mean.standard_error == pytest.approx(sqrt(variance), rel=EXACT)


def test_the_interval_of_a_mean_stays_within_the_horizon() -> None:
    mean = one_of_six(x=0.5, covariance=100.0).restricted_mean(5.0)

    assert mean.ci95 == (0.0, 5.0)


def test_a_mean_is_counted_from_where_the_curve_starts() -> None:
    mean = one_of_six(since=1.5).restricted_mean(3.5)

    # One until 2, then exp of less the steps at 2 alone.
    assert mean.estimate == pytest.approx(0.5 + 1.5 * exp(-2 / 11 - 4 / 17), rel=EXACT)


def test_a_mean_up_to_the_first_event_is_its_horizon_without_error() -> None:
    mean = one_of_six(covariance=0.09).restricted_mean(1.0)

    assert (mean.estimate, mean.standard_error, mean.ci95) == (1.0, 0.0, (1.0, 1.0))


@pytest.mark.parametrize("horizon", [0.0, -1.0, 5.001, float("nan")])
def test_a_horizon_outside_follow_up_is_refused(horizon: float) -> None:
    with pytest.raises(ValueError, match=r"is not in \(0, 5\]"):
        one_of_six().restricted_mean(horizon)


def test_the_survival_of_who_is_event_free_later_is_a_quotient() -> None:
    whole, late = one_of_six(x=0.5), one_of_six(x=0.5, since=2.0)

    quotient = whole.at([4.0]).probability / whole.at([2.0]).probability
    assert late.at([4.0]).probability == pytest.approx(quotient, rel=EXACT)
    assert late.at([2.0]).probability.tolist() == [1.0]
    assert late.times.tolist() == [4.0]


def test_a_time_before_the_curve_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="a time precedes 2"):
        one_of_six(since=2.0).at([3.0, 1.0])


@pytest.mark.parametrize("since", [-1.0, 5.001, float("nan")])
def test_a_start_outside_follow_up_is_refused(since: float) -> None:
    with pytest.raises(ValueError, match=r"is not within the follow-up, \[0, 5\]"):
        one_of_six(since=since)


@pytest.mark.parametrize("x", [[0.0, 1.0], [float("nan")], [float("inf")]])
def test_covariates_that_do_not_fit_are_refused(x: list[float]) -> None:
    [baseline] = baselines(ROWS, BETA)

    with pytest.raises(ValueError, match="not 1 finite numbers"):
        survival_curve(baseline, np.array(x), BETA, None)


def test_without_a_covariance_no_error_is_told() -> None:
    curve = one_of_six(covariance=None)
    band, median, mean = curve.steps, curve.median(), curve.restricted_mean(3.0)

    assert band.standard_error is None
    assert [band.interval(), band.log_log_interval(), band.plain_interval()] == [None] * 3
    assert median.ci95 == (None, None)
    assert (mean.standard_error, mean.ci95) == (None, None)


def test_a_median_that_is_not_reached_exceeds_the_day_of_its_lower_limit() -> None:
    median = one_of_six(x=-0.5).median()

    # Half the baseline's hazard: .2753 from 2 on and .4753 from 4 on, so survival ends at .622.
    # The variance is a quarter of .1062 and of .2662: the lower limit is exp(-.2753 - .3194)
    # = .552 at 2 and exp(-.4753 - .5056) = .375 at 4.
    assert (median.time, median.ci95, median.lower_bound) == (None, (4.0, None), 4.0)


def test_a_median_whose_limits_are_not_reached_exceeds_follow_up() -> None:
    rows = survival_rows([[0.0]] * 50, np.arange(1, 51), [1] + [0] * 49)
    [baseline] = baselines(rows, np.zeros(1))

    median = survival_curve(baseline, np.zeros(1), np.zeros(1), np.zeros((1, 1))).median()

    assert (median.time, median.ci95, median.lower_bound) == (None, (None, None), 50.0)


def test_a_median_is_the_first_day_on_which_half_have_had_the_event() -> None:
    rows = survival_rows([[0.0], [0.0]], [3, 8], [1, 1], offset=[-log(log(2) * 2), 0.0])
    [baseline] = baselines(rows, np.zeros(1))
    ratio = log(2) / baseline.cumulative_hazard[0]

    curve = survival_curve(baseline, np.zeros(1), np.zeros(1), None, offset=log(ratio) + 1e-12)

    assert curve.median().time == 3.0


def test_limits_are_in_order_and_within_nought_and_one() -> None:
    for name in FITS:
        band = curve_of(fitted(name), 0).steps
        for limits in (band.interval(), band.log_log_interval(), band.plain_interval()):
            assert limits is not None
            low, high = limits
            assert (low >= 0).all()
            assert (low <= band.probability).all()
            assert (band.probability <= high).all()
            assert (high <= 1).all()
