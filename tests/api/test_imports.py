"""A cohort comes in over HTTP: a line in, an outcome out."""

import json
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from app.api.imports import LineSplitter
from app.storage.database import Database
from tests.api.conftest import Hospital
from tests.owner import as_owner
from tests.running import Running
from tests.usecases.rows import a_draw, draws

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def post(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    return client.post("/v1/imports", content=body, headers=NDJSON | headers)


def outcomes(response: httpx.Response) -> list[tuple[int, str, str | None]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    told = [json.loads(line) for line in response.text.splitlines()]
    return [(each["line"], each["status"], each["code"]) for each in told]


def test_each_line_has_its_outcome_in_order(hospital: Hospital) -> None:
    body = lines(
        a_draw(er_status="positive", follow_up_days=90, died=False),
        a_draw(ctc_count=18),
        a_draw(patient_id="P-2", accession_number="LAB-2", ctc_count="7"),
        a_draw(),
    )

    assert outcomes(post(hospital.client, body)) == [
        (1, "stored", None),
        (2, "refused", "result-differs"),
        (3, "refused", "int-type"),
        (4, "unchanged", None),
    ]
    assert hospital.stored("/v1/patients/P-1")["er_status"] == "positive"
    # 2024-03-05 + 90 days.
    assert hospital.stored("/v1/patients/P-1/follow-up")["last_known_alive_on"] == "2024-06-03"
    assert hospital.client.get("/v1/patients/P-2").status_code == 404


def test_one_bad_line_in_a_thousand_is_named_with_its_reason(client: httpx.Client) -> None:
    rows = draws(1000)
    rows[699] |= {"drawn_at": "yesterday"}

    response = post(client, lines(*rows))

    refused = [line for line in response.text.splitlines() if "refused" in line]
    assert [json.loads(line) for line in refused] == [
        {
            "line": 700,
            "status": "refused",
            "code": "instant",
            "reason": "drawn_at: an RFC 3339 instant with an offset, or a date YYYY-MM-DD,"
            " is required",
        }
    ]
    assert len(outcomes(response)) == 1000


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not-json"),
        (b"[]", "dict-type"),
        (b'{"patient_id": "P-1", "patient_id": "P-2"}', "duplicate-key"),
        (b'{"ctc_count": NaN}', "not-finite"),
        (b'{"ctc_count": 1e400}', "not-finite"),
        (b'{"patient_id": "\\ud800"}', "lone-surrogate"),
        (b'{"patient_id": "\xe9"}', "not-json"),
        (b'{"patient_id": "' + b"P" * 70_000 + b'"}', "line-too-long"),
        (b'{"patient_id": "P-1"}', "missing"),
        (b'{"patient_id": "P\\u0000"}', "string-pattern-mismatch"),
        (b'{"patient_id":' + b"[" * 30_000, "not-json"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_and_the_next_one_stored(
    client: httpx.Client, line: bytes, code: str
) -> None:
    response = post(client, line + b"\r\n\n" + lines(a_draw()))

    assert outcomes(response) == [(1, "refused", code), (3, "stored", None)]


def test_the_last_line_needs_no_end(client: httpx.Client) -> None:
    assert outcomes(post(client, lines(a_draw()).rstrip())) == [(1, "stored", None)]


def test_nothing_sent_is_nothing_told(client: httpx.Client) -> None:
    assert outcomes(post(client, b"")) == []


def test_an_outcome_is_told_while_the_next_line_is_still_to_be_sent(
    service: Running, hospital: Hospital
) -> None:
    first, second = lines(*draws(2)).splitlines(keepends=True)
    with connected(service) as connection:
        connection.sendall(head_of(hospital) + chunk(first))
        told = until(connection, b'"line":1')
        assert b" 200 " in told
        assert b'"line":2' not in told

        connection.sendall(chunk(second) + chunk(b""))
        assert b'"stored"' in until(connection, b'"line":2')


def test_what_a_caller_left_unfinished_is_not_stored(service: Running, hospital: Hospital) -> None:
    row, unfinished = lines(a_draw()), lines(a_draw(patient_id="P-2")).rstrip()
    with connected(service) as connection:
        connection.sendall(head_of(hospital) + chunk(row + unfinished))
        until(connection, b'"line":1')

    assert hospital.client.get("/v1/patients/P-1").status_code == 200
    time.sleep(0.5)
    assert hospital.client.get("/v1/patients/P-2").status_code == 404


def test_a_caller_that_listens_only_after_it_has_sent_all_is_served(client: httpx.Client) -> None:
    # httpx reads nothing before the whole body is sent; the outcomes fill any socket's buffer.
    response = post(
        client, (lines(a_draw(patient_id=f"X-{n}", ctc_count=-1)) for n in range(20_000))
    )

    assert len(outcomes(response)) == 20_000


def test_only_the_media_type_of_lines_is_taken(client: httpx.Client) -> None:
    body = lines(a_draw())

    for headers in ({"Content-Type": "application/json"}, {"Content-Type": ""}):
        response = client.post("/v1/imports", content=body, headers=headers)
        assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")
    assert post(client, body, **{"Content-Encoding": "gzip"}).status_code == 415
    assert client.get("/v1/patients/P-1").status_code == 404


@pytest.mark.parametrize("scope", ["results:write", "patients:write"])
def test_both_scopes_are_needed(hospital: Hospital, scope: str) -> None:
    response = post(hospital.all_but(scope), lines(a_draw()))

    assert (response.status_code, response.json()["code"]) == (403, "missing-scope")


def test_these_two_scopes_suffice(hospital: Hospital) -> None:
    client = hospital.client_of("results:write", "patients:write")

    assert outcomes(post(client, lines(a_draw()))) == [(1, "stored", None)]


def test_a_hospital_sees_nothing_of_anothers_import(
    hospital: Hospital, other_hospital: Hospital
) -> None:
    post(hospital.client, lines(a_draw()))

    assert outcomes(post(other_hospital.client, lines(a_draw(ctc_count=3)))) == [
        (1, "stored", None)
    ]
    assert hospital.stored("/v1/blood-tests/LAB-1")["ctc_count"] == 17


def test_no_value_is_told_back(client: httpx.Client) -> None:
    canary = "CanaryXYZ"
    row = a_draw(patient_id=f"{canary} ", er_status=canary, drawn_at=canary, **{canary: canary})

    assert canary not in post(client, lines(row)).text


def test_a_commit_that_fails_is_told_as_unavailable_and_stores_nothing(
    service: Running, hospital: Hospital
) -> None:
    with audit_is_refused(service.database):
        response = post(hospital.client, lines(a_draw()))

    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert hospital.client.get("/v1/patients/P-1").status_code == 404


def test_an_answer_that_breaks_off_tells_of_what_was_stored(
    service: Running, hospital: Hospital
) -> None:
    first, second = lines(*draws(2)).splitlines(keepends=True)

    with connected(service) as connection:
        connection.sendall(head_of(hospital) + chunk(first))
        until(connection, b'"line":1')
        with audit_is_refused(service.database):
            connection.sendall(chunk(second) + chunk(b""))
            rest = b"".join(iter(lambda: connection.recv(65_536), b""))

    # HTTP's last chunk has length 0; without it the caller knows that something is missing.
    assert b"0\r\n\r\n" not in rest
    assert hospital.client.get("/v1/patients/P-0").status_code == 200
    assert hospital.client.get("/v1/patients/P-1").status_code == 404


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_lines_are_cut_alike_however_they_arrive(size: int) -> None:
    body = b"one\n\r\n" + b"x" * 21 + b"\n" + b"y" * 20 + b"\nlast"
    splitter = LineSplitter(longest=20)

    found = [
        line
        for start in range(0, len(body), size)
        for line in splitter.lines(body[start : start + size])
    ]
    found += splitter.last()

    assert found == [(1, b"one"), (3, None), (4, b"y" * 20), (5, b"last")]


REFUSE_AUDIT = {
    "sqlite": (
        "CREATE TRIGGER no BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION no() RETURNS trigger AS 'BEGIN RAISE ''no''; END' LANGUAGE plpgsql",
        "CREATE TRIGGER no BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no()",
    ),
}
ALLOW_AUDIT = {"sqlite": ("DROP TRIGGER no",), "postgresql": ("DROP FUNCTION no CASCADE",)}


@contextmanager
def audit_is_refused(database: Database) -> Iterator[None]:
    """Let every transaction fail at its audit event."""
    execute(database, REFUSE_AUDIT[database.dialect])
    try:
        yield
    finally:
        execute(database, ALLOW_AUDIT[database.dialect])


def execute(database: Database, statements: Iterable[str]) -> None:
    with as_owner(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def head_of(hospital: Hospital) -> bytes:
    return (
        "POST /v1/imports HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: {hospital.client.headers['authorization']}\r\n"
        "Content-Type: application/x-ndjson\r\n\r\n"
    ).encode()


@contextmanager
def connected(service: Running) -> Iterator[socket.socket]:
    """Speak HTTP by hand."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        yield connection


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def until(connection: socket.socket, mark: bytes) -> bytes:
    """Listen until something was told."""
    told = b""
    while mark not in told:
        part = connection.recv(65_536)
        assert part, told
        told += part
    return told
