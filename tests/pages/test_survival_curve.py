"""The picture of a prognosis says what the answer says, to the eye and to a screen reader."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.pages.drawing import BLUE
from app.pages.survival_curve import BAND, draw
from app.prognosis.answer import CurveStep, to_json
from app.prognosis.assessment import assess, survival_curve
from app.prognosis.basis import ModelInUse, Question
from tests.prognosis.answers import LINE, a_fit, a_model, asked, in_use

SVG = "{http://www.w3.org/2000/svg}"


def told(question: Question, model: ModelInUse | None) -> dict[str, Any]:
    return to_json(assess(question, model))


def picture(question: Question, model: ModelInUse | None) -> ET.Element:
    """Draw an answer and parse the picture, which proves it well-formed."""
    return ET.fromstring(draw(told(question, model), survival_curve(question, model)))


def words(svg: ET.Element) -> str:
    return " ".join(element.text or "" for element in svg.iter(f"{SVG}text"))


def points(svg: ET.Element, shape: str) -> list[tuple[float, float]]:
    element = svg.find(f"{SVG}{shape}")
    assert element is not None
    pairs = (point.split(",") for point in element.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def test_the_picture_tells_the_median_the_ratio_and_each_horizon() -> None:
    # 17 cells: ratio 2.21, median day 700 = 23.0 months, S(12 months) = exp(-0.15 * 2.21) = 0.72.
    shown = words(picture(asked(17), in_use()))

    assert "Overall survival from the blood draw" in shown
    assert "17 CTC in 7.5 mL of blood · risk group 4-50 (mdacc-2003, 3 of 4)" in shown
    assert "23.0 months" in shown
    assert "2.21" in shown
    assert "72 %" in shown


def test_the_caption_tells_the_model_and_what_the_answer_is_not_for() -> None:
    shown = words(picture(asked(17), in_use()))

    assert "sha256:abababababab" in shown
    assert "400 patients with 300 events" in shown
    assert "Prognostic; does not select treatment." in shown


def test_the_picture_describes_itself_to_a_screen_reader() -> None:
    svg = picture(asked(17), in_use())

    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert svg.attrib["role"] == "img"
    assert title is not None
    assert description is not None
    assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert "72 % at 12 months (95 % interval" in (description.text or "")
    assert "Median 23.0 months" in (description.text or "")


def test_the_picture_never_names_the_patient_or_the_sample() -> None:
    question = asked(17)

    drawn = draw(told(question, in_use()), survival_curve(question, in_use()))

    assert "P-1" not in drawn
    assert "L-1" not in drawn


def test_the_curve_only_falls_and_its_band_encloses_it() -> None:
    svg = picture(asked(17), in_use())

    curve, band = points(svg, "polyline"), points(svg, "polygon")

    # Pixels grow downwards.
    assert [y for _, y in curve] == sorted(y for _, y in curve)
    assert min(y for _, y in band) <= curve[0][1]
    assert max(y for _, y in band) >= curve[-1][1]
    assert band[0][0] == curve[0][0]


def test_a_penalised_model_is_drawn_without_a_band() -> None:
    svg = picture(asked(17), in_use(a_model(a_fit(penalizer=0.1))))

    assert svg.find(f"{SVG}polygon") is None
    assert "Band" not in words(svg)


def test_a_median_out_of_reach_is_said_and_not_drawn() -> None:
    svg = picture(asked(0), in_use())

    assert "more than 65.7 months" in words(svg)
    assert svg.find(f"{SVG}path") is None
    assert "Triangle" not in words(svg)


def test_reservations_stand_below_a_qualified_curve() -> None:
    shown = words(picture(asked(17, facts=LINE), in_use()))

    assert "qualified" in shown
    assert "submodel-used" in shown


@pytest.mark.parametrize("model", [None, in_use()], ids=["no model", "count out of range"])
def test_a_withheld_hazard_is_explained_in_words_and_without_a_curve(
    model: ModelInUse | None,
) -> None:
    question = asked(5_000)
    svg = picture(question, model)

    reasons = told(question, model)["hazard"]["reasons"]
    assert "No survival curve is given" in words(svg)
    assert all(reason["code"] in words(svg) for reason in reasons)
    assert svg.find(f"{SVG}polyline") is None


def test_the_top_decile_is_told_where_the_count_is_out_of_range() -> None:
    shown = words(picture(asked(5_000), in_use()))

    assert "Observed in 40 patients of the cohort" in shown
    assert "21 % at 12 months" in shown


def test_what_others_wrote_cannot_become_markup() -> None:
    answer = told(asked(17), None)
    answer["hazard"]["reasons"] = [{"code": "no-model", "detail": "<script>alert(1)</script> & so"}]

    drawn = draw(answer, [])

    assert "<script>" not in drawn
    ET.fromstring(drawn)


def test_the_picture_loads_nothing_from_elsewhere() -> None:
    question = asked(17)

    drawn = draw(told(question, in_use()), survival_curve(question, in_use()))

    assert "href" not in drawn
    assert "url(" not in drawn
    assert drawn.count("http") == 1  # the SVG namespace


def test_curve_and_band_are_told_apart_without_colour() -> None:
    def brightness(colour: str) -> float:
        # Relative luminance of ITU-R BT.709, on the stored values.
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert brightness(BAND) - brightness(BLUE) > 0.4


def test_near_horizons_keep_their_marks_and_share_a_label() -> None:
    question = asked(17, horizons_months=(6, 7, 8, 60))
    svg = picture(question, in_use())

    assert len(svg.findall(f"{SVG}circle")) == 4
    assert words(svg).count("380") == 1


def test_a_curve_without_any_horizon_in_reach_is_drawn() -> None:
    answer = told(asked(17, horizons_months=(600,)), in_use())

    svg = ET.fromstring(draw(answer, [CurveStep(0, 1.0, None), CurveStep(9, 0.7, None)]))

    assert "horizon-beyond-follow-up" in words(svg)
    assert svg.find(f"{SVG}polyline") is not None
