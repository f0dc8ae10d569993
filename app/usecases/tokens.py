"""Access tokens: given to who shows a key or signs a statement, and taken as keys are."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from app.errors import ServiceError
from app.storage.directory import AccessToken, Client, Directory, Named
from app.storage.store import Store
from app.storage.tenancy import of_client
from app.usecases.assertions import (
    SKEW,
    Expected,
    Statement,
    Unreadable,
    ends_at,
    is_signed_by_one_of,
    read_statement,
    why_not,
)
from app.usecases.clients import WrongKey, authenticate, caller_named, secret_hash, split_key
from app.usecases.denials import Denial, record_denial
from app.usecases.key_sets import KeySet
from app.usecases.limits import Guess, Standing, count_call, refuse_more_guesses
from app.usecases.service import Call, Caller, Reply, Service, answered, to_json
from app.usecases.smart_scopes import granted, own_scopes

PREFIX = "ctt_"
"""What a token begins with, as a key does with `ctc_`."""

LASTS = timedelta(seconds=300)
"""SMART Backend Services, section 3.1.5: an access token should last 300 seconds at most."""

STATED_FOR = timedelta(seconds=300)
"""The same, section 3.1.2: a statement may hold for five minutes at most."""

REMEMBERED = timedelta(hours=1)
"""For so long who sends a token that has ended counts as a program that was late, not a guesser."""

ACTION = "post_token"

UNKNOWN = "the client could not be authenticated"
"""To everybody whose key or signature is wrong: which of all that was wrong is not told."""


class InvalidScope(ServiceError):
    """Nothing of what was asked for can be granted."""

    status = 400
    code = "invalid-scope"
    title = "No such scope can be granted"


class KeySetWanted(Exception):
    """The keys of a client have to be fetched first; where from."""

    def __init__(self, url: str) -> None:
        super().__init__("a key set has to be fetched")
        self.url = url


@dataclass(frozen=True)
class Secret:
    """A client's identifier and the secret of its key."""

    client_id: str
    secret: str


@dataclass(frozen=True)
class Signed:
    """A statement that the client signed, and the address that it has to be made for."""

    text: str
    audience: str


@dataclass(frozen=True)
class TokenRequest:
    """Who asks for a token and how that is shown, for which scopes, from where."""

    shown: Secret | Signed | None
    scope: str | None
    address: str
    request_id: str
    client_id: str | None = None


@dataclass(frozen=True)
class Issued:
    """The answer, and what is left of each limit."""

    reply: Reply
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class _Known:
    """Who asks, by which secret or by which statement."""

    caller: Caller
    secret: bytes | None = None
    statement: Statement | None = None


def caller_of(service: Service, bearer: str, address: str) -> Caller:
    """Tell who calls by a key or by a token."""
    if bearer.startswith(PREFIX):
        return _bearer(service, bearer, address)
    return authenticate(service, bearer, address)


def issue_token(service: Service, asked: TokenRequest) -> Issued:
    """Give a client that shows who it is a token for some minutes; every refusal is told."""
    try:
        known = _known(service, asked)
        standings = count_call(service, known.caller, asked.address, asked.request_id)
        return Issued(_issued(service, asked, known), standings)
    except WrongKey as wrong:
        denial = Denial(wrong.caller, ACTION, 401, asked.request_id, guess=wrong.guess)
        record_denial(service, denial)
        raise


def _known(service: Service, asked: TokenRequest) -> _Known:
    if isinstance(asked.shown, Secret):
        known = _by_secret(service, asked.shown, asked.address)
    elif isinstance(asked.shown, Signed):
        known = _by_statement(service, asked.shown, asked.address)
    else:
        detail = "show who asks by client_assertion or by Authorization: Basic"
        raise WrongKey(None, Guess(asked.address, None), detail)
    if asked.client_id not in (None, known.caller.client_id):
        raise WrongKey(known.caller, None, "client_id names another client")
    return known


def _by_secret(service: Service, shown: Secret, address: str) -> _Known:
    secret = shown.secret.removeprefix(f"ctc_{shown.client_id}_")
    try:
        caller = authenticate(service, f"ctc_{shown.client_id}_{secret}", address)
    except WrongKey as wrong:
        raise WrongKey(wrong.caller, wrong.guess, UNKNOWN) from None
    return _Known(caller, secret=secret_hash(secret))


def _by_statement(service: Service, shown: Signed, address: str) -> _Known:
    try:
        statement = read_statement(shown.text)
        client_id, _ = split_key(f"ctc_{statement.claims.get('iss')}_-", address)
    except (Unreadable, WrongKey):
        raise WrongKey(None, Guess(address, None), UNKNOWN) from None
    guess, now = Guess(address, client_id), service.now()
    with service.database.read(of_client(client_id)) as connection:
        directory = Directory(connection)
        named = directory.caller(client_id, guess.of_address, guess.of_client, now)
    refuse_more_guesses(service, guess, named.wrong, now)
    keys = _keys_of(service, named.client, statement)
    is_signed, caller = is_signed_by_one_of(statement, keys), caller_named(named)
    if caller is None or not is_signed:
        service.limits.note(address)
        raise WrongKey(caller, guess, UNKNOWN)
    _refuse_ended(named, now)
    # It was signed by whose it is: what is wrong with it helps only those who can mend it.
    expected = Expected(client_id, shown.audience, STATED_FOR)
    if (why := why_not(statement.claims, expected, now)) is not None:
        raise WrongKey(caller, None, f"client_assertion: {why}")
    return _Known(caller, statement=statement)


def _keys_of(service: Service, client: Client | None, statement: Statement) -> KeySet:
    if client is None or statement.key_set_url not in (None, client.jwks_url):
        return ()
    if client.jwks_url is None:
        keys: KeySet = json.loads(client.jwks)["keys"] if client.jwks else ()
        return keys
    if client.jwks_url not in service.settings.listed_key_sets:
        return ()
    fetched = service.key_sets.find(client.jwks_url, statement.key_id)
    if fetched is None:
        raise KeySetWanted(client.jwks_url)
    return fetched


def _refuse_ended(named: Named, now: datetime) -> None:
    is_revoked = named.client is None or named.client.revoked_at is not None
    # Who set an end to a client's key set it to the client: its signature opens no longer.
    if is_revoked or not any(secret.lasts(now) for secret in named.secrets):
        raise WrongKey(caller_named(named), None, UNKNOWN)


def _issued(service: Service, asked: TokenRequest, known: _Known) -> Reply:
    caller = known.caller
    scope = granted(asked.scope, caller.scopes)
    if not scope:
        record_denial(service, Denial(caller, ACTION, InvalidScope.status, asked.request_id))
        raise InvalidScope("nothing of what was asked for can be granted to the client")
    secret = token_urlsafe(32)

    def work(store: Store) -> Reply:
        now = service.now()
        expires_at = min(now + LASTS, _ends(store, known, now))
        store.tokens.sweep(now - REMEMBERED, now)
        _take(store, known)
        token = AccessToken(secret_hash(secret), scope, expires_at)
        store.tokens.add(caller.client_id, token, now)
        content = {
            "access_token": f"{PREFIX}{caller.client_id}_{secret}",
            "token_type": "bearer",
            "expires_in": int((expires_at - now).total_seconds()),
            "scope": scope,
        }
        return Reply(200, to_json(content), audit_detail=scope)

    return answered(service, Call(caller, ACTION, asked.request_id), work)


def _ends(store: Store, known: _Known, now: datetime) -> datetime:
    """Tell when the keys end that a token rests on, under the lock that a rotation waits for."""
    client_id = known.caller.client_id
    client = store.directory.client(client_id)
    lasting = [
        each
        for each in store.directory.secrets(client_id)
        if each.lasts(now) and known.secret in (None, each.secret_hash)
    ]
    if client is None or client.revoked_at is not None or not lasting:
        raise WrongKey(known.caller, None, UNKNOWN)
    return max(each.expires_at or datetime.max.replace(tzinfo=UTC) for each in lasting)


def _take(store: Store, known: _Known) -> None:
    statement = known.statement
    if statement is None:
        return
    name = sha256(statement.claims["jti"].encode("utf-8", "surrogatepass")).digest()
    # Longer than it holds: the clocks of two processes differ a little.
    until = datetime.fromtimestamp(ends_at(statement), UTC) + SKEW
    if not store.tokens.take(known.caller.client_id, name, until):
        raise WrongKey(known.caller, None, "client_assertion: jti was used before")


def _bearer(service: Service, token: str, address: str) -> Caller:
    client_id, secret = split_key(token, address)
    guess, now = Guess(address, client_id), service.now()
    given = secret_hash(secret)
    with service.database.read(of_client(client_id)) as connection:
        directory = Directory(connection)
        named = directory.bearer(client_id, given, guess.of_address, guess.of_client, now)
    refuse_more_guesses(service, guess, named.wrong, now)
    caller, client = caller_named(named), named.client
    if caller is None or client is None or (named.token is None and client.revoked_at is None):
        service.limits.note(address)
        raise WrongKey(caller, guess)
    if client.revoked_at is not None or named.token is None or not named.token.lasts(now):
        # It was right once: a program that is late.
        raise WrongKey(caller)
    return replace(caller, scopes=own_scopes(named.token.scopes) & caller.scopes)
