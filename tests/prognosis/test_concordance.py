"""Harrell's C is the share of agreeing pairs; its error is the infinitesimal jackknife's."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from app.prognosis.concordance import concordance, concordance_alone
from app.prognosis.engine.rows import Floats, SurvivalRows, survival_rows
from app.prognosis.fitting import fitted_rows
from tests.prognosis.cohorts import lung


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
    assert concordance_alone(rows, predictor) == c


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


def test_no_comparable_pair_says_nothing() -> None:
    rows, predictor = rows_of([1, 1, 1], [True] * 3, [0, 1, 2])

    assert concordance(rows, predictor) == (0.5, 0.5)
    assert concordance_alone(rows, predictor) == 0.5
