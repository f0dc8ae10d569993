"""PostgreSQL that crashes and comes back, and connections to it that break."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.storage.schema import migrate
from tests.api.conftest import fitting_here
from tests.faults.at_work import wait_until
from tests.faults.laboratory.callers import Callers, Reached
from tests.faults.laboratory.models import store_models
from tests.faults.laboratory.plan import MOST_POSTS, draw_plan
from tests.faults.laboratory.proxy import CutTransactions, Passage, Proxy
from tests.faults.laboratory.seed import chance_of, choose_seed
from tests.faults.laboratory.trial import open_trial
from tests.faults.laboratory.verdict import check_run
from tests.faults.serving import Served
from tests.postgres_server import PostgresServer
from tests.running import running

STUCK_S = 10
"""No request waits so long, whatever becomes of the database."""


@pytest.fixture
def crashing() -> Iterator[tuple[PostgresServer, str]]:
    """A server that nobody else uses, with a migrated database."""
    with PostgresServer() as server:
        url = server.url(server.create_database())
        migrate(url)
        yield server, url


def restart(server: PostgresServer, callers: Callers) -> float:
    """Crash a server, start it, and give the seconds until the next acknowledged write."""
    began = time.monotonic()
    server.stop()
    server.start()
    started = time.monotonic()
    while not is_acknowledged_since(callers, started):
        assert time.monotonic() < started + 60, "the service did not come back"
        time.sleep(0.005)
    return time.monotonic() - began


def is_acknowledged_since(callers: Callers, at: float) -> bool:
    return any(
        each.writes and each.outcome == "acknowledged" and each.began > at
        for each in callers.history[-50:]
    )


def busy_sessions(url: str) -> list[tuple[str, str]]:
    """Find the service's sessions that are within a transaction."""
    query = (
        "SELECT state, query FROM pg_stat_activity"
        " WHERE application_name = 'prognosis' AND state <> 'idle'"
    )
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return [(str(state), str(last)) for state, last in connection.execute(query)]


def longest(callers: Callers) -> float:
    """Give the seconds that the longest request took."""
    return max(each.ended - each.began for each in callers.history)


def test_restarts_of_postgres_lose_nothing_and_leave_nobody_stuck(
    crashing: tuple[PostgresServer, str], tmp_path: Path
) -> None:
    server, url = crashing
    plan = draw_plan(choose_seed(), MOST_POSTS // 10, callers=6)
    with running(url) as service:
        service.add_organisation("hospital-a")
        models = store_models(url, "hospital-a")
        open_trial(service.client("hospital-a"))
        reached = Reached(int(service.url.rpartition(":")[2]), service.key("hospital-a"))
        with fitting_here(service), Callers(reached, plan, 240, models) as callers:
            for _ in range(2):
                time.sleep(0.4)
                restart(server, callers)
            callers.stop()
        assert busy_sessions(url) == []

    check_run(callers, url, tmp_path)
    assert any(each.status == 503 for each in callers.history)
    assert longest(callers) < STUCK_S


RESTARTS = 24
MINUTES = 2
RECOVERED_S = 3
"""From the crash to the next acknowledged write."""


@pytest.mark.soak
def test_twenty_four_restarts_in_two_minutes_lose_nothing(
    crashing: tuple[PostgresServer, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    (server, url), seed = crashing, choose_seed()
    plan, chance = draw_plan(seed, MOST_POSTS, callers=12), chance_of(seed, "restarts")
    recovered: list[float] = []
    with Served(url, tmp_path) as served:
        models = store_models(url, "hospital-a")
        with served.client() as client:
            open_trial(client)
        began = time.monotonic()
        with Callers(Reached(served.port, served.key), plan, 600, models) as callers:
            for n in range(RESTARTS):
                due = began + 60 * MINUTES / RESTARTS * (n + chance.random())
                time.sleep(max(0, due - time.monotonic()))
                recovered.append(restart(server, callers))
            callers.stop()
        seconds = time.monotonic() - began
        # A comparison may be reading its rows.
        wait_until(lambda: busy_sessions(url) == [], STUCK_S, "a session is stuck")

    check_run(callers, url, tmp_path)
    record_property("seconds", {"all": seconds, "recovered": recovered})
    record_property("operations", {"all": len(callers.history), "posts": callers.acknowledged})
    assert longest(callers) < STUCK_S
    assert max(recovered) < RECOVERED_S
    assert seconds < 60 * MINUTES + RECOVERED_S


def run_cut(server: PostgresServer, url: str, folder: Path, posts: int) -> "Counter[str]":
    """Post while connections to the database are cut, and check what became of it."""
    seed, tally = choose_seed(), Counter[str]()
    is_cutting = False

    def passage(number: int) -> Passage:
        if not is_cutting:
            return Passage()
        return CutTransactions(chance_of(seed, "connection", number), 0.05, tally)

    with Proxy(server.folder / ".s.PGSQL.5432", passage) as proxy:
        address = make_url(url).set(query={}, host="127.0.0.1", port=proxy.port)
        through = address.render_as_string()
        with running(through) as service, fitting_here(service):
            service.add_organisation("hospital-a")
            models = store_models(url, "hospital-a")
            open_trial(service.client("hospital-a"))
            key, port = service.key("hospital-a"), int(service.url.rpartition(":")[2])
            plan, is_cutting = draw_plan(seed, posts, callers=6), True
            proxy.cut_all()
            with Callers(Reached(port, key), plan, 600, models) as callers:
                callers.wait_for(posts)
            is_cutting = False

    check_run(callers, url, folder)
    assert callers.acknowledged == posts
    assert longest(callers) < STUCK_S
    return tally


def test_cut_connections_to_postgres_lose_nothing_and_repeat_nothing(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    tally = run_cut(postgres_server, postgres_url, tmp_path, posts=120)

    assert tally.total() > 5


@pytest.mark.soak
def test_thousands_of_posts_over_connections_that_are_cut(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    tally = run_cut(postgres_server, postgres_url, tmp_path, posts=5_000)

    record_property("cuts", dict(tally))
    assert min(tally[kind] for kind in CUTS) > 20


CUTS = ("cut before a commit", "commit unheard", "cut within")
