"""Builders of cohort rows: each gives a good one, a test names only what matters to it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.storage.cohort_file import NumberedRow
from app.usecases.exports import rows_of_patient
from tests.prognosis.serial_cohorts import serial_patients

Cells = dict[str, Any]

DRAW: Cells = {
    "patient_id": "P-1",
    "drawn_at": "2024-03-05T09:30:00+01:00",
    "ctc_count": 17,
    "accession_number": "LAB-1",
}
INDEX: Cells = {"patient_id": "P-1", "index_date": "2024-03-05"}


def a_draw(**cells: Any) -> Cells:
    """One row with a draw."""
    return DRAW | cells


def an_index_date(**cells: Any) -> Cells:
    """One row without a blood test."""
    return INDEX | cells


def draws(patients: int) -> list[Cells]:
    """One row for each of many patients."""
    return [
        a_draw(patient_id=f"P-{number}", accession_number=f"LAB-{number}", ctc_count=number)
        for number in range(patients)
    ]


def numbered(rows: Sequence[Cells] | Iterable[Cells]) -> list[NumberedRow]:
    """The rows under their lines, from 1."""
    return [NumberedRow(line, cells) for line, cells in enumerate(rows, start=1)]


def a_serial_file(patients: int, seed: int) -> list[Cells]:
    """Write patients of a known law, drawn before a line and into it, as a cohort file."""
    return [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
            if value is not None
        }
        for patient in serial_patients(patients, seed)
        for row in rows_of_patient(patient)
    ]
