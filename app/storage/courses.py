"""Treatments and assessments of patients: each in versions, of which one is current."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, Table, insert, select, update

from app.prognosis.courses import Assessment, Treatment
from app.storage import tables

Kind = TypeVar("Kind", bound=Treatment | Assessment)


@dataclass(frozen=True)
class Recorded(Generic[Kind]):
    """One version of what was told."""

    version: int
    told: Kind
    recorded_at: datetime


class Versions(Generic[Kind]):
    """What one organisation told of one kind."""

    def __init__(
        self, connection: Connection, organisation_id: int, table: Table, kind: type[Kind]
    ) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._table = table
        self._kind = kind
        self._names = [each.name for each in fields(kind)]
        self._key = table.c[self._names[0]]

    def current(self, patient_id: str, name: str) -> Recorded[Kind] | None:
        """Find one in its current version."""
        query = self._of(patient_id).where(self._key == name, self._table.c.is_current)
        row = self._connection.execute(query).one_or_none()
        return self._recorded(row) if row is not None else None

    def page(self, patient_id: str, limit: int, after: str | None) -> list[Recorded[Kind]]:
        """List those of one patient by name, each in its current version."""
        query = self._of(patient_id).where(self._table.c.is_current)
        if after is not None:
            query = query.where(self._key > after)
        rows = self._connection.execute(query.order_by(self._key).limit(limit))
        return [self._recorded(row) for row in rows]

    def all_versions(self, patient_id: str) -> list[Recorded[Kind]]:
        """List every version of all of one patient."""
        rows = self._connection.execute(
            self._of(patient_id).order_by(self._key, self._table.c.version)
        )
        return [self._recorded(row) for row in rows]

    def of_patients(self, patient_ids: Collection[str]) -> dict[str, tuple[Kind, ...]]:
        """Collect the current ones of some patients; who has none is left out."""
        of = self._table.c
        query = select(self._table).where(
            of.organisation_id == self._organisation_id,
            of.patient_id.in_(patient_ids),
            of.is_current,
        )
        found: dict[str, tuple[Kind, ...]] = {}
        for row in self._connection.execute(query.order_by(of.patient_id, self._key)):
            found[row.patient_id] = (*found.get(row.patient_id, ()), self._told(row))
        return found

    def whose(self, limit: int, after: str) -> list[str]:
        """Name, in order, the next patients of whom any was told."""
        of = self._table.c
        query = (
            select(of.patient_id)
            .where(of.organisation_id == self._organisation_id, of.patient_id > after)
            .distinct()
        )
        return list(self._connection.scalars(query.order_by(of.patient_id).limit(limit)))

    def add(self, patient_id: str, version: int, told: Kind, at: datetime) -> None:
        """Add a version; the one before stays readable."""
        of = self._table.c
        self._connection.execute(
            update(self._table)
            .where(
                of.organisation_id == self._organisation_id,
                of.patient_id == patient_id,
                self._key == getattr(told, self._names[0]),
                of.is_current,
            )
            .values(is_current=False)
        )
        self._connection.execute(
            insert(self._table).values(
                organisation_id=self._organisation_id,
                patient_id=patient_id,
                version=version,
                is_current=True,
                recorded_at=at,
                **vars(told),
            )
        )

    def _of(self, patient_id: str) -> Select[Any]:
        return select(self._table).where(
            self._table.c.organisation_id == self._organisation_id,
            self._table.c.patient_id == patient_id,
        )

    def _recorded(self, row: Row[Any]) -> Recorded[Kind]:
        return Recorded(row.version, self._told(row), row.recorded_at)

    def _told(self, row: Row[Any]) -> Kind:
        return self._kind(**{name: getattr(row, name) for name in self._names})


def treatments(connection: Connection, organisation_id: int) -> Versions[Treatment]:
    """Reach the treatments of one organisation."""
    return Versions(connection, organisation_id, tables.treatment, Treatment)


def assessments(connection: Connection, organisation_id: int) -> Versions[Assessment]:
    """Reach the assessments of one organisation."""
    return Versions(connection, organisation_id, tables.assessment, Assessment)
