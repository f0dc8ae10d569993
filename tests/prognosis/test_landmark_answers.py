"""A later draw is answered by the landmark model of its window, and by no other."""

from dataclasses import replace
from datetime import timedelta
from math import exp, log1p

import numpy as np
import pytest

from app.prognosis.answer import Hazard
from app.prognosis.assessment import assess, survival_curve
from app.prognosis.basis import Question
from app.prognosis.model import CoxModel
from app.prognosis.patient import WINDOWS, FollowUp
from tests.prognosis.answers import (
    a_baseline,
    a_fit,
    a_model,
    a_submodel,
    ask,
    given,
    in_use,
    withheld,
)
from tests.prognosis.cohorts import START, said
from tests.prognosis.serial_cohorts import a_serial_patient
from tests.prognosis.test_tripod import items

DAY = timedelta(days=1)
LATER = 28


def a_landmark_model(clock: str = "weeks-3-5") -> CoxModel:
    """Cells now at 0.4 per log unit, cells before the line at 0.1."""
    fit = a_fit(
        covariates=("log1p_ctc", "log1p_baseline_ctc"),
        means=np.array([1.5, 2.0]),
        maxima=np.array([log1p(200), log1p(300)]),
        coefficients=np.array([0.4, 0.1]),
        baselines=(a_baseline(),),
    )
    return a_model(fit, clock=clock, submodels=(a_submodel(),))


def at_a_later_draw(
    before: int = 40, now: int = 6, day: int = LATER, follow_up: FollowUp | None = None
) -> Question:
    patient = a_serial_patient(before, (day, now))
    return ask(replace(patient, follow_up=follow_up), patient.blood_tests[1])


def test_a_later_draw_is_answered_from_its_own_day_with_both_counts() -> None:
    prognosis = assess(at_a_later_draw(), in_use(a_landmark_model()))

    hazard = given(prognosis)
    log_ratio = 0.4 * (log1p(6) - 1.5) + 0.1 * (log1p(40) - 2.0)
    assert prognosis.clock_start == START + LATER * DAY
    assert hazard.hazard_ratio == pytest.approx(exp(log_ratio))
    assert [each.covariate for each in hazard.contributions] == ["log1p_ctc", "log1p_baseline_ctc"]
    assert prognosis.risk_group is not None
    assert prognosis.risk_group.group == "4-50"


def test_the_noise_of_a_repeat_count_is_that_of_the_later_draw() -> None:
    one, other = (
        given(assess(at_a_later_draw(before), in_use(a_landmark_model()))) for before in (40, 200)
    )

    # The count before the line stays; only the later one would be drawn again.
    assert one.survival[0].repeat_draw_range is not None
    ranges = [each.survival[0].repeat_draw_range for each in (one, other)]
    low, high = ranges[0] or (0.0, 0.0)
    assert low < one.survival[0].probability < high
    assert ranges[0] != ranges[1]


def every_model() -> list[CoxModel]:
    by_index = a_submodel(covariates=("her2_positive",), maxima=np.array([1.0]))
    indexed = a_model(by_index, clock="index_date", submodels=())
    return [a_model(), indexed, *(a_landmark_model(window) for window in WINDOWS)]


@pytest.mark.parametrize(
    ("day", "answering"),
    [(10, None), (28, "weeks-3-5"), (50, "weeks-6-8"), (90, "weeks-9-14"), (120, None)],
)
@pytest.mark.parametrize("model", every_model(), ids=lambda model: model.clock)
def test_no_model_but_that_of_its_window_answers_a_later_draw(
    model: CoxModel, day: int, answering: str | None
) -> None:
    question = at_a_later_draw(day=day)
    patient = question.patient
    indexed = said(START, index_date=START.isoformat(), her2_status="positive")
    question = ask(
        replace(patient, observations=(*patient.observations, indexed)), patient.blood_tests[1]
    )

    found = assess(question, in_use(model)).hazard

    if model.clock == answering:
        assert isinstance(found, Hazard)
    else:
        assert [reason.code for reason in found.reasons] == ["draw-not-baseline"]
        assert survival_curve(question, in_use(model)) == ()


@pytest.mark.parametrize("window", WINDOWS)
def test_a_landmark_model_answers_no_baseline_draw(window: str) -> None:
    patient = a_serial_patient(40)

    question = ask(patient, patient.blood_tests[0])

    assert withheld(question, in_use(a_landmark_model(window))) == ["draw-not-baseline"]


def test_a_later_draw_without_a_baseline_draw_gets_no_hazard() -> None:
    patient = a_serial_patient(40, (LATER, 6))
    question = ask(replace(patient, blood_tests=patient.blood_tests[1:]), patient.blood_tests[1])

    prognosis = assess(question, in_use(a_landmark_model()))

    (reason,) = prognosis.hazard.reasons
    assert (reason.code, reason.detail) == (
        "missing-covariate",
        "There is no count of a baseline draw of this line; the model needs one.",
    )
    assert prognosis.risk_group is not None


def test_a_baseline_count_above_the_range_is_no_tenth_of_highest_counts() -> None:
    prognosis = assess(at_a_later_draw(before=900), in_use(a_landmark_model()))

    assert [reason.detail for reason in prognosis.hazard.reasons] == [
        "The count of the baseline draw is 900; the model is of counts from 0 to 300."
    ]
    assert prognosis.similar_patients is None


@pytest.mark.parametrize(
    ("progression", "reached"), [(-1, False), (0, True), (20, True), (LATER, True)]
)
def test_progression_on_the_line_before_the_later_draw_ends_what_could_be_asked(
    progression: int, reached: bool
) -> None:
    follow_up = FollowUp(START + 60 * DAY, None, START + progression * DAY)
    question = replace(at_a_later_draw(follow_up=follow_up), endpoint="progression_free_survival")
    model = replace(a_landmark_model(), endpoint="progression_free_survival")

    found = assess(question, in_use(model)).hazard

    assert ([reason.code for reason in found.reasons] == ["endpoint-reached"]) is reached


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("6b", "in the completed weeks 6 to 8 after the start of the line of therapy"),
        ("8a", "from the day of the blood draw in weeks 6 to 8 of the line of therapy"),
    ],
)
def test_the_report_of_a_landmark_model_says_from_where_it_counts(item: str, words: str) -> None:
    assert words in items(a_landmark_model("weeks-6-8"))[item].text


def test_the_report_of_a_landmark_model_names_its_own_ladder_and_both_counts() -> None:
    model = a_landmark_model()
    climbed = replace(
        model, specification=replace(model.specification, rung="landmark-1", passed_over={})
    )

    text = " ".join(item.text or "" for item in items(climbed).values())

    assert "log1p_ctc, log1p_baseline_ctc (110) → line_of_therapy (165)" in text
    assert "The counts enter as log(1 + cells per 7.5 mL)" in text
    assert "read from baseline_ctc_count (The same of the baseline draw of the line)" in text
