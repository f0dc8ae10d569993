"""What a page is written with; every word is escaped here and nowhere else."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 4rem; background: #fff;
  color: #1a1a1a; line-height: 1.5;
  font-family: system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; border-bottom: 1px solid #999; }
p, ul { margin: .5rem 0; }
.limits { border: 2px solid #1a1a1a; padding: 0 1rem .5rem; margin: 1.5rem 0; }
.limits h2 { border: 0; margin: .75rem 0 .25rem; }
.limits ul { padding-left: 1.2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .75rem 0;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid #ccc; overflow-wrap: break-word; }
thead th { border-bottom: 2px solid #1a1a1a; }
tbody th { font-weight: 600; min-width: 9rem; overflow-wrap: anywhere; }
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { max-width: 100%; min-width: 36rem; height: auto; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .wide, figure { overflow: visible; }
  figure svg { min-width: 0; }
  tr, figure, .limits li { break-inside: avoid; }
  h2, caption { break-after: avoid; }
  thead { display: table-header-group; }
}
"""
"""Of the page on a screen of any width and on paper; it loads nothing."""


def page(title: str, parts: Iterable[str]) -> str:
    """Write a whole page."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def heading(level: int, words: str) -> str:
    """Write a heading."""
    return f"<h{level}>{escape(words)}</h{level}>"


def section(title: str, *parts: str) -> str:
    """Write a part of the page under its heading."""
    return "\n".join(["<section>", heading(2, title), *parts, "</section>"])


def warning(title: str, lines: Iterable[str]) -> str:
    """Write what nobody may overlook."""
    items = "\n".join(f"<li>{escape(words)}</li>" for words in lines)
    return f'<section class="limits">\n{heading(2, title)}\n<ul>\n{items}\n</ul>\n</section>'


def paragraph(words: str) -> str:
    """Write a paragraph."""
    return f"<p>{escape(words)}</p>"


def figure(drawing: str) -> str:
    """Set a picture into the page; it names and describes itself."""
    return f"<figure>\n{drawing}</figure>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table whose first column names the rows."""
    named = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join(_row(*row) for row in rows)
    named_by = f'role="region" aria-label="{escape(caption)}" tabindex="0"'
    return (
        f'<div class="wide" {named_by}>\n<table>\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{named}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _row(name: str, *cells: str) -> str:
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(name)}</th>{told}</tr>'
