"""Laboratory results and their versions."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, tuple_, update

from app.prognosis.patient import BloodTest
from app.storage import tables
from app.storage.clock_starts import mark_stale
from app.storage.statements import insert_if_absent

_blood_test = tables.blood_test
_CURRENT = select(_blood_test).where(
    _blood_test.c.organisation_id == bindparam("of_organisation"),
    _blood_test.c.accession_number == bindparam("numbered"),
    _blood_test.c.is_current,
)
_CURRENT_LOCKED = _CURRENT.with_for_update()
# Counted in the index alone; the one left out is looked up by its key.
_SINCE = (
    _blood_test.c.organisation_id == bindparam("of_organisation"),
    _blood_test.c.recorded_at > bindparam("since"),
    _blood_test.c.version == 1,
)
_RECORDED_SINCE = select(
    select(func.count()).where(*_SINCE).scalar_subquery()
    - select(func.count())
    .where(_blood_test.c.accession_number == bindparam("besides"), *_SINCE)
    .scalar_subquery()
)
BLOOD_TEST_COLUMNS = [_blood_test.c[each.name] for each in fields(BloodTest)]


Told = tuple[str, str, int, datetime]
"""Of one thing that was told: the patient, its name, its version and the instant that it bears."""


@dataclass(frozen=True)
class RecordedTest:
    """One version of a result, whose it is and when it was recorded."""

    patient_id: str
    test: BloodTest
    recorded_at: datetime


class BloodTests:
    """The laboratory results of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, patient_id: str, test: BloodTest, at: datetime) -> bool:
        """Insert the first version of a result; False where the accession number is taken."""
        mark_stale(self._connection, self._organisation_id, [patient_id])
        return insert_if_absent(self._connection, _blood_test, self._row(patient_id, test, at))

    def current(self, accession_number: str, *, locked: bool = False) -> RecordedTest | None:
        """Find a result in its current version."""
        row = self._connection.execute(
            _CURRENT_LOCKED if locked else _CURRENT,
            {"of_organisation": self._organisation_id, "numbered": accession_number},
        ).one_or_none()
        return _recorded(row) if row is not None else None

    def versions(self, accession_number: str) -> list[RecordedTest]:
        """List every version of a result, oldest first."""
        rows = self._connection.execute(
            select(_blood_test)
            .where(
                _blood_test.c.organisation_id == self._organisation_id,
                _blood_test.c.accession_number == accession_number,
            )
            .order_by(_blood_test.c.version)
        )
        return [_recorded(row) for row in rows]

    def versions_of_patient(self, patient_id: str) -> list[RecordedTest]:
        """List every version of every result of one patient, by draw."""
        rows = self._connection.execute(
            select(_blood_test)
            .where(
                _blood_test.c.organisation_id == self._organisation_id,
                _blood_test.c.patient_id == patient_id,
            )
            .order_by(_blood_test.c.drawn_at, _blood_test.c.accession_number, _blood_test.c.version)
        )
        return [_recorded(row) for row in rows]

    def page_of_patient(
        self, patient_id: str, limit: int, after: tuple[datetime, str] | None
    ) -> list[RecordedTest]:
        """List the current results of one patient by draw."""
        query = select(_blood_test).where(
            _blood_test.c.organisation_id == self._organisation_id,
            _blood_test.c.patient_id == patient_id,
            _blood_test.c.is_current,
        )
        if after is not None:
            query = query.where(
                tuple_(_blood_test.c.drawn_at, _blood_test.c.accession_number) > after
            )
        rows = self._connection.execute(
            query.order_by(_blood_test.c.drawn_at, _blood_test.c.accession_number).limit(limit)
        )
        return [_recorded(row) for row in rows]

    def correct(self, patient_id: str, test: BloodTest, at: datetime) -> None:
        """Add a version of a result; the one before stays readable."""
        mark_stale(self._connection, self._organisation_id, [patient_id])
        self._connection.execute(
            update(_blood_test)
            .where(
                _blood_test.c.organisation_id == self._organisation_id,
                _blood_test.c.accession_number == test.accession_number,
                _blood_test.c.is_current,
            )
            .values(is_current=False)
        )
        self._connection.execute(insert(_blood_test).values(self._row(patient_id, test, at)))

    def recorded_since(self, at: datetime, *, besides: str = "") -> int:
        """Count the results that arrived after an instant, besides one."""
        since = {"of_organisation": self._organisation_id, "since": at, "besides": besides}
        return int(self._connection.execute(_RECORDED_SINCE, since).scalar_one())

    def corrected_since(self, at: datetime) -> set[Told]:
        """Name the corrections that bear an instant at or after this one."""
        columns = _blood_test.c
        query = select(
            columns.patient_id, columns.accession_number, columns.version, columns.recorded_at
        ).where(
            columns.organisation_id == self._organisation_id,
            columns.recorded_at >= at,
            columns.version > 1,
        )
        return {(*row,) for row in self._connection.execute(query)}

    def _row(self, patient_id: str, test: BloodTest, at: datetime) -> dict[str, Any]:
        return {
            "organisation_id": self._organisation_id,
            "accession_number": test.accession_number,
            "version": test.version,
            "is_current": True,
            "patient_id": patient_id,
            "drawn_at": test.drawn_at,
            "drawn_on": test.drawn_on,
            "ctc_count": test.ctc_count,
            "blood_volume_ml": test.blood_volume_ml,
            "assay": test.assay,
            "status": test.status,
            "recorded_at": at,
        }


def blood_test_of(row: Row[Any]) -> BloodTest:
    """Read a result from its row."""
    return BloodTest(
        row.accession_number,
        row.drawn_at,
        row.drawn_on,
        row.ctc_count,
        row.blood_volume_ml,
        row.assay,
        row.status,
        row.version,
    )


def _recorded(row: Row[Any]) -> RecordedTest:
    return RecordedTest(row.patient_id, blood_test_of(row), row.recorded_at)
