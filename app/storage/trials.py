"""Trials: what was declared, the log of allocations, and whose each allocation is."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, insert, select, update

from app.prognosis.trials.allocation import Allocation
from app.storage import tables
from app.storage.statements import insert_if_absent

_trial = tables.trial
_allocation = tables.trial_allocation
_enrolment = tables.trial_enrolment


@dataclass(frozen=True)
class Trial:
    """One trial; the protocol is JSON, and neither block sizes nor seed leave the service."""

    trial_id: str
    protocol: str
    block_sizes: tuple[int, ...]
    seed: bytes | None
    interim_outcomes: bool
    status: str
    created_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Allocated:
    """One entry of a trial's log: its place, what was allocated, and a code in its stead."""

    number: int
    allocation: Allocation
    code: str
    allocated_at: datetime


@dataclass(frozen=True)
class Enrolment:
    """Whose an entry of the log is, what was known that day, and who was told the arm since."""

    trial_id: str
    patient_id: str
    number: int
    frozen: str
    client_id: str
    enrolled_at: datetime
    unblinded_at: datetime | None = None
    unblinded_by: str | None = None
    unblinding_reason: str | None = None


class Trials:
    """The trials of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, trial: Trial) -> bool:
        """Keep a trial; False where its identifier is taken."""
        values = {**asdict(trial), "block_sizes": json.dumps(trial.block_sizes)}
        return insert_if_absent(
            self._connection, _trial, {"organisation_id": self._organisation_id, **values}
        )

    def find(self, trial_id: str, *, locked: bool = False) -> Trial | None:
        """Find a trial, and hold its row until the transaction ends where that is asked for."""
        query = self._ours(_trial).where(_trial.c.trial_id == trial_id)
        if locked:
            query = query.with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _trial_of(row)

    def page(self, limit: int, after: str | None) -> list[Trial]:
        """List trials by identifier."""
        query = self._ours(_trial)
        if after is not None:
            query = query.where(_trial.c.trial_id > after)
        rows = self._connection.execute(query.order_by(_trial.c.trial_id).limit(limit))
        return [_trial_of(row) for row in rows]

    def open(self, trial_id: str, at: datetime) -> None:
        """Let patients be enrolled."""
        self._move(trial_id, status="open", opened_at=at)

    def close(self, trial_id: str, at: datetime) -> None:
        """Let no more patients be enrolled."""
        self._move(trial_id, status="closed", closed_at=at)

    def log(self, trial_id: str) -> list[Allocated]:
        """Read every allocation of a trial, those of erased patients among them, as they came."""
        rows = self._connection.execute(
            self._ours(_allocation)
            .where(_allocation.c.trial_id == trial_id)
            .order_by(_allocation.c.number)
        )
        return [_allocated(row) for row in rows]

    def allocated(self, trial_id: str, number: int) -> Allocated:
        """Read one entry of a trial's log."""
        row = self._connection.execute(
            self._ours(_allocation).where(
                _allocation.c.trial_id == trial_id, _allocation.c.number == number
            )
        ).one()
        return _allocated(row)

    def count(self, trial_id: str) -> int:
        """Count the allocations of a trial."""
        return self._count(_allocation, trial_id)

    def enrolled(self, trial_id: str) -> int:
        """Count the allocations of a trial whose patients were not erased."""
        return self._count(_enrolment, trial_id)

    def enrol(self, enrolment: Enrolment, allocated: Allocated) -> None:
        """Write an allocation into the log, and whose it is beside it."""
        allocation = allocated.allocation
        self._connection.execute(
            insert(_allocation).values(
                organisation_id=self._organisation_id,
                trial_id=enrolment.trial_id,
                number=allocated.number,
                arm=allocation.arm,
                stratum=json.dumps(dict(allocation.stratum)),
                block=allocation.block,
                block_size=allocation.block_size,
                place=allocation.place,
                code=allocated.code,
                allocated_at=allocated.allocated_at,
            )
        )
        self._connection.execute(
            insert(_enrolment).values(organisation_id=self._organisation_id, **asdict(enrolment))
        )

    def enrolment(self, trial_id: str, patient_id: str) -> Enrolment | None:
        """Find a patient's enrolment in a trial."""
        row = self._connection.execute(
            self._ours(_enrolment).where(
                _enrolment.c.trial_id == trial_id, _enrolment.c.patient_id == patient_id
            )
        ).one_or_none()
        return None if row is None else _enrolment_of(row)

    def of_patient(self, patient_id: str) -> list[Enrolment]:
        """List the enrolments of one patient by trial."""
        rows = self._connection.execute(
            self._ours(_enrolment)
            .where(_enrolment.c.patient_id == patient_id)
            .order_by(_enrolment.c.trial_id)
        )
        return [_enrolment_of(row) for row in rows]

    def unblind(self, trial_id: str, patient_id: str, by: str, reason: str, at: datetime) -> None:
        """Keep who was first told a patient's arm, and why."""
        self._connection.execute(
            update(_enrolment)
            .where(
                _enrolment.c.organisation_id == self._organisation_id,
                _enrolment.c.trial_id == trial_id,
                _enrolment.c.patient_id == patient_id,
                _enrolment.c.unblinded_at.is_(None),
            )
            .values(unblinded_at=at, unblinded_by=by, unblinding_reason=reason)
        )

    def concealed(self) -> set[str]:
        """Name the patients of open trials whose outcomes nobody is to look at meanwhile."""
        query = (
            select(_enrolment.c.patient_id)
            .join(_trial, _trial.c.trial_id == _enrolment.c.trial_id)
            .where(
                _enrolment.c.organisation_id == self._organisation_id,
                _trial.c.organisation_id == self._organisation_id,
                _trial.c.status == "open",
                ~_trial.c.interim_outcomes,
            )
        )
        return set(self._connection.execute(query).scalars())

    def _count(self, table: Table, trial_id: str) -> int:
        query = select(func.count()).where(
            table.c.organisation_id == self._organisation_id, table.c.trial_id == trial_id
        )
        return self._connection.execute(query).scalar_one()

    def _move(self, trial_id: str, **to: Any) -> None:
        self._connection.execute(
            update(_trial)
            .where(_trial.c.organisation_id == self._organisation_id, _trial.c.trial_id == trial_id)
            .values(**to)
        )

    def _ours(self, table: Table) -> Select[Any]:
        return select(table).where(table.c.organisation_id == self._organisation_id)


def _trial_of(row: Row[Any]) -> Trial:
    names = [name for name in Trial.__dataclass_fields__ if name != "block_sizes"]
    sizes: Sequence[int] = json.loads(row.block_sizes)
    return Trial(**{name: getattr(row, name) for name in names}, block_sizes=tuple(sizes))


def _allocated(row: Row[Any]) -> Allocated:
    stratum = json.loads(row.stratum)
    allocation = Allocation(row.arm, stratum, row.block, row.block_size, row.place)
    return Allocated(row.number, allocation, row.code, row.allocated_at)


def _enrolment_of(row: Row[Any]) -> Enrolment:
    return Enrolment(**{name: getattr(row, name) for name in Enrolment.__dataclass_fields__})
