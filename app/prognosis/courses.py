"""What was given to a patient and what came of it, by line of therapy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.prognosis.patient import Line, Patient, line_of_draw, lines_of_therapy

Method = Literal["imaging", "clinical"]
Status = Literal["complete-response", "partial-response", "stable", "progression"]

RESPONSES = frozenset({"complete-response", "partial-response"})
"""What counts as an objective response."""

BEST_FIRST: tuple[Status, ...] = ("complete-response", "partial-response", "stable", "progression")
"""The statuses of an assessment, the best first."""

SAME_START = timedelta(days=28)
"""How far apart the start of a line and that of its first treatment may be told."""

ANTI_HER2 = (
    *("trastuzumab", "pertuzumab", "margetuximab", "lapatinib", "neratinib", "tucatinib"),
    *("pyrotinib", "zanidatamab", "zongertinib", "t-dm1", "tdm1", "t-dxd", "tdxd"),
    *("herceptin", "perjeta", "kadcyla", "enhertu", "tykerb", "tyverb", "nerlynx", "tukysa"),
)
"""Parts of the name of a regimen that acts on HER2."""


@dataclass(frozen=True)
class Treatment:
    """One regimen of one line of therapy; `ended_on` is None while it is given."""

    treatment_id: str
    line: int
    regimen: str
    started_on: date
    ended_on: date | None = None

    @property
    def days(self) -> dict[str, date]:
        """The days that it names, by what they are."""
        return _days(self)

    @property
    def is_anti_her2(self) -> bool:
        """Whether its name holds that of a drug against HER2."""
        name = self.regimen.lower()
        return any(part in name for part in ANTI_HER2)

    def overlaps(self, first: date, last: date) -> bool:
        """
        Tell whether it was given on any day of a span.

        Parameters
        ----------
        first, last : datetime.date
            The span, both days included.

        Returns
        -------
        bool
            Without an end it is taken to go on.
        """
        return self.started_on <= last and (self.ended_on is None or self.ended_on >= first)


@dataclass(frozen=True)
class Assessment:
    """How the disease stood on one day, and how that was seen."""

    assessment_id: str
    assessed_on: date
    method: Method
    status: Status

    @property
    def days(self) -> dict[str, date]:
        """The day that it names."""
        return _days(self)


def _days(told: "Treatment | Assessment") -> dict[str, date]:
    return {name: day for name, day in vars(told).items() if isinstance(day, date)}


@dataclass(frozen=True)
class Course:
    """One patient with what was given and what came of it, each by day."""

    patient: Patient
    treatments: tuple[Treatment, ...] = ()
    assessments: tuple[Assessment, ...] = ()

    def lines(self) -> list[Line]:
        """
        List the lines of therapy that were told, as facts of the patient or as treatments.

        Returns
        -------
        list of Line
            By start. What was said of the patient goes before: a treatment
            makes a line only where none of its number was told, and none that
            started within 28 days of it.
        """
        told = lines_of_therapy(self.patient.observations)
        starts: dict[int, date] = {}
        for treatment in self.treatments:
            before = starts.get(treatment.line, treatment.started_on)
            starts[treatment.line] = min(before, treatment.started_on)
        others = [
            Line(started_on, number, None)
            for number, started_on in starts.items()
            if not any(_is_same(line, number, started_on) for line in told)
        ]
        return sorted((*told, *others), key=lambda line: line.started_on)


def _is_same(line: Line, number: int, started_on: date) -> bool:
    if line.number is not None:
        return line.number == number
    return abs(line.started_on - started_on) <= SAME_START


def line_on(lines: Iterable[Line], day: date) -> Line | None:
    """
    Find the line of therapy that a draw belongs to.

    Parameters
    ----------
    lines : iterable of Line
        The patient's lines.
    day : datetime.date
        The local day of the draw.

    Returns
    -------
    Line or None
        The one whose baseline draw it is, else the last that had started.
    """
    lines = list(lines)
    started = [line for line in lines if line.started_on <= day]
    return line_of_draw(lines, day) or max(started, key=lambda line: line.started_on, default=None)
