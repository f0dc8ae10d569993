"""Public keys that a program is registered with."""

from typing import Any

import pytest

from tests.api.conftest import Hospital
from tests.protocols.smart.tokens import registered
from tests.signing import Signer

BODY = {"name": "Program", "scopes": ["models:read"]}


def test_a_client_shows_its_public_keys(hospital: Hospital) -> None:
    program = registered(hospital)

    (listed,) = [
        each
        for each in hospital.client.get("/v1/clients").json()["items"]
        if each["client_id"] == program.client_id
    ]

    assert (listed["jwks"], listed["jwks_url"]) == (Signer().key_set, None)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"jwks": {}}, "key-set-unreadable"),
        ({"jwks": {"keys": []}}, "key-set-unreadable"),
        ({"jwks": {"keys": [{}]}}, "key-set-unreadable"),
        ({"jwks": {"keys": [{"kty": "EC"}] * 33}}, "key-set-unreadable"),
        ({"jwks": {"keys": [{**Signer().public, "d": "AAAA"}]}}, "key-set-unreadable"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}}, "key-set-unreadable"),
        ({"jwks": {"keys": [{"kty": "EC", "x": "A" * 70_000}]}}, "key-set-unreadable"),
        ({"jwks_url": "https://ehr.example.org/jwks.json"}, "key-set-not-listed"),
        ({"jwks_url": "http://169.254.169.254/latest"}, "key-set-not-listed"),
        ({"jwks_url": ""}, "key-set-not-listed"),
        ({"jwks_url": "https://a.example/", "jwks": Signer().key_set}, "two-key-sets"),
    ],
    ids=range(11),
)
def test_what_is_no_set_of_public_keys_is_not_registered(
    hospital: Hospital, members: dict[str, Any], code: str
) -> None:
    answer = hospital.client.post("/v1/clients", json={**BODY, **members})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "AAAA" not in answer.text
