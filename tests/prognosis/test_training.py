"""Who gives a row, what the row says, and that it knows nothing of the future."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prognosis.covariates import REGISTRY
from app.prognosis.cox import fit
from app.prognosis.patient import FollowUp, Observation, Patient
from app.prognosis.training import cohort_of
from app.prognosis.training_values import laid_open
from tests.prognosis.cohorts import (
    CUTOFF,
    START,
    a_patient,
    a_table,
    a_test,
    cohort,
    opened,
    rows_of,
    said,
    simulated_rows,
)

DAY = timedelta(days=1)


def test_a_row_counts_from_the_draw_to_death() -> None:
    rows = rows_of(a_patient(follow_up=FollowUp(death_on=START + 100 * DAY)))

    (row,) = opened(rows)
    assert (row.start, row.days, row.event) == (START, 100.0, True)
    assert row.known["ctc_count"].value == 5
    assert row.known["ctc_count"].observed_on == START


def test_the_living_are_censored_on_the_day_last_known_alive() -> None:
    (row,) = opened(rows_of(a_patient(follow_up=FollowUp(START + 80 * DAY))))

    assert (row.days, row.event) == (80.0, False)


def test_a_death_after_the_cut_off_is_a_censoring_at_the_cut_off() -> None:
    follow_up = FollowUp(last_known_alive_on=START, death_on=START + 100 * DAY)

    (row,) = opened(rows_of(a_patient(follow_up=follow_up), data_cutoff=START + 60 * DAY))

    assert (row.days, row.event) == (60.0, False)


def test_the_day_of_the_draw_counts_as_half_a_day() -> None:
    rows = rows_of(a_patient(follow_up=FollowUp(death_on=START)))

    assert (rows.days.tolist(), rows.events.tolist(), rows.last_seen.tolist()) == (
        [0.5],
        [True],
        [START],
    )


@pytest.mark.parametrize(
    ("endpoint", "days", "event"),
    [("overall_survival", 90.0, True), ("progression_free_survival", 40.0, True)],
)
def test_progression_ends_progression_free_survival_only(
    endpoint: str, days: float, event: bool
) -> None:
    follow_up = FollowUp(progression_on=START + 40 * DAY, death_on=START + 90 * DAY)

    (row,) = opened(rows_of(a_patient(follow_up=follow_up), endpoint=endpoint))

    assert (row.days, row.event) == (days, event)


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        (a_patient(tests=[a_test(assay="parsortix")]), "no_eligible_draw"),
        (a_patient(tests=[a_test(status="preliminary")]), "no_eligible_draw"),
        (a_patient(tests=[a_test(blood_volume_ml=10.0)]), "no_eligible_draw"),
        (a_patient(said(disease_setting="neoadjuvant")), "other_setting"),
        (a_patient(said(line_started_on="2019-06-01")), "draw_not_baseline"),
        (a_patient(tests=[a_test(CUTOFF + DAY)]), "after_data_cutoff"),
        (a_patient(follow_up=FollowUp()), "no_follow_up"),
        (replace(a_patient(), follow_up=None), "no_follow_up"),
        (a_patient(follow_up=FollowUp(START - DAY)), "no_follow_up"),
        (a_patient(follow_up=FollowUp(death_on=START - DAY)), "event_before_clock_start"),
    ],
)
def test_a_patient_without_a_row_is_counted_by_reason(patient: Patient, reason: str) -> None:
    rows = rows_of(patient)

    assert len(rows) == 0
    assert rows.left_out == {reason: 1}


def test_a_patient_gives_one_row_for_the_first_baseline_draw() -> None:
    second_line = START + 200 * DAY
    patient = a_patient(
        said(line_of_therapy=1, line_started_on=START.isoformat()),
        said(second_line, line_of_therapy=2, line_started_on=second_line.isoformat()),
        tests=[
            a_test(second_line, 50, "L-2"),
            a_test(START, 7, "L-1"),
            a_test(START - DAY, 3, "L-0", status="cancelled"),
        ],
    )

    (row,) = opened(rows_of(patient))

    assert (row.accession_number, row.known["ctc_count"].value) == ("L-1", 7)


def test_a_first_draw_without_a_line_s_start_is_used_and_counted() -> None:
    rows = rows_of(a_patient(said(ecog=1)))

    assert (len(rows), rows.line_start_unknown) == (1, 1)


def test_an_index_date_starts_a_clock_without_a_count() -> None:
    indexed = a_patient(said(index_date=START.isoformat(), birth_year=1960))
    other = a_patient(patient_id="P-2")

    rows = rows_of(indexed, other, clock="index_date")

    (row,) = opened(rows)
    assert (row.accession_number, "ctc_count" in row.known) == (None, False)
    assert rows.left_out == {"no_index_date": 1}


def test_a_row_lays_open_each_value_and_its_day() -> None:
    start = START + 2 * DAY
    patient = a_patient(
        said(START - 5 * DAY, er_status="positive"),
        said(start, line_of_therapy=2, line_started_on=start.isoformat(), birth_year=1960),
    )
    names = ("log1p_ctc", "er_positive", "age", "line_of_therapy", "ecog")

    rows = laid_open(rows_of(patient), [REGISTRY[name] for name in names])

    values = rows.row(0)["values"]

    assert [(v["value"], v["observed_on"], v["basis"]) for v in values] == [
        (pytest.approx(np.log(6)), "2020-01-01", "draw"),
        (1.0, "2019-12-27", "observed"),
        (60.0, None, "timeless"),
        (2.0, None, "line"),
        (None, None, None),
    ]


STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "er_status": st.sampled_from(["positive", "negative", "unknown"]),
        "ecog": st.integers(0, 4),
        "line_of_therapy": st.integers(1, 5),
        "metastatic_sites": st.lists(st.sampled_from(["liver", "bone"]), max_size=2),
        "birth_year": st.just(1960),
        "line_started_on": st.integers(-100, 100).map(lambda d: (START + d * DAY).isoformat()),
    },
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-100, 100), STATEMENTS), min_size=1, max_size=6))
def test_no_row_shows_anything_dated_after_its_draw(
    told: list[tuple[int, dict[str, str | int]]],
) -> None:
    observations = [Observation(START + day * DAY, values) for day, values in told]
    tests = [a_test(START + day * DAY, accession_number=f"L{day}") for day in (0, 60)]

    rows = laid_open(rows_of(a_patient(*observations, tests=tests)), list(REGISTRY.values()))

    for place in range(len(rows)):
        row = rows.row(place)
        for value in row["values"]:
            assert value["observed_on"] is None or value["observed_on"] <= row["clock_start"]
            assert value["observed_on"] or value["basis"] in ("timeless", "line", None)


@settings(deadline=None)
@given(st.dates(START + DAY, START + 300 * DAY), STATEMENTS.filter(lambda s: "birth_year" not in s))
def test_what_is_observed_later_changes_no_value_of_a_row(
    day: object, later: dict[str, str | int]
) -> None:
    # Where a line starts is an event, told at any time; everything else is frozen at the draw.
    later.pop("line_started_on", None)
    patient = a_patient(said(line_of_therapy=1, line_started_on=START.isoformat(), ecog=1))
    retold = replace(patient, observations=(*patient.observations, Observation(day, later)))  # type: ignore[arg-type]

    assert opened(rows_of(retold)) == opened(rows_of(patient))


def test_the_order_of_patients_changes_nothing() -> None:
    patients = [a_patient(patient_id=f"P-{number}") for number in range(5)]

    one, other = rows_of(*patients), rows_of(*patients[::-1])
    assert opened(one) == opened(other)
    assert one.left_out == other.left_out


def test_a_cohort_has_a_gap_where_a_row_does_not_know() -> None:
    rows = rows_of(a_patient(), a_patient(said(er_status="positive"), patient_id="P-2"))

    found = cohort_of(rows, [REGISTRY["er_positive"], REGISTRY["log1p_ctc"]])

    assert np.isnan(found.columns["er_positive"]).tolist() == [True, False]
    assert list(found.knowing(["er_positive"]).keys) == ["P-2"]


def test_known_sets_come_with_the_most_frequent_first() -> None:
    gap = float("nan")
    found = cohort([1, 2, 3], [True] * 3, {"a": [1, gap, 2], "b": [1, 2, 3]})

    assert found.known_sets(["a", "b"]) == [("a", "b"), ("b",)]


@pytest.mark.parametrize(
    "change",
    [{"days": 4.5}, {"event": True}, {"accession_number": "L-9"}, {"start": START + DAY}],
)
def test_a_changed_row_changes_the_fingerprint(change: dict[str, object]) -> None:
    rows = rows_of(a_patient())
    changed = a_table([replace(opened(rows)[0], **change)])  # type: ignore[arg-type]
    covariates = [REGISTRY["log1p_ctc"]]

    assert cohort_of(rows, covariates).fingerprint() != cohort_of(changed, covariates).fingerprint()


def test_the_order_of_rows_changes_no_fingerprint() -> None:
    rows = simulated_rows(50)
    shuffled = a_table(opened(rows)[::-1])
    covariates = list(REGISTRY.values())

    assert (
        cohort_of(rows, covariates).fingerprint() == cohort_of(shuffled, covariates).fingerprint()
    )


DAYS_PER_LINE = 500
MEAN_SURVIVAL = 900


def patients_changing_lines(n: int, seed: int) -> list[Patient]:
    """Draw patients whose line changes every 500 days on average while they live, to no effect."""
    random = np.random.default_rng(seed)
    return [_patient_changing_lines(random, number) for number in range(n)]


def _patient_changing_lines(random: np.random.Generator, number: int) -> Patient:
    draw = START - int(random.integers(0, 700)) * DAY
    line, since = int(random.integers(1, 4)), 0
    survival = int(random.exponential(MEAN_SURVIVAL))
    death, told = draw + survival * DAY, []
    while draw + since * DAY <= min(death, CUTOFF):
        day = draw + since * DAY
        told.append(said(day, line_of_therapy=line, line_started_on=day.isoformat()))
        line, since = line + 1, since + 1 + int(random.exponential(DAYS_PER_LINE))
    return a_patient(
        *told,
        tests=[a_test(draw, accession_number=f"L{number:04}")],
        follow_up=FollowUp(min(death, CUTOFF), death if death <= CUTOFF else None),
        patient_id=f"P{number:04}",
    )


def as_a_table_without_dates(patient: Patient) -> Patient:
    """Keep the latest line only, as if it had always been known."""
    draw = patient.blood_tests[0].drawn_on
    latest = patient.observations[-1].values["line_of_therapy"]
    return replace(
        patient,
        observations=(said(draw, line_of_therapy=latest, line_started_on=draw.isoformat()),),
    )


def test_only_dated_covariates_find_that_the_line_of_therapy_has_no_effect() -> None:
    # Who lives longer reaches later lines, so the latest line looks like a protection: with a
    # mean survival of 900 days and a line every 500, near 0.66 a line.
    patients = patients_changing_lines(n=800, seed=20)
    line = REGISTRY["line_of_therapy"]

    dated = fit(cohort_of(rows_of(*patients), [line]), ("line_of_therapy",), (), 0.0)
    undated_rows = rows_of(*(as_a_table_without_dates(patient) for patient in patients))
    latest = fit(cohort_of(undated_rows, [line]), ("line_of_therapy",), (), 0.0)

    assert dated.patients == latest.patients == 800
    assert abs(dated.coefficients[0]) <= 4 * dated.standard_errors[0]
    assert np.exp(latest.coefficients[0]) == pytest.approx(0.66, abs=0.06)
