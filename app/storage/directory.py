"""Organisations, their clients, and the hashes of the clients' secrets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, bindparam, insert, select, update

from app.storage import tables
from app.storage.attempts import Window
from app.storage.statements import insert_or_ignore

_organisation = tables.organisation
_client = tables.client
_secret = tables.client_secret
_token = tables.access_token
_window = tables.attempt_window


@dataclass(frozen=True)
class Organisation:
    """One hospital or group of hospitals; nothing crosses from one to another."""

    organisation_id: int
    name: str
    created_at: datetime


@dataclass(frozen=True)
class Client:
    """One program that may call, and what it may do."""

    client_id: str
    organisation_id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    jwks: str | None = None
    revoked_by: str | None = None
    jwks_url: str | None = None


@dataclass(frozen=True)
class Secret:
    """The hash of one secret, until when it works, and when it was last seen to be used."""

    secret_hash: bytes
    expires_at: datetime | None
    ended_at: datetime | None = None
    last_used_at: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Tell whether it still works; one that was ended does not, whatever the clock says."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > now)


@dataclass(frozen=True)
class AccessToken:
    """The hash of one access token, what was granted with it, and until when it works."""

    token_hash: bytes
    scopes: str
    expires_at: datetime
    ended_at: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Tell whether it still works; one that was ended does not, whatever the clock says."""
        return self.ended_at is None and self.expires_at > now


@dataclass(frozen=True)
class Key:
    """What a key's history tells, which is neither its secret nor the hash of it."""

    issued_at: datetime
    issued_by: str | None
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    last_used_at: datetime | None


@dataclass(frozen=True)
class Named:
    """Whom a key or a token names, if anybody, and what was wrong from its address, in its name."""

    client: Client | None
    organisation: str
    wrong: tuple[Window | None, Window | None]
    secrets: tuple[Secret, ...] = ()
    token: AccessToken | None = None


_ORGANISATION = [_organisation.c[each.name] for each in fields(Organisation)]


class Directory:
    """Who is served; not bound to one organisation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_organisation(self, name: str, at: datetime) -> Organisation | None:
        """Add an organisation; None where the name is taken."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _organisation)
            .values(name=name, created_at=at)
            .returning(*_ORGANISATION)
        ).one_or_none()
        return Organisation(*added) if added is not None else None

    def organisation(self, name: str) -> Organisation | None:
        """Find an organisation by name."""
        row = self._connection.execute(
            select(*_ORGANISATION).where(_organisation.c.name == name)
        ).one_or_none()
        return Organisation(*row) if row is not None else None

    def name_of(self, organisation_id: int) -> str:
        """Name an organisation."""
        query = select(_organisation.c.name).where(
            _organisation.c.organisation_id == organisation_id
        )
        name: str = self._connection.execute(query).scalar_one()
        return name

    def erasures(self, organisation_id: int, *, locked: bool = False) -> int:
        """Count the persons erased so far; locked, nobody else is until the transaction ends."""
        query = select(_organisation.c.erasures).where(
            _organisation.c.organisation_id == organisation_id
        )
        query = query.with_for_update(key_share=True) if locked else query
        erasures: int = self._connection.execute(query).scalar_one()
        return erasures

    def count_erasure(self, organisation_id: int) -> None:
        """Count one more person erased."""
        self._connection.execute(
            update(_organisation)
            .where(_organisation.c.organisation_id == organisation_id)
            .values(erasures=_organisation.c.erasures + 1)
        )

    def organisations(self) -> list[Organisation]:
        """List the organisations by name."""
        rows = self._connection.execute(select(*_ORGANISATION).order_by(_organisation.c.name))
        return [Organisation(*row) for row in rows]

    def add_client(self, client: Client, secret: Secret, by: str | None = None) -> None:
        """Add a client with its first secret."""
        self._connection.execute(
            insert(_client).values(
                organisation_id=client.organisation_id,
                client_id=client.client_id,
                name=client.name,
                scopes=" ".join(client.scopes),
                jwks=client.jwks,
                jwks_url=client.jwks_url,
                created_at=client.created_at,
            )
        )
        self.add_secret(client.client_id, secret, client.created_at, by)

    def add_secret(
        self, client_id: str, secret: Secret, at: datetime, by: str | None = None
    ) -> None:
        """Add a secret to a client."""
        values = {"client_id": client_id, "created_at": at, "issued_by": by, **vars(secret)}
        self._connection.execute(insert(_secret).values(values))

    def secrets(self, client_id: str) -> list[Secret]:
        """List the secrets of a client, ended ones too, in the order they were made."""
        columns = (_secret.c[each.name] for each in fields(Secret))
        query = select(*columns).where(_secret.c.client_id == client_id)
        return [Secret(*row) for row in self._connection.execute(query.order_by(*_IN_ORDER))]

    def keys(self, client_ids: Iterable[str]) -> Mapping[str, list[Key]]:
        """Tell the history of some clients' keys, in the order they were made."""
        found: defaultdict[str, list[Key]] = defaultdict(list)
        query = select(_secret).where(_secret.c.client_id.in_(list(client_ids)))
        for row in self._connection.execute(query.order_by(*_IN_ORDER)):
            found[row.client_id].append(
                Key(
                    row.created_at,
                    row.issued_by,
                    row.expires_at,
                    row.ended_at,
                    row.ended_by,
                    row.last_used_at,
                )
            )
        return found

    def retire_secrets(self, client_id: str, at: datetime, by: str | None = None) -> None:
        """Let every secret and token of a client end at an instant, unless it ends before."""
        self._connection.execute(
            update(_secret)
            .where(_secret.c.client_id == client_id, _is_later(at))
            .values(expires_at=at, ended_by=by)
        )
        self._connection.execute(
            update(_token)
            .where(_token.c.client_id == client_id, _token.c.expires_at > at)
            .values(expires_at=at)
        )

    def end_secrets(self, client_id: str, at: datetime, by: str | None = None) -> None:
        """End every secret and token of a client that still works, for every process at once."""
        # The expiry too: a process of an earlier version goes by that alone.
        self._connection.execute(
            update(_secret)
            .where(_secret.c.client_id == client_id, _is_later(at))
            .values(expires_at=at, ended_at=at, ended_by=by)
        )
        self._connection.execute(
            update(_token)
            .where(_token.c.client_id == client_id, _token.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    def note_uses(self, uses: Mapping[tuple[str, bytes], datetime]) -> None:
        """Keep when secrets were used, by client and hash, unless a later use is known."""
        values = [
            {"of_client": client_id, "hash": secret_hash, "used_at": uses[client_id, secret_hash]}
            # In one order everywhere: two transactions never wait for each other.
            for client_id, secret_hash in sorted(uses)
        ]
        self._connection.execute(_NOTE_USE, values)

    def caller(self, client_id: str, address: str, name: str | None, at: datetime) -> Named:
        """Find a client, and what is counted of wrong secrets for its address and in its name."""
        asked = {"asked_id": client_id, "address": address, "name": name}
        # Each secret beside each count; mostly there is one of the one and none of the other.
        rows = self._connection.execute(_CALLER, asked).all()
        secrets = {
            row.secret_hash: Secret(row.secret_hash, row.expires_at, row.ended_at, row.last_used_at)
            for row in rows
            if row.secret_hash
        }
        return replace(_named(rows, (address, name), at), secrets=tuple(secrets.values()))

    def bearer(
        self, client_id: str, token_hash: bytes, address: str, name: str | None, at: datetime
    ) -> Named:
        """Find a client and one token of its own, as `caller` finds it and its secrets."""
        asked = {"asked_id": client_id, "hash": token_hash, "address": address, "name": name}
        rows = self._connection.execute(_BEARER, asked).all()
        first = rows[0]
        token = None
        if first.token_hash is not None:
            token = AccessToken(first.token_hash, first.granted, first.expires_at, first.ended_at)
        return replace(_named(rows, (address, name), at), token=token)

    def client(self, client_id: str) -> Client | None:
        """Find a client."""
        row = self._connection.execute(
            select(_client).where(_client.c.client_id == client_id).with_for_update()
        ).one_or_none()
        return _client_of(row) if row is not None else None

    def clients(
        self, organisation_id: int | None = None, limit: int | None = None, after: str = ""
    ) -> list[Client]:
        """List clients, of one organisation or of all, by identifier."""
        query = select(_client).where(_client.c.client_id > after)
        if organisation_id is not None:
            query = query.where(_client.c.organisation_id == organisation_id)
        rows = self._connection.execute(query.order_by(_client.c.client_id).limit(limit))
        return [_client_of(row) for row in rows]

    def revoke(self, client_id: str, at: datetime, by: str | None = None) -> None:
        """Let a client call no more."""
        self._connection.execute(
            update(_client)
            .where(_client.c.client_id == client_id)
            .values(revoked_at=at, revoked_by=by)
        )
        self.end_secrets(client_id, at, by)


def _is_later(at: datetime) -> ColumnElement[bool]:
    return _secret.c.expires_at.is_(None) | (_secret.c.expires_at > at)


_IN_ORDER = (_secret.c.client_id, _secret.c.created_at, _secret.c.secret_hash)
_NOTE_USE = (
    update(_secret)
    .where(
        _secret.c.client_id == bindparam("of_client"),
        _secret.c.secret_hash == bindparam("hash"),
        (_secret.c.last_used_at.is_(None)) | (_secret.c.last_used_at < bindparam("used_at")),
    )
    .values(last_used_at=bindparam("used_at"))
)
_asked = select(bindparam("asked_id", type_=String).label("client_id")).subquery("asked")
# One row at least: nobody learns from the time it takes whether there is such a client.
_CALLER = select(
    *_client.c,
    _organisation.c.name.label("organisation"),
    _secret.c.secret_hash,
    _secret.c.expires_at,
    _secret.c.ended_at,
    _secret.c.last_used_at,
    *_window.c,
).select_from(
    _asked.outerjoin(_client, _client.c.client_id == _asked.c.client_id)
    .outerjoin(_organisation, _organisation.c.organisation_id == _client.c.organisation_id)
    .outerjoin(_secret, _secret.c.client_id == _client.c.client_id)
    .outerjoin(_window, _window.c.subject.in_([bindparam("address"), bindparam("name")]))
)


_BEARER = select(
    *_client.c,
    _organisation.c.name.label("organisation"),
    _token.c.token_hash,
    _token.c.scopes.label("granted"),
    _token.c.expires_at,
    _token.c.ended_at,
    *_window.c,
).select_from(
    _asked.outerjoin(_client, _client.c.client_id == _asked.c.client_id)
    .outerjoin(_organisation, _organisation.c.organisation_id == _client.c.organisation_id)
    .outerjoin(
        _token,
        (_token.c.organisation_id == _client.c.organisation_id)
        & (_token.c.client_id == _client.c.client_id)
        & (_token.c.token_hash == bindparam("hash")),
    )
    .outerjoin(_window, _window.c.subject.in_([bindparam("address"), bindparam("name")]))
)


def _named(rows: Sequence[Any], subjects: tuple[str, str | None], at: datetime) -> Named:
    counted = {
        row.subject: Window(row.attempts, row.ends_at)
        for row in rows
        if row.subject is not None and row.ends_at > at
    }
    address, name = subjects
    wrong = counted.get(address), counted.get(name)
    first = rows[0]
    if first.client_id is None:
        return Named(None, "", wrong)
    return Named(_client_of(first), first.organisation, wrong)


def _client_of(row: Any) -> Client:
    return Client(
        row.client_id,
        row.organisation_id,
        row.name,
        tuple(row.scopes.split()),
        row.created_at,
        row.revoked_at,
        row.jwks,
        row.revoked_by,
        row.jwks_url,
    )
