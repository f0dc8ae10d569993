"""A service that runs in this process on a port of its own, spoken to over real HTTP."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import uvicorn
from fastapi import FastAPI

from app.api.receiving import TimedProtocol
from app.main import create_app
from app.settings import Settings
from app.storage.database import Database
from app.storage.store import administering, writing
from app.usecases.clients import SCOPES, NewClient, add_client
from tests.documented import check_documented

TLS = ssl.create_default_context()
"""Made once: each client would make its own, which takes longer than most tests."""


@dataclass(frozen=True)
class Running:
    """A running service and the ways to call it."""

    url: str
    database_url: str
    app: FastAPI
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """The database that the service has open."""
        database: Database = self.app.state.service.database
        return database

    def add_organisation(self, name: str) -> int:
        """Add an organisation and give its number."""
        with administering(self.database) as directory:
            added = directory.add_organisation(name, datetime.now(UTC))
            assert added is not None
            return added.organisation_id

    def number_of(self, organisation: str) -> int:
        """Find the number of an organisation."""
        with administering(self.database) as directory:
            found = directory.organisation(organisation)
            assert found is not None
            return found.organisation_id

    def key(self, organisation: str, *scopes: str, expires_at: datetime | None = None) -> str:
        """Make a key of an organisation, with all scopes unless some are named."""
        new = NewClient("test", scopes or tuple(SCOPES), expires_at)
        number = self.number_of(organisation)
        with writing(self.database, number) as store:
            return add_client(store.directory, number, new, datetime.now(UTC))[1]

    def client(self, organisation: str = "hospital-a", *scopes: str) -> httpx.Client:
        """Call with a key of an organisation."""
        return self.client_with(self.key(organisation, *scopes))

    def client_with(self, key: str | None) -> httpx.Client:
        """Call with a key that is at hand, or with none."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        limits = httpx.Limits(max_connections=512)
        client = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=60,
            verify=TLS,
            limits=limits,
            event_hooks={"response": [check_documented]},
        )
        self._clients.append(client)
        return client

    def raw(self, request: str, most: int = 65_536) -> bytes:
        """Send a request byte by byte as written; a client library would tidy it first."""
        name, port = self.url.removeprefix("http://").split(":")
        with socket.create_connection((name, int(port)), timeout=10) as connection:
            connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
            return connection.recv(most)

    def close_clients(self) -> None:
        """Hang up."""
        while self._clients:
            self._clients.pop().close()


@contextmanager
def running(
    database_url: str, http: type[TimedProtocol] = TimedProtocol, **settings: object
) -> Iterator[Running]:
    """Serve a migrated database until the block ends."""
    # Tests send wrong keys on purpose, and all of them from one address.
    settings = {"wrong_keys_per_minute": 1_000_000, **settings}
    app = create_app(Settings(database_url=database_url, **settings))  # type: ignore[arg-type]
    config = uvicorn.Config(app, port=0, http=http, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    handlers = logging.getLogger().handlers
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    service = Running(f"http://127.0.0.1:{port}", database_url, app)
    try:
        yield service
    finally:
        service.close_clients()
        server.should_exit = True
        thread.join(timeout=30)
        logging.getLogger().handlers = handlers
