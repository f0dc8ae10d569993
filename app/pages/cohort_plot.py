"""The picture of a cohort's survival by group: curves, bands, and the numbers at risk below."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from textwrap import wrap
from typing import Any

from app.pages.drawing import (
    BLUE,
    CHARACTERS,
    INK,
    MARGIN,
    SOFT,
    STARTS,
    TITLES,
    VERMILION,
    as_percent,
    box,
    document,
    heading,
    line,
    path,
    small_lines,
    text,
)
from app.pages.survival_axes import SurvivalAxes

LEFT, RIGHT, TOP, HEIGHT = 150, 772, 90, 300
"""Pixels that enclose the plot; its groups are listed above it."""

ROW = 20
"""Pixels between two lines of the legend, and of the table below."""

GREEN, PURPLE = "#00785a", "#8f4a80"
"""Okabe and Ito's green and purple, darkened until thin lines of them can be read on white."""

STYLES = (
    (BLUE, ""),
    (VERMILION, "9 4"),
    (GREEN, "2.5 3"),
    (PURPLE, "12 3 2 3"),
    (INK, "5 5"),
)
"""Colour and dashes of each group: told apart in print and by every kind of colour vision."""

BY = {
    "risk_group": "risk group",
    "receptor_subtype": "receptor subtype",
    "line_of_therapy": "line of therapy",
    "site": "site of metastasis",
    "age": "age",
}
"""What parts the patients, as a person reads it; nothing where nothing does."""


def draw(told: Mapping[str, Any]) -> str:
    """Draw the survival of a cohort as it is told in JSON, or say in words why there is none."""
    groups = [group for group in told["groups"] if group["curve"]]
    if not groups:
        return _explain(told)
    last = max(group["curve"][-1]["months"] for group in groups)
    top = TOP + ROW * len(groups) + 16
    axes = SurvivalAxes(LEFT, RIGHT, top, top + HEIGHT, last)
    styles = dict(zip((group["group"] for group in groups), cycle(STYLES), strict=False))
    table = axes.bottom + 66
    notes = list(_notes(told))
    below = table + ROW * (len(groups) + 1) + 8
    parts = [
        *heading(_title(told), _subtitle(told)),
        *_legend(groups, styles),
        *axes.draw(STARTS[told["clock"]]),
        *(part for group in groups for part in _band(axes, group, styles)),
        *(part for group in groups for part in _curve(axes, group, styles)),
        *_at_risk(axes, groups, table),
        *small_lines(notes, below),
    ]
    return document("cohort", _title(told), _words(told, groups), parts, below + 17 * len(notes))


def _explain(told: Mapping[str, Any]) -> str:
    why = f"No group has {told['smallest_cell']} patients who were followed."
    notes = list(_notes(told))
    explanation, end = box("No survival curve is given", [why])
    parts = [
        *heading(_title(told), _subtitle(told)),
        *explanation,
        *small_lines(notes, end + 28),
    ]
    return document("cohort", _title(told), why, parts, end + 28 + 17 * len(notes))


def _title(told: Mapping[str, Any]) -> str:
    by = f" by {BY[told['by']]}" if told["by"] in BY else ""
    return f"{TITLES[told['endpoint']]}{by}"


def _subtitle(told: Mapping[str, Any]) -> str:
    scheme = f"{told['scheme']} · " if told["scheme"] else ""
    setting = told["setting"].replace("_", "-")
    return (
        f"{scheme}{setting}, {told['patients']:,} patients with {told['events']:,} events"
        f" to {told['data_cutoff']}"
    )


def _legend(
    groups: Sequence[Mapping[str, Any]], styles: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    for number, group in enumerate(groups):
        y = TOP + ROW * number
        yield _stroke(MARGIN, y - 4, MARGIN + 44, y - 4, styles[group["group"]])
        yield text(MARGIN + 54, y, str(group["label"]), 13)
        yield text(RIGHT - 220, y, f"{group['patients']:,} patients", 13, anchor="end", fill=SOFT)
        yield text(RIGHT, y, f"median {_median_words(group['median'])}", 13, anchor="end")


def _median_words(median: Mapping[str, Any]) -> str:
    low, high = ("not reached" if m is None else f"{m:.1f}" for m in median["ci95"])
    if median["months"] is None:
        return f"not reached ({low} to {high})" if median["ci95"][0] else "not reached"
    return f"{median['months']:.1f} months ({low} to {high})"


def _band(
    axes: SurvivalAxes, group: Mapping[str, Any], styles: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    bounded = [(step["months"], step["ci95"]) for step in group["curve"] if step["ci95"]]
    if bounded:
        low, high = (
            _corners(axes, [(months, ci95[side]) for months, ci95 in bounded]) for side in (0, 1)
        )
        colour = styles[group["group"]][0]
        points = path([*high, *reversed(low)])
        yield f'<polygon points="{points}" fill="{colour}" fill-opacity="0.12"/>'


def _curve(
    axes: SurvivalAxes, group: Mapping[str, Any], styles: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    steps = [(step["months"], step["probability"]) for step in group["curve"]]
    colour, dashes = styles[group["group"]]
    yield (
        f'<polyline points="{path(_corners(axes, steps))}" fill="none" stroke="{colour}"'
        f' stroke-width="2.5" stroke-dasharray="{dashes or "none"}"/>'
    )


def _corners(
    axes: SurvivalAxes, levels: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    return axes.corners([(0.0, 1.0), *levels])


def _stroke(x1: float, y1: float, x2: float, y2: float, style: tuple[str, str]) -> str:
    colour, dashes = style
    return line(x1, y1, x2, y2, colour, f'stroke-width="2.5" stroke-dasharray="{dashes or "none"}"')


def _at_risk(axes: SurvivalAxes, groups: Sequence[Mapping[str, Any]], y: float) -> Iterator[str]:
    yield text(MARGIN, y, "Patients at risk", 12, fill=SOFT)
    for number, group in enumerate(groups, start=1):
        yield text(MARGIN, y + ROW * number, str(group["group"]), 12)
        for months in axes.ticks:
            left = next((s["at_risk"] for s in group["curve"] if s["months"] >= months), None)
            words = "–" if left is None else f"{left:,}"
            yield text(axes.x(months), y + ROW * number, words, 12, anchor="middle")


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    least = told["smallest_cell"]
    if told["log_rank"]:
        trend = f"; trend {_p(told['trend']['p'])}" if told["trend"] else ""
        yield f"Log-rank test of equal survival: {_p(told['log_rank']['p'])}{trend}."
    yield (
        f"Kaplan-Meier estimates with pointwise 95 % bands; a curve ends where fewer than {least}"
        " are at risk (–)."
    )
    for group in told["groups"]:
        yield from _published(group)
    if told["suppressed_groups"]:
        names = ", ".join(told["suppressed_groups"])
        yield f"Not shown, with fewer than {least} patients: {names}."
    words = str(told["caution"])
    yield from wrap(f"{words[:1].upper()}{words[1:]}.", CHARACTERS)


def _published(group: Mapping[str, Any]) -> Iterator[str]:
    told, wider = group["published"], group["published_superset"]
    if told:
        over = "more than " if told["comparator"] == ">" else ""
        yield (
            f"Published of {group['group']}: {told['statistic']} {over}{told['months']:g} months."
        )
    if wider:
        yield (
            f"Published of {wider['group']}, which holds {group['group']}:"
            f" {wider['statistic']} {wider['months']:g} months."
        )


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _words(told: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> str:
    each = "; ".join(
        f"{group['label']}: median {_median_words(group['median'])}"
        + "".join(
            f", {as_percent(mark['probability'])} at {mark['months']} months"
            for mark in group["survival"]
        )
        for group in groups
    )
    return f"{each}. {' '.join(_notes(told))}"
