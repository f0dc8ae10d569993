"""The gate in front of every route: size, caller, request id, and one log line."""

import logging
import re
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from anyio.to_thread import run_sync
from starlette.datastructures import State
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.metrics import Metrics, operation_of
from app.api.problems import LastResort
from app.api.receiving import TimedBody
from app.api.together import in_line
from app.errors import MalformedRequest, TooLarge, Unauthorised, Unavailable
from app.usecases.clients import WrongKey, split_key
from app.usecases.denials import Denial, record_denial
from app.usecases.limits import Standing, address_of, count_call
from app.usecases.service import Service
from app.usecases.tokens import caller_of

TOLD_TO_PAGES = ("/fhir/R4/.well-known/smart-configuration",)
"""Paths that the pages of any site may read in a browser."""

OPEN = ("/livez", "/readyz", "/openapi.json", "/docs", *TOLD_TO_PAGES)
"""Paths that anybody may read; assets of the documentation lie below /docs/."""

MESSAGES = "/hl7v2"
"""Where messages come in: longer than other bodies, and from callers that may know Basic alone."""
TOKENS = "/oauth2/token"
"""Where a caller has no key to show yet: who it is, it says in the form that it sends."""

STREAMED = "/v1/imports"
"""The one body without a limit on its whole; each of its lines has one."""

NEVER_SHED = "/metrics"
"""What operators look at while the service is overloaded; health is open to all anyway."""

MOST_IN_LINE = 256
"""Requests that wait in one process for a thread or a commit, about a second's work; more of
them would wait longer than their callers do, and make everybody after them late."""

BASIC = 'Basic realm="ctc-prognosis", charset="UTF-8"'
"""How callers of HL7 over HTTP may authenticate too."""

REQUEST_ID = re.compile(r"[0-9A-Fa-f-]{8,64}")
"""A request id that a caller may choose: hexadecimal, so that no name can pass for one."""
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")

ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "*",
}

access = logging.getLogger("app.access")


class Gate:
    """Pure ASGI, so that a caller is known before a byte of the body is read."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state
        self._served = LastResort(self._serve)

    @property
    def _service(self) -> Service:
        service: Service = self._state.service
        return service

    @property
    def _metrics(self) -> Metrics:
        metrics: Metrics = self._state.metrics
        return metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a known caller through; tell everybody else no."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        metrics = self._metrics
        metrics.begin()
        started = time.perf_counter()
        scope["request_id"] = _request_id(dict(scope["headers"]))
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", scope["request_id"].encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                    *_told(scope.get("standings", ())),
                ]
            await send(message)

        try:
            await self._served(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            metrics.end(operation_of(scope["method"], scope.get("route")), status, seconds)
            _log(scope, status, seconds)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_preflight(scope):
            # Answered to all, and with no origin allowed: no browser page calls this service.
            allowed = ANY_ORIGIN if scope["path"] in TOLD_TO_PAGES else {}
            await Response(status_code=204, headers=allowed)(scope, receive, send)
            return
        await self._admit(scope)
        await self._app(scope, self._body(scope, receive), send)

    async def _admit(self, scope: Scope) -> None:
        try:
            await self._identify(scope)
        except Unauthorised as refusal:
            if scope["path"] == MESSAGES:
                refusal.challenges = (*refusal.challenges, BASIC)
            wrong = refusal if isinstance(refusal, WrongKey) else WrongKey()
            denial = Denial(wrong.caller, "denied", 401, scope["request_id"], guess=wrong.guess)
            await run_sync(record_denial, self._service, denial)
            raise
        if "caller" in scope and self._service.settings.rate_limit is not None:
            counted = (scope["caller"], _address(scope), scope["request_id"])
            scope["standings"] = await run_sync(count_call, self._service, *counted)

    async def _identify(self, scope: Scope) -> None:
        _check_host(scope)
        path, headers = scope["path"], dict(scope["headers"])
        if path in OPEN or path.startswith("/docs/"):
            return
        key, address = "" if path == TOKENS else _key(scope), _address(scope)
        scope["address"] = address
        if path != TOKENS:
            split_key(key, address)
        if path != NEVER_SHED:
            self._check_line()
        self._check_length(path, headers)
        if path == TOKENS:
            return
        if self._service.database.is_file:
            scope["caller"] = caller_of(self._service, key, address)
        else:
            scope["caller"] = await run_sync(caller_of, self._service, key, address)

    def _check_line(self) -> None:
        if in_line(self._state.together) > MOST_IN_LINE:
            raise Unavailable("more requests wait than can be answered in time", code="overloaded")

    def _check_length(self, path: str, headers: dict[bytes, bytes]) -> None:
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            raise MalformedRequest("the Content-Length is malformed")
        limit = self._most(path)
        if limit is not None and int(length) > limit:
            raise TooLarge(f"the body is larger than {limit} bytes")

    def _body(self, scope: Scope, receive: Receive) -> TimedBody:
        return TimedBody(receive, self._most(scope["path"]))

    def _most(self, path: str) -> int | None:
        settings = self._service.settings
        if path == STREAMED:
            return None
        return settings.max_message_bytes if path == MESSAGES else settings.max_body_bytes


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    asked = {b"origin", b"access-control-request-method"}
    return scope["method"] == "OPTIONS" and asked <= names


def _check_host(scope: Scope) -> None:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not HOST.fullmatch(hosts[0]):
        raise MalformedRequest("the Host header is malformed", code="malformed-host")


def _key(scope: Scope) -> str:
    # Of two, a proxy in front may have judged the other.
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = (given[0] if len(given) == 1 else b"").decode("latin-1").partition(" ")
    if scheme.lower() == "basic" and scope["path"] == MESSAGES:
        return _key_in_two(key)
    if scheme.lower() != "bearer" or not key:
        raise Unauthorised("send Authorization: Bearer <key>")
    return key


def _key_in_two(credentials: str) -> str:
    """Join a client id and its secret as HTTP Basic has them."""
    try:
        client_id, _, secret = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        raise Unauthorised("send Authorization: Basic <client id:secret>") from None
    return f"ctc_{client_id}_{secret}"


def _address(scope: Scope) -> str:
    # Behind a proxy that is trusted, the server has put the caller's own address here.
    client = scope.get("client")
    return address_of(client[0] if client else "")


def _told(standings: Sequence[Standing]) -> Iterator[tuple[bytes, bytes]]:
    """Tell of limits as draft-ietf-httpapi-ratelimit-headers-10 wants it."""
    if not standings:
        return
    policies = (f'"{each.limit}";q={each.quota};w={each.seconds}' for each in standings)
    left = (f'"{each.limit}";r={each.left};t={each.resets_in}' for each in standings)
    yield b"ratelimit-policy", ", ".join(policies).encode()
    yield b"ratelimit", ", ".join(left).encode()


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def _log(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    caller: Any = scope.get("caller")
    access.info(
        "request",
        extra={
            "method": scope["method"],
            "route": getattr(route, "path_format", None),
            "status": status,
            "milliseconds": round(1000 * seconds, 1),
            "request_id": scope["request_id"],
            "client_id": getattr(caller, "client_id", None),
        },
    )
