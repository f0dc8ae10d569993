"""What anybody may read: health, the OpenAPI document and the reference page; nothing else."""

import re

import httpx
import pytest

from tests.running import Running


@pytest.fixture
def anybody(service: Running) -> httpx.Client:
    """A client without a key."""
    return service.client_with(None)


def test_health_needs_no_key(anybody: httpx.Client) -> None:
    alive, ready = anybody.get("/livez"), anybody.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


def test_the_openapi_document_is_open(anybody: httpx.Client) -> None:
    document = anybody.get("/openapi.json")

    assert document.status_code == 200
    assert document.json()["openapi"].startswith("3.1")


def test_the_reference_page_names_no_other_address(anybody: httpx.Client) -> None:
    page = anybody.get("/docs")

    assert page.headers["content-type"].startswith("text/html")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", page.text) == []


def test_every_asset_of_the_reference_page_is_served(anybody: httpx.Client) -> None:
    page = anybody.get("/docs").text
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)

    statuses = {asset: anybody.get(asset).status_code for asset in assets}

    assert len(assets) >= 3
    assert statuses == dict.fromkeys(assets, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/docs2",
        "/livez/",
        "/livez/../v1/patients",
        "/docs/../v1/patients",
        "/docs/%2e%2e/v1/patients",
        "//livez",
        "/LIVEZ",
        "/metrics",
        "/redoc",
    ],
)
def test_nothing_else_is_open(service: Running, path: str) -> None:
    answer = service.raw(f"GET {path} HTTP/1.1\nHost: x\nConnection: close\n\n")

    assert answer.split()[1] in (b"401", b"404")


@pytest.mark.parametrize("path", ["/livez", "/openapi.json", "/docs"])
def test_what_is_open_cannot_be_written(anybody: httpx.Client, path: str) -> None:
    assert anybody.post(path).status_code == 405


def test_answers_are_kept_by_nobody_on_the_way(anybody: httpx.Client) -> None:
    answer = anybody.get("/v1/patients")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
