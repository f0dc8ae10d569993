"""What a model owes to chance, by the bootstrap."""

from collections.abc import Mapping

import numpy as np
import pytest

from app.prognosis.engine.rows import Places
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.calibration import calibration_slope
from app.prognosis.validation.cox_fit import fit_cox
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.estimates import NotEstimable
from app.prognosis.validation.optimism import (
    Fit,
    Measure,
    Predict,
    correct_optimism,
    resample,
    summarise,
)
from tests.prognosis.validation.simulated import Floats, Rows, simulated


def cox_of(rows: Rows, x: Floats) -> Fit:
    def fit(places: Places) -> Predict:
        fitted = fit_cox(x[places], rows.days[places], rows.events[places])
        return lambda asked: np.asarray(x[asked] @ fitted.beta)

    return fit


def measures_of(rows: Rows) -> Mapping[str, Measure]:
    return {
        "c": lambda at, score: harrell_c(rows.days[at], rows.events[at], score).value,
        "slope": lambda at, score: calibration_slope(rows.days[at], rows.events[at], score).value,
    }


def noise(n: int, p: int, seed: int) -> tuple[Rows, Floats]:
    """Covariates that have nothing to do with what happens."""
    return simulated(n, seed), np.random.default_rng(seed).normal(size=(n, p))


SMALL, X = noise(60, 3, 41)
SIGNAL = np.column_stack((SMALL.predictor, X))


def test_a_model_of_noise_is_found_out() -> None:
    rows, x = noise(150, 8, 42)

    c = correct_optimism(np.arange(150), cox_of(rows, x), measures_of(rows), 1, 100).measures["c"]

    # The C of a predictor without merit is 0.5 within twice its standard error.
    error = harrell_c(rows.days, rows.events, x[:, 0]).standard_error
    assert c.apparent > 0.5 + 2 * error
    assert abs(c.value - 0.5) < 2 * error


def test_the_slope_s_correction_is_the_shrinkage_that_noise_calls_for() -> None:
    # A resample's coefficients are the fit's plus an error of the fit's own covariance: with
    # Wald's statistic W of p terms, their slope on all rows is about W / (W + p).
    rows, x = noise(300, 8, 43)
    fitted = fit_cox(x, rows.days, rows.events)
    wald = float(fitted.beta @ np.linalg.solve(fitted.covariance, fitted.beta))

    slope = correct_optimism(np.arange(300), cox_of(rows, x), measures_of(rows), 2, 100).measures[
        "slope"
    ]

    assert slope.apparent == pytest.approx(1.0, abs=1e-8)
    assert slope.value == pytest.approx(wald / (wald + 8), abs=0.08)


def test_a_figure_that_is_the_same_on_all_own_rows_has_no_interval() -> None:
    found = correct_optimism(np.arange(60), cox_of(SMALL, SIGNAL), measures_of(SMALL), 15, 40)

    # An unpenalised fit has slope 1 on its own rows, whatever they are.
    assert found.measures["slope"].ci95 is None
    assert found.measures["c"].ci95 is not None


def test_a_strong_predictor_hardly_owes_anything() -> None:
    rows = simulated(300, 44)
    fit = cox_of(rows, rows.predictor[:, None])

    c = correct_optimism(np.arange(300), fit, measures_of(rows), 3, 50).measures["c"]

    assert abs(c.optimism) < 0.01
    assert c.ci95 is not None
    assert c.ci95[0] < c.value < c.ci95[1]


def test_the_same_seed_gives_the_same_figures() -> None:
    runs = [
        correct_optimism(np.arange(60), cox_of(SMALL, SIGNAL), measures_of(SMALL), seed, 40)
        for seed in (5, 5, 6)
    ]

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_resamples_computed_backwards_give_the_same_figures() -> None:
    fit, measures = cox_of(SMALL, SIGNAL), measures_of(SMALL)
    forwards = correct_optimism(np.arange(60), fit, measures, 7, 40)

    def judge(rows: Places) -> tuple[dict[str, float], dict[str, float]]:
        predict = fit(rows)
        own, original = (
            {name: measure(at, predict(at)) for name, measure in measures.items()}
            for at in (rows, np.arange(60))
        )
        return own, original

    backwards = [resample(number, np.arange(60), judge, 7) for number in range(39, -1, -1)]
    apparent = {name: corrected.apparent for name, corrected in forwards.measures.items()}

    assert summarise(apparent, backwards) == forwards


def test_the_rows_of_a_patient_are_drawn_together() -> None:
    patients, drawn = np.array(["a", "b", "a", "c", "b", "a"]), []

    def fit(places: Places) -> Predict:
        drawn.append(places.tolist())
        return lambda asked: np.zeros(len(asked))

    correct_optimism(patients, fit, {"rows": lambda at, _: len(at)}, 8, 30)

    for places in drawn:
        times = np.bincount(places, minlength=6)
        assert times[0] == times[2] == times[5]
        assert times[1] == times[4]
        assert times[0] + times[1] + times[3] == 3


def test_every_patient_is_drawn_once_on_average() -> None:
    # 200 draws of 50 patients: each patient's mean count has a standard error of 0.07.
    counts = np.zeros(50)

    def fit(places: Places) -> Predict:
        counts[:] += np.bincount(places, minlength=50)
        return lambda asked: np.zeros(len(asked))

    correct_optimism(np.arange(50), fit, {"nothing": lambda *_: 0.0}, 9)

    # The fit on all rows counts too: 201 fits.
    assert counts / 201 == pytest.approx(1.0, abs=4 * 0.07)


def test_the_mean_difference_is_taken_off() -> None:
    # Own rows sum to what was drawn, all rows to 0 + 1 + 2 = 3: the optimism is the mean excess.
    sums: list[float] = []

    def fit(places: Places) -> Predict:
        sums.append(float(places.sum()))
        return lambda asked: asked.astype(float)

    found = correct_optimism(np.arange(3), fit, {"sum": lambda _, p: p.sum()}, 10, 40)

    corrected = found.measures["sum"]
    own = np.array(sums[1:])
    assert corrected.apparent == 3
    assert corrected.optimism == pytest.approx(own.mean() - 3, abs=1e-12)
    assert corrected.ci95 == pytest.approx(
        np.quantile(own, (0.025, 0.975)) - own.mean() + corrected.value, abs=1e-12
    )


def test_refused_resamples_are_counted_and_left_out() -> None:
    calls = iter(range(100))

    def fit(_: Places) -> Predict:
        number = next(calls)
        if number % 4 == 1:
            raise RefitRefused("separation", "no finite coefficient")
        return lambda asked: np.full(len(asked), float(number))

    def measure(at: Places, predictions: Floats) -> float:
        if predictions[0] % 4 == 2:
            raise NotEstimable("no two rows are comparable")
        return 1.0

    found = correct_optimism(np.arange(5), fit, {"one": measure}, 11, 20)

    assert found.refused == {"separation": 5, "not-estimable": 5}
    assert found.resamples == 10
    assert found.measures["one"].value == 1.0


def test_few_resamples_give_no_interval() -> None:
    found = correct_optimism(np.arange(60), cox_of(SMALL, X), measures_of(SMALL), 12, 5)

    assert found.measures["c"].ci95 is None


def test_no_model_at_all_is_an_error() -> None:
    fits = iter([True])

    def fit(_: Places) -> Predict:
        if next(fits, False):
            return lambda asked: np.zeros(len(asked))
        raise RefitRefused("collinear", "each follows from the others")

    with pytest.raises(NotEstimable, match=r"none of 3 resamples gave a model: \{'collinear': 3\}"):
        correct_optimism(np.arange(5), fit, {"nothing": lambda *_: 0.0}, 13, 3)


def test_progress_is_told_after_each_resample() -> None:
    told: list[tuple[int, int]] = []

    correct_optimism(
        np.arange(60),
        cox_of(SMALL, X),
        measures_of(SMALL),
        14,
        3,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 3), (2, 3), (3, 3)]
