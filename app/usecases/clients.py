"""Who may call: organisations, clients and their keys."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any

from app.errors import Conflict, FieldError, InvalidInput, NotFound, Unauthorised
from app.storage.directory import Client, Directory, Key, Named, Secret
from app.storage.store import Store
from app.storage.tenancy import of_client
from app.usecases.cursor import decoded, encoded
from app.usecases.limits import Guess, refuse_more_guesses
from app.usecases.service import (
    Call,
    Caller,
    Reply,
    Service,
    answered,
    instant,
    page_reply,
    to_json,
)

SCOPES: Mapping[str, str] = {
    "results:write": "post and correct laboratory results",
    "patients:read": "read patients, follow-up and blood tests",
    "patients:write": "tell of patients and their follow-up, and erase them",
    "prognoses:read": "read prognoses and ask for previews",
    "models:read": "read models, refits, risk schemes and covariates",
    "models:write": "refit, promote, declare covariates and read training rows",
    "cohort:read": "read the cohort's survival and comparisons",
    "trials:read": "read trials",
    "trials:write": "open trials and enrol",
    "trials:unblind": "learn a trial patient's arm",
    "audit:read": "read audit events and metrics",
    "clients:write": "add, rotate and revoke clients",
    "break-glass": "read a person's data in an emergency, with a reason; every use alerts",
}
"""What a key can be allowed to do."""


@dataclass(frozen=True)
class NewClient:
    """A client to be added, by the label that people know it by."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    jwks: str | None = None
    jwks_url: str | None = None


class WrongKey(Unauthorised):
    """Whom the key named, who can read of it, and what is counted as a guess; neither is told."""

    def __init__(
        self,
        caller: Caller | None = None,
        guess: Guess | None = None,
        detail: str = "the key is not valid",
    ) -> None:
        super().__init__(detail)
        self.caller = caller
        self.guess = guess


def authenticate(service: Service, key: str, address: str) -> Caller:
    """Tell who calls by the key; the same refusal for every wrong one."""
    client_id, secret = split_key(key, address)
    guess, now = Guess(address, client_id), service.now()
    with service.database.read(of_client(client_id)) as connection:
        directory = Directory(connection)
        named = directory.caller(client_id, guess.of_address, guess.of_client, now)
    refuse_more_guesses(service, guess, named.wrong, now)
    # Compared even for an unknown client, so that time does not tell the two apart.
    secrets = named.secrets if named.client else (Secret(secret_hash("none"), None),)
    given = secret_hash(secret)
    matches = [kept for kept in secrets if hmac.compare_digest(given, kept.secret_hash)]
    caller = caller_named(named)
    if caller is not None and named.client and named.client.revoked_at is None:
        for kept in matches:
            if kept.lasts(now):
                service.key_uses.note(named.client, kept, now)
                return caller
    if matches or (named.client and named.client.revoked_at):
        # It was right once, or nothing can be guessed any more: a program that was not told.
        raise WrongKey(caller)
    service.limits.note(address)
    raise WrongKey(caller, guess)


def caller_named(named: Named) -> Caller | None:
    """Tell who calls, if there is such a client."""
    client = named.client
    if client is None:
        return None
    scopes = frozenset(client.scopes)
    return Caller(client.client_id, client.organisation_id, named.organisation, scopes)


def split_key(key: str, address: str) -> tuple[str, str]:
    """Take a key `ctc_<client id>_<secret>` apart, or a token, which begins with `ctt_`."""
    prefix, _, rest = key.partition("_")
    client_id, _, secret = rest.partition("_")
    if prefix not in ("ctc", "ctt") or not client_id.isalnum() or not secret or len(key) > 200:
        raise WrongKey(None, Guess(address, None))
    return client_id, secret


def add_client(
    directory: Directory,
    organisation_id: int,
    new: NewClient,
    at: datetime,
    by: str | None = None,
) -> tuple[Client, str]:
    """Add a client and make its key, which is told once and kept as a hash."""
    _check_scopes(new.scopes)
    _check_expiry(new.expires_at, at)
    client_id, secret = token_hex(8), token_urlsafe(32)
    keys = {"jwks": new.jwks, "jwks_url": new.jwks_url}
    client = Client(client_id, organisation_id, new.name, new.scopes, at, None, **keys)
    directory.add_client(client, Secret(secret_hash(secret), new.expires_at), by)
    return client, f"ctc_{client_id}_{secret}"


@dataclass(frozen=True)
class Rotation:
    """How long the old key works on, and when the new one ends; None: when the old one would."""

    overlap: timedelta = timedelta(0)
    expires_at: datetime | None = None


AT_ONCE = Rotation()
"""The new key replaces the old one, and ends when that would have."""


def rotate_secret(
    directory: Directory,
    client: Client,
    at: datetime,
    rotation: Rotation = AT_ONCE,
    by: str | None = None,
) -> str:
    """Make a new key; the old one ends at once, or works on for the overlap."""
    *_, newest = kept = directory.secrets(client.client_id)
    expires_at = rotation.expires_at or newest.expires_at
    _check_expiry(expires_at, at)
    if rotation.overlap:
        if sum(each.lasts(at) for each in kept) > 1:
            raise Conflict(
                "two keys of the client work already; without an overlap both are replaced",
                code="two-keys-work",
            )
        directory.retire_secrets(client.client_id, at + rotation.overlap, by)
    else:
        directory.end_secrets(client.client_id, at, by)
    secret = token_urlsafe(32)
    directory.add_secret(client.client_id, Secret(secret_hash(secret), expires_at), at, by)
    return f"ctc_{client.client_id}_{secret}"


def post_client(service: Service, call: Call, new: NewClient) -> Reply:
    """Add a client to the caller's organisation, with no scope that the caller lacks."""

    def work(store: Store) -> Reply:
        _check_within(new.scopes, call.caller.scopes)
        _check_key_source(new, service.settings.listed_key_sets)
        now = service.now()
        by = call.caller.client_id
        client, key = add_client(store.directory, call.caller.organisation_id, new, now, by)
        content = _content(store.directory, client)
        return Reply(
            201,
            to_json({**content, "key": key}),
            location=f"/v1/clients/{client.client_id}",
            secret_free_body=to_json({**content, "key": None}),
        )

    return answered(service, call, work)


def list_clients(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the clients of the caller's organisation."""

    def work(store: Store) -> Reply:
        after = decoded(cursor, 1)[0] if cursor else ""
        found = store.directory.clients(call.caller.organisation_id, limit + 1, after)
        following = encoded(found[limit - 1].client_id) if len(found) > limit else None
        items = clients_content(store.directory, found[:limit])
        return page_reply(items, following)

    return answered(service, call, work)


def revoke_client(service: Service, call: Call, client_id: str) -> Reply:
    """Let a client of the caller's organisation call no more."""

    def work(store: Store) -> Reply:
        client = _own(store, call, client_id)
        if client.revoked_at is not None:
            raise NotFound("no such client")
        store.directory.revoke(client_id, service.now(), call.caller.client_id)
        return Reply(204, audit_detail=client_id)

    return answered(service, call, work)


def rotate_client(service: Service, call: Call, client_id: str, rotation: Rotation) -> Reply:
    """Give a client of the caller's organisation a new key."""

    def work(store: Store) -> Reply:
        client = _own(store, call, client_id)
        if client.revoked_at is not None:
            raise Conflict("the client was revoked", code="client-revoked")
        _check_within(client.scopes, call.caller.scopes)
        by = call.caller.client_id
        key = rotate_secret(store.directory, client, service.now(), rotation, by)
        content = _content(store.directory, client)
        return Reply(
            201,
            to_json({**content, "key": key}),
            secret_free_body=to_json({**content, "key": None}),
            audit_detail=client_id,
        )

    return answered(service, call, work)


def clients_content(directory: Directory, clients: Sequence[Client]) -> list[dict[str, Any]]:
    """Write clients as JSON holds them, each with the history of its keys; no key, no hash."""
    keys = directory.keys(client.client_id for client in clients)
    return [
        {
            "client_id": client.client_id,
            "name": client.name,
            "scopes": list(client.scopes),
            "created_at": instant(client.created_at),
            "revoked_at": client.revoked_at and instant(client.revoked_at),
            "revoked_by": client.revoked_by,
            "jwks": json.loads(client.jwks) if client.jwks else None,
            "jwks_url": client.jwks_url,
            "keys": [_key_content(key) for key in keys[client.client_id]],
        }
        for client in clients
    ]


def _content(directory: Directory, client: Client) -> dict[str, Any]:
    return clients_content(directory, [client])[0]


def _key_content(key: Key) -> dict[str, Any]:
    return {
        name: instant(value) if isinstance(value, datetime) else value
        for name, value in vars(key).items()
    }


def _own(store: Store, call: Call, client_id: str) -> Client:
    client = store.directory.client(client_id)
    if client is None or client.organisation_id != call.caller.organisation_id:
        raise NotFound("no such client")
    return client


def _check_scopes(scopes: tuple[str, ...]) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        known = ", ".join(SCOPES)
        raise InvalidInput(f"the scopes are: {known}", code="unknown-scope")


def _check_expiry(expires_at: datetime | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at:
        error = FieldError("/expires_at", "in-the-past", "the key would have expired already")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))


def _check_within(scopes: tuple[str, ...], own: frozenset[str]) -> None:
    _check_scopes(scopes)
    beyond = [scope for scope in scopes if scope not in own]
    if beyond:
        error = FieldError("/scopes", "scope-not-yours", "a key cannot grant a scope that it lacks")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))


def _check_key_source(new: NewClient, listed: frozenset[str]) -> None:
    if new.jwks is not None and new.jwks_url is not None:
        error = FieldError("/jwks_url", "two-key-sets", "a key set or its address, not both")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))
    if new.jwks_url is not None and new.jwks_url not in listed:
        detail = "the address is not among those listed in the service's settings"
        error = FieldError("/jwks_url", "key-set-not-listed", detail)
        raise InvalidInput(error.detail, code=error.code, errors=(error,))


def secret_hash(secret: str) -> bytes:
    """Hash a secret; it is 256 random bits, so a fast hash gives nothing away."""
    return sha256(secret.encode()).digest()
