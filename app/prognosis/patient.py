"""What is recorded of one person, and what of it was known on a given day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

Value = str | int | float | bool | list[str]
"""A fact as JSON holds it; dates are ISO strings, sites a list of codes."""

Standing = Literal["baseline", "line-start-unknown", "landmark", "not-baseline"]
"""How a draw stands to the line of therapy it belongs to."""

Landmark = Literal["weeks-3-5", "weeks-6-8", "weeks-9-14"]
"""A window after a line's start in which a later draw has a model of its own."""

WINDOW_BEFORE = timedelta(days=28)
"""How long before a line's start a draw still counts as its baseline draw."""

WINDOW_AFTER = timedelta(days=7)
"""How long after a line's start a draw still counts as its baseline draw."""

WINDOWS: Mapping[str, tuple[int, int]] = {
    "weeks-3-5": (3, 5),
    "weeks-6-8": (6, 8),
    "weeks-9-14": (9, 14),
}
"""First and last completed week after a line's start; so no day lies between two windows.

Hayes DF et al. (Clin Cancer Res 2006;12:4218-24) drew blood in these weeks and
counted survival from each draw.
"""

BASELINE_COUNT = "baseline_ctc_count"
"""The fact under which the count before a line enters beside that of a later draw."""

PLANNED_AHEAD = timedelta(days=60)
"""How far ahead a line's start may be planned, and so told, on the day of a draw."""

ECOG_VALID_FOR = timedelta(days=28)
"""A performance status older than this says nothing of the day of the draw."""

COMPARABLE_ML = (7.0, 8.0)
"""Millilitres of blood whose CellSearch count may stand beside one of 7.5 mL."""

TIMELESS = frozenset({"birth_year"})
"""Facts that hold on every day, whenever they were told."""

EVENTS = frozenset({"line_started_on", "index_date"})
"""Dates of events: they place a draw in time and are never covariates."""

VALID_FOR: Mapping[str, timedelta] = {"ecog": ECOG_VALID_FOR}
"""How long an observation speaks for later days; without an entry, for ever."""


@dataclass(frozen=True)
class Observation:
    """What was said of a patient as of one day; None clears a fact said of that day."""

    observed_on: date
    values: Mapping[str, Value | None]


@dataclass(frozen=True)
class BloodTest:
    """A laboratory's result in its current version."""

    accession_number: str
    drawn_at: datetime
    drawn_on: date
    ctc_count: int
    blood_volume_ml: float = 7.5
    assay: str = "cellsearch"
    status: str = "final"
    version: int = 1

    @property
    def is_result(self) -> bool:
        """Whether the count may feed a fit: released and not withdrawn."""
        return self.status in ("final", "corrected")

    @property
    def is_comparable(self) -> bool:
        """Whether the count means the same cells in the same volume as the cohort's."""
        low, high = COMPARABLE_ML
        return self.assay == "cellsearch" and low <= self.blood_volume_ml <= high


@dataclass(frozen=True)
class FollowUp:
    """What became of a patient, each date as last recorded or None; equal where the dates are."""

    last_known_alive_on: date | None = None
    death_on: date | None = None
    progression_on: date | None = None
    version: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Line:
    """A line of therapy by its start; the number is None where nobody told it."""

    started_on: date
    number: int | None
    numbered_on: date | None


@dataclass(frozen=True)
class Patient:
    """Everything recorded of one person; observations in the order they were told."""

    patient_id: str
    observations: tuple[Observation, ...] = ()
    blood_tests: tuple[BloodTest, ...] = ()
    follow_up: FollowUp | None = None

    @cached_property
    def by_day(self) -> list[Observation]:
        """What was told, one observation a day; several clocks are read from it."""
        return _by_day(self.observations)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of therapy whose start was told, by start."""
        return _lines_of_therapy(self.by_day)

    @property
    def index_date(self) -> date | None:
        """The clock's start that was told for a patient without a blood test."""
        told = events_told(self.observations).get("index_date")
        return date.fromisoformat(told) if isinstance(told, str) else None


@dataclass(frozen=True)
class Known:
    """One fact and the day it was observed; no day where it holds on every day."""

    value: Value
    observed_on: date | None


@dataclass(frozen=True)
class Clock:
    """
    Time zero of one row or answer, and what was known on that day.

    The window is that of a landmark draw, and with it the line's start.
    """

    start: date
    standing: Standing
    known: Mapping[str, Known] = field(default_factory=dict)
    window: str | None = None
    line_started_on: date | None = None


def _by_day(observations: Iterable[Observation]) -> list[Observation]:
    """Merge what was told of the same day: present overwrites, None clears, absent stays."""
    days: dict[date, dict[str, Value | None]] = {}
    for observation in observations:
        days.setdefault(observation.observed_on, {}).update(observation.values)
    return [
        Observation(day, {name: v for name, v in days[day].items() if v is not None})
        for day in sorted(days)
    ]


def known_on(observations: Iterable[Observation], day: date) -> dict[str, Known]:
    """
    Collect the last value of each fact observed on or before a day.

    Parameters
    ----------
    observations : iterable of Observation
        In the order they were told; a later one of the same day overwrites.
    day : datetime.date
        The day whose knowledge is asked for.

    Returns
    -------
    dict of str to Known
        By the fact's name. Timeless facts are included whenever they were
        told and carry no day; events are left out; a performance status
        older than 28 days is left out.
    """
    return _known_on(_by_day(observations), day)


def _known_on(days: Iterable[Observation], day: date) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for observation in days:
        for name, value in observation.values.items():
            if value is None or name in EVENTS:
                continue
            if name in TIMELESS:
                known[name] = Known(value, None)
            elif observation.observed_on <= day:
                known[name] = Known(value, observation.observed_on)
    return {
        name: fact
        for name, fact in known.items()
        if fact.observed_on is None
        or name not in VALID_FOR
        or day - fact.observed_on <= VALID_FOR[name]
    }


def events_told(observations: Iterable[Observation]) -> dict[str, Value]:
    """
    Collect the last date told of each event.

    Parameters
    ----------
    observations : iterable of Observation
        In the order they were told; a later one of the same day overwrites.

    Returns
    -------
    dict of str to str
        By the event's name, as ISO dates.
    """
    return {
        name: value
        for observation in _by_day(observations)
        for name, value in observation.values.items()
        if name in EVENTS and value is not None
    }


def lines_of_therapy(observations: Iterable[Observation]) -> list[Line]:
    """
    List the lines of therapy whose start was told.

    Parameters
    ----------
    observations : iterable of Observation
        In the order they were told.

    Returns
    -------
    list of Line
        By start, one per start; the number is that said together with the
        start, or else the last one said by the day of the start, so that a
        start told late takes no later line's number.
    """
    return _lines_of_therapy(_by_day(observations))


def _lines_of_therapy(days: Iterable[Observation]) -> list[Line]:
    days = list(days)
    numbers = {
        day.observed_on: number
        for day in days
        if isinstance(number := day.values.get("line_of_therapy"), int)
    }
    lines: dict[date, Line] = {}
    for day in days:
        start = day.values.get("line_started_on")
        if not isinstance(start, str):
            continue
        started_on = date.fromisoformat(start)
        said = max((on for on in numbers if on <= started_on), default=None)
        numbered_on = day.observed_on if day.observed_on in numbers else said
        number = None if numbered_on is None else numbers[numbered_on]
        lines[started_on] = Line(started_on, number, numbered_on)
    return [lines[start] for start in sorted(lines)]


def line_of_draw(lines: Iterable[Line], drawn_on: date) -> Line | None:
    """
    Find the line of therapy of which a draw is the baseline draw.

    Parameters
    ----------
    lines : iterable of Line
        The patient's lines.
    drawn_on : datetime.date
        The local day of the draw.

    Returns
    -------
    Line or None
        The line with the nearest start among those that started at most 28
        days after or 7 days before the draw.
    """
    near = [
        line
        for line in lines
        if line.started_on - WINDOW_BEFORE <= drawn_on <= line.started_on + WINDOW_AFTER
    ]
    return min(near, key=lambda line: abs(line.started_on - drawn_on), default=None)


def setting_of(known: Mapping[str, Known]) -> str:
    """
    Name the disease setting, metastatic where nobody told another.

    Parameters
    ----------
    known : mapping of str to Known
        What was known on the day.

    Returns
    -------
    str
        `metastatic`, `non_metastatic` or `neoadjuvant`.
    """
    fact = known.get("disease_setting")
    return str(fact.value) if fact else "metastatic"


def clock_of_draw(patient: Patient, test: BloodTest) -> Clock:
    """
    Place a draw in its line of therapy and collect what was known that day.

    Parameters
    ----------
    patient : Patient
        The person whose blood was drawn.
    test : BloodTest
        One of the patient's blood tests.

    Returns
    -------
    Clock
        Starting on the draw's local day. The line of therapy of a baseline
        draw is that of the line it belongs to, even when told later; it then
        carries no day of observation.
    """
    known = _known_on(patient.by_day, test.drawn_on)
    line = line_of_draw(patient.lines, test.drawn_on)
    if line is None:
        # A line of later years says nothing of this draw, or the future would choose the rows.
        horizon = test.drawn_on + PLANNED_AHEAD
        untold = not any(line.started_on <= horizon for line in patient.lines)
        first = untold and _is_first_in_setting(patient, test, setting_of(known))
        return Clock(test.drawn_on, "line-start-unknown" if first else "not-baseline", known)
    return Clock(test.drawn_on, "baseline", _with_number(known, line))


def _with_number(known: dict[str, Known], line: Line) -> dict[str, Known]:
    told = known.get("line_of_therapy")
    if line.number is None or (told is not None and told.value == line.number):
        return known
    return {**known, "line_of_therapy": Known(line.number, None)}


def line_at(lines: Iterable[Line], day: date) -> Line | None:
    """
    Find the line of therapy that a patient is on.

    Parameters
    ----------
    lines : iterable of Line
        The patient's lines.
    day : datetime.date
        Any.

    Returns
    -------
    Line or None
        The last that started on or before the day.
    """
    begun = (line for line in lines if line.started_on <= day)
    return max(begun, key=lambda line: line.started_on, default=None)


def window_of(started_on: date, drawn_on: date) -> str | None:
    """
    Find the window after a line's start that a draw lies in.

    Parameters
    ----------
    started_on : datetime.date
        The line's start.
    drawn_on : datetime.date
        The local day of the draw.

    Returns
    -------
    str or None
        By completed weeks: `weeks-3-5` is from the 21st to the 41st day.
    """
    weeks = (drawn_on - started_on).days // 7
    return next((name for name, (low, high) in WINDOWS.items() if low <= weeks <= high), None)


def landmark_of_draw(patient: Patient, test: BloodTest) -> Clock | None:
    """
    Start a clock at a draw some weeks into the line of therapy that the patient is on.

    Parameters
    ----------
    patient : Patient
        The person whose blood was drawn.
    test : BloodTest
        One of the patient's blood tests.

    Returns
    -------
    Clock or None
        What was known on the day of the draw, with the count of the line's
        first baseline draw; the line's own number unless one was told since
        its start; None outside the windows. A line that started after the
        draw has no say: who gives a row must not depend on what came of it.
    """
    line = line_at(patient.lines, test.drawn_on)
    window = None if line is None else window_of(line.started_on, test.drawn_on)
    if line is None or window is None:
        return None
    known = _known_on(patient.by_day, test.drawn_on)
    told = known.get("line_of_therapy")
    if told is None or (told.observed_on or date.min) <= line.started_on:
        known = _with_number(known, line)
    baseline = _baseline_draw(patient, line)
    if baseline is not None:
        known[BASELINE_COUNT] = Known(baseline.ctc_count, baseline.drawn_on)
    return Clock(test.drawn_on, "landmark", known, window, line.started_on)


def _baseline_draw(patient: Patient, line: Line) -> BloodTest | None:
    draws = (
        test
        for test in patient.blood_tests
        if test.is_result
        and test.is_comparable
        and line_of_draw(patient.lines, test.drawn_on) == line
    )
    return min(draws, key=lambda test: (test.drawn_at, test.accession_number), default=None)


def clock_of_answer(patient: Patient, test: BloodTest) -> Clock:
    """
    Place a draw that a prognosis is asked for.

    Parameters
    ----------
    patient : Patient
        The person whose blood was drawn.
    test : BloodTest
        One of the patient's blood tests.

    Returns
    -------
    Clock
        That of a baseline draw, of a landmark, or of a draw that is neither.
    """
    clock = clock_of_draw(patient, test)
    if clock.standing != "not-baseline":
        return clock
    return landmark_of_draw(patient, test) or clock


def clock_of_index(patient: Patient) -> Clock | None:
    """
    Start the clock at the index date of a patient who has one.

    Parameters
    ----------
    patient : Patient
        The person asked about.

    Returns
    -------
    Clock or None
        What was known on the index date; None without an index date.
    """
    start = patient.index_date
    return Clock(start, "baseline", _known_on(patient.by_day, start)) if start else None


def _is_first_in_setting(patient: Patient, test: BloodTest, setting: str) -> bool:
    earlier = (t for t in patient.blood_tests if t.is_result and t.drawn_at < test.drawn_at)
    return not any(
        setting_of(known_on(patient.observations, t.drawn_on)) == setting and t.is_comparable
        for t in earlier
    )
