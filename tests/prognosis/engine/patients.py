"""The cohorts that the engine is tested on, as rows of a fit."""

import csv
from pathlib import Path

import numpy as np

from app.prognosis.engine.rows import Floats, SurvivalRows, survival_rows

SURVIVAL = Path(__file__).parents[2] / "data/survival"

Table = dict[str, Floats]


def table(name: str) -> Table:
    """Read the columns of a cohort; what is unknown is not a number."""
    with (SURVIVAL / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {c: np.array([float(row[c].replace("NA", "nan")) for row in rows]) for c in rows[0]}


def lung(known: str = "age") -> Table:
    """Take lung where a column is known, with the weight, entry and offset that fits.R makes."""
    columns = table("lung")
    columns["weight"] = 1 + columns["age"] % 3
    columns["start"] = (columns["age"] * 7) % columns["time"]
    columns["known"] = 0.02 * (columns["age"] - 60)
    return {name: column[~np.isnan(columns[known])] for name, column in columns.items()}


def rows_of(
    columns: Table, names: str, stop: str = "time", event: str = "status", **more: str
) -> SurvivalRows:
    """Take the named covariates, and weights, offset, starts or strata where they are named."""
    x = np.column_stack([columns[name] for name in names.split()])
    extra = {argument: columns[name] for argument, name in more.items()}
    return survival_rows(x, columns[stop], columns[event], **extra)


def six_patients() -> SurvivalRows:
    """Take Therneau's first test data: a tie at time 6 of a patient with x = 1 and one without."""
    x = [[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]]
    return survival_rows(x, [1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1])


def simulated(n: int, seed: int = 0, p: int = 3, days: int = 40) -> Table:
    """Draw ties, weights, an offset, entries and three strata by chance."""
    random = np.random.default_rng(seed)
    stops = random.integers(2, days, n).astype(np.float64)
    late = np.floor(stops * random.random(n) * 0.99)
    columns = {f"x{place}": column for place, column in enumerate(random.normal(size=(p, n)))}
    return columns | {
        "time": stops,
        "status": (random.random(n) < 0.6).astype(np.float64),
        "start": np.where(random.random(n) < 0.3, 0.0, late),
        "weight": random.random(n) + 0.5,
        "known": random.normal(size=n) * 0.3,
        "stratum": random.integers(0, 3, n).astype(np.float64),
    }
