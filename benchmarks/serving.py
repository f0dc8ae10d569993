"""A server with two workers for as long as a block, as `prognosis serve` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WORKERS = 2


@contextmanager
def serving(factory: str, log: Path, settings: Mapping[str, str]) -> Iterator[int]:
    """Serve an application on a free port and give the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--no-access-log"]
    command += ["--workers", str(WORKERS), "--port", str(port), "--log-level", "warning"]
    with log.open("w") as lines:
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=lines, stderr=lines
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
