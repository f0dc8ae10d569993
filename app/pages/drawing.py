"""What every picture is drawn with: colours, type, lines, and a document that describes itself."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from xml.sax.saxutils import escape

WIDTH = 800
"""Pixels; a picture scales with its page."""

MARGIN = 28
"""Pixels left and right of everything."""

CHARACTERS = 116
"""Of small type that fit on one line."""

# Okabe and Ito's blue and vermilion: told apart by every kind of colour vision, and as two greys
# in print; the marks also differ in shape.
BLUE, VERMILION = "#0072b2", "#b34a00"
INK, SOFT, GRID = "#1a1a1a", "#555555", "#dddddd"

FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"

TITLES = {
    "overall_survival": "Overall survival",
    "progression_free_survival": "Progression-free survival",
    "disease_free_survival": "Disease-free survival",
}
"""Endpoints as a person reads them."""

STARTS = {
    "draw": "blood draw",
    "index_date": "index date",
    "weeks-3-5": "blood draw in weeks 3 to 5",
    "weeks-6-8": "blood draw in weeks 6 to 8",
    "weeks-9-14": "blood draw in weeks 9 to 14",
}
"""Clocks by what starts them."""

MONTH_TICKS = ((12, 3), (36, 6), (120, 12), (240, 24))
"""Up to so many months, a tick every so many."""


def document(name: str, title: str, description: str, parts: Iterable[str], height: float) -> str:
    """Wrap a drawing with what a screen reader is told; the name keeps two on one page apart."""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
        f'width="{WIDTH}" height="{height:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-description" font-family="{FONT}">'
    )
    words = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc>'
    )
    paper = f'<rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>'
    return "\n".join([opening, words, paper, *parts, "</svg>", ""])


def text(
    x: float,
    y: float,
    words: str,
    size: int = 13,
    *,
    anchor: str = "start",
    fill: str = INK,
    weight: int = 400,
) -> str:
    """Set one line of type."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{fill}" font-weight="{weight}">{escape(words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, extra: str = "") -> str:
    """Draw one straight line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" {extra}/>'
    )


def small_lines(lines: Iterable[str], y: float) -> Iterator[str]:
    """Set lines of small type below each other."""
    for number, words in enumerate(lines):
        yield text(MARGIN, y + 17 * number, words, 12, fill=SOFT)


def heading(title: str, subtitle: str) -> Iterator[str]:
    """Set the title of a picture and the line below it."""
    yield text(MARGIN, 38, title, 21, weight=600)
    yield text(MARGIN, 62, subtitle, 14, fill=SOFT)


def box(title: str, lines: Iterable[str]) -> tuple[list[str], int]:
    """Say in a box why there is no drawing; tell where it ends."""
    told = list(lines)
    end = 130 + 22 * len(told)
    parts = [
        f'<rect x="28" y="80" width="744" height="{end - 80}" rx="6" fill="#f2f2f2"/>',
        text(46, 110, title, 17, weight=600),
        *(text(46, 138 + 22 * i, words, 14) for i, words in enumerate(told)),
    ]
    return parts, end


def bullet(words: str, width: int) -> list[str]:
    """Break an item of a list into lines."""
    first, *others = wrap(words, width - 2, break_on_hyphens=False)
    # No-break spaces: ordinary ones at the start of a text element are not drawn.
    return [f"• {first}", *(f"\u00a0\u00a0{line}" for line in others)]


def staircase(
    points: Iterable[tuple[float, float]],
) -> list[tuple[float, float]]:
    """Give the corners of a step function that holds each level until the next."""
    first, *others = points
    corners = [first]
    for x, y in others:
        corners += [(x, corners[-1][1]), (x, y)]
    return corners


def path(points: Iterable[tuple[float, float]]) -> str:
    """Write points as an attribute."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def month_tick(months: float) -> int:
    """Choose how many months lie between two ticks of an axis that ends there."""
    return next((every for end, every in MONTH_TICKS if months <= end), 60)


def as_percent(probability: float) -> str:
    """Round a probability; what is not certain is never said to be."""
    rounded = round(100 * probability)
    if rounded == 100 and probability < 1:
        return "> 99 %"
    return "< 1 %" if rounded == 0 and probability > 0 else f"{rounded} %"


def as_ratio(value: float) -> str:
    """Round a ratio to two decimals, or to two digits where these would hide it."""
    return f"{value:.2f}" if 0.1 <= value < 100 else f"{value:.2g}"
