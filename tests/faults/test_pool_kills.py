"""Processes killed while they fit a pool: it is told as given up, and the next goes through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.api.bodies import ended, tell_cohort
from tests.faults.serving import Served, add_hospital, kill

LEASE_S = 30
"""Longer than a fitting process takes to start on a busy machine, which nobody beats for."""

ENDED_S = 150
"""For a lease to run out, or for a fit to be made."""

OTHER = "hospital-b"


@pytest.fixture
def pooled(database_url: str, tmp_path: Path) -> Iterator[tuple[Served, httpx.Client, str]]:
    """The service, a hospital of two that consented, and where fits of their pool are asked for."""
    with (
        Served(database_url, tmp_path, refit_lease_seconds=str(LEASE_S)) as served,
        served.client() as founder,
        served.client(add_hospital(database_url, OTHER)) as other,
    ):
        tell_cohort(founder, patients=60, seed=1)
        tell_cohort(other, patients=60, seed=2)
        founded = founder.post("/v1/pools", json={"name": "Pool", "organisations": [OTHER]})
        pool = founded.raise_for_status().headers["location"]
        for each in (founder, other):
            each.post(f"{pool}/consents", json={"reason": "Agreed."}).raise_for_status()
        yield served, founder, f"{pool}/models"


def fitting(served: Served, processes: list[psutil.Process]) -> None:
    """Kill the process that fits; whoever asked it to is there to tell."""
    kill(processes)


def everybody(served: Served, processes: list[psutil.Process]) -> None:
    """Kill those who serve as well, so that only the lease can tell."""
    kill([*served.workers(), *processes])
    served.wait_until_live()


@pytest.mark.soak
@pytest.mark.parametrize("whom", [fitting, everybody])
def test_a_fit_of_a_pool_whose_process_is_killed_is_abandoned_and_the_next_goes_through(
    pooled: tuple[Served, httpx.Client, str],
    whom: Callable[[Served, list[psutil.Process]], None],
) -> None:
    served, client, models = pooled
    processes = served.suspend_fitting()
    asked = client.post(models, json={})
    assert asked.status_code == 202, asked.text

    whom(served, processes)

    lost = ended(client, asked.headers["location"], ENDED_S)
    assert (lost["status"], lost["code"], lost["result"]) == ("failed", "abandoned", None)
    again = client.post(models, json={})
    assert again.headers["location"] != asked.headers["location"]
    made = ended(client, again.headers["location"], ENDED_S)
    assert (made["status"], made["code"]) == ("done", None)
