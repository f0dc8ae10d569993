"""Organisations, their clients, and the hashes of the clients' secrets."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, delete, insert, select, update

from app.storage import tables
from app.storage.attempts import Window
from app.storage.statements import insert_or_ignore

_organisation = tables.organisation
_client = tables.client
_secret = tables.client_secret
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


@dataclass(frozen=True)
class Secret:
    """The hash of one secret and the time it stops to work."""

    secret_hash: bytes
    expires_at: datetime | None

    def lasts(self, now: datetime) -> bool:
        """Tell whether it still works."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True)
class Named:
    """Whom a key names, if anybody, and the wrong secrets of its address and in its name."""

    client: Client | None
    organisation: str
    secrets: tuple[Secret, ...]
    wrong: tuple[Window | None, Window | None]


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

    def add_client(self, client: Client, secret: Secret) -> None:
        """Add a client with its first secret."""
        self._connection.execute(
            insert(_client).values(
                organisation_id=client.organisation_id,
                client_id=client.client_id,
                name=client.name,
                scopes=" ".join(client.scopes),
                jwks=client.jwks,
                created_at=client.created_at,
            )
        )
        self.add_secret(client.client_id, secret, client.created_at)

    def add_secret(self, client_id: str, secret: Secret, at: datetime) -> None:
        """Add a secret to a client."""
        self._connection.execute(
            insert(_secret).values(client_id=client_id, created_at=at, **vars(secret))
        )

    def retire_secrets(self, client_id: str, at: datetime) -> None:
        """Let every secret of a client end at an instant, unless it ends before."""
        self._connection.execute(
            update(_secret)
            .where(
                _secret.c.client_id == client_id,
                (_secret.c.expires_at.is_(None)) | (_secret.c.expires_at > at),
            )
            .values(expires_at=at)
        )

    def latest_expiry(self, client_id: str) -> datetime | None:
        """Tell when the last of a client's secrets ends; None where one never does."""
        ends = self._connection.scalars(
            select(_secret.c.expires_at).where(_secret.c.client_id == client_id)
        ).all()
        return None if None in ends else max(ends, default=None)

    def caller(self, client_id: str, address: str, name: str | None, at: datetime) -> Named:
        """Find a client, and what is counted of wrong secrets for its address and in its name."""
        asked = {"asked_id": client_id, "address": address, "name": name}
        rows = self._connection.execute(_CALLER, asked).all()
        first = rows[0]
        # Each secret beside each count; mostly there is one of the one and none of the other.
        counted = {
            row.subject: Window(row.attempts, row.ends_at)
            for row in rows
            if row.subject is not None and row.ends_at > at
        }
        wrong = counted.get(address), counted.get(name)
        if first.client_id is None:
            return Named(None, "", (), wrong)
        secrets = {row.secret_hash: row.expires_at for row in rows if row.secret_hash}
        kept = tuple(Secret(*secret) for secret in secrets.items())
        return Named(_client_of(first), first.organisation, kept, wrong)

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

    def revoke(self, client_id: str, at: datetime) -> None:
        """Let a client call no more; its secrets are forgotten."""
        self._connection.execute(
            update(_client).where(_client.c.client_id == client_id).values(revoked_at=at)
        )
        self._connection.execute(delete(_secret).where(_secret.c.client_id == client_id))


_asked = select(bindparam("asked_id", type_=String).label("client_id")).subquery("asked")
# One row at least: nobody learns from the time it takes whether there is such a client.
_CALLER = select(
    *_client.c,
    _organisation.c.name.label("organisation"),
    _secret.c.secret_hash,
    _secret.c.expires_at,
    *_window.c,
).select_from(
    _asked.outerjoin(_client, _client.c.client_id == _asked.c.client_id)
    .outerjoin(_organisation, _organisation.c.organisation_id == _client.c.organisation_id)
    .outerjoin(_secret, _secret.c.client_id == _client.c.client_id)
    .outerjoin(_window, _window.c.subject.in_([bindparam("address"), bindparam("name")]))
)


def _client_of(row: Any) -> Client:
    return Client(
        row.client_id,
        row.organisation_id,
        row.name,
        tuple(row.scopes.split()),
        row.created_at,
        row.revoked_at,
        row.jwks,
    )
