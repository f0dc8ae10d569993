"""Everything stored of one person in one document; told elsewhere, it says the same."""

import json
from datetime import date
from typing import Any

import httpx
import pytest

from tests.api.bodies import (
    a_correction,
    a_prognosis_request,
    a_result,
    facts,
    tell_patient,
)
from tests.api.conftest import Hospital

ONE = "/v1/patients/P-000123"
EXPORT = f"{ONE}/export"
TEST = ("drawn_at", "ctc_count", "blood_volume_ml", "assay", "status")

Json = dict[str, Any]


def tell(client: httpx.Client) -> list[str]:
    """Tell of one person in every way; give the identifiers of the answers."""
    given = client.post("/v1/prognoses", json=a_prognosis_request()).json()
    corrected = client.put(
        "/v1/blood-tests/LAB-2025-0001", json=a_correction(ctc_count=18), headers={"If-Match": "*"}
    ).json()
    later = a_result(accession_number="LAB-2", drawn_at="2025-12-01T00:30:00+01:00", ctc_count=4)
    posted = client.post("/v1/blood-tests", json=later, headers={"Idempotency-Key": "once"}).json()
    client.put(ONE, json=facts(ecog=2, observed_on="2025-12-24"), headers={"If-Match": "*"})
    for alive in ("2026-01-01", "2026-02-01"):
        etag = client.get(f"{ONE}/follow-up").headers.get("etag")
        client.put(
            f"{ONE}/follow-up",
            json={"last_known_alive_on": alive},
            headers={"If-Match": etag} if etag else {},
        ).raise_for_status()
    answers = (given, corrected["prognosis"], posted["prognosis"])
    return [answer["prognosis_id"] for answer in answers]


def test_an_export_holds_everything_that_is_stored_of_a_person(hospital: Hospital) -> None:
    ids = tell(hospital.client)

    found = hospital.stored(EXPORT)

    history = hospital.stored(f"{ONE}/history")
    days = [each.pop("drawn_on") for each in found["blood_tests"]]
    assert {name: found[name] for name in history} == history
    assert days == ["2025-11-01", "2025-11-01", "2025-12-01"]
    assert [len(found[name]) for name in ("observations", "blood_tests", "follow_up")] == [2, 3, 2]
    assert found["prognoses"] == [hospital.stored(f"/v1/prognoses/{each}") for each in ids]
    assert [kept["key"] for kept in found["idempotency_keys"]] == ["once"]


def test_an_export_tells_who_touched_the_person_this_reading_included(hospital: Hospital) -> None:
    tell(hospital.client)
    tell_patient(hospital.client, "another", 3, date(2021, 3, 1), {"death_on": "2022-03-01"})

    found = hospital.stored(EXPORT)

    events = hospital.stored("/v1/audit-events?limit=500")["items"]
    ours = [each for each in events if each["person"] == found["pseudonym"]]
    assert found["audit_events"][-1]["action"] == "export_patient"
    assert len(found["audit_events"]) == 8
    assert [each for each in ours if each["action"] != "get_history"] == found["audit_events"]


def told_again(client: httpx.Client, export: Json) -> None:
    """Tell all of an export in the order in which it was recorded, through the ordinary calls."""
    said = [(each["recorded_at"], "observation", each) for each in export["observations"]]
    said += [(each["recorded_at"], "blood_test", each) for each in export["blood_tests"]]
    said += [(each["recorded_at"], "follow_up", each) for each in export["follow_up"]]
    patient = f"/v1/patients/{export['patient_id']}"
    # With the offset that gives the draw its own date; the history tells instants in UTC.
    drawn_at = {row["accession_number"]: row["drawn_at"] for row in export["cohort_rows"]}
    for _, kind, each in sorted(said, key=lambda item: item[0]):
        if kind == "observation":
            body = {"observed_on": each["observed_on"], **each["said"], "extra": each["extra"]}
            put(client, patient, body)
        elif kind == "follow_up":
            names = ("last_known_alive_on", "death_on", "progression_on")
            put(client, f"{patient}/follow-up", {name: each[name] for name in names})
        else:
            body = {name: each[name] for name in ("patient_id", *TEST)}
            body["drawn_at"] = drawn_at[each["accession_number"]]
            put(client, f"/v1/blood-tests/{each['accession_number']}", body)


def put(client: httpx.Client, path: str, body: Json) -> None:
    there = client.get(path).headers.get("etag")
    headers = {"If-Match": there} if there else {}
    client.put(path, json=body, headers=headers).raise_for_status()


def without_instants(history: Json) -> Json:
    """Leave out when something was recorded; elsewhere that is another time."""
    return {
        name: [{key: value for key, value in each.items() if key != "recorded_at"} for each in part]
        for name, part in history.items()
        if name in ("observations", "blood_tests", "follow_up")
    }


def test_an_export_told_elsewhere_gives_the_same_history(
    hospital: Hospital, other_hospital: Hospital
) -> None:
    tell(hospital.client)
    export = hospital.stored(EXPORT)

    told_again(other_hospital.client, export)

    elsewhere = other_hospital.stored(EXPORT)
    assert without_instants(elsewhere) == without_instants(export)
    assert elsewhere["cohort_rows"] == export["cohort_rows"]
    assert other_hospital.stored(ONE) == hospital.stored(ONE)


def test_the_cohort_rows_of_an_export_can_be_imported_elsewhere(
    hospital: Hospital, other_hospital: Hospital
) -> None:
    tell(hospital.client)
    rows = hospital.stored(EXPORT)["cohort_rows"]

    imported = other_hospital.client.post(
        "/v1/imports",
        content="".join(f"{line}\n" for line in map(json.dumps, rows)),
        headers={"Content-Type": "application/x-ndjson"},
    )

    assert [line["status"] for line in map(json.loads, imported.text.splitlines())] == [
        "stored",
        "stored",
    ]
    assert other_hospital.stored(EXPORT)["cohort_rows"] == rows


def test_an_erased_person_has_no_export(hospital: Hospital) -> None:
    tell(hospital.client)
    hospital.client.delete(ONE).raise_for_status()

    gone = hospital.client.get(EXPORT)
    hospital.client.put(ONE, json=facts()).raise_for_status()
    anew = hospital.stored(EXPORT)

    assert (gone.status_code, gone.json()["code"]) == (404, "not-found")
    emptied = ("blood_tests", "follow_up", "prognoses", "training_rows", "idempotency_keys")
    assert [anew[name] for name in emptied] == [[]] * len(emptied)
    # Neither is whoever returns under the same pseudonym told of those who were erased.
    assert [each["action"] for each in anew["audit_events"]] == ["put_patient", "export_patient"]


@pytest.mark.parametrize("scope", ["patients:read", "prognoses:read", "audit:read"])
def test_an_export_needs_the_scopes_of_all_that_is_in_it(hospital: Hospital, scope: str) -> None:
    tell(hospital.client)

    assert hospital.all_but(scope).get(EXPORT).status_code == 403
