"""Where too many wait, results and prognoses come before what is read at leisure."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from time import monotonic, sleep

import httpx
import pytest

from app.api.gate import MOST_IN_LINE
from app.api.routing import MOST_WAITING
from tests.api.bodies import a_result
from tests.api.conftest import Hospital, new_hospital
from tests.running import running

NOBODY = f"/v1/models/sha256:{'0' * 64}"
SPARE = [
    "/v1/models",
    "/v1/audit-events",
    *(f"{NOBODY}/{name}" for name in ("rows", "report", "report.html")),
    *(f"{NOBODY}/{name}" for name in ("forest.svg", "calibration.svg")),
]


def test_what_can_wait_is_refused_while_too_many_wait(sqlite_url: str) -> None:
    with running(sqlite_url) as service, ThreadPoolExecutor(MOST_WAITING + 8) as callers:
        hospital = new_hospital(service)
        with service.database.begin():
            posts = [callers.submit(post, hospital, n) for n in range(MOST_WAITING + 4)]
            shed = _shed(hospital)
            refusals = [shed, *(hospital.client.get(path) for path in SPARE)]
        statuses = {each.result().status_code for each in posts}
        after = [hospital.client.get(path).status_code for path in SPARE]

    assert {(each.status_code, each.json()["code"]) for each in refusals} == {(503, "overloaded")}
    assert {each.headers["retry-after"] for each in refusals} == {"1"}
    assert statuses == {201}
    assert after == [200, 200] + [404] * 5


def test_where_too_many_wait_in_line_the_next_is_told_to_come_again(sqlite_url: str) -> None:
    with running(sqlite_url) as service, ThreadPoolExecutor(MOST_IN_LINE + 40) as callers:
        hospital = new_hospital(service)
        with service.database.begin():
            posts = [callers.submit(post, hospital, n) for n in range(MOST_IN_LINE + 40)]
            first = next(each.result() for each in as_completed(posts, timeout=60))
            alive = hospital.client.get("/livez").status_code
        answers = [each.result() for each in posts]

    assert (first.status_code, first.json()["code"]) == (503, "overloaded")
    assert first.headers["retry-after"] == "1"
    assert alive == 200
    statuses = Counter(each.status_code for each in answers)
    assert statuses.keys() == {201, 503}
    assert statuses[201] > MOST_IN_LINE


def post(hospital: Hospital, number: int) -> httpx.Response:
    result = a_result(patient_id=f"P-{number}", accession_number=f"A-{number}")
    return hospital.client.post("/v1/blood-tests", json=result)


def _shed(hospital: Hospital) -> httpx.Response:
    """Ask until so many wait; before, the answer would wait with them."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        try:
            return hospital.client.get(SPARE[0], timeout=0.5)
        except httpx.TimeoutException:
            sleep(0.1)
    pytest.fail("too few waited")
