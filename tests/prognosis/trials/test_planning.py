"""Planning: events and patients against published numbers, R, and by hand."""

import json
from collections.abc import Callable
from math import exp, inf, log, nan
from typing import Any

import numpy as np
import pytest

from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.trials.planning import Contrast, plan, schoenfeld_events, schoenfeld_power
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.survival_law import Recruitment, Steps, Weibull
from tests.prognosis.engine.patients import SURVIVAL

R: dict[str, Any] = json.loads((SURVIVAL / "trials.json").read_text())
"""As trials.R wrote it."""

TWO_YEARS = Recruitment(24, 24)
STEPS = Steps(
    np.array([6, 18]) * DAYS_PER_MONTH, np.array([log(2), log(4)]), followed_days=24 * 30.4375
)
"""Half of the patients have the event after 6 months, and half of the others after 18."""


# (z(0.975) + z(power))^2 / (p (1 - p) ln(HR)^2): Schoenfeld DA. Biometrics 1983;39:499-503.
@pytest.mark.parametrize(
    ("contrast", "power", "events"),
    [
        (Contrast(0.6), 0.8, 120.3),
        (Contrast(0.6), 0.9, 161.1),
        (Contrast(0.7), 0.8, 246.8),
        (Contrast(0.7, (2, 1)), 0.8, 277.6),
        (Contrast(0.7, (1, 2)), 0.8, 277.6),
        (Contrast(0.75), 0.8, 379.4),
        (Contrast(2, (53, 47)), 0.8, 65.6),
        (Contrast(1 / 1.7), 0.81, 114.4),
    ],
)
def test_the_events_are_those_of_the_formula(
    contrast: Contrast, power: float, events: float
) -> None:
    found = schoenfeld_events(contrast, power)

    assert found == pytest.approx(events, abs=0.05)
    assert schoenfeld_power(contrast, found) == pytest.approx(power, abs=1e-12)


def test_a_hazard_ratio_and_its_inverse_need_as_many_events() -> None:
    assert schoenfeld_events(Contrast(0.5)) == pytest.approx(schoenfeld_events(Contrast(2)))


def test_covariates_that_explain_half_of_the_arm_double_the_events() -> None:
    half = Contrast(0.6, r2=0.5)

    assert schoenfeld_events(half) == pytest.approx(2 * schoenfeld_events(Contrast(0.6)))


def test_without_events_half_the_error_is_the_power() -> None:
    assert schoenfeld_power(Contrast(0.6), 0) == pytest.approx(0.025)


@pytest.mark.parametrize("case", R["seen"])
def test_the_probability_of_an_event_is_that_of_r(case: dict[str, float]) -> None:
    law = Weibull(case["median"], case["shape"])
    recruitment = Recruitment(case["accrual"], case["follow_up"], case["lost"])

    found = law.event_probability(recruitment, case["ratio"])

    # R integrates the density to 1e-11; a hazard that is infinite at first costs us digits.
    assert found == pytest.approx(case["seen"], abs=1e-9 if case["shape"] >= 1 else 1e-6)


def test_the_probability_of_an_event_under_a_constant_hazard_by_hand() -> None:
    rate = log(2) / 10.7
    mean_survival = (exp(-rate * 12) - exp(-rate * 48)) / (rate * 36)

    found = Weibull(10.7).event_probability(Recruitment(36, 12))

    assert found == pytest.approx(1 - mean_survival, abs=1e-12)


def test_steps_lose_what_is_still_followed() -> None:
    # From entry over 12 months and 12 more, all are followed for 6 months and half for 18.
    year_and_year = Recruitment(12, 12)

    assert STEPS.event_probability(year_and_year) == pytest.approx(0.5 + 0.25 * 0.5)
    assert STEPS.event_probability(year_and_year, 2.0) == pytest.approx(0.75 + 0.1875 * 0.5)
    assert STEPS.event_probability(Recruitment(0, 18)) == pytest.approx(0.75)
    assert STEPS.event_probability(Recruitment(0, 17)) == pytest.approx(0.5)


def test_fine_steps_tell_what_their_law_tells() -> None:
    law, days = Weibull(16, 1.239), np.arange(1, 1462, dtype=float)
    steps = Steps(days, -np.log(law.survival(days / DAYS_PER_MONTH)), 1461.0)
    lost = Recruitment(24, 24, 0.01)

    assert steps.event_probability(lost, 0.7) == pytest.approx(
        law.event_probability(lost, 0.7), abs=3e-4
    )


def test_a_law_reaches_a_cumulative_hazard_when_survival_says_so() -> None:
    assert Weibull(16, 1.239).months_at(np.array([log(2)])).tolist() == pytest.approx([16])
    spent = np.array([0.1, log(2), log(2) + 0.01, log(4), 1.4])
    assert STEPS.months_at(spent).tolist() == [6, 6, 18, 18, inf]


def test_patients_are_the_events_over_their_probability() -> None:
    law, contrast = Weibull(36.3, 1.239), Contrast(0.7, (2, 1))
    chance = (2 * law.event_probability(TWO_YEARS) + law.event_probability(TWO_YEARS, 0.7)) / 3

    found = plan(contrast, law, TWO_YEARS)

    assert found.event_probability == pytest.approx(chance)
    assert found.events / chance <= found.patients < found.events / chance + 1
    assert found.events == pytest.approx(277.6, abs=0.05)


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: Contrast(1), "plan-out-of-range"),
        (lambda: Contrast(0), "plan-out-of-range"),
        (lambda: Contrast(nan), "plan-out-of-range"),
        (lambda: Contrast(inf), "plan-out-of-range"),
        (lambda: Contrast(0.6, (0, 1)), "plan-out-of-range"),
        (lambda: Contrast(0.6, alpha=0), "plan-out-of-range"),
        (lambda: Contrast(0.6, r2=1), "plan-out-of-range"),
        (lambda: schoenfeld_events(Contrast(0.6), 1), "plan-out-of-range"),
        (lambda: schoenfeld_events(Contrast(0.6), 0.025), "plan-out-of-range"),
        (lambda: schoenfeld_power(Contrast(0.6), -1), "plan-out-of-range"),
        (lambda: schoenfeld_power(Contrast(0.6), nan), "plan-out-of-range"),
        (lambda: Recruitment(-1, 12), "plan-out-of-range"),
        (lambda: Recruitment(0, 0), "plan-out-of-range"),
        (lambda: Recruitment(12, inf), "plan-out-of-range"),
        (lambda: Recruitment(12, 12, nan), "plan-out-of-range"),
        (lambda: Weibull(0), "plan-out-of-range"),
        (lambda: Weibull(10, 0), "plan-out-of-range"),
        (lambda: Weibull(nan), "plan-out-of-range"),
        (lambda: Steps(np.array([]), np.array([]), 10), "plan-out-of-range"),
        (lambda: Steps(np.array([1.0]), np.array([1.0, 2.0]), 10), "plan-out-of-range"),
        (lambda: Steps(np.array([2.0, 1.0]), np.array([1.0, 2.0]), 10), "plan-out-of-range"),
        (lambda: Steps(np.array([1.0, 2.0]), np.array([2.0, 1.0]), 10), "plan-out-of-range"),
        (lambda: Steps(np.array([1.0, 2.0]), np.array([1.0, 2.0]), 1), "plan-out-of-range"),
        (lambda: STEPS.event_probability(Recruitment(12, 12.1)), "survival-not-known"),
        (lambda: plan(Contrast(0.6), STEPS, Recruitment(0, 5)), "plan-out-of-range"),
    ],
)
def test_plans_that_make_no_sense_are_refused(attempt: Callable[[], object], code: str) -> None:
    with pytest.raises(TrialRefused) as refused:
        attempt()

    assert refused.value.code == code
