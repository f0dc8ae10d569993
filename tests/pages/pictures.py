"""What a picture says and where, read from its XML."""

from itertools import combinations
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"

EMS = 0.6
"""Width of a character in sizes of its type: that of the widest of the fonts named, on average."""


def words(svg: ET.Element) -> str:
    """All the type of a picture, in the order it is set."""
    return " ".join(element.text or "" for element in svg.iter(f"{SVG}text"))


def of_class(svg: ET.Element, name: str) -> list[ET.Element]:
    """The marks of one kind."""
    return [element for element in svg.iter() if element.get("class") == name]


def box_of(element: ET.Element) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a line of type."""
    x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
    width = EMS * size * len(element.text or "")
    left = {"start": x, "middle": x - width / 2, "end": x - width}[element.attrib["text-anchor"]]
    return left, left + width, y - 0.75 * size, y + 0.2 * size


def overlaps(svg: ET.Element) -> list[tuple[str | None, str | None]]:
    """Pairs of lines of type that lie upon each other; what is turned is left out."""
    lines = [each for each in svg.iter(f"{SVG}text") if "transform" not in each.attrib]
    found = []
    for one, other in combinations(lines, 2):
        left, right, top, bottom = box_of(one)
        left2, right2, top2, bottom2 = box_of(other)
        if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
            found.append((one.text, other.text))
    return found


def outside(svg: ET.Element) -> list[str | None]:
    """Lines of type that leave the picture; what is turned is left out."""
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    lines = [each for each in svg.iter(f"{SVG}text") if "transform" not in each.attrib]
    boxes = [(each.text, box_of(each)) for each in lines]
    return [
        words
        for words, (left, right, top, bottom) in boxes
        if left < 0 or right > width or top < 0 or bottom > height
    ]
