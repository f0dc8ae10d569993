"""One running service per module and engine, and a hospital of its own for each test."""

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import httpx
import pytest

from app.api.together import Together
from app.storage.database import Database
from app.usecases.clients import SCOPES
from app.usecases.fitting_process import do, open_database
from tests.postgres_server import PostgresServer
from tests.resamples import few_resamples
from tests.running import Running, running

_numbers = count(1)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A running service on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("service") / "prognosis.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        with running(f"sqlite:///{path}") as service, fitting_here(service):
            yield service
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database(request.getfixturevalue("migrated_postgres"))
    with running(server.url(name)) as service, fitting_here(service):
        yield service
    server.drop_database(name)


@contextmanager
def fitting_here(service: Running) -> Iterator[None]:
    """Do a service's jobs in this process, one after the other: to start another takes seconds."""
    state, database = service.app.state, open_database(service.database_url)
    # The thread ends first: a job that it is doing has the database open.
    with few_resamples(), closing(database), ThreadPoolExecutor(1, "jobs") as thread:
        state.service = replace(state.service, jobs=JobsInTurn(thread, database))
        state.together = Together(state.service)
        yield


@dataclass(frozen=True)
class JobsInTurn:
    """Does jobs as the process that fits does them."""

    thread: Executor
    database: Database

    def submit(self, job: Mapping[str, Any]) -> None:
        """Have a job done after those before it."""
        self.thread.submit(do, self.database, job)


@dataclass(frozen=True)
class Hospital:
    """One organisation and a client of its own with every scope."""

    service: Running
    name: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.service.add_organisation(self.name)
        object.__setattr__(self, "client", self.service.client(self.name))

    def client_of(self, *scopes: str) -> httpx.Client:
        """Call with these scopes alone."""
        return self.service.client(self.name, *scopes)

    def all_but(self, scope: str) -> httpx.Client:
        """Call with every scope but one."""
        return self.service.client(self.name, *(each for each in SCOPES if each != scope))

    def stored(self, path: str) -> dict[str, Any]:
        """Read a resource that has to be there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        content: dict[str, Any] = response.json()
        return content


def new_hospital(service: Running) -> Hospital:
    """Add a hospital that nobody has told anything yet."""
    return Hospital(service, f"hospital-{next(_numbers)}")


@pytest.fixture
def hospital(service: Running) -> Hospital:
    """A hospital that nobody has told anything yet."""
    return new_hospital(service)


@pytest.fixture
def other_hospital(service: Running) -> Hospital:
    """Another hospital on the same service."""
    return new_hospital(service)


@pytest.fixture
def client(hospital: Hospital) -> httpx.Client:
    """A client of the hospital with every scope."""
    return hospital.client
