"""What a run of cohort rows makes of what is stored: row after row, in memory, before any write."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from app.errors import Conflict
from app.prognosis.patient import BloodTest, FollowUp, Observation, Patient
from app.storage.blood_tests import RecordedTest
from app.storage.cohort_writes import CohortWrites, Person, new_person
from app.usecases.cohort_rows import CohortRow
from app.usecases.intake import (
    changes,
    check_death_against_courses,
    check_death_against_draws,
    check_death_against_index,
)

Status = Literal["stored", "unchanged", "refused"]


@dataclass
class Ledger:
    """Everybody whom the rows speak of, with what is still to be written of each."""

    people: dict[str, Person]
    results: dict[str, RecordedTest]
    overwritten: set[str]
    told: dict[str, Counter[Status]]
    last_days: dict[str, date] = field(default_factory=dict)

    def enter(self, row: CohortRow, at: datetime) -> Status:
        """Add one row; a Conflict leaves the ledger as it was."""
        person = self.people.get(row.patient_id) or new_person(row.patient_id, at)
        told = self.told.setdefault(row.patient_id, Counter())
        try:
            after, overwrites = _after(person, row, self._result(row))
            last = self.last_days.get(row.patient_id)
            check_death_against_courses(after.patient.follow_up, [last] if last else [])
        except Conflict:
            told["refused"] += 1
            raise
        if row.test:
            self.results.setdefault(
                row.test.accession_number, RecordedTest(row.patient_id, row.test, at)
            )
        self.people[row.patient_id] = after
        if overwrites:
            self.overwritten.add(row.patient_id)
        status: Status = "unchanged" if after == person else "stored"
        told[status] += 1
        return status

    def _result(self, row: CohortRow) -> BloodTest | None:
        """Give the row's result where it is not stored yet."""
        if row.test is None:
            return None
        recorded = self.results.get(row.test.accession_number)
        if recorded is None:
            return row.test
        if recorded.patient_id != row.patient_id or not _is_same(recorded.test, row.test):
            raise Conflict(
                "a result with this accession number is stored with other content",
                code="result-differs",
            )
        return None


def open_ledger(cohort: CohortWrites, rows: Iterable[CohortRow]) -> Ledger:
    """Read what is stored of everybody whom the rows speak of."""
    ledger = Ledger({}, {}, set(), {})
    extend_ledger(ledger, cohort, rows)
    return ledger


def extend_ledger(ledger: Ledger, cohort: CohortWrites, rows: Iterable[CohortRow]) -> None:
    """Read what is stored of those whom a ledger does not know yet."""
    rows = list(rows)
    strangers = {row.patient_id for row in rows} - ledger.people.keys()
    ledger.people |= cohort.people(sorted(strangers))
    ledger.last_days |= cohort.last_days(sorted(strangers))
    numbers = {row.test.accession_number for row in rows if row.test} - ledger.results.keys()
    ledger.results |= cohort.results(sorted(numbers))


def _after(person: Person, row: CohortRow, test: BloodTest | None) -> tuple[Person, bool]:
    patient, overwritten = person.patient, False
    new: list[Observation] = []
    for told in row.observations(patient):
        values, overwrites = changes(patient, told)
        if values:
            new.append(Observation(told.observed_on, values))
            patient = replace(patient, observations=(*patient.observations, new[-1]))
        overwritten = overwritten or overwrites
    outcome = _merged(patient.follow_up, row.follow_up)
    moved = outcome if outcome != patient.follow_up else None
    patient = replace(patient, follow_up=outcome, blood_tests=_with(patient, test))
    check_death_against_draws(outcome, patient.blood_tests)
    check_death_against_index(outcome, patient)
    after = replace(
        person,
        patient=patient,
        observations=(*person.observations, *new),
        blood_tests=(*person.blood_tests, *((test,) if test else ())),
        follow_up=moved or person.follow_up,
    )
    return after, overwritten


def _with(patient: Patient, test: BloodTest | None) -> tuple[BloodTest, ...]:
    return (*patient.blood_tests, test) if test else patient.blood_tests


def _is_same(stored: BloodTest, told: BloodTest) -> bool:
    # A cohort file cannot say that a result was corrected; the released count is what it repeats.
    return stored.is_result and replace(stored, status=told.status, version=told.version) == told


def _merged(stored: FollowUp | None, told: FollowUp | None) -> FollowUp | None:
    """Take what a row adds; what it leaves out or saw earlier changes nothing."""
    if stored is None or told is None:
        return told or stored
    merged = FollowUp(
        _later(stored.last_known_alive_on, told.last_known_alive_on),
        _one(stored.death_on, told.death_on),
        _one(stored.progression_on, told.progression_on),
    )
    seen = [day for day in (merged.last_known_alive_on, merged.progression_on) if day]
    if merged.death_on and any(day > merged.death_on for day in seen):
        raise _contradicts()
    return merged


def _later(stored: date | None, told: date | None) -> date | None:
    return max((day for day in (stored, told) if day), default=None)


def _one(stored: date | None, told: date | None) -> date | None:
    if stored and told and stored != told:
        raise _contradicts()
    return stored or told


def _contradicts() -> Conflict:
    return Conflict(
        "the follow-up contradicts what is stored of this patient", code="contradicts-follow-up"
    )
