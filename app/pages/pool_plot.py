"""The picture of the count's effect in each organisation of a pool, and in all of them together."""

from collections.abc import Iterator, Mapping, Sequence
from math import log
from textwrap import wrap
from typing import Any

from app.pages.drawing import (
    BLUE,
    GRID,
    INK,
    MARGIN,
    SOFT,
    TITLES,
    VERMILION,
    box,
    document,
    heading,
    line,
    small_lines,
    text,
)

LEFT, RIGHT, TOP, ROW = 258, 560, 112, 26
"""Pixels that enclose the axis, and between two organisations."""

FIGURES = 772
"""Pixel at which the figures end."""

NAME_CHARACTERS, NOTE_CHARACTERS = 27, 105
"""That fit between the margin and the axis, and below it on one line."""

TICKS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Of the axis; what lies beyond the first or the last is cut off with an arrow."""

BETWEEN_TICKS = (0.8, 1.25, 1.5)
"""Where the axis is short, these too."""

LARGEST = 13.0
"""Pixels of the side of the square whose estimate weighs most; areas are as the weights."""

WHY_NOT = {
    "queued": "The fit has not begun.",
    "running": "The fit is running.",
    "failed": "The fit failed.",
    "consent-withdrawn": "An organisation in this fit has withdrawn its consent.",
    "done": "It is shown to those who consent to the pool.",
}


class _Scale:
    """Hazard ratios to pixels, on a logarithmic axis."""

    def __init__(self, shown: Sequence[float]) -> None:
        # From 0.5 to 2 at the least: an axis that hugs a weak effect makes it look strong.
        least, most = min(0.5, *shown), max(2.0, *shown)
        self.low = max((tick for tick in TICKS if tick <= least), default=TICKS[0])
        self.high = min((tick for tick in TICKS if tick >= most), default=TICKS[-1])

    def x(self, ratio: float) -> float:
        within = min(max(ratio, self.low), self.high)
        return LEFT + (RIGHT - LEFT) * log(within / self.low) / log(self.high / self.low)

    def ticks(self) -> list[float]:
        more = BETWEEN_TICKS if (self.low, self.high) == (0.5, 2.0) else ()
        return sorted(tick for tick in (*TICKS, *more) if self.low <= tick <= self.high)


def draw(told: Mapping[str, Any]) -> str:
    """Draw the effects that a fit of a pool tells, or say in words why there is no figure."""
    result = told["result"]
    if not result or result["organisations"] is None:
        return _explain(told)
    return _forest(told, result)


def _explain(told: Mapping[str, Any]) -> str:
    why = WHY_NOT[told["status"]]
    explanation, end = box("No figure is given", [why])
    parts = [*heading("Effect of the count by organisation", ""), *explanation]
    return document("pool", "Effect of the count by organisation", why, parts, end + 28)


def _forest(told: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    members = result["organisations"]
    pooled = _pooled(result)
    between = result["heterogeneity"]
    effects = [each["alone"] for each in members if each["alone"]]
    means = [pooled, *([between["average"]] if between else [])]
    # Limits of a small organisation may run off the axis, which is made for the estimates.
    scale = _Scale([*(each["hazard_ratio"] for each in effects), *(m["ci95"][1] for m in means)])
    bottom = TOP + ROW * (len(members) + len(means)) + 14
    notes = list(_notes(result))
    parts = [
        *heading("Effect of the count by organisation", _subtitle(told, result)),
        *_frame(scale, bottom, result["compared_by"]),
        *_members(scale, members, _heaviest(effects)),
        *_means(scale, means, TOP + ROW * len(members) + 10),
        *small_lines(notes, bottom + 72),
    ]
    height = bottom + 72 + 17 * len(notes)
    return document("pool", _subtitle(told, result), _words(members, means), parts, height)


def _pooled(result: Mapping[str, Any]) -> Mapping[str, Any]:
    (found,) = (
        each for each in result["coefficients"] if each["covariate"] == result["compared_by"]
    )
    effect: Mapping[str, Any] = found
    return effect


def _subtitle(told: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    asked = told["request"]
    return (
        f"{TITLES[asked['endpoint']]}, {asked['setting'].replace('_', '-')}: at least"
        f" {result['patients_at_least']:,} patients with {result['events_at_least']:,} events"
        f" to {asked['data_cutoff']}"
    )


def _frame(scale: _Scale, bottom: float, covariate: str) -> Iterator[str]:
    yield text(MARGIN, TOP - 16, "organisation (events)", 12, fill=SOFT)
    words = "hazard ratio (95 % interval)"
    yield text(FIGURES, TOP - 16, words, 12, anchor="end", fill=SOFT)
    yield line(MARGIN, TOP - 8, FIGURES, TOP - 8, GRID)
    for tick in scale.ticks():
        x = scale.x(tick)
        if tick != 1.0:
            yield line(x, TOP - 8, x, bottom, GRID)
        yield line(x, bottom, x, bottom + 5, INK)
        yield text(x, bottom + 20, f"{tick:g}", 12, anchor="middle", fill=SOFT)
    yield line(LEFT, bottom, RIGHT, bottom, INK)
    one = scale.x(1.0)
    yield line(one, TOP - 8, one, bottom, INK, 'stroke-dasharray="5 4" class="one"')
    middle = (LEFT + RIGHT) / 2
    unit = f"hazard ratio per +1 in {covariate}"
    yield text(middle, bottom + 40, unit, 12, anchor="middle", fill=SOFT)


def _heaviest(effects: Sequence[Mapping[str, Any]]) -> float:
    return min((float(each["standard_error"]) for each in effects), default=1.0)


def _members(
    scale: _Scale, members: Sequence[Mapping[str, Any]], least_error: float
) -> Iterator[str]:
    for number, member in enumerate(members):
        y = TOP + ROW * number + 8
        name = _short(f"{member['organisation']}")
        yield text(MARGIN, y + 5, f"{name} ({member['events_at_least']:,}+)", 13)
        effect = member["alone"]
        if effect is None:
            yield text(FIGURES, y + 5, "no estimate of its own", 12, anchor="end", fill=SOFT)
            continue
        yield from _interval(scale, effect["ci95"], y)
        side = max(4.0, LARGEST * least_error / effect["standard_error"])
        x = scale.x(effect["hazard_ratio"])
        yield (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}"'
            f' height="{side:.1f}" fill="{BLUE}" class="estimate"/>'
        )
        yield text(FIGURES, y + 5, _ratio(effect), 13, anchor="end")


def _short(name: str) -> str:
    return name if len(name) <= NAME_CHARACTERS - 7 else f"{name[: NAME_CHARACTERS - 8]}…"


def _interval(scale: _Scale, limits: Sequence[float], y: float) -> Iterator[str]:
    low, high = limits
    if low < scale.high and high > scale.low:
        x1, x2 = scale.x(low), scale.x(high)
        yield line(x1, y, x2, y, INK, 'stroke-width="1.5" class="interval"')
    if low < scale.low:
        yield _arrow(LEFT, y, -1)
    if high > scale.high:
        yield _arrow(RIGHT, y, 1)


def _arrow(x: float, y: float, turn: int) -> str:
    return (
        f'<path d="M {x + 6 * turn:.1f} {y:.1f} l {-9 * turn} -5 v 10 z" fill="{INK}"'
        ' class="arrow"/>'
    )


def _means(scale: _Scale, means: Sequence[Mapping[str, Any]], top: float) -> Iterator[str]:
    yield line(MARGIN, top - 8, FIGURES, top - 8, GRID)
    names = ("All, stratified", "Average of differing effects")
    for number, (effect, name) in enumerate(zip(means, names, strict=False)):
        y = top + ROW * number + 8
        low, high = (scale.x(limit) for limit in effect["ci95"])
        x, half = scale.x(effect["hazard_ratio"]), 7
        fill = VERMILION if number == 0 else "#ffffff"
        yield (
            f'<path d="M {low:.1f} {y:.1f} L {x:.1f} {y - half:.1f} L {high:.1f} {y:.1f}'
            f' L {x:.1f} {y + half:.1f} z" fill="{fill}" stroke="{VERMILION}" stroke-width="1.5"'
            ' class="diamond"/>'
        )
        yield text(MARGIN, y + 5, name, 13, weight=600)
        yield text(FIGURES, y + 5, _ratio(effect), 13, anchor="end", weight=600)


def _ratio(effect: Mapping[str, Any]) -> str:
    low, high = (_figure(limit) for limit in effect["ci95"])
    return f"{_figure(effect['hazard_ratio'])} ({low} to {high})"


def _figure(value: float) -> str:
    return f"{value:.2f}" if 0.01 <= value < 100 else f"{value:.2g}"


def _notes(result: Mapping[str, Any]) -> Iterator[str]:
    between = result["heterogeneity"]
    if between:
        p = "p < 0.001" if between["p"] < 0.001 else f"p = {between['p']:.3f}"
        yield (
            f"Heterogeneity: Q = {between['q']:.1f} on {between['degrees_of_freedom']} degrees of"
            f" freedom, {p}; I² = {100 * between['i_squared']:.0f} %; τ² ="
            f" {between['tau_squared']:.3f}."
        )
    yield from _wrapped(
        "Squares: each organisation's own patients, of an area as the estimate weighs; lines: 95 %"
        " intervals, arrows where they go on. Filled diamond: one model of all, each organisation"
        " with its own baseline hazard. Open diamond: by DerSimonian and Laird."
    )
    if result["covariates"][1:]:
        yield from _wrapped(f"Adjusted for {', '.join(result['covariates'][1:])}.")
    if result["left_out"]:
        yield from _wrapped(f"Fewer than five events: {', '.join(result['left_out'])}.")
    yield "Events are told in fives, rounded down. Prognostic; does not select treatment."


def _wrapped(words: str) -> list[str]:
    return wrap(words, NOTE_CHARACTERS)


def _words(members: Sequence[Mapping[str, Any]], means: Sequence[Mapping[str, Any]]) -> str:
    own = "; ".join(
        f"{each['organisation']} {_ratio(each['alone']) if each['alone'] else 'no estimate'}"
        for each in members
    )
    return f"{own}; all {_ratio(means[0])}"
