"""How a command speaks: tables for people, JSON for programs, a bar where somebody watches."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from tqdm import tqdm

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OrganisationName = Annotated[str, typer.Option("--organisation", help="Whose; by its name.")]


def print_json(content: Any) -> None:
    """Print one JSON value on one line."""
    print(json.dumps(content, allow_nan=False))


def print_items(items: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print a list, as one JSON array or as a table with its own headings."""
    if as_json:
        print_json(list(items))
        return
    if items:
        print_table(
            [list(items[0]), *([_shown(value) for value in item.values()] for item in items)]
        )


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def progress_bar(total: float, unit: str) -> "tqdm[Any]":
    """Draw a bar on standard error, where that is a terminal."""
    return tqdm(total=total, unit=unit, disable=not sys.stderr.isatty(), leave=False)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
