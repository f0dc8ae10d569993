"""Residuals are R's on every kind of fit, and those of six patients worked by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app.prognosis.engine.residuals import (
    dfbeta,
    dfbetas,
    martingale_residuals,
    scaled_schoenfeld_residuals,
    schoenfeld_residuals,
    score_residuals,
)
from app.prognosis.engine.rows import Ties, survival_rows
from tests.prognosis.engine.after_fit import EVERY, FITS, LIKE_R, Fitted, fitted, table
from tests.prognosis.engine.six_patients import BETA, EVENTS, EXACT, ROWS, TIMES, X

Floats = NDArray[np.float64]

OF_ROWS: dict[str, Callable[[Fitted], Floats]] = {
    "martingale": lambda f: martingale_residuals(f.rows, f.beta, ties=f.ties)[:, None],
    "score": lambda f: score_residuals(f.rows, f.beta, ties=f.ties),
    "dfbeta": lambda f: dfbeta(f.rows, f.beta, f.covariance, ties=f.ties),
    "dfbetas": lambda f: dfbetas(f.rows, f.beta, f.covariance, ties=f.ties),
}
OF_EVENTS: dict[str, Callable[[Fitted], Floats]] = {
    "schoenfeld": lambda f: schoenfeld_residuals(f.rows, f.beta, ties=f.ties),
    "scaled_schoenfeld": lambda f: scaled_schoenfeld_residuals(
        f.rows, f.beta, f.covariance, ties=f.ties
    ),
}


def agree(ours: Floats, of_r: dict[str, object]) -> None:
    """Compare with the rows that R's script keeps, and with the sums of squares of all."""
    scale = np.abs(ours).max(axis=0)
    kept = table(of_r["rows"]).reshape(-1, ours.shape[1])
    assert np.abs((ours[::EVERY] - kept) / scale).max() < LIKE_R
    assert (ours**2).sum(axis=0) == pytest.approx(np.atleast_1d(table(of_r["squares"])), rel=LIKE_R)


@pytest.mark.parametrize("kind", OF_ROWS)
@pytest.mark.parametrize("name", FITS)
def test_residuals_of_rows_are_those_of_r(name: str, kind: str) -> None:
    fit = fitted(name)

    residuals = fit.rows.given_order(OF_ROWS[kind](fit))

    agree(residuals, fit.told[kind])


@pytest.mark.parametrize("kind", OF_EVENTS)
@pytest.mark.parametrize("name", FITS)
def test_residuals_of_events_are_those_of_r(name: str, kind: str) -> None:
    fit = fitted(name)

    agree(OF_EVENTS[kind](fit), fit.told[kind])


def test_six_patients_have_the_martingale_residuals_of_the_hand_calculation() -> None:
    residuals = martingale_residuals(ROWS, BETA)

    # The hazard steps are 2/15, then 2/11 and 4/17, then 2/5. B and C, who die together, bear
    # half of 4/17; each is multiplied by the relative hazard, 2 for A, C, F and 1/2 for the rest.
    a = 1 - 4 / 15
    b = 1 - 1 / 15 - 1 / 11 - 1 / 17
    c = 1 - 4 / 15 - 4 / 11 - 4 / 17
    d = -1 / 15 - 1 / 11 - 2 / 17
    e = 1 - 1 / 15 - 1 / 11 - 2 / 17 - 1 / 5
    f = -4 / 15 - 4 / 11 - 8 / 17 - 4 / 5
    assert residuals == pytest.approx([a, b, c, d, e, f], rel=EXACT)


def test_under_breslow_those_who_die_together_bear_the_whole_step() -> None:
    residuals = martingale_residuals(ROWS, BETA, ties="breslow")

    # Both events at time 2 have S0 = 11/2, so the step is 4/11, and both B and C bear it.
    assert residuals[1:3] == pytest.approx([1 - 1 / 15 - 2 / 11, 1 - 4 / 15 - 8 / 11], rel=EXACT)


def test_six_patients_have_the_schoenfeld_residuals_of_the_hand_calculation() -> None:
    residuals = schoenfeld_residuals(ROWS, BETA)

    # Means of x less 1/2 over those at risk, S1 / S0: (9/4) / (15/2) = 3/10; (5/4) / (11/2) = 5/22
    # and (7/8) / (17/4) = 7/34, on average 81/374; (3/4) / (5/2) = 3/10.
    expected = [1 / 2 - 3 / 10, -1 / 2 - 81 / 374, 1 / 2 - 81 / 374, -1 / 2 - 3 / 10]
    assert residuals[:, 0] == pytest.approx(expected, rel=EXACT)


def test_the_last_of_six_patients_has_the_score_residual_of_the_hand_calculation() -> None:
    residuals = score_residuals(ROWS, BETA)

    # F has no event: - 2 * sum of (1/2 - mean) * step, with means and steps as above.
    passed = 1 / 5 * 2 / 15 + 3 / 11 * 2 / 11 + 5 / 17 * 4 / 17 + 1 / 5 * 2 / 5
    assert residuals[5, 0] == pytest.approx(-2 * passed, rel=EXACT)


@pytest.mark.parametrize("name", FITS)
def test_martingale_residuals_times_weights_sum_to_zero(name: str) -> None:
    fit = fitted(name)

    residuals = martingale_residuals(fit.rows, fit.beta, ties=fit.ties)

    # Some hundred terms of at most ten, each rounded at the 16th digit.
    assert abs(fit.rows.weights @ residuals) < 1e-11


@pytest.mark.parametrize("name", FITS)
def test_schoenfeld_and_score_residuals_sum_to_zero_at_the_maximum(name: str) -> None:
    fit = fitted(name)
    rows = fit.rows

    of_events = rows.weights[rows.events] @ schoenfeld_residuals(rows, fit.beta, ties=fit.ties)
    of_rows = rows.weights @ score_residuals(rows, fit.beta, ties=fit.ties)

    # R stops where the gradient moves no coefficient by more than about 1e-8 standard errors.
    standard_errors = np.sqrt(np.diag(fit.covariance))
    assert np.abs(of_events * standard_errors).max() < 1e-7
    assert np.abs(of_rows * standard_errors).max() < 1e-7


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_score_residuals_sum_to_the_gradient_away_from_the_maximum(ties: Ties) -> None:
    fit = fitted("mixed")
    rows, beta = fit.rows, np.array([0.03])

    of_rows = rows.weights @ score_residuals(rows, beta, ties=ties)

    of_events = rows.weights[rows.events] @ schoenfeld_residuals(rows, beta, ties=ties)
    assert of_rows == pytest.approx(of_events, rel=1e-10)


def test_a_row_split_in_two_shares_its_residuals_out() -> None:
    rows, beta = fitted("lung").rows, fitted("lung").beta
    cut, nought = rows.stops // 2, np.zeros(len(rows))
    halves = survival_rows(
        np.concatenate((rows.x, rows.x)),
        np.concatenate((cut, rows.stops)),
        np.concatenate((nought, rows.events)),
        starts=np.concatenate((nought, cut)),
    )

    split = halves.given_order(score_residuals(halves, beta)).reshape(2, len(rows), 2)

    whole = score_residuals(rows, beta)
    assert split.sum(axis=0) == pytest.approx(whole, rel=1e-9, abs=1e-10)


def test_a_doubled_weight_is_a_doubled_row() -> None:
    once = survival_rows(X, TIMES, EVENTS, weights=[1, 1, 1, 2, 2, 1])
    twice = survival_rows(
        [*X, *X[3:5]], [*TIMES, *TIMES[3:5]], [*EVENTS, *EVENTS[3:5]], weights=np.ones(8)
    )

    # Breslow's, for Efron would take the two events of E for those of two patients.
    weighted = martingale_residuals(once, BETA, ties="breslow")
    doubled = martingale_residuals(twice, BETA, ties="breslow")

    assert twice.given_order(doubled)[:6] == pytest.approx(once.given_order(weighted), rel=EXACT)


def test_ties_that_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="efron or breslow, not 'exact'"):
        martingale_residuals(ROWS, BETA, ties="exact")  # type: ignore[arg-type]


def test_coefficients_of_another_model_are_refused() -> None:
    with pytest.raises(ValueError, match=r"beta has shape \(2,\), not \(1,\)"):
        martingale_residuals(ROWS, np.zeros(2))


def test_hazards_too_far_apart_to_be_summed_are_refused() -> None:
    late = survival_rows([[0.0]] * 3, [1, 3, 4], [1, 1, 1], starts=[0, 0, 2], offset=[0, 0, 60])
    far = survival_rows([[0.0]] * 3, [1, 3, 4], [1, 1, 1], offset=[0, 0, 301])

    with pytest.raises(ValueError, match="weigh nothing beside those who leave later"):
        martingale_residuals(late, np.zeros(1))
    with pytest.raises(ValueError, match="a log hazard ratio of 301 to the mean"):
        martingale_residuals(far, np.zeros(1))


def test_rows_without_an_event_have_no_residuals_of_events() -> None:
    rows = survival_rows(X, TIMES, np.zeros(6))

    assert martingale_residuals(rows, BETA).tolist() == [0.0] * 6
    assert score_residuals(rows, BETA).tolist() == [[0.0]] * 6
    assert schoenfeld_residuals(rows, BETA).shape == (0, 1)
