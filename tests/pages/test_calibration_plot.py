"""The picture of the calibration: to scale, in words, and never an empty plot."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.pages.calibration_plot import LEFT, SIDE, calibration_words, draw, draw_each
from tests.pages.pictures import SVG, of_class, outside, overlaps, words
from tests.pages.reports import CALIBRATION, CHECKS, a_report
from tests.prognosis.answers import a_model


def report_of(*calibration: dict[str, Any]) -> dict[str, Any]:
    return a_report(a_model(checks={"calibration": list(calibration)}))


def picture(*calibration: dict[str, Any]) -> ET.Element:
    """Draw a report and parse the picture, which proves it well-formed."""
    return ET.fromstring(draw(report_of(*calibration)))


def test_a_group_stands_where_its_risks_are() -> None:
    # The largest risk is an upper limit of 50 %, so the axes end there. The first group, predicted
    # 10 % and observed 12 %, lies a fifth of the side to the right and 0.24 of it up; its interval
    # goes from 4 to 25 %. The plot starts at pixel 96 + 28 and is 320 high, so nought is at 444.
    svg = picture(CALIBRATION)

    first, interval = of_class(svg, "group")[0], of_class(svg, "interval")[0]
    assert (LEFT, SIDE) == (92, 320)
    assert float(first.attrib["x"]) + 4.5 == pytest.approx(92 + 0.2 * 320)
    assert float(first.attrib["y"]) + 4.5 == pytest.approx(444 - 0.24 * 320, abs=0.051)
    assert float(interval.attrib["y1"]) == pytest.approx(444 - 0.08 * 320, abs=0.051)
    assert float(interval.attrib["y2"]) == pytest.approx(444 - 0.5 * 320)


def test_a_group_of_which_nothing_was_observed_is_left_out() -> None:
    svg = picture(CALIBRATION)

    assert [group["observed"] for group in CALIBRATION["groups"]] == [0.12, 0.35, None]
    assert len(of_class(svg, "group")) == 2


def test_the_ideal_is_the_diagonal() -> None:
    (ideal,) = of_class(picture(CALIBRATION), "ideal")

    ends = [float(ideal.attrib[name]) for name in ("x1", "y1", "x2", "y2")]
    assert ends == [92.0, 444.0, 412.0, 124.0]


def test_the_curve_is_drawn_between_its_points() -> None:
    # 5 and 8 %, then 45 and 40 %, on axes that end at 50 %.
    curve = picture(CALIBRATION).find(f"{SVG}polyline")

    assert curve is not None
    assert curve.attrib["points"] == "124.0,392.8 380.0,188.0"


def test_ratio_and_slope_are_said_in_words() -> None:
    shown = words(picture(CALIBRATION))

    assert "12 months, in the latest patients, held out of the fit" in shown
    assert "80 patients, 24 events." in shown
    assert "Concordance in these patients 0.66." in shown
    assert "Observed over expected 0.94 (95 % interval 0.62 to 1.37)" in shown
    assert "Slope 0.71 (95 % interval 0.52 to 0.93): the predictions are too extreme." in shown


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"o_e_ci95": [1.1, 1.9]}, "the risk is predicted too low"),
        ({"o_e_ci95": [0.5, 0.8]}, "the risk is predicted too high"),
        ({"o_e_ci95": [0.8, 1.2]}, "the interval holds 1"),
        ({"o_e_ci95": None}, "Observed over expected 0.94."),
        ({"o_e": None, "detail": "nobody died"}, "not measured (nobody died)"),
        ({"slope_ci95": [1.2, 1.5]}, "the predictions differ less than the risks do"),
        ({"slope": None}, "Slope: not measured."),
        ({"events": None}, "an unknown number of events"),
    ],
)
def test_the_words_follow_the_figures(told: dict[str, Any], said: str) -> None:
    assert said in " ".join(calibration_words(CALIBRATION | told))


def test_every_horizon_has_a_plot_and_nothing_overlaps() -> None:
    svg = picture(*(CALIBRATION | {"months": months} for months in (6, 12, 24, 36, 60)))

    assert len(of_class(svg, "ideal")) == 5
    assert overlaps(svg) == []
    assert outside(svg) == []


def test_a_picture_of_one_horizon_fits_on_a_sheet() -> None:
    first, second = (
        ET.fromstring(drawn)
        for drawn in draw_each(report_of(CALIBRATION, CALIBRATION | {"months": 36}))
    )

    assert "12 months" in words(first)
    assert "36 months" not in words(first)
    assert first.attrib["aria-labelledby"] != second.attrib["aria-labelledby"]
    # An A4 sheet with margins of 2 cm is 170 mm wide and 257 mm high.
    assert float(first.attrib["height"]) / float(first.attrib["width"]) < 257 / 170
    assert overlaps(first) == []
    assert outside(first) == []


def test_figures_without_points_are_told_without_a_plot() -> None:
    svg = picture(CALIBRATION | {"curve": None, "groups": None})

    assert of_class(svg, "ideal") == []
    assert "No points were kept to draw." in words(svg)
    assert "Observed over expected 0.94" in words(svg)
    assert outside(svg) == []


def test_a_horizon_that_was_not_measured_is_told_below_those_that_were() -> None:
    absent = dict.fromkeys(CALIBRATION) | {
        "months": 60,
        "held_out": False,
        "detail": "3 patients at risk after 60 months; 10 needed",
    }

    svg = picture(CALIBRATION, absent)

    assert len(of_class(svg, "ideal")) == 1
    assert (
        "Not measured at 60 months, in the patients of the fit (3 patients at risk after 60 "
        "months; 10 needed)."
    ) in words(svg)
    assert overlaps(svg) == []
    assert outside(svg) == []
    report = a_report(a_model(checks=CHECKS | {"calibration": [CALIBRATION, absent]}))
    assert len(draw_each(report)) == 1


def test_the_distance_without_optimism_is_told_beside_the_apparent_one() -> None:
    corrected = {"ici": {"value": 0.041, "optimism": -0.007, "ci95": None, "resamples": 50}}

    told = " ".join(calibration_words(CALIBRATION | {"corrected": corrected}))

    assert "are 3.4 points apart on average, 4.1 without optimism." in told


@pytest.mark.parametrize(
    ("checks", "why"),
    [
        (None, "the model was fitted by a version that did not check it"),
        (CHECKS | {"calibration": None}, "the reason was not recorded"),
        (CHECKS | {"calibration": []}, "the reason was not recorded"),
        (CHECKS | {"calibration": {"detail": "too few <b>events</b>"}}, "too few <b>events</b>"),
    ],
    ids=["never checked", "null", "empty", "with a reason"],
)
def test_what_was_not_measured_is_explained_and_not_plotted(
    checks: dict[str, Any] | None, why: str
) -> None:
    svg = ET.fromstring(draw(a_report(a_model(checks=checks))))

    description = svg.find(f"{SVG}desc")
    assert "No calibration is shown" in words(svg)
    assert f"Not measured: {why}." in words(svg)
    assert of_class(svg, "ideal") == []
    assert description is not None
    assert why in (description.text or "")


def test_the_description_says_what_is_drawn() -> None:
    description = picture(CALIBRATION).find(f"{SVG}desc")

    assert description is not None
    assert description.text == " ".join(calibration_words(CALIBRATION))


def test_groups_curve_and_ideal_differ_in_shape() -> None:
    svg = picture(CALIBRATION)

    (ideal,) = of_class(svg, "ideal")
    curve = svg.find(f"{SVG}polyline")
    assert {each.tag for each in of_class(svg, "group")} == {f"{SVG}rect"}
    assert "stroke-dasharray" in ideal.attrib
    assert curve is not None
    assert "stroke-dasharray" not in curve.attrib
