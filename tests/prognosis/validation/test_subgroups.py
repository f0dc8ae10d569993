"""Discrimination and calibration group by group."""

import numpy as np
import pytest

from app.prognosis.engine.rows import MalformedRows
from app.prognosis.validation.calibration import observed_expected
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.subgroups import GroupPerformance, by_group
from tests.prognosis.validation.simulated import simulated

ROWS = simulated(200, 61)


def judged(codes: list[str] | list[int], horizon: float = 600) -> dict[str | int, GroupPerformance]:
    rows = by_group(ROWS.days, ROWS.events, ROWS.predictor, ROWS.risk(600), codes, horizon)
    return {row.group: row for row in rows}


def test_each_group_is_judged_by_itself() -> None:
    codes = ["luminal", "triple negative"] * 100

    groups = judged(codes)

    own = np.array(codes) == "luminal"
    days, events = ROWS.days[own], ROWS.events[own]
    assert groups["luminal"] == GroupPerformance(
        group="luminal",
        patients=100,
        events=int(events.sum()),
        concordance=harrell_c(days, events, ROWS.predictor[own]),
        observed_expected=observed_expected(days, events, ROWS.risk(600)[own], 600),
    )
    assert list(groups) == ["luminal", "triple negative"]


def test_nine_patients_are_too_few() -> None:
    groups = judged([1] * 9 + [2] * 191)

    assert (groups[1].patients, groups[1].concordance, groups[1].observed_expected) == (
        9,
        None,
        None,
    )
    assert groups[1].detail == "9 patients; 10 needed"
    assert groups[2].concordance is not None
    assert groups[2].detail is None


def test_ten_patients_are_enough() -> None:
    groups = judged([1] * 10 + [2] * 190)

    assert groups[1].concordance is not None


def test_a_group_without_an_event_has_no_figures() -> None:
    free = np.flatnonzero(~ROWS.events)[:20]
    codes = np.zeros(200, dtype=int)
    codes[free] = 1

    group = judged(codes.tolist())[1]

    assert (group.patients, group.events) == (20, 0)
    assert (group.concordance, group.observed_expected) == (None, None)


def test_a_group_not_followed_to_the_horizon_keeps_its_c_alone() -> None:
    codes = (ROWS.days > 600).astype(int).tolist()

    group = judged(codes)[0]

    assert group.concordance is not None
    assert group.observed_expected is None


def test_a_horizon_past_everybody_leaves_the_c_of_each_group() -> None:
    group = judged([1] * 200, 2000)[1]

    assert group.concordance is not None
    assert group.observed_expected is None
    assert group.detail is not None
    assert group.detail.endswith("not after the horizon of 2000")


def test_a_code_for_each_row_is_needed() -> None:
    with pytest.raises(MalformedRows, match=r"200 rows have group codes of shape \(199,\)"):
        judged([1] * 199)
