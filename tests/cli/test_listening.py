"""`prognosis mllp` with a client that others use, and with certificates of clients."""

import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hl7.client import MLLPClient
from sqlalchemy import func, select

from app.storage import tables
from app.storage.database import Database
from app.storage.store import administering, writing
from app.usecases.clients import NewClient, add_client
from tests.certificates import write_certificate
from tests.cli.conftest import Prognosis
from tests.owner import as_owner
from tests.protocols.hl7v2.oru import an_oru, outcome
from tests.protocols.hl7v2.sender import Sender

SCOPES = ("results:write", "patients:write")


def write_key(database_url: str, folder: Path, scopes: tuple[str, ...] = SCOPES) -> Path:
    """Make a key of a new hospital, in a file that its owner alone can read."""
    path = folder / "key"
    path.touch(mode=0o600)
    new, now = NewClient("analyser", scopes), datetime.now(UTC)
    with closing(Database(database_url, pool_size=1)) as database:
        with administering(database) as directory:
            added = directory.add_organisation("hospital-a", now)
            assert added is not None
        with writing(database, added.organisation_id) as store:
            path.write_text(add_client(store.directory, added.organisation_id, new, now)[1])
    return path


@contextmanager
def receiving(database_url: str, key: Path, **settings: str) -> Iterator[int]:
    """Run the command until the block ends, and tell its port."""
    named = {f"PROGNOSIS_{name.upper()}": value for name, value in settings.items()}
    environment = {
        **os.environ,
        **named,
        "PROGNOSIS_DATABASE_URL": database_url,
        "PROGNOSIS_MLLP_KEY_FILE": str(key),
    }
    command = [sys.executable, "-m", "app.cli", "mllp", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"listening for HL7 v2 on \S+ port (\d+)", line):
                break
        else:
            raise AssertionError("".join(said))
        try:
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0


def results(database_url: str) -> int:
    with closing(Database(database_url, pool_size=1)) as database, as_owner(database) as connection:
        query = select(func.count()).select_from(tables.blood_test)
        return int(connection.execute(query).scalar_one())


def test_the_client_of_python_hl7_is_answered(sqlite_url: str, tmp_path: Path) -> None:
    with receiving(sqlite_url, write_key(sqlite_url, tmp_path)) as port:
        file = tmp_path / "messages"
        file.write_bytes(an_oru(f10="1").replace(b"\r", b"\n"))
        command = [str(Path(sys.executable).parent / "mllp_send"), "--loose", "-p", str(port)]
        sent = subprocess.run(
            [*command, "-f", str(file), "127.0.0.1"], capture_output=True, check=True, timeout=60
        )
        with MLLPClient("127.0.0.1", port) as client:
            answer = client.send_message(an_oru(f10="2", f7="20251102100001"))

    assert b"MSA|AA|1\r" in sent.stdout
    assert b"MSA|AA|2\r" in answer
    assert results(sqlite_url) == 1


def test_off_loopback_senders_show_certificates(sqlite_url: str, tmp_path: Path) -> None:
    for name in ("server", "client", "stranger"):
        (tmp_path / name).mkdir()
    server, client, stranger = (
        write_certificate(tmp_path / name) for name in ("server", "client", "stranger")
    )
    files = {
        "tls_certificate": str(server[0]),
        "tls_key": str(server[1]),
        "mllp_client_ca": str(client[0]),
    }
    with receiving(sqlite_url, write_key(sqlite_url, tmp_path), **files) as port:
        with Sender(port, trusting(server[0], *client)) as sender:
            assert outcome(sender.send(an_oru()))[0] == "AA"
        for context in (trusting(server[0], *stranger), trusting(server[0])):
            with pytest.raises(OSError, match=r"(?i)alert|reset|closed|broken|eof"):
                refused_by(port, context)

    assert results(sqlite_url) == 1


def refused_by(port: int, context: ssl.SSLContext) -> None:
    with Sender(port, context) as sender:
        # In TLS 1.3 a client learns of its refusal when it reads.
        if sender.send(an_oru(f10="other")) == b"":
            raise OSError("closed")


def trusting(authority: Path, *own: Path) -> ssl.SSLContext:
    """Make a client that trusts one certificate, and shows its own where it has one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(authority)
    if own:
        context.load_cert_chain(str(own[0]), str(own[1]))
    return context


def test_what_would_refuse_every_message_refuses_the_start(
    embedded: Prognosis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "PROGNOSIS_MLLP_KEY_FILE" in embedded("mllp").err
    url = os.environ["PROGNOSIS_DATABASE_URL"]
    key = write_key(url, tmp_path, ("results:write",))
    monkeypatch.setenv("PROGNOSIS_MLLP_KEY_FILE", str(key))

    assert "lacks the scope patients:write" in embedded("mllp").err
    assert "PROGNOSIS_MLLP_CLIENT_CA" in embedded("mllp", "--host", "0.0.0.0").err
    key.chmod(0o644)
    assert "so others can read it; chmod 06" in embedded("mllp").err
    monkeypatch.setenv("PROGNOSIS_MLLP_KEY_FILE", str(tmp_path / "none"))
    assert "cannot be read" in embedded("mllp").err
