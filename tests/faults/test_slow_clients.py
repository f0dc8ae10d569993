"""Clients that keep the server waiting are cut off in time, and nobody else waits for them."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from app.api import receiving
from app.api.receiving import BODY_S, HEADERS_S, TimedProtocol
from tests.faults.serving import COLD, Served
from tests.running import Running, running

DEADLINE_S = 0.6
"""For headers, and for bodies, in these tests; the service waits longer."""

SLOW_S = 0.15
"""Between two bytes of a client that never falls silent for long."""

LATE_S = 10
"""After so long something was not cut in time, however busy the machine."""

PARTIAL_HEADERS = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: "
LAST_CHUNK = b"\r\n0\r\n\r\n"


class Hasty(TimedProtocol):
    """Waits less long."""

    headers_s = DEADLINE_S
    taking_s = DEADLINE_S


@pytest.fixture
def service(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A service that waits less long for everything."""
    monkeypatch.setattr(receiving, "BODY_S", DEADLINE_S)
    with running(sqlite_url, http=Hasty) as service:
        service.add_organisation("hospital-a")
        yield service


@contextmanager
def connected(service: Running) -> Iterator[socket.socket]:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LATE_S) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """Read until the server hangs up."""
    received = b""
    with suppress(ConnectionResetError):
        while block := connection.recv(65_536):
            received += block
    return received


def dribble(connection: socket.socket, byte: bytes) -> bytes:
    """Send a byte from time to time until the server hangs up, and give what it said."""
    deadline = time.monotonic() + LATE_S
    connection.settimeout(SLOW_S)
    received = b""
    while time.monotonic() < deadline:
        try:
            connection.sendall(byte)
            block = connection.recv(65_536)
        except TimeoutError:
            continue
        except OSError:
            return received
        if not block:
            return received
        received += block
    raise AssertionError("nobody hung up")


def post_of(key: str, length: int, path: str = "/v1/blood-tests", kind: str = "json") -> bytes:
    """Begin a request with a body of so many bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}"]
    lines += [f"Content-Type: application/{kind}", f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode()


def check_refusal(answer: bytes) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 "), answer
    assert b"\r\nconnection: close" in head.lower()
    assert json.loads(body)["code"] == "request-timeout"


def test_a_silent_connection_is_closed(service: Running) -> None:
    with connected(service) as connection:
        began = time.monotonic()

        assert everything(connection) == b""

    assert DEADLINE_S * 0.8 < time.monotonic() - began < LATE_S


def test_headers_that_stop_are_refused(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(PARTIAL_HEADERS)

        check_refusal(everything(connection))


def test_headers_that_come_byte_by_byte_are_refused(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(PARTIAL_HEADERS)

        check_refusal(dribble(connection, b"a"))


def test_empty_lines_keep_no_connection_open(service: Running) -> None:
    with connected(service) as connection:
        assert dribble(connection, b"\r\n") == b""


def test_the_second_request_of_a_connection_has_to_come_in_time_too(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b'"alive"' in connection.recv(65_536)
        connection.sendall(PARTIAL_HEADERS)

        check_refusal(everything(connection))


def test_a_body_that_stops_is_refused(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(post_of(service.key("hospital-a"), 100) + b"{")

        check_refusal(everything(connection))


def test_a_body_that_comes_byte_by_byte_is_refused(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(post_of(service.key("hospital-a"), 1000) + b"{")

        check_refusal(dribble(connection, b" "))


def test_what_is_left_of_a_refused_body_keeps_no_connection_open(service: Running) -> None:
    with connected(service) as connection:
        connection.sendall(post_of("nobody", 1000) + b"{")

        assert dribble(connection, b" ").startswith(b"HTTP/1.1 401 ")


def test_an_answer_that_is_not_taken_is_dropped(service: Running) -> None:
    """Asked for so often, the document outgrows what the kernel keeps for a connection."""
    times = 60
    with connected(service) as connection:
        connection.sendall(times * b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(5 * DEADLINE_S)

        answers = everything(connection).count(b"HTTP/1.1 200 ")

    assert 0 < answers < times


def test_an_import_may_take_long_if_it_keeps_coming(service: Running) -> None:
    lines = [import_line(n) for n in range(6)]
    length = sum(map(len, lines))
    key = service.key("hospital-a")
    with connected(service) as connection:
        connection.sendall(post_of(key, length, "/v1/imports", "x-ndjson"))
        for line in lines:
            time.sleep(DEADLINE_S / 3)
            connection.sendall(line)
        answer = b""
        while not answer.endswith(LAST_CHUNK):
            answer += connection.recv(65_536)

    assert answer.count(b'"stored"') == 6


def test_an_import_that_stops_is_cut_and_what_was_told_is_stored(service: Running) -> None:
    key = service.key("hospital-a")
    with connected(service) as connection:
        connection.sendall(post_of(key, 10_000, "/v1/imports", "x-ndjson"))
        connection.sendall(import_line(1) + import_line(2)[:-5])
        answer = everything(connection)

    assert answer.count(b'"stored"') == 1
    # No last chunk: whoever reads it knows that the answer broke off.
    assert not answer.endswith(LAST_CHUNK)
    found = service.client_with(key).get("/v1/patients").json()["items"]
    assert [each["patient_id"] for each in found] == ["P-1"]


def test_a_healthy_client_does_not_notice_the_slow_ones(service: Running) -> None:
    healthy = service.client()
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connected(service)).sendall(PARTIAL_HEADERS)

        statuses = {healthy.get("/v1/risk-schemes").status_code for _ in range(100)}

    assert statuses == {200}


def import_line(number: int) -> bytes:
    row = {"patient_id": f"P-{number}", "drawn_at": "2025-11-01T08:30:00Z", "ctc_count": number}
    return json.dumps(row).encode() + b"\n"


def test_whoever_is_cut_off_leaves_a_line_in_the_log(
    service: Running, caplog: pytest.LogCaptureFixture
) -> None:
    answers = []
    for sent in (b"", PARTIAL_HEADERS):
        with connected(service) as connection:
            connection.sendall(sent)
            answers.append(everything(connection))

    told = [vars(each) for each in caplog.records if each.message == "slow client cut off"]
    assert [(each["waited_for"], each["status"]) for each in told] == [
        ("request", None),
        ("headers", 408),
    ]
    assert told[1]["request_id"] == json.loads(answers[1].partition(b"\r\n\r\n")[2])["request_id"]


DRAIN_S = 2


def test_a_stop_does_not_wait_for_the_slowest(sqlite_url: str, tmp_path: Path) -> None:
    drain = {"drain_seconds": str(DRAIN_S), **COLD}
    with Served(sqlite_url, tmp_path, **drain) as served, ExitStack() as stack:
        for sent in (b"", PARTIAL_HEADERS, post_of(served.key, 100) + b"{"):
            address = ("127.0.0.1", served.port)
            stack.enter_context(socket.create_connection(address)).sendall(sent)
        time.sleep(1)
        began = time.monotonic()

        served.stop(DRAIN_S + LATE_S)

    # None of the three would have been cut so soon.
    assert time.monotonic() - began < HEADERS_S < BODY_S


SLOW = 500
SOAK_S = 60
CUT_S = 40
"""Connections at once, for so many seconds, each of them cut after this many at the latest."""


@pytest.mark.soak
def test_five_hundred_slow_clients_are_cut_and_slow_nobody_down(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Served(sqlite_url, tmp_path) as served, ThreadPoolExecutor(1) as healthy:
        ends_at = time.monotonic() + SOAK_S
        asked = healthy.submit(latencies, served, ends_at)
        lifetimes = asyncio.run(keep_slow(served, ends_at))
        milliseconds = sorted(1000 * seconds for seconds in asked.result())

    p99 = milliseconds[int(0.99 * len(milliseconds))]
    assert len(lifetimes) >= SLOW
    assert max(lifetimes) < CUT_S
    assert p99 < 200


def latencies(served: Served, ends_at: float) -> list[float]:
    """Ask twenty times a second, each time on time."""
    found: list[float] = []
    with served.client() as client:
        while (began := time.monotonic()) < ends_at:
            client.get("/v1/risk-schemes").raise_for_status()
            found.append(time.monotonic() - began)
            time.sleep(max(0, 0.05 - found[-1]))
    return found


async def keep_slow(served: Served, ends_at: float) -> list[float]:
    """Hold many slow connections, each opened anew when it was cut, and time them."""
    sent = (b"", PARTIAL_HEADERS, post_of(served.key, 1000) + b"{")
    each = (be_slow(served.port, sent[n % 3], ends_at) for n in range(SLOW))
    return [lifetime for lifetimes in await asyncio.gather(*each) for lifetime in lifetimes]


async def be_slow(port: int, sent: bytes, ends_at: float) -> list[float]:
    lifetimes: list[float] = []
    while time.monotonic() < ends_at:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = time.monotonic()
        writer.write(sent)
        with suppress(OSError):
            while not await hung_up(reader):
                writer.write(b" " if sent else b"")
        lifetimes.append(time.monotonic() - began)
        writer.close()
    return lifetimes


async def hung_up(reader: asyncio.StreamReader) -> bool:
    """Wait a second, and tell whether the server has hung up meanwhile."""
    try:
        async with asyncio.timeout(1):
            return not await reader.read(65_536)
    except TimeoutError:
        return False
