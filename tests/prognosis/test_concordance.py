"""Harrell's C is the share of agreeing pairs; its error is the infinitesimal jackknife's."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from app.prognosis.concordance import concordance
from app.prognosis.cox import fitted_rows, predictor
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.rows import Floats, SurvivalRows, survival_rows
from tests.prognosis.cohorts import lung
from tests.prognosis.engine.after_fit import FOLDER, fitted


def by_every_pair(rows: SurvivalRows, predictor: Floats, weights: Floats) -> float:
    """Compute Harrell's C with weighted patients straight from its definition."""
    agreeing = comparable = 0.0
    for block in rows.blocks():
        for i, j in combinations(range(block.start, block.stop), 2):
            # Rows are sorted, so i comes first; at equal days only an event before a censoring.
            tied_events = rows.stops[i] == rows.stops[j] and rows.events[j]
            if not rows.events[i] or tied_events:
                continue
            weight = weights[i] * weights[j]
            comparable += weight
            agreeing += weight * (np.sign(predictor[i] - predictor[j]) + 1) / 2
    return agreeing / comparable


def rows_of(days: ArrayLike, events: ArrayLike, x: ArrayLike) -> tuple[SurvivalRows, Floats]:
    rows = survival_rows(np.asarray(x, dtype=np.float64)[:, None], days, events)
    return rows, np.ascontiguousarray(rows.x[:, 0])


@pytest.mark.parametrize("strata", [(), ("ecog",)])
def test_concordance_is_the_share_of_agreeing_pairs(strata: tuple[str, ...]) -> None:
    rows, _ = fitted_rows(lung().knowing(("ecog",)), ("sex",), strata)
    predictor = rows.x[:, 0]

    c, _ = concordance(rows, predictor)

    assert c == pytest.approx(by_every_pair(rows, predictor, np.ones(len(predictor))), abs=1e-12)


def test_the_error_of_concordance_is_its_infinitesimal_jackknife() -> None:
    # The sum of the squared derivatives of C with respect to each patient's weight.
    days = [1, 2, 2, 3, 4, 4, 5, 7, 7, 9]
    events = [True, True, False, True, True, True, False, True, False, True]
    rows, predictor = rows_of(days, events, [3, 1, 2, 2, 0, 1, 5, 1, 1, 0])
    step = 1e-6
    slopes = [
        (by_every_pair(rows, predictor, 1 + bump) - by_every_pair(rows, predictor, 1 - bump))
        / (2 * step)
        for bump in np.eye(10) * step
    ]

    _, error = concordance(rows, predictor)

    assert error == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 4)), min_size=3))
def test_concordance_turns_about_when_the_predictor_does(
    patients: list[tuple[int, bool, int]],
) -> None:
    days, events, x = zip(*[*patients, (1, True, 0), (7, False, 1)], strict=True)
    rows, predictor = rows_of(days, events, x)

    c, error = concordance(rows, predictor)
    turned, same_error = concordance(rows, -predictor)

    assert c == pytest.approx(by_every_pair(rows, predictor, np.ones(len(rows))), abs=1e-12)
    assert turned == pytest.approx(1 - c, abs=1e-12)
    assert same_error == pytest.approx(error, abs=1e-12)


OF_R = json.loads((FOLDER / "concordance.json").read_text())
"""What concordance.R wrote."""


@pytest.mark.parametrize("name", OF_R)
def test_concordance_and_its_error_are_those_of_r(name: str) -> None:
    fit = fitted("mixed" if name == "weighted_strata_entered" else name)
    beta = maximise(replace(fit.rows, offset=np.zeros(len(fit.rows)))).beta

    c, error = concordance(fit.rows, predictor(fit.rows, beta))

    told = OF_R[name]
    assert c == pytest.approx(told["concordance"], rel=1e-12)
    assert error == pytest.approx(told["standard_error"], rel=1e-10)


def test_pairs_of_weight_one_and_entries_at_nought_are_the_pairs_that_are_counted() -> None:
    rows = fitted("stratified").rows
    x = rows.x[:, 0]
    entered, weighted = (
        replace(rows, starts=np.zeros(len(rows))),
        replace(rows, weights=np.full(len(rows), 2.0)),
    )

    assert concordance(entered, x) == pytest.approx(concordance(rows, x), rel=1e-13)
    # Twice the weight of each is the same C; the error as well, as weights are no numbers of rows.
    assert concordance(weighted, x) == pytest.approx(concordance(rows, x), rel=1e-13)


def test_a_row_split_in_two_makes_the_same_pairs() -> None:
    rows = fitted("lung").rows
    cut, nought = rows.stops // 2, np.zeros(len(rows))
    halves = survival_rows(
        np.concatenate((rows.x, rows.x)),
        np.concatenate((cut, rows.stops)),
        np.concatenate((nought, rows.events)),
        starts=np.concatenate((nought, cut)),
    )

    c, _ = concordance(halves, halves.x[:, 0])

    assert c == pytest.approx(concordance(rows, rows.x[:, 0])[0], rel=1e-13)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_weighed_pairs_are_those_of_looking_at_every_pair(seed: int, late: bool) -> None:
    random = np.random.default_rng(seed)
    stops, x = random.integers(2, 9, 30) * 1.0, random.integers(0, 5, 30) * 1.0
    starts = random.integers(0, 8, 30) % stops if late else None
    weights, events = random.integers(1, 5, 30) / 2, random.random(30) < 0.7
    rows = survival_rows(x[:, None], stops, events, starts=starts, weights=weights)
    score = np.ascontiguousarray(rows.x[:, 0])

    c, _ = concordance(rows, score)

    entry = np.zeros(30) if rows.starts is None else rows.starts
    agreeing = comparable = 0.0
    for i in np.flatnonzero(rows.events):
        ends, then = rows.stops, rows.stops[i]
        outlives = ((ends > then) | ((ends == then) & ~rows.events)) & (entry < then)
        load = rows.weights[i] * rows.weights * outlives
        comparable += load.sum()
        agreeing += load @ ((score < score[i]) + (score == score[i]) / 2)
    assert c == pytest.approx(agreeing / comparable if comparable else 0.5, abs=1e-12)


def test_no_comparable_pair_says_nothing() -> None:
    rows, predictor = rows_of([1, 1, 1], [True] * 3, [0, 1, 2])

    assert concordance(rows, predictor) == (0.5, 0.5)
