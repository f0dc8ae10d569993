"""What a scrape tells: the whole server, whichever process answers, and nothing that was sent."""

import gc
import re
import time
from pathlib import Path

import httpx
import pytest

from app.api.counts import Counts
from app.api.metrics import BUCKETS, UNROUTED, Gauges, Metrics
from app.usecases.sealing import seal
from tests.api.bodies import tell_cohort
from tests.api.conftest import Hospital
from tests.faults.serving import COLD, Served, kill
from tests.running import running

LINE = re.compile(
    r"# (HELP prognosis_[a-z_]+ \S.*|TYPE prognosis_[a-z_]+ (counter|gauge|histogram))"
    r'|prognosis_[a-z_]+\{([a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*)?\} [0-9.e+-]+'
)
GET_PATIENT = 'method="GET",route="/v1/patients/{patient_id}"'
NOTHING = Gauges({})


def scraped(client: httpx.Client) -> dict[str, float]:
    """Scrape, and give each sample by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return samples(answer.text)


def samples(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_a_scrape_is_in_the_text_format_of_prometheus(client: httpx.Client) -> None:
    client.get("/v1/patients/P-1")

    answer = client.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    assert [line for line in answer.text.splitlines() if not LINE.fullmatch(line)] == []


def test_answers_are_counted_by_route_and_status(client: httpx.Client) -> None:
    name = f'prognosis_requests_total{{{GET_PATIENT},status="404"}}'
    before = scraped(client).get(name, 0)

    for number in range(3):
        client.get(f"/v1/patients/P-{number}")

    assert scraped(client)[name] == before + 3


def test_whatever_has_no_route_is_one_label(hospital: Hospital) -> None:
    client = hospital.client
    client.get("/v1/no-such-route")
    client.request("BREW", "/v1/patients")
    client.post("/livez")
    hospital.service.client_with(None).get("/v1/patients/P-1")

    told = [name for name in scraped(client) if 'route="unrouted"' in name]

    statuses = {name.split('status="')[1][:3] for name in told if "status" in name}
    assert statuses == {"401", "404", "405"}
    assert all('method="other"' in name for name in told)


def test_durations_are_counted_in_buckets_that_include_the_shorter_ones() -> None:
    metrics = Metrics([("GET", "/v1/models")])
    for seconds in (0.001, 0.0025, 0.02, 0.02, 60):
        metrics.begin()
        metrics.end(("GET", "/v1/models"), 200, seconds)

    told = samples(metrics.text(NOTHING))

    of_route = 'method="GET",route="/v1/models"'
    buckets = [
        told[f'prognosis_request_seconds_bucket{{{of_route},le="{bound}"}}']
        for bound in (*BUCKETS, "+Inf")
    ]
    assert buckets == [2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 5]
    assert told[f"prognosis_request_seconds_count{{{of_route}}}"] == 5
    assert told[f"prognosis_request_seconds_sum{{{of_route}}}"] == pytest.approx(60.0435)


def test_a_status_that_is_never_answered_counts_as_other() -> None:
    metrics = Metrics([])
    metrics.begin()
    metrics.end(UNROUTED, 599, 0.1)

    assert 'route="unrouted",status="other"} 1' in metrics.text(NOTHING)


def test_the_scrape_itself_is_worked_on(client: httpx.Client) -> None:
    assert scraped(client)["prognosis_requests_in_progress{}"] == 1


def test_refits_are_told_by_state(client: httpx.Client) -> None:
    before = scraped(client)
    tell_cohort(client, patients=60)
    fitted = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert fitted.status_code == 201, fitted.text

    after = scraped(client)

    states = ("queued", "running", "done", "failed")
    names = [f'prognosis_refits{{state="{state}"}}' for state in states]
    assert [after[name] - before[name] for name in names] == [0, 0, 1, 0]


def test_the_age_of_the_oldest_unsealed_event_is_told(sqlite_url: str) -> None:
    name = "prognosis_audit_unsealed_seconds{}"
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        client = service.client()
        empty = scraped(client)[name]
        client.get("/v1/models")
        time.sleep(0.2)
        late = scraped(client)[name]
        seal(service.database)

        assert (empty, late >= 0.2, scraped(client)[name]) == (0, True, 0)


def test_no_sum_falls_when_a_process_ends_and_another_goes_on(tmp_path: Path) -> None:
    first, second = (Metrics([], str(tmp_path)) for _ in range(2))
    for metrics in (first, first, second):
        metrics.begin()
        metrics.end(UNROUTED, 200, 0.1)
    first.begin()

    del first, metrics
    gc.collect()

    name = 'prognosis_requests_total{method="other",route="unrouted",status="200"}'
    alone = samples(second.text(NOTHING))
    third = Metrics([], str(tmp_path))
    third.begin()
    assert (alone[name], alone["prognosis_requests_in_progress{}"]) == (3, 0)
    assert samples(third.text(NOTHING))[name] == 3
    assert samples(second.text(NOTHING))["prognosis_requests_in_progress{}"] == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_files_of_another_layout_are_left_alone(tmp_path: Path) -> None:
    others = Counts(tmp_path, "another", 3)
    others.own[0] = 7

    (share,) = Counts(tmp_path, "ours", 3).shares()

    assert list(share.numbers) == [0, 0, 0]


def test_two_workers_are_told_as_one_server(sqlite_url: str, tmp_path: Path) -> None:
    calls = 40
    name = 'prognosis_requests_total{method="GET",route="/v1/risk-schemes",status="200"}'
    with Served(sqlite_url, tmp_path, **COLD) as served:
        for _ in range(calls):
            # A connection of its own each time, so that both workers answer some.
            with served.client() as client:
                client.get("/v1/risk-schemes").raise_for_status()
        told = set()
        for _ in range(10):
            with served.client() as client:
                told.add(scraped(client)[name])
        kill(served.workers()[:1])
        after = _scraped_again(served)

    assert told == {calls}
    assert after[name] == calls


def _scraped_again(served: Served) -> dict[str, float]:
    deadline = time.monotonic() + 60
    while True:
        try:
            with served.client() as client:
                return scraped(client)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
