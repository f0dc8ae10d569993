"""The picture of one person's course: counts over time, above what was given and what was seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log1p
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
from app.prognosis.response import CAUTIONS
from app.prognosis.serial_groups import SERIAL_SCHEMES

LEFT, RIGHT, TOP, BOTTOM = 84, 762, 114, 374
"""Pixels that enclose the counts."""

ROW = 32
"""Pixels of a treatment: its name above its bar."""

MOST_TREATMENTS = 12
"""Rows that are drawn: the latest."""

COUNTS = (10, 50, 100, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000)
"""Ticks above the cut-offs, on the scale of log(1 + count)."""

NOTE_CHARACTERS = 100
"""Of small type on one line, in the widest of the fonts."""

CLEARANCE_X, CLEARANCE_Y = 34, 15
"""Pixels between two figures beside each other, and above each other; marks stay anyway."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two ticks; the first with which there are few enough."""

MOST_TICKS = 9

BAR = "#8fb3c9"
"""Of a treatment: a grey in print, with its name in ink above."""

SIGNS = {
    "complete-response": ("CR", "M {x} {y} m 0 -7 l 7 12 h -14 z", BLUE),
    "partial-response": ("PR", "M {x} {y} m 0 -7 l 7 12 h -14 z", "#ffffff"),
    "stable": ("SD", "M {x} {y} m -7 -3 h 14 v 6 h -14 z", "#ffffff"),
    "progression": ("PD", "M {x} {y} m 0 6 l 7 -12 h -14 z", VERMILION),
}
"""Letters, shape and filling of each status: told apart without colour."""

CODES = (
    "CR complete response, PR partial response, SD stable, PD progression; in brackets without"
    " imaging."
)


@dataclass(frozen=True)
class Axes:
    """Days and counts to the pixels of the plot."""

    first: date
    last: date
    top: int

    def x(self, day: str) -> float:
        """Place a day."""
        return self.at(date.fromisoformat(day))

    def at(self, day: date) -> float:
        """Place a day of the calendar."""
        days, of = (day - self.first).days, max((self.last - self.first).days, 1)
        return LEFT + 14 + (RIGHT - LEFT - 28) * days / of

    def y(self, count: int) -> float:
        """Place a count."""
        return BOTTOM - (BOTTOM - TOP) * log1p(count) / log1p(self.top)

    def ticks(self) -> list[date]:
        """List the days written below the axis: the first of some months, or the ends."""
        start, end = (day.year * 12 + day.month - 1 for day in (self.first, self.last))
        every = next(step for step in STEPS if (end - start) / step <= MOST_TICKS or step == 120)
        numbers = range(start - start % every, end + 1, every)
        days = [date(number // 12, number % 12 + 1, 1) for number in numbers]
        shown = [day for day in days if day >= self.first]
        return shown if len(shown) > 1 else sorted({self.first, self.last})


def draw(told: Mapping[str, Any]) -> str:
    """Draw a course as it is told in JSON, or say in words that there is none."""
    days = [day for kind in (told["draws"], told["treatments"], told["assessments"])
            for each in kind for name, day in each.items() if name in DAYS and day]  # fmt: skip
    if not days:
        return _explain(told)
    axes = _axes(told, days)
    treatments = told["treatments"][-MOST_TREATMENTS:]
    seen = BOTTOM + 52 + ROW * len(treatments)
    notes = list(_notes(told))
    below = seen + (62 if told["assessments"] else 14)
    parts = [
        *heading("Circulating tumour cells over time", _subtitle(told)),
        text(MARGIN, TOP - 22, "CTC in the tube", 12, fill=SOFT),
        *_grid(axes, _cut_off(told)),
        *_counts(axes, told["draws"]),
        *(
            part
            for number, each in enumerate(treatments)
            for part in _bar(axes, each, BOTTOM + 62 + ROW * number)
        ),
        *_assessments(axes, told["assessments"], seen + 14),
        *small_lines(notes, below),
    ]
    title = "Circulating tumour cells over time"
    return document("response", title, _words(told), parts, below + 17 * len(notes))


DAYS = ("drawn_on", "started_on", "ended_on", "assessed_on")


def _explain(told: Mapping[str, Any]) -> str:
    why = "No draw, no treatment and no assessment is recorded."
    explanation, end = box("Nothing can be drawn", [why])
    title = "Circulating tumour cells over time"
    use = small_lines([_use(told)], end + 28)
    return document("response", title, why, [*heading(title, ""), *explanation, *use], end + 45)


def _axes(told: Mapping[str, Any], days: Sequence[str]) -> Axes:
    highest = max([10, *(each["ctc_count"] for each in told["draws"])])
    first, last = (date.fromisoformat(day) for day in (min(days), max(days)))
    return Axes(first, last, highest + highest // 4)


def _cut_off(told: Mapping[str, Any]) -> int:
    group = told["serial_group"]
    return int(group["cut_off"]) if group else SERIAL_SCHEMES[told["scheme"]].cut_off


def _subtitle(told: Mapping[str, Any]) -> str:
    group, change = told["serial_group"], told["change"]
    if group is None:
        return "No serial group"
    counts = {each["serial"]: each["ctc_count"] for each in told["draws"]}
    return (
        f"{group['scheme']}: {group['group']} ({group['label']}) ·"
        f" {counts['first']:,} to {counts['second']:,} CTC in {change['days']:,} days"
    )


def _grid(axes: Axes, cut_off: int) -> Iterator[str]:
    written = [axes.y(count) for count in (0, cut_off)]
    for count in (0, 1, 5, *COUNTS):
        y = axes.y(count)
        free = all(abs(y - other) >= CLEARANCE_Y for other in written)
        if count > axes.top or not (free or count in (0, cut_off)):
            continue
        written.append(y)
        is_cut = count == cut_off
        dashes = 'stroke-width="1.5" stroke-dasharray="7 4"' if is_cut else ""
        colour = VERMILION if is_cut else INK if count == 0 else GRID
        yield line(LEFT, y, RIGHT, y, colour, dashes)
        fill, weight = (VERMILION, 600) if is_cut else (SOFT, 400)
        yield text(LEFT - 10, y + 4.5, f"{count:,}", anchor="end", fill=fill, weight=weight)
    for day in axes.ticks():
        x = axes.at(day)
        yield line(x, BOTTOM, x, BOTTOM + 5, INK)
        number = f"{day.day} " if day.day > 1 else ""
        words = f"{number}{MONTHS[day.month - 1]} {day.year}"
        yield text(x, BOTTOM + 21, words, 12, anchor="middle", fill=SOFT)


def _counts(axes: Axes, draws: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    points = [(axes.x(each["drawn_on"]), axes.y(each["ctc_count"]), each) for each in draws]
    joined = path((x, y) for x, y, each in points if each["is_comparable"])
    yield f'<polyline points="{joined}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    for x, y, each in points:
        yield _mark(x, y, each)
    labelled: list[float] = []
    for x, y, each in sorted(points, key=lambda point: point[2]["serial"] is None):
        if all(abs(x - other) >= CLEARANCE_X for other in labelled):
            labelled.append(x)
            label = text(x, y - 11, f"{each['ctc_count']:,}", 13, anchor="middle", weight=600)
            # The white outline keeps the figure readable on the lines.
            outline = 'paint-order="stroke" stroke="#fff" stroke-width="3"'
            yield label.replace("<text ", f"<text {outline} ", 1)


def _mark(x: float, y: float, each: Mapping[str, Any]) -> str:
    if each["status"] in ("cancelled", "entered_in_error"):
        cross = f"M {x - 4:.1f} {y - 4:.1f} l 8 8 m 0 -8 l -8 8"
        return f'<path class="withdrawn" d="{cross}" stroke="{SOFT}" stroke-width="2"/>'
    name, fill = ("draw", BLUE) if each["is_comparable"] else ("other-draw", "#ffffff")
    return (
        f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}"'
        f' stroke="{BLUE}" stroke-width="2"/>'
    )


def _bar(axes: Axes, treatment: Mapping[str, Any], y: float) -> Iterator[str]:
    start = axes.x(treatment["started_on"])
    end = axes.x(treatment["ended_on"]) if treatment["ended_on"] else float(RIGHT)
    yield (
        f'<rect class="treatment" x="{start:.1f}" y="{y:.1f}" width="{max(end - start, 3):.1f}"'
        f' height="8" fill="{BAR}"/>'
    )
    if not treatment["ended_on"]:
        yield f'<path d="M {end:.1f} {y - 4:.1f} l 10 8 l -10 8 z" fill="{BAR}"/>'
    words = f"line {treatment['line']}: {treatment['regimen']}"
    # A long name ends where the plot does, whatever its bar.
    room = start + 6.4 * len(words) <= RIGHT
    yield text(start if room else RIGHT, y - 5, words, 12, anchor="start" if room else "end")


def _assessments(axes: Axes, seen: Sequence[Mapping[str, Any]], y: float) -> Iterator[str]:
    if seen:
        yield text(MARGIN, y + 4, "seen", 12, fill=SOFT)
    labelled = -float(CLEARANCE_X)
    for each in seen:
        x = axes.x(each["assessed_on"])
        letters, shape, fill = SIGNS[each["status"]]
        place = shape.format(x=f"{x:.1f}", y=f"{y:.1f}")
        yield f'<path class="assessment" d="{place}" fill="{fill}" stroke="{INK}"/>'
        if x - labelled >= CLEARANCE_X:
            labelled = x
            words = letters if each["method"] == "imaging" else f"({letters})"
            yield text(x, y + 23, words, 12, anchor="middle")


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"Dashed: cut-off of {_cut_off(told)}. The scale of counts is that of log(1 + count)."
    if any(not each["is_comparable"] for each in told["draws"]):
        yield ("Hollow: not a released CellSearch count in 7.0 to 8.0 mL. Crossed: withdrawn.")
    if told["assessments"]:
        yield CODES
    hidden = len(told["treatments"]) - MOST_TREATMENTS
    if hidden > 0:
        yield f"{hidden} earlier treatments are not drawn."
    if told["serial_group"]:
        yield from _serial_notes(told)
    else:
        reason = told["reason"]
        yield from bullet(f"{reason['detail']} ({reason['code']})", NOTE_CHARACTERS)
    for code in told["cautions"]:
        yield from bullet(f"{CAUTIONS[code]} ({code})", NOTE_CHARACTERS)
    yield _use(told)


def _serial_notes(told: Mapping[str, Any]) -> Iterator[str]:
    group, change = told["serial_group"], told["change"]
    low, high = (as_ratio(limit) for limit in change["ci95"])
    least, most = (as_ratio(limit) for limit in change["repeat_draw_range"])
    yield from wrap(
        f"1 + count changed by a factor of {as_ratio(change['ratio'])} (95 % interval of the mean"
        f" counts {low} to {high}); where nothing changed, 95 % of second draws give {least} to"
        f" {most}. Repeats of both draws would make another group with probability"
        f" {as_percent(group['repeat_draws_other_group'])}.",
        NOTE_CHARACTERS,
    )
    medians = ", ".join(
        f"{TITLES[each['endpoint']].lower()} {each['months']:g} months"
        for each in group["published"]
    )
    yield from wrap(_of_landmark(told), NOTE_CHARACTERS)
    yield from wrap(
        f"Published medians of {group['group']}: {medians}. {group['source']}", NOTE_CHARACTERS
    )


def _of_landmark(told: Mapping[str, Any]) -> str:
    found = told["landmark"]
    if found is None:
        return str(told["landmark_reason"]["detail"])
    weeks = found["window"].removeprefix("weeks-").replace("-", " to ")
    limits = ""
    if found["ci95"]:
        limits = f" (95 % interval {' to '.join(as_ratio(each) for each in found['ci95'])})"
    return (
        f"The model of draws in weeks {weeks} gives a hazard ratio of"
        f" {as_ratio(found['hazard_ratio'])}{limits} against {found['reference']}."
    )


def _use(told: Mapping[str, Any]) -> str:
    words = str(told["use"])
    return f"{words[:1].upper()}{words[1:]}."


def _words(told: Mapping[str, Any]) -> str:
    draws = (f"{each['drawn_on']}: {each['ctc_count']:,} CTC" for each in told["draws"])
    given = (
        f"line {each['line']}, {each['regimen']}, from {each['started_on']}"
        + (f" to {each['ended_on']}" if each["ended_on"] else "")
        for each in told["treatments"]
    )
    seen = (
        f"{each['assessed_on']}: {each['status'].replace('-', ' ')} ({each['method']})"
        for each in told["assessments"]
    )
    return f"{_subtitle(told)}. {'; '.join([*draws, *given, *seen])}."
