"""Builders of courses: one patient with draws, treatments and assessments by day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.prognosis.courses import Assessment, Course, Treatment
from app.prognosis.patient import BloodTest, FollowUp, Observation, Patient

START = date(2024, 1, 8)
"""The first line's start in these courses."""


def day(number: int) -> date:
    """Give the day so many days after the line's start."""
    return START + timedelta(days=number)


def a_draw(number: int, count: int, **members: Any) -> BloodTest:
    """Draw blood so many days after the line's start."""
    on = day(number)
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return BloodTest(members.pop("name", f"A-{number}"), at, on, count, **members)


def seen(number: int, status: Any, method: Any = "imaging") -> Assessment:
    """Assess so many days after the line's start."""
    return Assessment(f"S-{number}", day(number), method, status)


def given(
    number: int, regimen: str = "paclitaxel", line: int = 1, end: int | None = None
) -> Treatment:
    """Give a treatment from so many days after the line's start on."""
    return Treatment(f"T-{number}", line, regimen, day(number), None if end is None else day(end))


def a_course(
    draws: list[BloodTest],
    *told: Treatment | Assessment,
    follow_up: FollowUp | None = None,
    **facts: Any,
) -> Course:
    """Tell of one patient, whose first line starts on the first day unless facts say otherwise."""
    facts = {"line_started_on": START.isoformat(), "line_of_therapy": 1, **facts}
    observation = Observation(day(-30), {"disease_setting": "metastatic", **facts})
    return Course(
        Patient("P-1", (observation,), tuple(draws), follow_up),
        tuple(each for each in told if isinstance(each, Treatment)),
        tuple(each for each in told if isinstance(each, Assessment)),
    )
