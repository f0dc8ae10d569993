"""Everything stored of one person in one document (GDPR Art. 15 and 20)."""

import json
from datetime import date
from typing import Any

from app.errors import NotFound
from app.storage.answers import KeptRecord, StoredPrognosis
from app.storage.cohort_writes import Person
from app.storage.store import Store, reading
from app.usecases.catalogue import event_content
from app.usecases.enrolling import enrolments_of
from app.usecases.exports import rows_of_patient
from app.usecases.messages import saying_content
from app.usecases.patients import found_patient, told_content
from app.usecases.results import result_content
from app.usecases.service import Call, Reply, Service, answered, instant, pseudonym, to_json


def export_patient(service: Service, call: Call, patient_id: str) -> Reply:
    """Give everything that is stored of one person, this reading of it included."""
    reply = answered(
        service, call, lambda store: Reply(200, patient=found_patient(store, patient_id))
    )
    # After the commit and from a snapshot: a long audit trail is read while others write.
    with reading(service.database, call.caller.organisation_id) as store:
        person = store.cohort.people([patient_id]).get(patient_id)
        if person is None:
            raise NotFound("no such patient")
        content = _content(store, person)
    return Reply(reply.status, to_json({**content, "exported_at": instant(service.now())}))


def _content(store: Store, person: Person) -> dict[str, Any]:
    row, patient_id = person.row, person.row.patient_id
    person_name = pseudonym(row)
    return {
        "patient_id": patient_id,
        "version": row.version,
        "created_at": instant(row.created_at),
        **told_content(store, patient_id),
        "blood_tests": [
            {**result_content(recorded), "drawn_on": recorded.test.drawn_on.isoformat()}
            for recorded in store.blood_tests.versions_of_patient(patient_id)
        ],
        "prognoses": [_answer(stored) for stored in store.prognoses.of_patient(patient_id)],
        "training_rows": [
            {"model_id": model_id, **values}
            for model_id, values in store.model_rows.of_patient(patient_id)
        ],
        "messages": [
            {"message_id": message_id, **saying_content(saying)}
            for message_id, saying in store.messages.of_patient(patient_id)
        ],
        "trial_enrolments": enrolments_of(store, patient_id),
        "idempotency_keys": [_record(kept) for kept in store.idempotency.of_patient(patient_id)],
        "pseudonym": person_name,
        "audit_events": [
            event_content(sequence, event) for sequence, event in store.audit.naming(person_name)
        ],
        "cohort_rows": [
            {name: _cell(value) for name, value in cells.items() if value is not None}
            for cells in rows_of_patient(person.patient)
        ],
    }


def _answer(stored: StoredPrognosis) -> Any:
    return json.loads(stored.answer)


def _record(kept: KeptRecord) -> dict[str, Any]:
    return {**vars(kept), "created_at": instant(kept.created_at)}


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
