"""Serial groups, time lent to them, and landmark rows: a later draw counts from its own day."""

from datetime import date, timedelta
from math import exp, log, log1p, sqrt

import numpy as np
import pytest

from app.prognosis import Cohort, MalformedRows, after_landmark, fit
from app.prognosis.covariates import REGISTRY
from app.prognosis.fitting import fit_model
from app.prognosis.patient import (
    WINDOWS,
    BloodTest,
    FollowUp,
    Known,
    Patient,
    clock_of_answer,
    clock_of_draw,
    landmark_of_draw,
    window_of,
)
from app.prognosis.serial_groups import SERIAL_SCHEMES
from app.prognosis.specification import resolve
from app.prognosis.training import TrainingTable, cohort_of
from app.prognosis.training_values import laid_open
from tests.prognosis.cohorts import (
    START,
    a_patient,
    a_table,
    a_test,
    opened,
    request,
    rows_of,
    said,
)
from tests.prognosis.serial_cohorts import (
    BEFORE,
    LINE,
    NOW,
    a_serial_patient,
    serial_patients,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("scheme", "counts", "group"),
    [
        ("serial-5", (4, 4), "low-low"),
        ("serial-5", (4, 5), "low-high"),
        ("serial-5", (5, 4), "high-low"),
        ("serial-5", (5, 5), "high-high"),
        ("serial-1", (0, 0), "neg-neg"),
        ("serial-1", (0, 1), "neg-pos"),
        ("serial-1", (1, 0), "pos-neg"),
        ("serial-1", (1, 1), "pos-pos"),
    ],
)
def test_two_counts_make_a_serial_group(scheme: str, counts: tuple[int, int], group: str) -> None:
    assert SERIAL_SCHEMES[scheme].group_of(*counts).name == group


CLEARED = 0.48
"""Hazard ratio of those without cells at the second draw (Janni W et al., PREDICT)."""

MONTHLY, LANDMARK, SHARE = 0.06, 3.0, 0.5
"""Hazard of those who keep cells, months to the second draw, and the share that clears."""


def cleared_and_not(seed: int, patients: int) -> tuple[np.ndarray, np.ndarray]:
    """Months of survival, all followed to death, and who is seen without cells at the landmark."""
    random = np.random.default_rng(seed)
    early = random.exponential(1 / MONTHLY, patients)
    seen = early > LANDMARK
    cleared = seen & (random.random(patients) < SHARE)
    rate = MONTHLY * np.where(cleared, CLEARED, 1.0)
    return np.where(seen, LANDMARK + random.exponential(1 / rate), early), cleared


def expected_from_baseline() -> float:
    """
    Ratio of deaths per month where all time is counted from the baseline draw.

    With S = exp(-rL) alive at the landmark L and a share q of them cleared, the cleared have
    qS deaths in qS (L + 1/(hr)) months. The others have 1 - qS deaths in what is left of the
    months: (1 - S)/r before the landmark, less the qSL lent to the cleared, and (1 - q)S/r after.
    """
    alive = exp(-MONTHLY * LANDMARK)
    cleared = SHARE * alive
    rate = CLEARED * MONTHLY / (1 + CLEARED * MONTHLY * LANDMARK)
    others = (1 - cleared) * MONTHLY / (1 - cleared * (1 + MONTHLY * LANDMARK))
    return rate / others


def test_counting_serial_groups_from_baseline_lends_them_time_without_death() -> None:
    months, cleared = cleared_and_not(2026, 6000)
    everybody = Cohort.from_arrays(months, np.ones(len(months)), {"cleared": cleared})
    rates = [group.sum() / months[group].sum() for group in (cleared, ~cleared)]
    error = sqrt(1 / cleared.sum() + 1 / (~cleared).sum())

    from_baseline = fit(everybody, ["cleared"])

    # The truth is 0.48; counted from baseline the deaths per month stand at 0.385 to one.
    assert expected_from_baseline() == pytest.approx(0.3848, abs=5e-5)
    assert abs(log(rates[0] / rates[1] / expected_from_baseline())) < 4 * error
    bias = float(from_baseline.coefficients[0]) - log(CLEARED)
    assert bias < -4 * from_baseline.standard_errors[0]
    assert exp(bias) == pytest.approx(0.80, abs=0.03)


def test_counting_serial_groups_from_the_second_draw_finds_the_truth() -> None:
    months, cleared = cleared_and_not(2026, 6000)
    late = after_landmark(months, np.ones(len(months)), np.full(len(months), LANDMARK))
    rows = Cohort.from_arrays(late.days, late.events, {"cleared": cleared[late.places]})

    found = fit(rows, ["cleared"])

    assert len(rows) == (months > LANDMARK).sum()
    assert abs(found.coefficients[0] - log(CLEARED)) < 4 * found.standard_errors[0]
    assert found.standard_errors[0] < 0.035


def test_who_had_no_second_draw_is_not_counted_after_it() -> None:
    found = after_landmark([20, 30, 50, 90], [1, 1, 1, 0], [30, 30, 30, np.nan])

    assert (found.places.tolist(), found.days.tolist()) == ([2], [20.0])


def test_a_landmark_needs_a_row_each() -> None:
    with pytest.raises(MalformedRows, match="landmarks holds 1 values for 2 rows"):
        after_landmark([20, 30], [1, 1], [30])


@pytest.mark.parametrize(
    ("day", "window"),
    [
        (20, None),
        (21, "weeks-3-5"),
        (41, "weeks-3-5"),
        (42, "weeks-6-8"),
        (62, "weeks-6-8"),
        (63, "weeks-9-14"),
        (104, "weeks-9-14"),
        (105, None),
        (-200, None),
    ],
)
def test_a_window_is_of_completed_weeks(day: int, window: str | None) -> None:
    assert window_of(START, START + day * DAY) == window


def landmark_rows(*patients: Patient, window: str = "weeks-3-5", **asked: str) -> TrainingTable:
    return rows_of(*patients, clock=window, **asked)  # type: ignore[arg-type]


def test_a_landmark_row_counts_from_the_later_draw_and_knows_both_counts() -> None:
    patient = a_serial_patient(40, (28, 6), (35, 90))

    (row,) = opened(landmark_rows(patient))

    assert (row.accession_number, row.start, row.days) == ("P-1-28", START + 28 * DAY, 337.0)
    assert row.known["ctc_count"] == Known(6, START + 28 * DAY)
    assert row.known["baseline_ctc_count"] == Known(40, START)


@pytest.mark.parametrize(("window", "day"), [("weeks-6-8", 42), ("weeks-9-14", 104)])
def test_each_window_has_a_row_of_its_own(window: str, day: int) -> None:
    patient = a_serial_patient(40, (28, 6), (42, 5), (104, 4))

    (row,) = opened(landmark_rows(patient, window=window))

    assert row.start == START + day * DAY
    assert row.known["baseline_ctc_count"].value == 40


def test_the_covariates_of_a_landmark_row_are_laid_open_with_their_draws() -> None:
    rows = landmark_rows(a_serial_patient(40, (28, 6)))

    row = laid_open(rows, [REGISTRY["log1p_ctc"], REGISTRY["log1p_baseline_ctc"]]).row(0)

    assert row["clock_start"] == "2020-01-29"
    assert row["values"] == [
        {
            "covariate": "log1p_ctc",
            "value": log1p(6),
            "observed_on": "2020-01-29",
            "basis": "draw",
        },
        {
            "covariate": "log1p_baseline_ctc",
            "value": log1p(40),
            "observed_on": "2020-01-01",
            "basis": "draw",
        },
    ]


def followed(follow_up: FollowUp, **asked: str) -> TrainingTable:
    patient = a_serial_patient(40, (28, 6))
    return landmark_rows(
        Patient("P-1", patient.observations, patient.blood_tests, follow_up), **asked
    )


@pytest.mark.parametrize(
    ("follow_up", "endpoint", "reason"),
    [
        (FollowUp(death_on=START + 27 * DAY), "overall_survival", "event_before_clock_start"),
        (
            FollowUp(START + 300 * DAY, None, START + 20 * DAY),
            "progression_free_survival",
            "event_before_clock_start",
        ),
        (FollowUp(START + 27 * DAY), "overall_survival", "no_follow_up"),
    ],
)
def test_who_had_the_event_or_was_lost_before_the_landmark_gives_no_row(
    follow_up: FollowUp, endpoint: str, reason: str
) -> None:
    rows = followed(follow_up, endpoint=endpoint)

    assert (len(rows), rows.left_out) == (0, {reason: 1})


def test_progression_before_the_landmark_keeps_a_row_of_overall_survival() -> None:
    rows = followed(FollowUp(START + 300 * DAY, None, START + 20 * DAY))

    assert rows.days.tolist() == [272.0]


@pytest.mark.parametrize(
    "patient",
    [
        a_serial_patient(40),
        a_serial_patient(40, (10, 6)),
        a_serial_patient(40, (42, 6)),
        a_patient(said(ecog=1), tests=[a_test(), a_test(START + 28 * DAY, 6, "L-2")]),
        a_patient(tests=[a_test(), a_test(START + 28 * DAY, 6, "L-2", assay="parsortix")]),
    ],
    ids=["no later draw", "too early", "too late", "no line", "other cells"],
)
def test_who_has_no_draw_in_the_window_gives_no_row(patient: Patient) -> None:
    rows = landmark_rows(patient)

    assert (len(rows), rows.left_out) == (0, {"no_draw_in_window": 1})


def test_a_landmark_row_is_of_the_setting_and_before_the_cut_off() -> None:
    patient = a_serial_patient(40, (28, 6))

    elsewhere = landmark_rows(patient, setting="neoadjuvant")
    too_soon = rows_of(patient, clock="weeks-3-5", data_cutoff=START + 27 * DAY)

    assert elsewhere.left_out == {"other_setting": 1}
    assert too_soon.left_out == {"after_data_cutoff": 1}


SECOND_LINE = START + 84 * DAY


def on_two_lines(*tests: BloodTest) -> Patient:
    return a_patient(
        said(line_of_therapy=1, line_started_on=START.isoformat()),
        said(SECOND_LINE, line_of_therapy=2, line_started_on=SECOND_LINE.isoformat()),
        tests=[a_test(START, 40, "L-0"), *tests],
    )


def test_a_later_draw_is_of_the_line_that_the_patient_is_on() -> None:
    # Day 104 would be in the fifteenth week of the first line; it is day 20 of the second.
    patient = on_two_lines(a_test(SECOND_LINE, 11, "L-1"), a_test(SECOND_LINE + 21 * DAY, 3, "L-2"))

    (row,) = opened(landmark_rows(patient))

    assert row.known["baseline_ctc_count"] == Known(11, SECOND_LINE)
    assert row.known["line_of_therapy"].value == 2
    assert len(landmark_rows(patient, window="weeks-9-14")) == 0


def test_a_line_without_a_baseline_draw_has_no_baseline_count() -> None:
    patient = on_two_lines(a_test(SECOND_LINE + 21 * DAY, 3, "L-2"))

    (row,) = opened(landmark_rows(patient))

    assert "baseline_ctc_count" not in row.known


def test_the_next_line_does_not_choose_who_gives_a_landmark_row() -> None:
    # The baseline draw of a line begun for want of response is a landmark of the one before.
    draw = a_test(SECOND_LINE - 14 * DAY, 60, "L-1")
    patient, earlier = on_two_lines(draw), on_two_lines(draw).observations[:1]
    before = Patient("P-1", earlier, patient.blood_tests, patient.follow_up)

    rows = [opened(landmark_rows(each, window="weeks-9-14")) for each in (before, patient)]

    assert rows[0] == rows[1]
    assert rows[0][0].known["line_of_therapy"].value == 1
    assert clock_of_answer(before, draw).window == "weeks-9-14"
    assert (clock_of_answer(patient, draw).standing, len(rows[1])) == ("baseline", 1)


def test_a_number_told_since_the_line_s_start_is_known_at_the_landmark() -> None:
    patient = a_patient(
        said(line_of_therapy=1, line_started_on=START.isoformat()),
        said(START + 20 * DAY, line_of_therapy=2),
        tests=[a_test(START + 28 * DAY, 3)],
    )

    (row,) = opened(landmark_rows(patient))

    assert row.known["line_of_therapy"] == Known(2, START + 20 * DAY)


def test_nothing_told_after_the_landmark_is_in_its_row() -> None:
    patient = a_serial_patient(40, (28, 6), (60, 900))
    later = said(START + 29 * DAY, er_status="positive", ecog=3, line_of_therapy=4)
    told = Patient("P-1", (*patient.observations, later), patient.blood_tests, patient.follow_up)

    assert opened(landmark_rows(told)) == opened(landmark_rows(patient))


def test_a_landmark_is_no_baseline_draw() -> None:
    patient = a_serial_patient(40, (28, 6))
    later = patient.blood_tests[1]

    clock = landmark_of_draw(patient, later)

    assert clock is not None
    assert (clock.standing, clock.window, clock.line_started_on) == (
        ("landmark", "weeks-3-5", START)
    )
    assert clock_of_draw(patient, later).standing == "not-baseline"
    assert clock_of_answer(patient, later) == clock
    assert clock_of_answer(patient, patient.blood_tests[0]).window is None


THREE = ("log1p_ctc", "log1p_baseline_ctc", "line_of_therapy")


def test_a_landmark_model_recovers_the_truth() -> None:
    rows = landmark_rows(*serial_patients(1200, 5))

    found = fit(cohort_of(rows, [REGISTRY[name] for name in THREE]), THREE)

    assert len(rows) > 1100
    errors = found.standard_errors
    assert (np.abs(found.coefficients - [NOW, BEFORE, LINE]) < 4 * errors).all()
    assert (errors < 0.06).all()


def test_auto_climbs_the_ladder_of_landmarks() -> None:
    rows = landmark_rows(*serial_patients(300, 6))

    model = fit_model(request(clock="weeks-3-5"), rows, REGISTRY, lambda _: None)

    assert model.specification.rung == "landmark-2"
    assert model.fit.covariates == ("log1p_ctc", "log1p_baseline_ctc", "line_of_therapy")
    assert model.clock == "weeks-3-5"
    # Who had no draw before the line has no baseline count.
    assert model.left_out["missing_covariate"] > 10
    assert all("log1p_baseline_ctc" in each.covariates for each in model.submodels)


def test_few_patients_get_the_first_rung_of_landmarks() -> None:
    rows = landmark_rows(*serial_patients(160, 6))

    asked = request(clock="weeks-3-5")
    found = resolve(asked, cohort_of(rows, [REGISTRY[name] for name in asked.candidates()]))

    assert (found.rung, found.covariates) == ("landmark-1", THREE[:2])


@pytest.mark.soak
def test_landmark_intervals_cover_the_truth() -> None:
    found = []
    for seed in range(20):
        rows = landmark_rows(*serial_patients(500, 100 + seed))
        fitted = fit(cohort_of(rows, [REGISTRY[name] for name in THREE]), THREE)
        found.append((fitted.coefficients[0], fitted.standard_errors[0]))
    estimates, errors = np.array(found).T

    assert abs(estimates.mean() - NOW) < 4 * estimates.std(ddof=1) / sqrt(20)
    assert (np.abs(estimates - NOW) < 1.96 * errors).sum() >= 15


def test_a_table_of_no_landmarks_is_empty() -> None:
    assert len(a_table(())) == len(rows_of(clock="weeks-9-14", data_cutoff=date(2024, 1, 1))) == 0
    assert set(WINDOWS) == {"weeks-3-5", "weeks-6-8", "weeks-9-14"}
