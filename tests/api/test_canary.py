"""Markers in all that is sent come out in no log line, error, audit event or metric."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.storage.database import Database
from app.storage.schema import migrate
from app.storage.store import administering
from app.usecases.clients import SCOPES, NewClient, add_client
from tests.api.bodies import a_correction, a_prognosis_request, a_result, facts
from tests.faults.serving import free_port
from tests.protocols.hl7v2.oru import an_oru, segment
from tests.signing import Signer

MARKER = re.compile(r"zq[0-9a-z]{3,12}qz", re.IGNORECASE)

# Serves the application with a fault behind one header, where a real fault would be in our code.
PROGRAM = """
import os, uvicorn
from app.main import create_app
from app.usecases import patients

whole = patients.read_patient

def faulty(service, call, patient_id):
    if patient_id.startswith("zqfault"):
        raise RuntimeError(f"no such bed for {patient_id}")
    return whole(service, call, patient_id)

patients.read_patient = faulty
uvicorn.run(create_app(), port=int(os.environ["PORT"]), log_config=None)
"""


def marked(name: str) -> str:
    """Make a marker that is a valid identifier and tells where it was sent."""
    return f"zq{name}qz"


class Server:
    """The service in a process of its own, all that it says written to one file."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder}/prognosis.db"
        self._log = folder / "log"
        migrate(self._url)
        database = Database(self._url, pool_size=2)
        with administering(database) as directory:
            organisation = directory.add_organisation("hospital-a", datetime.now(UTC))
            assert organisation is not None
            new = NewClient(marked("label"), tuple(SCOPES))
            number = organisation.organisation_id
            self.key = add_client(directory, number, new, datetime.now(UTC))[1]
        database.close()

    @contextlib.contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """Serve until the block ends."""
        port = free_port()
        environment = {**os.environ, "PROGNOSIS_DATABASE_URL": self._url, "PORT": str(port)}
        with (
            self._log.open("wb") as log,
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM], env=environment, stdout=log, stderr=log
            ) as process,
            httpx.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Authorization": f"Bearer {self.key}"},
                timeout=60,
            ) as client,
        ):
            wait_for(client, process)
            yield client
            process.terminate()
            process.wait(timeout=30)

    def said(self) -> str:
        """Read what the process said."""
        return self._log.read_text(errors="replace")


def wait_for(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service did not start"
        with contextlib.suppress(httpx.TransportError):
            if client.get("/readyz").status_code == 200:
                return
        time.sleep(0.05)
    raise TimeoutError("the service did not start")


def calls(client: httpx.Client) -> list[httpx.Response]:
    """Send markers wherever something can be sent: what is taken, refused, and what goes wrong."""
    patient, test, extra = marked("patient"), marked("accession"), marked("covar")
    request = a_prognosis_request(
        {"patient_id": patient, "extra": {extra: 7.123}}, {"accession_number": test}
    )
    headers = {
        "Idempotency-Key": marked("key"),
        "User-Agent": marked("agent"),
        "Referer": f"http://{marked('referer')}.example/",
        "X-Patient": marked("header"),
        "Prefer": marked("prefer"),
    }
    return [
        client.post("/v1/covariates", json={"name": extra, "kind": "continuous"}),
        client.post("/v1/prognoses", json=request, headers=headers),
        client.post("/v1/prognoses", json={**request, marked("member"): marked("value")}),
        client.post("/v1/prognoses", json=request | {"patient": {"patient_id": marked("x y")}}),
        client.post("/v1/prognoses/preview", json=request),
        client.post("/v1/blood-tests", json=a_result(patient_id=patient, accession_number=test)),
        client.post("/v1/blood-tests", json=a_result(assay=marked("assay"))),
        client.post("/v1/blood-tests", json=a_result(drawn_at=marked("date"))),
        client.post("/v1/blood-tests", content=f'{{"patient_id":"{marked("half")}', headers=JSON),
        client.post(
            "/v1/blood-tests",
            content=f'{{"{marked("k")}":1,"{marked("k")}":2}}'.encode(),
            headers=JSON,
        ),
        client.put(f"/v1/blood-tests/{test}", json=a_correction(patient_id=marked("other"))),
        client.get(f"/v1/blood-tests/{test}/versions"),
        client.put(f"/v1/patients/{patient}", json=facts(extra={marked("unknown"): 1})),
        client.put(f"/v1/patients/{patient}", json=facts(er_status=marked("status"))),
        client.put(f"/v1/patients/{patient}", json=facts(), headers={"If-Match": marked("match")}),
        client.put(f"/v1/patients/{patient}/follow-up", json={"death_on": "2025-10-01"}),
        client.get(f"/v1/patients/{patient}?{marked('query')}={marked('value')}"),
        client.get(f"/v1/patients?cursor={marked('cursor')}"),
        client.get(f"/v1/patients/{marked('nobody')}/history"),
        client.get(f"/v1/{marked('path')}"),
        client.get(f"/v1/patients/{marked('fault')}"),
        client.post("/v1/clients", json={"name": marked("client"), "scopes": [marked("scope")]}),
        client.post("/v1/clients", json={"name": marked("client"), "scopes": ["models:read"]}),
        client.post(f"/v1/models/sha256:{'0' * 64}/promotion", json={"reason": marked("reason")}),
        client.post("/v1/models", json={"covariates": [marked("name")]}),
        client.post("/v1/models", json={"covariates": [extra]}, headers={"Prefer": "wait=60"}),
        client.post("/v1/imports", content=lines(patient), headers=LINES),
        client.post("/hl7v2", content=hl7v2(), headers=ER7),
        client.post("/hl7v2", content=hl7v2(f5=marked("count")), headers=ER7),
        client.post("/hl7v2", content=hl7v2(f6=marked("unit"), f14=marked("time")), headers=ER7),
        client.post("/hl7v2", content=marked("message").encode(), headers=ER7),
        client.get("/v1/patients", headers={"Authorization": f"Bearer {marked('secret')}"}),
        client.get("/v1/patients", headers={"Host": f"{marked('host')} x"}),
        client.request(marked("VERB").upper(), "/v1/patients"),
        *(client.post("/oauth2/token", **each) for each in asked_for_tokens()),
        client.get(f"/v1/patients/{patient}/prognosis"),
        client.delete(f"/v1/patients/{patient}"),
    ]


def asked_for_tokens() -> list[dict[str, Any]]:
    """Ask for tokens in every way, with markers for whatever a form can hold."""
    grant = {"grant_type": "client_credentials"}
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = {name: marked(name) for name in ("iss", "sub", "aud", "jti")}
    statement = Signer(key_id=marked("kid")).sign(claims, jku=f"https://{marked('jku')}.example/")
    nobody = {"Authorization": ""}
    return [
        {"data": {"grant_type": marked("grant")}, "headers": nobody},
        {"data": {**grant, marked("field"): marked("value")}, "headers": nobody},
        {"data": {**grant, "client_id": marked("client")}, "auth": (marked("id"), marked("pw"))},
        {
            "data": {
                **grant,
                "scope": marked("scope"),
                "client_assertion_type": kind,
                "client_assertion": statement,
            },
            "headers": nobody,
        },
        {
            "data": {**grant, "client_assertion_type": marked("type"), "client_assertion": "a.b.c"},
            "headers": nobody,
        },
        {"content": marked("body"), "headers": nobody},
    ]


LINES = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}
ER7 = {"Content-Type": "application/hl7-v2"}


def hl7v2(**observation: str) -> bytes:
    """Send markers in a message wherever no acknowledgement has to tell them back."""
    patient = segment("PID", f3=marked("inhl7"), f5=f"{marked('name')}^{marked('given')}")
    order = segment("OBR", f2=marked("order"), f3=marked("filler"))
    return an_oru(patient, order, segment("OBX", **observation), segment("ZZZ", f1=marked("own")))


def lines(patient: str) -> bytes:
    rows = [
        {"patient_id": patient, "drawn_at": "2025-11-01T08:30:00Z", "ctc_count": marked("count")},
        {"patient_id": marked("x y"), "drawn_at": marked("day"), "er_status": marked("status")},
    ]
    return "\n".join(json.dumps(row) for row in rows).encode() + b"\n{zqbrokenqz\n"


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything that the service said after all markers were sent."""
    folder = tmp_path_factory.mktemp("canary")
    server = Server(folder)
    with server.serving() as client:
        answers = calls(client)
        events = client.get("/v1/audit-events?limit=500").text
        metrics = client.get("/metrics").text
    told = {"answers": answers, "events": events, "metrics": metrics}
    return {**told, "said": server.said(), "key": server.key, "folder": folder}


def test_the_log_holds_no_marker(canary: dict[str, Any]) -> None:
    assert canary["said"].count("\n") > 30
    assert set(MARKER.findall(canary["said"])) == set()


def test_the_log_holds_no_secret(canary: dict[str, Any]) -> None:
    assert canary["key"].split("_", 2)[2] not in canary["said"]


def test_no_file_holds_a_secret(canary: dict[str, Any]) -> None:
    """The database's files byte for byte, its log of writes, and what the service said."""
    answers = [each for each in canary["answers"] if each.status_code == 201]
    keys = [each.json()["key"] for each in answers if each.request.url.path == "/v1/clients"]
    secrets = [key.split("_", 2)[2].encode() for key in (canary["key"], *keys)]
    files = [path for path in canary["folder"].iterdir() if path.is_file()]

    assert keys
    assert {"prognosis.db", "log"} <= {path.name for path in files}
    assert [p.name for p in files for secret in secrets if secret in p.read_bytes()] == []


def test_no_refusal_tells_back_what_was_sent(canary: dict[str, Any]) -> None:
    refusals = [answer for answer in canary["answers"] if answer.status_code >= 400]
    told = {answer.text for answer in refusals if MARKER.search(without_names(answer))}

    assert len(refusals) >= 20
    assert told == set()


def test_no_acknowledgement_tells_back_what_was_sent(canary: dict[str, Any]) -> None:
    """But the heading, turned round, which a sender knows its message by."""
    told = [a.text for a in canary["answers"] if a.request.url.path == "/hl7v2"]

    assert ["|AA|" in each for each in told] == [True, False, False, False]
    assert set(MARKER.findall("".join(told))) == set()


def without_names(answer: httpx.Response) -> str:
    """Take the pointers out: there a member's plain name is told, so that it can be found."""
    if answer.headers["content-type"] != "application/problem+json":
        return answer.text
    problem = answer.json()
    return json.dumps(problem | {"errors": [e | {"pointer": ""} for e in problem["errors"]]})


def test_an_undeclared_covariate_is_not_even_named(canary: dict[str, Any]) -> None:
    assert all(marked("unknown") not in answer.text for answer in canary["answers"])


def test_a_fault_of_ours_is_told_by_its_kind_alone(canary: dict[str, Any]) -> None:
    faults = [answer for answer in canary["answers"] if answer.status_code == 500]

    assert [answer.json()["code"] for answer in faults] == ["internal"]
    assert '"error": "RuntimeError"' in canary["said"]
    assert "Traceback" not in canary["said"]
    assert "no such bed" not in canary["said"]


def test_the_import_names_lines_and_no_values(canary: dict[str, Any]) -> None:
    (outcomes,) = [a.text for a in canary["answers"] if a.request.url.path == "/v1/imports"]

    assert outcomes.count('"refused"') == 3
    assert set(MARKER.findall(outcomes)) == set()


def test_the_audit_trail_holds_no_marker(canary: dict[str, Any]) -> None:
    assert set(MARKER.findall(canary["events"])) == set()


def test_the_metrics_hold_no_marker(canary: dict[str, Any]) -> None:
    answered = re.findall(r'status="(\d+)"} (\d+)', canary["metrics"])
    statuses = {int(status) for status, _ in answered}

    assert sum(int(number) for _, number in answered) > len(canary["answers"])
    assert {200, 201, 400, 401, 404, 422, 500} <= statuses
    assert set(MARKER.findall(canary["metrics"])) == set()


def test_a_line_of_the_log_names_the_route_and_not_the_path(canary: dict[str, Any]) -> None:
    logged = [json.loads(line) for line in canary["said"].splitlines() if '"route"' in line]

    assert "/v1/patients/{patient_id}" in {line["route"] for line in logged}
