"""What is taken back, said again in other words, or done by two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.bodies import a_correction, a_prognosis_request, a_result, tell_cohort
from tests.api.conftest import Hospital

WAIT = {"Prefer": "wait=60"}


def test_of_many_first_puts_of_a_patient_one_is_the_first(hospital: Hospital) -> None:
    def put(year: int) -> int:
        body = {"observed_on": "2025-11-01", "birth_year": year}
        return hospital.client.put("/v1/patients/P-1", json=body).status_code

    with ThreadPoolExecutor(16) as callers:
        statuses = list(callers.map(put, range(1940, 1972)))

    assert sorted(set(statuses)) == [201, 428]
    assert statuses.count(201) == 1


def test_telling_and_erasing_one_patient_at_once_is_never_a_fault(hospital: Hospital) -> None:
    def call(number: int) -> int:
        if number % 3 == 0:
            return hospital.client.delete("/v1/patients/P-000123").status_code
        return hospital.client.post("/v1/prognoses", json=a_prognosis_request()).status_code

    with ThreadPoolExecutor(16) as callers:
        statuses = set(callers.map(call, range(150)))

    assert statuses <= {200, 201, 204, 404, 503}


@pytest.mark.parametrize("change", [{"observed_on": None}, {"index_date": None}])
def test_the_same_said_in_other_words_is_a_repeat(
    hospital: Hospital, change: dict[str, Any]
) -> None:
    body = a_prognosis_request()
    first = hospital.client.post("/v1/prognoses", json=body)

    again = hospital.client.post("/v1/prognoses", json=body | {"patient": body["patient"] | change})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content


def test_a_correction_back_to_the_first_content_is_answered_anew(hospital: Hospital) -> None:
    path = "/v1/blood-tests/LAB-2025-0001"
    first = hospital.client.post("/v1/blood-tests", json=a_result()).json()["prognosis"]
    hospital.client.put(path, json=a_correction(ctc_count=18), headers={"If-Match": '"1"'})

    original = a_correction() | {"status": "final"}
    back = hospital.client.put(path, json=original, headers={"If-Match": '"2"'}).json()["prognosis"]

    assert back["blood_test"] == first["blood_test"]
    assert back["prognosis_id"] != first["prognosis_id"]


def test_a_message_sent_again_after_a_correction_undoes_nothing(hospital: Hospital) -> None:
    first = hospital.client.post("/v1/blood-tests", json=a_result())
    path = "/v1/blood-tests/LAB-2025-0001"
    hospital.client.put(path, json=a_correction(ctc_count=18), headers={"If-Match": '"1"'})

    again = hospital.client.post("/v1/blood-tests", json=a_result())

    assert (again.status_code, again.content) == (200, first.content)
    assert hospital.stored(path)["ctc_count"] == 18


def changed_rows(client: httpx.Client) -> int:
    changed: int = client.get("/v1/models/current").json()["changed_rows"]
    return changed


def test_a_death_that_is_taken_back_changes_the_models_row(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=80)
    hospital.client.post("/v1/models", json={}, headers=WAIT).raise_for_status()
    row = hospital.stored("/v1/models/current")
    rows = hospital.stored(f"/v1/models/{row['model_id']}/rows?limit=500")["items"]
    dead = next(item["patient_id"] for item in rows if item["event"])
    path = f"/v1/patients/{dead}/follow-up"
    tag = hospital.client.get(path).headers["etag"]

    hospital.client.put(
        path, json={"last_known_alive_on": "2026-11-01"}, headers={"If-Match": tag}
    ).raise_for_status()

    assert changed_rows(hospital.client) == 1


def test_a_later_visit_changes_no_row(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=80)
    hospital.client.post("/v1/models", json={}, headers=WAIT).raise_for_status()
    model = hospital.stored("/v1/models/current")
    rows = hospital.stored(f"/v1/models/{model['model_id']}/rows?limit=500")["items"]
    alive = next(item["patient_id"] for item in rows if not item["event"])
    path = f"/v1/patients/{alive}/follow-up"
    tag = hospital.client.get(path).headers["etag"]
    today = datetime.now(UTC).date().isoformat()

    hospital.client.put(path, json={"last_known_alive_on": today}, headers={"If-Match": tag})

    assert changed_rows(hospital.client) == 0


def test_after_an_equal_refit_corrections_are_counted_again(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=80)
    first = hospital.client.post("/v1/models", json={}, headers=WAIT).json()
    row = hospital.stored(f"/v1/models/{first['model_id']}/rows?limit=1")["items"][0]
    path = f"/v1/blood-tests/{row['accession_number']}"
    original = hospital.stored(path)

    def correct(version: int, count: int) -> None:
        names = ("patient_id", "drawn_at", "blood_volume_ml", "assay", "status")
        body = {name: original[name] for name in names} | {"ctc_count": count}
        hospital.client.put(
            path, json=body, headers={"If-Match": f'"{version}"'}
        ).raise_for_status()

    correct(1, original["ctc_count"] + 1)
    correct(2, original["ctc_count"])
    again = hospital.client.post("/v1/models", json={}, headers=WAIT).json()
    correct(3, original["ctc_count"] + 500)

    assert (again["model_id"], again["changed_rows"]) == (first["model_id"], 0)
    assert changed_rows(hospital.client) == 1


def test_a_repeat_of_a_failed_refit_answers_the_failure(hospital: Hospital) -> None:
    headers = WAIT | {"Idempotency-Key": "refit-1"}

    first = hospital.client.post("/v1/models", json={}, headers=headers)
    again = hospital.client.post("/v1/models", json={}, headers=headers)

    assert (first.status_code, first.json()["code"]) == (409, "too-few-events")
    assert (again.status_code, again.json()["code"]) == (409, "too-few-events")
    assert again.headers["idempotent-replayed"] == "true"


def test_progression_after_the_draw_withholds_progression_free_survival(
    hospital: Hospital,
) -> None:
    tell_cohort(hospital.client, patients=80)
    body = {"endpoint": "progression_free_survival"}
    hospital.client.post("/v1/models", json=body, headers=WAIT).raise_for_status()
    drawn = datetime.now(UTC) - timedelta(days=60)
    day = drawn.date()
    request = a_prognosis_request(
        {"observed_on": str(day), "line_started_on": str(day), "metastatic_diagnosis_date": None},
        {"drawn_at": drawn.isoformat().replace("+00:00", "Z")},
    )
    hospital.client.post("/v1/prognoses", json=request).raise_for_status()
    hospital.client.put(
        "/v1/patients/P-000123/follow-up", json={"progression_on": str(day + timedelta(days=40))}
    ).raise_for_status()

    path = "/v1/patients/P-000123/prognosis"
    free = hospital.stored(f"{path}?endpoint=progression_free_survival")["hazard"]

    assert free["status"] == "withheld"
    assert [reason["code"] for reason in free["reasons"]] == ["endpoint-reached"]


def test_an_if_match_may_list_versions_and_a_weak_one_never_matches(hospital: Hospital) -> None:
    hospital.client.post("/v1/blood-tests", json=a_result())
    path = "/v1/blood-tests/LAB-2025-0001"

    weak = hospital.client.put(path, json=a_correction(), headers={"If-Match": 'W/"1"'})
    listed = hospital.client.put(path, json=a_correction(), headers={"If-Match": '"7", "1"'})

    assert (weak.status_code, listed.status_code) == (412, 200)


def test_a_wrong_extra_value_is_pointed_at_once(hospital: Hospital) -> None:
    hospital.client.post("/v1/covariates", json={"name": "nodes", "kind": "continuous"})

    answer = hospital.client.post(
        "/v1/prognoses", json=a_prognosis_request({"extra": {"nodes": "3"}})
    )

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/patient/extra/nodes"]


def test_a_preflight_is_answered_and_allows_no_origin(hospital: Hospital) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}

    answer = httpx.options(f"{hospital.service.url}/v1/prognoses", headers=headers)

    assert answer.status_code == 204
    assert "access-control-allow-origin" not in answer.headers


def test_short_lists_have_pages_too(hospital: Hospital) -> None:
    names, path = [], "/v1/risk-schemes?limit=2"
    while path:
        answer = hospital.client.get(path)
        names += [item["scheme"] for item in answer.json()["items"]]
        link = answer.links.get("next", {}).get("url", "")
        path = link.removeprefix(hospital.service.url)

    assert names == ["mdacc-2003", "cellsearch-5", "stage-iv-2019", "any-ctc", "dose-nact"]
