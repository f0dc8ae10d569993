"""A restart of one server after the other: nobody who tries again is refused, nothing is lost."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import count, cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import select

from app.storage import tables
from tests.faults.at_work import AtWork, wait_until
from tests.faults.serving import COLD, Served
from tests.owner import owned

CALLERS = 6
GIVE_UP_S = 60
"""After so long without an answer a post has failed; a stop takes a second."""


def body_of(name: str) -> bytes:
    return json.dumps(
        {
            "patient_id": f"P-{name}",
            "accession_number": f"A-{name}",
            "drawn_at": "2026-01-15T08:30:00Z",
            "ctc_count": 3,
        }
    ).encode()


class Callers(AtWork):
    """Callers that post without pause, each post until it is answered, at one server or another."""

    def __init__(self, servers: list[Served]) -> None:
        super().__init__([self._call] * CALLERS)
        self._servers = servers
        self._numbers = count()
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.repeated = 0

    def wait_for_more(self, posts: int) -> None:
        """Wait until so many more posts are acknowledged."""
        wanted = len(self.acknowledged) + posts
        wait_until(lambda: len(self.acknowledged) >= wanted, GIVE_UP_S, "nobody answers")

    def _call(self) -> None:
        with ExitStack() as stack:
            connections = [
                stack.enter_context(closing(HTTPConnection("127.0.0.1", each.port, timeout=20)))
                for each in self._servers
            ]
            while not self.stopped.is_set():
                self._post(cycle(connections), str(next(self._numbers)))

    def _post(self, connections: Iterator[HTTPConnection], name: str) -> None:
        deadline = time.monotonic() + GIVE_UP_S
        while not self._is_answered(next(connections), name):
            self.repeated += 1
            if time.monotonic() > deadline:
                self.refused.append(f"{name}: no answer")
                return

    def _is_answered(self, connection: HTTPConnection, name: str) -> bool:
        headers = {
            "Authorization": f"Bearer {self._servers[0].key}",
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", "/v1/blood-tests", body_of(name), headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            connection.close()
            return False
        if answer.status in (200, 201):
            self.acknowledged.append(f"A-{name}")
        else:
            self.refused.append(f"{name}: {answer.status} {content!r}")
        return True


@contextmanager
def two_servers(database_url: str, folder: Path) -> Iterator[list[Served]]:
    """Serve one database from two ports, as a proxy in front would have it."""
    with ExitStack() as stack:
        servers: list[Served] = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            key = servers[0].key if servers else None
            servers.append(stack.enter_context(Served(database_url, folder / name, key, **COLD)))
        yield servers


def stop(served: Served) -> bytes:
    """Stop a server while one of its requests is under way, and give the answer to that."""
    body = body_of(f"late-{time.monotonic_ns()}")
    head = (
        f"POST /v1/blood-tests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with (
        socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection,
        ThreadPoolExecutor(1) as pool,
    ):
        connection.sendall(head.encode() + body[:10])
        time.sleep(0.3)
        stopping = pool.submit(served.stop, 30)
        time.sleep(0.5)
        connection.sendall(body[10:])
        answer = connection.recv(65_536)
        stopping.result()
    return answer


def check_stops(database_url: str, folder: Path, stops: int) -> None:
    with two_servers(database_url, folder) as servers, Callers(servers) as callers:
        for done, server in enumerate(islice(cycle(servers), stops), start=1):
            callers.wait_for_more(20)
            assert stop(server).startswith(b"HTTP/1.1 201 "), "what was under way was dropped"
            callers.wait_for_more(20)
            if done < stops:
                server.start()
    assert callers.refused == []
    assert callers.repeated > 0
    assert len(callers.acknowledged) >= 40 * stops
    assert set(callers.acknowledged) <= set(stored(database_url))


def stored(database_url: str) -> list[str]:
    """Name every result that is stored."""
    database = owned(database_url)
    with database.read() as connection:
        found = list(connection.scalars(select(tables.blood_test.c.accession_number)))
    database.close()
    assert len(found) == len(set(found))
    return found


def test_a_stop_of_one_of_two_servers_refuses_and_loses_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    check_stops(sqlite_url, tmp_path, stops=1)


@pytest.mark.soak
def test_restarts_of_two_servers_by_turns_refuse_and_lose_nothing(
    database_url: str, tmp_path: Path
) -> None:
    check_stops(database_url, tmp_path, stops=10)
