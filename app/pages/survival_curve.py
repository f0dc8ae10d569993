"""The picture of one person's prognosis: the survival curve with its band, or why there is none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from app.prognosis.answer import CurveStep

WIDTH = 800
LEFT, RIGHT, TOP, BOTTOM = 76, 772, 160, 430
"""Pixels that enclose the plot."""

CHARACTERS = 116
"""Of small type that fit on one line."""

CHARACTERS_IN_BOX = 88
"""Of larger type that fit on one line of the box."""

CLEARANCE = 46
"""Pixels between two figures along the curve; a nearer one is left out, its mark stays."""

# Okabe and Ito's blue and vermilion: told apart by every kind of colour vision, and as two greys
# in print; the marks also differ in shape.
BLUE, BAND, VERMILION = "#0072b2", "#d3e5f2", "#b34a00"
INK, SOFT, GRID = "#1a1a1a", "#555555", "#dddddd"

FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"

TITLES: Mapping[str, str] = {
    "overall_survival": "Overall survival",
    "progression_free_survival": "Progression-free survival",
    "disease_free_survival": "Disease-free survival",
}

TICKS = ((12, 3), (36, 6), (120, 12), (240, 24))
"""Up to so many months, a tick every so many."""


@dataclass(frozen=True)
class _Scale:
    """Months and probabilities to pixels."""

    end: float

    def x(self, months: float) -> float:
        return LEFT + (RIGHT - LEFT) * months / self.end

    def y(self, probability: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * probability


def draw(prognosis: Mapping[str, Any], steps: Sequence[CurveStep]) -> str:
    """Draw a prognosis as told in JSON; without steps, or withheld, it explains itself in words."""
    if prognosis["hazard"]["status"] == "withheld" or not steps:
        return _explain(prognosis)
    horizon = max((mark["months"] for mark in prognosis["hazard"]["survival"]), default=1)
    every = _tick(max(steps[-1].months, horizon))
    scale = _Scale(every * ceil(max(steps[-1].months, horizon) / every))
    notes = list(_notes(prognosis))
    height = BOTTOM + 110 + 17 * len(notes)
    parts = [
        *_heading(prognosis),
        *_facts(prognosis["hazard"]),
        *_axes(scale, every, prognosis),
        *_curve(scale, steps),
        *_median(scale, prognosis["hazard"]["median_survival"]),
        *_horizons(scale, prognosis["hazard"]["survival"]),
        *_lines(notes, BOTTOM + 110),
    ]
    return _document(_title(prognosis), _description(prognosis["hazard"]), parts, height)


def _explain(prognosis: Mapping[str, Any]) -> str:
    reasons = prognosis["hazard"]["reasons"]
    told = [
        line
        for reason in reasons
        for line in _bullet(f"{reason['detail']} ({reason['code']})", CHARACTERS_IN_BOX)
    ]
    told += _similar(prognosis["similar_patients"], CHARACTERS_IN_BOX)
    notes = list(_model_note(prognosis))
    end = 130 + 22 * len(told)
    parts = [
        *_heading(prognosis),
        f'<rect x="28" y="80" width="744" height="{end - 80}" rx="6" fill="#f2f2f2"/>',
        _text(46, 110, "No survival curve is given", 17, weight=600),
        *(_text(46, 138 + 22 * i, line, 14) for i, line in enumerate(told)),
        *_lines(notes, end + 28),
    ]
    description = " ".join(["The hazard is withheld.", *(reason["detail"] for reason in reasons)])
    return _document(_title(prognosis), description, parts, end + 28 + 17 * len(notes))


def _document(title: str, description: str, parts: Iterable[str], height: int) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" '
        f'aria-labelledby="curve-title curve-description" font-family="{FONT}">'
    )
    words = (
        f'<title id="curve-title">{escape(title)}</title>'
        f'<desc id="curve-description">{escape(description)}</desc>'
    )
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([opening, words, paper, *parts, "</svg>", ""])


def _text(
    x: float,
    y: float,
    words: str,
    size: int = 13,
    *,
    anchor: str = "start",
    fill: str = INK,
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{fill}" font-weight="{weight}">{escape(words)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, extra: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" {extra}/>'
    )


def _lines(lines: Iterable[str], y: float) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _text(28, y + 17 * number, line, 12, fill=SOFT)


def _title(prognosis: Mapping[str, Any]) -> str:
    endpoint = prognosis["endpoint"]
    start = "blood draw" if prognosis["blood_test"] else "index date"
    return f"{TITLES.get(endpoint, endpoint)} from the {start}"


def _heading(prognosis: Mapping[str, Any]) -> Iterator[str]:
    yield _text(28, 38, _title(prognosis), 21, weight=600)
    yield _text(28, 62, " · ".join(_subtitle(prognosis)), 14, fill=SOFT)


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
    interval = f"95 % CI {_figure(ci95[0])} to {_figure(ci95[1])}" if ci95 else ""
    yield from _fact(290, "Hazard ratio against the average patient", _figure(ratio), interval)
    notes = "with the reservations below" if hazard["status"] == "qualified" else ""
    yield from _fact(592, "Status", hazard["status"], notes)


def _fact(x: float, label: str, value: str, aside: str) -> Iterator[str]:
    yield _text(x, 91, label, 12, fill=SOFT)
    yield _text(x, 113, value, 17, weight=600)
    yield _text(x, 131, aside, 12, fill=SOFT)


def _figure(ratio: float) -> str:
    return f"{ratio:.2f}" if 0.1 <= ratio < 100 else f"{ratio:.2g}"


def _median_words(median: Mapping[str, Any]) -> tuple[str, str]:
    if median["months"] is None:
        return f"more than {median['lower_bound_months']:.1f} months", "not reached in follow-up"
    reached = f"{median['months']:.1f} months"
    if median["ci95"] is None:
        return reached, ""
    low, high = ("not reached" if m is None else f"{m:.1f}" for m in median["ci95"])
    return reached, f"95 % CI {low} to {high}"


def _percent(probability: float) -> str:
    rounded = round(100 * probability)
    if rounded == 100 and probability < 1:
        return "> 99 %"
    return "< 1 %" if rounded == 0 and probability > 0 else f"{rounded} %"


def _tick(months: float) -> int:
    return next((every for end, every in TICKS if months <= end), 60)


def _axes(scale: _Scale, every: int, prognosis: Mapping[str, Any]) -> Iterator[str]:
    for percent in range(0, 101, 25):
        y = scale.y(percent / 100)
        yield _line(LEFT, y, RIGHT, y, INK if percent == 0 else GRID)
        yield _text(LEFT - 10, y + 4.5, f"{percent} %", anchor="end", fill=SOFT)
    for months in range(0, int(scale.end) + 1, every):
        x = scale.x(months)
        yield _line(x, BOTTOM, x, BOTTOM + 5, INK)
        yield _text(x, BOTTOM + 21, str(months), anchor="middle", fill=SOFT)
    start = "blood draw" if prognosis["blood_test"] else "index date"
    yield _text(
        (LEFT + RIGHT) / 2, BOTTOM + 42, f"months since the {start}", anchor="middle", fill=SOFT
    )


def _curve(scale: _Scale, steps: Sequence[CurveStep]) -> Iterator[str]:
    band = [(step.months, step.ci95) for step in steps if step.ci95]
    if band:
        low = _staircase(scale, [(months, ci95[0]) for months, ci95 in band])
        high = _staircase(scale, [(months, ci95[1]) for months, ci95 in band])
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*high, *reversed(low)])
        yield f'<polygon points="{outline}" fill="{BAND}"/>'
    corners = _staircase(scale, [(step.months, step.probability) for step in steps])
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    yield (
        f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="2.5" '
        'stroke-linejoin="round"/>'
    )


def _staircase(scale: _Scale, levels: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    corners = [(scale.x(levels[0][0]), scale.y(levels[0][1]))]
    for months, level in levels[1:]:
        x, y = scale.x(months), scale.y(level)
        corners += [(x, corners[-1][1]), (x, y)]
    return corners


def _median(scale: _Scale, median: Mapping[str, Any]) -> Iterator[str]:
    if median["months"] is None:
        return
    x, y = scale.x(median["months"]), scale.y(0.5)
    dashes = 'stroke-width="1.5" stroke-dasharray="6 4"'
    yield _line(LEFT, y, x, y, VERMILION, dashes)
    yield _line(x, y, x, BOTTOM, VERMILION, dashes)
    yield f'<path d="M {x:.1f} {BOTTOM} l -6 -9 h 12 z" fill="{VERMILION}"/>'


def _horizons(scale: _Scale, survival: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield _text(28, BOTTOM + 68, "at risk", 12, fill=SOFT)
    labelled = float(LEFT - CLEARANCE)
    for mark in survival:
        x, y = scale.x(mark["months"]), scale.y(mark["probability"])
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="#ffffff" stroke="{BLUE}" '
            'stroke-width="2.5"/>'
        )
        if x - labelled >= CLEARANCE:
            labelled = x
            yield _mark(x, y, mark["probability"])
            yield _text(x, BOTTOM + 68, f"{mark['at_risk']:,}", 12, anchor="middle", fill=SOFT)


def _mark(x: float, y: float, probability: float) -> str:
    # The curve falls, so above and to the right of a mark there is room but for the band.
    at_edge = x > RIGHT - CLEARANCE
    label = _text(
        x if at_edge else x + 7,
        y - 10,
        _percent(probability),
        14,
        anchor="end" if at_edge else "start",
        weight=600,
    )
    # The white outline keeps the figure readable on the band.
    return label.replace("<text ", '<text paint-order="stroke" stroke="#fff" stroke-width="3" ')


def _notes(prognosis: Mapping[str, Any]) -> Iterator[str]:
    hazard = prognosis["hazard"]
    for reason in hazard["reasons"]:
        yield from _bullet(f"{reason['detail']} ({reason['code']})", CHARACTERS)
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
        f"{_percent(similar['km_12_months'])} at 12 months."
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


def _bullet(words: str, width: int) -> list[str]:
    first, *others = wrap(words, width - 2, break_on_hyphens=False)
    # No-break spaces: ordinary ones at the start of a text element are not drawn.
    return [f"• {first}", *(f"\u00a0\u00a0{line}" for line in others)]


def _description(hazard: Mapping[str, Any]) -> str:
    told = [f"{_percent(mark['probability'])} at {_horizon(mark)}" for mark in hazard["survival"]]
    median, interval = _median_words(hazard["median_survival"])
    horizons = ", ".join(told) or "no horizon in reach"
    half = f"{median} ({interval})" if interval else median
    return f"Probability of survival: {horizons}. Median {half}."


def _horizon(mark: Mapping[str, Any]) -> str:
    if mark["ci95"] is None:
        return f"{mark['months']} months"
    low, high = (_percent(limit) for limit in mark["ci95"])
    return f"{mark['months']} months (95 % interval {low} to {high})"
