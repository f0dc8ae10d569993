"""Reports that laboratories send as messages: stored once, whole or not at all, and listed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from app.errors import Conflict, FieldError, InvalidInput, NotFound
from app.prognosis.patient import BloodTest
from app.storage.audit import AuditEvent
from app.storage.blood_tests import RecordedTest
from app.storage.messages import Heading, Message, Said, Saying
from app.storage.patients import PatientRow
from app.storage.store import Store
from app.usecases.cursor import decoded, decoded_instant, encoded
from app.usecases.results import admitted, recorded_version
from app.usecases.service import (
    Call,
    Prepared,
    Reply,
    Service,
    answered,
    instant,
    page_reply,
    pseudonym,
    to_json,
)

RANKS: Mapping[str, int] = {
    "preliminary": 0,
    "final": 1,
    "corrected": 2,
    "cancelled": 3,
    "entered_in_error": 3,
}
"""Of two reports of one minute, which has the last word."""


@dataclass(frozen=True)
class Reported:
    """What a message says of one result; without a test, that one stored has another status."""

    pointer: str
    patient_id: str
    birth_year: int | None
    accession_number: str
    status: str
    test: BloodTest | None
    stated_at: datetime


@dataclass(frozen=True)
class Report:
    """A message that was understood, and what acknowledges it once it is stored."""

    heading: Heading
    sent_at: datetime
    results: Sequence[Reported]
    acknowledgement: str


@dataclass(frozen=True)
class Refusal:
    """A message that was not stored: AE or AR, where and why, and what acknowledges that."""

    heading: Heading
    outcome: str
    errors: Sequence[FieldError]
    acknowledgement: str


def take_report(service: Service, call: Call, report: Report) -> Prepared[None]:
    """Store every result of a message, or none; a message sent again gets its first answer."""

    def carry_out(store: Store, _: None) -> Reply:
        now = service.now()
        message = _message(call, report.heading, "AA", report.acknowledgement, (), now)
        if not store.messages.add(message):
            return _first_answer(store, report)
        rows: dict[str, PatientRow] = {}
        # In one order everywhere: two messages about the same patients never wait for each other.
        for position in sorted(
            range(len(report.results)), key=lambda each: report.results[each].patient_id
        ):
            reported = report.results[position]
            row, saying = _located(service, store, reported, report.sent_at, now)
            rows[row.patient_id] = row
            store.messages.say(message.message_id, position, row.patient_id, saying)
        *others, last = rows.values()
        _tell_audit(service, store, call, others)
        return Reply(200, report.acknowledgement, patient=last)

    return Prepared(
        call, report.results[0].patient_id, lambda _: None, carry_out, decides_late=True
    )


def keep_refusal(service: Service, call: Call, refusal: Refusal) -> Prepared[None]:
    """Keep that a message was refused, and for what."""

    def carry_out(store: Store, _: None) -> Reply:
        errors, now = refusal.errors, service.now()
        message = _message(
            call, refusal.heading, refusal.outcome, refusal.acknowledgement, errors, now
        )
        store.messages.add(message)
        return Reply(422, refusal.acknowledgement)

    return Prepared(call, "", lambda _: None, carry_out, decides_late=True)


def list_messages(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List every message that was received, the newest first, with what came of it."""

    def work(store: Store) -> Reply:
        after = None
        if cursor:
            at, message_id = decoded(cursor, 2)
            after = decoded_instant(at), message_id
        found = store.messages.page(limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encoded(last.received_at.isoformat(), last.message_id)
        shown = found[:limit]
        sayings = store.messages.sayings([each.message_id for each in shown])
        items = [message_content(each, sayings[each.message_id]) for each in shown]
        return page_reply(items, following, audit_detail=f"{len(items)} messages")

    return answered(service, call, work)


def message_content(message: Message, sayings: Sequence[Saying]) -> dict[str, Any]:
    """Write a message's outcome as JSON holds it."""
    heading = message.heading
    return {
        "message_id": message.message_id,
        "received_at": instant(message.received_at),
        "client_id": message.client_id,
        "sending_application": heading.application,
        "sending_facility": heading.facility,
        "control_id": heading.control_id,
        "sent": heading.sent,
        "message_type": heading.kind,
        "version": heading.version,
        "outcome": message.outcome,
        "errors": json.loads(message.errors),
        "results": [saying_content(each) for each in sayings],
    }


def saying_content(saying: Saying) -> dict[str, Any]:
    """Write what a message did to one result as JSON holds it."""
    said = saying.said
    return {
        "accession_number": said.accession_number,
        "outcome": saying.outcome,
        "version": said.version,
        "stated_at": instant(said.stated_at),
    }


def _message(
    call: Call,
    heading: Heading,
    outcome: str,
    acknowledgement: str,
    errors: Sequence[FieldError],
    now: datetime,
) -> Message:
    told = to_json([vars(error) for error in errors])
    client_id = call.caller.client_id
    return Message(uuid4().hex, client_id, heading, now, outcome, acknowledgement, told)


def _first_answer(store: Store, report: Report) -> Reply:
    first = store.messages.accepted(report.heading)
    if first is None or first.heading.digest != report.heading.digest:
        detail = "another message with this control id and this time was stored"
        error = FieldError("MSH^1^10", "duplicate-key", detail)
        raise Conflict(detail, code=error.code, errors=(error,))
    row = store.patients.locked(report.results[0].patient_id)
    return Reply(200, first.acknowledgement, replayed=True, patient=row)


def _located(
    service: Service, store: Store, reported: Reported, sent_at: datetime, now: datetime
) -> tuple[PatientRow, Saying]:
    try:
        return _stored(service, store, reported, sent_at, now)
    except (Conflict, InvalidInput, NotFound) as refusal:
        error = FieldError(reported.pointer, refusal.code, refusal.detail)
        raise type(refusal)(refusal.detail, code=refusal.code, errors=(error,)) from None


def _stored(
    service: Service, store: Store, reported: Reported, sent_at: datetime, now: datetime
) -> tuple[PatientRow, Saying]:
    before = store.blood_tests.current(reported.accession_number, locked=True)
    test = reported.test or _withdrawn(before, reported.status)
    row = admitted(service, store, reported.patient_id, test)
    born = reported.birth_year
    if row.version == 0 and born is not None and born <= test.drawn_on.year:
        version = store.patients.observe(row, test.drawn_on, {"birth_year": born}, now)
        row = replace(row, version=version)
    if before is None and not store.blood_tests.add(reported.patient_id, test, now):
        # Another transaction added it since: now it is there, and held.
        before = store.blood_tests.current(reported.accession_number, locked=True)
    said = Said(
        reported.accession_number,
        reported.stated_at,
        RANKS[reported.status],
        sent_at,
        before.test.version if before else 1,
    )
    if before is None:
        return row, Saying("stored", said)
    if before.patient_id != reported.patient_id:
        raise Conflict("the result is stored of another patient", code="result-differs")
    if replace(before.test, version=test.version) == test:
        return row, Saying("unchanged", said)
    if not _is_newer(store.messages.last_said(reported.accession_number), said, before):
        return row, Saying("superseded", said)
    version = recorded_version(store, before, test, now).test.version
    return row, Saying("corrected", replace(said, version=version))


def _withdrawn(before: RecordedTest | None, status: str) -> BloodTest:
    if before is None:
        raise NotFound("no such result is stored, and the message gives none", code="unknown-key")
    return replace(before.test, status=status)


def _is_newer(last: Said | None, said: Said, before: RecordedTest) -> bool:
    if last is None or last.version < before.test.version:
        # What was told by another way has no other instant than that of its coming.
        if said.stated_at > before.recorded_at:
            return True
        raise Conflict(
            "the result was stored with other content by another way, and later than this says",
            code="result-differs",
        )
    if (said.stated_at, said.rank) != (last.stated_at, last.rank):
        return (said.stated_at, said.rank) > (last.stated_at, last.rank)
    if said.sent_at == last.sent_at:
        raise Conflict(
            "the result was reported with other content as of the same time", code="result-differs"
        )
    return said.sent_at > last.sent_at


def _tell_audit(service: Service, store: Store, call: Call, others: Sequence[PatientRow]) -> None:
    now, client_id = service.now(), call.caller.client_id
    store.audit.add_all(
        AuditEvent(now, client_id, call.action, 200, pseudonym(row), call.request_id)
        for row in others
    )
