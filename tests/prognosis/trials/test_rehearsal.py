"""Rehearsals: the test is that of R, the power that of the formula, the error the one asked for."""

import json
from math import log, sqrt
from typing import Any

import numpy as np
import pytest

from app.prognosis.log_rank import log_rank
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.design import Design
from app.prognosis.trials.planning import Contrast, schoenfeld_power
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.rehearsal import (
    Population,
    Scene,
    population_of,
    rehearse,
    stratified_deviates,
)
from app.prognosis.trials.survival_law import Recruitment, Steps, Weibull
from tests.prognosis.engine.patients import SURVIVAL, table
from tests.prognosis.trials.designs import CTC, EVEN, LINE, THREE

SEEN: dict[Levels, int] = {
    ("<5", "<2"): 30,
    (">=5", "<2"): 30,
    ("<5", ">=2"): 20,
    (">=5", ">=2"): 20,
}
EFFECTS = {"ctc": {">=5": log(2.78)}, "line": {">=2": 0.22}}
"""Bidard FC et al. Lancet Oncol 2014;15:406-14, and the demonstration's effect of a line."""

DESIGN = Design(EVEN, factors=(CTC, LINE))
LAW = Weibull(36.3, 1.239)
TWO_YEARS = Recruitment(24, 24)


def scene(**changes: Any) -> Scene:
    """Set up the usual trial."""
    usual: dict[str, Any] = {
        "design": DESIGN,
        "population": population_of(DESIGN, SEEN, EFFECTS),
        "survival": LAW,
        "recruitment": TWO_YEARS,
        "hazard_ratio": 0.65,
    }
    return Scene(**(usual | changes))


def test_the_log_rank_test_over_strata_is_that_of_r() -> None:
    r = json.loads((SURVIVAL / "trials.json").read_text())["veteran"]
    rows = table("veteran")
    cell = rows["small"] + 2 * rows["adeno"] + 3 * rows["large"]

    deviates, events = stratified_deviates(
        np.asarray(rows["time"], dtype=np.float64)[np.newaxis],
        rows["status"][np.newaxis] == 1,
        rows["trt"][np.newaxis].astype(np.intp) - 1,
        cell[np.newaxis].astype(np.intp),
    )

    assert r["observed"] > r["expected"]
    assert deviates.tolist() == pytest.approx([sqrt(r["chi_squared"])], rel=1e-10)
    assert events.tolist() == [rows["status"].sum()]


def test_trials_at_once_are_tested_as_each_alone() -> None:
    random = np.random.default_rng(8)
    months = random.integers(1, 15, (6, 40)).astype(np.float64)
    events = random.random((6, 40)) < 0.7
    arms = random.integers(0, 2, (6, 40))

    deviates, _ = stratified_deviates(months, events, arms, np.zeros_like(arms))

    for row, deviate in enumerate(deviates.tolist()):
        alone = log_rank(months[row], events[row], arms[row], 2)
        assert deviate**2 == pytest.approx(alone.test().chi_squared)
        assert np.sign(deviate) == np.sign(alone.observed[1] - alone.expected[1])


def test_a_trial_without_information_finds_nothing() -> None:
    months, nobody = np.ones((2, 4)), np.zeros((2, 4), dtype=np.intp)

    deviates, events = stratified_deviates(months, np.ones((2, 4), dtype=bool), nobody, nobody)

    assert deviates.tolist() == [0, 0]
    assert events.tolist() == [4, 4]


def test_the_power_is_that_of_the_formula_and_the_error_the_one_asked_for() -> None:
    found = rehearse(scene(), patients=300, trials=1500, seed=20030408)

    # The formula is itself good to about a hundredth, with a prognosis that differs by stratum.
    expected = schoenfeld_power(Contrast(0.65), found.events)
    assert abs(found.power.share - expected) < 4 * found.power.standard_error + 0.01
    assert abs(found.type_one_error.share - 0.05) < 4 * found.type_one_error.standard_error
    assert found.power.standard_error == pytest.approx(
        sqrt(found.power.share * (1 - found.power.share) / 1500)
    )


def test_the_expected_events_are_seen() -> None:
    # Each stratum's events by the law at its own hazard, as shares of all patients.
    population = population_of(DESIGN, SEEN, EFFECTS)
    expected = sum(
        weight
        * (LAW.event_probability(TWO_YEARS, ratio) + LAW.event_probability(TWO_YEARS, 0.65 * ratio))
        / 2
        for weight, ratio in zip(
            population.weights / population.weights.sum(),
            np.exp(population.log_hazard_ratios),
            strict=True,
        )
    )

    found = rehearse(scene(), patients=200, trials=500, seed=3)

    # The standard error of a share of 100,000 patients is below 0.0016.
    assert found.events / 200 == pytest.approx(expected, abs=4 * 0.0016)


def test_a_harm_is_found_as_often_as_a_benefit_of_the_same_size() -> None:
    benefit = rehearse(scene(), 200, 600, 4)
    # Against the treated arm's law the standard arm has the inverse ratio.
    treated = Weibull(36.3 / 0.65 ** (1 / 1.239), 1.239)
    harm = rehearse(scene(survival=treated, hazard_ratio=1 / 0.65), 200, 600, 5)

    apart = sqrt(benefit.power.standard_error**2 + harm.power.standard_error**2)
    assert abs(benefit.power.share - harm.power.share) < 4 * apart


def test_a_model_s_own_steps_give_what_their_law_gives() -> None:
    days = np.arange(1, 1462, dtype=float)
    steps = Steps(days, -np.log(LAW.survival(days / DAYS_PER_MONTH)), 1461.0)

    by_law, by_steps = rehearse(scene(), 150, 200, 6), rehearse(scene(survival=steps), 150, 200, 6)

    # The same chances; an event is put off to the end of its day and so seldom missed.
    assert by_steps.events == pytest.approx(by_law.events, abs=0.3)
    assert by_steps.power.share == pytest.approx(by_law.power.share, abs=0.02)


def test_losses_cost_events_and_power() -> None:
    kept = rehearse(scene(), 200, 300, 7)
    lost = rehearse(scene(recruitment=Recruitment(24, 24, 0.03)), 200, 300, 7)

    assert lost.events < kept.events - 20
    assert lost.power.share < kept.power.share


def test_minimisation_leaves_less_imbalance_than_chance() -> None:
    minimised = rehearse(scene(), 100, 200, 8)
    simple = Design(EVEN, "simple", (CTC, LINE))
    by_chance = rehearse(scene(design=simple), 100, 200, 8)

    assert minimised.imbalance < 2 < by_chance.imbalance


def test_the_same_seed_gives_the_same_answer_and_another_another() -> None:
    first, again, other = (rehearse(scene(), 60, 50, seed) for seed in (9, 9, 10))

    assert first == again
    assert first != other


def test_a_population_adds_up_the_effects_of_its_levels() -> None:
    found = population_of(DESIGN, SEEN, EFFECTS)

    assert found.levels.tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert found.log_hazard_ratios.tolist() == pytest.approx([0, log(2.78), 0.22, log(2.78) + 0.22])
    assert found.weights.tolist() == [30, 30, 20, 20]


def test_patients_are_drawn_by_their_weights_and_never_without_any() -> None:
    population = Population(
        np.zeros((4, 0), dtype=np.intp), np.zeros(4), np.array([0.0, 1.0, 3.0, 0.0])
    )

    drawn = population.draw((100, 100), np.random.default_rng(11))

    assert set(drawn.ravel().tolist()) == {1, 2}
    # Four times the standard deviation of a share of 10,000.
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=4 * 0.00433)


NOBODY = np.zeros((0, 2), dtype=np.intp)


@pytest.mark.parametrize(
    ("changes", "size", "code"),
    [
        ({"design": Design(THREE, factors=(CTC, LINE))}, (100, 10), "plan-out-of-range"),
        ({"design": Design(EVEN, factors=(CTC,))}, (100, 10), "stratum-unknown"),
        ({"hazard_ratio": 1}, (100, 10), "plan-out-of-range"),
        ({"alpha": 1}, (100, 10), "plan-out-of-range"),
        ({}, (1, 10), "plan-out-of-range"),
        ({}, (20_001, 1), "plan-out-of-range"),
        ({}, (1000, 1001), "plan-out-of-range"),
        ({}, (100, 0), "plan-out-of-range"),
        (
            {"survival": Steps(np.array([10.0]), np.array([0.1]), 1000.0)},
            (100, 10),
            "survival-not-known",
        ),
    ],
)
def test_rehearsals_that_make_no_sense_are_refused(
    changes: dict[str, Any], size: tuple[int, int], code: str
) -> None:
    with pytest.raises(TrialRefused) as refused:
        rehearse(scene(**changes), *size, seed=1)

    assert refused.value.code == code


def test_populations_that_nobody_can_be_drawn_from_are_refused() -> None:
    one = np.zeros((1, 2), dtype=np.intp)
    for levels, ratios, weights in (
        (NOBODY, [], []),
        (one, [0.0], [0.0]),
        (one, [0.0], [-1.0]),
        (one, [0.0], [np.nan]),
        (one, [np.inf], [1.0]),
        (one, [0.0, 0.0], [1.0]),
    ):
        with pytest.raises(TrialRefused):
            Population(levels, np.array(ratios), np.array(weights))
    with pytest.raises(TrialRefused, match="other factors"):
        population_of(DESIGN, {("<5", "3"): 1}, {})
