"""What the counts of a person did under treatment, and of a cohort: told, drawn, refused."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.api.bodies import a_prognosis_request, a_result, a_treatment, an_assessment
from tests.api.conftest import Hospital, new_hospital
from tests.running import Running

ONE = "/v1/patients/P-000123"
RESPONSE = f"{ONE}/response"
COHORT = "/v1/cohort/response"

Json = dict[str, Any]


def post(client: httpx.Client, number: str, drawn_at: str, count: int, **members: Any) -> None:
    body = a_result(accession_number=number, drawn_at=drawn_at, ctc_count=count, **members)
    client.post("/v1/blood-tests", json=body).raise_for_status()


@pytest.fixture
def told(hospital: Hospital) -> Hospital:
    """A hospital with one patient, of whom one draw was told: 17 cells on 1 November 2025."""
    hospital.client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    return hospital


def test_a_response_counts_from_the_second_draw(told: Hospital) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)

    found = told.stored(RESPONSE)

    group, change = found["serial_group"], found["change"]
    assert (group["scheme"], group["group"], group["cut_off"]) == ("serial-5", "high-low", 5)
    assert (group["first"], group["second"]) == ("LAB-2025-0001", "LAB-2")
    assert found["counted_from"] == "2025-12-02"
    assert found["line"] == {"line": 1, "started_on": "2025-11-03"}
    assert (change["days"], change["ratio"]) == (31, pytest.approx(4 / 18))
    assert change["ci95"][0] < change["ratio"] < change["ci95"][1] < 1
    assert found["other_serial_groups"] == [
        {"scheme": "serial-1", "version": "1", "group": "pos-pos"}
    ]
    assert [(each["serial"], each["line_started_on"]) for each in found["draws"]] == [
        ("first", "2025-11-03"),
        ("second", "2025-11-03"),
    ]
    assert found["use"] == "prognostic; does not select treatment"


def test_no_hazard_ratio_stands_where_no_landmark_model_is(told: Hospital) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)

    found = told.stored(RESPONSE)

    assert (found["landmark"], found["landmark_reason"]["code"]) == (None, "no-landmark-model")


def test_the_other_scheme_is_told_when_asked_for(told: Hospital) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 0)

    found = told.stored(f"{RESPONSE}?scheme=serial-1")

    assert (found["serial_group"]["scheme"], found["serial_group"]["group"]) == (
        "serial-1",
        "pos-neg",
    )
    assert told.client.get(RESPONSE, params={"scheme": "mdacc-2003"}).status_code == 422


def test_what_was_given_and_seen_stands_beside_by_day(told: Hospital) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)
    for name, since in (("T-1", "2025-11-20"), ("T-2", "2025-11-03")):
        body = a_treatment(started_on=since)
        told.client.put(f"{ONE}/treatments/{name}", json=body).raise_for_status()
    for name, on in (("S-1", "2026-01-12"), ("S-2", "2025-11-30")):
        body = an_assessment(assessed_on=on)
        told.client.put(f"{ONE}/assessments/{name}", json=body).raise_for_status()

    found = told.stored(RESPONSE)

    assert [each["treatment_id"] for each in found["treatments"]] == ["T-2", "T-1"]
    assert [each["assessment_id"] for each in found["assessments"]] == ["S-2", "S-1"]


def test_anti_her2_treatment_of_her2_positive_disease_is_cautioned(told: Hospital) -> None:
    her2 = {"observed_on": "2025-10-01", "her2_status": "positive"}
    unknown = {"observed_on": "2025-11-01", "her2_status": None}
    for said in (her2, unknown):
        told.client.put(ONE, json=said, headers={"If-Match": "*"}).raise_for_status()
    body = a_treatment(regimen="docetaxel + trastuzumab + pertuzumab")
    told.client.put(f"{ONE}/treatments/T-1", json=body).raise_for_status()
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)

    assert "her2-positive-on-anti-her2" in told.stored(RESPONSE)["cautions"]


def refusal(client: httpx.Client) -> tuple[int, str]:
    answer = client.get(RESPONSE)
    return answer.status_code, answer.json()["code"]


def test_one_draw_or_draws_of_two_lines_or_of_other_cells_are_refused(told: Hospital) -> None:
    said = [refusal(told.client)]
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3, assay="parsortix")
    said.append(refusal(told.client))
    told.client.put(f"{ONE}/treatments/T-2", json=a_treatment(line=2, started_on="2026-02-02"))
    post(told.client, "LAB-3", "2026-02-01T08:30:00Z", 3)
    said.append(refusal(told.client))

    assert said == [
        (409, "serial-needs-two-draws"),
        (409, "draws-not-comparable"),
        (409, "draws-of-different-lines"),
    ]


def test_nobody_has_no_response_and_other_hospitals_have_none_of_ours(
    told: Hospital, other_hospital: Hospital
) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)

    assert refusal(other_hospital.client) == (404, "not-found")
    assert other_hospital.client.get(f"{RESPONSE}.svg").status_code == 404


def words_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "image/svg+xml"
    return " ".join(ET.fromstring(answer.text).itertext())


def test_the_picture_says_what_the_answer_says(told: Hospital) -> None:
    post(told.client, "LAB-2", "2025-12-02T08:30:00Z", 3)
    told.client.put(f"{ONE}/treatments/T-1", json=a_treatment()).raise_for_status()
    told.client.put(f"{ONE}/assessments/S-1", json=an_assessment()).raise_for_status()

    words = words_of(told.client.get(f"{RESPONSE}.svg"))

    assert "serial-5: high-low (5 or more, then fewer than 5) · 17 to 3 CTC in 31 days" in words
    assert "line 1: paclitaxel" in words
    assert "Prognostic; does not select treatment." in words


def test_the_picture_of_one_draw_says_why_there_is_no_group(told: Hospital) -> None:
    words = words_of(told.client.get(f"{RESPONSE}.svg"))

    assert "No serial group" in words
    assert "(serial-needs-two-draws)" in words


START = date(2024, 1, 8)
SIZES = {(60, "progression"): 6, (60, "stable"): 5, (0, "progression"): 7, (0, "stable"): 9}


@pytest.fixture(scope="module")
def cohort(service: Running) -> Hospital:
    """A hospital with 27 patients: a draw before, one after 4 weeks, imaging after 10."""
    hospital = new_hospital(service)
    for place, (count, status) in enumerate(
        key for key, size in SIZES.items() for _ in range(size)
    ):
        lines = [
            {"drawn_at": START - timedelta(days=1), "ctc_count": 20},
            {"drawn_at": START + timedelta(days=42), "ctc_count": count},
        ]
        death = START + timedelta(days=200 + 10 * place)
        content = "".join(
            f'{{"patient_id":"P{place}","drawn_at":"{line["drawn_at"]}T09:00:00Z",'
            f'"ctc_count":{line["ctc_count"]},"line_started_on":"{START + timedelta(days=14)}",'
            f'"death_on":"{death}"}}\n'
            for line in lines
        )
        kind = {"Content-Type": "application/x-ndjson"}
        hospital.client.post("/v1/imports", content=content, headers=kind).raise_for_status()
        seen = an_assessment(assessed_on=f"{START + timedelta(days=70)}", status=status)
        told = hospital.client.put(f"/v1/patients/P{place}/assessments/S-1", json=seen)
        assert told.status_code == 201, told.text
    return hospital


def test_a_cohort_tells_odds_survival_and_response_by_count(cohort: Hospital) -> None:
    found = cohort.stored(COHORT)

    lags = {each["lag"]: each for each in found["progression_by_count"]}
    assert lags["3-5-weeks-before"]["patients"] == 27
    assert lags["3-5-weeks-before"]["high"] == {"progression": 6, "no_progression": 5}
    assert lags["3-5-weeks-before"]["low"] == {"progression": 7, "no_progression": 9}
    assert lags["3-5-weeks-before"]["odds_ratio"]["odds_ratio"] == pytest.approx(6 * 9 / (5 * 7))
    assert (lags["at-imaging"]["patients"], lags["at-imaging"]["odds_ratio"]) == (0, None)
    assert [each["published"]["odds_ratio"] for each in found["progression_by_count"]] == [
        *(6.3, 3.1, 4.9),
    ]
    cells = {each["cell"]: each for each in found["count_by_imaging"]["cells"]}
    assert {name: cell["patients"] for name, cell in cells.items()} == {
        "no-progression-low": 9,
        "no-progression-high": 5,
        "progression-low": 7,
        "progression-high": 6,
    }
    # Deaths 200, 210, … 250 days after the start; half of six are dead after the third.
    median = cells["progression-high"]["median"]["months"]
    assert median == pytest.approx((220 - 70) / 30.4375)
    assert cells["progression-high"]["published"]["months"] == 6.4
    rates = found["response_rate"]["groups"]
    assert [(each["group"], each["patients"], each["responders"]) for each in rates] == [
        ("4-50", 27, 0)
    ]


def test_a_cohort_is_asked_in_another_scheme_and_to_an_earlier_day(cohort: Hospital) -> None:
    found = cohort.stored(f"{COHORT}?scheme=cellsearch-5&data_cutoff=2024-03-01")

    assert found["scheme"] == "cellsearch-5"
    assert [each["patients"] for each in found["progression_by_count"]] == [0, 0, 0]
    refused = cohort.client.get(COHORT, params={"scheme": "any-ctc"})
    assert (refused.status_code, refused.json()["code"]) == (409, "scheme-not-applicable")
    assert cohort.stored(f"{COHORT}?setting=neoadjuvant")["scheme"] == "dose-nact"


def test_a_cohort_of_another_hospital_is_not_told(
    cohort: Hospital, other_hospital: Hospital
) -> None:
    found = other_hospital.stored(COHORT)

    assert {each["patients"] for each in found["progression_by_count"]} == {0}
    assert found["count_by_imaging"]["patients"] == 0


def test_four_patients_are_in_no_number(other_hospital: Hospital) -> None:
    for place in range(4):
        request = a_prognosis_request(
            {"patient_id": f"P{place}"}, {"accession_number": f"A{place}"}
        )
        other_hospital.client.post("/v1/prognoses", json=request).raise_for_status()
        other_hospital.client.put(
            f"/v1/patients/P{place}/assessments/S", json=an_assessment(assessed_on="2025-12-01")
        ).raise_for_status()

    found = other_hospital.stored(COHORT)

    assert found["progression_by_count"][1]["patients"] is None
    assert found["response_rate"] == {"groups": [], "suppressed_groups": ["4-50"]}
