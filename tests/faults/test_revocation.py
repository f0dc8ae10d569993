"""A key that was revoked opens nothing any more, whichever process is asked."""

import time
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import httpx
import psutil

from tests.faults.at_work import AtWork, wait_until
from tests.faults.serving import COLD, Served

A_SECOND = 50
"""Calls with the key, over all connections together."""

CALLS_BEFORE = 40
SECONDS_AFTER = 1.3
MOST_CONNECTIONS = 200


class Connections(AtWork):
    """Connections kept open, on at least one to each worker, that all call with one key."""

    def __init__(self, served: Served, key: str) -> None:
        self._served = served
        self._headers = {"Authorization": f"Bearer {key}"}
        self._connections = [self._connected()]
        while not self._reach_every_worker():
            assert len(self._connections) < MOST_CONNECTIONS, "one worker takes every connection"
            self._connections.append(self._connected())
        super().__init__([partial(self._call, each) for each in self._connections])
        self.answers: list[tuple[float, int]] = []

    def wait_for(self, answers: int) -> None:
        """Wait until so many answers have come."""
        wait_until(lambda: len(self.answers) >= answers, 60, "the service does not answer")

    def _connected(self) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self._served.port, timeout=60)
        assert self._status(connection) == 200
        return connection

    def _status(self, connection: HTTPConnection) -> int:
        connection.request("GET", "/v1/risk-schemes", headers=self._headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def _reach_every_worker(self) -> bool:
        return all(_holds(worker, self._served.port) for worker in self._served.workers())

    def _call(self, connection: HTTPConnection) -> None:
        pause = len(self._connections) / A_SECOND
        while not self.stopped.wait(pause):
            began = time.monotonic()
            self.answers.append((began, self._status(connection)))
        connection.close()


def _holds(worker: psutil.Process, port: int) -> bool:
    return any(
        each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port
        for each in worker.net_connections("tcp")
    )


def test_no_call_is_let_in_after_its_key_was_revoked(database_url: str, tmp_path: Path) -> None:
    with Served(database_url, tmp_path, **COLD) as served, served.client() as admin:
        new = {"name": "reader", "scopes": ["models:read"]}
        reader = admin.post("/v1/clients", json=new).json()
        with Connections(served, reader["key"]) as connections:
            connections.wait_for(CALLS_BEFORE)
            assert admin.delete(f"/v1/clients/{reader['client_id']}").status_code == 204
            revoked_at = time.monotonic()
            time.sleep(SECONDS_AFTER)
            connections.wait_for(2 * CALLS_BEFORE)

        used_at = last_use(admin, reader["client_id"])

    before = [status for began, status in connections.answers if began < revoked_at]
    after = [status for began, status in connections.answers if began >= revoked_at]
    assert before.count(200) >= CALLS_BEFORE
    assert len(after) >= CALLS_BEFORE / 2
    # Not even within the second that was promised.
    assert set(after) == {401}
    assert used_at


def last_use(admin: httpx.Client, client_id: str) -> str | None:
    """Wait until the list tells when a client's key was last used."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        listed = admin.get("/v1/clients").json()["items"]
        (keys,) = [each["keys"] for each in listed if each["client_id"] == client_id]
        if keys[0]["last_used_at"]:
            return str(keys[0]["last_used_at"])
        time.sleep(0.1)
    return None
