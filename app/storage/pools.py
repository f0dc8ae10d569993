"""Pools: who was invited, who consents, and what is fitted on all that do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    insert,
    select,
    tuple_,
    update,
)

from app.storage import tables
from app.storage.jobs import UNFINISHED, Jobs
from app.storage.statements import insert_or_ignore
from app.storage.tenancy import of_organisation, reach_instead

_pool = tables.pool
_member = tables.pool_member
_consent = tables.pool_consent
_model = tables.pool_model
_share = tables.pool_share


@dataclass(frozen=True)
class Pool:
    """Several organisations that may fit a model together."""

    pool_id: str
    name: str
    founder: str
    created_at: datetime


@dataclass(frozen=True)
class Consent:
    """An organisation's consent to one pool; once withdrawn it never stands again."""

    consent_id: str
    organisation_id: int
    pool_id: str
    member: str
    given_at: datetime
    given_by: str
    reason: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True)
class PoolModel:
    """A fit of a pool; the request and what came of it are JSON."""

    pool_model_id: str
    pool_id: str
    asked_by: str
    request: str
    status: str
    progress: float
    failure_code: str | None
    failure_detail: str | None
    queued_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    consents: str | None
    result: str | None


class Pools(Jobs):
    """The pools that one organisation founded or was invited to."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        super().__init__(connection, organisation_id, _model, "pool_model_id")

    def add(self, pool: Pool, members: Sequence[str]) -> None:
        """Found a pool and invite by name."""
        ours = {"organisation_id": self._organisation_id, "pool_id": pool.pool_id}
        self._connection.execute(insert(_pool).values(**ours | vars(pool)))
        self._connection.execute(insert(_member), [{**ours, "member": name} for name in members])

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Pool]:
        """List pools, the newest first."""
        query = select(*_columns(_pool, Pool)).where(self._is_invited(_pool))
        if after is not None:
            query = query.where(tuple_(_pool.c.created_at, _pool.c.pool_id) < after)
        newest = (_pool.c.created_at.desc(), _pool.c.pool_id.desc())
        return [
            Pool(*row) for row in self._connection.execute(query.order_by(*newest).limit(limit))
        ]

    def find(self, pool_id: str) -> Pool | None:
        """Find a pool."""
        query = select(*_columns(_pool, Pool)).where(
            self._is_invited(_pool), _pool.c.pool_id == pool_id
        )
        row = self._connection.execute(query).one_or_none()
        return Pool(*row) if row is not None else None

    def invited(self, pool_ids: Collection[str]) -> list[tuple[str, str]]:
        """Name by pool whom this organisation invited, or itself where another one founded it."""
        is_ours = _member.c.organisation_id == self._organisation_id
        query = (
            select(_member.c.pool_id, _member.c.member)
            .where(_member.c.pool_id.in_(pool_ids), is_ours | self._is_named())
            .order_by(_member.c.member)
        )
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def consents(self, pool_ids: Collection[str]) -> list[Consent]:
        """List every consent to some pools, withdrawn ones included, in their order."""
        query = (
            select(*_columns(_consent, Consent))
            .where(self._is_invited(_consent), _consent.c.pool_id.in_(pool_ids))
            .order_by(_consent.c.given_at, _consent.c.consent_id)
        )
        return [Consent(*row) for row in self._connection.execute(query)]

    def standing(self, pool_id: str) -> Consent | None:
        """Find this organisation's own consent, where one stands."""
        query = select(*_columns(_consent, Consent)).where(self._stands(pool_id))
        row = self._connection.execute(query).one_or_none()
        return Consent(*row) if row is not None else None

    def consent(self, consent: Consent) -> bool:
        """Keep this organisation's consent; False where one stands."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _consent)
            .values(vars(consent) | {"organisation_id": self._organisation_id})
            .returning(_consent.c.consent_id)
        )
        return added.one_or_none() is not None

    def withdraw(self, pool_id: str, at: datetime, by: str) -> bool:
        """End this organisation's consent; False where none stands."""
        ended = self._connection.execute(
            update(_consent).where(self._stands(pool_id)).values(withdrawn_at=at, withdrawn_by=by)
        )
        return ended.rowcount == 1

    def queue(self, model: PoolModel) -> bool:
        """Queue a fit; False where this organisation waits for one of the pool already."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _model)
            .values(organisation_id=self._organisation_id, **vars(model))
            .returning(_model.c.pool_model_id)
        )
        return added.one_or_none() is not None

    def unfinished(self, pool_id: str) -> PoolModel | None:
        """Find the fit of a pool that this organisation waits for."""
        query = select(*_columns(_model, PoolModel)).where(
            self._ours(), _model.c.pool_id == pool_id, _model.c.status.in_(UNFINISHED)
        )
        row = self._connection.execute(query).one_or_none()
        return PoolModel(*row) if row is not None else None

    def model(self, pool_id: str, pool_model_id: str) -> PoolModel | None:
        """Find a fit of a pool, whoever asked for it."""
        query = select(*_columns(_model, PoolModel)).where(
            self._is_invited(_model),
            _model.c.pool_id == pool_id,
            _model.c.pool_model_id == pool_model_id,
        )
        row = self._connection.execute(query).one_or_none()
        return PoolModel(*row) if row is not None else None

    def asked(self, pool_model_id: str) -> PoolModel | None:
        """Find a fit that this organisation asked for."""
        query = select(*_columns(_model, PoolModel)).where(self._is(pool_model_id))
        row = self._connection.execute(query).one_or_none()
        return PoolModel(*row) if row is not None else None

    def models(
        self, pool_id: str, limit: int, after: tuple[datetime, str] | None
    ) -> list[PoolModel]:
        """List the fits of a pool, the newest first."""
        query = select(*_columns(_model, PoolModel)).where(
            self._is_invited(_model), _model.c.pool_id == pool_id
        )
        if after is not None:
            query = query.where(tuple_(_model.c.queued_at, _model.c.pool_model_id) < after)
        newest = (_model.c.queued_at.desc(), _model.c.pool_model_id.desc())
        rows = self._connection.execute(query.order_by(*newest).limit(limit))
        return [PoolModel(*row) for row in rows]

    def finish(self, pool_model_id: str, consents: str, result: str, at: datetime) -> bool:
        """Keep what came of a fit; False where it was given up meanwhile."""
        return self._end(
            pool_model_id, at, status="done", progress=1.0, consents=consents, result=result
        )

    def keep_share(self, pool_model_id: str, content: str) -> None:
        """Keep what a fit tells this organisation alone."""
        self._connection.execute(
            insert(_share).values(
                organisation_id=self._organisation_id,
                pool_model_id=pool_model_id,
                content=content,
            )
        )

    def share(self, pool_model_id: str) -> str | None:
        """Read what a fit tells this organisation alone."""
        found: str | None = self._connection.scalar(
            select(_share.c.content).where(
                _share.c.organisation_id == self._organisation_id,
                _share.c.pool_model_id == pool_model_id,
            )
        )
        return found

    def _stands(self, pool_id: str) -> ColumnElement[bool]:
        return (
            (_consent.c.organisation_id == self._organisation_id)
            & (_consent.c.pool_id == pool_id)
            & _consent.c.withdrawn_at.is_(None)
        )

    def _is_invited(self, table: Table) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.c.pool_id.in_(
            select(_member.c.pool_id).where(self._is_named())
        )
        return found

    def _is_named(self) -> ColumnElement[bool]:
        organisation = tables.organisation
        own = select(organisation.c.name).where(
            organisation.c.organisation_id == self._organisation_id
        )
        found: ColumnElement[bool] = _member.c.member == own.scalar_subquery()
        return found


def keep_shares(connection: Connection, pool_model_id: str, shares: Mapping[int, str]) -> None:
    """Keep what a fit tells each organisation alone; the transaction then reaches the last one."""
    for organisation_id, content in shares.items():
        reach_instead(connection, of_organisation(organisation_id))
        Pools(connection, organisation_id).keep_share(pool_model_id, content)


def _columns(table: Table, of: type[Any]) -> list[ColumnElement[Any]]:
    return [table.c[each.name] for each in fields(of)]
