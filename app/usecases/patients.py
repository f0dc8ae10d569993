"""What a hospital says of its patients, and what became of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.errors import NotFound
from app.prognosis.covariates import FIELDS
from app.prognosis.patient import FollowUp, Patient, Value, events_told, known_on
from app.storage.courses import Recorded
from app.storage.patients import PatientRow, RecordedFollowUp, RecordedObservation
from app.storage.store import Store
from app.usecases.cursor import decoded, decoded_instant, encoded
from app.usecases.intake import (
    Statement,
    changes,
    check_death_against_courses,
    check_death_against_draws,
    check_death_against_index,
    check_outcome,
    observation_of,
    revises,
)
from app.usecases.results import check_version, result_content
from app.usecases.service import Call, Reply, Service, answered, instant, page_reply, to_json

BUILT_IN = tuple(field.name for field in FIELDS)


def tell_patient(
    service: Service,
    call: Call,
    statement: Statement,
    observed_on: date,
    if_match: frozenset[str] | None,
) -> Reply:
    """Store what is said of a patient as of one day."""

    def work(store: Store) -> Reply:
        now, today = service.now(), service.today()
        declared = store.declared.all() if statement.extra else {}
        told = observation_of(statement, observed_on, declared, today, "")
        row = store.patients.locked_or_added(statement.patient_id, now)
        is_new = row.is_new
        check_version(None if is_new else str(row.version), if_match)
        patient = store.patients.record(row.patient_id)
        new, overwrites = changes(patient, told)
        told = replace(told, values=new)
        patient = replace(patient, observations=(*patient.observations, told))
        check_death_against_index(patient.follow_up, patient)
        if new or row.version == 0:
            version = store.patients.observe(row, observed_on, new, now)
            row = replace(row, version=version)
        if overwrites:
            store.model_rows.note_change(row.patient_id)
        body = to_json(_patient_content(patient))
        return Reply(201 if is_new else 200, body, etag=str(row.version), patient=row)

    return answered(service, call, work)


def read_patient(service: Service, call: Call, patient_id: str) -> Reply:
    """Give what is known of a patient now, and since when."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        body = to_json(_patient_content(store.patients.record(patient_id)))
        return Reply(200, body, etag=str(row.version), patient=row)

    return answered(service, call, work)


def list_patients(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the patients of the organisation by identifier."""

    def work(store: Store) -> Reply:
        after = decoded(cursor, 1)[0] if cursor else None
        rows = store.patients.page(limit + 1, after)
        following = encoded(rows[limit - 1].patient_id) if len(rows) > limit else None
        items = [
            {
                "patient_id": row.patient_id,
                "version": row.version,
                "created_at": instant(row.created_at),
            }
            for row in rows[:limit]
        ]
        return page_reply(items, following, audit_detail=f"{len(items)} patients")

    return answered(service, call, work)


def read_history(service: Service, call: Call, patient_id: str) -> Reply:
    """Give everything that was told of a patient, in the order it was told."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        content = {
            "patient_id": patient_id,
            **told_content(store, patient_id),
            "blood_tests": [
                result_content(recorded)
                for recorded in store.blood_tests.versions_of_patient(patient_id)
            ],
        }
        return Reply(200, to_json(content), patient=row)

    return answered(service, call, work)


def told_content(store: Store, patient_id: str) -> dict[str, Any]:
    """Write what the hospital told of a patient as JSON holds it."""
    return {
        "observations": [
            _observation_content(recorded) for recorded in store.patients.observations(patient_id)
        ],
        "follow_up": [
            _follow_up_content(recorded)
            for recorded in store.patients.follow_up_versions(patient_id)
        ],
        "treatments": [
            course_content(recorded) for recorded in store.treatments.all_versions(patient_id)
        ],
        "assessments": [
            course_content(recorded) for recorded in store.assessments.all_versions(patient_id)
        ],
    }


def list_results(
    service: Service, call: Call, patient_id: str, limit: int, cursor: str | None
) -> Reply:
    """List the current results of a patient by draw."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        after = None
        if cursor:
            at, accession_number = decoded(cursor, 2)
            after = (decoded_instant(at), accession_number)
        found = store.blood_tests.page_of_patient(patient_id, limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1].test
            following = encoded(instant(last.drawn_at), last.accession_number)
        items = [result_content(recorded) for recorded in found[:limit]]
        return page_reply(items, following, patient=row)

    return answered(service, call, work)


def erase_patient(
    service: Service, call: Call, patient_id: str, if_match: frozenset[str] | None
) -> Reply:
    """Erase everything recorded of a person."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        if if_match is not None:
            check_version(str(row.version), if_match)
        store.erase(patient_id)
        return Reply(204, patient=row)

    reply = answered(service, call, work)
    # SQLite's write-ahead log would keep a copy of what was erased until it is next emptied.
    service.database.checkpoint()
    return reply


def tell_outcome(
    service: Service,
    call: Call,
    patient_id: str,
    outcome: FollowUp,
    if_match: frozenset[str] | None,
) -> Reply:
    """Store what became of a patient."""

    def work(store: Store) -> Reply:
        check_outcome(outcome, service.today())
        row = found_patient(store, patient_id)
        before = store.patients.follow_up(patient_id)
        check_version(str(before.version) if before else None, if_match)
        patient = store.patients.record(patient_id)
        check_death_against_draws(outcome, patient.blood_tests)
        check_death_against_index(outcome, patient)
        check_death_against_courses(outcome, store.cohort.last_days([patient_id]).values())
        version = before.version + 1 if before else 1
        recorded = RecordedFollowUp(version, outcome, service.now())
        store.patients.follow(patient_id, version, outcome, recorded.recorded_at)
        if before is not None and revises(before.follow_up, outcome):
            store.model_rows.note_change(patient_id)
        body = to_json(_follow_up_content(recorded))
        return Reply(200 if before else 201, body, etag=str(version), patient=row)

    return answered(service, call, work)


def read_outcome(service: Service, call: Call, patient_id: str) -> Reply:
    """Give what became of a patient."""

    def work(store: Store) -> Reply:
        row = found_patient(store, patient_id)
        recorded = store.patients.follow_up(patient_id)
        if recorded is None:
            raise NotFound("no follow-up is stored for this patient")
        body = to_json(_follow_up_content(recorded))
        return Reply(200, body, etag=str(recorded.version), patient=row)

    return answered(service, call, work)


def found_patient(store: Store, patient_id: str) -> PatientRow:
    """Find a patient and hold the row until the transaction ends, or refuse."""
    row = store.patients.locked(patient_id)
    if row is None:
        raise NotFound("no such patient")
    return row


def _patient_content(patient: Patient) -> dict[str, Any]:
    last = max(o.observed_on for o in patient.observations) if patient.observations else None
    known = known_on(patient.observations, last) if last else {}
    values: dict[str, Value | None] = {name: fact.value for name, fact in known.items()}
    values |= events_told(patient.observations)
    return {
        "patient_id": patient.patient_id,
        "observed_on": last.isoformat() if last else None,
        **{name: values.get(name) for name in BUILT_IN},
        "extra": {name: value for name, value in values.items() if name not in BUILT_IN},
        "observed": {
            name: fact.observed_on.isoformat()
            for name, fact in known.items()
            if fact.observed_on is not None
        },
    }


def _observation_content(recorded: RecordedObservation) -> dict[str, Any]:
    values: Mapping[str, Value | None] = recorded.observation.values
    return {
        "version": recorded.version,
        "recorded_at": instant(recorded.recorded_at),
        "observed_on": recorded.observation.observed_on.isoformat(),
        "said": {name: value for name, value in values.items() if name in BUILT_IN},
        "extra": {name: value for name, value in values.items() if name not in BUILT_IN},
    }


def _follow_up_content(recorded: RecordedFollowUp) -> dict[str, Any]:
    outcome = recorded.follow_up
    return {
        "version": recorded.version,
        "last_known_alive_on": _day(outcome.last_known_alive_on),
        "death_on": _day(outcome.death_on),
        "progression_on": _day(outcome.progression_on),
        "recorded_at": instant(recorded.recorded_at),
    }


def course_content(recorded: Recorded[Any]) -> dict[str, Any]:
    """Write a version of a treatment or of an assessment as JSON holds it."""
    told = vars(recorded.told).items()
    return {
        **{name: value.isoformat() if isinstance(value, date) else value for name, value in told},
        "version": recorded.version,
        "recorded_at": instant(recorded.recorded_at),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
