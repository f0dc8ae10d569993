"""Requests that wait for the file at the same time share a commit, those of one hospital only."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import httpx
import pytest
from sqlalchemy import Connection, event, select

from app.storage import tables
from tests.api.bodies import a_prognosis_request
from tests.api.conftest import Hospital, new_hospital
from tests.running import Running, running

CALLS = 12


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Running]:
    """A service on a file."""
    with running(sqlite_url) as service:
        yield service


def read(hospital: Hospital) -> httpx.Response:
    return hospital.client.get("/v1/patients/P-000123/prognosis")


def test_waiting_calls_share_commits_but_never_with_another_hospital(service: Running) -> None:
    hospitals = [new_hospital(service) for _ in range(2)]
    for hospital in hospitals:
        hospital.client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    shared: list[Counter[int]] = []
    seen = 0

    def note(connection: Connection) -> None:
        nonlocal seen
        event_of = tables.audit_event.c
        rows = connection.execute(
            select(event_of.sequence, event_of.organisation_id).where(event_of.sequence > seen)
        ).all()
        seen = max((row.sequence for row in rows), default=seen)
        shared.append(Counter(row.organisation_id for row in rows))

    database = service.database
    event.listen(database.writer, "commit", note)
    with ThreadPoolExecutor(2 * CALLS) as pool:
        with database.begin():
            answers = [pool.submit(read, each) for _ in range(CALLS) for each in hospitals]
            _wait_for(service, 2 * CALLS - 1)
        statuses = {answer.result().status_code for answer in answers}

    assert statuses == {200}
    # The transaction that kept them waiting, one call that waited for it, then the others.
    reads = [each for each in shared[1:] if each]
    assert all(len(each) == 1 for each in reads)
    assert sum(each.total() for each in reads) == 2 * CALLS
    assert len(reads) <= 4


def _wait_for(service: Running, calls: int) -> None:
    deadline = monotonic() + 30
    while len(service.app.state.together._waiting) < calls:
        assert monotonic() < deadline, "the calls did not come"
        sleep(0.01)
