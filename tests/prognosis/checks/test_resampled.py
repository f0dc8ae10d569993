"""The one bootstrap of all figures against a loop that refits and judges row by row."""

from dataclasses import replace

import numpy as np
import pytest

from app.prognosis.checks import resampled as module
from app.prognosis.checks.judgement import named
from app.prognosis.checks.refits import refits_of
from app.prognosis.checks.resampled import Resampled, resampled
from app.prognosis.cohort import Cohort
from app.prognosis.cox import fit
from app.prognosis.validation.brier import brier_scores, integrated_brier
from app.prognosis.validation.calibration import calibration_slope, observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.discrimination import cumulative_dynamic_auc, harrell_c, uno_c
from tests.prognosis.cohorts import cohort

NAMES = ("x", "noise")
MONTHS = (6, 12)
QUARTERS = np.array([6, 9, 12]) * 30.4375
SEED = 9


def none(_: float) -> None:
    """Watch no progress."""


def patients(n: int, seed: int) -> Cohort:
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, n))
    days = random.exponential(400 * np.exp(-0.8 * x))
    ends = random.uniform(200, 900, n)
    return cohort(np.ceil(np.minimum(days, ends)), days <= ends, {"x": x, "noise": noise})


def taken(found: Cohort, places: np.ndarray) -> Cohort:
    """Some rows, each as often as it was drawn."""
    columns = {name: column[places] for name, column in found.columns.items()}
    return cohort(found.days[places], found.events[places], columns)


def judged(model_of: Cohort, on: Cohort) -> dict[str, float]:
    """Fit one cohort and judge the model on another by the functions that have the errors."""
    model = fit(model_of, NAMES, (), 0.0)
    x = on.matrix(NAMES)
    predictor = (x - model.means) @ model.coefficients
    survival = np.array([model.survival(each, QUARTERS).probability for each in x])
    days, events = on.days, on.events
    whole = integrated_brier(days, events, survival, QUARTERS.tolist())
    told = {
        "concordance": harrell_c(days, events, predictor).value,
        "slope": calibration_slope(days, events, predictor).value,
        "uno": uno_c(days, events, predictor, QUARTERS[-1]).value,
        "integrated_brier": whole.score.value,
        "integrated_ipa": whole.ipa,
    }
    for months, at in ((6, 0), (12, 2)):
        day, alive = QUARTERS[at], survival[:, at]
        (score,) = brier_scores(days, events, alive[:, None], [day])
        smooth = smooth_calibration(days, events, 1 - alive, day)
        found = {
            "auc": cumulative_dynamic_auc(days, events, predictor, [day])[0].value,
            "brier": score.score.value,
            "ipa": score.ipa,
            "o_e": observed_expected(days, events, 1 - alive, day).ratio,
            "ici": smooth.ici,
            "e50": smooth.e50,
            "e90": smooth.e90,
        }
        told |= {named(name, months): value for name, value in found.items()}
    return told


def test_the_optimism_is_that_of_a_loop_over_repeated_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESAMPLES", 6)
    found = patients(90, 1)
    gaps = []
    for number in range(6):
        child = np.random.SeedSequence(SEED, spawn_key=(number,))
        drawn = taken(found, np.random.default_rng(child).integers(0, 90, 90))
        own, original = judged(drawn, drawn), judged(drawn, found)
        gaps.append({name: own[name] - original[name] for name in own})
    expected = {name: float(np.mean([gap[name] for gap in gaps])) for name in gaps[0]}

    subject = refits_of(fit(found, NAMES, (), 0.0), found)
    told = resampled(subject, MONTHS, {}, SEED, none).corrected

    assert {name: told[name].optimism for name in expected} == pytest.approx(expected, abs=1e-8)
    apparent = judged(found, found)
    assert {name: told[name].apparent for name in apparent} == pytest.approx(apparent, abs=1e-8)
    assert {each.resamples for each in told.values()} == {6}
    assert {each.ci95 for each in told.values()} == {None}


def test_the_points_of_the_curve_lose_their_optimism() -> None:
    found = patients(150, 2)
    subject = refits_of(fit(found, NAMES, (), 0.0), found)
    shown = {12: np.array([0.3, 0.5, 0.7])}

    told = resampled(subject, MONTHS, shown, SEED, none).corrected

    # On its own rows a model is right by its own curve; on others it is too extreme.
    low, _, high = (told[named(f"curve.{number}", 12)] for number in range(3))
    assert low.optimism < 0 < high.optimism
    assert low.resamples == module.SMOOTHED
    assert abs(low.value - 0.3) < 0.1


def stopped(monkeypatch: pytest.MonkeyPatch, negligible: float) -> Resampled:
    """Resample 300 patients as if 50 events were many."""
    monkeypatch.setattr(module, "MANY_EVENTS", 50)
    monkeypatch.setattr(module, "NEGLIGIBLE", negligible)
    found = patients(300, 3)
    return resampled(refits_of(fit(found, NAMES, (), 0.0), found), MONTHS, {}, SEED, none)


def test_many_events_need_few_resamples_once_optimism_is_shown_to_be_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = stopped(monkeypatch, 0.1)

    assert told.resamples == module.FEWEST_RESAMPLES
    assert told.corrected["concordance"].ci95 is None
    assert told.detail is not None
    assert told.detail.startswith("5 resamples instead of 200: with ")
    assert "shifted" in told.detail


def test_many_events_alone_are_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    told = stopped(monkeypatch, 1e-5)

    assert (told.resamples, told.detail) == (200, None)


def test_a_stratum_that_a_resample_has_not_drawn_leaves_out_its_risks_alone() -> None:
    found = patients(120, 4)
    rare = np.where(np.arange(120) == 5, 1.0, 0.0)
    stratified = replace(found, columns={**found.columns, "rare": rare})
    subject = refits_of(fit(stratified, NAMES, ("rare",), 0.0), stratified)

    told = resampled(subject, MONTHS, {}, SEED, none)

    # One patient is missing from a resample in (1 - 1/120)^120 = 37 % of them.
    assert told.corrected["concordance"].resamples == 200
    assert 90 <= told.corrected[named("brier", 12)].resamples <= 160


def test_a_cohort_whose_resamples_give_no_model_says_so() -> None:
    # One patient alone differs: most resamples without that patient have no variation, the
    # others hang on a single row.
    found = cohort(np.arange(1.0, 9.0), np.ones(8), {"x": [0, 1, 0, 0, 0, 0, 0, 0]})
    subject = refits_of(fit(found, ("x",), (), 0.0), found)

    told = resampled(subject, (), {}, SEED, none)

    assert told.refused > 60
    assert told.resamples == 200
