"""The service as `prognosis serve` runs it, in processes that a test can kill."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx
import psutil

from app.storage.database import Database
from app.storage.store import administering, writing
from app.usecases.clients import SCOPES, NewClient, add_client

WORKERS = 2

COLD = {"warm_refits": "false"}
"""For tests that refit little: what fits takes longer to start than what serves."""

START_S = 120
"""After so long a service does not come; on a machine with nothing else to do it takes three."""


class Served:
    """A parent with two workers on one port; after a kill it can be started again."""

    def __init__(
        self, database_url: str, folder: Path, key: str | None = None, **settings: str
    ) -> None:
        self._log = folder / "served.log"
        named = {f"PROGNOSIS_{name.upper()}": value for name, value in settings.items()}
        self._settings = {**os.environ, **named, "PROGNOSIS_DATABASE_URL": database_url}
        self._parent: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.key = key or add_hospital(database_url, "hospital-a")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        everybody = [*self.children(), *self._parents()]
        for process in self._parents():
            process.terminate()
        kill([process for process in everybody if not has_ended(process, seconds=10)])
        if self._parent is not None:
            self._parent.wait()

    def start(self) -> None:
        """Start the parent and wait until a worker answers."""
        if self._parent is not None:
            self._parent.wait()
        command = [sys.executable, "-m", "app.cli", "serve"]
        command += ["--port", str(self.port), "--workers", str(WORKERS)]
        with self._log.open("ab") as log:
            self._parent = subprocess.Popen(command, env=self._settings, stdout=log, stderr=log)
        self.wait_until_live()

    def wait_until_live(self) -> None:
        """Wait until a worker answers and has the database."""
        deadline = time.monotonic() + START_S
        while not self._is_ready():
            assert self._parent is not None
            assert self._parent.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, "no worker answered in time"
            time.sleep(0.02)

    def client(self, key: str | None = None) -> httpx.Client:
        """Call as the hospital, with every scope, or with another's key."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60)

    def workers(self) -> list[psutil.Process]:
        """Find the serving processes."""
        return [child for child in self.children() if "spawn_main" in _command(child)]

    def fitting(self) -> list[psutil.Process]:
        """Find the processes in which refits run, one of each worker."""
        return [child for child in self.children() if "app.compute.child" in _command(child)]

    def wait_until_warm(self) -> list[psutil.Process]:
        """Wait until the processes in which refits run have started, and give them."""
        deadline = time.monotonic() + START_S
        while len(processes := idle(self.fitting())) < WORKERS:
            assert time.monotonic() < deadline, "no process to fit in"
        return processes

    def suspend_fitting(self) -> list[psutil.Process]:
        """Keep the processes in which refits run from getting on with the next."""
        processes = self.wait_until_warm()
        for process in processes:
            process.suspend()
        return processes

    def children(self) -> list[psutil.Process]:
        """Find every process below the parent."""
        below: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            below = [child for each in self._parents() for child in each.children(recursive=True)]
        return below

    def kill_parent(self) -> None:
        """Kill the parent alone; its workers must not live on."""
        workers = self.workers()
        kill(self._parents())
        assert all(has_ended(worker, seconds=30) for worker in workers), "workers outlived it"

    def kill_all(self) -> None:
        """Kill parent and workers in one go."""
        kill([*self._parents(), *self.children()])

    def stop(self, seconds: float) -> None:
        """Tell the parent to stop, and wait so long until nobody serves any more."""
        parents, everybody = self._parents(), self.workers()
        for parent in parents:
            parent.terminate()
        assert all(has_ended(each, seconds) for each in [*parents, *everybody]), "still there"

    def _parents(self) -> list[psutil.Process]:
        if self._parent is None or self._parent.poll() is not None:
            return []
        return [psutil.Process(self._parent.pid)]

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


def kill(processes: list[psutil.Process]) -> None:
    """Kill -9, and wait until they run no more."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert all(has_ended(process, seconds=10) for process in processes)


def has_ended(process: psutil.Process, seconds: float) -> bool:
    """Tell whether a process ends in time; one that its parent has yet to reap has ended too."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def idle(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Find those that have loaded all they need; suspended sooner, one can hold a lock."""
    before = {process: process.cpu_times() for process in processes}
    time.sleep(0.2)
    still = [each for each in processes if each.cpu_times() == before[each]]
    return [each for each in still if each.status() == psutil.STATUS_SLEEPING]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def add_hospital(database_url: str, name: str) -> str:
    """Add an organisation, and give a key of it with every scope."""
    database, now = Database(database_url, pool_size=2), datetime.now(UTC)
    with administering(database) as directory:
        added = directory.add_organisation(name, now)
        assert added is not None
    new = NewClient("test", tuple(SCOPES))
    with writing(database, added.organisation_id) as store:
        key = add_client(store.directory, added.organisation_id, new, now)[1]
    database.close()
    return key
