"""Forms of the count on simulated truth, and the arithmetic by hand."""

from math import exp, log1p

import numpy as np
import pytest
from numpy.typing import ArrayLike

from app.prognosis.covariates import COUNT_KNOTS
from app.prognosis.functional_form import FitOf, Floats, Form, compare, functional_form


def poisson(events: ArrayLike, exposure: Floats) -> FitOf:
    """
    Fit a constant hazard per patient by Newton's steps.

    Of exponential survival times, this is the likelihood that has the truth in it.
    """

    seen = np.asarray(events, dtype=np.float64)

    def fit(x: Floats) -> tuple[float, int]:
        columns = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)])
        beta = np.zeros(columns.shape[1])
        beta[0] = np.log(seen.sum() / exposure.sum())
        for _ in range(50):
            expected = exposure * np.exp(columns @ beta)
            information = (columns.T * expected) @ columns
            step = np.linalg.solve(information, columns.T @ (seen - expected))
            beta = beta + step / max(1.0, float(np.abs(step).max()))
        expected = exposure * np.exp(columns @ beta)
        return float(seen @ (columns @ beta) - expected.sum()), columns.shape[1]

    return fit


def simulated() -> tuple[Floats, Floats, FitOf]:
    """Draw patients whose log hazard rises by 0.35 with each log(1 + count)."""
    random = np.random.default_rng(3)
    counts = np.floor(np.exp(random.normal(1.5, 1.8, 1500)))
    other = (random.random(1500) < 0.4).astype(float)
    died = random.exponential(900 * np.exp(-0.35 * np.log1p(counts) - 0.4 * other))
    followed = random.uniform(200, 2000, 1500)
    fit = poisson(died <= followed, np.array(np.minimum(died, followed)))
    return counts, other[:, None], fit


def test_where_the_logarithm_is_the_truth_it_is_preferred() -> None:
    found = functional_form(*simulated())

    assert found.preferred == "log1p"
    assert found.p > 0.05
    assert found.linear.aic > found.log1p.aic + 10
    assert found.spline.log_likelihood >= found.log1p.log_likelihood
    assert found.degrees == 2


def test_where_the_count_acts_from_a_threshold_the_spline_is_preferred() -> None:
    random = np.random.default_rng(5)
    counts = np.floor(np.exp(random.normal(1.5, 1.8, 1500)))
    exposure = random.uniform(0.2, 2, 1500)
    events = random.poisson(exposure * np.exp(1.2 * np.clip(np.log1p(counts) - 3, 0, None)))

    found = functional_form(counts, np.empty((1500, 0)), poisson(events, exposure))

    assert found.preferred == "spline"
    assert found.p < 1e-6


def test_where_the_count_itself_is_the_truth_it_is_preferred() -> None:
    random = np.random.default_rng(6)
    counts = random.integers(0, 40, 1500).astype(float)
    exposure = random.uniform(0.2, 2, 1500)
    events = random.poisson(exposure * np.exp(0.08 * counts))

    found = functional_form(counts, np.empty((1500, 0)), poisson(events, exposure))

    assert found.preferred == "linear"


def test_each_form_is_fitted_beside_the_same_others() -> None:
    seen = list[Floats]()

    def fit(x: Floats) -> tuple[float, int]:
        seen.append(x)
        return -100.0, x.shape[1]

    functional_form([0, 50, 700], [[7.0], [8.0], [9.0]], fit)

    linear, logarithm, spline = seen
    assert linear.tolist() == [[0, 7], [50, 8], [700, 9]]
    assert logarithm.tolist() == [[0, 7], [log1p(50), 8], [log1p(700), 9]]
    assert np.array_equal(spline[:, [0, 3]], logarithm)
    assert spline[:, 1:3].tolist() == [pytest.approx(cubes(count)) for count in (0, 50, 700)]


def cubes(count: float) -> list[float]:
    """Write Harrell's restricted cubic spline out, its knots on the scale log(1 + count)."""
    k = [log1p(knot) for knot in COUNT_KNOTS]
    x = log1p(count)

    def cube(knot: float) -> float:
        return max(x - knot, 0.0) ** 3

    width = k[3] - k[2]
    return [
        (cube(k[j]) - cube(k[2]) * (k[3] - k[j]) / width + cube(k[3]) * (k[2] - k[j]) / width)
        / (k[3] - k[0]) ** 2
        for j in (0, 1)
    ]


def test_the_arithmetic_by_hand() -> None:
    found = compare(Form("linear", -510.0, 3), Form("log1p", -500.0, 3), Form("spline", -497.0, 5))

    assert (found.linear.aic, found.log1p.aic, found.spline.aic) == (1026.0, 1006.0, 1004.0)
    assert (found.chi_square, found.degrees) == (6.0, 2)
    # On two degrees of freedom the tail of chi-square is exp(-x / 2).
    assert found.p == pytest.approx(exp(-3), rel=1e-14)
    assert found.preferred == "spline"


def test_of_equals_the_simplest_is_preferred() -> None:
    found = compare(Form("linear", -500.0, 3), Form("log1p", -500.0, 3), Form("spline", -498.0, 5))

    assert found.preferred == "linear"


def test_rounding_makes_no_negative_chi_square() -> None:
    found = compare(
        Form("linear", -500.0, 1), Form("log1p", -500.0, 1), Form("spline", -500.0 - 1e-13, 3)
    )

    assert (found.chi_square, found.p) == (0.0, 1.0)


def test_a_spline_that_adds_nothing_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="the spline adds 0 coefficients"):
        compare(Form("linear", -500.0, 1), Form("log1p", -500.0, 1), Form("spline", -500.0, 1))


@pytest.mark.parametrize(
    ("counts", "others", "message"),
    [
        ([1, 2], [[1.0]], "shape"),
        ([1, 2], [1.0, 2.0], "shape"),
        ([1, -2], [[1.0], [2.0]], "not a number of cells"),
        ([1, float("nan")], [[1.0], [2.0]], "not a number of cells"),
    ],
)
def test_malformed_counts_are_refused(
    counts: list[float], others: list[object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        functional_form(counts, others, lambda x: (0.0, x.shape[1]))  # type: ignore[arg-type]
