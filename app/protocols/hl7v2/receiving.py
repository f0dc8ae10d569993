"""One message in, its acknowledgement out; between them it is stored, or why not is."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from time import monotonic
from typing import Any
from uuid import uuid4

from anyio.to_thread import run_sync

from app.errors import FieldError, InvalidInput, MissingScope, ServiceError
from app.protocols.hl7v2.acknowledgement import acknowledged, asks_for_answer
from app.protocols.hl7v2.reader import Message, Unreadable, read
from app.protocols.hl7v2.refusals import REJECTED
from app.protocols.hl7v2.report import LONGEST_NAME, Site, check_heading, reported
from app.storage.messages import Heading
from app.usecases.clients import authenticate
from app.usecases.messages import Refusal, Report, keep_refusal, take_report
from app.usecases.service import Call, Caller, Prepared, Reply, Service

Answering = Callable[[Prepared[Any]], Awaitable[Reply]]
"""What does a prepared call, beside others where that saves commits."""

NEEDED = frozenset({"results:write", "patients:write"})
"""Scopes of a key in whose name messages are stored."""

KEY_HOLDS_S = 1.0
"""Seconds for which a key that was looked up is taken without another look."""

OWN_ADDRESS = "127.0.0.1"
"""Under which this process asks for its own key."""

log = logging.getLogger(__name__)

LONG = 64 * 1024
"""Bytes of a message that is read beside the loop that answers everybody else."""


@dataclass(frozen=True)
class Answer:
    """What goes back: bytes in the charset of the message, and whether they were said before."""

    content: bytes
    charset: str
    outcome: str
    is_wanted: bool
    replayed: bool = False


@dataclass(frozen=True)
class Understood:
    """A message, and what it reports or why it is refused."""

    message: Message | None
    heading: Heading
    report: Report | ServiceError


async def receive(
    service: Service, call: Call, answering: Answering, content: bytes, charset: str | None = None
) -> Answer:
    """Store what a message reports and acknowledge it; an error of ours is raised."""
    if len(content) > LONG:
        understood = await run_sync(_understood, service, content, charset)
    else:
        understood = _understood(service, content, charset)
    message, report = understood.message, understood.report
    try:
        if isinstance(report, ServiceError):
            raise report
        reply = await answering(take_report(service, call, report))
    except ServiceError as error:
        if error.status >= 500:
            raise
        refusal = _refusal(service, understood, error)
        await answering(keep_refusal(service, call, refusal))
        return _answer(message, refusal.acknowledgement, refusal.outcome)
    return _answer(message, str(reply.body), "AA", replayed=reply.replayed)


@dataclass
class Listener:
    """Answers messages that come without a key of their own, in the name of one that it has."""

    service: Service
    answering: Answering
    key: str
    _caller: Caller | None = None
    _asked_at: float = -inf

    async def respond(self, content: bytes) -> bytes | None:
        """Answer a message; where that is not possible now, so that it is sent again."""
        began, request_id = monotonic(), uuid4().hex
        try:
            call = Call(await self._called(), "mllp", request_id)
            answer = await receive(self.service, call, self.answering, content)
        except Exception as error:  # noqa: BLE001 - one message ends no connection
            # By its kind alone: what an error says can hold what was sent.
            told = {"error": type(error).__name__, "request_id": request_id}
            log.error("message not answered for", extra=told)  # noqa: TRY400
            return failed(self.service, content)
        log.info(
            "message",
            extra={
                "outcome": answer.outcome,
                "replayed": answer.replayed,
                "milliseconds": round(1000 * (monotonic() - began), 1),
                "request_id": request_id,
                "client_id": call.caller.client_id,
            },
        )
        return answer.content if answer.is_wanted else None

    async def _called(self) -> Caller:
        # A key that was revoked works a second longer, and is not looked up for each message.
        if self._caller is None or monotonic() - self._asked_at > KEY_HOLDS_S:
            self._caller = None
            self._caller = await run_sync(caller_of, self.service, self.key)
            self._asked_at = monotonic()
        return self._caller


def caller_of(service: Service, key: str) -> Caller:
    """Tell in whose name messages are stored, or refuse a key that may not."""
    caller = authenticate(service, key, OWN_ADDRESS)
    missing = sorted(NEEDED - caller.scopes)
    if missing:
        raise MissingScope(f"the key lacks the scope {missing[0]}")
    return caller


def failed(service: Service, content: bytes) -> bytes:
    """Tell a sender that nothing was stored by no fault of its own, so that it sends again."""
    message = _understood(service, content, None).message
    error = FieldError("MSH^1", "internal", "nothing was stored; send the message again later")
    text = acknowledged(message, "AR", (error,), service.now())
    return _answer(message, text, "AR").content


def _understood(service: Service, content: bytes, charset: str | None) -> Understood:
    try:
        message = read(content, charset)
    except Unreadable as error:
        heading = Heading("", "", "", "", "", "", sha256(content).hexdigest())
        return Understood(None, heading, InvalidInput(str(error), code="segment-sequence"))
    heading, site = _heading(message), Site(service.settings)
    try:
        results = reported(message, site)
        sent_at = check_heading(message, site).at
    except InvalidInput as refusal:
        return Understood(message, heading, refusal)
    text = acknowledged(message, "AA", (), service.now())
    return Understood(message, heading, Report(heading, sent_at, results, text))


def _refusal(service: Service, understood: Understood, error: ServiceError) -> Refusal:
    errors = error.errors or (FieldError("MSH^1", error.code, error.detail),)
    is_rejected = understood.message is None or any(each.code in REJECTED for each in errors)
    outcome = "AR" if is_rejected else "AE"
    text = acknowledged(understood.message, outcome, errors, service.now())
    return Refusal(understood.heading, outcome, errors, text)


def _answer(message: Message | None, text: str, outcome: str, *, replayed: bool = False) -> Answer:
    charset = message.charset if message else "utf-8"
    content = text.encode(charset, errors="replace")
    return Answer(content, charset, outcome, asks_for_answer(message, outcome), replayed)


def _heading(message: Message) -> Heading:
    header = message.header
    application, facility, control_id, sent, kind, version = (
        header.raw(number)[:LONGEST_NAME] for number in (3, 4, 10, 7, 9, 12)
    )
    return Heading(application, facility, control_id, sent, kind, version, message.digest)
