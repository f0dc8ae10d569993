"""The report as a page: whole, well-formed, escaped, and with nothing from elsewhere."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.pages.model_report import write
from app.prognosis.covariates import declared
from app.prognosis.measured import CHECKS as NAMES
from tests.pages.reports import CHECKS, a_report
from tests.prognosis.answers import a_baseline, a_fit, a_model

VOID = {"meta"}


class Reader(HTMLParser):
    """Collects the elements of a page and checks that each is closed where it belongs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"] and data.strip():
            self.words.append(" ".join(data.split()))

    def count(self, tag: str) -> int:
        """How often an element stands on the page."""
        return sum(name == tag for name, _ in self.elements)


def read(report: dict[str, Any]) -> Reader:
    """Write a report as a page and read it."""
    reader = Reader()
    reader.feed(write(report))
    reader.close()
    assert reader.open == []
    return reader


def checked() -> dict[str, Any]:
    return a_report(a_model(checks=CHECKS))


def rows(report: dict[str, Any]) -> list[list[str]]:
    """Every row of every table of the page, which is also XML."""
    page = ET.fromstring(write(report).removeprefix("<!DOCTYPE html>\n"))
    return [[cell.text or "" for cell in row] for row in page.iter("tr")]


@pytest.mark.parametrize("report", [a_report(), checked()], ids=["unchecked", "checked"])
def test_the_page_is_one_document_with_a_language_and_one_title(report: dict[str, Any]) -> None:
    page = read(report)

    assert page.elements[0] == ("html", {"lang": "en"})
    assert (page.count("h1"), page.count("main"), page.count("title")) == (
        1,
        1,
        1 + page.count("svg"),
    )
    assert page.count("caption") == page.count("table")


def test_every_head_of_a_table_says_what_it_heads() -> None:
    heads = [attributes for tag, attributes in read(checked()).elements if tag == "th"]

    assert {head["scope"] for head in heads} == {"col", "row"}
    assert all(head.get("scope") for head in heads)


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    written = write(checked())
    elements = read(checked()).elements

    names = {tag for tag, _ in elements}
    attributes = {name for _, each in elements for name in each}
    assert not names & {"script", "link", "img", "iframe", "object", "base", "form", "image", "use"}
    assert not attributes & {"src", "href", "srcset", "style", "xlink:href"}
    assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in written
    assert "@import" not in written
    assert written.count("http") == written.count('xmlns="http://www.w3.org/2000/svg"')


def test_the_pictures_stand_in_the_page_with_names_of_their_own() -> None:
    elements = read(checked()).elements

    names = [str(each["id"]) for _, each in elements if "id" in each]
    assert sorted(names) == sorted(
        f"{picture}-{part}"
        for picture in ("forest", "baseline", "calibration-1", "calibration-2")
        for part in ("title", "description")
    )


def test_the_limits_come_before_every_figure() -> None:
    report = checked()
    told = read(report).words

    first = [told.index(limit["sentence"]) for limit in report["limits"]]
    assert told.index("Limits") < first[0]
    assert max(first) < told.index("Patients, events")


def test_the_provenance_ends_the_page() -> None:
    told = read(checked()).words

    assert told[told.index("Provenance") :][-2:] == ["numpy", "2.4.6"]
    assert "sha256:" + "cd" * 32 in told


@pytest.mark.parametrize(
    "row",
    [
        # exp(0.5 -+ 1.96 * 0.05) and p = erfc(10 / sqrt(2)).
        [
            "log1p_ctc",
            "per +1 in log(1 + cells per 7.5 mL)",
            "0.500",
            "0.050",
            "1.65 (1.49 to 1.82)",
            "<\u00a00.001",
            "1.50",
        ],
        ["her2_positive", "read from her2_status (HER2); 1 where it holds, else 0", "0 to 1"],
        ["Log likelihood, without covariates", "−1500.00, −1550.00"],
        ["Corrected for optimism, 200 resamples", "0.670 (0.630 to 0.710)"],
        ["Concordance weighted for censoring (Uno)", "–"],
        ["The same corrected for optimism", "–"],
        ["12 months", "0.720 (0.660 to 0.780)", "0.710", ""],
        ["60 months", "–", "–", "3 patients at risk after 60 months; 10 needed"],
        [
            "12 months",
            "0.170 (0.150 to 0.190)",
            "0.210",
            "0.190 (0.100 to 0.280)",
            "0.175 (0.160 to 0.200)",
            "0.170",
            "",
        ],
        ["Brier score without optimism", "0.185 (0.170 to 0.200)"],
        ["IPA without optimism", "–"],
        [
            "12 months",
            "held-out patients",
            "80, 24",
            "0.300, 0.320",
            "0.94 (0.62 to 1.37)",
            "0.71 (0.52 to 0.93)",
            "0.034, 0.030, 0.060",
            "–",
            "",
        ],
        [
            "36 months",
            "patients of the fit",
            "80, 24",
            "0.300, 0.320",
            "0.94 (0.62 to 1.37)",
            "0.71 (0.52 to 0.93)",
            "0.034, 0.030, 0.060",
            "0.95 (0.70 to 1.30); 0.040, 0.035, –",
            "",
        ],
        ["all together", "3.40", "2", "<\u00a00.001"],
        ["log1p_ctc", "1.20", "1", "0.27"],
        [
            "age: <50",
            "90",
            "60",
            "–",
            "1.10 (0.90 to 1.35)",
            "no two rows are comparable; 60 events",
        ],
        ["coefficient", "3e-09"],
        ["events", "300.00", "100.00", "passed"],
        ["18a Funding", "to be completed by the authors", "Who paid, and what say they had."],
        ["12f Updating", "not applicable", "A refit makes a new model; none is updated."],
        ["4 Aim", "filled", "To develop a model and to validate it internally, not externally."],
    ],
    ids=lambda row: row[0],
)
def test_figures_are_rounded_and_named_in_the_tables(row: list[str]) -> None:
    assert row in rows(checked())


def test_what_was_not_measured_is_said_for_each_check() -> None:
    told = read(a_report()).words

    said = "Not measured: the model was fitted by a version that did not check it."
    assert told.count(said) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_check_may_be_missing_alone(name: str) -> None:
    absent = {other: part for other, part in CHECKS.items() if other != name}
    explained = {**absent, name: {"detail": "too few <i>events</i>"}}

    assert read(a_report(a_model(checks=absent))).words.count("Not measured.") == 1
    told = read(a_report(a_model(checks=explained))).words
    assert told.count("Not measured: too few <i>events</i>.") == 1


@pytest.mark.parametrize("name", [each for each in NAMES if isinstance(CHECKS[each], dict)])
def test_a_check_may_lack_any_of_its_figures(name: str) -> None:
    for member in CHECKS[name]:
        fewer = {other: value for other, value in CHECKS[name].items() if other != member}

        read(a_report(a_model(checks={**CHECKS, name: fewer})))
        read(a_report(a_model(checks={**CHECKS, name: {**fewer, member: None}})))


def test_nothing_that_others_wrote_becomes_markup() -> None:
    fit = replace(a_fit(), covariates=("<b>bold</b>", 'quote"&'))
    specification = replace(a_model(fit).specification, passed_over={"<u>": "<s>"}, rung="auto-1")
    own = {
        "<b>bold</b>": declared("<b>bold</b>", "continuous", "<script>alert(1)</script>"),
        'quote"&': declared('quote"&', "ordinal", "</svg></style>"),
    }
    model = a_model(fit, organisation="<h1>", specification=specification, left_out={"<em>": 3})

    page = read(a_report(model, own))
    told = " ".join(page.words)

    assert not {"b", "u", "s", "em", "i", "script"} & {tag for tag, _ in page.elements}
    assert page.count("h1") == 1
    assert "<b>bold</b>" in page.words
    assert "<script>alert(1)</script>" in told


def test_each_stratum_has_a_curve_of_its_own() -> None:
    baselines = tuple(a_baseline((float(value),)) for value in range(8))
    fit = a_fit(strata=("line_of_therapy",), baselines=baselines)

    told = read(a_report(a_model(fit))).words

    assert "stratum 5" in told
    assert "stratum 6" not in told
    assert "2 more strata stand in the model's JSON." in told


def test_the_baseline_falls_in_steps_and_ends_with_the_patients() -> None:
    # Twenty steps of 0.05, all with 20 patients or more at risk: exp(-1) = 37 % at day 2000.
    written = write(a_report())

    assert "37 % at 66 months" in written
    assert '<polyline points="76.0,84.0 ' in written
