"""The picture of one person's prognosis: the survival curve with its band, or why there is none."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from app.pages.drawing import (
    BLUE,
    CHARACTERS,
    SOFT,
    STARTS,
    TITLES,
    VERMILION,
    as_percent,
    as_ratio,
    box,
    bullet,
    document,
    heading,
    line,
    path,
    small_lines,
    text,
)
from app.pages.survival_axes import SurvivalAxes
from app.prognosis.answer import CurveStep

LEFT, RIGHT, TOP, BOTTOM = 76, 772, 160, 430
"""Pixels that enclose the plot."""

CHARACTERS_IN_BOX = 88
"""Of larger type that fit on one line of the box."""

CLEARANCE = 46
"""Pixels between two figures along the curve; a nearer one is left out, its mark stays."""

BAND = "#d3e5f2"
"""A light blue, far brighter than the curve in any print."""


def draw(prognosis: Mapping[str, Any], steps: Sequence[CurveStep]) -> str:
    """Draw a prognosis as told in JSON; without steps, or withheld, it explains itself in words."""
    if prognosis["hazard"]["status"] == "withheld" or not steps:
        return _explain(prognosis)
    horizon = max((mark["months"] for mark in prognosis["hazard"]["survival"]), default=1)
    axes = SurvivalAxes(LEFT, RIGHT, TOP, BOTTOM, max(steps[-1].months, horizon))
    notes = list(_notes(prognosis))
    height = BOTTOM + 110 + 17 * len(notes)
    parts = [
        *_heading(prognosis),
        *_facts(prognosis["hazard"]),
        *axes.draw(STARTS["draw" if prognosis["blood_test"] else "index_date"]),
        *_curve(axes, steps),
        *_median(axes, prognosis["hazard"]["median_survival"]),
        *_horizons(axes, prognosis["hazard"]["survival"]),
        *small_lines(notes, BOTTOM + 110),
    ]
    words = _description(prognosis["hazard"])
    return document("curve", _title(prognosis), words, parts, height)


def _explain(prognosis: Mapping[str, Any]) -> str:
    reasons = prognosis["hazard"]["reasons"]
    told = [
        line
        for reason in reasons
        for line in bullet(f"{reason['detail']} ({reason['code']})", CHARACTERS_IN_BOX)
    ]
    told += _similar(prognosis["similar_patients"], CHARACTERS_IN_BOX)
    notes = list(_model_note(prognosis))
    explanation, end = box("No survival curve is given", told)
    parts = [*_heading(prognosis), *explanation, *small_lines(notes, end + 28)]
    description = " ".join(["The hazard is withheld.", *(reason["detail"] for reason in reasons)])
    height = end + 28 + 17 * len(notes)
    return document("curve", _title(prognosis), description, parts, height)


def _title(prognosis: Mapping[str, Any]) -> str:
    endpoint = prognosis["endpoint"]
    start = "blood draw" if prognosis["blood_test"] else "index date"
    return f"{TITLES.get(endpoint, endpoint)} from the {start}"


def _heading(prognosis: Mapping[str, Any]) -> Iterator[str]:
    return heading(_title(prognosis), " · ".join(_subtitle(prognosis)))


def _subtitle(prognosis: Mapping[str, Any]) -> Iterator[str]:
    test, group = prognosis["blood_test"], prognosis["risk_group"]
    if test:
        yield f"{test['ctc_count']:,} CTC in {test['blood_volume_ml']:g} mL of blood"
    if group and group["group"]:
        yield f"risk group {group['group']} ({group['scheme']}, {group['rank']} of {group['of']})"
    elif group:
        yield f"no risk group in {group['scheme']}"
    if not test:
        yield "patient without a blood test"


def _facts(hazard: Mapping[str, Any]) -> Iterator[str]:
    yield from _fact(28, "Median survival", *_median_words(hazard["median_survival"]))
    ratio, ci95 = hazard["hazard_ratio"], hazard["ci95"]
    interval = f"95 % CI {as_ratio(ci95[0])} to {as_ratio(ci95[1])}" if ci95 else ""
    yield from _fact(290, "Hazard ratio against the average patient", as_ratio(ratio), interval)
    notes = "with the reservations below" if hazard["status"] == "qualified" else ""
    yield from _fact(592, "Status", hazard["status"], notes)


def _fact(x: float, label: str, value: str, aside: str) -> Iterator[str]:
    yield text(x, 91, label, 12, fill=SOFT)
    yield text(x, 113, value, 17, weight=600)
    yield text(x, 131, aside, 12, fill=SOFT)


def _median_words(median: Mapping[str, Any]) -> tuple[str, str]:
    if median["months"] is None:
        return f"more than {median['lower_bound_months']:.1f} months", "not reached in follow-up"
    reached = f"{median['months']:.1f} months"
    if median["ci95"] is None:
        return reached, ""
    low, high = ("not reached" if m is None else f"{m:.1f}" for m in median["ci95"])
    return reached, f"95 % CI {low} to {high}"


def _curve(axes: SurvivalAxes, steps: Sequence[CurveStep]) -> Iterator[str]:
    band = [(step.months, step.ci95) for step in steps if step.ci95]
    if band:
        low = axes.corners([(months, ci95[0]) for months, ci95 in band])
        high = axes.corners([(months, ci95[1]) for months, ci95 in band])
        yield f'<polygon points="{path([*high, *reversed(low)])}" fill="{BAND}"/>'
    corners = axes.corners([(step.months, step.probability) for step in steps])
    yield (
        f'<polyline points="{path(corners)}" fill="none" stroke="{BLUE}" stroke-width="2.5" '
        'stroke-linejoin="round"/>'
    )


def _median(axes: SurvivalAxes, median: Mapping[str, Any]) -> Iterator[str]:
    if median["months"] is None:
        return
    x, y = axes.x(median["months"]), axes.y(0.5)
    dashes = 'stroke-width="1.5" stroke-dasharray="6 4"'
    yield line(LEFT, y, x, y, VERMILION, dashes)
    yield line(x, y, x, BOTTOM, VERMILION, dashes)
    yield f'<path d="M {x:.1f} {BOTTOM} l -6 -9 h 12 z" fill="{VERMILION}"/>'


def _horizons(axes: SurvivalAxes, survival: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield text(28, BOTTOM + 68, "at risk", 12, fill=SOFT)
    labelled = float(LEFT - CLEARANCE)
    for mark in survival:
        x, y = axes.x(mark["months"]), axes.y(mark["probability"])
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="#ffffff" stroke="{BLUE}" '
            'stroke-width="2.5"/>'
        )
        if x - labelled >= CLEARANCE:
            labelled = x
            yield _mark(x, y, mark["probability"])
            yield text(x, BOTTOM + 68, f"{mark['at_risk']:,}", 12, anchor="middle", fill=SOFT)


def _mark(x: float, y: float, probability: float) -> str:
    # The curve falls, so above and to the right of a mark there is room but for the band.
    at_edge = x > RIGHT - CLEARANCE
    label = text(
        x if at_edge else x + 7,
        y - 10,
        as_percent(probability),
        14,
        anchor="end" if at_edge else "start",
        weight=600,
    )
    # The white outline keeps the figure readable on the band.
    return label.replace("<text ", '<text paint-order="stroke" stroke="#fff" stroke-width="3" ')


def _notes(prognosis: Mapping[str, Any]) -> Iterator[str]:
    hazard = prognosis["hazard"]
    for reason in hazard["reasons"]:
        yield from bullet(f"{reason['detail']} ({reason['code']})", CHARACTERS)
    band = "Band: 95 % interval at each time. " if hazard["ci95"] else ""
    median = "Triangle: median. " if hazard["median_survival"]["months"] else ""
    yield f"{band}{median}The curve ends where fewer than 10 patients are at risk."
    yield from _similar(hazard["similar_patients"], CHARACTERS)
    yield from _model_note(prognosis)


def _similar(similar: Mapping[str, Any] | None, width: int) -> list[str]:
    if similar is None or similar["km_12_months"] is None:
        return []
    words = (
        f"Observed in {similar['patients']:,} patients of the cohort ({similar['definition']}): "
        f"{as_percent(similar['km_12_months'])} at 12 months."
    )
    return wrap(words, width)


def _model_note(prognosis: Mapping[str, Any]) -> Iterator[str]:
    model = prognosis["model"]
    use = str(prognosis["use"])
    if model:
        yield from wrap(
            f"Cox model {model['model_id'][:19]}, fitted {model['fitted_at'][:10]} on "
            f"{model['patients']:,} patients with {model['events']:,} events to "
            f"{model['data_cutoff']}; concordance {model['concordance']:.2f}.",
            CHARACTERS,
        )
    yield f"{use[:1].upper()}{use[1:]}."


def _description(hazard: Mapping[str, Any]) -> str:
    told = [f"{as_percent(mark['probability'])} at {_horizon(mark)}" for mark in hazard["survival"]]
    median, interval = _median_words(hazard["median_survival"])
    horizons = ", ".join(told) or "no horizon in reach"
    half = f"{median} ({interval})" if interval else median
    return f"Probability of survival: {horizons}. Median {half}."


def _horizon(mark: Mapping[str, Any]) -> str:
    if mark["ci95"] is None:
        return f"{mark['months']} months"
    low, high = (as_percent(limit) for limit in mark["ci95"])
    return f"{mark['months']} months (95 % interval {low} to {high})"
