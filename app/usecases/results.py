"""A laboratory's results: posted, corrected, read."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.errors import Conflict, NotFound, StaleVersion, VersionRequired
from app.prognosis.patient import BloodTest
from app.storage.blood_tests import RecordedTest
from app.storage.patients import PatientRow
from app.storage.store import Store
from app.usecases.cursor import page_of
from app.usecases.intake import check_death_against_draws, check_draw
from app.usecases.prognoses import Asked, result_prognosis
from app.usecases.service import Call, Reply, Service, answered, instant, page_reply, to_json


def record_result(
    service: Service, call: Call, patient_id: str, test: BloodTest, asked: Asked
) -> Reply:
    """Store a laboratory's count and answer with the patient's prognosis."""

    def work(store: Store) -> Reply:
        row = admitted(service, store, patient_id, test)
        is_new = store.blood_tests.add(patient_id, test, service.now())
        versions = store.blood_tests.versions(test.accession_number)
        same = [recorded for recorded in versions if _is_same(recorded, patient_id, test)]
        if not same:
            raise Conflict(
                "a result with this accession number is stored with other content",
                code="result-differs",
            )
        # A message sent again after a correction gets its own first answer and undoes nothing.
        recorded = same[0]
        return _result_reply(service, store, call, row, recorded, asked, 201 if is_new else 200)

    return answered(service, call, work)


def correct_result(
    service: Service,
    call: Call,
    patient_id: str,
    test: BloodTest,
    if_match: frozenset[str] | None,
    asked: Asked,
) -> Reply:
    """Store a new version of a result, or its first."""

    def work(store: Store) -> Reply:
        now = service.now()
        row = admitted(service, store, patient_id, test)
        before = store.blood_tests.current(test.accession_number, locked=True)
        if before is None:
            check_version(None, if_match)
            if not store.blood_tests.add(patient_id, test, now):
                raise StaleVersion("the result was stored by another request")
            recorded = RecordedTest(patient_id, test, now)
            return _result_reply(service, store, call, row, recorded, asked, 201)
        check_version(str(before.test.version), if_match)
        if before.patient_id != patient_id:
            raise Conflict(
                "a correction cannot move a result to another patient; "
                "mark this one entered_in_error and post it under a new accession number",
                code="result-differs",
            )
        recorded = recorded_version(store, before, test, now)
        return _result_reply(service, store, call, row, recorded, asked, 200)

    return answered(service, call, work)


def read_result(service: Service, call: Call, accession_number: str) -> Reply:
    """Give a result in its current version."""

    def work(store: Store) -> Reply:
        recorded = store.blood_tests.current(accession_number)
        if recorded is None:
            raise NotFound("no such result")
        row = store.patients.locked(recorded.patient_id)
        body = to_json(result_content(recorded))
        return Reply(200, body, etag=str(recorded.test.version), patient=row)

    return answered(service, call, work)


def read_result_versions(
    service: Service, call: Call, accession_number: str, limit: int, cursor: str | None
) -> Reply:
    """Give every version of a result, oldest first."""

    def work(store: Store) -> Reply:
        versions = store.blood_tests.versions(accession_number)
        if not versions:
            raise NotFound("no such result")
        row = store.patients.locked(versions[-1].patient_id)
        known = [result_content(version) for version in versions]
        items, following = page_of(known, "version", limit, cursor)
        return page_reply(items, following, patient=row)

    return answered(service, call, work)


def admitted(service: Service, store: Store, patient_id: str, test: BloodTest) -> PatientRow:
    """Hold or add the patient of a result that can be: drawn already, and before any death."""
    now = service.now()
    check_draw(test.drawn_at, now, "/drawn_at")
    row = store.patients.locked_or_added(patient_id, now)
    if not row.is_new:
        check_death_against_draws(store.patients.outcome(patient_id), (test,))
    return row


def recorded_version(
    store: Store, before: RecordedTest, test: BloodTest, now: datetime
) -> RecordedTest:
    """Record the next version of a result, and that what was fitted on it has changed."""
    corrected = replace(test, version=before.test.version + 1)
    store.blood_tests.correct(before.patient_id, corrected, now)
    store.model_rows.note_change(before.patient_id)
    return RecordedTest(before.patient_id, corrected, now)


def check_version(current: str | None, if_match: frozenset[str] | None) -> None:
    """Demand that the caller has seen the version it replaces, and none where there is none."""
    if current is None:
        if if_match is not None:
            raise StaleVersion("the resource sent with If-Match is not there")
        return
    if if_match is None:
        raise VersionRequired("the resource exists; send its ETag as If-Match")
    if not if_match & {current, "*"}:
        raise StaleVersion("the resource has changed since the version sent as If-Match")


def result_content(recorded: RecordedTest) -> dict[str, Any]:
    """Write a result as JSON holds it."""
    test = recorded.test
    return {
        "accession_number": test.accession_number,
        "patient_id": recorded.patient_id,
        "version": test.version,
        "drawn_at": instant(test.drawn_at),
        "ctc_count": test.ctc_count,
        "blood_volume_ml": test.blood_volume_ml,
        "assay": test.assay,
        "status": test.status,
        "recorded_at": instant(recorded.recorded_at),
    }


def _is_same(recorded: RecordedTest, patient_id: str, test: BloodTest) -> bool:
    same = replace(recorded.test, version=test.version) == test
    return recorded.patient_id == patient_id and same


def _result_reply(
    service: Service,
    store: Store,
    call: Call,
    row: PatientRow,
    recorded: RecordedTest,
    asked: Asked,
    status: int,
) -> Reply:
    answer = "null"
    if "prognoses:read" in call.caller.scopes:
        answer = result_prognosis(service, store, row, recorded.test, asked).answer
    # The stored answer is spliced in as text, so that a repeat gives the very same bytes.
    body = f'{{"blood_test":{to_json(result_content(recorded))},"prognosis":{answer}}}'
    return Reply(status, body, etag=str(recorded.test.version), patient=row)
