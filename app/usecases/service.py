"""What every use case stands on: the service's parts, the call, and one transaction per call."""

import hmac
import json
import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.errors import InvalidInput, RefitFailed, ServiceError, StorageFull, Unavailable
from app.settings import Settings
from app.storage.answers import FirstAnswer
from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.patients import PatientRow
from app.storage.store import Store, reading, writing
from app.usecases.key_sets import KeySets
from app.usecases.key_uses import KeyUses
from app.usecases.limits_in_memory import LimitsInMemory
from app.usecases.models_in_memory import ModelsInMemory

Decided = TypeVar("Decided")


log = logging.getLogger(__name__)


class JobRunner(Protocol):
    """Where a job runs."""

    def submit(self, job: Mapping[str, Any]) -> None:
        """Hand over one job; returns at once."""


@dataclass(frozen=True)
class Service:
    """The parts of the running service that use cases share."""

    settings: Settings
    database: Database
    jobs: JobRunner
    models: ModelsInMemory = field(default_factory=ModelsInMemory)
    limits: LimitsInMemory = field(default_factory=LimitsInMemory)
    key_sets: KeySets = field(default_factory=KeySets, kw_only=True)
    key_uses: KeyUses = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_uses", KeyUses(self.database))

    def now(self) -> datetime:
        """Tell the instant, on every machine that serves this database alike."""
        return self.database.now()

    def today(self) -> date:
        """Tell the day where the hospital is."""
        return self.now().astimezone(ZoneInfo(self.settings.time_zone)).date()


@dataclass(frozen=True)
class Caller:
    """The program that calls, as its key says."""

    client_id: str
    organisation_id: int
    organisation: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class IdempotencyKey:
    """A caller's name for one request, and the digest of what was sent under it."""

    key: str
    route: str
    request_digest: str


@dataclass(frozen=True)
class Call:
    """One request: who calls, what it does, under which idempotency key, in which emergency."""

    caller: Caller
    action: str
    request_id: str
    idempotency: IdempotencyKey | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Reply:
    """What a use case answers: JSON text and what an HTTP answer says beside it."""

    status: int
    body: str | None = None
    etag: str | None = None
    location: str | None = None
    next_cursor: str | None = None
    replayed: bool = False
    patient: PatientRow | None = None
    secret_free_body: str | None = None
    audit_detail: str | None = None


@dataclass(frozen=True)
class Prepared(Generic[Decided]):
    """A call about one patient in two steps, of which the first only reads, or does nothing yet."""

    call: Call
    patient_id: str
    decide: Callable[[Store], Decided]
    carry_out: Callable[[Store, Decided], Reply]
    decides_late: bool = False


def to_json(content: Any) -> str:
    """Write JSON; a number that is not finite is an error, never a null."""
    return json.dumps(content, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def page_reply(
    items: Sequence[Mapping[str, Any]],
    following: str | None,
    *,
    patient: PatientRow | None = None,
    audit_detail: str | None = None,
) -> Reply:
    """Answer one page of a list, with the cursor of the next where there is one."""
    body = to_json({"items": items, "next": following})
    return Reply(200, body, next_cursor=following, patient=patient, audit_detail=audit_detail)


def refit_failure(body: str, *, replayed: bool = False) -> RefitFailed:
    """Read why a refit made no model, as it is kept for those who repeat their key."""
    kept = json.loads(body)
    return RefitFailed(kept["detail"], code=kept["code"], replayed=replayed)


def digest(content: Any) -> str:
    """Name a JSON value by its content."""
    text = json.dumps(content, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """Read what `instant` wrote."""
    return datetime.fromisoformat(text)


def answered(service: Service, call: Call, work: Callable[[Store], Reply]) -> Reply:
    """Do one piece of work, its audit event and its idempotency record in one transaction."""
    with writing(service.database, call.caller.organisation_id) as store:
        return _answered_in(service, store, call, work)


def answered_even_if_full(service: Service, call: Call, work: Callable[[Store], Reply]) -> Reply:
    """Answer what touches no person's data, without its audit event where that has no space."""
    try:
        return answered(service, call, work)
    except StorageFull:
        log.warning("answered without an audit event", extra={"request_id": call.request_id})
    with reading(service.database, call.caller.organisation_id) as store:
        return work(store)


def answered_alone(service: Service, prepared: Prepared[Any]) -> Reply:
    """Decide and carry out in one transaction of its own."""
    return answered(
        service,
        prepared.call,
        lambda store: prepared.carry_out(store, prepared.decide(store)),
    )


def answered_together(
    service: Service, together: Sequence[Prepared[Any]]
) -> list[Reply | Exception]:
    """Answer calls of one organisation with one commit; to each its reply or its own error."""
    try:
        return _in_one_transaction(service, together)
    except Exception as error:  # noqa: BLE001 - handed to the caller whose it is
        if len(together) == 1 or isinstance(error, Unavailable):
            return [error] * len(together)
        # Nothing of any was kept; alone, each meets only its own error.
        return [answered_together(service, [prepared])[0] for prepared in together]


def _in_one_transaction(
    service: Service, together: Sequence[Prepared[Any]]
) -> list[Reply | Exception]:
    organisation_id = together[0].call.caller.organisation_id
    # One transaction writes to a file at a time: what can be done before it keeps nobody waiting.
    with reading(service.database, organisation_id) as store:
        before = [_decided(store, prepared) for prepared in together]
    with writing(service.database, organisation_id) as store:
        return [
            decided
            if isinstance(decided, ServiceError)
            else _carried_out(service, store, prepared, decided)
            for prepared, decided in zip(together, before, strict=True)
        ]


def _decided(store: Store, prepared: Prepared[Any]) -> tuple[Hashable, Any] | ServiceError | None:
    if prepared.decides_late or prepared.call.idempotency is not None:
        # Its answer may be there already; only the transaction that holds the key can tell.
        return None
    try:
        return store.state_of(prepared.patient_id), prepared.decide(store)
    except ServiceError as refusal:
        return refusal


def _carried_out(
    service: Service,
    store: Store,
    prepared: Prepared[Any],
    decided: tuple[Hashable, Any] | None,
) -> Reply:
    def work(store: Store) -> Reply:
        if decided is not None and store.state_of(prepared.patient_id) == decided[0]:
            return prepared.carry_out(store, decided[1])
        return prepared.carry_out(store, prepared.decide(store))

    return _answered_in(service, store, prepared.call, work)


def _answered_in(
    service: Service, store: Store, call: Call, work: Callable[[Store], Reply]
) -> Reply:
    reply = _first_answer(service, store, call)
    if reply is None:
        reply = work(store)
        _keep(store, call, reply)
    store.audit.add(
        AuditEvent(
            service.now(),
            call.caller.client_id,
            call.action,
            reply.status,
            pseudonym(reply.patient),
            call.request_id,
            "; ".join(filter(None, (reply.audit_detail, call.reason))) or None,
        )
    )
    return reply


def pseudonym(patient: PatientRow | None) -> str | None:
    """Name a person in the audit trail; without the person's key nobody can tell who it was."""
    if patient is None:
        return None
    return hmac.new(patient.person_key, patient.patient_id.encode(), sha256).hexdigest()[:32]


def _first_answer(service: Service, store: Store, call: Call) -> Reply | None:
    asked = call.idempotency
    if asked is None:
        return None
    name = (call.caller.client_id, asked.route, asked.key)
    if store.idempotency.claim(*name, asked.request_digest, service.now()):
        return None
    first = store.idempotency.first_answer(*name)
    if first is None:
        raise Unavailable("the record of this key was purged meanwhile")
    if first.request_digest != asked.request_digest:
        raise InvalidInput(
            "the key was used before with another request", code="idempotency-key-reused"
        )
    if first.status == RefitFailed.status:
        raise refit_failure(first.body, replayed=True)
    patient = store.patients.locked(first.patient_id) if first.patient_id else None
    return Reply(first.status, first.body or None, replayed=True, patient=patient, **first.headers)


def _keep(store: Store, call: Call, reply: Reply) -> None:
    if call.idempotency is None:
        return
    body = reply.secret_free_body or reply.body or ""
    headers = {"etag": reply.etag, "location": reply.location}
    store.idempotency.keep(
        call.caller.client_id,
        call.idempotency.route,
        call.idempotency.key,
        FirstAnswer(
            call.idempotency.request_digest,
            reply.status,
            {name: value for name, value in headers.items() if value is not None},
            body,
            reply.patient.patient_id if reply.patient else None,
        ),
    )


def amend_first_answer(service: Service, call: Call, reply: Reply) -> None:
    """Let a repeat of the key answer what the caller was told after waiting."""
    if call.idempotency is not None:
        with writing(service.database, call.caller.organisation_id) as store:
            _keep(store, call, replace(reply, patient=None))
