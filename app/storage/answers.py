"""Prognoses as they were given, and the first answers to idempotency keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from app.storage import tables
from app.storage.statements import insert_or_ignore

_prognosis = tables.prognosis
_record = tables.idempotency_record


@dataclass(frozen=True)
class StoredPrognosis:
    """One answer as it was sent, and what it rested on; None for an answer of version 0.1.0."""

    prognosis_id: str
    patient_id: str
    accession_number: str
    request_digest: str
    model_id: str | None
    computed_at: datetime
    answer: str
    circumstances: str | None = None


_columns = [_prognosis.c[name] for name in StoredPrognosis.__dataclass_fields__]
_ours = _prognosis.c.organisation_id == bindparam("of_organisation")
_ADD = insert(_prognosis)
_FIND = select(*_columns).where(_ours, _prognosis.c.prognosis_id == bindparam("identified"))
_REPEATED = (
    select(*_columns)
    .where(
        _ours,
        _prognosis.c.accession_number == bindparam("numbered"),
        _prognosis.c.request_digest == bindparam("asked"),
    )
    .order_by(_prognosis.c.computed_at.desc())
    .limit(1)
)


class Prognoses:
    """The answers given to one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, prognosis: StoredPrognosis) -> None:
        """Keep an answer."""
        self._connection.execute(
            _ADD, {"organisation_id": self._organisation_id, **vars(prognosis)}
        )

    def find(self, prognosis_id: str) -> StoredPrognosis | None:
        """Find an answer by its identifier."""
        row = self._connection.execute(
            _FIND, {"of_organisation": self._organisation_id, "identified": prognosis_id}
        ).one_or_none()
        return StoredPrognosis(*row) if row is not None else None

    def page(self, limit: int, after: str) -> list[StoredPrognosis]:
        """List answers by identifier."""
        rows = self._connection.execute(
            select(*_columns)
            .where(
                _prognosis.c.organisation_id == self._organisation_id,
                _prognosis.c.prognosis_id > after,
            )
            .order_by(_prognosis.c.prognosis_id)
            .limit(limit)
        )
        return [StoredPrognosis(*row) for row in rows]

    def of_patient(self, patient_id: str) -> list[StoredPrognosis]:
        """List the answers given about one patient, in the order they were given."""
        rows = self._connection.execute(
            select(*_columns)
            .where(
                _prognosis.c.organisation_id == self._organisation_id,
                _prognosis.c.patient_id == patient_id,
            )
            .order_by(_prognosis.c.computed_at, _prognosis.c.prognosis_id)
        )
        return [StoredPrognosis(*row) for row in rows]

    def count(self) -> int:
        """Count the answers."""
        query = select(func.count()).where(_prognosis.c.organisation_id == self._organisation_id)
        return self._connection.execute(query).scalar_one()

    def repeated(self, accession_number: str, request_digest: str) -> StoredPrognosis | None:
        """Find the latest answer to the same question about the same test."""
        row = self._connection.execute(
            _REPEATED,
            {
                "of_organisation": self._organisation_id,
                "numbered": accession_number,
                "asked": request_digest,
            },
        ).one_or_none()
        return StoredPrognosis(*row) if row is not None else None


@dataclass(frozen=True)
class FirstAnswer:
    """What was answered to a key, and to which request."""

    request_digest: str
    status: int
    headers: Mapping[str, str]
    body: str
    patient_id: str | None


@dataclass(frozen=True)
class KeptRecord:
    """That a client used a key; the answer kept beside it is one of the stored ones."""

    client_id: str
    route: str
    key: str
    status: int
    created_at: datetime


class IdempotencyRecords:
    """The keys that clients of one organisation have used."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def claim(self, client_id: str, route: str, key: str, digest: str, at: datetime) -> bool:
        """Take a key for this transaction; False where another request holds or held it."""
        taken = self._connection.execute(
            insert_or_ignore(self._connection, _record)
            .values(
                organisation_id=self._organisation_id,
                client_id=client_id,
                route=route,
                key=key,
                request_digest=digest,
                status=0,
                headers="{}",
                body="",
                created_at=at,
            )
            .returning(_record.c.key)
        )
        return taken.one_or_none() is not None

    def first_answer(self, client_id: str, route: str, key: str) -> FirstAnswer | None:
        """Find what was answered to a key."""
        row = self._connection.execute(
            select(_record).where(*self._is(client_id, route, key))
        ).one_or_none()
        if row is None:
            return None
        return FirstAnswer(
            row.request_digest, row.status, json.loads(row.headers), row.body, row.patient_id
        )

    def of_patient(self, patient_id: str) -> list[KeptRecord]:
        """List the keys whose answers name one patient, in the order they were used."""
        rows = self._connection.execute(
            select(*(_record.c[name] for name in KeptRecord.__dataclass_fields__))
            .where(
                _record.c.organisation_id == self._organisation_id,
                _record.c.patient_id == patient_id,
            )
            .order_by(_record.c.created_at, _record.c.client_id, _record.c.key)
        )
        return [KeptRecord(*row) for row in rows]

    def keep(self, client_id: str, route: str, key: str, answer: FirstAnswer) -> None:
        """Write the answer beside the key that this transaction holds."""
        self._connection.execute(
            update(_record)
            .where(*self._is(client_id, route, key))
            .values(
                status=answer.status,
                headers=json.dumps(dict(answer.headers)),
                body=answer.body,
                patient_id=answer.patient_id,
            )
        )

    def _is(self, client_id: str, route: str, key: str) -> tuple[ColumnElement[bool], ...]:
        return (
            _record.c.organisation_id == self._organisation_id,
            _record.c.client_id == client_id,
            _record.c.route == route,
            _record.c.key == key,
        )
