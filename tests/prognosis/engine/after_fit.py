"""The fits of tests/data/survival/after_fit.R: their rows, and what R told after each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.engine.rows import SurvivalRows, Ties, survival_rows

Floats = NDArray[np.float64]

FOLDER = Path(__file__).parents[2] / "data" / "survival"

EVERY = 11
"""The script keeps every 11th row of a long result."""

LIKE_R = 1e-10
"""Relative difference to R, as both round sums of some hundred terms; 5e-14 was seen."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit's rows, R's coefficients and what R told after it."""

    rows: SurvivalRows
    beta: Floats
    covariance: Floats
    ties: Ties
    clusters: Floats
    told: Mapping[str, Any]


FITS = (
    "rossi",
    "rossi_breslow",
    "lung",
    "lung_ecog",
    "veteran",
    "gbsg2",
    "heart",
    "stratified",
    "weighted",
    "weighted_breslow",
    "entered",
    "mixed",
    "mixed_breslow",
)


def columns(name: str) -> dict[str, Floats]:
    """Read a file of rows; what is not known is NaN."""
    with (FOLDER / f"{name}.csv").open() as lines:
        names = next(lines).strip().split(",")
        values = np.genfromtxt(lines, delimiter=",", missing_values="NA", filling_values=np.nan)
    return dict(zip(names, values.T, strict=True))


@cache
def fitted(name: str) -> Fitted:
    """Make the rows of a fit as the script does."""
    told = _told()[name]
    rows, clusters = _rows(name.removesuffix("_breslow"))
    return Fitted(
        rows=rows,
        beta=np.atleast_1d(np.array(told["coefficients"], dtype=np.float64)),
        covariance=np.atleast_2d(np.array(told["covariance"], dtype=np.float64)),
        ties=told["ties"],
        clusters=np.arange(1.0, len(rows) + 1) % 20 if clusters is None else clusters,
        told=told,
    )


@cache
def _told() -> Any:
    return json.loads((FOLDER / "after_fit.json").read_text())


def _rows(name: str) -> tuple[SurvivalRows, Floats | None]:
    match name:
        case "rossi":
            of = columns("rossi")
            x = [of[c] for c in ("fin", "age", "race", "wexp", "mar", "paro", "prio")]
            return survival_rows(np.transpose(x), of["week"], of["arrest"]), None
        case "veteran":
            of = columns("veteran")
            x = [of[c] for c in ("trt", "prior", "karno")]
            return survival_rows(np.transpose(x), of["time"], of["status"]), None
        case "gbsg2":
            of = columns("gbsg2")
            x = [values for c, values in of.items() if c not in ("time", "status")]
            return survival_rows(np.transpose(x), of["time"], of["status"]), None
        case "heart":
            of = columns("heart")
            x = [of[c] for c in ("age", "year", "surgery", "transplant")]
            rows = survival_rows(np.transpose(x), of["stop"], of["event"], starts=of["start"])
            return rows, of["id"]
        case _:
            return _of_lung(name), None


def _of_lung(name: str) -> SurvivalRows:
    of = columns("lung")
    time, status, place = of["time"], of["status"], np.arange(1, len(of["time"]) + 1)
    x = np.transpose([of["age"], of["sex"]])
    entry, weight = time * (place % 5) // 6, 0.5 + place % 4 / 2
    known = ~np.isnan(of["ph.ecog"])
    ecog = np.transpose([of["age"], of["sex"], of["ph.ecog"]])[known]
    match name:
        case "lung_ecog":
            return survival_rows(ecog, time[known], status[known])
        case "stratified":
            return survival_rows(ecog[:, [0, 2]], time[known], status[known], strata=ecog[:, 1])
        case "weighted":
            return survival_rows(x, time, status, weights=weight)
        case "entered":
            return survival_rows(x, time, status, starts=entry)
        case "mixed":
            return survival_rows(
                x[:, :1],
                time,
                status,
                starts=entry,
                weights=weight,
                strata=x[:, 1],
                offset=place % 3 / 10,
            )
        case _:
            return survival_rows(x, time, status)


def table(values: Any) -> Floats:
    """Read a table of which R may have told one column or row only."""
    return np.array(values, dtype=np.float64)
