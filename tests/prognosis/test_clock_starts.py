"""Packed starts give, for every question, the rows that a reading of the records gives."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.clock_starts import CLOCKS, clock_starts
from app.prognosis.covariates import (
    COUNT,
    FIELDS,
    REGISTRY,
    SETTINGS,
    SITES,
    code_of,
    declared,
    fact_of,
    value_of,
)
from app.prognosis.packing import UNKNOWN, layout_of, packed_starts, records_of
from app.prognosis.patient import (
    BASELINE_COUNT,
    BloodTest,
    FollowUp,
    Known,
    Line,
    Observation,
    Patient,
    clock_of_draw,
    clock_of_index,
    known_on,
    line_of_draw,
    lines_of_therapy,
    setting_of,
)
from app.prognosis.training import cohort_of, training_table
from tests.prognosis.cohorts import START, a_patient, a_table, a_test, opened, rows_of, said

WITH_NODES = {**REGISTRY, "nodes": declared("nodes", "continuous")}
LAYOUT = layout_of(WITH_NODES)

DAYS = st.integers(-60, 60).map(lambda days: START + timedelta(days=days))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "birth_year": st.integers(1930, 2000),
        "disease_setting": st.sampled_from(SETTINGS),
        "er_status": st.sampled_from(["positive", "negative", "unknown"]),
        "metastatic_sites": st.lists(st.sampled_from(SITES), unique=True),
        "line_of_therapy": st.integers(1, 5),
        "line_started_on": DAYS.map(str),
        "ecog": st.one_of(st.none(), st.integers(0, 4)),
        "nodes": st.floats(0, 50),
        "index_date": DAYS.map(str),
    },
)
# Local days run ahead of instants and behind them, by up to 14 hours.
TESTS = st.builds(
    lambda day, hour, ahead, count, ml: BloodTest(
        f"{day}-{hour}",
        datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
        (datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(hours=ahead)).date(),
        count,
        ml,
    ),
    DAYS,
    st.integers(0, 23),
    st.integers(-12, 14),
    st.integers(0, 3000),
    st.sampled_from([7.5, 10.0]),
)
FOLLOW_UPS = st.one_of(
    st.none(),
    st.builds(FollowUp, *(st.one_of(st.none(), DAYS) for _ in range(3))),
)
PATIENTS = st.lists(
    st.builds(
        lambda told, tests, follow_up: Patient("P", told, tests, follow_up),
        st.lists(st.builds(Observation, DAYS, FACTS), max_size=4).map(tuple),
        st.lists(TESTS, max_size=4, unique_by=lambda test: test.accession_number).map(tuple),
        FOLLOW_UPS,
    ),
    max_size=4,
).map(
    lambda people: [
        Patient(f"P{number}", each.observations, each.blood_tests, each.follow_up)
        for number, each in enumerate(people)
    ]
)


Start = tuple[str, date, Mapping[str, Known]]


def read_one(
    patient: Patient, endpoint: str, setting: str, clock: str, cutoff: date
) -> tuple[object, ...] | str:
    """Find a patient's row by looking through the records, as the contract's words say."""
    find = {"draw": first_draw, "index_date": index_of}.get(clock, landmark_in(clock))
    start = find(patient, setting, cutoff)
    if isinstance(start, str):
        return start
    number, day, known = start
    outcome = outcome_of(patient.follow_up or FollowUp(), day, endpoint, cutoff)
    if isinstance(outcome, str):
        return outcome
    values = tuple(value_of(each, known, day) for each in WITH_NODES.values())
    return (patient.patient_id, number, day, *outcome, values)


def first_draw(patient: Patient, setting: str, cutoff: date) -> Start | str:
    """Look at one draw after the other."""
    tests = [test for test in patient.blood_tests if test.is_result and test.is_comparable]
    if not tests:
        return "no_eligible_draw"
    tests = [test for test in tests if test.drawn_on <= cutoff]
    if not tests:
        return "after_data_cutoff"
    reason = "other_setting"
    for test in sorted(tests, key=lambda test: (test.drawn_at, test.accession_number)):
        clock = clock_of_draw(patient, test)
        if setting_of(clock.known) != setting:
            continue
        if clock.standing != "not-baseline":
            count = {COUNT: Known(test.ctc_count, test.drawn_on)}
            return test.accession_number, clock.start, {**clock.known, **count}
        reason = "draw_not_baseline"
    return reason


def landmark_in(clock: str) -> Callable[[Patient, str, date], Start | str]:
    """Look at one draw after the other for the first in these weeks of its line."""
    weeks = {"weeks-3-5": range(3, 6), "weeks-6-8": range(6, 9), "weeks-9-14": range(9, 15)}

    def find(patient: Patient, setting: str, cutoff: date) -> Start | str:
        lines = lines_of_therapy(patient.observations)
        tests = [test for test in patient.blood_tests if test.is_result and test.is_comparable]
        tests.sort(key=lambda test: (test.drawn_at, test.accession_number))
        begun = [
            (test, [line for line in lines if line.started_on <= test.drawn_on]) for test in tests
        ]
        within = [
            (test, line)
            for test, (*_, line) in ((test, before) for test, before in begun if before)
            if (test.drawn_on - line.started_on).days // 7 in weeks[clock]
        ]
        if not within:
            return "no_draw_in_window"
        within = [each for each in within if each[0].drawn_on <= cutoff]
        if not within:
            return "after_data_cutoff"
        for test, line in within:
            known = known_on(patient.observations, test.drawn_on)
            if setting_of(known) == setting:
                count = {COUNT: Known(test.ctc_count, test.drawn_on)}
                facts = {**of_line(line, lines, tests, known), **count}
                return test.accession_number, test.drawn_on, facts
        return "other_setting"

    return find


def of_line(
    line: Line, lines: list[Line], tests: list[BloodTest], known: Mapping[str, Known]
) -> Mapping[str, Known]:
    """Add what the line says of its later draws: its number and the count before it."""
    facts, told = dict(known), known.get("line_of_therapy")
    told_on = told.observed_on if told else None
    if line.number and (told_on is None or told_on <= line.started_on):
        facts["line_of_therapy"] = Known(line.number, None)
    before = [test for test in tests if line_of_draw(lines, test.drawn_on) == line]
    if before:
        facts[BASELINE_COUNT] = Known(before[0].ctc_count, before[0].drawn_on)
    return facts


def index_of(patient: Patient, setting: str, cutoff: date) -> Start | str:
    """Look at the index date."""
    clock = clock_of_index(patient)
    if clock is None:
        return "no_index_date"
    if clock.start > cutoff:
        return "after_data_cutoff"
    return ("", clock.start, clock.known) if setting_of(clock.known) == setting else "other_setting"


def outcome_of(
    told: FollowUp, start: date, endpoint: str, cutoff: date
) -> tuple[float, bool] | str:
    """Count the days to the event or to the last day seen."""
    dates = (
        [told.death_on] if endpoint == "overall_survival" else [told.progression_on, told.death_on]
    )
    event_on = min((day for day in dates if day), default=None)
    if event_on and event_on < start:
        return "event_before_clock_start"
    end = event_on or told.last_known_alive_on or told.progression_on
    if end is None or end < start:
        return "no_follow_up"
    days = (min(end, cutoff) - start).days
    return float(days) if days else 0.5, event_on is not None and event_on <= cutoff


@settings(max_examples=300)
@given(
    people=PATIENTS,
    endpoint=st.sampled_from(["overall_survival", "progression_free_survival"]),
    setting=st.sampled_from(SETTINGS),
    clock=st.sampled_from(CLOCKS),
    cutoff=DAYS,
)
def test_packed_starts_give_the_rows_that_the_records_give(
    people: list[Patient], endpoint: str, setting: str, clock: str, cutoff: date
) -> None:
    records = [
        record
        for patient in people
        for record in packed_starts(LAYOUT, patient.patient_id, clock_starts(patient, clock))  # type: ignore[arg-type]
    ]

    table = training_table(
        records_of(LAYOUT, records[::-1] if clock == "index_date" else records),
        len(people),
        endpoint=endpoint,  # type: ignore[arg-type]
        setting=setting,
        clock=clock,  # type: ignore[arg-type]
        data_cutoff=cutoff,
    )

    expected = [read_one(patient, endpoint, setting, clock, cutoff) for patient in people]
    cohort = cohort_of(table, list(WITH_NODES.values()))
    values = np.where(np.isnan(matrix := cohort.matrix(list(WITH_NODES))), None, matrix)  # type: ignore[call-overload]
    found = list(
        zip(
            table.patient_ids,
            table.accession_numbers,
            table.starts.tolist(),
            table.days.tolist(),
            table.events.tolist(),
            map(tuple, values.tolist()),
            strict=True,
        )
    )
    assert found == [row for row in expected if not isinstance(row, str)]
    assert table.left_out == Counter(row for row in expected if isinstance(row, str))


@pytest.mark.parametrize("field", [f for f in FIELDS if f.kind in ("status", "choice")], ids=str)
def test_every_choice_has_a_code(field: object) -> None:
    name, choices = field.name, field.choices  # type: ignore[attr-defined]

    assert [fact_of(name, code_of(name, choice)) for choice in choices] == list(choices)


def test_sites_have_a_bit_each() -> None:
    codes = [code_of("metastatic_sites", list(SITES[:n])) for n in range(len(SITES) + 1)]

    assert codes == [2**n - 1 for n in range(len(SITES) + 1)]
    assert fact_of("metastatic_sites", codes[3]) == list(SITES[:3])


def test_a_layout_changes_with_what_a_record_holds() -> None:
    assert layout_of(REGISTRY).digest != LAYOUT.digest
    assert layout_of(WITH_NODES).digest == LAYOUT.digest


def test_a_record_has_the_length_that_its_layout_says() -> None:
    ((_, _, packed),) = packed_starts(LAYOUT, "P-1", clock_starts(a_patient(), "draw"))

    assert len(packed) == LAYOUT.dtype.itemsize


def test_what_was_not_known_has_no_day() -> None:
    table = rows_of(a_patient(said(er_status="positive")))

    assert table.facts["er_status"].observed.tolist() != [UNKNOWN]
    assert table.facts["ecog"].observed.tolist() == [UNKNOWN]


def test_no_patients_make_an_empty_table() -> None:
    table = a_table(())

    assert (len(table), table.left_out, table.line_start_unknown) == (0, {}, 0)
    assert len(cohort_of(table, list(REGISTRY.values()))) == 0


def test_a_draw_with_an_earlier_local_day_stands_in_at_an_earlier_cut_off() -> None:
    # Taken later, where it was still the day before.
    first = a_test(START, 7, "L-1")
    west = BloodTest("L-2", first.drawn_at + timedelta(hours=1), START - timedelta(days=1), 9)
    patient = a_patient(tests=[first, west])

    (late,) = opened(rows_of(patient))
    (early,) = opened(rows_of(patient, data_cutoff=START - timedelta(days=1)))

    assert (late.accession_number, early.accession_number) == ("L-1", "L-2")
