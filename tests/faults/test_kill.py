"""Killed processes: what was acknowledged is there once, and a refit that died says so."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import psutil
import pytest

from tests.api.bodies import ended
from tests.faults.laboratory.callers import Callers, Reached
from tests.faults.laboratory.models import store_models
from tests.faults.laboratory.plan import Kill, Plan, draw_kills, draw_plan
from tests.faults.laboratory.seed import chance_of, choose_seed
from tests.faults.laboratory.trial import open_trial
from tests.faults.laboratory.verdict import check_run
from tests.faults.serving import Served, has_ended, kill
from tests.postgres_server import PostgresServer

LEASE_S = 12
"""Longer than a fitting process takes to start on a busy machine, which nobody beats for."""


@dataclass(frozen=True)
class Installed:
    """A service with two workers on a database of its own, with two models."""

    served: Served
    database_url: str
    models: tuple[str, str]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    """The service on each engine in turn; whoever kills it leaves it serving."""
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "prognosis.db")
        with serving(f"sqlite:///{folder / 'prognosis.db'}", folder) as installed:
            yield installed
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database(request.getfixturevalue("migrated_postgres"))
    with serving(server.url(name), folder) as installed:
        yield installed
    server.drop_database(name)


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Installed]:
    """Serve a migrated database in killable processes."""
    with Served(database_url, folder, refit_lease_seconds=str(LEASE_S)) as served:
        with served.client() as client:
            open_trial(client)
        yield Installed(served, database_url, store_models(database_url, "hospital-a"))


def kill_one(served: Served, whom: str, chance: Random) -> None:
    """Kill some of the service's processes and have it serve again."""
    if whom == "worker":
        workers = served.workers()
        kill(chance.sample(workers, min(1, len(workers))))
    elif whom == "workers":
        kill(served.workers())
    elif whom == "parent":
        served.kill_parent()
        served.start()
    else:
        served.kill_all()
        served.start()


def run_with_kills(
    installed: Installed, plan: Plan, kills: Iterable[Kill], seconds: float
) -> Callers:
    """Carry out a plan while processes are killed."""
    served, chance = installed.served, chance_of(plan.seed, "victims")
    reached = Reached(served.port, served.key)
    with Callers(reached, plan, seconds, installed.models) as callers:
        for each in kills:
            callers.wait_for(each.acknowledged)
            kill_one(served, each.whom, chance)
    return callers


def test_kills_lose_and_repeat_no_acknowledged_result(installed: Installed, tmp_path: Path) -> None:
    seed, posts = choose_seed(), 240
    other = chance_of(seed, "other").choice(["workers", "parent", "all"])
    plan = draw_plan(seed, posts, callers=8)

    kills = [Kill(posts // 3, "worker"), Kill(posts * 2 // 3, other)]
    callers = run_with_kills(installed, plan, kills, seconds=240)

    check_run(callers, installed.database_url, tmp_path)


KILLS = 200
POSTS = 10_000


@pytest.mark.soak
def test_two_hundred_kills_lose_and_repeat_no_acknowledged_result(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = choose_seed()
    plan, kills = draw_plan(seed, POSTS, callers=12), draw_kills(seed, KILLS, POSTS)

    with serving(database_url, tmp_path) as installed:
        callers = run_with_kills(installed, plan, kills, seconds=3600)

    check_run(callers, database_url, tmp_path)
    assert callers.acknowledged == POSTS
    assert verified(database_url) == []
    unheard = sum(each.outcome == "unknown" for each in callers.history)
    record_property("operations", {"all": len(callers.history), "unheard": unheard})


def verified(database_url: str) -> list[str]:
    """Have the service verify its database: the audit chain, and every answer computed anew."""
    command = [sys.executable, "-m", "app.cli", "verify"]
    environment = {**os.environ, "PROGNOSIS_DATABASE_URL": database_url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [done.stdout, done.stderr]


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_workers_that_die_while_their_parent_asks_them_are_replaced_at_once(
    installed: Installed,
) -> None:
    """Suspended, they leave the parent's question without an answer; it waits 30 s for one."""
    served = installed.served
    workers = served.workers()
    for worker in workers:
        worker.suspend()
    time.sleep(1)

    began = time.monotonic()
    kill(workers)
    served.wait_until_live()

    assert time.monotonic() - began < 15


STARTS = 5
AT_ONCE_S = 5
"""From the start, or from the death of all workers, until the service is ready."""


@pytest.mark.soak
def test_a_cold_start_and_a_restart_of_all_workers_take_seconds(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    starts, restarts = [], []
    with Served(database_url, tmp_path) as served:
        for _ in range(STARTS):
            served.kill_all()
            starts.append(seconds_of(served.start))
            time.sleep(AT_ONCE_S)
            kill(served.workers())
            restarts.append(seconds_of(served.wait_until_live))
            time.sleep(AT_ONCE_S)

    record_property("seconds", {"starts": starts, "restarts": restarts})
    assert max(starts) < AT_ONCE_S
    assert max(restarts) < AT_ONCE_S


def seconds_of(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def current(client: httpx.Client) -> str:
    """Name the model in use."""
    return str(client.get("/v1/models/current").json()["model_id"])


ON_EITHER = pytest.mark.parametrize(
    "installed", ["sqlite", pytest.param("postgres", marks=pytest.mark.soak)], indirect=True
)
"""It takes half a minute, and the lease is kept by the same code on both."""


def begin_refit(served: Served, client: httpx.Client) -> tuple[str, list[psutil.Process]]:
    """Ask for a refit, and keep the process that is to do it from getting on."""
    processes = served.suspend_fitting()
    answer = client.post("/v1/models", json={})
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"]), processes


@ON_EITHER
def test_a_refit_whose_serving_process_is_killed_is_abandoned_after_its_lease(
    installed: Installed,
) -> None:
    served = installed.served
    with served.client() as client:
        model_id = current(client)
        location, processes = begin_refit(served, client)

        kill(served.workers())
        for process in processes:
            process.resume()

        assert all(has_ended(process, seconds=10) for process in processes), (
            "outlived their servers"
        )
        served.wait_until_live()
        told = ended(client, location)
        assert (told["status"], told["code"]) == ("failed", "abandoned")
        assert current(client) == model_id
        # Nobody beats for a process that starts, which can take longer than this lease.
        served.wait_until_warm()
        # Of patients without an outcome no model can be made: the next refit came as far as that.
        again = ended(client, client.post("/v1/models", json={}).headers["location"])
        assert (again["status"], again["code"]) == ("failed", "too-few-events")


def test_a_refit_whose_process_is_killed_is_abandoned(installed: Installed) -> None:
    with installed.served.client() as client:
        model_id = current(client)
        location, processes = begin_refit(installed.served, client)

        kill(processes)

        told = ended(client, location)
        assert (told["status"], told["code"], told["model_id"]) == ("failed", "abandoned", None)
        assert current(client) == model_id
