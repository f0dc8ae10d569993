"""The picture of a model's baseline: survival of a patient at the covariates' means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp
from typing import Any

from app.pages.drawing import (
    BLUE,
    GRID,
    INK,
    SOFT,
    STARTS,
    as_percent,
    document,
    heading,
    line,
    month_tick,
    path,
    small_lines,
    staircase,
    text,
)
from app.prognosis.model import DAYS_PER_MONTH

LEFT, RIGHT, TOP, BOTTOM = 76, 772, 84, 304
"""Pixels that enclose the plot."""

DASHES = ("", "9 4", "3 3", "12 4 3 4", "1 4", "14 3 3 3 3 3")
"""Of the strata, told apart without colour; further strata are not drawn."""


@dataclass(frozen=True)
class _Scale:
    """Months and probabilities to pixels."""

    end: float

    def at(self, months: float, probability: float) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * months / self.end
        return round(x, 1), round(BOTTOM - (BOTTOM - TOP) * probability, 1)


def draw(report: Mapping[str, Any]) -> str:
    """Draw the baseline survival of a model as told in its report, a curve for each stratum."""
    model = report["model"]
    baselines, ends = model["baseline"], report["supported_months"]
    last = max(*ends, 1)
    every = month_tick(last)
    scale = _Scale(every * ceil(last / every))
    notes = list(_notes(model["specification"]["strata"], baselines))
    parts = [
        *heading("Baseline survival", "of a hypothetical patient at the covariates' means"),
        *_axes(scale, every, STARTS[model["clock"]]),
        *(_curve(scale, *each) for each in zip(map(_steps, baselines, ends), DASHES, strict=False)),
        *_key(baselines),
        *small_lines(notes, BOTTOM + 68 + _key_height(baselines)),
    ]
    description = "; ".join(map(_said, baselines, ends))
    height = BOTTOM + 68 + _key_height(baselines) + 17 * len(notes)
    return document("baseline", "Baseline survival", description, parts, height)


def _axes(scale: _Scale, every: int, start: str) -> Iterator[str]:
    for percent in range(0, 101, 25):
        _, y = scale.at(0, percent / 100)
        yield line(LEFT, y, RIGHT, y, INK if percent == 0 else GRID)
        yield text(LEFT - 10, y + 4.5, f"{percent} %", anchor="end", fill=SOFT)
    for months in range(0, round(scale.end) + 1, every):
        x, _ = scale.at(months, 0)
        yield line(x, BOTTOM, x, BOTTOM + 5, INK)
        yield text(x, BOTTOM + 21, str(months), anchor="middle", fill=SOFT)
    middle = (LEFT + RIGHT) / 2
    yield text(middle, BOTTOM + 42, f"months since the {start}", anchor="middle", fill=SOFT)


def _steps(baseline: Mapping[str, Any], end: float) -> list[tuple[float, float]]:
    levels = zip(baseline["days"], baseline["cumulative_hazard"], strict=True)
    steps = [(days / DAYS_PER_MONTH, exp(-hazard)) for days, hazard in levels]
    drawn = [(0.0, 1.0), *((months, level) for months, level in steps if months <= end)]
    return [*drawn, (end, drawn[-1][1])]


def _curve(scale: _Scale, steps: Sequence[tuple[float, float]], dash: str) -> str:
    # A step of less than a tenth of a pixel is not seen; thousands of them would only weigh.
    corners = list(dict.fromkeys(staircase(scale.at(*step) for step in steps)))
    return (
        f'<polyline points="{path(corners)}" fill="none" stroke="{BLUE}" stroke-width="2" '
        f'stroke-dasharray="{dash or "none"}"/>'
    )


def _key(baselines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(baselines) == 1:
        return
    for place, (baseline, dash) in enumerate(zip(baselines, DASHES, strict=False)):
        y = BOTTOM + 68 + 18 * place
        yield line(28, y - 4, 72, y - 4, BLUE, f'stroke-width="2" stroke-dasharray="{dash}"')
        yield text(82, y, _named(baseline), 12, fill=SOFT)


def _key_height(baselines: Sequence[Mapping[str, Any]]) -> int:
    return 18 * min(len(baselines), len(DASHES)) if len(baselines) > 1 else 0


def _named(baseline: Mapping[str, Any]) -> str:
    return f"stratum {', '.join(f'{value:g}' for value in baseline['stratum'] or ())}"


def _said(baseline: Mapping[str, Any], end: float) -> str:
    of = f"{_named(baseline)}: " if baseline["stratum"] else ""
    return f"{of}{as_percent(_steps(baseline, end)[-1][1])} at {end:.0f} months"


def _notes(strata: Sequence[str], baselines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if strata:
        yield f"Values of the strata in the order of {', '.join(strata)}."
    if len(baselines) > len(DASHES):
        yield f"{len(baselines) - len(DASHES)} more strata stand in the model's JSON."
    yield "The curve ends where fewer than 10 patients are at risk."
