"""The packed clock starts of an organisation, and whose have to be derived again."""

from collections.abc import Iterable, Mapping, Sequence
from secrets import randbits
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from app.storage import tables
from app.storage.statements import insert_or_update

_start = tables.clock_start
_stale = tables.stale_patient
_organisation = tables.organisation

Record = tuple[str, str | None, bytes]


def mark_stale(connection: Connection, organisation_id: int, patient_ids: Iterable[str]) -> None:
    """Note, in the transaction that writes, that what a fit can use of these patients changed."""
    marks = [
        {"organisation_id": organisation_id, "patient_id": patient_id, "mark": randbits(63)}
        for patient_id in sorted(patient_ids)
    ]
    if marks:
        connection.execute(insert_or_update(connection.dialect.name, _stale, "mark"), marks)


class ClockStarts:
    """The clock starts of the patients of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def packed_by(self) -> str:
        """Tell how the starts are packed."""
        query = select(_organisation.c.packed_by).where(self._ours(_organisation))
        packed_by: str = self._connection.execute(query).scalar_one()
        return packed_by

    def begin_again(self, packed_by: str) -> None:
        """Drop every start, to have all derived and packed in another way."""
        self._connection.execute(delete(_start).where(self._ours(_start)))
        self._connection.execute(delete(_stale).where(self._ours(_stale)))
        patients = select(
            tables.patient.c.organisation_id, tables.patient.c.patient_id, func.abs(randbits(63))
        ).where(self._ours(tables.patient))
        self._connection.execute(insert(_stale).from_select(list(_stale.c.keys()), patients))
        self._connection.execute(
            update(_organisation).where(self._ours(_organisation)).values(packed_by=packed_by)
        )

    def stale(self, limit: int | None = None, after: str = "") -> dict[str, int]:
        """Collect the marks of those whose starts are to be derived again, by patient."""
        query = (
            select(_stale.c.patient_id, _stale.c.mark)
            .where(self._ours(_stale), _stale.c.patient_id > after)
            .order_by(_stale.c.patient_id)
            .limit(limit)
        )
        return {row.patient_id: row.mark for row in self._connection.execute(query)}

    def stale_after(self, patient_id: str) -> int:
        """Count whose starts are to be derived again, from a patient on."""
        query = select(func.count()).where(self._ours(_stale), _stale.c.patient_id > patient_id)
        return self._connection.execute(query).scalar_one()

    def renew(
        self, marks: Mapping[str, int], found: Mapping[str, Mapping[str, Sequence[Record]]]
    ) -> None:
        """Keep what was derived, by clock, of the patients whose mark still stands."""
        held = self._connection.execute(
            select(_stale.c.patient_id, _stale.c.mark)
            .where(self._ours(_stale), _stale.c.patient_id.in_(list(marks)))
            # Who is being written to at this moment stays stale.
            .with_for_update(skip_locked=True)
        )
        unchanged = [row.patient_id for row in held if row.mark == marks[row.patient_id]]
        for table in (_start, _stale):
            self._connection.execute(
                delete(table).where(self._ours(table), table.c.patient_id.in_(unchanged))
            )
        values = [values for each in unchanged for values in self._values(found[each])]
        if values:
            self._connection.execute(insert(_start), values)

    def all(self, clock: str) -> list[Record]:
        """Read every start, by patient."""
        query = (
            select(_start.c.patient_id, _start.c.accession_number, _start.c.packed)
            .where(self._ours(_start), _start.c.clock == clock)
            .order_by(_start.c.patient_id, _start.c.place)
        )
        # The driver's own tuples: a million rows cost a third of what they cost as SQLAlchemy's.
        return list(self._connection.execute(query).cursor.fetchall())

    def _values(self, found: Mapping[str, Sequence[Record]]) -> Iterable[dict[str, Any]]:
        for clock, records in found.items():
            for place, (patient_id, accession_number, packed) in enumerate(records):
                yield {
                    "organisation_id": self._organisation_id,
                    "clock": clock,
                    "patient_id": patient_id,
                    "place": place,
                    "accession_number": accession_number,
                    "packed": packed,
                }

    def _ours(self, table: Table) -> ColumnElement[bool]:
        return table.c.organisation_id == self._organisation_id
