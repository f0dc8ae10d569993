"""Laboratories that speak HL7 v2 over HTTP, and what came of each of their messages."""

import codecs
import re
from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Annotated, Any, Protocol

from fastapi import Query, Request, Response

from app.api import documents
from app.api.routing import (
    CallNow,
    ServiceNow,
    TogetherNow,
    listed,
    needs,
    router,
    spare_router,
)
from app.api.schemas import Page
from app.errors import UnsupportedMediaType
from app.usecases import messages
from app.usecases.service import Call, Prepared, Reply, Service

routes = router("laboratory")
spare = spare_router("laboratory")

MEDIA_TYPES = (
    "application/hl7-v2",
    "application/hl7-v2+er7",
    "x-application/hl7-v2+er7",
    "text/plain",
)
"""Of HL7 over HTTP; the specification has the third in one place, and senders have the last."""

PLAIN_CHARSET = re.compile(r"(?i)(utf-?(8|16)|us-ascii|iso-8859-\d{1,2}|windows-125\d)")
"""Charsets that a sender may name; Python knows others that are none."""

EXAMPLE = (
    "MSH|^~\\&|LAB|hospital-a|CTC|hospital-a|20251101100000||ORU^R01^ORU_R01|1|P|2.5.1\r"
    "PID|1||P-000123^^^^MR\r"
    "OBR|1||LAB-2025-0001|67568-6^Circulating tumor cells^LN|||20251101083000\r"
    "OBX|1|NM|67568-6^Circulating tumor cells^LN||17|{cells}/7.5mL|||||F\r"
)


class Answer(Protocol):
    """What a message is answered, in bytes of a charset."""

    content: bytes
    charset: str
    replayed: bool


Receive = Callable[
    [Service, Call, Callable[[Prepared[Any]], Awaitable[Reply]], bytes, str | None],
    Awaitable[Answer],
]
"""What understands HL7; that door and this one do not know each other."""


def _described() -> dict[str, Any]:
    described = needs("results:write", "patients:write", success={200: None})
    text = {"schema": {"type": "string"}, "example": EXAMPLE}
    described["openapi_extra"]["requestBody"] = {
        "required": True,
        "description": "One ORU^R01 of versions 2.3 to 2.8.2; docs/hl7v2.md says what is read.",
        "content": dict.fromkeys(MEDIA_TYPES, text),
    }
    answered = {"schema": {"type": "string"}, "example": EXAMPLE_ANSWER}
    described["responses"][200] = {
        "description": "The acknowledgement: AA once every result is committed, AE or AR with ERR "
        "segments where nothing was stored. `Idempotent-Replayed` where it was said before.",
        "content": dict.fromkeys(MEDIA_TYPES, answered),
        "headers": described["responses"][200].get("headers", {}),
    }
    return described


EXAMPLE_ANSWER = (
    "MSH|^~\\&|CTC|hospital-a|LAB|hospital-a|20251101100001+0000||ACK^R01^ACK|7c1f|P|2.5.1\r"
    "MSA|AA|1\r"
)


@routes.post("/hl7v2", **_described())
async def post_hl7v2(
    service: ServiceNow, call: CallNow, together: TogetherNow, request: Request
) -> Response:
    """Store what a laboratory's ORU^R01 reports: all of it, or nothing.

    Callers that cannot send a bearer key may send HTTP Basic: the client id, and the part of the
    key after it. An AE or AR travels with status 200; another status carries no HL7.
    """
    kind, charset = _kind_of(request.headers.get("content-type", ""))
    receive: Receive = request.app.state.receive_hl7v2
    answer = await receive(service, call, together.answer, await request.body(), charset)
    content = answer.content.decode(answer.charset).encode()
    headers = {"Content-Type": f"{kind}; charset=utf-8"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(content, 200, headers)


@spare.get(
    "/v1/messages",
    **needs("patients:read", success={200: documents.Messages}, headers=("Link",)),
)
def get_messages(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List every HL7 v2 message received and its outcome, the newest first."""
    reply = messages.list_messages(service, call, page.limit, page.cursor)
    return listed(reply, request, service)


def _kind_of(header: str) -> tuple[str, str | None]:
    told = Message()
    told["content-type"] = header or "none/none"
    kind, charset = told.get_content_type(), told.get_content_charset()
    if kind not in MEDIA_TYPES:
        raise UnsupportedMediaType(f"send the message as {MEDIA_TYPES[0]}")
    if charset is not None and not (PLAIN_CHARSET.fullmatch(charset) and _is_known(charset)):
        raise UnsupportedMediaType("send the message in UTF-8")
    return kind, charset


def _is_known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True
