"""The partial likelihood by hand, straight from its definition, and by finite differences."""

import numpy as np
import pytest

from app.prognosis.engine.kernels import _exponentials, sum_pieces
from app.prognosis.engine.likelihood import evaluate
from app.prognosis.engine.risk_sets import BLOCK, risk_sets
from app.prognosis.engine.rows import Floats, SurvivalRows, Ties, survival_rows
from app.prognosis.engine.threads import set_threads
from app.prognosis.engine.tie_kernels import walk_back
from tests.prognosis.engine.patients import rows_of, simulated, six_patients

EVERYTHING = {"starts": "start", "weights": "weight", "offset": "known", "strata": "stratum"}
SETTINGS = [{}, *({name: column} for name, column in EVERYTHING.items()), EVERYTHING]


def test_six_patients_make_five_pieces_and_three_event_times() -> None:
    sets = risk_sets(six_patients())

    # Day 1: a death, a censoring; day 6: two deaths; day 8: a censoring; day 9: a death.
    assert sets.exits.edges.tolist() == [0, 1, 2, 4, 5, 6]
    assert sets.exits.times.tolist() == [0, 0, 1, 1, 2]
    assert sets.exits.dying.tolist() == [True, False, True, False, True]
    assert sets.times.stops.tolist() == [1, 6, 9]
    assert sets.times.deaths.tolist() == [1, 2, 1]


def test_the_sums_and_hazards_of_six_patients_are_those_by_hand() -> None:
    sets = risk_sets(six_patients())
    exits, times, sums = sets.exits, sets.times, np.zeros((5, 2))
    beta = np.array([np.log(2.0)])
    hazard, spared, outer = np.zeros(3), np.zeros(3), np.zeros((1, 1))
    variance, drift = np.zeros(3), np.zeros((3, 1))

    sum_pieces(
        0, 1, sets.columns, beta, sets.offset, sets.weights, exits.blocks, exits.edges,
        sets.risk, sums,
    )  # fmt: skip
    logs = walk_back(
        sums, exits.sizes, exits.dying, exits.times, times.deaths, times.weights, times.strata,
        sums[:0], exits.sizes[:0], exits.sizes[:0], True, hazard, spared, outer,
        variance, drift,
    )  # fmt: skip

    # x is taken from its mean of 1/2, so risks are 2 and 1 over the root of 2.
    root = np.sqrt(2.0)
    assert sums[:, 0] * root == pytest.approx([2, 2, 3, 1, 1])
    assert sums[:, 1] * root == pytest.approx([1, 1, 1 / 2, -1 / 2, -1 / 2])
    # Risk sets weigh 9; 5, and 5 less half of the 3 that die, 7/2; 1.
    assert hazard / root == pytest.approx([1 / 9, 1 / 5 + 2 / 7, 1])
    assert spared / root == pytest.approx([0, (1 / 2) * (2 / 7), 0])
    # The same squared, and times the means of x that follow.
    squares = [1 / 81, 1 / 25 + 4 / 49, 1]
    assert variance / 2 == pytest.approx(squares)
    assert drift[:, 0] / root == pytest.approx(
        [(1 / 6) / 9, -(1 / 10) / 5 - (3 / 14) * (2 / 7), -1 / 2]
    )
    # Means of x: 6/9 - 1/2 = 1/6; 2/5 - 1/2 = -1/10, (2 - 1)/(7/2) - 1/2 = -3/14; -1/2.
    assert outer[0, 0] == pytest.approx(1 / 36 + 1 / 100 + 9 / 196 + 1 / 4)
    assert logs == pytest.approx(np.log(9 * 5 * 7 / 2 * 1) - 4 * np.log(root))


@pytest.mark.parametrize(
    ("beta", "value", "score", "information"),
    [
        # With r = exp(b): log L = 2 b - log(3r + 3) - log(r + 3) - log((r + 5) / 2),
        # U = 2 - r/(r+1) - r/(r+3) - r/(r+5), I = r/(r+1)^2 + 3r/(r+3)^2 + 5r/(r+5)^2.
        (0.0, -np.log(6 * 4 * 3), 13 / 12, 83 / 144),
        (np.log(2), np.log(4 / (9 * 5 * 7 / 2)), 68 / 105, 7346 / 11025),
    ],
)
def test_the_likelihood_of_six_patients_is_that_by_hand(
    beta: float, value: float, score: float, information: float
) -> None:
    found = evaluate(six_patients(), np.array([beta]))

    assert found.value == pytest.approx(value, rel=1e-14)
    assert found.score[0] == pytest.approx(score, rel=1e-14)
    assert found.information[0, 0] == pytest.approx(information, rel=1e-14)


def test_breslow_of_six_patients_is_that_by_hand() -> None:
    # Both of day 6 die out of four, of whom one has x = 1: the mean is 1/4, the variance 3/16.
    found = evaluate(six_patients(), np.zeros(1), "breslow")

    assert found.value == pytest.approx(-np.log(96), rel=1e-14)
    assert found.score[0] == pytest.approx(2 - 1 / 2 - 2 / 4, rel=1e-14)
    assert found.information[0, 0] == pytest.approx(1 / 4 + 6 / 16, rel=1e-14)


def test_weighted_ties_each_bear_the_mean_weight_of_their_dead() -> None:
    rows = survival_rows([[1.0], [0.0], [0.0]], [1, 1, 2], [1, 1, 0], weights=[2, 1, 1])

    found = evaluate(rows, np.zeros(1))

    # Sums of 4, and 4 less half of the 3 that die; x sums to 2, then 1; the mean weight is 3/2.
    assert found.value == pytest.approx(-1.5 * np.log(4 * 2.5), rel=1e-14)
    assert found.score[0] == pytest.approx(2 - 1.5 * (2 / 4 + 1 / 2.5), rel=1e-14)
    assert found.information[0, 0] == pytest.approx(1.5 * (1 / 4 + 0.4 * 0.6), rel=1e-14)


def by_definition(rows: SurvivalRows, beta: Floats, ties: Ties) -> tuple[float, Floats, Floats]:
    """Take each death in turn and look for those at risk with it."""
    starts = np.zeros(len(rows)) if rows.starts is None else rows.starts
    predictor, x = rows.x @ beta + rows.offset, rows.x
    risk = rows.weights * np.exp(predictor)
    value, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    deaths = np.column_stack([rows.strata, rows.stops])[rows.events]
    for stratum, time in np.unique(deaths, axis=0):
        mine = rows.strata == stratum
        at_risk = mine & (starts < time) & (time <= rows.stops)
        dying = mine & rows.events & (rows.stops == time)
        mean_weight = rows.weights[dying].mean()
        value += float(rows.weights[dying] @ predictor[dying])
        score += rows.weights[dying] @ x[dying]
        for k in range(dying.sum()):
            share = k / dying.sum() if ties == "efron" else 0.0
            left = risk * (at_risk - share * dying)
            mean = left @ x / left.sum()
            value -= mean_weight * np.log(left.sum())
            score -= mean_weight * mean
            spread = (x.T * left) @ x / left.sum() - np.outer(mean, mean)
            information += mean_weight * spread
    return value, score, information


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("more", SETTINGS)
def test_the_likelihood_is_that_of_its_definition(more: dict[str, str], ties: Ties) -> None:
    rows, beta = rows_of(simulated(300), "x0 x1 x2", **more), np.array([0.3, -0.2, 0.5])

    found = evaluate(rows, beta, ties)

    value, score, information = by_definition(rows, beta, ties)
    assert found.value == pytest.approx(value, rel=1e-13)
    assert found.score == pytest.approx(score, rel=1e-11, abs=1e-11)
    assert found.information == pytest.approx(information, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("more", SETTINGS)
def test_score_and_information_are_the_derivatives_of_the_likelihood(
    more: dict[str, str], ties: Ties
) -> None:
    rows, beta = rows_of(simulated(200, seed=1), "x0 x1 x2", **more), np.array([-0.2, 0.1, 0.3])

    here = evaluate(rows, beta, ties)

    for place, direction in enumerate(np.eye(3) * 1e-5):
        after, before = (evaluate(rows, beta + sign * direction, ties) for sign in (1, -1))
        slope, bend = (after.value - before.value) / 2e-5, (before.score - after.score) / 2e-5
        assert here.score[place] == pytest.approx(slope, rel=1e-6, abs=1e-5)
        assert here.information[place] == pytest.approx(bend, rel=1e-6, abs=1e-5)


def test_a_tie_and_a_stratum_may_run_over_many_blocks() -> None:
    # Three days for more than two blocks of rows: most pieces are cut.
    rows = rows_of(simulated(20_000, days=5), "x0 x1 x2", **EVERYTHING)
    assert len(rows) > 2 * BLOCK

    found = evaluate(rows, np.array([0.3, -0.2, 0.5]))

    value, score, information = _of_few_times(rows, np.array([0.3, -0.2, 0.5]))
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.score == pytest.approx(score, rel=1e-9)
    assert found.information == pytest.approx(information, rel=1e-9)


def _of_few_times(rows: SurvivalRows, beta: Floats) -> tuple[float, Floats, Floats]:
    """Add up the shares k / m of a tie at once, where a loop over the deaths would take long."""
    assert rows.starts is not None
    predictor, x = rows.x @ beta + rows.offset, rows.x
    risk = rows.weights * np.exp(predictor)
    value, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    deaths = np.column_stack([rows.strata, rows.stops])[rows.events]
    for stratum, time in np.unique(deaths, axis=0):
        mine = rows.strata == stratum
        at_risk = mine & (rows.starts < time) & (time <= rows.stops)
        dying = mine & rows.events & (rows.stops == time)
        weight, share = rows.weights[dying].mean(), np.arange(dying.sum()) / dying.sum()
        all_, tied = risk * at_risk, risk * dying
        den = all_.sum() - share * tied.sum()
        means = (all_ @ x - share[:, None] * (tied @ x)) / den[:, None]
        square = (x.T * all_) @ x * (1 / den).sum() - (x.T * tied) @ x * (share / den).sum()
        value += float(rows.weights[dying] @ predictor[dying] - weight * np.log(den).sum())
        score += rows.weights[dying] @ x[dying] - weight * means.sum(axis=0)
        information += weight * (square - means.T @ means)
    return value, score, information


@pytest.mark.parametrize("more", [{}, EVERYTHING])
def test_the_number_of_threads_changes_no_bit(more: dict[str, str]) -> None:
    rows, beta = rows_of(simulated(70_000, days=400), "x0 x1 x2", **more), np.full(3, 0.2)
    found = []

    for threads in (1, 2, 3):
        set_threads(threads)
        here = evaluate(rows, beta)
        found.append((here.value, here.score.tobytes(), here.information.tobytes()))

    set_threads(2)
    assert found[0] == found[1] == found[2]


def test_less_than_one_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="0 threads; at least 1 needed"):
        set_threads(0)


def test_predictors_too_far_apart_weigh_nothing_and_do_not_overflow() -> None:
    assert evaluate(six_patients(), np.array([2000.0])).value == -np.inf
    assert evaluate(six_patients(), np.array([1e308])).value == -np.inf


def test_a_large_predictor_that_all_share_cancels() -> None:
    far = survival_rows(
        [[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]],
        [1, 1, 6, 6, 8, 9],
        [1, 0, 1, 1, 0, 1],
        offset=np.full(6, 1e4),
    )

    assert evaluate(far, np.zeros(1)).value == pytest.approx(-np.log(72), rel=1e-11)


def test_rows_that_are_at_risk_at_no_event_count_for_nothing() -> None:
    # One leaves before the first event, one enters after the last, one between two events.
    columns = {
        "x": np.array([1.0, 0.0, 1.0, 0.0, 9e3, -9e3, 9e3]),
        "start": np.array([0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 3.0]),
        "time": np.array([2.0, 3.0, 6.0, 7.0, 1.0, 9.0, 5.0]),
        "status": np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
    }
    few = {name: column[:4] for name, column in columns.items()}

    found = evaluate(rows_of(columns, "x", starts="start"), np.array([0.1]))

    usual = evaluate(rows_of(few, "x", starts="start"), np.array([0.1]))
    assert found.value == pytest.approx(usual.value, rel=1e-9)
    assert found.information == pytest.approx(usual.information, rel=1e-7)


def test_exponentials_are_those_of_the_library_over_their_whole_range() -> None:
    values = np.concatenate([np.linspace(-600, 600, 400), [0.0, 1e-300, -1e-9, np.log(2) / 2]])
    found = values.copy()

    _exponentials(found, np.full(len(values), 2.0), np.zeros(len(values), np.int64))

    # Half a unit in the last place each for the polynomial, the product and the library's own.
    assert found == pytest.approx(2 * np.exp(values), rel=4e-16)


def test_exponentials_stay_finite_whatever_they_are_of() -> None:
    found = np.array([1e4, -1e4, np.inf, -np.inf])

    _exponentials(found, np.array([0.0, 1.0, 0.0, 1.0]), np.zeros(4, np.int64))

    assert found == pytest.approx([0, np.exp(-600), 0, np.exp(-600)], rel=1e-12)
