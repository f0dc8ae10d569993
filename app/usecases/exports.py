"""The analysis-ready cohort goes out: imported elsewhere, it makes the same model."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from app.prognosis.covariates import FIELDS, FieldKind
from app.prognosis.patient import (
    PLANNED_AHEAD,
    VALID_FOR,
    BloodTest,
    Clock,
    Line,
    Patient,
    Value,
    clock_of_draw,
    clock_of_index,
    line_at,
    line_of_draw,
    lines_of_therapy,
)
from app.storage.audit import AuditEvent
from app.storage.cohort_file import Columns, Kind
from app.storage.store import writing
from app.usecases.cells import NO_SITES
from app.usecases.cohort_rows import COLUMNS, FACTS, OUTCOME_DATES, OUTCOME_DAYS, OWN_DAYS
from app.usecases.service import Call, Service

KINDS: Mapping[FieldKind, Kind] = {"integer": "integer", "date": "date"}
"""How a fact's cells are kept; those of every other kind are text."""

OTHER_KINDS: Mapping[str, Kind] = {
    "ctc_count": "integer",
    "blood_volume_ml": "number",
    "observed_on": "date",
    **dict.fromkeys((*OWN_DAYS, *OUTCOME_DATES), "date"),
}


@dataclass(frozen=True)
class Export:
    """A cohort as the rows of each patient, in the columns of a file."""

    columns: Columns
    patients: int
    rows: Iterator[tuple[Mapping[str, Any], ...]]


def export_cohort(service: Service, call: Call) -> Export:
    """Give one row of each patient and draw or index date, with what was known on its day."""
    with writing(service.database, call.caller.organisation_id) as store:
        patients = list(store.patients.cohort())
        declared = sorted(store.declared.all())
        caller = call.caller.client_id
        detail = f"{len(patients)} patients"
        store.audit.add(
            AuditEvent(service.now(), caller, call.action, 200, None, call.request_id, detail)
        )
    rows = (tuple(rows_of_patient(patient)) for patient in patients)
    return Export(_columns(declared), len(patients), rows)


def _columns(declared: list[str]) -> Columns:
    kinds = {**{field.name: KINDS.get(field.kind, "text") for field in FIELDS}, **OTHER_KINDS}
    names = [name for name in COLUMNS if name not in ("age", *OUTCOME_DAYS)]
    return {name: kinds.get(name, "text") for name in names} | dict.fromkeys(declared, "number")


def rows_of_patient(patient: Patient) -> Iterator[Mapping[str, Any]]:
    """Give one row for each result that was released, and one for an index date."""
    told = patient.follow_up
    outcome = {name: getattr(told, name) for name in OUTCOME_DATES} if told else {}
    results = [test for test in patient.blood_tests if test.is_result]
    lines = lines_of_therapy(patient.observations)
    placing = [line_of_draw(lines, test.drawn_on) for test in results]
    starts = [line.started_on for line in lines]
    placed = {line.started_on for line in placing if line}
    for test, line in zip(results, placing, strict=True):
        clock, current = clock_of_draw(patient, test), line_at(lines, test.drawn_on)
        if line:
            of_line = _line_cells(patient, line)
        elif current and current.started_on not in placed:
            of_line = _later_cells(patient, current, clock)
        else:
            of_line = {**_start_cells(test, starts, placed), **_number_cells(clock)}
        yield {**_test_cells(test), **_cells(patient, clock), **of_line, **outcome}
    index = clock_of_index(patient)
    if index is not None:
        of_index = {"index_date": index.start, **_number_cells(index)}
        yield {**_cells(patient, index), **of_index, **outcome}


def _cells(patient: Patient, clock: Clock) -> dict[str, Any]:
    own_days = {
        f"{name}_observed_on": clock.known[name].observed_on
        for name in VALID_FOR
        if name in clock.known
    }
    return {
        "patient_id": patient.patient_id,
        "observed_on": clock.start,
        **{name: _cell(name, fact.value) for name, fact in clock.known.items()},
        **own_days,
    }


def _cell(name: str, value: Value) -> Value | date:
    if name in FACTS and FACTS[name].kind == "date":
        return date.fromisoformat(str(value))
    return (";".join(value) or NO_SITES) if isinstance(value, list) else value


def _line_cells(patient: Patient, line: Line) -> dict[str, Any]:
    start = line.started_on.isoformat()
    days = (day for day in patient.by_day if day.values.get("line_started_on") == start)
    told_on = max(day.observed_on for day in days)
    numbered_on = None if line.numbered_on == told_on else line.numbered_on
    return {
        "line_started_on": line.started_on,
        "line_observed_on": told_on,
        "line_of_therapy_observed_on": numbered_on,
    }


def _later_cells(patient: Patient, line: Line, clock: Clock) -> dict[str, Any]:
    """Name the line that a later draw belongs to, where no baseline draw does."""
    cells, told = _line_cells(patient, line), clock.known.get("line_of_therapy")
    since = told is not None and (told.observed_on or date.min) > line.started_on
    if line.number is not None and not since:
        return {**cells, "line_of_therapy": line.number}
    return {**cells, **_number_cells(clock)}


def _number_cells(clock: Clock) -> dict[str, Any]:
    """Give the day on which a line's number was told apart from its start."""
    told = clock.known.get("line_of_therapy")
    return {"line_of_therapy_observed_on": told.observed_on} if told else {}


def _start_cells(
    test: BloodTest, starts: Collection[date], placed: Collection[date]
) -> dict[str, Any]:
    """Name a line for a draw of none, so that nobody takes it for one whose start is not known."""
    horizon = test.drawn_on + PLANNED_AHEAD
    if any(start <= horizon for start in placed):
        return {}
    told = [start for start in starts if start <= horizon]
    return {"line_started_on": max(told, default=None)}


def _test_cells(test: BloodTest) -> dict[str, Any]:
    return {
        "drawn_at": _local(test.drawn_at, test.drawn_on).isoformat(),
        "ctc_count": test.ctc_count,
        "blood_volume_ml": test.blood_volume_ml,
        "assay": test.assay,
        "accession_number": test.accession_number,
    }


def _local(drawn_at: datetime, drawn_on: date) -> datetime:
    """Tell an instant with the smallest offset that gives the draw's own date."""
    at = drawn_at.astimezone(UTC)
    direction = (drawn_on - at.date()).days
    offsets = (direction * timedelta(minutes=away) for away in (*range(0, 1440, 60), 1439))
    told = (at.astimezone(timezone(offset)) for offset in offsets)
    return next(local for local in told if local.date() == drawn_on)
