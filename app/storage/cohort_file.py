"""Cohorts as files: CSV, NDJSON and Parquet, row by row, chosen by the name's extension."""

import csv
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Any, Literal

from app.errors import InvalidInput, MalformedRequest, ServiceError

Kind = Literal["text", "date", "integer", "number"]
Columns = Mapping[str, Kind]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
FLAGS = {"true": True, "false": False}

ROWS_AT_ONCE = 4096
"""Rows of a Parquet file held in memory at a time."""


class CohortFileProblem(Exception):
    """Why a file cannot be read or written as a cohort, in words for whoever named it."""


@dataclass(frozen=True)
class NumberedRow:
    """One row under its line as a person counts: the cells, or why they cannot be read."""

    line: int
    cells: Mapping[str, Any] | ServiceError


def read_rows(
    path: Path, text_columns: Collection[str], parse_json: Callable[[bytes], Any]
) -> Iterator[NumberedRow]:
    """Read a cohort; where the format knows text only, cells outside those columns are typed."""
    kind = check_name(path)
    try:
        if kind == ".csv":
            yield from _csv_rows(path, text_columns)
        elif kind == ".parquet":
            yield from _parquet_rows(path)
        else:
            with path.open("rb") as file:
                for line, text in enumerate(file, start=1):
                    if text.strip():
                        yield json_row(line, text, parse_json)
    except OSError as error:
        raise CohortFileProblem(f"{path} cannot be read: {error.strerror or error}") from error


def json_row(line: int, text: bytes, parse_json: Callable[[bytes], Any]) -> NumberedRow:
    """Read one line of NDJSON."""
    try:
        content = parse_json(text)
    except ServiceError as error:
        return NumberedRow(line, error)
    if not isinstance(content, dict):
        return NumberedRow(line, InvalidInput("an object is required", code="dict-type"))
    return NumberedRow(line, content)


def count_rows(path: Path) -> int:
    """Count the rows about, for a progress bar: the header and empty lines are counted too."""
    try:
        if check_name(path) == ".parquet":
            return int(_parquet().ParquetFile(path).metadata.num_rows)
        with path.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except (OSError, ValueError) as error:
        raise CohortFileProblem(f"{path} cannot be read: {error}") from error
    return lines


def write_rows(path: Path, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a cohort, whole or not at all, readable by its owner alone; count the rows."""
    write = {".csv": _write_csv, ".parquet": _write_parquet}.get(check_name(path), _write_ndjson)
    try:
        with _replacing(path) as unfinished:
            return write(unfinished, columns, rows)
    except OSError as error:
        raise CohortFileProblem(f"{path} cannot be written: {error.strerror or error}") from error


def check_name(path: Path) -> str:
    """Tell the format by the name's extension, or refuse the name."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".ndjson", ".jsonl", ".parquet"):
        raise CohortFileProblem(f"{path.name} does not end in .csv, .ndjson or .parquet")
    return kind


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _csv_rows(path: Path, text_columns: Collection[str]) -> Iterator[NumberedRow]:
    # What is not UTF-8 survives as a lone surrogate, so that its line can be named.
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        try:
            header = _header(_csv_row(file.readline()))
        except csv.Error as error:
            raise CohortFileProblem(f"the header cannot be read: {error}") from error
        for line, text in enumerate(file, start=2):
            if not text.strip():
                continue
            try:
                row = _csv_row(text)
            except csv.Error:
                yield NumberedRow(line, MalformedRequest("is not CSV", code="not-csv"))
            else:
                yield NumberedRow(line, _csv_cells(header, row, text_columns))


def _csv_row(text: str) -> list[str]:
    # Line by line: no cell of a cohort holds a line break, and one quote that was never closed
    # would else swallow every row behind it.
    return next(csv.reader([text], strict=True), [])


def _header(names: Sequence[str]) -> list[str]:
    header = [name.strip() for name in names]
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise CohortFileProblem("the header names a column twice")
    if "patient_id" not in named:
        raise CohortFileProblem("the header has no column patient_id; are commas between columns?")
    return header


def _csv_cells(
    header: Sequence[str], row: Sequence[str], text_columns: Collection[str]
) -> Mapping[str, Any] | ServiceError:
    if len(row) != len(header):
        found = f"{len(row)} cells stand under {len(header)} columns"
        return MalformedRequest(found, code="not-csv")
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return MalformedRequest("is not UTF-8", code="not-utf-8")
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    return {
        name: cell if name in text_columns else _typed(cell) for name, cell in cells.items() if cell
    }


def _typed(cell: str) -> str | int | float | bool:
    if WHOLE.fullmatch(cell):
        return int(cell)
    if NUMBER.fullmatch(cell):
        return float(cell)
    return FLAGS.get(cell.lower(), cell)


def _write_csv(path: Path, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        written = 0
        for row in rows:
            writer.writerow([_plain(row.get(name)) for name in columns])
            written += 1
    return written


def _write_ndjson(path: Path, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    with path.open("w", encoding="utf-8") as file:
        written = 0
        for row in rows:
            cells = {name: _plain(row.get(name)) for name in columns if row.get(name) is not None}
            file.write(json.dumps(cells, allow_nan=False) + "\n")
            written += 1
    return written


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _parquet() -> Any:
    # Thirty megabytes that only an import or an export of Parquet needs.
    from pyarrow import parquet  # noqa: PLC0415

    return parquet


def _parquet_rows(path: Path) -> Iterator[NumberedRow]:
    try:
        file = _parquet().ParquetFile(path)
        if "patient_id" not in file.schema_arrow.names:
            raise CohortFileProblem("the file has no column patient_id")
        line = 0
        for batch in file.iter_batches(ROWS_AT_ONCE):
            for row in batch.to_pylist():
                line += 1
                cells = {name: _of_parquet(value) for name, value in row.items()}
                yield NumberedRow(line, cells)
    except ValueError as error:
        # Arrow's own errors are ValueErrors and speak of the file's form, not of its cells.
        raise CohortFileProblem(f"{path} is not a Parquet file that can be read") from error


def _of_parquet(value: Any) -> Any:
    if isinstance(value, float) and isnan(value):
        return None
    if isinstance(value, datetime):
        # Tools that know no dates write midnights.
        is_date = value.tzinfo is None and value.time() == time()
        return (value.date() if is_date else value).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _write_parquet(path: Path, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    import pyarrow as pa  # noqa: PLC0415 - as above

    types = {
        "text": pa.string(),
        "date": pa.date32(),
        "integer": pa.int64(),
        "number": pa.float64(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    rows, written = iter(rows), 0
    with _parquet().ParquetWriter(path, schema) as writer:
        while batch := [dict(row) for row in islice(rows, ROWS_AT_ONCE)]:
            writer.write_table(pa.Table.from_pylist(batch, schema))
            written += len(batch)
    return written
