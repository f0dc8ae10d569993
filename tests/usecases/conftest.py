"""Use cases without HTTP: a service on a fresh database, and calls of one hospital or another."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from app.settings import Settings
from app.storage.database import Database
from app.storage.store import administering
from app.usecases.clients import SCOPES
from app.usecases.fitting_process import do
from app.usecases.service import Call, Caller, Service
from tests.resamples import few_resamples


class JobsAtOnce:
    """Fits before the call that asked for it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(self, job: Mapping[str, Any]) -> None:
        do(self._database, job)


@pytest.fixture
def service(database: Database) -> Iterator[Service]:
    """The parts of a service, on each engine in turn."""
    with few_resamples():
        yield Service(Settings(), database, JobsAtOnce(database))


@pytest.fixture
def call_of(service: Service) -> Callable[[str], Call]:
    """Makes a hospital and gives a call of its own with every scope."""

    def make(name: str) -> Call:
        with administering(service.database) as directory:
            added = directory.add_organisation(name, service.now())
        assert added is not None
        caller = Caller("test", added.organisation_id, name, frozenset(SCOPES))
        return Call(caller, "test", "request-1")

    return make


@pytest.fixture
def call(call_of: Callable[[str], Call]) -> Call:
    """A call of a hospital that nobody has told anything yet."""
    return call_of("hospital")
