"""Which predictors tell more about a hospital's patients: asked for, waited for, and refused."""

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest

from tests.api.bodies import ended
from tests.api.conftest import Hospital, new_hospital
from tests.running import Running

PATH = "/v1/comparisons"
WAIT = {"Prefer": "wait=60"}
NDJSON = {"Content-Type": "application/x-ndjson"}
FIRST = date(2015, 1, 5)
UNKNOWN_SITE = 7


def row_of(number: int, chance: random.Random) -> dict[str, Any]:
    """Tell of one patient whose count, and nothing else, shortens life; all died."""
    count = int(chance.expovariate(1 / 20))
    row = {
        "patient_id": f"P{number}",
        "accession_number": f"A{number}",
        "drawn_at": f"{FIRST + timedelta(days=number)}",
        "ctc_count": count,
        "er_status": chance.choice(["positive", "negative"]),
        "follow_up_days": 1 + int(chance.weibullvariate(900 / (1 + count) ** 0.7, 1.2)),
        "died": True,
    }
    site = chance.choice(["liver", "bone"])
    return row if number < UNKNOWN_SITE else {**row, "metastatic_sites": site}


def tell(hospital: Hospital, patients: int) -> None:
    chance = random.Random(5)
    rows = [row_of(number, chance) for number in range(patients)]
    body = "".join(json.dumps(row) + "\n" for row in rows)
    answer = hospital.client.post("/v1/imports", content=body, headers=NDJSON)
    assert '"refused"' not in answer.text, answer.text


@pytest.fixture(scope="module")
def told(service: Running) -> Hospital:
    """A hospital of 160 patients, of seven of whom the site is not known; nobody tells it more."""
    hospital = new_hospital(service)
    tell(hospital, 160)
    return hospital


@pytest.fixture(scope="module")
def compared(told: Hospital) -> dict[str, Any]:
    """The question of the report of 2003, answered."""
    answer = told.client.post(PATH, headers=WAIT)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{PATH}/{content['comparison_id']}"
    return content


def test_the_report_s_question_is_what_is_asked_without_a_body(compared: dict[str, Any]) -> None:
    assert compared["status"] == "done"
    assert compared["request"]["predictors"] == {
        "ctc": ["log1p_ctc"],
        "site": ["visceral_metastasis"],
        "er": ["er_positive"],
    }
    result = compared["result"]
    verdicts = {(pair["a"], pair["b"]): pair["verdict"] for pair in result["pairs"]}
    assert verdicts == {
        ("ctc", "site"): "a-better",
        ("ctc", "er"): "a-better",
        ("site", "er"): "not-separated",
    }
    assert result["sentence"] == (
        "On overall survival in these 153 patients with 153 events, ctc carries more prognostic"
        " information than site and er; no difference can be told between site and er."
    )
    assert result["level"] == pytest.approx(1 - 0.05 / 3)


def test_all_sets_are_judged_on_the_patients_who_know_all(compared: dict[str, Any]) -> None:
    result = compared["result"]

    assert (result["patients"], result["events"]) == (153, 153)
    assert result["left_out"] == {"missing_covariate": UNKNOWN_SITE}
    assert result["missing"] == [{"covariate": "visceral_metastasis", "patients": UNKNOWN_SITE}]


def test_the_likelihood_ratios_are_those_of_the_models(
    told: Hospital, compared: dict[str, Any]
) -> None:
    names = ["log1p_ctc", "visceral_metastasis", "er_positive"]
    model = told.client.post("/v1/models", json={"covariates": names}, headers=WAIT).json()

    gain = 2 * (model["log_likelihood"] - model["log_likelihood_null"])
    together = compared["result"]["together"]
    assert together["chi_squared"] == pytest.approx(gain)
    assert together["degrees_of_freedom"] == 3
    assert compared["result"]["aic"] == pytest.approx(6 - 2 * model["log_likelihood"])
    provenance = compared["result"]["provenance"]
    assert provenance["training_fingerprint"] == model["provenance"]["training_fingerprint"]


def test_a_comparison_is_kept_and_comes_out_again(told: Hospital, compared: dict[str, Any]) -> None:
    kept = told.client.get(f"{PATH}/{compared['comparison_id']}").json()
    again = told.client.post(PATH, headers=WAIT).json()

    assert kept == compared
    assert again["comparison_id"] != compared["comparison_id"]
    assert again["result"] == compared["result"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"predictors": {"ctc": ["log1p_ctc"]}}, "too-short"),
        ({"predictors": {"a": ["log1p_ctc"], "b": ["log1p_ctc"]}}, "duplicate-covariate"),
        ({"predictors": {"a": ["log1p_ctc"], "b": ["nobody_declared"]}}, "unknown-covariate"),
        ({"predictors": {"a": ["age"], "b": []}}, "too-short"),
        ({"predictors": {"A B": ["age"], "b": ["ecog"]}}, "string-pattern-mismatch"),
        ({"data_cutoff": "2999-01-01"}, "in-the-future"),
        ({"endpoint": "disease_free_survival"}, "endpoint-not-applicable"),
        ({"clock": "index_date"}, "count-without-draw"),
        ({"horizon_months": 0}, "greater-than-equal"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    hospital: Hospital, asked: dict[str, Any], code: str
) -> None:
    answer = hospital.client.post(PATH, json=asked)

    assert answer.status_code == 422, answer.text
    told = answer.json()
    assert code in {told["code"], *(each["code"] for each in told.get("errors", ()))}


def test_without_patients_the_reason_is_told(hospital: Hospital) -> None:
    headers = {**WAIT, "Idempotency-Key": "compare-once"}
    waited, again = (hospital.client.post(PATH, headers=headers) for _ in range(2))
    queued = hospital.client.post(PATH)

    assert (waited.status_code, waited.json()["code"]) == (409, "too-few-events")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (409, "true")
    assert queued.status_code == 202
    found = ended(hospital.client, queued.headers["location"])
    assert (found["status"], found["code"], found["result"]) == ("failed", "too-few-events", None)


def test_a_few_patients_are_not_assessable_or_refused(hospital: Hospital) -> None:
    tell(hospital, 60)

    asked = {"predictors": {"ctc": ["log1p_ctc"], "er": ["er_positive"]}}
    result = hospital.client.post(PATH, json=asked, headers=WAIT).json()["result"]

    assert [pair["verdict"] for pair in result["pairs"]] == ["not-assessable"]
    assert "had 60 of the 100 events" in result["sentence"]
