"""The figures on weighted rows are those of the public functions on rows repeated so often."""

from dataclasses import replace

import numpy as np
import pytest
from sksurv.metrics import (
    brier_score,
    concordance_index_ipcw,
    cumulative_dynamic_auc,
    integrated_brier_score,
)

from app.prognosis.checks.judgement import Predicted, Sample, figures_of, named
from app.prognosis.engine.ranked import ranks_of
from app.prognosis.engine.rows import survival_rows
from app.prognosis.validation import figures
from app.prognosis.validation.brier import brier_scores, integrated_brier
from app.prognosis.validation.calibration import observed_expected
from app.prognosis.validation.calibration_curve import smooth_calibration
from app.prognosis.validation.discrimination import cumulative_dynamic_auc as area
from app.prognosis.validation.discrimination import harrell_c, uno_c
from app.prognosis.validation.timeline import Timeline
from tests.prognosis.validation.simulated import Floats, Rows, simulated, structured

MONTHS = (6, 12, 24)
QUARTERS = tuple(range(6, 25, 3))
DAYS = {months: months * 30.4375 for months in QUARTERS}
SHOWN = np.linspace(0.1, 0.8, 5)


def by_day(rows: Rows) -> Rows:
    order = np.lexsort((~rows.events, rows.days))
    return Rows(rows.days[order], rows.events[order], rows.predictor[order])


ROWS = by_day(simulated(400, 81, whole=7.0))
DRAWN = np.sort(np.random.default_rng(82).integers(0, 400, 400))


def judged(rows: Rows, places: np.ndarray) -> dict[str, float]:
    """Judge the true model, whose hazard is exp(predictor) / 1000 a day, on drawn rows."""
    counts = np.bincount(places, minlength=len(rows.days)).astype(float)
    plain = survival_rows(rows.predictor[places][:, None], rows.days[places], rows.events[places])
    sample = Sample(
        places, plain, Timeline(rows.days, rows.events).weighted(counts), plain, [places]
    )
    strata = np.zeros(len(rows.days), dtype=np.intp)
    predicted = Predicted.of(rows.predictor, strata, MONTHS, lambda days: days[None] / 1000, 0.0)
    (found,) = figures_of(predicted, [sample], dict.fromkeys(MONTHS, SHOWN), smooth=True)
    return found


def repeated(rows: Rows, places: np.ndarray) -> dict[str, float]:
    """The same by the public functions, the rows repeated one by one."""
    drawn = Rows(rows.days[places], rows.events[places], rows.predictor[places])
    days, events = drawn.days, drawn.events
    survival = np.column_stack([1 - drawn.risk(day) for day in DAYS.values()])
    every = list(DAYS.values())
    whole = integrated_brier(days, events, survival, every)
    told = {
        "concordance": harrell_c(days, events, drawn.predictor).value,
        "uno": uno_c(days, events, drawn.predictor, DAYS[24]).value,
        "integrated_brier": whole.score.value,
        "integrated_null": whole.null,
        "integrated_ipa": whole.ipa,
    }
    for months in MONTHS:
        day, risk = DAYS[months], drawn.risk(DAYS[months])
        (score,) = brier_scores(days, events, 1 - risk[:, None], [day])
        smooth = smooth_calibration(days, events, risk, day)
        found = {
            "auc": area(days, events, drawn.predictor, [day])[0].value,
            "brier": score.score.value,
            "ipa": score.ipa,
            "o_e": observed_expected(days, events, risk, day).ratio,
            "ici": smooth.ici,
            "e50": smooth.e50,
            "e90": smooth.e90,
        }
        told |= {named(name, months): value for name, value in found.items()}
    return told


@pytest.mark.parametrize("places", [np.arange(400), DRAWN], ids=["all", "drawn"])
def test_a_weight_is_a_repeated_row(places: np.ndarray) -> None:
    found, expected = judged(ROWS, places), repeated(ROWS, places)

    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


def test_times_that_nobody_shares_weigh_the_same() -> None:
    rows = by_day(simulated(300, 83))
    places = np.sort(np.random.default_rng(84).integers(0, 300, 300))

    expected = repeated(rows, places)

    found = judged(rows, places)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


def test_the_figures_are_those_of_scikit_survival() -> None:
    found, outcome = judged(ROWS, np.arange(400)), structured(ROWS)
    every = np.array(list(DAYS.values()))
    at = np.array([DAYS[months] for months in MONTHS])
    survival = np.column_stack([1 - ROWS.risk(day) for day in every])

    areas, _ = cumulative_dynamic_auc(outcome, outcome, ROWS.predictor, at)
    _, scores = brier_score(outcome, outcome, survival, every)
    expected = {
        "uno": concordance_index_ipcw(outcome, outcome, ROWS.predictor, DAYS[24])[0],
        "integrated_brier": integrated_brier_score(outcome, outcome, survival, every),
        **{named("auc", m): value for m, value in zip(MONTHS, areas, strict=True)},
        **{
            named("brier", m): value
            for m, value in zip(QUARTERS, scores, strict=True)
            if m in MONTHS
        },
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-8)


def test_the_points_of_the_curve_are_read_off_the_same_fit() -> None:
    found = judged(ROWS, np.arange(400))

    # At a prediction of the rows themselves the smooth calibration says what is observed there.
    day = DAYS[12]
    curve = smooth_calibration(ROWS.days, ROWS.events, ROWS.risk(day), day).curve
    told = [found[named(f"curve.{number}", 12)] for number in range(len(SHOWN))]
    predicted, observed = zip(*((p.predicted, p.observed) for p in curve), strict=True)
    assert told == pytest.approx(np.interp(SHOWN, predicted, observed), abs=2e-3)


def test_a_horizon_without_cases_or_survivors_has_no_figure() -> None:
    short = replace(ROWS, days=np.minimum(ROWS.days, 200.0), events=ROWS.days < 200)

    found = judged(by_day(short), np.arange(400))

    assert np.isfinite(found[named("auc", 6)])
    assert np.isnan(found[named("auc", 12)])
    assert np.isnan(found["integrated_brier"])


def test_predictions_that_all_are_the_same_have_half_an_area() -> None:
    rows = Timeline(ROWS.days, ROWS.events).weighted(np.ones(400))

    assert figures.auc(rows, rows.at(365.0), ranks_of(np.zeros(400))) == pytest.approx(0.5)


def test_no_predicted_risk_leaves_nothing_to_divide_by() -> None:
    rows = Timeline(ROWS.days, ROWS.events).weighted(np.ones(400))

    assert np.isnan(figures.observed_over_expected(rows, rows.at(365.0), np.zeros(400)))


def test_a_share_of_rows_drawn_nought_times_has_no_weight() -> None:
    counts: Floats = np.zeros(400)
    counts[:200] = 2.0

    rows = Timeline(ROWS.days, ROWS.events).weighted(counts)

    assert rows.total == 400
    assert not rows.cases[200:].any()
    assert rows.at(float(ROWS.days[-1])).controls == 0
