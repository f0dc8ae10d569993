"""The picture of a pool says what the fit says, to scale, or why it says nothing."""

from math import log
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.pages.pool_plot import LARGEST, LEFT, RIGHT, WHY_NOT, draw
from tests.pages.pictures import SVG, of_class, outside, overlaps, words

Json = dict[str, Any]


def an_effect(ratio: float, low: float, high: float, error: float = 0.1) -> Json:
    return {
        "coefficient": log(ratio),
        "standard_error": error,
        "hazard_ratio": ratio,
        "ci95": [low, high],
    }


def a_member(name: str, effect: Json | None, events: int = 40) -> Json:
    return {
        "organisation": name,
        "patients_at_least": 2 * events,
        "events_at_least": events,
        "alone": effect,
        "held_out": None,
    }


MEMBERS = [
    a_member("hospital-a", an_effect(1.25, 1.1, 1.6)),
    a_member("hospital-b", an_effect(0.8, 0.6, 1.1, error=0.2)),
    a_member("hospital-c", None, events=5),
]


def a_fit(members: list[Json] | None = None, **members_of_result: Any) -> Json:
    return {
        "status": "done",
        "request": {
            "endpoint": "overall_survival",
            "setting": "non_metastatic",
            "data_cutoff": "2026-10-31",
        },
        "result": {
            "covariates": ["log1p_ctc"],
            "patients_at_least": 1940,
            "events_at_least": 1200,
            "coefficients": [{"covariate": "log1p_ctc", **an_effect(1.2, 1.1, 1.3)}],
            "compared_by": "log1p_ctc",
            "organisations": MEMBERS if members is None else members,
            "left_out": ["hospital-d"],
            "heterogeneity": {
                "estimates": 2,
                "q": 4.25,
                "degrees_of_freedom": 1,
                "p": 0.0393,
                "i_squared": 0.765,
                "tau_squared": 0.0312,
                "common": an_effect(1.2, 1.1, 1.3),
                "average": an_effect(1.1, 0.9, 1.4),
            },
            "cautions": [],
            **members_of_result,
        },
    }


def picture(told: Json) -> ET.Element:
    """Draw a fit and parse the picture, which proves it well-formed."""
    return ET.fromstring(draw(told))


def test_estimates_and_limits_stand_on_a_logarithmic_axis() -> None:
    # From 0.5 to 2: 1 in the middle of 258 to 560, 1.25 at 258 + 302 * log(2.5) / log(4).
    svg = picture(a_fit())

    (one,) = of_class(svg, "one")
    first, second = of_class(svg, "estimate")
    low, high = (float(of_class(svg, "interval")[0].attrib[name]) for name in ("x1", "x2"))
    assert float(one.attrib["x1"]) == (LEFT + RIGHT) / 2 == 409.0
    assert float(first.attrib["x"]) + LARGEST / 2 == pytest.approx(457.6, abs=0.11)
    assert low == pytest.approx(258 + 302 * log(2.2) / log(4), abs=0.051)
    assert high == pytest.approx(258 + 302 * log(3.2) / log(4), abs=0.051)
    # Twice the error, a quarter of the weight: half the side.
    assert float(first.attrib["width"]) == LARGEST == 2 * float(second.attrib["width"])


def test_the_figures_stand_beside_the_marks() -> None:
    shown = words(picture(a_fit()))

    assert "hospital-a (40+) 1.25 (1.10 to 1.60)" in shown
    assert "hospital-c (5+) no estimate of its own" in shown
    assert "All, stratified 1.20 (1.10 to 1.30)" in shown
    assert "Average of differing effects 1.10 (0.90 to 1.40)" in shown
    assert "Q = 4.2 on 1 degrees of freedom, p = 0.039; I² = 76 %; τ² = 0.031" in shown
    assert "at least 1,940 patients with 1,200 events to 2026-10-31" in shown
    assert "Fewer than five events: hospital-d." in shown


def test_the_diamonds_end_at_the_limits() -> None:
    stratified, average = of_class(picture(a_fit()), "diamond")

    numbers = [float(each) for each in stratified.attrib["d"].split() if each[0].isdigit()]
    assert numbers[0] == pytest.approx(258 + 302 * log(2.2) / log(4), abs=0.051)
    assert numbers[4] == pytest.approx(258 + 302 * log(2.6) / log(4), abs=0.051)
    assert stratified.attrib["fill"] != average.attrib["fill"]


def test_what_lies_beyond_the_axis_is_cut_off_with_an_arrow() -> None:
    wide = a_member("hospital-a", an_effect(1.2, 0.01, 90.0, error=2.0))

    svg = picture(a_fit([wide]))

    (interval,) = of_class(svg, "interval")
    assert [interval.attrib["x1"], interval.attrib["x2"]] == [f"{LEFT:.1f}", f"{RIGHT:.1f}"]
    assert len(of_class(svg, "arrow")) == 2


def test_two_hundred_organisations_with_long_names_do_not_overlap() -> None:
    many = [a_member("W" * 64, an_effect(1.5, 1.0, 2.0), events=123_455) for _ in range(200)]

    svg = picture(a_fit(many))

    assert overlaps(svg) == []
    assert outside(svg) == []


@pytest.mark.parametrize("status", WHY_NOT)
def test_without_organisations_there_are_words(status: str) -> None:
    told = a_fit() | {"status": status}
    told = (
        told | {"result": told["result"] | {"organisations": None}}
        if status == "done"
        else told | {"result": None}
    )

    svg = picture(told)

    assert WHY_NOT[status] in words(svg)
    assert of_class(svg, "estimate") == []


def test_without_a_second_estimate_there_is_no_average() -> None:
    svg = picture(a_fit(MEMBERS[:1], heterogeneity=None, left_out=[]))

    assert len(of_class(svg, "diamond")) == 1
    assert "Heterogeneity" not in words(svg)


def test_the_picture_describes_itself_to_a_screen_reader() -> None:
    svg = picture(a_fit())

    description = svg.find(f"{SVG}desc")
    assert description is not None
    assert description.text == (
        "hospital-a 1.25 (1.10 to 1.60); hospital-b 0.80 (0.60 to 1.10);"
        " hospital-c no estimate; all 1.20 (1.10 to 1.30)"
    )


def test_a_name_cannot_become_markup() -> None:
    drawn = draw(a_fit([a_member("<b>&", an_effect(1.2, 1.1, 1.3))]))

    assert "<b>" not in drawn
    assert "<b>&" in words(ET.fromstring(drawn))
