"""A service that runs in this process on a port of its own, spoken to over real HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import uvicorn

from app.main import create_app
from app.settings import Settings
from app.storage.database import Database
from app.storage.directory import Directory
from app.usecases.clients import SCOPES, NewClient, add_client


@dataclass(frozen=True)
class Running:
    """A running service and the ways to call it."""

    url: str
    database_url: str

    def add_organisation(self, name: str) -> int:
        """Add an organisation and give its number."""
        with _directory(self.database_url) as directory:
            added = directory.add_organisation(name, datetime.now(UTC))
            assert added is not None
            return added.organisation_id

    def key(self, organisation: str, *scopes: str) -> str:
        """Make a key of an organisation, with all scopes unless some are named."""
        with _directory(self.database_url) as directory:
            found = directory.organisation(organisation)
            assert found is not None
            new = NewClient("test", scopes or tuple(SCOPES))
            return add_client(directory, found.organisation_id, new, datetime.now(UTC))[1]

    def client(self, organisation: str = "hospital-a", *scopes: str) -> httpx.Client:
        """Call with a key of an organisation."""
        headers = {"Authorization": f"Bearer {self.key(organisation, *scopes)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)


@contextmanager
def _directory(database_url: str) -> Iterator[Directory]:
    database = Database(database_url, pool_size=2)
    try:
        with database.begin() as connection:
            yield Directory(connection)
    finally:
        database.close()


@contextmanager
def running(database_url: str, **settings: object) -> Iterator[Running]:
    """Serve a migrated database until the block ends."""
    app = create_app(Settings(database_url=database_url, **settings))  # type: ignore[arg-type]
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Running(f"http://127.0.0.1:{port}", database_url)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
