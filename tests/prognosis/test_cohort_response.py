"""Counts beside response in a cohort: who is counted, where, and what is told of few."""

from math import exp, log, sqrt
from typing import Any

import pytest

from app.prognosis.cohort_response import (
    CELLS,
    LAGS,
    CohortResponse,
    Window,
    cohort_response,
)
from app.prognosis.courses import Course
from app.prognosis.patient import FollowUp
from app.prognosis.risk_group import SCHEMES
from tests.prognosis.courses import a_course, a_draw, day, given, seen

MONTH = 30.4375


def asked(courses: list[Course], cutoff: int = 2000, **members: Any) -> CohortResponse:
    scheme = SCHEMES[members.pop("scheme", "cellsearch-5")]
    return cohort_response(
        courses,
        setting=members.pop("setting", "metastatic"),
        scheme=scheme,
        data_cutoff=day(cutoff),
    )


def imaged(count: int, status: str, draw: int = 42, on: int = 70) -> Course:
    """A patient with one draw and one imaging; 28 days apart unless said."""
    return a_course([a_draw(draw, count)], seen(on, status))


def tables(found: CohortResponse) -> list[Any]:
    return [each.table for each in found.lags]


def test_high_counts_before_progression_make_the_odds_ratio() -> None:
    courses = [
        *[imaged(5, "progression")] * 12,
        *[imaged(200, "stable")] * 8,
        *[imaged(4, "progression")] * 6,
        *[imaged(0, "partial-response")] * 20,
    ]

    found = asked(courses)

    assert tables(found) == [None, ((12, 8), (6, 20)), None]
    odds = found.lags[1].odds
    assert odds is not None
    # ad / bc, and Woolf's limits.
    assert odds.odds_ratio == pytest.approx(12 * 20 / (8 * 6))
    reach = 1.959963984540054 * sqrt(1 / 12 + 1 / 8 + 1 / 6 + 1 / 20)
    assert odds.ci95 == pytest.approx([exp(log(5) - reach), exp(log(5) + reach)])
    assert [each.patients for each in found.lags] == [0, 46, 0]


@pytest.mark.parametrize(
    ("lag", "inside", "outside"),
    [(0, (-7, 0, 7), (-8, 8, 20)), (1, (21, 28, 35), (20, 36)), (2, (49, 63), (48, 64))],
)
def test_a_draw_counts_at_the_lag_whose_window_holds_it(
    lag: int, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    for before in (*inside, *outside):
        found = asked([imaged(9, "progression", draw=70 - before)] * 5)

        assert found.lags[lag].patients == (5 if before in inside else 0)


def test_of_each_patient_the_first_imaging_with_a_draw_in_the_window_counts() -> None:
    course = a_course(
        [a_draw(60, 9), a_draw(130, 0)],
        seen(20, "progression"),
        seen(88, "stable"),
        seen(158, "progression"),
        seen(87, "progression", "clinical"),
    )

    assert tables(asked([course] * 6))[1] == ((0, 6), (0, 0))


def test_of_several_draws_in_the_window_the_nearest_to_its_middle_counts() -> None:
    course = a_course([a_draw(36, 0), a_draw(43, 9), a_draw(49, 0)], seen(70, "progression"))

    assert tables(asked([course] * 6))[1] == ((6, 0), (0, 0))
    assert Window("days", 21, 35).nearest([40, 30, 26]) == 1


def test_an_empty_cell_is_corrected_and_one_of_few_hides_the_table() -> None:
    empty = [*[imaged(9, "progression")] * 7, *[imaged(0, "stable")] * 9]
    empty += [imaged(0, "progression")] * 5
    few = [*empty, imaged(9, "stable")]

    told, hidden = asked(empty).lags[1], asked(few).lags[1]

    assert told.odds is not None
    assert told.odds.corrected
    assert told.odds.odds_ratio == pytest.approx(7.5 * 9.5 / (0.5 * 5.5))
    assert (hidden.patients, hidden.table, hidden.odds) == (22, None, None)


def test_of_fewer_than_five_not_even_their_number_is_told() -> None:
    found = asked([imaged(9, "progression")] * 4)

    assert [each.patients for each in found.lags] == [0, None, 0]


@pytest.mark.parametrize(
    "course",
    [
        a_course([a_draw(42, 9, assay="parsortix")], seen(70, "progression")),
        a_course([a_draw(42, 9, status="preliminary")], seen(70, "progression")),
        a_course([a_draw(42, 9)], seen(70, "progression"), disease_setting="neoadjuvant"),
        a_course([a_draw(42, 9)], seen(70, "progression", "clinical")),
        a_course([a_draw(42, 9)], seen(3000, "progression")),
    ],
    ids=["assay", "preliminary", "setting", "clinical", "after the cut-off"],
)
def test_what_is_no_count_of_the_setting_and_no_imaging_is_left_out(course: Course) -> None:
    assert [each.patients for each in asked([course] * 9).lags] == [0, 0, 0]


def early(count: int, status: str, died: int | None, alive: int | None = None) -> Course:
    """A patient with the draw after 4 weeks and the imaging after 10."""
    outcome = FollowUp(None if alive is None else day(alive), None if died is None else day(died))
    return a_course([a_draw(28, count)], seen(70, status), follow_up=outcome)


def test_survival_counts_from_the_imaging_in_each_of_four_cells() -> None:
    courses = [early(9, "progression", 70 + 30 * place) for place in range(1, 8)]
    courses += [early(0, "stable", None, 70 + 400)] * 6
    courses += [early(0, "progression", 200)] * 4

    found = asked(courses).by_imaging

    cells = {each.group: each for each in found.groups}
    assert cells.keys() == {"no-progression-low", "progression-high"}
    # Of seven deaths 30 days apart the fourth leaves fewer than half.
    assert cells["progression-high"].median == pytest.approx(120 / MONTH)
    assert cells["no-progression-low"].median is None
    assert (found.patients, found.events, found.suppressed) == (13, 7, ("progression-low",))


@pytest.mark.parametrize(
    ("died", "alive", "patients"),
    [(69, None, 0), (None, 69, 0), (70, None, 5), (None, 70, 5), (None, None, 0)],
)
def test_who_was_not_seen_on_or_after_the_imaging_has_no_row(
    died: int | None, alive: int | None, patients: int
) -> None:
    assert asked([early(9, "stable", died, alive)] * 5).by_imaging.patients == patients


def test_a_death_after_the_cut_off_is_not_told() -> None:
    found = asked([early(9, "stable", 300)] * 5, cutoff=200).by_imaging

    assert (found.patients, found.events) == (5, 0)


@pytest.mark.parametrize(
    ("draw", "on", "patients"), [(21, 56, 5), (35, 84, 5), (20, 70, 0), (28, 55, 0), (28, 85, 0)]
)
def test_draw_and_imaging_have_their_weeks_after_the_lines_start(
    draw: int, on: int, patients: int
) -> None:
    outcome = FollowUp(day(500))
    course = a_course([a_draw(draw, 9)], seen(on, "stable"), follow_up=outcome)

    assert asked([course] * 5).by_imaging.patients == patients


def test_the_best_imaging_of_the_line_is_its_response() -> None:
    responder = a_course(
        [a_draw(-1, 0)], seen(60, "stable"), seen(120, "partial-response"), seen(180, "progression")
    )
    other = a_course([a_draw(-1, 60)], seen(60, "stable"), seen(70, "partial-response", "clinical"))
    next_line = a_course(
        [a_draw(-1, 60)],
        seen(100, "progression"),
        seen(160, "complete-response"),
        given(100, line=2),
    )

    found = asked([*[responder] * 8, *[other] * 5, *[next_line] * 3], scheme="mdacc-2003")

    rates = [(each.group, each.patients, each.responders) for each in found.rates]
    assert rates == [("0", 8, 8), (">50", 8, 0)]
    assert found.rates[0].rate is not None
    assert found.rates[0].rate.share == 1.0


def test_who_has_no_known_line_has_no_response_to_it() -> None:
    without = a_course([a_draw(-1, 60)], seen(60, "stable"), line_started_on=None)

    found = asked([without] * 6, scheme="mdacc-2003")

    assert (found.rates, found.suppressed_groups) == ((), ())


def test_neither_few_responders_nor_few_others_are_told_nor_a_small_group() -> None:
    def of(count: int, responders: int, others: int) -> list[Course]:
        yes = a_course([a_draw(-1, count)], seen(60, "complete-response"))
        no = a_course([a_draw(-1, count)], seen(60, "stable"))
        return [yes] * responders + [no] * others

    found = asked([*of(0, 4, 9), *of(2, 9, 4), *of(20, 6, 6), *of(90, 0, 4)], scheme="mdacc-2003")

    told = [(each.group, each.patients, each.responders) for each in found.rates]
    assert told == [("0", 13, None), ("1-3", 13, None), ("4-50", 12, 6)]
    assert found.suppressed_groups == (">50",)


def test_a_cohort_without_assessments_tells_nothing() -> None:
    found = asked([])

    assert [(each.patients, each.odds) for each in found.lags] == [(0, None)] * 3
    assert (found.by_imaging.patients, found.rates, found.suppressed_groups) == (0, (), ())


def test_what_was_published_is_as_the_sources_have_it() -> None:
    assert [published.odds_ratio for _, published in LAGS] == [6.3, 3.1, 4.9]
    assert [(each.published.patients, each.published.months) for each in CELLS] == [
        *((83, 26.9), (13, 15.3), (20, 19.9), (22, 6.4)),
    ]
