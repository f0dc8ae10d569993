"""A token is not given for what has ended between the look at it and the giving."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.storage import tables
from app.storage.store import Store, writing
from app.usecases.clients import NewClient, Rotation, WrongKey, add_client, rotate_secret
from app.usecases.service import Call, Service
from app.usecases.tokens import (
    Secret,
    Signed,
    TokenRequest,
    _issued,
    _known,
    caller_of,
    issue_token,
)
from tests.owner import as_owner
from tests.signing import Signer, claims_of

HERE = "192.0.2.1"
ENDPOINT = "https://prognosis.example.org/oauth2/token"


def asked_by(service: Service, call: Call) -> tuple[TokenRequest, TokenRequest]:
    """Ask by the secret and by the signature of one client."""
    new = NewClient("Ward", ("models:read",), jwks=json.dumps(Signer().key_set))
    with writing(service.database, call.caller.organisation_id) as store:
        organisation_id = call.caller.organisation_id
        client, key = add_client(store.directory, organisation_id, new, service.now())
    secret = Secret(client.client_id, key.split("_", 2)[2])
    signed = Signed(Signer().sign(claims_of(client.client_id, ENDPOINT)), ENDPOINT)
    return TokenRequest(secret, None, HERE, "request"), TokenRequest(signed, None, HERE, "request")


def token_for(service: Service, asked: TokenRequest) -> str:
    token: str = json.loads(issue_token(service, asked).reply.body or "")["access_token"]
    return token


def revoke(store: Store, client_id: str, service: Service) -> None:
    store.directory.revoke(client_id, service.now())


def rotate(store: Store, client_id: str, service: Service) -> None:
    client = store.directory.client(client_id)
    assert client is not None
    rotate_secret(store.directory, client, service.now())


@pytest.mark.parametrize(("end", "which"), [(revoke, 0), (revoke, 1), (rotate, 0)])
def test_what_ended_meanwhile_gives_no_token(
    service: Service, call: Call, end: Callable[[Store, str, Service], None], which: int
) -> None:
    asked = asked_by(service, call)[which]
    known = _known(service, asked)

    with writing(service.database, call.caller.organisation_id) as store:
        end(store, known.caller.client_id, service)

    with pytest.raises(WrongKey):
        _issued(service, asked, known)


def test_a_token_that_ended_stays_ended_for_a_process_with_a_slow_clock(
    service: Service, call: Call
) -> None:
    token = token_for(service, asked_by(service, call)[0])
    client_id = caller_of(service, token, HERE).client_id

    with writing(service.database, call.caller.organisation_id) as store:
        later = service.now() + timedelta(minutes=1)
        client = store.directory.client(client_id)
        assert client is not None
        rotate_secret(store.directory, client, later, Rotation())

    with pytest.raises(WrongKey):
        caller_of(service, token, HERE)


def test_a_token_can_no_more_than_its_client_at_every_call(service: Service, call: Call) -> None:
    token = token_for(service, asked_by(service, call)[1])
    before = caller_of(service, token, HERE)

    with as_owner(service.database) as connection:
        is_its = tables.client.c.client_id == before.client_id
        connection.execute(update(tables.client).where(is_its).values(scopes="trials:read"))

    assert before.scopes == {"models:read"}
    assert caller_of(service, token, HERE).scopes == frozenset()
