"""Rows to validate on: a published trial, and simulations whose truth is known."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SURVIVAL = Path(__file__).parents[2] / "data" / "survival"


@dataclass(frozen=True, eq=False)
class Rows:
    """Follow-up with a predictor; under a Weibull model, the risk by any day follows from it."""

    days: Floats
    events: Flags
    predictor: Floats

    def shuffled(self, seed: int) -> "Rows":
        order = np.random.default_rng(seed).permutation(len(self.days))
        return Rows(self.days[order], self.events[order], self.predictor[order])

    def risk(self, day: float) -> Floats:
        """The risk under `simulated`'s truth: hazard exp(predictor) / 1000 a day."""
        return np.asarray(-np.expm1(-day / 1000 * np.exp(self.predictor)))


def gbsg2_table() -> dict[str, Floats]:
    """German Breast Cancer Study Group 2, 686 women, by column."""
    with (SURVIVAL / "gbsg2.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def gbsg2() -> Rows:
    """The same with positive nodes, much tied, as predictor."""
    table = gbsg2_table()
    return Rows(table["time"], table["status"] == 1, np.log1p(table["pnodes"]))


def simulated(n: int, seed: int, *, censoring: float = 2000.0, whole: float = 0.0) -> Rows:
    """Exponential times, uniform censoring; rounded up to whole numbers of days if asked."""
    rng = np.random.default_rng(seed)
    predictor = np.round(rng.normal(size=n), 2)
    event = rng.exponential(1000 * np.exp(-predictor))
    censored = rng.uniform(0.0, censoring, n)
    days = np.minimum(event, censored)
    if whole:
        days = np.ceil(days / whole) * whole
    return Rows(days, event <= censored, predictor)


def structured(rows: Rows) -> NDArray[Any]:
    """Rows as scikit-survival wants them; the censored leave half a day after a day's events.

    The half day says what we mean by "events first" (see `CensoringCurve`): with
    it, its 1 / G(t) at an event is our 1 / G(t-). Times that nobody shares need none.
    """
    half = 0.5 if (rows.days == np.round(rows.days)).all() else 0.0
    last = np.where(rows.events, rows.days, rows.days + half)
    pairs = list(zip(rows.events.tolist(), last.tolist(), strict=True))
    return np.array(pairs, dtype=[("event", bool), ("days", float)])
