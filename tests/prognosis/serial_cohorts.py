"""Patients drawn before a line of therapy and some weeks into it, from a law that is known."""

from datetime import timedelta

import numpy as np

from app.prognosis.patient import FollowUp, Patient
from tests.prognosis.cohorts import CUTOFF, START, a_patient, a_test, said

NOW, BEFORE = 0.40, 0.10
"""Log hazard ratios, counted from the later draw, of log(1 + count) then and at the baseline."""

LINE = 0.20
"""Log hazard ratio of each line of therapy."""

MONTHLY = 0.02
"""Hazard after the later draw of a patient without cells on the first line."""

EARLY = 0.01
"""Monthly hazard before the later draw: those who die then have none, and give no landmark row."""

MONTH = 30.4375

WINDOW = (21, 41)
"""First and last day of the later draw."""


def serial_patients(patients: int, seed: int) -> list[Patient]:
    """Draw patients who are followed until the cut-off; seven in a hundred miss the baseline."""
    random = np.random.default_rng(seed)
    return [_patient(random, number) for number in range(patients)]


def _patient(random: np.random.Generator, number: int) -> Patient:
    begun = START - timedelta(days=int(random.integers(0, 700)))
    log_count = random.normal(1.5, 1.8)
    before, now = (_count(each) for each in (log_count, log_count + random.normal(-0.6, 1.2)))
    line, drawn_after = int(random.integers(1, 4)), int(random.integers(WINDOW[0], WINDOW[1] + 1))
    early = random.exponential(MONTH / EARLY)
    ratio = np.exp(NOW * np.log1p(now) + BEFORE * np.log1p(before) + LINE * (line - 1))
    late = drawn_after + np.ceil(random.exponential(MONTH / (MONTHLY * ratio)))
    died = int(np.ceil(early)) if early < drawn_after else int(late)
    censored = (CUTOFF - begun).days
    name = f"S-{number:05}"
    first = [a_test(begun, before, f"{name}-1")] if random.random() < 0.93 else []
    drawn_on = begun + timedelta(days=drawn_after)
    second = [a_test(drawn_on, now, f"{name}-2")] if died >= drawn_after else []
    end = begun + timedelta(days=min(died, censored))
    return Patient(
        name,
        (said(begun, line_of_therapy=line, line_started_on=begun.isoformat(), birth_year=1960),),
        (*first, *second),
        FollowUp(death_on=end) if died <= censored else FollowUp(last_known_alive_on=end),
    )


def _count(log_count: float) -> int:
    return int(np.floor(np.exp(log_count)))


def a_serial_patient(before: int, *later: tuple[int, int], name: str = "P-1") -> Patient:
    """Build a patient on a first line by the count before it and pairs of a day and a count."""
    draws = [(0, before), *later]
    tests = [a_test(START + timedelta(days=day), count, f"{name}-{day}") for day, count in draws]
    return a_patient(tests=tests, patient_id=name)
