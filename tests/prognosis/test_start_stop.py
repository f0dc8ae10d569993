"""Landmark and start-stop fits are those of R, and a start-stop fit says nothing of survival."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from math import erfc, exp, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.prognosis import (
    Cohort,
    Fit,
    MalformedRows,
    RefitRefused,
    StartStopFit,
    after_landmark,
    fit,
    fit_start_stop,
)
from app.prognosis.engine.rows import Floats
from app.prognosis.serial_groups import SERIAL_SCHEMES
from tests.prognosis.engine.patients import SURVIVAL, Table, table

LIKE_R = 1e-8
"""Relative difference to R, which ends its own climb at 1e-12 of the likelihood."""

HEART = ("age", "year", "surgery", "transplant")


@cache
def told(name: str) -> dict[str, Any]:
    """What R told; the script stands beside it."""
    content: dict[str, dict[str, Any]] = json.loads((SURVIVAL / "landmarks.json").read_text())
    return content[name]


def intervals(rows: Table, columns: dict[str, Floats], **asked: Any) -> StartStopFit:
    return fit_start_stop(
        rows["id"].tolist(), rows["start"], rows["stop"], rows["event"], columns, **asked
    )


def of_heart(**asked: Any) -> StartStopFit:
    rows = table("heart")
    return intervals(rows, {name: rows[name] for name in HEART}, **asked)


def of_serial() -> StartStopFit:
    rows = table("serial")
    return intervals(rows, {"log1p_ctc": np.log1p(rows["ctc_count"]), "line": rows["line"]})


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("heart_start_stop", of_heart),
        ("heart_start_stop_breslow", lambda: of_heart(ties="breslow")),
        ("serial_start_stop", of_serial),
    ],
)
def test_a_start_stop_fit_is_that_of_r(name: str, fitted: Callable[[], StartStopFit]) -> None:
    ours, theirs = fitted(), told(name)

    assert (ours.intervals, ours.events) == (theirs["rows"], theirs["events"])
    assert_allclose(ours.coefficients, theirs["coefficients"], rtol=LIKE_R)
    assert_allclose(ours.model_covariance, theirs["covariance"], rtol=LIKE_R, atol=1e-12)
    assert_allclose(ours.covariance, theirs["robust"], rtol=LIKE_R, atol=1e-12)
    assert_allclose(
        [ours.log_likelihood, ours.log_likelihood_null],
        [theirs["log_likelihood"], theirs["log_likelihood_null"]],
        rtol=LIKE_R,
    )


def test_a_hazard_ratio_has_the_robust_interval() -> None:
    found = of_heart()
    beta, error = told("heart_start_stop")["coefficients"][0], found.standard_errors[0]

    effect = found.effects()[0]

    assert (found.patients, effect.covariate) == (103, "age")
    assert error == pytest.approx(sqrt(told("heart_start_stop")["robust"][0][0]), rel=LIKE_R)
    assert effect.hazard_ratio == pytest.approx(exp(beta), rel=LIKE_R)
    assert effect.ci95 == pytest.approx(
        (exp(beta - 1.959963985 * error), exp(beta + 1.959963985 * error)), rel=1e-8
    )
    assert effect.z == pytest.approx(beta / error, rel=LIKE_R)
    assert effect.p == pytest.approx(erfc(beta / error / sqrt(2)), rel=1e-6)


def test_a_start_stop_fit_has_no_survival_to_give() -> None:
    offered = {name for name in dir(of_heart()) if not name.startswith("_")}

    assert not offered & {name for name in dir(Fit) if "surviv" in name or "curve" in name}
    assert not any("baseline" in name for name in offered)
    assert {"survival", "curve"} <= set(dir(Fit))


def followed_after(
    name: str, landmark: Callable[[Sequence[int]], float], columns: Callable[[int, int], Any]
) -> Cohort:
    """Landmark rows of a start-stop table, as the script makes them: (first place, place then)."""
    rows = table(name)
    places = {person: np.flatnonzero(rows["id"] == person) for person in np.unique(rows["id"])}
    people = list(places.values())
    landmarks = np.array([landmark(each.tolist()) for each in people])
    ends = [rows["stop"][each].max() for each in people]
    found = after_landmark(ends, [rows["event"][each].max() for each in people], landmarks)
    values = []
    for place in found.places.tolist():
        mine = people[place]
        then = mine[rows["start"][mine] <= landmarks[place]][-1]
        values.append(columns(int(mine[0]), int(then)))
    by_name = {key: [each[key] for each in values] for key in values[0]}
    return Cohort.from_arrays(found.days, found.events, by_name)


@cache
def heart_at_day_30() -> Cohort:
    rows = table("heart")
    return followed_after(
        "heart", lambda _: 30.0, lambda _, then: {name: rows[name][then] for name in HEART}
    )


@cache
def at_the_second_draw() -> Cohort:
    rows, scheme = table("serial"), SERIAL_SCHEMES["serial-5"]

    def second(mine: Sequence[int]) -> float:
        return float(rows["start"][mine[1]]) if len(mine) > 1 else np.nan

    def values(first: int, then: int) -> dict[str, float]:
        before, now = int(rows["ctc_count"][first]), int(rows["ctc_count"][then])
        group = scheme.group_of(before, now).name
        return {
            "log1p_ctc": np.log1p(now),
            "log1p_baseline_ctc": np.log1p(before),
            "line": rows["line"][then],
            **{each.name: float(each.name == group) for each in scheme.groups},
        }

    return followed_after("serial", second, values)


@pytest.mark.parametrize(
    ("name", "cohort", "covariates"),
    [
        ("heart_landmark", heart_at_day_30, HEART),
        (
            "serial_landmark",
            at_the_second_draw,
            ("log1p_ctc", "log1p_baseline_ctc", "line"),
        ),
        ("serial_groups", at_the_second_draw, ("high-low", "low-high", "high-high")),
    ],
)
def test_a_landmark_fit_is_that_of_r(
    name: str, cohort: Callable[[], Cohort], covariates: tuple[str, ...]
) -> None:
    ours, theirs = fit(cohort(), covariates), told(name)

    assert (ours.patients, ours.events) == (theirs["rows"], theirs["events"])
    assert_allclose(ours.coefficients, theirs["coefficients"], rtol=LIKE_R)
    assert_allclose(ours.covariance, theirs["covariance"], rtol=LIKE_R, atol=1e-12)
    assert ours.log_likelihood == pytest.approx(theirs["log_likelihood"], rel=LIKE_R)


def test_the_serial_groups_have_the_patients_that_r_counts() -> None:
    cohort = at_the_second_draw()

    names = ("low-low", "high-low", "low-high", "high-high")
    counted = [int(cohort.columns[name].sum()) for name in names]

    assert counted == told("serial_groups")["patients"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ((["a", "a"], [0, 4], [5, 9], [0, 1]), "1 of 2 intervals begin before the patient's last"),
        ((["a", "a"], [0, 5], [5, 9], [1, 1]), "1 of 2 intervals follow the patient's event"),
        ((["a"], [0, 5], [5, 9], [1, 1]), "1 patients for 2 intervals"),
        ((["a", "b"], [0, 9], [5, 9], [1, 1]), "1 of 2 rows end no later than they enter"),
        ((["a", "b"], [0, np.nan], [5, 9], [1, 1]), "1 of 2 rows enter at a time below zero"),
        ((["a", "b"], [0, 0], [5, -9], [1, 1]), "1 of 2 days are not above zero and finite"),
    ],
)
def test_intervals_that_cannot_be_are_refused(
    given: tuple[Any, Any, Any, Any], refusal: str
) -> None:
    with pytest.raises(MalformedRows, match=refusal):
        fit_start_stop(given[0], given[1], given[2], given[3], {"x": [0, 1]})


def test_a_count_that_is_not_known_is_refused() -> None:
    with pytest.raises(MalformedRows, match="1 of 2 rows hold a covariate that is not finite"):
        fit_start_stop("ab", [0, 0], [5, 9], [1, 1], {"x": [0, np.nan]})


def test_a_fit_on_nothing_is_refused() -> None:
    with pytest.raises(MalformedRows, match="no covariate is given"):
        fit_start_stop("ab", [0, 0], [5, 9], [1, 1], {})


def test_a_covariate_without_variation_is_refused() -> None:
    with pytest.raises(RefitRefused, match="the same in all 3 rows: x"):
        fit_start_stop("abc", [0, 0, 0], [5, 9, 8], [1, 1, 1], {"x": [2, 2, 2]})
