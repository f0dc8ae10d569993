"""Every operation of the document, called with no key, a bad one, too few scopes, and by others."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.usecases.clients import SCOPES
from tests.api.bodies import (
    a_correction,
    a_plan,
    a_prognosis_request,
    a_result,
    a_treatment,
    a_trial,
    an_assessment,
    ended,
    facts,
    tell_cohort,
)
from tests.protocols.hl7v2.oru import an_oru, segment
from tests.running import Running, running

DOCUMENT = create_app(Settings()).openapi()
OPERATIONS: dict[str, tuple[str, str, list[str]]] = {
    operation["operationId"]: (method.upper(), path, operation["x-scopes"])
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
GUARDED = sorted(name for name, (_, _, scopes) in OPERATIONS.items() if scopes)
OPEN = sorted(OPERATIONS.keys() - set(GUARDED))
MISSING = [(name, scope) for name in GUARDED for scope in OPERATIONS[name][2]]


@dataclass(frozen=True)
class Told:
    """Two hospitals on one service; all that can be named belongs to the first."""

    service: Running
    names: dict[str, str]
    own: httpx.Client
    other: httpx.Client


@pytest.fixture(scope="module")
def told(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A hospital with one of everything, and another with nothing."""
    path = tmp_path_factory.mktemp("matrix") / "prognosis.db"
    shutil.copy(migrated_sqlite, path)
    with running(f"sqlite:///{path}") as service:
        for name in ("hospital-a", "hospital-b"):
            service.add_organisation(name)
        own = service.client("hospital-a")
        yield Told(service, one_of_everything(own), own, service.client("hospital-b"))


AGAIN = {"predictors": {"ctc": ["log1p_ctc"], "ecog": ["ecog"]}}
"""Whoever asks the same again joins in, or starts it anew where it has ended."""


def one_of_everything(client: httpx.Client) -> dict[str, str]:
    tell_cohort(client, patients=70)
    given = client.post("/v1/prognoses", json=a_prognosis_request()).json()
    client.put("/v1/patients/P-000123/follow-up", json={"last_known_alive_on": "2026-01-01"})
    client.put("/v1/patients/P-000123/treatments/T-1", json=a_treatment())
    client.put("/v1/patients/P-000123/assessments/S-1", json=an_assessment())
    queued = client.post("/v1/models", json={}).json()
    fitted = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert fitted.status_code == 201, fitted.text
    compared = client.post("/v1/comparisons", json=AGAIN).json()
    pool = a_pool(client)
    declared = client.post("/v1/trials", json=a_trial(trial_id="T-1", eligibility=[]))
    assert declared.status_code == 201, declared.text
    made = client.post("/v1/clients", json={"name": "Ward", "scopes": ["patients:read"]}).json()
    return {
        "patient_id": "P-000123",
        "treatment_id": "T-1",
        "assessment_id": "S-1",
        "accession_number": "LAB-2025-0001",
        "prognosis_id": given["prognosis_id"],
        "model_id": fitted.json()["model_id"],
        "refit_id": queued["refit_id"],
        "comparison_id": compared["comparison_id"],
        "client_id": made["client_id"],
        **pool,
        "trial_id": "T-1",
    }


def a_pool(client: httpx.Client) -> dict[str, str]:
    """Found a pool of which the other hospital knows nothing, consent, and ask for a fit."""
    body = {"name": "Larger study", "organisations": ["hospital-c"]}
    path = client.post("/v1/pools", json=body).headers["location"]
    client.post(f"{path}/consents", json={"reason": "The matrix says so."})
    asked = client.post(f"{path}/models", json={})
    assert asked.status_code == 202, asked.text
    names = ("pool_id", "pool_model_id")
    return {"organisation": "hospital-a", **{name: asked.json()[name] for name in names}}


@dataclass(frozen=True)
class Row:
    """What an operation is sent, and what its own hospital and another one are answered."""

    own: int
    other: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[Told], None] = lambda _: None


def erasable(told: Told) -> None:
    told.own.put("/v1/patients/P-000123", json=facts())


def fits_ended(told: Told) -> None:
    path = "/v1/pools/{pool_id}/models/{pool_model_id}".format(**told.names)
    assert ended(told.own, path)["code"] == "too-few-organisations"


def open_to_all(told: Told) -> None:
    told.own.post("/v1/trials/T-1/opening")


ER7 = {"Content-Type": "application/hl7-v2"}
OTHER_ORU = an_oru(segment("PID", f3="P-79"), segment("OBR", f3="M-79"), segment("OBX"))
SEEN = {"If-Match": "*"}
LINE = b'{"patient_id":"P-9","drawn_at":"2025-11-01T08:30:00Z","ctc_count":1}\n'

# A name in a body is one's own: another hospital may use it too, and makes a thing of its own.
TABLE = {
    "post_prognosis": Row(
        201, 201, a_prognosis_request({"patient_id": "P-77"}, {"accession_number": "M-77"})
    ),
    "preview_prognosis": Row(200, 200, a_prognosis_request()),
    "get_prognosis": Row(200, 404),
    "get_patients": Row(200, 200),
    "put_patient": Row(200, 412, facts(ecog=2), SEEN),
    "get_patient": Row(200, 404),
    "get_history": Row(200, 404),
    "export_patient": Row(200, 404),
    "get_patient_blood_tests": Row(200, 404),
    "put_follow_up": Row(200, 404, {"last_known_alive_on": "2026-02-01"}, SEEN),
    "get_follow_up": Row(200, 404),
    "put_treatment": Row(200, 404, a_treatment(line=2), SEEN),
    "get_treatment": Row(200, 404),
    "get_treatments": Row(200, 404),
    "put_assessment": Row(200, 404, an_assessment(status="progression"), SEEN),
    "get_assessment": Row(200, 404),
    "get_assessments": Row(200, 404),
    "get_patient_response": Row(409, 404),
    "get_patient_response_picture": Row(200, 404),
    "get_patient_prognosis": Row(200, 404),
    "get_patient_prognosis_picture": Row(200, 404),
    "post_blood_test": Row(201, 201, a_result(patient_id="P-78", accession_number="M-78")),
    "put_blood_test": Row(200, 412, a_correction(), SEEN),
    "get_blood_test": Row(200, 404),
    "get_blood_test_versions": Row(200, 404),
    "get_cohort_response": Row(200, 200),
    "get_cohort_summary": Row(200, 200),
    "get_cohort_survival": Row(200, 200),
    "get_cohort_survival_picture": Row(200, 200),
    "post_comparison": Row(202, 202, AGAIN),
    "get_comparison": Row(200, 404),
    "post_model": Row(202, 202, {"setting": "neoadjuvant"}),
    "get_refit": Row(200, 404),
    "get_models": Row(200, 200),
    "get_current_model": Row(200, 404),
    "get_model": Row(200, 404),
    "get_model_rows": Row(200, 404),
    "get_model_report": Row(200, 404),
    "get_model_report_page": Row(200, 404),
    "get_model_forest_plot": Row(200, 404),
    "get_model_calibration_plot": Row(200, 404),
    "promote_model": Row(409, 404, {"reason": "The matrix says so."}),
    "get_pools": Row(200, 200),
    "post_pool": Row(201, 201, {"name": "Larger study", "organisations": ["hospital-d"]}),
    "get_pool": Row(200, 404),
    "post_consent": Row(200, 404, {"reason": "The matrix says so."}),
    "get_pool_models": Row(200, 404),
    "post_pool_model": Row(202, 404, {"adjusted_for": ["age"]}, before=fits_ended),
    "get_pool_model": Row(200, 404),
    "get_pool_forest_plot": Row(200, 404),
    "delete_consent": Row(204, 404),
    "get_risk_schemes": Row(200, 200),
    "get_covariates": Row(200, 200),
    "post_covariate": Row(201, 201, {"name": "nodes", "kind": "continuous"}),
    "get_clients": Row(200, 200),
    "post_client": Row(201, 201, {"name": "Ward", "scopes": ["patients:read"]}),
    "rotate_client": Row(201, 404),
    "delete_client": Row(204, 404),
    "get_audit_events": Row(200, 200),
    "get_metrics": Row(200, 200),
    "post_import": Row(200, 200, LINE),
    "post_hl7v2": Row(200, 200, OTHER_ORU, ER7),
    "get_messages": Row(200, 200),
    "plan_trial": Row(200, 200, a_plan()),
    "post_trial": Row(201, 201, a_trial(trial_id="T-77")),
    "get_trials": Row(200, 200),
    "get_trial": Row(200, 404),
    "open_trial": Row(200, 404),
    "post_enrolment": Row(201, 404, {"patient_id": "P-000123"}, before=open_to_all),
    "post_unblinding": Row(200, 404, {"patient_id": "P-000123", "reason": "The matrix"}),
    "close_trial": Row(200, 404),
    "get_balance": Row(200, 404),
    "delete_patient": Row(204, 404, before=erasable),
    "get_smart_configuration": Row(200, 200),
    # Who asks shows a statement or a secret of its own here, never a key.
    "post_token": Row(400, 400),
    "get_livez": Row(200, 200),
    "get_readyz": Row(200, 200),
}
"""In the order of the calls: what erases and revokes comes last."""

LISTS = {
    name: path
    for name, (method, path, _) in OPERATIONS.items()
    if method == "GET" and "{" not in path and path.startswith("/v1/")
}
OWN_TO_EVERYBODY = {"get_risk_schemes", "get_covariates", "get_current_model"}


def call(
    told: Told, client: httpx.Client, name: str, more: Mapping[str, str] = MappingProxyType({})
) -> httpx.Response:
    """Call an operation about what the first hospital has."""
    method, path, _ = OPERATIONS[name]
    row = TABLE[name]
    url = path.format(**told.names)
    headers = {**row.headers, **more}
    if isinstance(row.body, bytes):
        headers = {"Content-Type": "application/x-ndjson", **headers}
        return client.request(method, url, content=row.body, headers=headers)
    return client.request(method, url, json=row.body, headers=headers)


def test_every_operation_has_a_row() -> None:
    assert TABLE.keys() == OPERATIONS.keys()


def test_only_health_and_the_way_to_a_token_are_open() -> None:
    assert OPEN == ["get_livez", "get_readyz", "get_smart_configuration", "post_token"]


def test_every_guarded_operation_is_said_to_be_so() -> None:
    said = {
        operation["operationId"]: operation["security"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
    }

    assert {name for name, security in said.items() if security == [{"key": []}]} == set(GUARDED)


@pytest.mark.parametrize("key", [None, "ctc_0123456789abcdef_forged"], ids=["none", "forged"])
@pytest.mark.parametrize("name", GUARDED)
def test_without_a_valid_key_nothing_is_answered(told: Told, name: str, key: str | None) -> None:
    answer = call(told, told.service.client_with(key), name)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")


@pytest.mark.parametrize(("name", "scope"), MISSING)
def test_every_scope_is_needed(told: Told, name: str, scope: str) -> None:
    others = [each for each in SCOPES if each != scope]

    answer = call(told, told.service.client("hospital-a", *others), name)

    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")
    assert scope in answer.json()["detail"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_scope_is_missed_before_anything_is_looked_for(told: Told, name: str) -> None:
    needed = OPERATIONS[name][2]
    others = [each for each in SCOPES if each not in needed]

    answer = call(told, told.service.client("hospital-b", *others), name)

    assert answer.status_code == (403 if needed else TABLE[name].own)


READ_IN_AN_EMERGENCY = {
    "get_prognosis",
    "get_patients",
    "get_patient",
    "get_history",
    "get_patient_blood_tests",
    "get_follow_up",
    "get_treatment",
    "get_treatments",
    "get_assessment",
    "get_assessments",
    "get_patient_response",
    "get_patient_response_picture",
    "get_patient_prognosis",
    "get_patient_prognosis_picture",
    "get_blood_test",
    "get_blood_test_versions",
    "get_messages",
}
SAID = {"Break-Glass-Reason": "Emergency admission, ticket 4711"}


def test_the_document_says_what_can_be_read_in_an_emergency() -> None:
    said = {
        operation["operationId"]: [each["name"] for each in operation.get("parameters", ())]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if operation.get("x-break-glass")
    }

    assert said.keys() == READ_IN_AN_EMERGENCY
    assert all(names.count("Break-Glass-Reason") == 1 for names in said.values())


@pytest.mark.parametrize("name", GUARDED)
def test_a_broken_glass_lets_a_person_be_read_and_nothing_else(told: Told, name: str) -> None:
    opens = name in READ_IN_AN_EMERGENCY
    own, other = (
        told.service.client(hospital, "break-glass") for hospital in ("hospital-a", "hospital-b")
    )
    said = [call(told, client, name, SAID).status_code for client in (own, other)]

    assert said == ([TABLE[name].own, TABLE[name].other] if opens else [403, 403])
    assert call(told, own, name).status_code == 403


@pytest.mark.parametrize("name", TABLE)
def test_what_belongs_to_another_hospital_is_not_there(told: Told, name: str) -> None:
    answer = call(told, told.other, name)

    assert answer.status_code == TABLE[name].other, answer.text


@pytest.mark.parametrize("name", sorted(LISTS.keys() - OWN_TO_EVERYBODY))
def test_no_list_shows_what_belongs_to_another_hospital(told: Told, name: str) -> None:
    stranger = told.service.client("hospital-b")

    shown = stranger.get(LISTS[name], params={"limit": 500}).text

    mine = [*told.names.values(), told.own.headers["authorization"].split("_")[1], "P69"]
    assert [value for value in mine if value in shown] == []


@pytest.mark.parametrize("name", TABLE)
def test_what_is_ones_own_is_answered(told: Told, name: str) -> None:
    TABLE[name].before(told)

    answer = call(told, told.own, name)

    assert answer.status_code == TABLE[name].own, answer.text
