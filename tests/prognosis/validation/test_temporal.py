"""A model of the earlier patients, judged on the latest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.prognosis.engine.rows import Places
from app.prognosis.validation.calibration import observed_expected
from app.prognosis.validation.cox_fit import fit_cox
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.estimates import HorizonBeyondFollowUp, NotEstimable
from app.prognosis.validation.optimism import Predict
from app.prognosis.validation.temporal import split_by_date, validate_on_latest
from tests.prognosis.validation.simulated import Floats, simulated


def test_the_latest_fifth_is_set_aside() -> None:
    dates = np.array(["2020-01-05", "2019-03-01", "2021-02-01", "2018-01-01", "2022-01-01"])

    split = split_by_date(dates.astype("datetime64[D]"))

    assert (split.earlier.tolist(), split.latest.tolist()) == ([0, 1, 2, 3], [4])


def test_equal_dates_stay_together_among_the_latest() -> None:
    split = split_by_date([1, 2, 3, 4, 5, 6, 7, 7, 7, 8])

    assert (split.earlier.tolist(), split.latest.tolist()) == ([0, 1, 2, 3, 4, 5], [6, 7, 8, 9])


@pytest.mark.parametrize("dates", [[1, 1, 1, 1, 1], [1, 2], [1]])
def test_dates_without_an_earlier_and_a_later_part_are_refused(dates: list[int]) -> None:
    with pytest.raises(NotEstimable, match="cannot be split"):
        split_by_date(dates)


@given(st.lists(st.integers(0, 9), min_size=10, max_size=60))
def test_no_date_stands_in_both_parts_and_no_row_is_lost(dates: list[int]) -> None:
    split = split_by_date([-1, -1, *dates, 10])

    when = np.array([-1, -1, *dates, 10])
    assert when[split.earlier].max() < when[split.latest].min()
    assert len(split.earlier) + len(split.latest) == len(when)
    assert len(split.latest) >= len(when) // 5


def test_a_row_without_a_date_is_refused() -> None:
    with pytest.raises(NotEstimable, match="without a date"):
        split_by_date(np.array(["2020-01-01", "NaT", "2021-01-01"], dtype="datetime64[D]"))


ROWS = simulated(500, 51)
DATES = np.random.default_rng(52).integers(0, 3650, 500)


def fit(places: Places) -> Predict:
    x = ROWS.predictor[:, None]
    fitted = fit_cox(x[places], ROWS.days[places], ROWS.events[places])
    return lambda asked: fitted.risk(x[asked], 600)


def test_the_latest_judge_a_model_that_never_saw_them() -> None:
    validation = validate_on_latest(ROWS.days, ROWS.events, DATES, 600, fit)

    split = split_by_date(DATES)
    late, risk = split.latest, fit(split.earlier)(split.latest)
    assert validation.rows.tolist() == late.tolist()
    assert validation.risk.tolist() == risk.tolist()
    assert validation.concordance == harrell_c(ROWS.days[late], ROWS.events[late], risk)
    assert validation.observed_expected == observed_expected(
        ROWS.days[late], ROWS.events[late], risk, 600
    )


def test_a_world_that_does_not_change_keeps_its_calibration() -> None:
    ratio = validate_on_latest(ROWS.days, ROWS.events, DATES, 600, fit).observed_expected

    assert ratio.ci95[0] < 1 < ratio.ci95[1]


def test_a_world_that_improves_is_seen_in_the_ratio() -> None:
    # The latest live three times as long: a hazard of a third, so fewer events than expected.
    late = split_by_date(DATES).latest
    days = ROWS.days.copy()
    days[late] *= 3

    ratio = validate_on_latest(days, ROWS.events, DATES, 600, fit).observed_expected

    assert ratio.ci95[1] < 1


def test_nothing_is_said_where_the_latest_were_not_followed() -> None:
    late = split_by_date(DATES).latest
    days: Floats = ROWS.days.copy()
    days[late] = np.minimum(days[late], 500)

    with pytest.raises(HorizonBeyondFollowUp, match="follow-up ends on day 500"):
        validate_on_latest(days, ROWS.events, DATES, 600, fit)
