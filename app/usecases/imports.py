"""A cohort comes in, row by row: what is good is stored, what is not is named with its reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from app.errors import ServiceError, Unavailable
from app.prognosis.covariates import Covariate
from app.storage.audit import AuditEvent
from app.storage.cohort_file import NumberedRow
from app.storage.cohort_writes import TakenMeanwhile
from app.storage.store import Store, reading, writing
from app.usecases.cohort_rows import CohortRow, row_of
from app.usecases.ledger import Ledger, Status, extend_ledger, open_ledger
from app.usecases.service import Call, Service, pseudonym

ROWS_AT_ONCE = 500
"""Rows of one transaction: few enough that others can write in between."""

ATTEMPTS = 5
"""How often a chunk is begun anew when others add the same patients or results meanwhile."""

AUDIT_STATUS: Mapping[Status, int] = {"stored": 201, "unchanged": 200, "refused": 409}


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    line: int
    status: Status
    code: str | None = None
    reason: str | None = None


Checked = tuple[int, CohortRow | ServiceError]


def import_rows(service: Service, call: Call, rows: Iterable[NumberedRow]) -> Iterator[Outcome]:
    """Store a cohort, a chunk to a transaction; an outcome is told once it is committed."""
    for chunk in _chunks(rows):
        yield from import_chunk(service, call, chunk)


def import_chunk(service: Service, call: Call, rows: Sequence[NumberedRow]) -> list[Outcome]:
    """Store the good rows of a chunk in one transaction, and tell of each what became of it."""
    checked = _checked(service, call, rows, {})
    for _ in range(ATTEMPTS):
        try:
            with writing(service.database, call.caller.organisation_id) as store:
                return _stored(service, store, call, checked)
        except TakenMeanwhile:
            continue
    raise Unavailable("others are adding the same patients or results; send the rows again")


def rehearse_import(
    service: Service,
    call: Call,
    rows: Iterable[NumberedRow],
    assumed: Mapping[str, Covariate],
) -> Iterator[Outcome]:
    """Tell what an import would do, and write nothing; what it would store is kept in memory."""
    ledger = Ledger({}, {}, set(), {})
    for chunk in _chunks(rows):
        checked = _checked(service, call, chunk, assumed)
        with reading(service.database, call.caller.organisation_id) as store:
            extend_ledger(ledger, store.cohort, _good(checked))
        yield from _entered(ledger, checked, service.now())


def _chunks(rows: Iterable[NumberedRow]) -> Iterator[list[NumberedRow]]:
    rows = iter(rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield chunk


def _checked(
    service: Service, call: Call, rows: Sequence[NumberedRow], assumed: Mapping[str, Covariate]
) -> list[Checked]:
    """Check the rows before the transaction begins: while it lasts, others wait."""
    with reading(service.database, call.caller.organisation_id) as store:
        declared = {**assumed, **store.declared.all()}
    now, today = service.now(), service.today()
    checked: list[Checked] = []
    for row in rows:
        if isinstance(row.cells, ServiceError):
            checked.append((row.line, row.cells))
            continue
        try:
            checked.append((row.line, row_of(row.cells, declared, now, today)))
        except ServiceError as error:
            checked.append((row.line, error))
    return checked


def _stored(
    service: Service, store: Store, call: Call, checked: Sequence[Checked]
) -> list[Outcome]:
    now = service.now()
    good = _good(checked)
    store.cohort.lock({row.patient_id for row in good})
    ledger = open_ledger(store.cohort, good)
    outcomes = list(_entered(ledger, checked, now))
    store.cohort.save(ledger.people.values(), now)
    for patient_id in sorted(ledger.overwritten):
        store.model_rows.note_change(patient_id)
    store.audit.add_all(_events(ledger, outcomes, call, now))
    return outcomes


def _good(checked: Sequence[Checked]) -> list[CohortRow]:
    return [row for _, row in checked if isinstance(row, CohortRow)]


def _entered(ledger: Ledger, checked: Sequence[Checked], now: datetime) -> Iterator[Outcome]:
    for line, row in checked:
        if isinstance(row, ServiceError):
            yield _refused(line, row)
            continue
        try:
            yield Outcome(line, ledger.enter(row, now))
        except ServiceError as error:
            yield _refused(line, error)


def _refused(line: int, error: ServiceError) -> Outcome:
    told = [
        f"{field.pointer.rpartition('/')[2] or 'a column'}: {field.detail}"
        for field in error.errors
    ]
    code = error.errors[0].code if error.errors else error.code
    return Outcome(line, "refused", code, "; ".join(told) or error.detail)


def _events(
    ledger: Ledger, outcomes: Sequence[Outcome], call: Call, at: datetime
) -> Iterator[AuditEvent]:
    # One for each patient too: who touched a person is asked alike of one call and of an import.
    for patient_id, told in ledger.told.items():
        person = ledger.people.get(patient_id)
        if person is not None:
            status = next(status for status in AUDIT_STATUS if told[status])
            yield _event(call, at, AUDIT_STATUS[status], pseudonym(person.row), _counted(told))
    yield _event(call, at, 200, None, _counted(Counter(outcome.status for outcome in outcomes)))


def _counted(told: Counter[Status]) -> str:
    return ", ".join(f"{told[status]} {status}" for status in AUDIT_STATUS)


def _event(call: Call, at: datetime, status: int, person: str | None, detail: str) -> AuditEvent:
    return AuditEvent(
        at, call.caller.client_id, call.action, status, person, call.request_id, detail
    )
