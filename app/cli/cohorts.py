"""Cohorts as files: in and out."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.terminal import AsJson, OrganisationName, print_json, progress_bar

if TYPE_CHECKING:
    from tqdm import tqdm

    from app.storage.cohort_file import NumberedRow
    from app.usecases.declaring import Columns
    from app.usecases.exports import Export
    from app.usecases.imports import Outcome
    from app.usecases.service import Call, Service

File = Annotated[Path, typer.Argument(help="Ends in .csv, .ndjson or .parquet.")]


def import_cohort(
    file: File,
    organisation: OrganisationName,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would happen, and store nothing.")
    ] = False,
    declare: Annotated[
        bool, typer.Option("--declare", help="Declare numeric columns that are not known yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Store a cohort: one row a patient and draw. Refused rows are named; the others are stored."""
    from app.cli.opened import calling, opened, organisation_named
    from app.storage.cohort_file import count_rows
    from app.usecases.declaring import known_columns, new_columns

    with opened() as service:
        call = calling(organisation_named(service, organisation), "import")
        total = count_rows(file)
        columns = new_columns(service, call, _rows_of(file)) if declare else {}
        seen: set[str] = set()
        rows = _noting_columns(_rows_of(file), seen)
        outcomes = _outcomes(service, call, rows, columns, dry_run)
        counts, refused = _told(outcomes, total)
        unknown = sorted(seen - known_columns(service, call) - columns.keys())
    content = {
        "rows": counts.total(),
        **{status: counts[status] for status in ("stored", "unchanged", "refused")},
        "declared": dict(columns),
        "unknown_columns": unknown,
        "dry_run": dry_run,
    }
    if as_json:
        print_json({**content, "refusals": refused})
    else:
        _print_summary(content)
    if refused:
        raise typer.Exit(1)


def export(
    file: File,
    organisation: OrganisationName,
    patient: Annotated[
        str | None,
        typer.Option("--patient", help="Everything of this person instead, as one JSON document."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the analysis-ready cohort, one row a patient and draw; or all of one person."""
    if patient is None:
        _export_cohort(file, organisation, as_json)
    else:
        _export_patient(file, organisation, patient)


def _export_patient(file: Path, organisation: str, patient_id: str) -> None:
    from app.cli.opened import calling, opened, organisation_named
    from app.usecases.own_data import export_patient

    with opened() as service:
        call = calling(organisation_named(service, organisation), "export patient")
        reply = export_patient(service, call, patient_id)
    # For its owner's eyes alone, from the first byte.
    file.touch(0o600)
    file.write_text(f"{reply.body}\n")


def _export_cohort(file: Path, organisation: str, as_json: bool) -> None:
    from app.cli.opened import calling, opened, organisation_named
    from app.storage.cohort_file import check_name, write_rows
    from app.usecases import exports

    check_name(file)
    with opened() as service:
        call = calling(organisation_named(service, organisation), "export")
        export = exports.export_cohort(service, call)
        with progress_bar(export.patients, " patients") as bar:
            written = write_rows(file, export.columns, _exported(export, bar))
    if as_json:
        print_json({"rows": written, "patients": export.patients})
    else:
        print(f"{written} rows of {export.patients} patients written to {file}")


def _rows_of(file: Path) -> "Iterator[NumberedRow]":
    from app.api.strict_json import parse
    from app.storage.cohort_file import read_rows
    from app.usecases.cohort_rows import TEXT_COLUMNS

    return read_rows(file, TEXT_COLUMNS, parse)


def _noting_columns(rows: "Iterable[NumberedRow]", seen: set[str]) -> "Iterator[NumberedRow]":
    for row in rows:
        if isinstance(row.cells, Mapping):
            seen.update(row.cells)
        yield row


def _outcomes(
    service: "Service",
    call: "Call",
    rows: "Iterator[NumberedRow]",
    columns: "Columns",
    dry_run: bool,
) -> "Iterator[Outcome]":
    from app.usecases.declaring import assumed_covariates, declare_columns
    from app.usecases.imports import import_rows, rehearse_import

    if dry_run:
        return rehearse_import(service, call, rows, assumed_covariates(columns))
    declare_columns(service, call, columns)
    return import_rows(service, call, rows)


def _told(outcomes: "Iterable[Outcome]", total: int) -> tuple[Counter[str], list[dict[str, Any]]]:
    counts: Counter[str] = Counter()
    refused = []
    with progress_bar(total, " rows") as bar:
        for outcome in outcomes:
            counts[outcome.status] += 1
            if outcome.status == "refused":
                refused.append(vars(outcome))
                told = f"line {outcome.line}: {outcome.code}: {outcome.reason}"
                bar.write(told, file=sys.stderr)
            bar.update()
    return counts, refused


def _print_summary(content: Mapping[str, Any]) -> None:
    if content["unknown_columns"]:
        names = ", ".join(content["unknown_columns"])
        print(f"neither columns of a cohort file nor declared: {names}", file=sys.stderr)
    for name, kind in content["declared"].items():
        print(f"covariate {name} {'would be ' if content['dry_run'] else ''}declared as {kind}")
    told = ", ".join(f"{content[status]} {status}" for status in ("stored", "unchanged", "refused"))
    print(f"{content['rows']} rows: {told}{' (dry run)' if content['dry_run'] else ''}")


def _exported(export: "Export", bar: "tqdm[Any]") -> Iterator[Mapping[str, Any]]:
    for rows in export.rows:
        yield from rows
        bar.update()
