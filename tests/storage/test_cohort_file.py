"""Cohorts as CSV, NDJSON and Parquet: what is written is read, and what cannot be is named."""

import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from app.api.strict_json import parse
from app.errors import ServiceError
from app.storage.cohort_file import (
    CohortFileProblem,
    Columns,
    NumberedRow,
    count_rows,
    read_rows,
    write_rows,
)

TEXT = frozenset({"patient_id", "drawn_at", "er_status"})
FORMATS = ("cohort.csv", "cohort.ndjson", "cohort.parquet")
COLUMNS: Columns = {
    "patient_id": "text",
    "index_date": "date",
    "ctc_count": "integer",
    "nodes": "number",
}


def read(path: Path) -> list[NumberedRow]:
    return list(read_rows(path, TEXT, parse))


def read_text(path: Path, text: str | bytes) -> list[tuple[int, object]]:
    """The rows of a file, or the code of what is wrong with each."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [
        (row.line, row.cells.code if isinstance(row.cells, ServiceError) else row.cells)
        for row in read(path)
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows: list[dict[str, Any]] = [
        {"patient_id": "007", "index_date": date(2024, 3, 5), "ctc_count": 17, "nodes": 0.1 + 0.2},
        {"patient_id": 'P,"2"', "nodes": -1e-300},
    ]

    assert write_rows(path, COLUMNS, rows) == 2
    cells = [
        {name: value for name, value in row.cells.items() if value is not None}
        for row in read(path)
        if isinstance(row.cells, Mapping)
    ]
    assert cells == [
        {"patient_id": "007", "index_date": "2024-03-05", "ctc_count": 17, "nodes": 0.1 + 0.2},
        {"patient_id": 'P,"2"', "nodes": -1e-300},
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_a_cohort_is_for_its_owners_eyes_and_replaces_the_old_one_whole(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    write_rows(path, COLUMNS, [{"patient_id": "P-1"}])
    before = path.read_bytes()

    def breaks() -> Any:
        yield {"patient_id": "P-2"}
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_rows(path, COLUMNS, breaks())
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_lines_of_csv_are_counted_as_people_count_them(tmp_path: Path) -> None:
    text = 'patient_id,note\nP-1,"two\nlines"\n\nP-2,\nP-3,x,y\nP-4\n'

    assert read_text(tmp_path / "a.csv", text) == [
        (2, "not-csv"),
        (3, "not-csv"),
        (5, {"patient_id": "P-2"}),
        (6, "not-csv"),
        (7, "not-csv"),
    ]


def test_cells_of_csv_are_typed_outside_text_columns(tmp_path: Path) -> None:
    text = "\ufeffpatient_id,a,b,c,d,e,f\r\n0012, 7 ,7.50,1e400,TRUE,0x10,-3\r\n"

    assert read_text(tmp_path / "a.csv", text) == [
        (
            2,
            {
                "patient_id": "0012",
                "a": 7,
                "b": 7.5,
                "c": float("inf"),
                "d": True,
                "e": "0x10",
                "f": -3,
            },
        )
    ]


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    text = b"patient_id,er_status\nP-1,positive\nP-2,n\xe9gatif\nP-3,negative\n"

    assert [(line, what) for line, what in read_text(tmp_path / "a.csv", text)][1:] == [
        (3, "not-utf-8"),
        (4, {"patient_id": "P-3", "er_status": "negative"}),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line_alone(tmp_path: Path) -> None:
    text = 'patient_id,note\nP-1,a\nP-2,"b\nP-3,c\n'

    assert read_text(tmp_path / "a.csv", text)[1:] == [
        (3, "not-csv"),
        (4, {"patient_id": "P-3", "note": "c"}),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("patient_id;ctc_count\nP-1;7\n", "no column patient_id"),
        ("patient_id,ctc_count,ctc_count\nP-1,7,8\n", "twice"),
        ("", "no column patient_id"),
    ],
)
def test_a_header_that_cannot_be_meant_refuses_the_file(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(CohortFileProblem, match=reason):
        read_text(tmp_path / "a.csv", text)


def test_lines_of_ndjson_are_strict_json_objects(tmp_path: Path) -> None:
    text = '{"patient_id": "P-1"}\n\n[1]\n{"a": NaN}\n{"a": 1, "a": 2}\n{"a": "\\ud800"}\n{"b": 1}'

    assert read_text(tmp_path / "a.ndjson", text) == [
        (1, {"patient_id": "P-1"}),
        (3, "dict-type"),
        (4, "not-finite"),
        (5, "duplicate-key"),
        (6, "lone-surrogate"),
        (7, {"b": 1}),
    ]


def test_parquet_of_other_tools_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "patient_id": pa.array([1, 2]),
            "drawn_at": pa.array([datetime(2024, 3, 5, 8, tzinfo=UTC), None]),
            "index_date": pa.array([datetime(2024, 3, 5), None], pa.timestamp("us")),  # noqa: DTZ001
            "ctc_count": pa.array([17.0, float("nan")]),
            "died": pa.array([True, None]),
        }
    )
    parquet.write_table(table, path)

    assert [row.cells for row in read(path)] == [
        {
            "patient_id": 1,
            "drawn_at": "2024-03-05T08:00:00+00:00",
            "index_date": "2024-03-05",
            "ctc_count": 17.0,
            "died": True,
        },
        {"patient_id": 2, "drawn_at": None, "index_date": None, "ctc_count": None, "died": None},
    ]


@pytest.mark.parametrize("name", ["a.xlsx", "a", "missing.csv", "missing.parquet", "folder.csv"])
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(CohortFileProblem, match=name):
        read(tmp_path / name)
    with pytest.raises(CohortFileProblem, match=name):
        count_rows(tmp_path / name)


def test_what_is_not_parquet_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"patient_id\nP-1\n")

    with pytest.raises(CohortFileProblem, match="not a Parquet file"):
        read(tmp_path / "a.parquet")


def test_arrow_is_loaded_by_parquet_alone(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.storage.cohort_file import *;"
        " write_rows(Path(sys.argv[1]), {'patient_id': 'text'}, [{'patient_id': 'P-1'}]);"
        " print('pyarrow' in sys.modules)"
    )

    found = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.csv")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == "False"
