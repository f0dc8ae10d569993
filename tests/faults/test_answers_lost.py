"""Answers that are lost on the way: whoever asks again is told the same, and nothing is twice."""

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.conftest import fitting_here
from tests.faults.laboratory.callers import Callers, Reached
from tests.faults.laboratory.models import store_models
from tests.faults.laboratory.plan import draw_plan
from tests.faults.laboratory.proxy import Proxy, TroubledRequests, UnheardAnswers
from tests.faults.laboratory.seed import choose_seed
from tests.faults.laboratory.trial import open_trial
from tests.faults.laboratory.verdict import check_run
from tests.faults.serving import Served
from tests.running import Running, running

LOST = 0.2
"""The share of answers that do not arrive."""

HUNG_UP = re.compile(
    r'_requests_total\{method="POST",route="/v1/prognoses",status="([0-9a-z]+)"\} ([1-9])'
)
"""How many posts were answered with which status."""

POSTS_ALONE = {"result": 1, "submit": 1}


@pytest.fixture
def service(database_url: str) -> Iterator[Running]:
    """A service in this process, on each engine in turn, with a hospital."""
    with running(database_url) as service:
        service.add_organisation("hospital-a")
        yield service


def reached_through(proxy: Proxy, service: Running) -> Reached:
    """Call the service by way of a proxy."""
    return Reached(proxy.port, service.key("hospital-a"))


def port_of(service: Running) -> int:
    return int(service.url.rpartition(":")[2])


def test_a_post_whose_answer_was_lost_is_stored_once(
    service: Running, database_url: str, tmp_path: Path
) -> None:
    seed, tally = choose_seed(), Counter[str]()
    plan = draw_plan(seed, posts=150, callers=6, kinds=POSTS_ALONE)

    with (
        Proxy(port_of(service), lambda _: UnheardAnswers(seed, LOST, tally)) as proxy,
        Callers(reached_through(proxy, service), plan, seconds=240) as callers,
    ):
        callers.wait_for(150)

    assert callers.acknowledged == 150
    assert tally["answer swallowed"] >= 10
    check_run(callers, database_url, tmp_path)


def test_torn_delayed_and_half_closed_requests_leave_the_history_right(
    service: Running, database_url: str, tmp_path: Path
) -> None:
    seed, tally = choose_seed(), Counter[str]()
    plan = draw_plan(seed, posts=100, callers=6)
    models = store_models(database_url, "hospital-a")
    open_trial(service.client("hospital-a"))

    with (
        fitting_here(service),
        Proxy(port_of(service), lambda _: TroubledRequests(seed, 0.25, tally)) as proxy,
        Callers(reached_through(proxy, service), plan, 240, models) as callers,
    ):
        callers.wait_for(100)

    assert tally.total() >= 15
    check_run(callers, database_url, tmp_path)


def test_a_caller_that_hangs_up_is_no_fault_of_the_service(service: Running) -> None:
    lines = [
        *("POST /v1/prognoses HTTP/1.1", "Host: x", "Content-Type: application/json"),
        *(f"Authorization: Bearer {service.key('hospital-a')}", "Content-Length: 100", "", "{"),
    ]

    with socket.create_connection(("127.0.0.1", port_of(service)), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        time.sleep(0.3)

    metrics = service.client("hospital-a")
    deadline = time.monotonic() + 10
    while not (told := HUNG_UP.findall(metrics.get("/metrics").text)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert told == [("400", "1")]


POSTS = 10_000


@pytest.mark.soak
def test_ten_thousand_posts_with_a_fifth_of_their_answers_lost_are_ten_thousand_results(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed, tally = choose_seed(), Counter[str]()
    plan = draw_plan(seed, POSTS, callers=12, kinds=POSTS_ALONE)

    with (
        Served(database_url, tmp_path) as served,
        Proxy(served.port, lambda _: UnheardAnswers(seed, LOST, tally)) as proxy,
        Callers(Reached(proxy.port, served.key), plan, seconds=1800) as callers,
    ):
        callers.wait_for(POSTS)

    stored = check_run(callers, database_url, tmp_path)
    record_property("answers lost", tally["answer swallowed"])
    assert len(stored.versions) == POSTS
    assert tally["answer swallowed"] > POSTS * LOST
