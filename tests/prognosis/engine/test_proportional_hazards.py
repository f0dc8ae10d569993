"""The test of proportional hazards is that of cox.zph in R's survival 3."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.prognosis.engine.proportional_hazards import Clock, proportional_hazards_test
from app.prognosis.engine.residuals import scaled_schoenfeld_residuals
from app.prognosis.engine.rows import survival_rows
from tests.prognosis.engine.after_fit import FITS, LIKE_R, fitted, table
from tests.prognosis.engine.six_patients import BETA, TIMES, X

Floats = NDArray[np.float64]
CLOCKS: tuple[Clock, ...] = ("km", "rank", "identity", "log")


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("name", FITS)
def test_the_test_is_that_of_r(name: str, clock: Clock) -> None:
    fit = fitted(name)

    test = proportional_hazards_test(fit.rows, fit.beta, ties=fit.ties, clock=clock)

    told = fit.told["zph"][clock]
    assert [*test.chi_squared, test.chi_squared_global] == pytest.approx(
        table(told["chi_squared"]), rel=LIKE_R
    )
    assert [*test.p_values, test.p_value_global] == pytest.approx(table(told["p"]), rel=LIKE_R)


def test_the_veterans_are_those_that_r_prints() -> None:
    fit = fitted("veteran")

    test = proportional_hazards_test(fit.rows, fit.beta)

    # print(cox.zph(coxph(Surv(time, status) ~ trt + prior + karno, veteran))).
    assert test.chi_squared == pytest.approx([0.288, 2.168, 12.138], abs=5e-4)
    assert test.chi_squared_global == pytest.approx(18.073, abs=5e-4)
    assert test.p_values == pytest.approx([0.59125, 0.14087, 0.00049], abs=5e-6)
    assert test.p_value_global == pytest.approx(0.00042, abs=5e-6)


@pytest.mark.parametrize("name", FITS)
def test_it_tells_the_residuals_that_a_plot_needs(name: str) -> None:
    fit = fitted(name)

    test = proportional_hazards_test(fit.rows, fit.beta, ties=fit.ties)

    scaled = scaled_schoenfeld_residuals(fit.rows, fit.beta, fit.covariance, ties=fit.ties)
    assert test.scaled_residuals == pytest.approx(scaled, rel=1e-7)
    assert test.times.tolist() == fit.rows.stops[fit.rows.events].tolist()
    assert sorted(test.clock_times) == pytest.approx(table(fit.told["clock_times"]), rel=1e-12)


def test_the_clock_of_survival_counts_those_who_died_before() -> None:
    rows = survival_rows(X, TIMES, [1, 1, 1, 0, 1, 1])

    test = proportional_hazards_test(rows, BETA)

    # 1 - S just before 1, 2, 2, 4, 5: nobody; 1/6; 1/6; half of six; D censored, so 1 - 1/2 * 1/2.
    assert test.clock_times == pytest.approx([0, 1 / 6, 1 / 6, 1 / 2, 3 / 4], rel=1e-14)


def statistics_of_lung(clock: Clock, power: float, unit: float) -> Floats:
    rows, beta = fitted("lung").rows, fitted("lung").beta
    moved = survival_rows(rows.x, (rows.stops / unit) ** power, rows.events)
    return proportional_hazards_test(moved, beta, clock=clock).chi_squared


@pytest.mark.parametrize("clock", CLOCKS)
def test_the_unit_of_time_changes_no_test(clock: Clock) -> None:
    assert statistics_of_lung(clock, 1, 32) == pytest.approx(
        statistics_of_lung(clock, 1, 1), rel=1e-9
    )


@pytest.mark.parametrize("clock", ["km", "rank"])
def test_the_scale_of_time_changes_no_test_by_order(clock: Clock) -> None:
    assert statistics_of_lung(clock, 2, 1) == pytest.approx(
        statistics_of_lung(clock, 1, 1), rel=1e-12
    )


def test_a_stratum_without_an_event_changes_no_test() -> None:
    fit = fitted("stratified")
    rows = fit.rows
    idle = survival_rows(
        np.concatenate((rows.x, rows.x)),
        np.concatenate((rows.stops, rows.stops)),
        np.concatenate((rows.events, np.zeros(len(rows)))),
        strata=np.concatenate((rows.strata, np.full(len(rows), 9))),
    )

    with_idle = proportional_hazards_test(idle, fit.beta, clock="identity")

    alone = proportional_hazards_test(rows, fit.beta, clock="identity")
    assert with_idle.chi_squared == pytest.approx(alone.chi_squared, rel=1e-10)
    assert with_idle.chi_squared_global == pytest.approx(alone.chi_squared_global, rel=1e-10)


def test_events_at_one_time_tell_of_no_trend() -> None:
    rows = survival_rows(X, [2, 2, 2, 3, 3, 3], [1, 1, 1, 0, 0, 0])

    with pytest.raises(ValueError, match="no information on a trend"):
        proportional_hazards_test(rows, BETA)


def test_rows_without_an_event_tell_of_no_trend() -> None:
    rows = survival_rows(X, TIMES, np.zeros(6))

    with pytest.raises(ValueError, match="no information on a trend"):
        proportional_hazards_test(rows, BETA)


def test_a_clock_that_nobody_knows_is_refused() -> None:
    fit = fitted("lung")

    with pytest.raises(ValueError, match="not 'moon'"):
        proportional_hazards_test(fit.rows, fit.beta, clock="moon")  # type: ignore[arg-type]
