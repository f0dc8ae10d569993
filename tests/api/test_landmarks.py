"""Models of later draws over HTTP: fitted, found by their clock, and answering in their weeks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.bodies import a_prognosis_request, facts
from tests.api.conftest import Hospital, new_hospital
from tests.api.test_imports import lines, outcomes, post
from tests.prognosis.cohorts import CUTOFF
from tests.running import Running
from tests.usecases.rows import a_serial_file

WAIT = {"Prefer": "wait=120"}
BEGUN = datetime.now(UTC).date() - timedelta(days=60)
WEEKS = "weeks-3-5"


def refit(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.post("/v1/models", json={"data_cutoff": f"{CUTOFF}", **asked}, headers=WAIT)
    assert answer.status_code == 201, answer.text
    model: dict[str, Any] = answer.json()
    return model


@pytest.fixture(scope="module")
def told(service: Running) -> Hospital:
    """A hospital with a baseline model and one of weeks 3 to 5; nobody refits there any more."""
    hospital = new_hospital(service)
    stored = outcomes(post(hospital.client, lines(*a_serial_file(250, 11))))
    assert {status for _, status, _ in stored} == {"stored"}
    refit(hospital.client, covariates=["log1p_ctc"])
    refit(hospital.client, clock=WEEKS)
    return hospital


def test_each_clock_has_its_model_in_use(told: Hospital) -> None:
    path = "/v1/models/current"

    found = {clock: told.client.get(path, params=asked) for clock, asked in CLOCKS.items()}

    statuses = {clock: answer.status_code for clock, answer in found.items()}
    assert statuses == {"": 200, "draw": 200, "index_date": 404, WEEKS: 200, "weeks-6-8": 404}
    assert found[""].json() == found["draw"].json()
    later = found[WEEKS].json()
    assert (later["clock"], later["specification"]["rung"]) == (WEEKS, "landmark-2")
    assert later["left_out"]["no_draw_in_window"] > 0
    in_use = [model for model in told.stored("/v1/models")["items"] if model["status"] == "current"]
    assert {model["clock"] for model in in_use} == {"draw", WEEKS}


CLOCKS = {
    "": {},
    **{clock: {"clock": clock} for clock in ("draw", "index_date", WEEKS, "weeks-6-8")},
}


def a_later_draw(patient_id: str, days: int) -> dict[str, Any]:
    drawn = BEGUN + timedelta(days=days)
    return a_prognosis_request(
        patient={
            "patient_id": patient_id,
            "observed_on": f"{BEGUN}",
            "line_started_on": f"{BEGUN}",
            "metastatic_diagnosis_date": f"{BEGUN}",
        },
        test={"accession_number": f"{patient_id}-{days}", "drawn_at": f"{drawn}T08:30:00Z"},
    )


def test_a_later_draw_is_answered_by_the_model_of_its_weeks(told: Hospital) -> None:
    client = told.client
    client.post("/v1/prognoses", json=a_later_draw("P-1", 0))

    model = told.stored(f"/v1/models/current?clock={WEEKS}")
    later = client.post("/v1/prognoses", json=a_later_draw("P-1", 28)).json()
    too_late = client.post("/v1/prognoses", json=a_later_draw("P-1", 50)).json()

    assert later["hazard"]["status"] in ("given", "qualified")
    assert later["model"]["model_id"] == model["model_id"]
    assert {part["covariate"] for part in later["hazard"]["contributions"]} == {
        "log1p_ctc",
        "log1p_baseline_ctc",
        "line_of_therapy",
    }
    assert [reason["code"] for reason in too_late["hazard"]["reasons"]] == ["draw-not-baseline"]
    # Of the person it is told what the latest draw says that can be answered.
    assert told.stored("/v1/patients/P-1/prognosis")["blood_test"] == later["blood_test"]
    picture = client.get("/v1/patients/P-1/prognosis.svg").text
    assert f"{later['hazard']['hazard_ratio']:.2f}" in picture


def test_a_response_tells_the_hazard_ratio_of_its_second_draw(told: Hospital) -> None:
    client = told.client
    client.post("/v1/prognoses", json=a_later_draw("P-5", 0))
    later = client.post("/v1/prognoses", json=a_later_draw("P-5", 28)).json()

    found = told.stored("/v1/patients/P-5/response")
    picture = client.get("/v1/patients/P-5/response.svg").text

    landmark = found["landmark"]
    assert (landmark["window"], found["landmark_reason"]) == (WEEKS, None)
    assert landmark["model_id"] == later["model"]["model_id"]
    for name in ("status", "hazard_ratio", "ci95", "reference"):
        assert landmark[name] == later["hazard"][name]
    assert "draws in weeks 3 to 5 gives a hazard ratio of" in picture


def test_a_response_without_a_draw_before_the_line_says_what_is_missing(told: Hospital) -> None:
    for days in (28, 32):
        told.client.post("/v1/prognoses", json=a_later_draw("P-6", days))

    found = told.stored("/v1/patients/P-6/response")

    assert (found["landmark"], found["landmark_reason"]["code"]) == (None, "missing-covariate")


def test_a_later_draw_without_one_before_the_line_misses_a_covariate(told: Hospital) -> None:
    answer = told.client.post("/v1/prognoses", json=a_later_draw("P-2", 28)).json()

    assert [reason["code"] for reason in answer["hazard"]["reasons"]] == ["missing-covariate"]
    assert answer["risk_group"]["group"] == "4-50"


def test_survival_of_a_cohort_counts_from_the_later_draw(told: Hospital) -> None:
    asked = {"clock": WEEKS, "scheme": "cellsearch-5", "data_cutoff": f"{CUTOFF}"}

    found = told.client.get("/v1/cohort/survival", params=asked).json()
    picture = told.client.get("/v1/cohort/survival.svg", params=asked)
    summary = told.client.get("/v1/cohort/summary", params=asked).json()

    few, many = found["groups"]
    assert few["median"]["months"] > many["median"]["months"]
    assert [group["published"] for group in found["groups"]] == [None, None]
    assert "blood draw in weeks 3 to 5" in picture.text
    known = {each["covariate"]: each["patients"] for each in summary["known"]}
    assert 0 < known["log1p_baseline_ctc"] < summary["patients"]


def test_an_unknown_clock_is_refused(client: httpx.Client) -> None:
    client.put("/v1/patients/P-1", json=facts())

    asked = client.get("/v1/models/current", params={"clock": "weeks-1-2"})
    fitted = client.post("/v1/models", json={"clock": "weeks-1-2"})

    assert (asked.status_code, fitted.status_code) == (422, 422)
