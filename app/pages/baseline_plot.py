"""The picture of a model's baseline: survival of a patient at the covariates' means."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp
from typing import Any

from app.pages.drawing import (
    BLUE,
    SOFT,
    STARTS,
    as_percent,
    document,
    heading,
    line,
    path,
    small_lines,
    text,
)
from app.pages.survival_axes import SurvivalAxes
from app.prognosis.model import DAYS_PER_MONTH

LEFT, RIGHT, TOP, BOTTOM = 76, 772, 84, 304
"""Pixels that enclose the plot."""

DASHES = ("", "9 4", "3 3", "12 4 3 4", "1 4", "14 3 3 3 3 3")
"""Of the strata, told apart without colour; further strata are not drawn."""


def draw(report: Mapping[str, Any]) -> str:
    """Draw the baseline survival of a model as told in its report, a curve for each stratum."""
    model = report["model"]
    baselines, ends = model["baseline"], report["supported_months"]
    axes = SurvivalAxes(LEFT, RIGHT, TOP, BOTTOM, max(*ends, 1))
    notes = list(_notes(model["specification"]["strata"], baselines))
    parts = [
        *heading("Baseline survival", "of a hypothetical patient at the covariates' means"),
        *axes.draw(STARTS[model["clock"]]),
        *(_curve(axes, *each) for each in zip(map(_steps, baselines, ends), DASHES, strict=False)),
        *_key(baselines),
        *small_lines(notes, BOTTOM + 68 + _key_height(baselines)),
    ]
    description = "; ".join(map(_said, baselines, ends))
    height = BOTTOM + 68 + _key_height(baselines) + 17 * len(notes)
    return document("baseline", "Baseline survival", description, parts, height)


def _steps(baseline: Mapping[str, Any], end: float) -> list[tuple[float, float]]:
    levels = zip(baseline["days"], baseline["cumulative_hazard"], strict=True)
    steps = [(days / DAYS_PER_MONTH, exp(-hazard)) for days, hazard in levels]
    drawn = [(0.0, 1.0), *((months, level) for months, level in steps if months <= end)]
    return [*drawn, (end, drawn[-1][1])]


def _curve(axes: SurvivalAxes, steps: Sequence[tuple[float, float]], dash: str) -> str:
    # A step of less than a tenth of a pixel is not seen; thousands of them would only weigh.
    corners = dict.fromkeys((round(x, 1), round(y, 1)) for x, y in axes.corners(steps))
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
