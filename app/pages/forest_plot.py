"""The picture of a model's hazard ratios with their intervals, on a logarithmic axis."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from textwrap import wrap
from typing import Any

from app.pages.drawing import (
    BLUE,
    GRID,
    INK,
    MARGIN,
    SOFT,
    STARTS,
    TITLES,
    document,
    heading,
    line,
    small_lines,
    text,
)

LEFT, RIGHT, TOP = 300, 590, 116
"""Pixels that enclose the axis; names stand left of it, figures right."""

FIGURES = 772
"""Pixel at which the figures end."""

NAME_CHARACTERS, UNIT_CHARACTERS = 28, 40
"""That fit between the margin and the axis in the type of each."""

TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Of the axis; what lies beyond the first or the last is cut off with an arrow."""

NARROW = 0.1
"""Width of an interval below which two decimals would hide it."""


@dataclass(frozen=True)
class _Scale:
    """Hazard ratios to pixels."""

    low: float
    high: float

    def x(self, hazard_ratio: float) -> float:
        share = log(hazard_ratio / self.low) / log(self.high / self.low)
        return LEFT + (RIGHT - LEFT) * share

    def holds(self, hazard_ratio: float) -> bool:
        return self.low <= hazard_ratio <= self.high


@dataclass(frozen=True)
class _Row:
    """One covariate as it is drawn: its lines of type and where it stands."""

    coefficient: Mapping[str, Any]
    name: Sequence[str]
    unit: Sequence[str]
    top: float

    @property
    def height(self) -> float:
        return 18 + 16 * len(self.name) + 15 * len(self.unit)

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def draw(report: Mapping[str, Any]) -> str:
    """Draw the hazard ratio of each covariate of a model as told in its report."""
    model = report["model"]
    rows = list(_rows(model["coefficients"], report["covariates"]))
    scale = _scale(model["coefficients"])
    bottom = rows[-1].top + rows[-1].height
    notes = list(_notes(model, scale))
    parts = [
        *heading(_title(model), _subtitle(model)),
        *_frame(scale, bottom),
        *(part for row in rows for part in _row(scale, row)),
        *small_lines(notes, bottom + 84),
    ]
    description = "; ".join(_said(row.coefficient) for row in rows)
    height = bottom + 84 + 17 * len(notes)
    return document("forest", f"Hazard ratios: {_subtitle(model)}", description, parts, height)


def unit_of(covariate: Mapping[str, Any]) -> str:
    """Say what a hazard ratio compares."""
    if covariate["kind"] == "binary":
        return "yes against no"
    return f"per +1 in {covariate['unit']}" if covariate["unit"] else "per +1"


def ratio_words(coefficient: Mapping[str, Any]) -> str:
    """Write a hazard ratio with its interval, with as many decimals as the interval asks for."""
    value, ci95 = coefficient["hazard_ratio"], coefficient["ci95"]
    if ci95 is None:
        return f"{_figure(value, 2)} (withheld)"
    decimals = 3 if ci95[1] - ci95[0] < NARROW else 2
    low, high = (_figure(limit, decimals) for limit in ci95)
    return f"{_figure(value, decimals)} ({low} to {high})"


def _figure(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if 0.01 <= value < 100 else f"{value:.2g}"


def _said(coefficient: Mapping[str, Any]) -> str:
    return f"{coefficient['covariate']} {ratio_words(coefficient)}"


def _title(model: Mapping[str, Any]) -> str:
    penalised = model["specification"]["penalizer"]
    return "Hazard ratios, penalised" if penalised else "Hazard ratios with 95 % intervals"


def _subtitle(model: Mapping[str, Any]) -> str:
    endpoint = TITLES.get(model["endpoint"], model["endpoint"])
    return (
        f"{endpoint} from the {STARTS[model['clock']]}, {model['setting']}: "
        f"{model['patients']:,} patients, {model['events']:,} events"
    )


def _rows(
    coefficients: Sequence[Mapping[str, Any]], covariates: Sequence[Mapping[str, Any]]
) -> Iterator[_Row]:
    units = {covariate["covariate"]: unit_of(covariate) for covariate in covariates}
    top = float(TOP)
    for coefficient in coefficients:
        name = coefficient["covariate"]
        row = _Row(
            coefficient,
            wrap(name, NAME_CHARACTERS),
            wrap(units[name], UNIT_CHARACTERS),
            top,
        )
        yield row
        top += row.height


def _scale(coefficients: Sequence[Mapping[str, Any]]) -> _Scale:
    shown = [
        each
        for coefficient in coefficients
        for each in (coefficient["hazard_ratio"], *(coefficient["ci95"] or ()))
    ]
    # From a half to two at the least: an axis that hugs a weak effect makes it look strong.
    low = max((tick for tick in TICKS if tick <= min(0.5, *shown)), default=TICKS[0])
    high = min((tick for tick in TICKS if tick >= max(2.0, *shown)), default=TICKS[-1])
    return _Scale(low, high)


def _frame(scale: _Scale, bottom: float) -> Iterator[str]:
    yield text(MARGIN, TOP - 14, "covariate", 12, fill=SOFT)
    yield text(FIGURES, TOP - 14, "hazard ratio (95 % interval)", 12, anchor="end", fill=SOFT)
    yield line(MARGIN, TOP - 6, FIGURES, TOP - 6, GRID)
    for tick in (tick for tick in TICKS if scale.holds(tick)):
        x = scale.x(tick)
        if tick != 1.0:
            yield line(x, TOP, x, bottom, GRID)
        yield line(x, bottom, x, bottom + 5, INK)
        yield text(x, bottom + 21, f"{tick:g}", anchor="middle", fill=SOFT)
    yield line(LEFT, bottom, RIGHT, bottom, INK)
    reference = scale.x(1.0)
    yield line(reference, TOP - 6, reference, bottom, INK, 'stroke-dasharray="5 4" class="one"')
    yield text(reference - 12, bottom + 44, "← lower hazard", 12, anchor="end", fill=SOFT)
    yield text(reference + 12, bottom + 44, "higher hazard →", 12, fill=SOFT)


def _row(scale: _Scale, row: _Row) -> Iterator[str]:
    y = row.top + 22
    for words in row.name:
        yield text(MARGIN, y, words, 14, weight=600)
        y += 16
    for words in row.unit:
        yield text(MARGIN, y, words, 11, fill=SOFT)
        y += 15
    yield from _interval(scale, row)
    yield from _point(scale, row)
    yield text(FIGURES, row.middle + 5, ratio_words(row.coefficient), 13, anchor="end")


def _interval(scale: _Scale, row: _Row) -> Iterator[str]:
    ci95, y = row.coefficient["ci95"], row.middle
    if ci95 is None:
        return
    low, high = (min(max(limit, scale.low), scale.high) for limit in ci95)
    if low < high:
        yield line(scale.x(low), y, scale.x(high), y, INK, 'stroke-width="2" class="interval"')
    for limit in ci95:
        if scale.holds(limit):
            x = scale.x(limit)
            yield line(x, y - 5, x, y + 5, INK, 'stroke-width="2"')
    yield from _arrows(scale, ci95, y)


def _point(scale: _Scale, row: _Row) -> Iterator[str]:
    value, y = row.coefficient["hazard_ratio"], row.middle
    x = scale.x(min(max(value, scale.low), scale.high))
    if row.coefficient["ci95"] is not None and scale.holds(value):
        yield (
            f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="{BLUE}" '
            'class="estimate"/>'
        )
    elif scale.holds(value):
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#ffffff" stroke="{BLUE}" '
            'stroke-width="2.5"/>'
        )
    elif row.coefficient["ci95"] is None:
        yield from _arrows(scale, [value], y)


def _arrows(scale: _Scale, values: Sequence[float], y: float) -> Iterator[str]:
    if min(values) < scale.low:
        yield _arrow(LEFT, y, -1)
    if max(values) > scale.high:
        yield _arrow(RIGHT, y, 1)


def _arrow(x: float, y: float, turn: int) -> str:
    return (
        f'<path d="M {x + 6 * turn:.1f} {y:.1f} l {-9 * turn} -6 v 12 z" fill="{INK}" '
        'class="arrow"/>'
    )


def _notes(model: Mapping[str, Any], scale: _Scale) -> Iterator[str]:
    coefficients = model["coefficients"]
    if any(each["ci95"] is None for each in coefficients):
        penalizer = model["specification"]["penalizer"]
        yield (
            f"Circles: the coefficients are penalised ({penalizer:g}), so their intervals are "
            "withheld."
        )
    ends = [each for every in coefficients for each in every["ci95"] or [every["hazard_ratio"]]]
    if not all(scale.holds(each) for each in ends):
        yield "Arrows: beyond the axis; the figures tell how far."
    yield "Each ratio holds with every other covariate of the model unchanged."
    strata = model["specification"]["strata"]
    if strata:
        yield from wrap(f"Stratified by {', '.join(strata)}: without a ratio of its own.", 110)
    yield "Prognostic; does not select treatment."
