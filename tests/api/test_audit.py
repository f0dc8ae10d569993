"""Who did what: one event for each call and for each that was denied."""

import time
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from app.storage import tables
from app.storage.database import Database
from app.usecases.chain import ChainReport, check_chain
from tests.api.bodies import a_prognosis_request, a_result, facts
from tests.api.conftest import Hospital
from tests.faults.serving import COLD, Served
from tests.owner import as_owner

ONE = "/v1/patients/P-000123"

REQUEST_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def events(hospital: Hospital) -> list[dict[str, Any]]:
    """Read the audit trail, the reading itself left out."""
    items: list[dict[str, Any]] = hospital.stored("/v1/audit-events?limit=500")["items"]
    return items


def test_every_call_leaves_one_event(hospital: Hospital) -> None:
    client = hospital.client
    client.post("/v1/prognoses", json=a_prognosis_request())
    client.post("/v1/prognoses/preview", json=a_prognosis_request())
    client.get(ONE)
    client.put(f"{ONE}/follow-up", json={"last_known_alive_on": "2026-01-01"})
    client.get(f"{ONE}/prognosis.svg")
    client.get("/v1/models")
    client.delete(ONE)

    found = [(each["action"], each["status"]) for each in events(hospital)]

    assert found == [
        ("post_prognosis", 201),
        ("preview_prognosis", 200),
        ("get_patient", 200),
        ("put_follow_up", 201),
        ("get_patient_prognosis_picture", 200),
        ("get_models", 200),
        ("delete_patient", 204),
    ]


def test_a_person_is_a_pseudonym_that_stays_the_same(hospital: Hospital) -> None:
    hospital.client.post("/v1/blood-tests", json=a_result())
    hospital.client.get(ONE)
    hospital.client.put("/v1/patients/P-2", json=facts())

    people = [each["person"] for each in events(hospital)]

    assert people[0] == people[1] != people[2]
    assert "P-" not in str(people)
    assert all(len(person) == 32 for person in people)


def test_an_erased_person_who_returns_is_another_pseudonym(hospital: Hospital) -> None:
    hospital.client.put(ONE, json=facts())
    hospital.client.delete(ONE)
    hospital.client.put(ONE, json=facts())

    people = [each["person"] for each in events(hospital)]

    assert people[0] == people[1] != people[2]


def test_denied_calls_are_told(hospital: Hospital, other_hospital: Hospital) -> None:
    hospital.client.put(ONE, json=facts())
    other_hospital.client.get(ONE)
    other_hospital.client_of("models:read").get(ONE)

    denied = [(each["action"], each["status"]) for each in events(other_hospital)]

    assert denied == [("get_patient", 404), ("get_patient", 403)]
    assert [each["action"] for each in events(hospital)] == ["put_patient"]


def test_a_wrong_secret_is_told_to_the_hospital_whose_client_it_names(hospital: Hospital) -> None:
    key = hospital.service.key(hospital.name)
    forged = key[:-4] + ("AAAA" if not key.endswith("AAAA") else "BBBB")

    answer = hospital.service.client_with(forged).get(ONE)

    (event,) = events(hospital)
    assert answer.status_code == 401
    assert (event["action"], event["status"]) == ("denied", 401)
    assert event["client_id"] == key.split("_")[1]


def test_a_call_without_a_key_is_told_to_those_who_run_the_service(hospital: Hospital) -> None:
    table = tables.audit_event
    count = select(func.count()).where(table.c.organisation_id.is_(None), table.c.status == 401)

    def told() -> int:
        with as_owner(hospital.service.database) as connection:
            return connection.execute(count).scalar_one()

    before = told()
    hospital.service.client_with(None).get(ONE)

    assert told() == before + 1


def test_an_event_names_the_client_and_the_request(hospital: Hospital) -> None:
    answer = hospital.client.get("/v1/models", headers={"X-Request-Id": REQUEST_ID})

    (event,) = events(hospital)

    assert answer.headers["x-request-id"] == event["request_id"] == REQUEST_ID
    assert event["client_id"] in hospital.client.headers["authorization"]


def test_events_are_listed_page_by_page_in_order(hospital: Hospital) -> None:
    for _ in range(5):
        hospital.client.get("/v1/models")
    reader = hospital.client_of("audit:read")

    first = reader.get("/v1/audit-events", params={"limit": 3}).json()
    second = reader.get("/v1/audit-events", params={"limit": 3, "cursor": first["next"]}).json()

    sequences = [each["sequence"] for each in first["items"] + second["items"]]
    assert len(first["items"]) == 3
    assert sequences == sorted(set(sequences))


def test_a_call_that_failed_leaves_no_event_of_success(hospital: Hospital) -> None:
    hospital.client.post("/v1/blood-tests", json=a_result())
    hospital.client.post("/v1/blood-tests", json=a_result(ctc_count=3))

    assert [each["status"] for each in events(hospital)] == [201]


def test_audit_events_cannot_be_written_over_http(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/v1/audit-events")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def sealed(database: Database, events: int) -> ChainReport:
    """Wait until so many events are sealed, and check the chain."""
    deadline = time.monotonic() + 60
    while (report := check_chain(database, lambda _: None)).sealed < events:
        assert time.monotonic() < deadline, "the sealer of the service does nothing"
        time.sleep(0.1)
    return report


def test_what_a_service_of_two_processes_does_is_sealed_soon(
    database_url: str, tmp_path: Path
) -> None:
    with Served(database_url, tmp_path, **COLD) as served, served.client() as client:
        for number in range(20):
            client.put(f"/v1/patients/P-{number}", json=facts()).raise_for_status()
        database = Database(database_url, pool_size=2)

        report = sealed(database, 20)

    assert (report.sealed, report.unsealed, report.fault) == (20, 0, None)
    database.close()
