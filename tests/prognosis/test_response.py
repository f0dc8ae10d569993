"""Two draws of one line of therapy make a serial group; what is no such pair makes none."""

from typing import Any

import pytest

from app.prognosis.answer import Reason
from app.prognosis.courses import Course, line_on
from app.prognosis.patient import BloodTest, Line
from app.prognosis.response import CAUTIONS, Response, find_pair, respond
from app.prognosis.risk_group import SCHEMES, repeat_draw_other_group
from app.prognosis.serial_groups import SERIAL_SCHEMES
from tests.prognosis.courses import a_course, a_draw, day, given, seen

FIVE, ONE = SERIAL_SCHEMES["serial-5"], SERIAL_SCHEMES["serial-1"]


def answered(course: Course, scheme: Any = FIVE) -> Response:
    found = respond(course, scheme)
    assert isinstance(found, Response), found
    return found


def refused(course: Course) -> str:
    found = respond(course, FIVE)
    assert isinstance(found, Reason), found
    return found.code


@pytest.mark.parametrize(
    ("first", "second", "of_five", "of_one"),
    [
        (0, 0, "low-low", "neg-neg"),
        (4, 5, "low-high", "pos-pos"),
        (5, 4, "high-low", "pos-pos"),
        (5, 0, "high-low", "pos-neg"),
        (0, 9, "low-high", "neg-pos"),
        (5, 5, "high-high", "pos-pos"),
    ],
)
def test_each_count_lies_on_one_side_of_the_cut_off(
    first: int, second: int, of_five: str, of_one: str
) -> None:
    found = answered(a_course([a_draw(-1, first), a_draw(27, second)]))

    assert found.serial.group.name == of_five
    assert [each.group.name for each in found.others] == [of_one]


def test_published_medians_are_those_of_the_sources() -> None:
    medians = {
        scheme.name: [group.published[0].months for group in scheme.groups]
        for scheme in SERIAL_SCHEMES.values()
    }

    assert medians == {
        "serial-5": [22.6, 10.6, 19.8, 4.1],
        "serial-1": [45.6, 26.1, 32.3, 17.3],
    }
    assert [group.published[1].months for group in FIVE.groups] == [7.2, 5.9, 6.1, 1.8]


def test_the_first_draw_of_the_line_stands_against_the_latest() -> None:
    found = answered(a_course([a_draw(55, 1), a_draw(-1, 17), a_draw(27, 9)]))

    pair = found.pair
    assert (pair.first.ctc_count, pair.second.ctc_count, pair.between) == (17, 1, 1)
    assert pair.second.drawn_on == day(55)
    assert found.cautions == ("later-than-first-follow-up",)
    assert found.change.ratio == pytest.approx(2 / 18)


def test_repeats_of_both_draws_make_another_group_unless_both_stay() -> None:
    found = answered(a_course([a_draw(-1, 17), a_draw(27, 4)]))

    stay = [1 - repeat_draw_other_group(SCHEMES["cellsearch-5"], count) for count in (17, 4)]
    assert found.serial.repeat_draws_other_group == pytest.approx(1 - stay[0] * stay[1])
    assert found.cautions == ("near-cut-off",)


def test_draws_of_an_earlier_line_do_not_count() -> None:
    second_line = given(200, "capecitabine", line=2)
    draws = [a_draw(-1, 17), a_draw(27, 9), a_draw(195, 40), a_draw(230, 2)]

    found = answered(a_course(draws, second_line))

    assert (found.pair.first.ctc_count, found.pair.second.ctc_count) == (40, 2)
    assert found.pair.line == Line(day(200), 2, None)


@pytest.mark.parametrize(
    ("draws", "code"),
    [
        ([], "serial-needs-two-draws"),
        ([a_draw(-1, 3)], "serial-needs-two-draws"),
        ([a_draw(-1, 3), a_draw(-1, 4, name="B")], "serial-needs-two-draws"),
        ([a_draw(-1, 3), a_draw(27, 4, status="entered_in_error")], "serial-needs-two-draws"),
        ([a_draw(-1, 3), a_draw(27, 4, assay="parsortix")], "draws-not-comparable"),
        ([a_draw(-1, 3), a_draw(27, 4, blood_volume_ml=3.0)], "draws-not-comparable"),
        ([a_draw(-1, 3), a_draw(27, 4, status="preliminary")], "draws-not-comparable"),
        ([a_draw(-1, 3), a_draw(27, 4), a_draw(198, 4)], "draws-of-different-lines"),
    ],
)
def test_without_two_comparable_draws_of_one_line_there_is_no_group(
    draws: list[BloodTest], code: str
) -> None:
    assert refused(a_course(draws, given(200, line=2))) == code


@pytest.mark.parametrize("setting", ["non_metastatic", "neoadjuvant"])
def test_serial_groups_are_of_metastatic_disease(setting: str) -> None:
    course = a_course([a_draw(-1, 3), a_draw(27, 4)], disease_setting=setting)

    assert refused(course) == "scheme-not-applicable"


def test_where_no_line_is_known_the_draws_are_taken_to_be_of_one() -> None:
    found = answered(a_course([a_draw(-1, 30), a_draw(27, 60)], line_started_on=None))

    assert (found.pair.line, found.cautions) == (None, ("line-start-unknown",))


def test_a_first_draw_after_the_window_is_no_baseline_draw() -> None:
    early, late = (answered(a_course([a_draw(first, 30), a_draw(60, 60)])) for first in (7, 8))

    assert (early.cautions, late.cautions) == ((), ("first-draw-not-baseline",))


@pytest.mark.parametrize(
    ("her2", "treatment", "told"),
    [
        ("positive", given(0, "Trastuzumab + docetaxel"), True),
        ("positive", given(0, "T-DM1", end=3), True),
        ("positive", given(0, "paclitaxel"), False),
        ("negative", given(0, "trastuzumab deruxtecan"), False),
        ("unknown", given(0, "lapatinib"), False),
        ("positive", given(28, "lapatinib"), False),
        ("positive", given(-300, "lapatinib", end=-2), False),
    ],
)
def test_her2_positive_disease_on_a_drug_against_it_is_told(
    her2: str, treatment: Any, told: bool
) -> None:
    draws = [a_draw(-1, 30), a_draw(27, 60)]

    found = answered(a_course(draws, treatment, her2_status=her2))

    assert ("her2-positive-on-anti-her2" in found.cautions) == told
    assert set(found.cautions) <= CAUTIONS.keys()


def test_what_was_learned_after_the_second_draw_changes_no_caution() -> None:
    course = a_course([a_draw(-1, 30), a_draw(27, 60)], given(0, "lapatinib"))
    told = {"her2_status": "positive", "disease_setting": "neoadjuvant"}
    later = type(course.patient.observations[0])(day(28), told)
    patient = type(course.patient)(
        "P-1", (*course.patient.observations, later), course.patient.blood_tests
    )

    assert respond(Course(patient, course.treatments), FIVE) == respond(course, FIVE)


def test_a_treatment_makes_a_line_only_where_the_patient_has_none_of_it() -> None:
    told = a_course([], given(3), given(90, "capecitabine", 2), given(120, "vinorelbine", 2))

    assert told.lines() == [Line(day(0), 1, day(-30)), Line(day(90), 2, None)]
    unnumbered = a_course([], given(20), given(90, line=2), line_of_therapy=None)
    assert [line.started_on for line in unnumbered.lines()] == [day(0), day(90)]


def test_a_draw_is_of_the_line_it_is_the_baseline_draw_of_or_of_the_last_begun() -> None:
    lines = [Line(day(0), 1, None), Line(day(200), 2, None)]

    found = [line_on(lines, day(at)) for at in (-29, -28, 0, 171, 172, 400)]

    assert [line and line.number for line in found] == [None, 1, 1, 1, 2, 2]


def test_how_the_disease_stood_makes_no_pair() -> None:
    assert isinstance(find_pair(a_course([a_draw(-1, 3)], seen(60, "stable"))), Reason)
