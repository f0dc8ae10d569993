"""The packed clock starts of an organisation, in blocks, and whose have to be derived again."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from secrets import randbits
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from app.storage import tables
from app.storage.engines import IN_BINARY
from app.storage.statements import insert_or_update

_block = tables.start_block
_stale = tables.stale_patient
_organisation = tables.organisation

STARTS_A_BLOCK = 2048
"""Starts kept together: a block is read and written whole."""

Record = tuple[str, str, bytes]
"""A patient, the accession number of the draw or nothing, and the packed start."""

Block = tuple[str, str, bytes]
"""Of some records: patients and accession numbers, a line each, and the packed starts."""


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
        self._connection.execute(
            update(_organisation).where(self._ours(_organisation)).values(packed_by=packed_by)
        )
        for table in (_block, _stale):
            self._connection.execute(delete(table).where(self._ours(table)))
        patients = select(
            tables.patient.c.organisation_id, tables.patient.c.patient_id, func.abs(randbits(63))
        ).where(self._ours(tables.patient))
        self._connection.execute(insert(_stale).from_select(list(_stale.c.keys()), patients))

    def stale(self, limit: int | None = None, after: str = "") -> dict[str, int]:
        """Collect the marks of those whose starts are to be derived again, by patient."""
        query = (
            select(_stale.c.patient_id, _stale.c.mark)
            .where(self._ours(_stale), _stale.c.patient_id > after)
            .order_by(_stale.c.patient_id)
            .limit(limit)
        )
        return {row.patient_id: row.mark for row in self._connection.execute(query)}

    def stale_count(self) -> int:
        """Count whose starts are to be derived again."""
        query = select(func.count()).where(self._ours(_stale))
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
        renewed = sorted(row.patient_id for row in held if row.mark == marks[row.patient_id])
        if not renewed:
            return
        for clock in {clock for each in found.values() for clock in each}:
            self._merge(clock, renewed, [found[each].get(clock, ()) for each in renewed])
        self._connection.execute(
            delete(_stale).where(self._ours(_stale), _stale.c.patient_id.in_(renewed))
        )

    def all(self, clock: str) -> list[Block]:
        """Read every start, by patient."""
        query = select(_block.c.patient_ids, _block.c.accession_numbers, _block.c.packed).where(
            self._of_clock(clock)
        )
        query = query.order_by(_block.c.first_patient_id).execution_options(**{IN_BINARY: True})
        rows = self._connection.execute(query)
        return [(ids, numbers, packed) for ids, numbers, packed in rows]

    def forget(self, patient_id: str) -> None:
        """Take a patient's starts out of their blocks."""
        clocks = select(_block.c.clock).where(self._ours(_block)).distinct()
        for clock in self._connection.execute(clocks).scalars().all():
            self._merge(clock, [patient_id], [()])

    def _merge(
        self, clock: str, patient_ids: Sequence[str], records: Sequence[Sequence[Record]]
    ) -> None:
        """Put the records of some patients, ascending, in the place of those that they had."""
        here = self._of_clock(clock) & self._from_block_of(clock, patient_ids[0])
        here &= _block.c.first_patient_id <= patient_ids[-1]
        kept = [
            record
            for block in self._connection.execute(select(_block).where(here)).all()
            for record in _records_of(block)
            if not _is_among(patient_ids, record[0])
        ]
        self._connection.execute(delete(_block).where(here))
        merged = sorted([*kept, *chain.from_iterable(records)], key=itemgetter(0))
        named = {"organisation_id": self._organisation_id, "clock": clock}
        blocks = [{**named, **_block_of(each)} for each in _parts(merged)]
        if blocks:
            self._connection.execute(insert(_block), blocks)

    def _from_block_of(self, clock: str, patient_id: str) -> ColumnElement[bool]:
        # From the block that the first belongs to, even if all of that block come before it.
        first = (
            select(func.max(_block.c.first_patient_id))
            .where(self._of_clock(clock), _block.c.first_patient_id <= patient_id)
            .scalar_subquery()
        )
        return _block.c.first_patient_id >= func.coalesce(first, "")

    def _of_clock(self, clock: str) -> ColumnElement[bool]:
        return self._ours(_block) & (_block.c.clock == clock)

    def _ours(self, table: Table) -> ColumnElement[bool]:
        return table.c.organisation_id == self._organisation_id


def _is_among(ascending: Sequence[str], patient_id: str) -> bool:
    place = bisect_left(ascending, patient_id)
    return place < len(ascending) and ascending[place] == patient_id


def _parts(records: Sequence[Record]) -> Iterable[Sequence[Record]]:
    """Part records into even blocks, all of one patient in the same."""
    begun: list[Record] = []
    for record in records:
        if len(begun) >= STARTS_A_BLOCK and record[0] != begun[-1][0]:
            yield begun
            begun = []
        begun.append(record)
    if begun:
        yield begun


def _block_of(records: Collection[Record]) -> dict[str, Any]:
    patient_ids = [patient_id for patient_id, _, _ in records]
    return {
        "first_patient_id": patient_ids[0],
        "patient_ids": "\n".join(patient_ids),
        "accession_numbers": "\n".join(number for _, number, _ in records),
        "packed": b"".join(packed for _, _, packed in records),
    }


def _records_of(block: Any) -> Iterable[Record]:
    patient_ids = block.patient_ids.split("\n")
    numbers = block.accession_numbers.split("\n")
    length = len(block.packed) // len(patient_ids)
    for place, (patient_id, number) in enumerate(zip(patient_ids, numbers, strict=True)):
        packed = block.packed[place * length : (place + 1) * length]
        yield patient_id, number, packed
