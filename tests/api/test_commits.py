"""What was not committed is not acknowledged, and what is committed is there once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from app.main import create_app
from app.settings import Settings
from app.storage import tables
from tests.api.bodies import (
    a_correction,
    a_plan,
    a_prognosis_request,
    a_result,
    a_treatment,
    a_trial,
    an_assessment,
    facts,
    open_a_trial,
    tell_candidate,
    tell_cohort,
)
from tests.api.conftest import Hospital
from tests.owner import as_owner
from tests.protocols.hl7v2.oru import an_oru

WRITES = sorted(
    operation["operationId"]
    for item in create_app(Settings()).openapi()["paths"].values()
    for method, operation in item.items()
    if method in ("post", "put", "delete", "patch")
)

SEEN = {"If-Match": "*"}
LINE = b'{"patient_id":"P-9","drawn_at":"2025-11-01T08:30:00Z","ctc_count":1}\n'
LINES = {"Content-Type": "application/x-ndjson"}
ER7 = {"Content-Type": "application/hl7-v2"}
NEW = {"accession_number": "NEW", "patient_id": "P-NEW"}

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "post_prognosis": ("POST", "/v1/prognoses", {"json": a_prognosis_request({"ecog": 3})}),
    "preview_prognosis": ("POST", "/v1/prognoses/preview", {"json": a_prognosis_request()}),
    "put_patient": ("PUT", "/v1/patients/P-000123", {"json": facts(ecog=2), "headers": SEEN}),
    "delete_patient": ("DELETE", "/v1/patients/P-000123", {}),
    "put_follow_up": (
        "PUT",
        "/v1/patients/P-000123/follow-up",
        {"json": {"last_known_alive_on": "2026-02-01"}},
    ),
    "put_treatment": ("PUT", "/v1/patients/P-000123/treatments/T-1", {"json": a_treatment()}),
    "put_assessment": ("PUT", "/v1/patients/P-000123/assessments/S-1", {"json": an_assessment()}),
    "post_blood_test": ("POST", "/v1/blood-tests", {"json": a_result(**NEW)}),
    "post_comparison": ("POST", "/v1/comparisons", {}),
    "put_blood_test": (
        "PUT",
        "/v1/blood-tests/LAB-2025-0001",
        {"json": a_correction(ctc_count=3), "headers": SEEN},
    ),
    "post_model": ("POST", "/v1/models", {"json": {}}),
    "promote_model": ("POST", "/v1/models/{model_id}/promotion", {"json": {"reason": "Failing."}}),
    "post_covariate": ("POST", "/v1/covariates", {"json": {"name": "x", "kind": "continuous"}}),
    "post_client": ("POST", "/v1/clients", {"json": {"name": "W", "scopes": ["models:read"]}}),
    "delete_client": ("DELETE", "/v1/clients/{client_id}", {}),
    "rotate_client": ("POST", "/v1/clients/{client_id}/rotation", {}),
    "post_pool": ("POST", "/v1/pools", {"json": {"name": "Larger", "organisations": ["x"]}}),
    "post_consent": ("POST", "{pool}/consents", {"json": {"reason": "The board agreed."}}),
    "delete_consent": ("DELETE", "{pool}/consents/{organisation}", {}),
    "post_pool_model": ("POST", "{pool}/models", {"json": {}}),
    "post_hl7v2": ("POST", "/hl7v2", {"content": an_oru(), "headers": ER7}),
    "get": ("GET", "/v1/patients/P-000123", {}),
    "post_token": ("POST", "/oauth2/token", {"data": {"grant_type": "client_credentials"}}),
    "post_import": ("POST", "/v1/imports", {"content": LINE, "headers": LINES}),
    "post_trial": ("POST", "/v1/trials", {"json": a_trial(trial_id="T-NEW")}),
    "plan_trial": ("POST", "/v1/trials/planning", {"json": a_plan()}),
    "open_trial": ("POST", "/v1/trials/DRAFT/opening", {}),
    "close_trial": ("POST", "/v1/trials/CTC-SWITCH-1/closing", {}),
    "post_enrolment": (
        "POST",
        "/v1/trials/CTC-SWITCH-1/enrolments",
        {"json": {"patient_id": "P-000123"}},
    ),
    "post_unblinding": (
        "POST",
        "/v1/trials/CTC-SWITCH-1/unblindings",
        {"json": {"patient_id": "P-2", "reason": "Failing."}},
    ),
}

KEPT = (
    tables.patient,
    tables.observation,
    tables.blood_test,
    tables.follow_up,
    tables.treatment,
    tables.assessment,
    tables.prognosis,
    tables.declared_covariate,
    tables.client,
    tables.client_secret,
    tables.access_token,
    tables.used_assertion,
    tables.refit,
    tables.pool,
    tables.pool_member,
    tables.pool_consent,
    tables.pool_model,
    tables.idempotency_record,
    tables.trial,
    tables.trial_allocation,
    tables.trial_enrolment,
    tables.message,
    tables.message_result,
    tables.audit_event,
)


@contextmanager
def failing_commits(hospital: Hospital) -> Iterator[None]:
    """Let every COMMIT of a write transaction fail the way a full disk does."""

    def fail(_: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    engine = hospital.service.database.writer
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


def kept(hospital: Hospital) -> dict[str, int]:
    """Count what is stored; jobs of other hospitals may be ending meanwhile."""
    number = hospital.service.number_of(hospital.name)
    counts = {}
    with as_owner(hospital.service.database) as connection:
        for table in KEPT:
            query = select(func.count()).select_from(table)
            if "organisation_id" in table.c:
                query = query.where(table.c.organisation_id == number)
            counts[table.name] = connection.execute(query).scalar_one()
    return counts


def prepared(hospital: Hospital, name: str) -> tuple[str, str, dict[str, Any]]:
    """Tell what a call needs, and give the call."""
    client = hospital.client
    client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    spare = client.post("/v1/clients", json={"name": "Spare", "scopes": ["patients:read"]}).json()
    names = {"client_id": spare["client_id"]}
    if name == "promote_model":
        tell_cohort(client, patients=30)
        fitted = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"}).json()
        names["model_id"] = fitted["model_id"]
    if name in ("post_consent", "delete_consent", "post_pool_model"):
        founded = client.post("/v1/pools", json={"name": "Larger", "organisations": ["x"]})
        names |= {"pool": founded.headers["location"], "organisation": hospital.name}
        if name != "post_consent":
            client.post(f"{names['pool']}/consents", json={"reason": "The board agreed."})
    if name.endswith(("_trial", "_enrolment", "_unblinding")):
        client.post("/v1/trials", json=a_trial(trial_id="DRAFT")).raise_for_status()
        tell_candidate(client, "P-2")
        at = open_a_trial(client)
        client.post(f"{at}/enrolments", json={"patient_id": "P-2"}).raise_for_status()
    method, path, options = CALLS[name]
    if name == "post_token":
        options = {**options, "auth": (spare["client_id"], spare["key"])}
    return method, path.format(**names), options


def test_every_write_is_tried() -> None:
    assert sorted(CALLS.keys() - {"get"}) == WRITES


@pytest.mark.parametrize("name", WRITES)
def test_a_failed_commit_is_never_a_success_and_leaves_nothing(
    hospital: Hospital, name: str
) -> None:
    method, url, options = prepared(hospital, name)
    before = kept(hospital)

    with failing_commits(hospital):
        failed = hospital.client.request(method, url, **options)

    assert failed.status_code >= 500, failed.text
    form = "application/json" if name == "post_token" else "application/problem+json"
    assert failed.headers["content-type"] == form
    assert kept(hospital) == before
    assert hospital.client.request(method, url, **options).is_success


def test_a_failed_commit_answers_no_read_of_a_patient(hospital: Hospital) -> None:
    """Else somebody could read without a trace in the audit."""
    method, url, options = prepared(hospital, "get")

    with failing_commits(hospital):
        answer = hospital.client.request(method, url, **options)

    assert answer.status_code == 503
    assert "P-000123" not in answer.text


def test_sixty_four_posts_of_one_number_make_one_row(hospital: Hospital) -> None:
    def post(_: int) -> httpx.Response:
        return hospital.client.post("/v1/blood-tests", json=a_result())

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(post, range(64)))

    assert sorted(answer.status_code for answer in answers) == [200] * 63 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert len(hospital.stored("/v1/blood-tests/LAB-2025-0001/versions")["items"]) == 1


def test_sixty_four_prognoses_of_one_number_make_one_row(hospital: Hospital) -> None:
    def post(_: int) -> httpx.Response:
        return hospital.client.post("/v1/prognoses", json=a_prognosis_request())

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(post, range(64)))

    assert sorted(answer.status_code for answer in answers) == [200] * 63 + [201]
    assert len({answer.content for answer in answers}) == 1


def test_one_number_for_two_patients_at_once_goes_to_one(hospital: Hospital) -> None:
    def post(number: int) -> int:
        body = a_result(patient_id=f"P-{number}")
        return hospital.client.post("/v1/blood-tests", json=body).status_code

    with ThreadPoolExecutor(32) as pool:
        statuses = sorted(pool.map(post, range(32)))

    assert statuses == [201] + [409] * 31
    assert len(hospital.stored("/v1/patients")["items"]) == 1
