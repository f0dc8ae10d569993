"""Tokens of a server of two processes: what one of them has taken or ended, so has the other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.serving import COLD, WORKERS, Served, idle
from tests.protocols.smart.tokens import PATH, form_of
from tests.signing import Signer, claims_of


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A server as `prognosis serve` runs it, on each engine in turn."""
    with Served(database_url, tmp_path, **COLD) as served:
        yield served


def by_each(served: Served, call: Callable[[httpx.Client], httpx.Response]) -> list[int]:
    """Call each process while the other one stands still, and give the statuses."""
    statuses = []
    for other in served.workers():
        while not idle([other]):
            pass
        other.suspend()
        try:
            with served.client() as client:
                statuses.append(call(client).status_code)
        finally:
            other.resume()
    assert len(statuses) == WORKERS
    return statuses


def test_what_one_process_took_or_ended_so_did_the_other(served: Served) -> None:
    signer, audience = Signer(), f"http://127.0.0.1:{served.port}{PATH}"
    body = {"name": "Program", "scopes": ["patients:read"], "jwks": signer.key_set}
    with served.client() as hospital:
        client_id = hospital.post("/v1/clients", json=body).raise_for_status().json()["client_id"]
        assertion = signer.sign(claims_of(client_id, audience))
        given = hospital.post(PATH, data=form_of(assertion), headers={"Authorization": ""})

        def ask(client: httpx.Client) -> httpx.Response:
            del client.headers["authorization"]
            return client.post(PATH, data=form_of(assertion))

        def read(client: httpx.Client) -> httpx.Response:
            client.headers["authorization"] = f"Bearer {given.json()['access_token']}"
            return client.get("/v1/patients")

        assert by_each(served, ask) == [401, 401]
        assert by_each(served, read) == [200, 200]
        hospital.delete(f"/v1/clients/{client_id}").raise_for_status()
        assert by_each(served, read) == [401, 401]
