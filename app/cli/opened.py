"""The service as a command has it: its own connection, and whoever runs it as the caller."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from getpass import getuser
from threading import Thread
from typing import Any
from uuid import uuid4

from app.errors import NotFound
from app.settings import load_settings
from app.storage.database import Database
from app.storage.directory import Organisation
from app.storage.schema import check_schema
from app.storage.store import administering
from app.usecases.clients import SCOPES
from app.usecases.jobs import fail
from app.usecases.service import Call, Caller, Service


class JobsHere:
    """Runs jobs in this process, as the serving process has one of its own for them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begun: list[Mapping[str, Any]] = []

    def submit(self, job: Mapping[str, Any]) -> None:
        """Begin a job."""
        self._begun.append(job)
        from app.usecases.fitting_process import do

        Thread(target=do, args=(self._database, job), name="job", daemon=True).start()

    def close(self) -> None:
        """Give up what has not ended; it would hold its place until its lease runs out."""
        for job in self._begun:
            fail(self._database, job, "cancelled", "the command was stopped")


@contextmanager
def opened() -> Iterator[Service]:
    """Open the database that the settings name, and refuse one of another schema."""
    settings = load_settings()
    database = Database(settings.database_url, pool_size=4)
    jobs = JobsHere(database)
    try:
        check_schema(database)
        yield Service(settings, database, jobs)
    finally:
        jobs.close()
        database.close()


def organisation_named(service: Service, name: str) -> Organisation:
    """Find an organisation, or refuse."""
    with administering(service.database) as directory:
        organisation = directory.organisation(name)
    if organisation is None:
        raise NotFound("no such organisation; `prognosis organisation add` adds one")
    return organisation


def calling(organisation: Organisation, action: str) -> Call:
    """Call for an organisation with every scope, in the name of whoever runs the command."""
    caller = Caller(
        whoever_runs_it(),
        organisation.organisation_id,
        organisation.name,
        frozenset(SCOPES),
    )
    return Call(caller, f"command {action}", uuid4().hex)


def whoever_runs_it() -> str:
    """Name who runs the command, as an audit event does."""
    user = "unknown"
    with suppress(OSError, KeyError):
        user = getuser()
    return f"command:{user}"[:32]
