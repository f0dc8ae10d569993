"""Bad input gets a clear problem with a stable code; nothing is stored and nothing told back."""

import gzip
import json
import re
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psutil
import pytest

from tests.api.bodies import a_prognosis_request, a_result, facts
from tests.api.conftest import Hospital

JSON = {"Content-Type": "application/json"}
MARKER = "ZZmarkerZZ"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def post(client: httpx.Client, body: bytes, path: str = "/v1/blood-tests") -> httpx.Response:
    return client.post(path, content=body, headers=JSON)


def written(**members: Any) -> bytes:
    """Write a result with some members as raw JSON text."""
    content = {name: json.dumps(value) for name, value in a_result().items()} | members
    text = ",".join(f'"{name}":{value}' for name, value in content.items())
    return f"{{{text}}}".encode()


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem has every member, names its code twice and tells back nothing."""
    content: dict[str, Any] = answer.json()
    assert (answer.status_code, content["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    members = {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert content.keys() == members
    assert content["status"] == status
    assert content["type"].endswith(f"/{code}")
    assert content["request_id"] == answer.headers["x-request-id"]
    assert all(each.keys() == {"pointer", "code", "detail"} for each in content["errors"])
    assert MARKER not in answer.text
    return content


def check_nothing_stored(client: httpx.Client) -> None:
    assert client.get("/v1/patients").json()["items"] == []
    assert client.get("/v1/blood-tests/LAB-2025-0001").status_code == 404


UNREADABLE = {
    "nothing": (b"", "not-json"),
    "half an object": (b'{"patient_id":"' + MARKER.encode(), "not-json"),
    "not JSON": (b"patient_id=" + MARKER.encode(), "not-json"),
    "a trailing comma": (b'{"ctc_count":1,}', "not-json"),
    "two values": (b"{}{}", "not-json"),
    "a comment": (b"{} // nothing", "not-json"),
    "not UTF-8": (b'{"patient_id":"\xff\xfe"}', "not-json"),
    "UTF-16": ('{"patient_id":"P"}'.encode("utf-16"), "not-json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "not-json"),
    "NaN": (written(ctc_count="NaN"), "not-finite"),
    "Infinity": (written(blood_volume_ml="Infinity"), "not-finite"),
    "-Infinity": (written(blood_volume_ml="-Infinity"), "not-finite"),
    "1e400": (written(blood_volume_ml="1e400"), "not-finite"),
    "-1e400": (written(ctc_count="-1e400"), "not-finite"),
    "5,000 digits": (written(ctc_count="9" * 5000), "not-json"),
    "a key twice": (written()[:-1] + b',"ctc_count":3}', "duplicate-key"),
    "a key twice, once escaped": (written()[:-1] + rb',"ctc\u005fcount":3}', "duplicate-key"),
    "a lone surrogate": (written(patient_id=r'"\ud800"'), "lone-surrogate"),
    "a lone surrogate in a name": (written()[:-1] + rb',"\udfff":3}', "lone-surrogate"),
    "deep arrays": (b"[" * 100_000 + b"]" * 100_000, "not-json"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not-json"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_not_strict_json_is_not_read(client: httpx.Client, case: str) -> None:
    body, code = UNREADABLE[case]

    answer = post(client, body)

    check_problem(answer, 400, code)
    check_nothing_stored(client)


RESULTS = {
    "text for a count": ({"ctc_count": '"7"'}, "/ctc_count", "int-type"),
    "true for a count": ({"ctc_count": "true"}, "/ctc_count", "int-type"),
    "null for a count": ({"ctc_count": "null"}, "/ctc_count", "int-type"),
    "a fraction for a count": ({"ctc_count": "7.5"}, "/ctc_count", "int-type"),
    "a decimal point in a count": ({"ctc_count": "7.0"}, "/ctc_count", "int-type"),
    "a list for a count": ({"ctc_count": "[7]"}, "/ctc_count", "int-type"),
    "less than no cells": ({"ctc_count": "-1"}, "/ctc_count", "greater-than-equal"),
    "more than a million": ({"ctc_count": "1000001"}, "/ctc_count", "less-than-equal"),
    "2^63": ({"ctc_count": str(2**63)}, "/ctc_count", "less-than-equal"),
    "-2^63-1": ({"ctc_count": str(-(2**63) - 1)}, "/ctc_count", "greater-than-equal"),
    "2^64": ({"ctc_count": str(2**64)}, "/ctc_count", "less-than-equal"),
    "400 digits": ({"ctc_count": "9" * 400}, "/ctc_count", "less-than-equal"),
    "400 digits of blood": ({"blood_volume_ml": "9" * 400}, "/blood_volume_ml", None),
    "text for a volume": ({"blood_volume_ml": '"7.5"'}, "/blood_volume_ml", "float-type"),
    "no blood": ({"blood_volume_ml": "0"}, "/blood_volume_ml", "greater-than"),
    "too much blood": ({"blood_volume_ml": "100.1"}, "/blood_volume_ml", "less-than-equal"),
    "another assay": ({"assay": f'"{MARKER}"'}, "/assay", "literal-error"),
    "another status": ({"status": f'"{MARKER}"'}, "/status", "literal-error"),
    "a name": ({"patient_id": f'"Jane {MARKER}"'}, "/patient_id", "string-pattern-mismatch"),
    "no identifier": ({"patient_id": '""'}, "/patient_id", "string-pattern-mismatch"),
    "a long one": ({"patient_id": f'"{"P" * 65}"'}, "/patient_id", "string-pattern-mismatch"),
    "NUL": ({"patient_id": r'"P\u0000"'}, "/patient_id", "string-pattern-mismatch"),
    "a new line": ({"patient_id": r'"P\n"'}, "/patient_id", "string-pattern-mismatch"),
    "digits of others": ({"patient_id": '"\u0661"'}, "/patient_id", "string-pattern-mismatch"),
    "a path": ({"accession_number": '"a/b"'}, "/accession_number", "string-pattern-mismatch"),
    "a number": ({"patient_id": "7"}, "/patient_id", "string-type"),
    "an epoch": ({"drawn_at": "1704067200"}, "/drawn_at", "instant"),
    "an epoch as text": ({"drawn_at": '"1704067200"'}, "/drawn_at", "instant"),
    "a fractional epoch": ({"drawn_at": "1704067200.5"}, "/drawn_at", "instant"),
    "no offset": ({"drawn_at": '"2025-11-01T08:30:00"'}, "/drawn_at", "instant"),
    "no time": ({"drawn_at": '"2025-11-01"'}, "/drawn_at", "instant"),
    "no seconds": ({"drawn_at": '"2025-11-01T08:30Z"'}, "/drawn_at", "instant"),
    "a blank": ({"drawn_at": '"2025-11-01 08:30:00Z"'}, "/drawn_at", "instant"),
    "30 February": ({"drawn_at": '"2026-02-30T08:30:00Z"'}, "/drawn_at", "instant"),
    "25 o'clock": ({"drawn_at": '"2025-11-01T25:30:00Z"'}, "/drawn_at", "instant"),
    "a week date": ({"drawn_at": '"2025-W44-6T08:30:00Z"'}, "/drawn_at", "instant"),
    "the year 0001": ({"drawn_at": '"0001-01-01T00:00:00Z"'}, "/drawn_at", "year-out-of-range"),
    "the year 9999": ({"drawn_at": '"9999-12-31T23:59:59Z"'}, "/drawn_at", "year-out-of-range"),
    "an unknown member": ({"patient_name": f'"{MARKER}"'}, "/patient_name", "extra-forbidden"),
    "an unknown name": ({MARKER: "1"}, "", "extra-forbidden"),
}


@pytest.mark.parametrize("case", RESULTS)
def test_what_does_not_fit_the_schema_is_refused(client: httpx.Client, case: str) -> None:
    members, pointer, code = RESULTS[case]

    answer = post(client, written(**members))

    problem = check_problem(answer, 422, "invalid-input")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]
    assert code in (None, problem["errors"][0]["code"])
    check_nothing_stored(client)


@pytest.mark.parametrize("missing", ["patient_id", "accession_number", "drawn_at", "ctc_count"])
def test_what_is_required_is_missed(client: httpx.Client, missing: str) -> None:
    body = a_result()
    del body[missing]

    problem = check_problem(client.post("/v1/blood-tests", json=body), 422, "invalid-input")

    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        (f"/{missing}", "missing")
    ]


@pytest.mark.parametrize("body", [b"[]", b"7", b'"text"', b"null", b"true"])
def test_a_body_is_an_object(client: httpx.Client, body: bytes) -> None:
    check_problem(post(client, body), 422, "invalid-input")
    check_nothing_stored(client)


FACTS: dict[str, tuple[dict[str, Any], str]] = {
    "an epoch": ({"observed_on": 1704067200}, "/observed_on"),
    "an epoch as text": ({"observed_on": "1704067200"}, "/observed_on"),
    "an instant": ({"observed_on": "2025-11-01T00:00:00Z"}, "/observed_on"),
    "30 February": ({"observed_on": "2026-02-30"}, "/observed_on"),
    "no day": ({"observed_on": "2025-11"}, "/observed_on"),
    "a short year": ({"observed_on": "25-11-01"}, "/observed_on"),
    "other digits": ({"observed_on": "٢٠٢٥-١١-٠١"}, "/observed_on"),
    "no date": ({"observed_on": None}, "/observed_on"),
    "a year as text": ({"birth_year": "1968"}, "/birth_year"),
    "a year before": ({"birth_year": 1879}, "/birth_year"),
    "an ECOG of 5": ({"ecog": 5}, "/ecog"),
    "an ECOG of true": ({"ecog": True}, "/ecog"),
    "a sign for a status": ({"er_status": "+"}, "/er_status"),
    "another setting": ({"disease_setting": "Metastatic"}, "/disease_setting"),
    "another site": ({"metastatic_sites": ["liver", MARKER]}, "/metastatic_sites/1"),
    "sites as text": ({"metastatic_sites": "liver;bone"}, "/metastatic_sites"),
    "line 0": ({"line_of_therapy": 0}, "/line_of_therapy"),
    "extra as a list": ({"extra": []}, "/extra"),
    "text in extra": ({"extra": {"nodes": MARKER}}, "/extra/nodes"),
    "a name in extra": ({"extra": {f"Jane {MARKER}": 1}}, "/extra"),
}


@pytest.mark.parametrize("case", FACTS)
def test_facts_that_do_not_fit_are_refused(client: httpx.Client, case: str) -> None:
    change, pointer = FACTS[case]

    answer = client.put("/v1/patients/P-000123", json=facts(**change))

    problem = check_problem(answer, 422, "invalid-input")
    assert all(each["pointer"].startswith(pointer) for each in problem["errors"])
    check_nothing_stored(client)


def test_an_undeclared_covariate_is_not_named(client: httpx.Client) -> None:
    answer = client.put("/v1/patients/P-000123", json=facts(extra={MARKER: 1}))

    problem = check_problem(answer, 422, "unknown-covariate")
    assert [each["pointer"] for each in problem["errors"]] == ["/extra"]
    check_nothing_stored(client)


FUTURE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a draw": ({}, {"drawn_at": TOMORROW.isoformat()}, "/blood_test/drawn_at"),
    "an observation": ({"observed_on": f"{TOMORROW.date()}"}, {}, "/patient/observed_on"),
    "a diagnosis": (
        {"metastatic_diagnosis_date": f"{TOMORROW.date()}"},
        {},
        "/patient/metastatic_diagnosis_date",
    ),
    "an index date": ({"index_date": f"{TOMORROW.date()}"}, {}, "/patient/index_date"),
    "a birth": ({"birth_year": TOMORROW.year + 1}, {}, "/patient/birth_year"),
    "a line": (
        {"line_started_on": f"{TOMORROW.date() + timedelta(days=61)}"},
        {},
        "/patient/line_started_on",
    ),
}


@pytest.mark.parametrize("case", FUTURE)
def test_what_has_not_happened_yet_is_refused(client: httpx.Client, case: str) -> None:
    patient, test, pointer = FUTURE[case]

    answer = client.post("/v1/prognoses", json=a_prognosis_request(patient, test))

    problem = check_problem(answer, 422, "in-the-future")
    assert pointer in [each["pointer"] for each in problem["errors"]]
    check_nothing_stored(client)


@pytest.mark.parametrize("member", ["last_known_alive_on", "death_on", "progression_on"])
def test_an_outcome_in_the_future_is_refused(client: httpx.Client, member: str) -> None:
    client.put("/v1/patients/P-000123", json=facts())

    answer = client.put("/v1/patients/P-000123/follow-up", json={member: f"{TOMORROW.date()}"})

    check_problem(answer, 422, "in-the-future")
    assert client.get("/v1/patients/P-000123/follow-up").status_code == 404


def test_a_death_before_the_draw_is_refused(client: httpx.Client) -> None:
    client.post("/v1/blood-tests", json=a_result())

    answer = client.put("/v1/patients/P-000123/follow-up", json={"death_on": "2025-10-31"})

    check_problem(answer, 409, "contradicts-follow-up")
    assert client.get("/v1/patients/P-000123/follow-up").status_code == 404


def test_the_last_of_what_is_allowed_is_taken(client: httpx.Client) -> None:
    for number, count in enumerate((0, 1_000_000)):
        body = a_result(ctc_count=count, accession_number=f"A{number}", patient_id="P" * 64)
        assert client.post("/v1/blood-tests", json=body).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "json"]
)
def test_other_media_types_are_refused(client: httpx.Client, kind: str) -> None:
    body = json.dumps(a_result()).encode()

    answer = client.post("/v1/blood-tests", content=body, headers={"Content-Type": kind})

    check_problem(answer, 415, "unsupported-media-type")
    check_nothing_stored(client)


def test_json_with_its_charset_is_taken(client: httpx.Client) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    answer = client.post("/v1/blood-tests", content=written(), headers=headers)

    assert answer.status_code == 201


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity"])
def test_compressed_bodies_are_refused(client: httpx.Client, coding: str) -> None:
    headers = JSON | {"Content-Encoding": coding}

    answer = client.post("/v1/blood-tests", content=gzip.compress(written()), headers=headers)

    check_problem(answer, 415, "unsupported-media-type")
    check_nothing_stored(client)


def test_a_body_over_the_limit_is_refused_by_its_length(client: httpx.Client) -> None:
    answer = post(client, b" " * (1024**2 + 1))

    check_problem(answer, 413, "body-too-large")


def test_a_body_of_the_limit_is_taken(client: httpx.Client) -> None:
    assert post(client, written().rjust(1024**2)).status_code == 201


def test_an_endless_body_is_cut_and_costs_no_memory(hospital: Hospital) -> None:
    """In chunks and without a length: the limit is counted as the bytes come."""
    host = hospital.service.url.removeprefix("http://")
    authorization = hospital.client.headers["authorization"]
    head = (
        f"POST /v1/blood-tests HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    process = psutil.Process()
    before = process.memory_info().rss

    answer, sent = send_until_answered(host, head.encode())

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 64 * 1024**2
    assert process.memory_info().rss - before < 32 * 1024**2


def send_until_answered(host: str, head: bytes) -> tuple[bytes, int]:
    """Send chunks without end until the service says something."""
    name, port = host.split(":")
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    sent = 0
    with socket.create_connection((name, int(port)), timeout=10) as connection:
        connection.sendall(head)
        connection.settimeout(0.2)
        while sent < 256 * 1024**2:
            try:
                connection.sendall(chunk)
                sent += len(chunk)
                connection.setblocking(False)
                answer = connection.recv(4096)
                return answer, sent
            except BlockingIOError:
                connection.settimeout(0.2)
            except (TimeoutError, ConnectionError):
                connection.settimeout(5)
                return connection.recv(4096), sent
    return b"", sent


def test_a_body_over_the_limit_is_refused_before_the_key_is_looked_up(hospital: Hospital) -> None:
    forged = hospital.service.client_with("ctc_0123456789abcdef_forged")

    answer = post(forged, b" " * (1024**2 + 1))

    check_problem(answer, 413, "body-too-large")


@pytest.mark.parametrize(
    "host", ["evil.example/x?", "a b", "", "exa\tmple", "[::1", "h:port", "h:123456", "h@x", "h#x"]
)
def test_a_malformed_host_is_refused(hospital: Hospital, host: str) -> None:
    headers = {"Host": host}

    answer = hospital.client.get("/v1/patients", headers=headers)

    check_problem(answer, 400, "malformed-host")


def test_two_hosts_are_refused(hospital: Hospital) -> None:
    key = hospital.client.headers["authorization"]

    answer = hospital.service.raw(
        f"GET /v1/patients HTTP/1.1\nHost: a\nHost: b\nAuthorization: {key}\n\n"
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"malformed-host"' in answer


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "Content-Length: -5",
        "Content-Length: 5x",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked\n folded",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_read_in_none(
    hospital: Hospital, lines: str
) -> None:
    key = hospital.client.headers["authorization"]
    head = f"Host: x\nAuthorization: {key}\nContent-Type: application/json\n{lines}"

    answer = hospital.service.raw(f"POST /v1/blood-tests HTTP/1.1\n{head}\n\n{{}}   ")

    assert answer.startswith(b"HTTP/1.1 400 ")
    check_nothing_stored(hospital.client)


@pytest.mark.parametrize("key", ["k" * 256, "k" * 10_000, "", "k\u00e9y"])
def test_an_unreadable_idempotency_key_is_refused(client: httpx.Client, key: str) -> None:
    answer = client.post(
        "/v1/blood-tests", json=a_result(), headers=[(b"idempotency-key", key.encode("latin-1"))]
    )

    check_problem(answer, 400, "idempotency-key-unreadable")
    check_nothing_stored(client)


QUERIES = {
    "an unknown parameter": ("/v1/patients?limits=5", "extra-forbidden"),
    "a parameter where none is known": ("/v1/patients/P?limit=5", "extra-forbidden"),
    "an unknown name": (f"/v1/patients?{MARKER}=5", "extra-forbidden"),
    "a parameter twice": ("/v1/patients?limit=5&limit=6", "duplicate-parameter"),
    "no items": ("/v1/patients?limit=0", "greater-than-equal"),
    "too many items": ("/v1/patients?limit=501", "less-than-equal"),
    "half an item": ("/v1/patients?limit=1.5", "int-type"),
    "underscores": ("/v1/patients?limit=1_0", "int-type"),
    "blanks": ("/v1/patients?limit=%201", "int-type"),
    "other digits": ("/v1/patients?limit=%D9%A1", "int-type"),
    "an unreadable cursor": (f"/v1/patients?cursor={MARKER}", "cursor-unreadable"),
    "an empty cursor": ("/v1/audit-events?cursor=W10", "cursor-unreadable"),
    "a cursor of another list": ("/v1/audit-events?cursor=WyJQMCJd", "cursor-unreadable"),
    "half a letter in a cursor": ("/v1/patients?cursor=WyJcdWQ4MDAiXQ", "cursor-unreadable"),
    "a deep cursor": (f"/v1/patients?cursor={'W1tb' * 250}", "cursor-unreadable"),
    "a cursor after the calendar": (
        "/v1/models?cursor=WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTIzOjU5IiwiYSJd",
        "cursor-unreadable",
    ),
    "another endpoint": ("/v1/patients/P/prognosis?endpoint=death", "literal-error"),
    "another scheme": (f"/v1/patients/P/prognosis?risk_scheme={MARKER}", "literal-error"),
    "no months": ("/v1/patients/P/prognosis?horizons_months=0", "string-pattern-mismatch"),
    "months as text": ("/v1/patients/P/prognosis?horizons_months=6,x", "string-pattern-mismatch"),
    "ages of months": ("/v1/patients/P/prognosis?horizons_months=1000", "string-pattern-mismatch"),
}


@pytest.mark.parametrize("case", QUERIES)
def test_a_question_that_does_not_fit_is_refused(client: httpx.Client, case: str) -> None:
    url, code = QUERIES[case]

    answer = client.get(url)

    problem = check_problem(answer, 422, answer.json()["code"])
    assert [each["code"] for each in problem["errors"]] == [code]


@pytest.mark.parametrize("name", ["%00", "a%00b", "a%20b", "%F0%9F%A9%B8", "x" * 65, "a%2Fb"])
def test_a_path_that_names_nobody_tells_nothing(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/v1/patients/{name}")

    assert answer.status_code in (404, 422)
    check_problem(answer, answer.status_code, answer.json()["code"])


def test_an_unknown_route_is_a_problem(client: httpx.Client) -> None:
    check_problem(client.get(f"/v1/{MARKER}"), 404, "not-found")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: httpx.Client) -> None:
    answer = client.patch("/v1/patients/P-000123")

    check_problem(answer, 405, "method-not-allowed")
    assert re.split(", ", answer.headers["allow"]) == ["DELETE", "GET", "PUT"]


BODIES = [
    ("POST", "/v1/prognoses", b'{"patient":{},"blood_test":{}}'),
    ("POST", "/v1/prognoses/preview", b'{"patient":{},"blood_test":{}}'),
    ("PUT", "/v1/blood-tests/A", b"{}"),
    ("PUT", "/v1/patients/P", b"{}"),
    ("POST", "/v1/models", b'{"endpoint":"death"}'),
    ("POST", "/v1/covariates", b"{}"),
    ("POST", "/v1/clients", b"{}"),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_every_route_is_as_strict(
    client: httpx.Client, method: str, path: str, body: bytes
) -> None:
    twice = body[:-1] + (b"," if len(body) > 2 else b"") + b'"zz":1,"zz":2}'

    unfit = client.request(method, path, content=body, headers=JSON)
    doubled = client.request(method, path, content=twice, headers=JSON)
    plain = client.request(method, path, content=body, headers={"Content-Type": "text/plain"})

    check_problem(unfit, 422, "invalid-input")
    check_problem(doubled, 400, "duplicate-key")
    check_problem(plain, 415, "unsupported-media-type")
