"""Processes killed while they enrol: no slot of a trial is lost, and none is used twice."""

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.storage import tables
from tests.api.bodies import open_a_trial
from tests.faults.at_work import wait_until
from tests.faults.laboratory.seed import chance_of, choose_seed
from tests.faults.serving import Served, kill
from tests.owner import owned

Json = dict[str, Any]

PATIENTS = 64
NAMES = [f"P-{number}" for number in range(PATIENTS)]


def tell_candidates(client: httpx.Client) -> None:
    row = {"drawn_at": "2025-11-01T08:30:00Z", "ctc_count": 17, "line_of_therapy": 1}
    lines = "\n".join(json.dumps({"patient_id": name} | row) for name in NAMES)
    headers = {"Content-Type": "application/x-ndjson"}
    client.post("/v1/imports", content=lines, headers=headers).raise_for_status()


def enrolled(client: httpx.Client, at: str, patient_id: str) -> Json:
    """Ask until there is an answer, as a ward does whose service went away."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        try:
            answer = client.post(f"{at}/enrolments", json={"patient_id": patient_id})
        except httpx.TransportError:
            time.sleep(0.5)
            continue
        if answer.status_code in (200, 201):
            content: Json = answer.json()
            return content
        assert answer.status_code == 503, answer.text
    raise TimeoutError("nobody answered")


def stored(database_url: str, table: Any) -> list[Json]:
    with closing(owned(database_url)) as database, database.read() as connection:
        query = select(table).order_by(table.c.number)
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.mark.soak
def test_kills_lose_no_slot_and_use_none_twice(database_url: str, tmp_path: Path) -> None:
    chance = chance_of(choose_seed(), "victims")
    with Served(database_url, tmp_path) as served, served.client() as client:
        tell_candidates(client)
        at = open_a_trial(client, method="permuted-blocks")

        with ThreadPoolExecutor(8) as threads:
            done = [threads.submit(enrolled, client, at, name) for name in NAMES]
            wait_for(done, PATIENTS // 4)
            kill(chance.sample(served.workers(), 1))
            wait_for(done, PATIENTS // 2)
            served.kill_all()
            served.start()
            told = [each.result() for each in done]

    log = stored(database_url, tables.trial_allocation)
    enrolments = stored(database_url, tables.trial_enrolment)
    assert [each["number"] for each in log] == list(range(1, PATIENTS + 1))
    assert [each["number"] for each in enrolments] == list(range(1, PATIENTS + 1))
    of_patient = {each["patient_id"]: log[each["number"] - 1] for each in enrolments}
    assert of_patient.keys() == set(NAMES)
    for each in told:
        kept = of_patient[each["patient_id"]]
        assert (each["number"], each["arm"], each["allocation_code"]) == (
            *(kept["number"], kept["arm"], kept["code"]),
        )
    assert_blocks_are_whole(log)


def wait_for(done: list[Future[Json]], acknowledged: int) -> None:
    wait_until(lambda: sum(map(Future.done, done)) >= acknowledged, 240, "too few were enrolled")


def assert_blocks_are_whole(log: list[Json]) -> None:
    """Only the last block of the one stratum may lack patients."""
    last = max(each["block"] for each in log)
    for block in range(last + 1):
        arms = [each["arm"] for each in log if each["block"] == block]
        (size,) = {each["block_size"] for each in log if each["block"] == block}
        half = size // 2
        assert max(arms.count("same"), arms.count("other")) <= half
        assert block == last or (arms.count("same"), arms.count("other")) == (half, half)
