"""The demonstration: an organisation of simulated patients, a model of theirs, and one key."""

from datetime import date, datetime, timedelta
from typing import Any

from app.prognosis.simulated_courses import simulated_course
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.storage.audit import AuditEvent
from app.storage.cohort_writes import as_new, new_person
from app.storage.directory import Organisation
from app.storage.store import administering, reading, writing
from app.usecases.clients import SCOPES, NewClient, add_client
from app.usecases.service import Call, Service

ORGANISATION = "demo"
PATIENTS = 2000
"""So many that more than 20 of them are still at risk at 60 months, where an answer is firm."""
SEED = 20260101
FOLLOWED_UP = timedelta(days=90)
"""Between visits, so that the living are known of up to the cut-off as the dead are."""
KEY_NAME = "demo"
"""Of the clients whose key the command shows; the one shown last is the one that works."""


def demo_organisation(service: Service) -> Organisation:
    """Find the demonstration's organisation, or add it."""
    with administering(service.database) as directory:
        found = directory.organisation(ORGANISATION)
        added = found or directory.add_organisation(ORGANISATION, service.now())
    if added is None:
        raise LookupError("the organisation vanished inside the transaction")
    return added


def fill_demo(service: Service, call: Call) -> int:
    """Store the simulated patients, followed up until today, where there is no patient yet."""
    with reading(service.database, call.caller.organisation_id) as store:
        if store.patients.count():
            return 0
    people = simulate_cohort(PATIENTS, SEED, service.today())
    now = service.now()
    with writing(service.database, call.caller.organisation_id) as store:
        store.cohort.save((as_new(new_person(told.patient_id, now), told) for told in people), now)
        for number, told in enumerate(people, start=1):
            course = simulated_course(told, SEED, number)
            for treatment in course.treatments:
                store.treatments.add(told.patient_id, 1, treatment, now)
            for assessment in course.assessments:
                store.assessments.add(told.patient_id, 1, assessment, now)
        store.audit.add(_event(call, now, f"{len(people)} simulated patients"))
    return len(people)


def demo_model(service: Service) -> ModelRequest:
    """Ask for the model that the demonstration answers from."""
    return ModelRequest(
        ORGANISATION, "overall_survival", "metastatic", "draw", service.today() - FOLLOWED_UP
    )


def has_model(service: Service, call: Call) -> bool:
    """Tell whether a model answers for the demonstration."""
    with reading(service.database, call.caller.organisation_id) as store:
        return store.models.current("overall_survival", "metastatic") is not None


def new_demo_key(service: Service, call: Call) -> str:
    """Make a key with every scope and revoke the one shown before, which nobody can show again."""
    organisation_id, now = call.caller.organisation_id, service.now()
    with writing(service.database, organisation_id) as store:
        for client in store.directory.clients(organisation_id):
            if client.name == KEY_NAME and client.revoked_at is None:
                store.directory.revoke(client.client_id, now, call.caller.client_id)
                store.audit.add(_event(call, now, f"client {client.client_id} revoked"))
        new = NewClient(KEY_NAME, tuple(SCOPES))
        client, key = add_client(store.directory, organisation_id, new, now, call.caller.client_id)
        store.audit.add(_event(call, now, f"client {client.client_id} added"))
    return key


def demo_request(today: date) -> dict[str, Any]:
    """Tell of one more simulated patient, whose blood was drawn yesterday."""
    drawn_on = today - timedelta(days=1)
    patient_id = f"SIM-NEW-{drawn_on:%Y%m%d}"
    return {
        "patient": {
            "patient_id": patient_id,
            "birth_year": drawn_on.year - 58,
            "disease_setting": "metastatic",
            "er_status": "positive",
            "pr_status": "negative",
            "her2_status": "negative",
            "metastatic_sites": ["bone", "liver"],
            "line_of_therapy": 1,
            "line_started_on": today.isoformat(),
            "ecog": 1,
        },
        "blood_test": {
            "accession_number": f"{patient_id}-1",
            "drawn_at": f"{drawn_on}T08:30:00Z",
            "ctc_count": 17,
        },
    }


def _event(call: Call, at: datetime, detail: str) -> AuditEvent:
    return AuditEvent(at, call.caller.client_id, call.action, 200, None, call.request_id, detail)
