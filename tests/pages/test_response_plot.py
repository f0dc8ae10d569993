"""The picture of a course: what it marks and where, and that nothing in it collides."""

from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import cast
from xml.etree import ElementTree as ET

import pytest

from app.pages.response_plot import MOST_TREATMENTS, draw
from app.prognosis.courses import Course
from app.prognosis.response import respond
from app.prognosis.serial_groups import SERIAL_SCHEMES
from app.usecases.response import response_content
from app.usecases.service import Service
from tests.pages.pictures import of_class, outside, overlaps, words
from tests.prognosis.courses import a_course, a_draw, given, seen

NOW = cast("Service", SimpleNamespace(now=lambda: datetime(2026, 6, 3, tzinfo=UTC)))


def picture(course: Course, scheme: str = "serial-5") -> ET.Element:
    """Draw a course and parse the picture, which proves it well-formed."""
    told = response_content(NOW, course, respond(course, SERIAL_SCHEMES[scheme]))
    return ET.fromstring(draw({**told, "scheme": scheme}))


def a_long_course() -> Course:
    return a_course(
        [
            *(a_draw(on, count) for on, count in ((-1, 37), (27, 12), (85, 3), (200, 9), (260, 0))),
            a_draw(160, 68, assay="parsortix"),
            a_draw(205, 9, status="entered_in_error"),
        ],
        given(0, "trastuzumab + pertuzumab", end=180),
        given(0, "paclitaxel", end=120),
        given(190, "trastuzumab deruxtecan, given every three weeks until progression", 2),
        seen(70, "partial-response"),
        seen(74, "stable", "clinical"),
        seen(180, "progression"),
        seen(250, "complete-response"),
        her2_status="positive",
    )


def y_of(element: ET.Element) -> float:
    return float(element.attrib["cy"])


def test_a_higher_count_stands_higher_and_equal_ratios_of_one_more_equally_far() -> None:
    # 1 + count: 1, 4, 16, 64.
    counts = (0, 3, 15, 63)
    svg = picture(a_course([a_draw(30 * i, count) for i, count in enumerate(counts)]))

    heights = [y_of(mark) for mark in of_class(svg, "draw")]
    steps = [one - other for one, other in pairwise(heights)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.11)
    assert steps[0] > 20


@pytest.mark.parametrize(("scheme", "cut_off"), [("serial-5", 5), ("serial-1", 1)])
def test_the_dashed_line_is_the_cut_off_of_the_scheme(scheme: str, cut_off: int) -> None:
    svg = picture(a_course([a_draw(-1, cut_off), a_draw(27, 60)]), scheme)

    (dashed,) = (each for each in svg.iter() if each.get("stroke-dasharray"))
    assert float(dashed.attrib["y1"]) == pytest.approx(y_of(of_class(svg, "draw")[0]))
    assert f"cut-off of {cut_off}" in words(svg)


def test_every_draw_treatment_and_assessment_has_its_mark() -> None:
    svg = picture(a_long_course())

    kinds = ("draw", "other-draw", "withdrawn", "treatment", "assessment")
    assert [len(of_class(svg, kind)) for kind in kinds] == [5, 1, 1, 3, 4]
    told = words(svg)
    assert all(letters in told for letters in ("PR", "PD", "CR"))
    assert "(her2-positive-on-anti-her2)" in told


def test_nothing_lies_upon_something_else_nor_outside() -> None:
    for course in (a_long_course(), a_course([a_draw(-1, 3)]), a_course([], seen(9, "stable"))):
        svg = picture(course)

        assert (overlaps(svg), outside(svg)) == ([], [])


def test_the_bar_of_a_treatment_reaches_from_its_start_to_its_end() -> None:
    svg = picture(a_course([a_draw(0, 9), a_draw(100, 9)], given(0, end=100), given(50)))

    first, last = (float(mark.attrib["cx"]) for mark in of_class(svg, "draw"))
    ended, goes_on = (
        (float(bar.attrib["x"]), float(bar.attrib["width"])) for bar in of_class(svg, "treatment")
    )
    assert ended == pytest.approx((first, last - first), abs=0.11)
    assert goes_on[0] == pytest.approx((first + last) / 2, abs=0.11)
    assert sum(goes_on) > last


def test_more_treatments_than_fit_are_counted() -> None:
    told = [given(place, end=place + 1) for place in range(MOST_TREATMENTS + 2)]

    svg = picture(a_course([a_draw(0, 3)], *told))

    assert len(of_class(svg, "treatment")) == MOST_TREATMENTS
    assert "2 earlier treatments are not drawn." in words(svg)


def test_counts_of_any_size_stay_in_the_plot() -> None:
    svg = picture(a_course([a_draw(0, 1_000_000), a_draw(3000, 0)]))

    assert (overlaps(svg), outside(svg)) == ([], [])
    assert all(114 <= y_of(mark) <= 374 for mark in of_class(svg, "draw"))


def test_it_describes_itself_and_never_names_the_patient_or_a_sample() -> None:
    svg = picture(a_long_course())

    description = svg.find("{http://www.w3.org/2000/svg}desc")
    assert description is not None
    assert "2024-01-07: 37 CTC" in (description.text or "")
    assert "progression (imaging)" in (description.text or "")
    drawn = ET.tostring(svg, encoding="unicode")
    assert all(name not in drawn for name in ("P-1", "A-27", "T-0", "S-70"))


def test_of_a_person_without_anything_it_says_so() -> None:
    assert "No draw, no treatment and no assessment is recorded." in words(picture(a_course([])))
