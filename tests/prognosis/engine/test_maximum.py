"""Maxima against R, Firth's against its definition, and what is refused."""

import json
from typing import TypedDict

import numpy as np
import pytest

from app.prognosis.engine.firth import firth_likelihood
from app.prognosis.engine.likelihood import Likelihood, evaluate
from app.prognosis.engine.maximum import MANY, Maximum, maximise
from app.prognosis.engine.rows import SurvivalRows, Ties, survival_rows
from app.prognosis.refusals import RefitRefused
from tests.prognosis.engine.patients import (
    SURVIVAL,
    lung,
    rows_of,
    simulated,
    six_patients,
    table,
)


class FitOfR(TypedDict):
    """One line of fits.json."""

    coefficients: list[float]
    standard_errors: list[float]
    log_likelihoods: list[float]
    score_test: float


def fits_of_r() -> dict[str, FitOfR]:
    """Read what fits.R wrote."""
    found: dict[str, FitOfR] = json.loads((SURVIVAL / "fits.json").read_text())
    return found


ROSSI = "fin age race wexp mar paro prio"
VETERAN = "trt small adeno large karno diagtime age prior"
GBSG2 = "hormone age post tsize grade2 grade3 pnodes progrec estrec"
LATE = {"starts": "start"}
EVERYTHING = LATE | {"weights": "weight", "strata": "sex", "offset": "known"}
FITS = {
    "rossi": rows_of(table("rossi"), ROSSI, "week", "arrest"),
    "rossi breslow": rows_of(table("rossi"), ROSSI, "week", "arrest"),
    "lung": rows_of(lung(), "age sex"),
    "lung breslow": rows_of(lung(), "age sex"),
    "lung ecog": rows_of(lung("ph.ecog"), "age sex ph.ecog"),
    "veteran": rows_of(table("veteran"), VETERAN),
    "gbsg2": rows_of(table("gbsg2"), GBSG2),
    "heart": rows_of(table("heart"), "age year surgery transplant", "stop", "event", **LATE),
    "lung by sex": rows_of(lung("ph.ecog"), "age ph.ecog", strata="sex"),
    "lung by institution": rows_of(lung("inst"), "age sex", strata="inst"),
    "lung weighted": rows_of(lung(), "age sex", weights="weight"),
    "lung weighted breslow": rows_of(lung(), "age sex", weights="weight", **LATE),
    "lung entered late": rows_of(lung(), "age sex", **LATE),
    "lung with everything": rows_of(lung("ph.ecog"), "age ph.ecog", **EVERYTHING),
    "lung with an offset": rows_of(lung(), "sex", offset="known"),
}
"""The rows of each fit of fits.R."""


def test_every_fit_of_r_is_compared() -> None:
    assert fits_of_r().keys() == FITS.keys()


@pytest.mark.parametrize("name", FITS)
def test_a_maximum_is_that_of_r(name: str) -> None:
    ties: Ties = "breslow" if name.endswith("breslow") else "efron"

    found = maximise(FITS[name], ties=ties)

    r = fits_of_r()[name]
    likelihoods = [found.log_likelihood_null, found.log_likelihood]
    # R's own steps end near 1e-12 of the likelihood; its score test has 1e-7 with covariates as
    # far apart in scale as gbsg2's.
    assert found.beta == pytest.approx(r["coefficients"], rel=1e-10)
    assert likelihoods == pytest.approx(r["log_likelihoods"], rel=1e-12)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(r["standard_errors"], rel=1e-9)
    assert found.score_test == pytest.approx(r["score_test"], rel=1e-6)


def test_the_maximum_of_six_patients_is_that_by_hand() -> None:
    # U = 2 - r/(r+1) - r/(r+3) - r/(r+5) is nought where r^3 = 23 r + 30.
    (root,) = (r.real for r in np.roots([1, 0, -23, -30]) if r.real > 0)

    found = maximise(six_patients())

    bend = root / (root + 1) ** 2 + 3 * root / (root + 3) ** 2 + 5 * root / (root + 5) ** 2
    assert found.beta[0] == pytest.approx(np.log(root), rel=1e-13)
    assert found.information[0, 0] == pytest.approx(bend, rel=1e-9)
    assert found.covariance[0, 0] == pytest.approx(1 / bend, rel=1e-9)
    # U^2 / I at no effect: (13/12)^2 / (83/144).
    assert found.score_test == pytest.approx(169 / 83, rel=1e-12)
    assert found.log_likelihood_null == pytest.approx(-np.log(72), rel=1e-14)


def test_a_start_near_the_maximum_leads_to_the_same_maximum_sooner() -> None:
    rows = FITS["rossi"]
    usual = maximise(rows)

    found = maximise(rows, start=usual.beta * 1.001)

    assert found.beta == pytest.approx(usual.beta, rel=1e-12)
    assert found.iterations < usual.iterations


@pytest.mark.parametrize("start", [2000.0, -50.0, 1e308])
def test_a_climb_that_starts_out_of_reach_starts_again_from_nought(start: float) -> None:
    found = maximise(six_patients(), start=np.array([start]))

    assert found.beta == pytest.approx(maximise(six_patients()).beta, rel=1e-13)


def test_a_climb_over_many_rows_ends_at_the_same_maximum_from_anywhere() -> None:
    columns = simulated(MANY + 1, days=300)
    columns["status"] = (columns["x0"] + columns["weight"] > 0.8).astype(np.float64)
    rows = rows_of(columns, "x0 x1 x2", weights="weight", starts="start")

    found = maximise(rows)

    warm = maximise(rows, start=found.beta * 1.01)
    assert found.beta == pytest.approx(warm.beta, rel=1e-11)
    assert found.log_likelihood == pytest.approx(warm.log_likelihood, rel=1e-13)
    assert found.covariance == pytest.approx(warm.covariance, rel=1e-7)
    assert found.log_likelihood == pytest.approx(evaluate(rows, found.beta).value, rel=1e-13)


def test_at_a_ridged_maximum_the_score_is_the_pull_of_the_ridge() -> None:
    rows, ridge = FITS["rossi"], np.array([50.0, 5.0, 1.0, 0.0, 3.0, 2.0, 1.0])

    found = maximise(rows, ridge=ridge)

    here = evaluate(rows, found.beta)
    assert here.score == pytest.approx(ridge * found.beta, abs=1e-8)
    assert found.log_likelihood == pytest.approx(here.value, rel=1e-13)
    bend = here.information + np.diag(ridge)
    assert found.covariance @ bend == pytest.approx(np.eye(7), abs=1e-7)


def test_a_ridge_shares_out_what_collinear_covariates_have_in_common() -> None:
    columns = lung()
    columns["twin"] = columns["age"]
    rows = rows_of(columns, "age twin sex")

    found = maximise(rows, ridge=np.array([1.0, 1.0, 1.0]))

    assert found.beta[0] == pytest.approx(found.beta[1], rel=1e-9)
    # The score test counts the pair once, as R's would without the second.
    assert found.score_test == pytest.approx(fits_of_r()["lung"]["score_test"], rel=1e-9)


def firth_by_information(rows: SurvivalRows, beta: float) -> float:
    """Take Firth's value from the likelihood and its information."""
    here = evaluate(rows, np.array([beta]))
    return here.value + float(np.log(np.linalg.det(here.information))) / 2


def separated() -> SurvivalRows:
    """Take six patients of whom those with x = 1 all die first."""
    x = [[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]]
    return survival_rows(x, [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1])


@pytest.mark.parametrize("rows", [separated(), six_patients()])
def test_firths_maximum_of_one_covariate_is_the_highest_of_its_definition(
    rows: SurvivalRows,
) -> None:
    found = maximise(rows, firth=True)

    around = found.beta[0] + np.linspace(-5, 5, 2001)
    values = [firth_by_information(rows, beta) for beta in around]
    assert found.log_likelihood == pytest.approx(max(values), rel=1e-12)
    assert int(np.argmax(values)) == 1000
    assert found.log_likelihood_null == pytest.approx(firth_by_information(rows, 0), rel=1e-12)


def test_a_step_too_far_out_for_a_number_is_taken_back() -> None:
    # Far out one row has every chance, and of another not even the distance can be told.
    weights = [1.0, 1.0, 1.0, 1970.0, 1.0, 1.0, 1.0]
    x = [[0.0]] * 4 + [[1.0], [0.0], [2.0]]
    rows = survival_rows(x, [1.0] * 7, [False] * 5 + [True] * 2, weights=weights)
    assert firth_likelihood(rows, np.array([710.0]), "efron").value == -np.inf

    found = maximise(rows, firth=True)

    around = found.beta[0] + np.linspace(-0.1, 0.1, 21)
    values = [firth_likelihood(rows, np.array([beta]), "efron").value for beta in around]
    assert np.argmax(values) == 10


def test_firths_maximum_of_six_patients_is_that_by_hand() -> None:
    # Half the derivative of log I adds I'/(2 I) to U; the root, by bisection of the formula.
    def slope(b: float) -> float:
        r, parts = np.exp(b), (1.0, 3.0, 5.0)
        bend = sum(a * r / (r + a) ** 2 for a in parts)
        change = sum(a * r * (a - r) / (r + a) ** 3 for a in parts)
        return float(2 - sum(r / (r + a) for a in parts) + change / bend / 2)

    low, high = 0.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)

    assert maximise(six_patients(), firth=True).beta[0] == pytest.approx(low, rel=1e-10)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_firths_score_is_the_derivative_of_its_value(ties: Ties) -> None:
    more = EVERYTHING | {"strata": "stratum"}
    rows, beta = rows_of(simulated(80), "x0 x1 x2", **more), np.array([0.3, -0.2, 0.1])

    here = firth_likelihood(rows, beta, ties)

    usual = evaluate(rows, beta, ties)
    half = float(np.linalg.slogdet(usual.information)[1]) / 2
    assert here.value == pytest.approx(usual.value + half, rel=1e-13)
    assert here.information == pytest.approx(usual.information, rel=1e-11, abs=1e-11)
    for place, direction in enumerate(np.eye(3) * 1e-5):
        after, before = (firth_likelihood(rows, beta + s * direction, ties).value for s in (1, -1))
        assert here.score[place] == pytest.approx((after - before) / 2e-5, rel=1e-6, abs=1e-6)


def test_firths_score_is_nought_at_its_maximum_of_many_covariates() -> None:
    rows = FITS["veteran"]

    found: Maximum = maximise(rows, firth=True)

    here: Likelihood = firth_likelihood(rows, found.beta, "efron")
    score = here.score * np.sqrt(np.diag(found.covariance))
    assert score == pytest.approx(np.zeros(8), abs=1e-9)
    assert found.covariance @ here.information == pytest.approx(np.eye(8), abs=1e-8)


N = np.arange(1.0, 41.0)
BAD = {
    "no event": ([N % 2], N, N * 0, "too-few-events", "0 events in 40 rows; more than 1 needed"),
    "one event": ([N % 2], N, N == 5, "too-few-events", "1 events in 40 rows; more than 1 needed"),
    "no covariate": ([], N, N > 0, "no-variation", "0 covariates to fit"),
    "one value": ([N * 0 + 3], N, N > 0, "no-variation", "the same in all 40 rows: a"),
    "200 copies": (
        [np.full(200, 0.1)], np.full(200, 9.0), np.ones(200), "no-variation", "all 200 rows: a",
    ),
    "alike at every event": (
        [N > 3], N, N > 5, "no-variation", "the same among all at risk at each of ",
    ),
    "all at once by Breslow's risk set": (
        [N % 2, N % 2], N, N % 3 == 0, "collinear", "of these follows from the others: a, b",
    ),
    "a sum": (
        [N % 2, N % 3, N % 2 + N % 3], N, N > 0, "collinear", "follows from the others: a, b, c",
    ),
    "the next count of one": (
        [N % 7, N % 7 + 1e-9 * (N == 20)], N, N > 0, "collinear", "from the others: a, b",
    ),
    "monotone": ([N % 2], N, N % 2 == 1, "separation", "no finite coefficient for: a"),
    "in order": ([-N], N, N > 0, "separation", "a"),
    "monotone in one of two": (
        [N % 2, N % 3], N, N % 2 == 1, "separation", "no finite coefficient for: a",
    ),
    "separated together": (
        [np.cos(N**2), -N - np.cos(N**2)], N, N > 0, "separation", "a, b",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_has_no_maximum_is_refused_with_its_reason(case: str) -> None:
    columns, stops, events, code, told = BAD[case]
    x = np.column_stack(columns) if columns else np.zeros((len(stops), 0))
    rows = survival_rows(x, stops, events)

    with pytest.raises(RefitRefused) as refused:
        maximise(rows, names="abc"[: len(columns)])

    assert refused.value.code == code
    assert told in refused.value.detail


def test_a_covariate_without_a_name_is_told_by_its_number() -> None:
    rows = survival_rows(np.column_stack([N % 7, N * 0]), N, N > 0)

    with pytest.raises(RefitRefused, match="the same in all 40 rows: covariate 2"):
        maximise(rows)


def test_offsets_too_far_apart_are_refused() -> None:
    rows = survival_rows(N[:, None] % 7, N, N > 0, offset=np.where(N < 20, 1e5, 0))

    with pytest.raises(RefitRefused, match="rows lie too far apart"):
        maximise(rows)


def test_a_count_of_a_thousand_million_is_fitted_or_refused_but_not_lost() -> None:
    columns = lung()
    columns["cells"] = np.where(np.arange(len(columns["age"])) == 7, 1e9, columns["age"] % 5)

    found = maximise(rows_of(columns, "cells sex"))

    here = evaluate(rows_of(columns, "cells sex"), found.beta)
    assert here.score * np.sqrt(np.diag(found.covariance)) == pytest.approx([0, 0], abs=1e-8)


def test_units_far_apart_are_no_collinearity() -> None:
    columns = lung()
    columns["tiny"], columns["huge"] = columns["age"] * 1e-9, columns["sex"] * 1e9

    found = maximise(rows_of(columns, "tiny huge"))

    assert found.beta * [1e-9, 1e9] == pytest.approx(maximise(FITS["lung"]).beta, rel=1e-11)
