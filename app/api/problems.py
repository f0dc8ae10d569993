"""Errors as RFC 9457 problem details; nothing that the caller sent is told back."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import (
    DamagedModel,
    FieldError,
    InvalidInput,
    MalformedRequest,
    MissingScope,
    RateLimited,
    RequestTimeout,
    ServiceError,
    Unauthorised,
    Unavailable,
)
from app.usecases.clients import WrongKey
from app.usecases.limits import LimitReached

ErrorForm = Callable[[ServiceError, str], Response]
"""How a protocol writes an error, with the request's name."""

TYPE_BASE = "https://ctc-prognosis.example/problems/"
MEDIA_TYPE = "application/problem+json"

PLAIN_NAME = re.compile(r"[a-z0-9_]{1,64}")
"""A member name that can be told back: no person's name looks like it in full."""

MESSAGES = {
    "missing": "the field is required",
    "extra_forbidden": "the field is not known",
    "int_type": "an integer is required",
    "float_type": "a number is required",
    "measured_type": "a number, true or false is required",
    "string_type": "a string is required",
    "list_type": "an array is required",
    "dict_type": "an object is required",
    "model_type": "an object is required",
    "model_attributes_type": "an object is required",
    "literal_error": "the value is not one of those listed",
    "enum": "the value is not one of those listed",
    "string_pattern_mismatch": "the text does not have the required form",
    "string_too_long": "the text is too long",
    "string_too_short": "the text is too short",
    "too_long": "there are too many items",
    "greater_than_equal": "the number is too small",
    "greater_than": "the number is too small",
    "less_than_equal": "the number is too large",
    "less_than": "the number is too large",
    "calendar_date": "a calendar date YYYY-MM-DD is required",
    "instant": "an RFC 3339 instant with an offset is required",
    "year_out_of_range": "the year is too early or too late",
}
"""Sentences of our own: those of the validator can hold what was sent."""

log = logging.getLogger("app.errors")


def problem(error: ServiceError, request_id: str) -> Response:
    """Write an error as a problem."""
    headers = {}
    if isinstance(error, Unauthorised):
        bearer, *others = error.challenges
        wrong = f'{bearer}, error="invalid_token"' if isinstance(error, WrongKey) else bearer
        headers["WWW-Authenticate"] = ", ".join([wrong, *others])
    if isinstance(error, MissingScope):
        headers["WWW-Authenticate"] = 'Bearer realm="ctc-prognosis", error="insufficient_scope"'
    if isinstance(error, Unavailable | DamagedModel):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, RequestTimeout):
        # What is still to come would be taken for the next request.
        headers["Connection"] = "close"
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    if error.replayed:
        headers["Idempotent-Replayed"] = "true"
    content = {
        "type": TYPE_BASE + error.code,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
        "errors": [vars(field) for field in error.errors],
    }
    return JSONResponse(content, error.status, headers, MEDIA_TYPE)


def request_id_of(request: Request) -> str:
    """Name the request as its log line does."""
    return str(request.scope.get("request_id", ""))


def told(request: Request, error: ServiceError) -> Response:
    """Write an error as the protocol of the door that was called writes it, else as a problem."""
    if isinstance(error, LimitReached):
        request.scope["standings"] = (error.standing,)
        request.app.state.metrics.refuse(error.standing.limit)
    forms: Mapping[str, ErrorForm] = request.app.state.error_forms
    write = forms.get(request.url.path, problem)
    return write(error, request_id_of(request))


async def on_service_error(request: Request, error: ServiceError) -> Response:
    """Answer an error that a use case raised."""
    return told(request, error)


async def on_invalid(request: Request, error: RequestValidationError) -> Response:
    """Answer a request that does not fit its schema."""
    found = tuple(_field_error(item) for item in error.errors())
    return told(request, InvalidInput("the request does not fit the schema", errors=found))


async def on_http_error(request: Request, error: HTTPException) -> Response:
    """Answer what the framework refuses: no such route, no such method."""
    code, title = FRAMEWORK.get(error.status_code, ("http-error", "The request was refused"))
    refusal = ServiceError(title, code=code)
    refusal.status, refusal.title = error.status_code, title
    response = told(request, refusal)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods_here(request))
    return response


def _methods_here(request: Request) -> list[str]:
    # The framework names those of the first route on this path alone.
    def is_here(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return [method for method in ("DELETE", "GET", "PATCH", "POST", "PUT") if is_here(method)]


FRAMEWORK = {
    400: ("malformed-request", "The request could not be read"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "The method is not allowed here"),
}


class LastResort:
    """Answers what nobody else did; the log names a fault's kind and place, never its matter."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, and answer for it when nobody else does."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            response = await _answer(Request(scope), error)
            if not begun:
                await response(scope, receive, send)


async def _answer(request: Request, error: Exception) -> Response:
    handlers = request.app.exception_handlers
    known = next((kind for kind in type(error).__mro__ if kind in handlers), None)
    if known is not None:
        response: Response = await handlers[known](request, error)
        return response
    _log_fault(error, request_id_of(request))
    return told(request, ServiceError("the service met an error; nothing was stored"))


def _log_fault(error: Exception, request_id: str) -> None:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    log.error(
        "unexpected error",
        extra={
            "error": type(error).__name__,
            "file": place.tb_frame.f_code.co_filename if place else None,
            "line": place.tb_lineno if place else None,
            "request_id": request_id,
        },
    )


async def on_hang_up(request: Request, _error: Exception) -> Response:
    """Count a caller that left before its body ended as the caller's fault; nobody hears it."""
    return told(request, MalformedRequest("the body is not complete"))


async def on_database_failure(request: Request, error: Exception) -> Response:
    """Answer that the database could not be reached or did not keep the change."""
    log.error(
        "database error",
        extra={"error": type(error).__name__, "request_id": request_id_of(request)},
    )
    return told(
        request,
        # Lost while it committed, it may have stored the change; an equal request tells.
        Unavailable("the database did not confirm the request; it can be sent again as it was"),
    )


def _field_error(item: dict[str, Any]) -> FieldError:
    kind = str(item["type"])
    return FieldError(
        pointer(item["loc"]), kind.replace("_", "-"), MESSAGES.get(kind, "the value does not fit")
    )


def pointer(location: Sequence[int | str]) -> str:
    """Point to a field as far as its name can be told back."""
    parts = [str(part) for part in location]
    if parts and parts[0] == "body":
        parts = parts[1:]
    shown = []
    for part in parts:
        if not PLAIN_NAME.fullmatch(part):
            break
        shown.append(part)
    return "".join(f"/{part}" for part in shown)
