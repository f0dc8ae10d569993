"""Serving: on loopback, on a migrated database, until told to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Prognosis


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "prognosis.example.org"])
def test_plain_http_is_served_on_loopback_alone(embedded: Prognosis, host: str) -> None:
    found = embedded("serve", "--host", host)

    assert found.status == 1
    assert "PROGNOSIS_BEHIND_TLS_PROXY=true" in found.err


def test_what_would_stop_the_workers_stops_the_start(
    embedded: Prognosis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROGNOSIS_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    assert "run `prognosis migrate`" in embedded("serve").err

    monkeypatch.setenv("PROGNOSIS_RISK_SCHEME", "by-feeling")
    assert "PROGNOSIS_RISK_SCHEME is none of" in embedded("serve").err


@pytest.mark.parametrize("workers", [1, 2])
def test_serving_answers_until_it_is_told_to_stop(sqlite_url: str, workers: int) -> None:
    with served(sqlite_url, workers) as (process, url):
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        assert "server" not in httpx.get(f"{url}/livez").headers

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)


@contextmanager
def served(database_url: str, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "app.cli", "serve", "--port", str(port), "--workers", str(workers)]
    environment = os.environ | {"PROGNOSIS_DATABASE_URL": database_url}
    with subprocess.Popen(
        [sys.executable, *command], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while not is_listening(port):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield process, url
        finally:
            process.kill()


def is_listening(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
