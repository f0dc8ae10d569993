"""Serving: on loopback, on a migrated database, until told to stop."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.certificates import write_certificate
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


def test_tls_is_served_off_loopback_and_plain_http_is_not(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = write_certificate(tmp_path)
    monkeypatch.setenv("PROGNOSIS_TLS_CERTIFICATE", str(certificate))
    monkeypatch.setenv("PROGNOSIS_TLS_KEY", str(key))
    with served(sqlite_url, 2, "--host", "0.0.0.0") as (_, url):
        secure = url.replace("http:", "https:")
        trusting = ssl.create_default_context(cafile=str(certificate))

        assert httpx.get(f"{secure}/livez", verify=trusting).json() == {"status": "alive"}
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{url}/livez")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{secure}/livez", verify=ssl.create_default_context())
        port = int(url.rpartition(":")[2])
        versions = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
        assert [speaks(port, version) for version in versions] == [False, True, True]


def speaks(port: int, version: ssl.TLSVersion) -> bool:
    """Tell whether a server speaks a version of TLS with a client that takes any cipher."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    # Setting the oldest warns, which is an error here; a server that took it would be worse.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain) as secured:
                return secured.version() is not None
        except (ssl.SSLError, ConnectionError):
            return False


def cut(path: Path) -> None:
    path.write_text(path.read_text()[:-60])


SPOILED: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "a key that others read": (lambda _, key: key.chmod(0o644), "has mode 0644"),
    "a key that a group writes": (lambda _, key: key.chmod(0o660), "has mode 0660"),
    "no key": (lambda _, key: key.unlink(), "cannot be read: No such file"),
    "no certificate": (lambda certificate, _: certificate.unlink(), "cannot be read"),
    "a broken certificate": (lambda certificate, _: cut(certificate), "are not a certificate"),
    "another's key": (lambda _, key: others(key), "KEY_VALUES_MISMATCH"),
}


def others(key: Path) -> None:
    folder = key.parent / "other"
    folder.mkdir()
    write_certificate(folder)[1].replace(key)


@pytest.mark.parametrize("how", SPOILED)
def test_tls_files_that_do_not_serve_stop_the_start(
    embedded: Prognosis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    certificate, key = write_certificate(tmp_path)
    monkeypatch.setenv("PROGNOSIS_TLS_CERTIFICATE", str(certificate))
    monkeypatch.setenv("PROGNOSIS_TLS_KEY", str(key))
    spoil, told = SPOILED[how]
    spoil(certificate, key)

    found = embedded("serve", "--host", "0.0.0.0")

    assert (found.status, told in found.err) == (1, True), found.err


def test_a_certificate_without_its_key_stops_the_start(
    embedded: Prognosis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGNOSIS_TLS_CERTIFICATE", "/etc/ssl/certificate.pem")

    assert "go together" in embedded("serve").err


@pytest.mark.parametrize("workers", [1, 2])
def test_serving_answers_until_it_is_told_to_stop(sqlite_url: str, workers: int) -> None:
    with served(sqlite_url, workers) as (process, url):
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        assert "server" not in httpx.get(f"{url}/livez").headers

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)


@contextmanager
def served(
    database_url: str, workers: int, *options: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "app.cli", "serve", "--port", str(port), "--workers", str(workers), *options]
    environment = os.environ | {
        "PROGNOSIS_DATABASE_URL": database_url,
        "PROGNOSIS_WARM_REFITS": "false",
    }
    with subprocess.Popen(
        [sys.executable, *command], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 120
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
