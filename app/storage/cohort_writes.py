"""Many patients at once: what is recorded of them, and what an import adds, in a few statements."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from app.prognosis.patient import BloodTest, FollowUp, Observation, Patient
from app.storage import tables
from app.storage.blood_tests import RecordedTest, blood_test_of
from app.storage.clock_starts import mark_stale
from app.storage.patients import PatientRow
from app.storage.statements import insert_or_ignore

_patient = tables.patient
_observation = tables.observation
_blood_test = tables.blood_test
_follow_up = tables.follow_up
_treatment = tables.treatment
_assessment = tables.assessment

_DAYS_OF_COURSES = (
    (_treatment, func.coalesce(_treatment.c.ended_on, _treatment.c.started_on)),
    (_assessment, _assessment.c.assessed_on),
)


class TakenMeanwhile(Exception):
    """Another transaction added a patient or a result that this one was about to add."""


@dataclass(frozen=True)
class Person:
    """What is recorded of one patient, and what of it is still to be written."""

    row: PatientRow
    patient: Patient
    follow_up_version: int = 0
    is_new: bool = False
    observations: tuple[Observation, ...] = ()
    blood_tests: tuple[BloodTest, ...] = ()
    follow_up: FollowUp | None = None

    @property
    def version(self) -> int:
        """The patient's version once everything is written."""
        return self.row.version + len(self.observations)


def new_person(patient_id: str, at: datetime) -> Person:
    """Begin with a patient of whom nothing is recorded."""
    row = PatientRow(patient_id, 0, token_bytes(16), at)
    return Person(row, Patient(patient_id), is_new=True)


class CohortWrites:
    """Many patients of one organisation, read and written together."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def lock(self, patient_ids: Collection[str]) -> None:
        """Hold the rows of those who are there; in one order, so that nobody waits in a ring."""
        query = select(_patient.c.patient_id).where(*self._are(_patient, patient_ids))
        self._connection.execute(query.order_by(_patient.c.patient_id).with_for_update()).all()

    def people(self, patient_ids: Collection[str]) -> dict[str, Person]:
        """Collect everything recorded of those of the patients who are there."""
        rows = self._rows(_patient, patient_ids)
        there = [row.patient_id for row in rows]
        observations = _by_patient(self._rows(_observation, there, _observation.c.version))
        tests = _by_patient(
            row
            for row in self._rows(
                _blood_test, there, _blood_test.c.drawn_at, _blood_test.c.accession_number
            )
            if row.is_current
        )
        outcomes = {row.patient_id: row for row in self._rows(_follow_up, there) if row.is_current}
        return {
            row.patient_id: _person(
                row,
                observations.get(row.patient_id, ()),
                tests.get(row.patient_id, ()),
                outcomes.get(row.patient_id),
            )
            for row in rows
        }

    def last_days(self, patient_ids: Collection[str]) -> dict[str, date]:
        """Tell the last day of treatment or of assessment of those of whom any was told."""
        last: dict[str, date] = {}
        for table, day in _DAYS_OF_COURSES:
            query = select(table.c.patient_id, func.max(day).label("day"))
            are = (*self._are(table, patient_ids), table.c.is_current)
            for row in self._connection.execute(query.where(*are).group_by(table.c.patient_id)):
                last[row.patient_id] = max(last.get(row.patient_id, row.day), row.day)
        return last

    def results(self, accession_numbers: Collection[str]) -> dict[str, RecordedTest]:
        """Collect the current results that have one of these accession numbers."""
        rows = self._connection.execute(
            select(_blood_test).where(
                _blood_test.c.organisation_id == self._organisation_id,
                _blood_test.c.accession_number.in_(accession_numbers),
                _blood_test.c.is_current,
            )
        )
        return {
            row.accession_number: RecordedTest(row.patient_id, blood_test_of(row), row.recorded_at)
            for row in rows
        }

    def save(self, people: Iterable[Person], at: datetime) -> None:
        """Write what is still to be written, in the order of patients and accession numbers."""
        people = sorted(people, key=lambda person: person.patient.patient_id)
        new = [person for person in people if person.is_new]
        self._insert_new(_patient, "patient_id", [self._patient_values(person) for person in new])
        self._move_on([person for person in people if not person.is_new and person.observations])
        self._insert_new(
            _blood_test,
            "accession_number",
            sorted(
                (
                    self._test_values(person, test, at)
                    for person in people
                    for test in person.blood_tests
                ),
                key=lambda values: str(values["accession_number"]),
            ),
        )
        self._insert(
            _observation,
            [values for person in people for values in self._observation_values(person, at)],
        )
        told = [p for p in people if p.observations or p.blood_tests or p.follow_up]
        mark_stale(
            self._connection, self._organisation_id, [person.row.patient_id for person in told]
        )
        followed = [person for person in people if person.follow_up]
        self._retire_follow_ups([person for person in followed if person.follow_up_version])
        self._insert(_follow_up, [self._follow_up_values(person, at) for person in followed])

    def _insert(self, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            self._connection.execute(insert(table), values)

    def _insert_new(self, table: Table, key: str, values: Sequence[Mapping[str, Any]]) -> None:
        if not values:
            return
        statement = insert_or_ignore(self._connection, table).returning(table.c[key])
        added = self._connection.execute(statement, values).all()
        if len(added) < len(values):
            raise TakenMeanwhile

    def _move_on(self, people: Sequence[Person]) -> None:
        if people:
            self._connection.execute(
                update(_patient)
                .where(
                    _patient.c.organisation_id == self._organisation_id,
                    _patient.c.patient_id == bindparam("moved"),
                )
                .values(version=bindparam("to")),
                [{"moved": person.row.patient_id, "to": person.version} for person in people],
            )

    def _retire_follow_ups(self, people: Sequence[Person]) -> None:
        if people:
            ids = [person.row.patient_id for person in people]
            self._connection.execute(
                update(_follow_up)
                .where(*self._are(_follow_up, ids), _follow_up.c.is_current)
                .values(is_current=False)
            )

    def _rows(self, table: Table, patient_ids: Collection[str], *order: Any) -> list[Any]:
        if not patient_ids:
            return []
        query = select(table).where(*self._are(table, patient_ids))
        return list(self._connection.execute(query.order_by(table.c.patient_id, *order)))

    def _are(self, table: Table, patient_ids: Collection[str]) -> tuple[Any, ...]:
        return (
            table.c.organisation_id == self._organisation_id,
            table.c.patient_id.in_(patient_ids),
        )

    def _patient_values(self, person: Person) -> dict[str, Any]:
        return {
            "organisation_id": self._organisation_id,
            **vars(person.row),
            "version": person.version,
        }

    def _observation_values(self, person: Person, at: datetime) -> Iterable[dict[str, Any]]:
        for version, told in enumerate(person.observations, start=person.row.version + 1):
            yield {
                "organisation_id": self._organisation_id,
                "patient_id": person.row.patient_id,
                "version": version,
                "observed_on": told.observed_on,
                "facts": json.dumps(dict(told.values), sort_keys=True),
                "recorded_at": at,
            }

    def _test_values(self, person: Person, test: BloodTest, at: datetime) -> dict[str, Any]:
        return {
            "organisation_id": self._organisation_id,
            "patient_id": person.row.patient_id,
            "is_current": True,
            "recorded_at": at,
            **vars(test),
        }

    def _follow_up_values(self, person: Person, at: datetime) -> dict[str, Any]:
        return {
            **vars(person.follow_up),
            "organisation_id": self._organisation_id,
            "patient_id": person.row.patient_id,
            "version": person.follow_up_version + 1,
            "is_current": True,
            "recorded_at": at,
        }


def _by_patient(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(row)
    return found


def _person(row: Any, observations: Iterable[Any], tests: Iterable[Any], outcome: Any) -> Person:
    follow_up = outcome and FollowUp(
        outcome.last_known_alive_on, outcome.death_on, outcome.progression_on
    )
    patient = Patient(
        row.patient_id,
        tuple(Observation(told.observed_on, json.loads(told.facts)) for told in observations),
        tuple(blood_test_of(test) for test in tests),
        follow_up,
    )
    return Person(
        PatientRow(row.patient_id, row.version, row.person_key, row.created_at),
        patient,
        outcome.version if outcome else 0,
    )


def as_new(person: Person, told: Patient) -> Person:
    """Let everything told of a patient be written."""
    return replace(
        person,
        patient=told,
        observations=told.observations,
        blood_tests=told.blood_tests,
        follow_up=told.follow_up,
    )
