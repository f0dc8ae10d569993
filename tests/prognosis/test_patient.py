"""What was known of a patient on a day, and how a draw stands to a line of therapy."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.patient import clock_of_draw, clock_of_index, known_on, lines_of_therapy
from tests.prognosis.cohorts import START, a_patient, a_test, said

DAY = timedelta(days=1)


def test_a_later_observation_does_not_change_what_was_known_earlier() -> None:
    told = [said(START, er_status="positive"), said(START + DAY, er_status="negative")]

    known = known_on(told, START)

    assert known["er_status"].value == "positive"
    assert known["er_status"].observed_on == START


def test_the_last_value_observed_by_the_day_speaks() -> None:
    told = [said(START - DAY, ecog=2), said(START, ecog=1)]

    assert known_on(told, START)["ecog"].value == 1


def test_unknown_is_a_statement_that_outlives_an_earlier_value() -> None:
    told = [said(START - DAY, er_status="positive"), said(START, er_status="unknown")]

    assert known_on(told, START)["er_status"].value == "unknown"


def test_null_takes_back_what_was_said_of_that_day_only() -> None:
    told = [said(START - DAY, ecog=2), said(START, ecog=0), said(START, ecog=None)]

    assert known_on(told, START)["ecog"].value == 2


@pytest.mark.parametrize(("age_in_days", "is_known"), [(28, True), (29, False)])
def test_a_performance_status_speaks_for_28_days(age_in_days: int, is_known: bool) -> None:
    told = [said(START - age_in_days * DAY, ecog=1)]

    assert ("ecog" in known_on(told, START)) is is_known


def test_the_year_of_birth_holds_whenever_it_was_told() -> None:
    known = known_on([said(START + 100 * DAY, birth_year=1960)], START)

    assert known["birth_year"].value == 1960
    assert known["birth_year"].observed_on is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 4)), max_size=8))
def test_nothing_dated_after_the_day_is_known_on_it(told: list[tuple[int, int]]) -> None:
    known = known_on([said(START + day * DAY, line_of_therapy=n + 1) for day, n in told], START)

    assert all(fact.observed_on and fact.observed_on <= START for fact in known.values())


@pytest.mark.parametrize(
    ("started_after_days", "standing"),
    [(-8, "not-baseline"), (-7, "baseline"), (28, "baseline"), (29, "not-baseline")],
)
def test_a_baseline_draw_is_taken_from_28_days_before_to_7_days_after_the_start(
    started_after_days: int, standing: str
) -> None:
    start = START + started_after_days * DAY
    patient = a_patient(said(START - 60 * DAY, line_started_on=start.isoformat()))

    assert clock_of_draw(patient, a_test()).standing == standing


def test_the_first_draw_counts_as_baseline_where_no_start_was_told() -> None:
    first, second = a_test(), a_test(START + 30 * DAY, accession_number="L-2")
    patient = a_patient(said(ecog=1), tests=(first, second))

    assert clock_of_draw(patient, first).standing == "line-start-unknown"
    assert clock_of_draw(patient, second).standing == "not-baseline"


def test_a_line_of_later_years_does_not_choose_the_rows() -> None:
    second_line = START + 300 * DAY
    patient = a_patient(
        said(second_line, line_of_therapy=2, line_started_on=second_line.isoformat())
    )

    assert clock_of_draw(patient, a_test()).standing == "line-start-unknown"


def test_a_baseline_draw_has_the_line_that_was_told_after_it() -> None:
    later = START + 3 * DAY
    patient = a_patient(
        said(START - 200 * DAY, line_of_therapy=1),
        said(later, line_of_therapy=2, line_started_on=later.isoformat()),
    )

    line = clock_of_draw(patient, a_test()).known["line_of_therapy"]

    assert (line.value, line.observed_on) == (2, None)


def test_a_start_told_late_takes_no_later_line_s_number() -> None:
    told = [
        said(START, line_of_therapy=1),
        said(START + 200 * DAY, line_of_therapy=2),
        said(START + 300 * DAY, line_started_on=START.isoformat()),
    ]

    assert [(line.started_on, line.number) for line in lines_of_therapy(told)] == [(START, 1)]


def test_an_index_date_starts_a_clock_and_is_no_covariate() -> None:
    patient = a_patient(said(START + DAY, index_date=START.isoformat()), said(START, ecog=0))

    clock = clock_of_index(patient)

    assert clock is not None
    assert clock.start == START
    assert clock.known.keys() == {"ecog"}


def test_a_patient_without_an_index_date_has_no_clock_of_it() -> None:
    assert clock_of_index(a_patient()) is None


def test_the_day_of_a_draw_is_local() -> None:
    test = a_test(date(2020, 3, 1))

    assert clock_of_draw(a_patient(tests=[test]), test).start == date(2020, 3, 1)
