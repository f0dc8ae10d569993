"""Treatments and assessments of the demonstration's simulated patients, labelled as such."""

from datetime import timedelta
from math import exp, log1p

from numpy.random import Generator, default_rng

from app.prognosis.courses import Assessment, Course, Status, Treatment
from app.prognosis.patient import Patient, line_of_draw, lines_of_therapy

FIRST_IMAGING = (56, 84)
"""Days after a line's start, both included: eight to twelve weeks, as in Budd GT et al. Clin
Cancer Res 2006;12:6403-9."""

CONTROL = (1.1, -0.55)
"""Log odds of a response at the first imaging, and what log(1 + count) of the draw before adds."""

COMPLETE = 0.15
"""Share of the responses that are complete."""

REGIMEN = "simulated regimen"


def simulated_course(patient: Patient, seed: int, number: int) -> Course:
    """
    Add what was given and seen in the line of a simulated patient's baseline draw.

    One regimen from the line's start to the first progression, and one imaging
    eight to twelve weeks after it: progression where that has come, else a
    response the likelier the lower the last count before it.

    Parameters
    ----------
    patient : Patient
        Of `simulate_cohort`.
    seed, number : int
        Of the cohort, and of the patient in it; the same give the same course.

    Returns
    -------
    Course
        Without either where the line's start was not told, and without an
        imaging that the follow-up did not reach.
    """
    baseline = patient.blood_tests[0]
    line = line_of_draw(lines_of_therapy(patient.observations), baseline.drawn_on)
    told = patient.follow_up
    if line is None or told is None or told.last_known_alive_on is None:
        return Course(patient)
    if told.progression_on is not None and told.progression_on < line.started_on:
        return Course(patient)
    rng = default_rng([seed, number, 1])
    imaged_on = line.started_on + timedelta(days=int(rng.integers(*FIRST_IMAGING, endpoint=True)))
    treatment = Treatment(
        f"{patient.patient_id}-T1",
        line.number or 1,
        REGIMEN,
        line.started_on,
        told.progression_on,
    )
    if imaged_on > told.last_known_alive_on:
        return Course(patient, (treatment,))
    *_, last = (test for test in patient.blood_tests if test.drawn_on < imaged_on)
    has_progressed = told.progression_on is not None and told.progression_on <= imaged_on
    status: Status = "progression" if has_progressed else _controlled(rng, last.ctc_count)
    seen = Assessment(f"{patient.patient_id}-S1", imaged_on, "imaging", status)
    return Course(patient, (treatment,), (seen,))


def _controlled(rng: Generator, count: int) -> Status:
    odds = exp(CONTROL[0] + CONTROL[1] * log1p(count))
    if rng.random() >= odds / (1 + odds):
        return "stable"
    return "complete-response" if rng.random() < COMPLETE else "partial-response"
