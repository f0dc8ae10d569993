"""Emergency access: with a reason, in one's own hospital, read only, and never unseen."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.bodies import a_prognosis_request
from tests.api.conftest import Hospital
from tests.faults.serving import COLD, Served

ONE = "/v1/patients/P-000123"
HEADER = "Break-Glass-Reason"
REASON = "Emergency admission, ticket 4711"
SAID = {HEADER: REASON}


@pytest.fixture
def emergency(hospital: Hospital) -> httpx.Client:
    """A client that may do nothing but break the glass, where a patient is known."""
    hospital.client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    return hospital.client_of("break-glass")


def events(hospital: Hospital) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = hospital.stored("/v1/audit-events?limit=500")["items"]
    return items


def alerts(client: httpx.Client) -> float:
    (line,) = [
        line
        for line in client.get("/metrics").text.splitlines()
        if line.startswith("prognosis_break_glass_total")
    ]
    return float(line.split()[-1])


def test_a_reason_opens_what_no_scope_does(hospital: Hospital, emergency: httpx.Client) -> None:
    without = emergency.get(ONE)

    answer = emergency.get(ONE, headers=SAID)

    assert (without.status_code, without.json()["code"]) == (403, "missing-scope")
    assert HEADER in without.json()["detail"]
    assert (answer.status_code, answer.json()) == (200, hospital.stored(ONE))


def test_every_use_is_an_event_of_its_own_with_person_and_reason(
    hospital: Hospital, emergency: httpx.Client
) -> None:
    emergency.get(ONE)
    emergency.get(ONE, headers=SAID)
    emergency.get(f"{ONE}/prognosis", headers=SAID)

    posted, denied, read, asked = events(hospital)

    assert (denied["action"], denied["status"], denied["detail"]) == ("get_patient", 403, None)
    assert (read["action"], read["status"]) == ("break-glass get_patient", 200)
    assert (asked["action"], asked["status"]) == ("break-glass get_patient_prognosis", 200)
    assert read["detail"] == asked["detail"] == REASON
    assert read["person"] == asked["person"] == posted["person"]
    assert read["client_id"] in emergency.headers["authorization"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/patients/P-nobody", 404),
        (f"{ONE}/prognosis?risk_scheme=dose-nact", 409),
        (f"{ONE}/prognosis?horizons_months=0", 422),
        (f"{ONE}?unknown=1", 422),
    ],
)
def test_a_use_that_finds_nothing_is_told_all_the_same(
    hospital: Hospital, emergency: httpx.Client, path: str, status: int
) -> None:
    before = alerts(hospital.client)

    answer = emergency.get(path, headers=SAID)

    told = events(hospital)[-1]
    assert answer.status_code == told["status"] == status
    assert told["action"].startswith("break-glass get_patient")
    assert told["detail"] == REASON
    assert alerts(hospital.client) == before + 1


@pytest.mark.parametrize("reason", ["", "short", "x" * 301, "caf\u00e9 emergency"])
def test_a_reason_has_to_be_one(hospital: Hospital, emergency: httpx.Client, reason: str) -> None:
    before = alerts(hospital.client)

    answer = emergency.get(ONE, headers=[(HEADER.encode(), reason.encode("latin-1"))])

    assert answer.status_code == 403
    assert alerts(hospital.client) == before


def test_two_reasons_are_none(emergency: httpx.Client) -> None:
    assert emergency.get(ONE, headers=[(HEADER, REASON), (HEADER, REASON)]).status_code == 403


def test_a_reason_gives_nothing_to_whom_the_scope_was_not_given(hospital: Hospital) -> None:
    answer = hospital.client_of("models:read").get(ONE, headers=SAID)

    assert (answer.status_code, HEADER in answer.text) == (403, False)


def test_whoever_has_the_scope_breaks_no_glass(hospital: Hospital, emergency: httpx.Client) -> None:
    before = alerts(hospital.client)

    hospital.client.get(ONE, headers=SAID)

    assert events(hospital)[-1]["action"] == "get_patient"
    assert events(hospital)[-1]["detail"] is None
    assert alerts(hospital.client) == before


def test_another_hospital_stays_closed(other_hospital: Hospital, emergency: httpx.Client) -> None:
    answer = other_hospital.client_of("break-glass").get(ONE, headers=SAID)

    assert answer.status_code == 404
    (told,) = events(other_hospital)
    assert (told["action"], told["detail"]) == ("break-glass get_patient", REASON)


def test_a_key_cannot_hand_on_what_it_lacks(hospital: Hospital) -> None:
    maker = hospital.all_but("break-glass")

    answer = maker.post("/v1/clients", json={"name": "night", "scopes": ["break-glass"]})

    assert (answer.status_code, answer.json()["code"]) == (422, "scope-not-yours")


def test_every_use_is_a_warning_in_the_log_that_tells_no_reason(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Served(sqlite_url, tmp_path, **COLD) as served, served.client() as client:
        client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
        night = {"name": "night", "scopes": ["break-glass"]}
        made = client.post("/v1/clients", json=night).json()
        answer = httpx.get(
            f"{client.base_url}{ONE}", headers={"Authorization": f"Bearer {made['key']}"} | SAID
        )

    said = (tmp_path / "served.log").read_text()
    (told,) = [json.loads(line) for line in said.splitlines() if "break-glass access" in line]
    assert (answer.status_code, told["level"]) == (200, "WARNING")
    assert told["route"] == "/v1/patients/{patient_id}"
    assert told["client_id"] == made["client_id"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert "4711" not in said
