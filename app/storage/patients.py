"""Patients, what was said of them day by day, and what became of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from secrets import token_bytes
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from app.errors import Unavailable
from app.prognosis.patient import FollowUp, Observation, Patient, Value
from app.storage import tables
from app.storage.blood_tests import BLOOD_TEST_COLUMNS, Told, blood_test_of
from app.storage.clock_starts import mark_stale
from app.storage.statements import insert_if_absent

_patient = tables.patient
_observation = tables.observation
_follow_up = tables.follow_up
_blood_test = tables.blood_test


TRIES = 5
"""Looks at a patient that others add and erase at the same time."""


@dataclass(frozen=True)
class PatientRow:
    """The row that a transaction locks while it speaks of one person."""

    patient_id: str
    version: int
    person_key: bytes
    created_at: datetime
    is_new: bool = False


@dataclass(frozen=True)
class RecordedObservation:
    """One observation as it was told."""

    version: int
    observation: Observation
    recorded_at: datetime


@dataclass(frozen=True)
class RecordedFollowUp:
    """One version of what became of a patient."""

    version: int
    follow_up: FollowUp
    recorded_at: datetime


def _of_patient(table: Table) -> ColumnElement[bool]:
    return (table.c.organisation_id == bindparam("of_organisation")) & (
        table.c.patient_id == bindparam("of_patient")
    )


# Built once: building a statement costs several times what running it does.
_LOCKED = select(_patient).where(_of_patient(_patient)).with_for_update()
_TO_VERSION = update(_patient).where(_of_patient(_patient)).values(version=bindparam("to_version"))
_OBSERVE = insert(_observation)
_OBSERVATIONS = (
    select(_observation.c.observed_on, _observation.c.facts)
    .where(_of_patient(_observation))
    .order_by(_observation.c.version)
)
_BLOOD_TESTS = (
    select(*BLOOD_TEST_COLUMNS)
    .where(_of_patient(_blood_test), _blood_test.c.is_current)
    .order_by(_blood_test.c.drawn_at, _blood_test.c.accession_number)
)
_OUTCOME: Select[Any] = select(
    _follow_up.c.last_known_alive_on,
    _follow_up.c.death_on,
    _follow_up.c.progression_on,
    _follow_up.c.version,
).where(_of_patient(_follow_up), _follow_up.c.is_current)


class Patients:
    """The patients of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def locked(self, patient_id: str) -> PatientRow | None:
        """Find a patient and hold the row until the transaction ends."""
        row = self._connection.execute(_LOCKED, self._of(patient_id)).one_or_none()
        return _patient_row(row) if row is not None else None

    def locked_or_added(self, patient_id: str, at: datetime) -> PatientRow:
        """Find or add a patient and hold the row until the transaction ends."""
        # Another transaction can add or erase the same patient between the two looks.
        for _ in range(TRIES):
            found = self.locked(patient_id) or self._added(patient_id, at)
            if found is not None:
                return found
        raise Unavailable("the patient is being written by others")

    def _added(self, patient_id: str, at: datetime) -> PatientRow | None:
        person_key = token_bytes(16)
        new = {
            "organisation_id": self._organisation_id,
            "patient_id": patient_id,
            "version": 0,
            "person_key": person_key,
            "created_at": at,
        }
        if insert_if_absent(self._connection, _patient, new):
            return PatientRow(patient_id, 0, person_key, at, is_new=True)
        return None

    def page(self, limit: int, after: str | None) -> list[PatientRow]:
        """List patients by identifier."""
        query = select(_patient).where(_patient.c.organisation_id == self._organisation_id)
        if after is not None:
            query = query.where(_patient.c.patient_id > after)
        rows = self._connection.execute(query.order_by(_patient.c.patient_id).limit(limit))
        return [_patient_row(row) for row in rows]

    def count(self) -> int:
        """Count the patients of the organisation."""
        query = select(func.count()).where(_patient.c.organisation_id == self._organisation_id)
        return self._connection.execute(query).scalar_one()

    def told_since(self, at: datetime) -> set[Told]:
        """Name what bears an instant at or after this one of what was told of patients."""
        return {
            (row.patient_id, table.name, row.version, row.recorded_at)
            for table in (_observation, _follow_up)
            for row in self._connection.execute(
                select(table.c.patient_id, table.c.version, table.c.recorded_at).where(
                    table.c.organisation_id == self._organisation_id, table.c.recorded_at >= at
                )
            )
        }

    def all_ids(self) -> set[str]:
        """Name every patient of the organisation."""
        query = select(_patient.c.patient_id).where(
            _patient.c.organisation_id == self._organisation_id
        )
        return set(self._connection.execute(query).scalars())

    def observe(
        self,
        patient: PatientRow,
        observed_on: date,
        facts: Mapping[str, Value | None],
        at: datetime,
    ) -> int:
        """Append what is said of a patient and return the version that it makes."""
        version = patient.version + 1
        mark_stale(self._connection, self._organisation_id, [patient.patient_id])
        self._connection.execute(
            _OBSERVE,
            {
                "organisation_id": self._organisation_id,
                "patient_id": patient.patient_id,
                "version": version,
                "observed_on": observed_on,
                "facts": json.dumps(facts, sort_keys=True),
                "recorded_at": at,
            },
        )
        self._connection.execute(
            _TO_VERSION, {**self._of(patient.patient_id), "to_version": version}
        )
        return version

    def observations(self, patient_id: str) -> list[RecordedObservation]:
        """List what was said of a patient, in the order it was told."""
        rows = self._connection.execute(
            select(_observation)
            .where(
                _observation.c.organisation_id == self._organisation_id,
                _observation.c.patient_id == patient_id,
            )
            .order_by(_observation.c.version)
        )
        return [
            RecordedObservation(row.version, _observation_of(row), row.recorded_at) for row in rows
        ]

    def follow_up(self, patient_id: str) -> RecordedFollowUp | None:
        """Find what became of a patient, in its current version."""
        row = self._connection.execute(
            select(_follow_up).where(
                _follow_up.c.organisation_id == self._organisation_id,
                _follow_up.c.patient_id == patient_id,
                _follow_up.c.is_current,
            )
        ).one_or_none()
        return _recorded_follow_up(row) if row is not None else None

    def outcome(self, patient_id: str) -> FollowUp | None:
        """Tell what became of a patient, where anybody said."""
        rows = self._connection.execute(_OUTCOME, self._of(patient_id)).all()
        return _follow_up_of(rows[0]) if rows else None

    def follow_up_versions(self, patient_id: str) -> list[RecordedFollowUp]:
        """List every version of what became of a patient."""
        rows = self._connection.execute(
            select(_follow_up)
            .where(
                _follow_up.c.organisation_id == self._organisation_id,
                _follow_up.c.patient_id == patient_id,
            )
            .order_by(_follow_up.c.version)
        )
        return [_recorded_follow_up(row) for row in rows]

    def follow(self, patient_id: str, version: int, outcome: FollowUp, at: datetime) -> None:
        """Add a version of what became of a patient."""
        mark_stale(self._connection, self._organisation_id, [patient_id])
        self._connection.execute(
            update(_follow_up)
            .where(
                _follow_up.c.organisation_id == self._organisation_id,
                _follow_up.c.patient_id == patient_id,
                _follow_up.c.is_current,
            )
            .values(is_current=False)
        )
        self._connection.execute(
            insert(_follow_up).values(
                organisation_id=self._organisation_id,
                patient_id=patient_id,
                version=version,
                is_current=True,
                last_known_alive_on=outcome.last_known_alive_on,
                death_on=outcome.death_on,
                progression_on=outcome.progression_on,
                recorded_at=at,
            )
        )

    def record(self, patient_id: str) -> Patient:
        """Collect everything recorded of one person."""
        of_patient = self._of(patient_id)
        observations, tests, outcome = (
            self._connection.execute(query, of_patient).all()
            for query in (_OBSERVATIONS, _BLOOD_TESTS, _OUTCOME)
        )
        return Patient(
            patient_id,
            tuple(_observation_of(row) for row in observations),
            tuple(blood_test_of(row) for row in tests),
            _follow_up_of(outcome[0]) if outcome else None,
        )

    def cohort(self) -> Iterator[Patient]:
        """Yield everything recorded of every patient, by identifier."""
        observations = _by_patient(self._all(_observation, _observation.c.version), _observation_of)
        tests = _by_patient(
            self._all(_blood_test, _blood_test.c.drawn_at, _blood_test.c.is_current),
            blood_test_of,
        )
        outcomes = _by_patient(
            self._all(_follow_up, _follow_up.c.version, _follow_up.c.is_current), _follow_up_of
        )
        ids = self._connection.execute(
            select(_patient.c.patient_id)
            .where(_patient.c.organisation_id == self._organisation_id)
            .order_by(_patient.c.patient_id)
        ).scalars()
        for patient_id in ids:
            yield Patient(
                patient_id,
                tuple(observations.get(patient_id, ())),
                tuple(tests.get(patient_id, ())),
                next(iter(outcomes.get(patient_id, ())), None),
            )

    def erase(self, patient_id: str) -> None:
        """Remove every row that speaks of one person; audit events stay without their key."""
        for table in (
            tables.stale_patient,
            tables.model_change,
            tables.prognosis,
            tables.idempotency_record,
            tables.treatment,
            tables.assessment,
            tables.trial_enrolment,
            _follow_up,
            _blood_test,
            _observation,
            _patient,
        ):
            self._connection.execute(
                delete(table).where(
                    table.c.organisation_id == self._organisation_id,
                    table.c.patient_id == patient_id,
                )
            )

    def _of(self, patient_id: str) -> dict[str, Any]:
        return {"of_organisation": self._organisation_id, "of_patient": patient_id}

    def _all(self, table: Any, order: Any, only: Any = None) -> Iterable[Row[Any]]:
        query = select(table).where(table.c.organisation_id == self._organisation_id)
        if only is not None:
            query = query.where(only)
        return self._connection.execute(query.order_by(table.c.patient_id, order))


def _by_patient(rows: Iterable[Row[Any]], read: Any) -> dict[str, list[Any]]:
    return {
        patient_id: [read(row) for row in group]
        for patient_id, group in groupby(rows, key=lambda row: row.patient_id)
    }


def _patient_row(row: Row[Any]) -> PatientRow:
    return PatientRow(row.patient_id, row.version, row.person_key, row.created_at)


def _observation_of(row: Row[Any]) -> Observation:
    return Observation(row.observed_on, json.loads(row.facts))


def _follow_up_of(row: Row[Any]) -> FollowUp:
    return FollowUp(row.last_known_alive_on, row.death_on, row.progression_on, row.version)


def _recorded_follow_up(row: Row[Any]) -> RecordedFollowUp:
    return RecordedFollowUp(row.version, _follow_up_of(row), row.recorded_at)
