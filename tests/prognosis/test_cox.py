"""The partial likelihood, its baseline and its concordance, against hand and published figures."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.concordance import concordance
from app.prognosis.cox import Design, baselines, design_of, maximise, partial_likelihood
from app.prognosis.survival import Floats
from tests.prognosis.cohorts import cohort, lung, rossi

SIX = cohort(
    [1, 1, 6, 6, 8, 9],
    [True, False, True, True, False, True],
    {"x": [1, 1, 1, 0, 0, 0], "half": [0, 1, 0, 1, 0, 1]},
)
"""Six patients with a tie at day 6, of which x = 1 in one (Therneau's first test data)."""


def six() -> Design:
    """Take the six patients with their one covariate."""
    return design_of(SIX, ("x",), ())


def per_unit(design: Design, beta: Floats) -> Floats:
    """Turn a coefficient per standard deviation into one per unit."""
    return np.asarray(beta / design.deviations)


def test_the_likelihood_of_six_patients_at_no_effect_is_that_by_hand() -> None:
    # Day 1: one of six. Day 6: two of four, Efron: 1/4 and 1/3. Day 9: one of one.
    assert partial_likelihood(six(), np.zeros(1)).value == pytest.approx(-np.log(6 * 4 * 3))


def test_the_maximum_of_six_patients_is_that_by_hand() -> None:
    # With r = exp(b): log L = 2 b - log(3r + 3) - log(r + 3) - log((r + 5) / 2), whose derivative
    # is nought where 2 = r/(r+1) + r/(r+3) + r/(r+5), that is r^3 = 23 r + 30.
    (root,) = (r.real for r in np.roots([1, 0, -23, -30]) if r.real > 0)

    found = maximise(six(), np.zeros(1), 0.0)

    assert per_unit(six(), found)[0] == pytest.approx(np.log(root), abs=1e-12)
    assert np.log(root) == pytest.approx(1.676857, abs=1e-6)


def test_the_baseline_of_six_patients_at_no_effect_is_that_by_hand() -> None:
    (baseline,) = baselines(six(), np.zeros(1))

    assert baseline.days.tolist() == [1, 6, 9]
    steps = [1 / 6, 1 / 4 + 1 / 3, 1]
    assert baseline.cumulative_hazard == pytest.approx(np.cumsum(steps))
    assert baseline.variance == pytest.approx(np.cumsum([1 / 36, 1 / 16 + 1 / 9, 1]))
    # Sums of x - 1/2 over the risk sets: 0; then 1 - 2 = -1, and less half of both deaths -1; -1/2.
    drift = np.cumsum([0 / 36, -1 / 16 - 1 / 9, -0.5])
    assert baseline.drift[:, 0] == pytest.approx(drift)
    assert baseline.exit_days.tolist() == [1, 6, 8, 9]
    assert baseline.remaining.tolist() == [6, 4, 2, 1]


def test_strata_are_likelihoods_side_by_side() -> None:
    # half = 0: days 1, 6, 8 with events 1, 6; half = 1: days 1, 6, 9 with events 6, 9.
    design = design_of(SIX, ("x",), ("half",))

    assert partial_likelihood(design, np.zeros(1)).value == pytest.approx(-np.log(3 * 2 * 2 * 1))
    assert [baseline.stratum for baseline in baselines(design, np.zeros(1))] == [(0.0,), (1.0,)]


@pytest.mark.parametrize("strata", [(), ("race",)])
def test_score_and_information_are_the_derivatives_of_the_likelihood(
    strata: tuple[str, ...],
) -> None:
    design = design_of(rossi(), ("fin", "age", "prio"), strata)
    beta, step = np.array([-0.2, 0.1, 0.3]), 1e-5

    here = partial_likelihood(design, beta)

    for place, direction in enumerate(np.eye(3) * step):
        after, before = (partial_likelihood(design, beta + sign * direction) for sign in (1, -1))
        slope = (after.value - before.value) / (2 * step)
        bend = (before.score - after.score) / (2 * step)
        assert here.score[place] == pytest.approx(slope, rel=1e-6, abs=1e-5)
        assert here.information[place] == pytest.approx(bend, rel=1e-6, abs=1e-5)


def test_predictors_too_far_apart_weigh_nothing_and_do_not_overflow() -> None:
    assert partial_likelihood(six(), np.array([2000.0])).value == -np.inf


def test_a_climb_that_starts_out_of_reach_starts_again_from_nought() -> None:
    found = maximise(six(), np.array([2000.0]), 0.0)

    assert per_unit(six(), found)[0] == pytest.approx(1.676857, abs=1e-6)


def by_every_pair(design: Design, predictor: Floats, weights: Floats) -> float:
    """Compute Harrell's C with weighted patients straight from its definition."""
    agreeing = comparable = 0.0
    for _, rows in design.blocks:
        for i, j in combinations(range(rows.start, rows.stop), 2):
            # Rows are sorted, so i comes first; at equal days only an event before a censoring.
            tied_events = design.days[i] == design.days[j] and design.events[j]
            if not design.events[i] or tied_events:
                continue
            weight = weights[i] * weights[j]
            comparable += weight
            agreeing += weight * (np.sign(predictor[i] - predictor[j]) + 1) / 2
    return agreeing / comparable


@pytest.mark.parametrize("strata", [(), ("ecog",)])
def test_concordance_is_the_share_of_agreeing_pairs(strata: tuple[str, ...]) -> None:
    design = design_of(lung().knowing(("ecog",)), ("sex",), strata)
    predictor = design.x[:, 0]

    c, _ = concordance(design, predictor)

    assert c == pytest.approx(by_every_pair(design, predictor, np.ones(len(predictor))), abs=1e-12)


def test_the_error_of_concordance_is_its_infinitesimal_jackknife() -> None:
    # The sum of the squared derivatives of C with respect to each patient's weight.
    days = [1, 2, 2, 3, 4, 4, 5, 7, 7, 9]
    events = [True, True, False, True, True, True, False, True, False, True]
    design = design_of(cohort(days, events, {"x": [3, 1, 2, 2, 0, 1, 5, 1, 1, 0]}), ("x",), ())
    predictor, step = design.x[:, 0], 1e-6
    slopes = [
        (by_every_pair(design, predictor, 1 + bump) - by_every_pair(design, predictor, 1 - bump))
        / (2 * step)
        for bump in np.eye(10) * step
    ]

    _, error = concordance(design, predictor)

    assert error == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 4)), min_size=3))
def test_concordance_turns_about_when_the_predictor_does(
    patients: list[tuple[int, bool, int]],
) -> None:
    days, events, x = zip(*[*patients, (1, True, 0), (7, False, 1)], strict=True)
    design = design_of(cohort(days, events, {"x": x}), ("x",), ())

    c, error = concordance(design, design.x[:, 0])
    turned, same_error = concordance(design, -design.x[:, 0])

    assert turned == pytest.approx(1 - c, abs=1e-12)
    assert same_error == pytest.approx(error, abs=1e-12)


def test_no_comparable_pair_says_nothing() -> None:
    design = design_of(cohort([1, 1, 1], [True] * 3, {"x": [0, 1, 2]}), ("x",), ())

    assert concordance(design, design.x[:, 0]) == (0.5, 0.5)
