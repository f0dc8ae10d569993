"""The picture of predicted against observed risk at each horizon, or why there is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from app.pages.drawing import (
    BLUE,
    GRID,
    INK,
    SOFT,
    STARTS,
    TITLES,
    VERMILION,
    box,
    bullet,
    document,
    heading,
    line,
    path,
    small_lines,
    text,
)
from app.prognosis.measured import has_figure

LEFT, SIDE, BELOW = 92, 320, 58
"""Pixels: where a plot starts, how long its side is, and what its axis takes below."""

WORDS, CHARACTERS = 452, 44
"""Pixel at which the words beside a plot start, and how many fit on one line."""

SMALL_CHARACTERS = 120
"""How many fit on one of the small lines below."""

TOP = 96
"""Pixel at which the first horizon starts."""

ENDS = ((0.1, 0.02), (0.2, 0.05), (0.5, 0.1), (0.75, 0.25), (1.0, 0.25))
"""Ends of an axis, each with the step of its ticks."""

KEY = (
    ("square", "groups by predicted risk, 95 % interval"),
    ("curve", "smoothed"),
    ("ideal", "where prediction and observation agree"),
)
"""What is drawn, and what it means."""


@dataclass(frozen=True)
class _Plot:
    """Where one horizon is drawn, and risks to pixels."""

    top: float
    end: float

    @property
    def bottom(self) -> float:
        return self.top + SIDE

    def at(self, predicted: float, observed: float) -> tuple[float, float]:
        return LEFT + SIDE * predicted / self.end, self.bottom - SIDE * observed / self.end


TITLE = "Calibration: predicted against observed risk"
"""Of the picture."""


def draw(report: Mapping[str, Any]) -> str:
    """Draw the calibration of a model as told in its report, one plot below the other."""
    entries = report["checks"]["calibration"] or ()
    drawn = [entry for entry in entries if has_figure(entry)]
    if not drawn:
        return _explain(report)
    missing = [entry for entry in entries if not has_figure(entry)]
    return _drawn(report["model"], drawn, "calibration", missing)


def draw_each(report: Mapping[str, Any]) -> list[str]:
    """Draw a picture for each horizon, none higher than a sheet of paper."""
    return [
        _drawn(report["model"], [entry], f"calibration-{place}")
        for place, entry in enumerate(filter(has_figure, report["checks"]["calibration"]), start=1)
    ]


def _drawn(
    model: Mapping[str, Any],
    entries: Sequence[Mapping[str, Any]],
    name: str,
    missing: Sequence[Mapping[str, Any]] = (),
) -> str:
    parts = [*heading(TITLE, _subtitle(model))]
    top = float(TOP)
    for entry in entries:
        drawn, height = _horizon(entry, top)
        parts += drawn
        top += height
    left_out = [_left_out(entry) for entry in missing]
    told = [line for words in left_out for line in wrap(words, SMALL_CHARACTERS)]
    told.append("Prognostic; does not select treatment.")
    parts += small_lines(told, top + 10)
    words = [" ".join(calibration_words(entry)) for entry in entries]
    return document(name, TITLE, " ".join([*words, *left_out]), parts, top + 12 + 18 * len(told))


def _left_out(entry: Mapping[str, Any]) -> str:
    return f"Not measured at {entry['months']:g} months, {_where(entry)}{_because(entry)}."


def calibration_words(entry: Mapping[str, Any]) -> list[str]:
    """Say in sentences how a model is calibrated at one horizon."""
    return [f"At {entry['months']:g} months, {_where(entry)}: {_people(entry)}", *_judged(entry)]


def _people(entry: Mapping[str, Any]) -> str:
    return f"{_number(entry, 'patients')} patients, {_number(entry, 'events')} events."


def _judged(entry: Mapping[str, Any]) -> list[str]:
    # On its own rows an unpenalised model has slope one, whatever it is worth.
    has_slope = entry.get("held_out") or entry.get("slope") is not None
    return [_ratio_words(entry), *([_slope_words(entry)] if has_slope else []), *_others(entry)]


def _where(entry: Mapping[str, Any]) -> str:
    if entry.get("held_out"):
        return "in the latest patients, held out of the fit"
    return "in the patients of the fit"


def _number(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return "an unknown number of" if value is None else f"{value:,}"


def _ratio_words(entry: Mapping[str, Any]) -> str:
    value, ci95 = entry.get("o_e"), entry.get("o_e_ci95")
    if value is None:
        return f"Observed over expected: not measured{_because(entry)}."
    words = f"Observed over expected {value:.2f}{_interval(ci95)}"
    if ci95 is None:
        return f"{words}."
    if ci95[0] > 1:
        return f"{words}: more events than predicted, the risk is predicted too low."
    if ci95[1] < 1:
        return f"{words}: fewer events than predicted, the risk is predicted too high."
    return f"{words}: the interval holds 1, where as many are seen as predicted."


def _slope_words(entry: Mapping[str, Any]) -> str:
    value, ci95 = entry.get("slope"), entry.get("slope_ci95")
    if value is None:
        return "Slope: not measured."
    words = f"Slope {value:.2f}{_interval(ci95)}"
    if ci95 is None:
        return f"{words}; 1 is ideal."
    if ci95[0] > 1:
        return f"{words}: the predictions differ less than the risks do."
    if ci95[1] < 1:
        return f"{words}: the predictions are too extreme."
    return f"{words}: the interval holds the ideal 1."


def _others(entry: Mapping[str, Any]) -> Iterator[str]:
    if entry.get("concordance") is not None:
        yield f"Concordance in these patients {entry['concordance']:.2f}."
    if entry.get("ici") is not None:
        yield (
            f"Predicted and smoothed observed risk are {100 * entry['ici']:.1f} points apart on "
            f"average{_without_optimism(entry)}."
        )


def _without_optimism(entry: Mapping[str, Any]) -> str:
    found = (entry.get("corrected") or {}).get("ici")
    return f", {100 * found['value']:.1f} without optimism" if found else ""


def _interval(ci95: Sequence[float] | None) -> str:
    return f" (95 % interval {ci95[0]:.2f} to {ci95[1]:.2f})" if ci95 else ""


def _because(entry: Mapping[str, Any]) -> str:
    return f" ({entry['detail']})" if entry.get("detail") else ""


def _explain(report: Mapping[str, Any]) -> str:
    why = next(
        (each["detail"] for each in report["not_measured"] if each["check"] == "calibration"), None
    )
    told = bullet(f"Not measured: {why or 'the reason was not recorded'}.", 88)
    told += bullet(
        "Whether predicted risks agree with what became of patients is therefore not known.", 88
    )
    parts, end = box("No calibration is shown", told)
    description = " ".join(words.lstrip("•\u00a0 ") for words in told)
    parts = [*heading(TITLE, _subtitle(report["model"])), *parts]
    return document("calibration", TITLE, description, parts, end + 28)


def _subtitle(model: Mapping[str, Any]) -> str:
    endpoint = TITLES.get(model["endpoint"], model["endpoint"])
    return f"{endpoint} from the {STARTS[model['clock']]}, {model['setting']}"


def _horizon(entry: Mapping[str, Any], top: float) -> tuple[list[str], float]:
    said = [_people(entry), *_judged(entry)]
    words = [told for each in said for told in [*wrap(each, CHARACTERS), ""]]
    heads = [text(28, top + 12, f"{entry['months']:g} months, {_where(entry)}", 15, weight=600)]
    if not (_points(entry, "groups") or _points(entry, "curve")):
        heads += [
            text(46, top + 40 + 18 * i, told, 13)
            for i, told in enumerate([*words, "No points were kept to draw."])
        ]
        return heads, 40 + 18 * len(words) + 40
    plot = _Plot(top + 28, _end(entry))
    drawn = [
        *heads,
        *_axes(plot),
        *_curve(plot, _points(entry, "curve")),
        *_groups(plot, _points(entry, "groups")),
        *(text(WORDS, plot.top + 12 + 18 * i, told, 13) for i, told in enumerate(words)),
        *_key(plot.top + 26 + 18 * len(words), entry),
    ]
    return drawn, max(28 + SIDE + BELOW, 28 + 18 * (len(words) + 5)) + 24


def _points(entry: Mapping[str, Any], of: str) -> list[Mapping[str, Any]]:
    # Of a group that nobody was followed long enough in, nothing was observed.
    return [point for point in entry.get(of) or [] if point.get("observed") is not None]


def _end(entry: Mapping[str, Any]) -> float:
    points = [*_points(entry, "groups"), *_points(entry, "curve")]
    risks = [risk for point in points for risk in (point["predicted"], point["observed"])]
    risks += [point["ci95"][1] for point in points if point.get("ci95")]
    return next((end for end, _ in ENDS if end >= max(risks)), 1.0)


def _axes(plot: _Plot) -> Iterator[str]:
    step = dict(ENDS)[plot.end]
    for place in range(round(plot.end / step) + 1):
        x, y = plot.at(place * step, place * step)
        yield line(LEFT, y, LEFT + SIDE, y, INK if place == 0 else GRID)
        yield line(x, plot.bottom, x, plot.bottom + 5, INK)
        yield text(LEFT - 10, y + 4.5, f"{100 * place * step:.0f} %", anchor="end", fill=SOFT)
        yield text(x, plot.bottom + 21, f"{100 * place * step:.0f} %", anchor="middle", fill=SOFT)
    middle = plot.top + SIDE / 2
    yield text(LEFT + SIDE / 2, plot.bottom + 42, "predicted risk", anchor="middle", fill=SOFT)
    label = text(38, middle, "observed risk", anchor="middle", fill=SOFT)
    yield label.replace("<text ", f'<text transform="rotate(-90 38 {middle:.1f})" ')
    (x1, y1), (x2, y2) = plot.at(0, 0), plot.at(plot.end, plot.end)
    yield line(x1, y1, x2, y2, SOFT, 'stroke-width="1.5" stroke-dasharray="6 4" class="ideal"')


def _curve(plot: _Plot, curve: Sequence[Mapping[str, float]]) -> Iterator[str]:
    if curve:
        points = [plot.at(each["predicted"], each["observed"]) for each in curve]
        yield (
            f'<polyline points="{path(points)}" fill="none" stroke="{VERMILION}" '
            'stroke-width="2.5" stroke-linejoin="round"/>'
        )


def _groups(plot: _Plot, groups: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for group in groups:
        x, y = plot.at(group["predicted"], group["observed"])
        if group.get("ci95"):
            (_, low), (_, high) = (plot.at(0, min(limit, plot.end)) for limit in group["ci95"])
            yield line(x, low, x, high, BLUE, 'stroke-width="2" class="interval"')
        yield (
            f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" fill="{BLUE}" '
            'class="group"/>'
        )


def _key(top: float, entry: Mapping[str, Any]) -> Iterator[str]:
    drawn = {"square": _points(entry, "groups"), "curve": _points(entry, "curve"), "ideal": True}
    y = top
    for shape, meaning in KEY:
        if drawn[shape]:
            yield _sign(shape, y)
            yield text(WORDS + 38, y + 4, meaning, 12, fill=SOFT)
            y += 20


def _sign(shape: str, y: float) -> str:
    middle = WORDS + 14
    if shape == "square":
        return f'<rect x="{middle - 4.5}" y="{y - 4.5:.1f}" width="9" height="9" fill="{BLUE}"/>'
    if shape == "curve":
        return line(WORDS, y, WORDS + 28, y, VERMILION, 'stroke-width="2.5"')
    return line(WORDS, y, WORDS + 28, y, SOFT, 'stroke-width="1.5" stroke-dasharray="6 4"')
