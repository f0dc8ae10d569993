"""The picture of the hazard ratios says what the model says, to scale and without overlap."""

from math import log
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.pages.forest_plot import LEFT, RIGHT, draw
from tests.pages.pictures import SVG, of_class, outside, overlaps, words
from tests.pages.reports import a_report, with_coefficients
from tests.prognosis.answers import a_fit, a_model

MANY = [
    {
        "covariate": f"covariate_{number:02}_" + "w" * (2 * number),
        "hazard_ratio": 1.5,
        "ci95": [1, 2],
    }
    for number in range(26)
]


def picture(report: dict[str, Any]) -> ET.Element:
    """Draw a report and parse the picture, which proves it well-formed."""
    return ET.fromstring(draw(report))


def of(name: str, ratio: float, ci95: list[float] | None) -> dict[str, Any]:
    return {"covariate": name, "hazard_ratio": ratio, "ci95": ci95}


def test_ratios_and_limits_stand_on_a_logarithmic_axis() -> None:
    # The axis goes from 0.5 to 2, so log(ratio / 0.5) / log(4) of its 290 pixels: 1 stands in the
    # middle at 445, 1.25 at 300 + 290 * 0.660964 = 491.7, 0.8 as far to the left at 398.3.
    svg = picture(with_coefficients(a_report(), of("ecog", 1.25, [0.8, 1.6])))

    (estimate,), (interval,), (one,) = (
        of_class(svg, name) for name in ("estimate", "interval", "one")
    )
    assert (LEFT, RIGHT) == (300, 590)
    assert float(one.attrib["x1"]) == 445.0
    assert float(estimate.attrib["x"]) + 5 == pytest.approx(491.7, abs=0.051)
    assert float(interval.attrib["x1"]) == pytest.approx(398.3, abs=0.051)
    assert float(interval.attrib["x2"]) == pytest.approx(300 + 290 * log(3.2) / log(4), abs=0.051)


def test_the_figures_stand_beside_the_marks() -> None:
    # exp(0.5) = 1.65 (1.49 to 1.82), exp(-0.4) = 0.67 (0.55 to 0.82).
    shown = words(picture(a_report()))

    assert "log1p_ctc per +1 in log(1 + cells per 7.5 mL) 1.65 (1.49 to 1.82)" in shown
    assert "her2_positive yes against no 0.67 (0.55 to 0.82)" in shown
    assert "400 patients, 300 events" in shown


def test_a_narrow_interval_gets_a_decimal_more() -> None:
    shown = words(picture(with_coefficients(a_report(), of("age", 1.0123, [1.0011, 1.0236]))))

    assert "1.012 (1.001 to 1.024)" in shown
    assert "per +1 in years" in shown


def test_what_lies_beyond_the_axis_is_cut_off_with_an_arrow() -> None:
    report = with_coefficients(
        a_report(), of("both", 1.0, [0.001, 900.0]), of("above", 40.0, [20.0, 80.0])
    )

    svg = picture(report)

    arrows = [each.attrib["d"].split()[1] for each in of_class(svg, "arrow")]
    (interval,) = of_class(svg, "interval")
    assert [interval.attrib["x1"], interval.attrib["x2"]] == ["300.0", "590.0"]
    assert arrows == ["294.0", "596.0", "596.0"]
    assert len(of_class(svg, "estimate")) == 1
    assert "1.00 (0.001 to 9e+02)" in words(svg)
    assert "Arrows" in words(svg)


def test_a_penalised_model_is_drawn_without_intervals_and_says_so() -> None:
    svg = picture(a_report(a_model(a_fit(penalizer=0.1))))

    assert len(svg.findall(f"{SVG}circle")) == 2
    assert of_class(svg, "interval") == []
    assert words(svg).startswith("Hazard ratios, penalised")
    assert "1.65 (withheld)" in words(svg)
    assert "penalised (0.1), so their intervals are withheld" in words(svg)


def test_thirty_covariates_with_long_names_do_not_overlap() -> None:
    longest = [of("W" * 64, 1.0123, [1.001, 1.02]), of("w" * 30, 0.002, [1e-7, 1e5])]
    report = with_coefficients(a_report(), *MANY, *longest, of("x", 1, [1, 1]), of("y", 9, [8, 10]))
    for covariate in report["covariates"]:
        covariate["unit"] = "hundred thousands of something that nobody counts by the litre"

    svg = picture(report)

    assert overlaps(svg) == []
    assert outside(svg) == []
    assert len(of_class(svg, "estimate")) == 29


def test_the_picture_describes_itself_to_a_screen_reader() -> None:
    svg = picture(a_report())

    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert description.text == ("log1p_ctc 1.65 (1.49 to 1.82); her2_positive 0.67 (0.55 to 0.82)")


def test_a_name_cannot_become_markup() -> None:
    drawn = draw(with_coefficients(a_report(), of("<b>&", 1.2, [1.1, 1.3])))

    assert "<b>" not in drawn
    assert "<b>&" in words(ET.fromstring(drawn))


def test_the_strata_are_named_though_they_have_no_ratio() -> None:
    report = a_report()
    report["model"]["specification"]["strata"] = ["site"]

    assert "Stratified by site" in words(picture(report))


def test_the_picture_loads_nothing_from_elsewhere() -> None:
    drawn = draw(a_report())

    assert "href" not in drawn
    assert "url(" not in drawn
    assert drawn.count("http") == 1  # the SVG namespace
