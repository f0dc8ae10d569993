"""Refits on demand: what comes of them, what goes into use, and what a model used of whom."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import update

from app.storage import tables
from tests.api.bodies import (
    a_correction,
    a_prognosis_request,
    ended,
    facts,
    tell_cohort,
    tell_patient,
)
from tests.api.conftest import Hospital, new_hospital
from tests.faults.serving import idle
from tests.owner import as_owner
from tests.running import Running, running

PATH = "/v1/models"
WAIT = {"Prefer": "wait=60"}


@pytest.fixture(scope="module")
def fitted(service: Running) -> Hospital:
    """A hospital with a cohort and a model of it; nobody tells it more."""
    hospital = new_hospital(service)
    tell_cohort(hospital.client, patients=80)
    refit(hospital.client)
    return hospital


def refit(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    """Refit and wait for the model."""
    answer = client.post(PATH, json=asked, headers=WAIT)
    assert answer.status_code == 201, answer.text
    model: dict[str, Any] = answer.json()
    return model


def test_a_refit_that_is_waited_for_answers_the_model(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=60)

    answer = hospital.client.post(PATH, json={}, headers=WAIT)

    model = answer.json()
    assert (answer.status_code, model["status"]) == (201, "current")
    assert answer.headers["location"] == f"{PATH}/{model['model_id']}"
    assert hospital.stored(f"{PATH}/{model['model_id']}") == model
    assert hospital.stored(f"{PATH}/current") == model
    assert (model["patients"], model["endpoint"]) == (60, "overall_survival")
    assert {gate["gate"] for gate in model["gates"]} >= {"events", "convergence", "follow-up-lag"}


def test_a_refit_that_is_not_waited_for_is_accepted(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=60)

    answer = hospital.client.post(PATH)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/refits/{answer.json()['refit_id']}"
    done = ended(hospital.client, answer.headers["location"])
    assert (done["status"], done["progress"]) == ("done", 1.0)
    assert done["model_id"] == hospital.stored(f"{PATH}/current")["model_id"]


def running_on(hospital: Hospital, refit_id: str) -> None:
    """Say that a refit runs on: a fit can end before the last caller asks."""
    with as_owner(hospital.service.database) as connection:
        connection.execute(
            update(tables.refit)
            .where(tables.refit.c.refit_id == refit_id)
            .values(status="running", heartbeat_at=datetime.now(UTC), finished_at=None)
        )


def test_an_equal_refit_is_joined(hospital: Hospital) -> None:
    refit_id = hospital.client.post(PATH, json={}).json()["refit_id"]
    ended(hospital.client, f"/v1/refits/{refit_id}")
    running_on(hospital, refit_id)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: hospital.client.post(PATH, json={}), range(8)))

    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["refit_id"] for answer in answers} == {refit_id}


LEASE_S = 5


def test_a_refit_in_line_is_not_given_up_with_the_one_before_it(sqlite_url: str) -> None:
    with running(sqlite_url, refit_lease_seconds=LEASE_S) as service:
        client = new_hospital(service).client
        tell_cohort(client, patients=60)
        before = psutil.Process().children()
        ended(client, client.post(PATH, json={}).headers["location"])
        (child,) = set(psutil.Process().children()) - set(before)

        while not idle([child]):
            pass
        child.suspend()
        first = client.post(PATH, json={}).headers["location"]
        other = {"endpoint": "progression_free_survival"}
        second = client.post(PATH, json=other).headers["location"]
        time.sleep(LEASE_S + 1)
        stands = [client.get(each).json()["status"] for each in (first, second)]
        child.resume()

        assert stands == ["failed", "queued"]
        assert ended(client, second)["status"] == "done"


def test_another_refit_of_the_same_endpoint_is_refused_while_one_runs(hospital: Hospital) -> None:
    first = hospital.client.post(PATH, json={})
    ended(hospital.client, first.headers["location"])
    running_on(hospital, first.json()["refit_id"])

    other = hospital.client.post(PATH, json={"penalizer": 0.1})
    elsewhere = hospital.client.post(PATH, json={"setting": "neoadjuvant"})

    assert (other.status_code, other.json()["code"]) == (409, "refit-running")
    assert elsewhere.status_code == 202
    assert ended(hospital.client, elsewhere.headers["location"])["status"] == "failed"


def test_a_refit_without_events_fails_and_says_so(hospital: Hospital) -> None:
    refused = hospital.client.post(PATH, json={}, headers=WAIT)

    assert (refused.status_code, refused.json()["code"]) == (409, "too-few-events")
    assert hospital.client.get(f"{PATH}/current").status_code == 404


def test_separation_fails_and_says_so(hospital: Hospital) -> None:
    """Every death has the marker and dies before the first of those without it is censored."""
    hospital.client.post("/v1/covariates", json={"name": "marker", "kind": "binary"})
    drawn, today = date(2023, 1, 1), datetime.now(UTC).date()
    for number in range(40):
        marked = number % 2
        died = {"death_on": f"{drawn + timedelta(days=100 + number)}"}
        outcome = died if marked else {"last_known_alive_on": f"{today}"}
        tell_patient(hospital.client, f"P{number}", 5, drawn, outcome)
        told = {"observed_on": f"{drawn}", "extra": {"marker": marked}}
        hospital.client.put(f"/v1/patients/P{number}", json=told, headers={"If-Match": "*"})

    refused = hospital.client.post(PATH, json={"covariates": ["marker"]}, headers=WAIT)

    assert (refused.status_code, refused.json()["code"]) == (409, "separation")


def test_a_failed_refit_leaves_the_old_model_in_use(fitted: Hospital) -> None:
    before = fitted.stored(f"{PATH}/current")

    # Nobody's age differs: all were told to be born in 1950 and drawn within two years.
    failed = fitted.client.post(
        PATH, json={"covariates": ["age"], "data_cutoff": "2021-01-02"}, headers=WAIT
    )

    assert failed.status_code == 409
    assert fitted.stored(f"{PATH}/current") == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"endpoint": "disease_free_survival"}, "endpoint-not-applicable"),
        (
            {"endpoint": "progression_free_survival", "setting": "neoadjuvant"},
            "endpoint-not-applicable",
        ),
        ({"covariates": ["shoe_size"]}, "unknown-covariate"),
        ({"covariates": ["age", "age"]}, "duplicate-covariate"),
        ({"clock": "index_date", "covariates": ["log1p_ctc"]}, "count-without-draw"),
        ({"data_cutoff": "2199-01-01"}, "in-the-future"),
        ({"penalizer": -1}, "invalid-input"),
        ({"covariates": []}, "invalid-input"),
        ({"endpoint": "death"}, "invalid-input"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    client: httpx.Client, asked: dict[str, Any], code: str
) -> None:
    answer = client.post(PATH, json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_no_row_looks_ahead(hospital: Hospital) -> None:
    """What is observed the day after the draw is in no row, whatever was told last."""
    tell_cohort(hospital.client, patients=60)
    for number in range(60):
        drawn = hospital.stored(f"/v1/patients/P{number}/blood-tests")["items"][0]["drawn_at"]
        day = date.fromisoformat(drawn[:10])
        for told_on, ecog in ((day, number % 3), (day + timedelta(days=1), 4)):
            told = {"observed_on": f"{told_on}", "ecog": ecog}
            hospital.client.put(f"/v1/patients/P{number}", json=told, headers={"If-Match": "*"})
    model = refit(hospital.client, covariates=["log1p_ctc", "ecog", "age"])

    rows = hospital.stored(f"{PATH}/{model['model_id']}/rows?limit=500")["items"]

    values = [(row["clock_start"], value) for row in rows for value in row["values"]]
    assert len(rows) == model["patients"] == 60
    assert all(value["observed_on"] <= start for start, value in values if value["observed_on"])
    assert {value["value"] for _, value in values if value["covariate"] == "ecog"} == {0, 1, 2}


def test_rows_are_listed_page_by_page(fitted: Hospital) -> None:
    model_id = fitted.stored(f"{PATH}/current")["model_id"]

    first = fitted.client.get(f"{PATH}/{model_id}/rows", params={"limit": 50})
    second = fitted.client.get(first.links["next"]["url"])

    patients = [row["patient_id"] for page in (first, second) for row in page.json()["items"]]
    assert patients == sorted({f"P{number}" for number in range(80)})


def test_a_small_cohort_makes_a_candidate_and_answers_stay_withheld(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=30)

    model = refit(hospital.client)

    assert model["status"] == "candidate"
    assert ("events", "refused") in [(gate["gate"], gate["verdict"]) for gate in model["gates"]]
    assert hospital.client.get(f"{PATH}/current").status_code == 404
    answer = hospital.client.post("/v1/prognoses/preview", json=a_prognosis_request()).json()
    codes = [reason["code"] for reason in answer["hazard"]["reasons"]]
    assert answer["hazard"]["status"] == "withheld"
    assert (codes[0], codes[-1]) == ("events-too-few", "no-model")


def test_a_promoted_candidate_answers_qualified(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=30)
    model = refit(hospital.client)
    url = f"{PATH}/{model['model_id']}/promotion"

    promoted = hospital.client.post(url, json={"reason": "Board of 3 May."})
    again = hospital.client.post(url, json={"reason": "Board of 3 May."})

    assert (promoted.status_code, promoted.json()["status"]) == (201, "current")
    assert (again.status_code, again.json()["code"]) == (409, "already-current")
    answer = hospital.client.post("/v1/prognoses/preview", json=a_prognosis_request()).json()
    codes = {reason["code"] for reason in answer["hazard"]["reasons"]}
    assert answer["hazard"]["status"] == "qualified"
    assert {"promoted-despite-gate", "events-too-few"} <= codes


def test_the_same_refit_again_leaves_a_promoted_model_in_use(hospital: Hospital) -> None:
    """The artefact is the same, and a person has spoken for it."""
    tell_cohort(hospital.client, patients=30)
    model = refit(hospital.client)
    url = f"{PATH}/{model['model_id']}/promotion"
    hospital.client.post(url, json={"reason": "Board of 3 May."}).raise_for_status()

    again = refit(hospital.client)

    assert again["model_id"] == model["model_id"]
    assert hospital.stored(f"{PATH}/current")["model_id"] == model["model_id"]


def test_a_better_model_supersedes_and_the_old_can_come_back(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=60)
    old = refit(hospital.client)
    new = refit(hospital.client, penalizer=0.05)

    superseded = hospital.stored(f"{PATH}/{old['model_id']}")["status"]
    back = hospital.client.post(
        f"{PATH}/{old['model_id']}/promotion", json={"reason": "Back to the first."}
    )

    statuses = {each["model_id"]: each["status"] for each in hospital.stored(PATH)["items"]}
    assert (superseded, back.status_code) == ("superseded", 201)
    assert statuses == {old["model_id"]: "current", new["model_id"]: "superseded"}


def test_a_promotion_needs_a_reason(fitted: Hospital) -> None:
    model_id = fitted.stored(f"{PATH}/current")["model_id"]

    answers = [
        fitted.client.post(f"{PATH}/{model_id}/promotion", json=body)
        for body in ({}, {"reason": ""}, {"reason": "\n\n\n"})
    ]

    assert [answer.status_code for answer in answers] == [422] * 3


def test_models_are_listed_the_newest_first_without_baselines(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=30)
    models = [refit(hospital.client, penalizer=penalizer) for penalizer in (0.1, 0.2, 0.3)]

    first = hospital.client.get(PATH, params={"limit": 2})
    second = hospital.client.get(first.links["next"]["url"])

    listed = [*first.json()["items"], *second.json()["items"]]
    assert [each["model_id"] for each in listed] == [each["model_id"] for each in models[::-1]]
    assert all("baseline" not in each for each in listed)


def refits_due(client: httpx.Client) -> int:
    """Tell how many models in use, of all hospitals, should be fitted again."""
    (line,) = re.findall(
        r"^prognosis_refits_due{} (.*)$", client.get("/metrics").text, re.MULTILINE
    )
    return int(line)


def test_a_correction_of_a_trained_row_is_counted(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=60)
    fresh = refit(hospital.client)
    trained = hospital.stored(f"{PATH}/{fresh['model_id']}/rows?limit=500")["items"]
    (ours,) = [row for row in trained if row["patient_id"] == "P7"]
    (told,) = hospital.stored("/v1/patients/P7/export")["training_rows"]
    before = refits_due(hospital.client)
    hospital.client.put(
        "/v1/blood-tests/A-P8",
        json=a_correction(patient_id="P8", drawn_at="2021-06-01T09:00:00Z"),
        headers={"If-Match": "*"},
    ).raise_for_status()

    hospital.client.delete("/v1/patients/P7").raise_for_status()

    current = hospital.stored(f"{PATH}/current")
    (listed,) = hospital.stored(PATH)["items"]
    rows = hospital.stored(f"{PATH}/{current['model_id']}/rows?limit=500")["items"]
    assert told == {"model_id": fresh["model_id"], **ours}
    assert (fresh["changed_rows"], fresh["erased_rows"], fresh["refit_due"]) == (0, 0, [])
    assert (current["changed_rows"], current["erased_rows"]) == (2, 1)
    assert (
        current["refit_due"]
        == listed["refit_due"]
        == [
            {
                "code": "training-data-changed",
                "detail": "since the fit 1 of its rows were erased and 1 corrected",
            }
        ]
    )
    assert "P7" not in [row["patient_id"] for row in rows]
    assert refits_due(hospital.client) == before + 1


def test_a_model_holds_no_patient(fitted: Hospital) -> None:
    model = fitted.client.get(f"{PATH}/current").text

    assert '"P1"' not in model
    assert "A-P1" not in model


def test_a_refit_follows_what_was_told_in_between(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=55)
    old = refit(hospital.client)
    hospital.client.put("/v1/patients/P-new", json=facts())
    tell_patient(hospital.client, "Q", 300, date(2024, 1, 1), {"death_on": "2024-03-01"})

    new = refit(hospital.client)

    assert (old["patients"], new["patients"]) == (55, 56)
    assert new["model_id"] != old["model_id"]
