"""Access tokens that were given, and the signed statements that were taken for them."""

from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, insert, select

from app.storage import tables
from app.storage.directory import AccessToken
from app.storage.statements import insert_if_absent

_token = tables.access_token
_used = tables.used_assertion

SWEPT_AT_ONCE = 1000
"""Rows that one transaction deletes; the next one goes on."""


class AccessTokens:
    """The tokens of one organisation's clients, inside one transaction."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, client_id: str, token: AccessToken, at: datetime) -> None:
        """Keep a token by its hash."""
        owner = {"organisation_id": self._organisation_id, "client_id": client_id}
        values = {**owner, "issued_at": at, **vars(token)}
        self._connection.execute(insert(_token).values(values))

    def take(self, client_id: str, jti_hash: bytes, until: datetime) -> bool:
        """Take a signed statement; False where one of this name was taken before."""
        owner = {"organisation_id": self._organisation_id, "client_id": client_id}
        values = {**owner, "jti_hash": jti_hash, "ends_at": until}
        return insert_if_absent(self._connection, _used, values)

    def sweep(self, tokens_before: datetime, now: datetime) -> None:
        """Forget tokens that ended before an instant, and statements that have expired."""
        self._sweep(_token, _token.c.token_hash, _token.c.expires_at, tokens_before)
        self._sweep(_used, _used.c.jti_hash, _used.c.ends_at, now)

    def _sweep(
        self, table: Table, name: Column[bytes], ends: Column[datetime], before: datetime
    ) -> None:
        is_ours = table.c.organisation_id == self._organisation_id
        old = select(name).where(is_ours, ends <= before).limit(SWEPT_AT_ONCE)
        # What another transaction sweeps is left to it: the two never wait for each other.
        old = old.with_for_update(skip_locked=True)
        self._connection.execute(delete(table).where(is_ours, ends <= before, name.in_(old)))
