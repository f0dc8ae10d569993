"""Key sets at listed addresses: fetched within limits, kept, and from nowhere else."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.usecases import key_sets
from app.usecases.key_sets import KeySets
from tests.api.conftest import Hospital
from tests.protocols.smart.tokens import registered
from tests.running import running
from tests.signing import Signer

FIRST, SECOND = Signer(key_id="first"), Signer(key_id="second")


@dataclass
class Site:
    """A server that shows a key set, and counts who looks."""

    content: bytes = json.dumps(FIRST.key_set).encode()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    waits_s: float = 0.0
    looked: int = 0
    url: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that shows the first key."""
    with serving(Site()) as site:
        yield site


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.looked += 1
            self.send_response(site.status)
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(site.content), 16_384):
                time.sleep(site.waits_s)
                self.wfile.write(site.content[start : start + 16_384])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
        yield site
        server.shutdown()
        thread.join()


def test_a_set_is_fetched_once_and_kept(site: Site) -> None:
    sets = KeySets()
    assert sets.find(site.url, "first") is None

    for _ in range(3):
        sets.fetch(site.url)

    assert sets.find(site.url, "first") == [FIRST.public]
    assert site.looked == 1


def test_a_key_that_is_not_there_has_the_set_fetched_anew_but_seldom(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = KeySets()
    sets.fetch(site.url)
    site.content = json.dumps(SECOND.key_set).encode()
    assert sets.find(site.url, "second") == [FIRST.public]

    monkeypatch.setattr(key_sets, "AGAIN_S", 0.0)

    assert sets.find(site.url, "first") == [FIRST.public]
    assert sets.find(site.url, "second") is None
    sets.fetch(site.url)
    assert sets.find(site.url, "second") == [SECOND.public]


def test_a_set_that_cannot_be_fetched_again_is_believed_for_an_hour(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = KeySets()
    sets.fetch(site.url)
    site.status = 500
    monkeypatch.setattr(key_sets, "AGAIN_S", 0.0)
    monkeypatch.setattr(key_sets, "FRESH_S", 0.0)
    assert sets.find(site.url, "first") is None

    sets.fetch(site.url)
    monkeypatch.setattr(key_sets, "AGAIN_S", 30.0)
    assert sets.find(site.url, "first") == [FIRST.public]

    monkeypatch.setattr(key_sets, "STALE_S", 0.0)
    assert sets.find(site.url, "first") == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"keys":[]}',
        b'{"keys":[1]}',
        b'{"keys":[{"kty":"oct","k":"AAAA"}]}',
        b"[" * 60_000,
        b'{"keys":[{"kty":"EC"}],"more":"' + b"A" * 70_000 + b'"}',
        b'{"keys":[{"kty":"EC","x":NaN}]}',
    ],
    ids=range(9),
)
def test_what_is_no_key_set_is_not_taken(site: Site, content: bytes) -> None:
    site.content, sets = content, KeySets()

    sets.fetch(site.url)

    assert sets.find(site.url, "first") == ()


def test_nobody_follows_an_address_elsewhere(site: Site) -> None:
    with serving(Site()) as elsewhere:
        site.status, site.headers = 302, {"Location": elsewhere.url}
        sets = KeySets()

        sets.fetch(site.url)

        assert (sets.find(site.url, "first"), elsewhere.looked) == ((), 0)


def test_who_shows_a_set_slowly_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_sets, "FETCH_S", 0.3)
    site.content += b" " * 60_000
    site.waits_s = 0.2
    sets, begun = KeySets(), time.monotonic()

    sets.fetch(site.url)

    assert sets.find(site.url, "first") == ()
    assert time.monotonic() - begun < 5


def test_a_client_signs_with_the_keys_at_its_listed_address(site: Site, sqlite_url: str) -> None:
    with running(sqlite_url, jwks_urls=site.url) as service:
        hospital = Hospital(service, "hospital-a")
        program = registered(hospital, FIRST, jwks=None, jwks_url=site.url)

        assert program.ask(program.signer.sign(program.claims(), jku=site.url)).status_code == 200
        assert program.ask().status_code == 200
        forged = SECOND.sign(program.claims())
        assert [program.ask(forged).status_code for _ in range(3)] == [401] * 3
        assert site.looked == 1


def test_an_address_that_is_not_listed_is_neither_registered_nor_fetched(
    site: Site, sqlite_url: str, tmp_path: Path
) -> None:
    with running(sqlite_url, jwks_urls=site.url) as service:
        program = registered(Hospital(service, "hospital-a"), FIRST, jwks=None, jwks_url=site.url)
    with running(sqlite_url) as service:
        client = service.client("hospital-a")
        body = {"name": "Program", "scopes": ["models:read"], "jwks_url": site.url}
        refused = client.post("/v1/clients", json=body)
        form = {"client_assertion": program.assertion(aud=f"{service.url}/oauth2/token")}
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form |= {"grant_type": "client_credentials", "client_assertion_type": kind}
        answer = service.client_with(None).post("/oauth2/token", data=form)

    assert (refused.status_code, refused.json()["code"]) == (422, "key-set-not-listed")
    assert answer.status_code == 401
    assert site.looked == 0
