"""What a hospital tells of treatments and of how the disease stood."""

from collections.abc import Callable
from datetime import date
from typing import Any

from app.errors import FieldError, InvalidInput, NotFound
from app.prognosis.courses import Assessment, Treatment
from app.storage.courses import Kind, Recorded, Versions
from app.storage.store import Store
from app.usecases.cursor import decoded, encoded
from app.usecases.intake import check_death_against_courses, future
from app.usecases.patients import course_content, found_patient
from app.usecases.results import check_version
from app.usecases.service import Call, Reply, Service, answered, page_reply, to_json


def tell_treatment(
    service: Service, call: Call, patient_id: str, told: Treatment, if_match: frozenset[str] | None
) -> Reply:
    """Store a treatment, or a version of it."""
    return _tell(service, call, patient_id, told, if_match, lambda store: store.treatments)


def tell_assessment(
    service: Service,
    call: Call,
    patient_id: str,
    told: Assessment,
    if_match: frozenset[str] | None,
) -> Reply:
    """Store how the disease stood, or a version of it."""
    return _tell(service, call, patient_id, told, if_match, lambda store: store.assessments)


def read_treatment(service: Service, call: Call, patient_id: str, treatment_id: str) -> Reply:
    """Give a treatment in its current version."""

    def work(store: Store) -> Reply:
        return _read(store, store.treatments, patient_id, treatment_id)

    return answered(service, call, work)


def read_assessment(service: Service, call: Call, patient_id: str, assessment_id: str) -> Reply:
    """Give an assessment in its current version."""

    def work(store: Store) -> Reply:
        return _read(store, store.assessments, patient_id, assessment_id)

    return answered(service, call, work)


def list_treatments(
    service: Service, call: Call, patient_id: str, limit: int, cursor: str | None
) -> Reply:
    """List the treatments of a patient by identifier."""

    def work(store: Store) -> Reply:
        return _page(store, store.treatments, patient_id, limit, cursor)

    return answered(service, call, work)


def list_assessments(
    service: Service, call: Call, patient_id: str, limit: int, cursor: str | None
) -> Reply:
    """List the assessments of a patient by identifier."""

    def work(store: Store) -> Reply:
        return _page(store, store.assessments, patient_id, limit, cursor)

    return answered(service, call, work)


def _tell(
    service: Service,
    call: Call,
    patient_id: str,
    told: Kind,
    if_match: frozenset[str] | None,
    versions: Callable[[Store], Versions[Kind]],
) -> Reply:
    def work(store: Store) -> Reply:
        _check_dates(told, service.today())
        row = found_patient(store, patient_id)
        kept = versions(store)
        before = kept.current(patient_id, next(iter(vars(told).values())))
        check_version(str(before.version) if before else None, if_match)
        check_death_against_courses(store.patients.outcome(patient_id), told.days.values())
        recorded = Recorded(before.version + 1 if before else 1, told, service.now())
        kept.add(patient_id, recorded.version, told, recorded.recorded_at)
        body = to_json(course_content(recorded))
        return Reply(200 if before else 201, body, etag=str(recorded.version), patient=row)

    return answered(service, call, work)


def _read(store: Store, kept: Versions[Any], patient_id: str, name: str) -> Reply:
    row = found_patient(store, patient_id)
    recorded = kept.current(patient_id, name)
    if recorded is None:
        raise NotFound("nothing of this name is stored of this patient")
    body = to_json(course_content(recorded))
    return Reply(200, body, etag=str(recorded.version), patient=row)


def _page(
    store: Store, kept: Versions[Any], patient_id: str, limit: int, cursor: str | None
) -> Reply:
    row = found_patient(store, patient_id)
    found = kept.page(patient_id, limit + 1, decoded(cursor, 1)[0] if cursor else None)
    following = None
    if len(found) > limit:
        following = encoded(next(iter(vars(found[limit - 1].told).values())))
    items = [course_content(recorded) for recorded in found[:limit]]
    return page_reply(items, following, patient=row)


def _check_dates(told: Treatment | Assessment, today: date) -> None:
    errors = [future(f"/{name}") for name, day in told.days.items() if day > today]
    if isinstance(told, Treatment) and told.ended_on and told.ended_on < told.started_on:
        errors.append(FieldError("/ended_on", "before-start", "the date lies before the start"))
    if errors:
        raise InvalidInput(errors[0].detail, code=errors[0].code, errors=tuple(errors))
