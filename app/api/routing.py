"""What every native route shares: scopes before the body, strict JSON, replies with ETags."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from re import fullmatch
from typing import Annotated, Any, Protocol

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import WithJsonSchema

from app.api import break_glass, strict_json
from app.api.metrics import Metrics
from app.api.problems import pointer
from app.api.together import Together, in_line
from app.errors import (
    FieldError,
    InvalidInput,
    MalformedRequest,
    MissingScope,
    ServiceError,
    Unavailable,
    UnsupportedMediaType,
)
from app.prognosis.answer import CurveStep
from app.usecases.denials import Denial, record_denial
from app.usecases.service import Call, Caller, IdempotencyKey, Reply, Service

MOST_WAITING = 32
"""Requests that wait in one process for a thread or a commit: some 50 ms of work on a file."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """A request whose JSON is read once, strictly."""

    async def json(self) -> Any:
        """Read the body as strict JSON."""
        if not hasattr(self, "_strict"):
            self._strict = strict_json.parse(await self.body())
        return self._strict


class GuardedRoute(APIRoute):
    """A route that names its scopes; without them it cannot be defined."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = options["openapi_extra"]
        self.needs = frozenset(extra["x-scopes"])
        self._opens = break_glass.opens(frozenset(options["methods"]), self.needs)
        if self._opens:
            options["openapi_extra"] = break_glass.described(extra)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """Check the scopes, then the media type, then the JSON, then let the schema look."""
        answer = super().get_route_handler()
        takes_query = bool(self.dependant.query_params)

        async def guarded(request: Request) -> Response:
            await self._check_scopes(request)
            try:
                _check_encoding(request)
                strict = StrictRequest(request.scope, request.receive)
                if self.body_field is not None:
                    await _read_json(strict, self.body_field.field_info.is_required())
                _check_query(request, takes_query)
                return await answer(strict)
            except ServiceError as error:
                if error.status in (403, 404) or _is_emergency(request, error.status):
                    await _denied(request, self.name, error.status)
                raise
            except RequestValidationError:
                if _is_emergency(request, 422):
                    await _denied(request, self.name, 422)
                raise

        return guarded

    async def _check_scopes(self, request: Request) -> None:
        caller: Caller = request.scope["caller"]
        missing = sorted(self.needs - caller.scopes)
        if not missing:
            return
        detail = f"the key lacks the scope {missing[0]}"
        if self._opens and break_glass.SCOPE in caller.scopes:
            if break_glass.break_glass(request):
                return
            detail += f"; {break_glass.ASKED}"
        await _denied(request, self.name, 403)
        raise MissingScope(detail)


class SpareRoute(GuardedRoute):
    """A route that can wait: refused while too many results and prognoses do."""

    def get_route_handler(self) -> Handler:
        """Look at those who wait before anything is read."""
        answer = super().get_route_handler()

        async def spared(request: Request) -> Response:
            if in_line(request.app.state.together) > MOST_WAITING:
                raise Unavailable("results and prognoses come first now", code="overloaded")
            return await answer(request)

        return spared


async def _denied(request: Request, action: str, status: int) -> None:
    service: Service = request.app.state.service
    caller: Caller = request.scope["caller"]
    denial = Denial(
        caller,
        break_glass.action_of(request, action),
        status,
        request.scope["request_id"],
        break_glass.reason_of(request),
    )
    await run_sync(record_denial, service, denial)


def _is_emergency(request: Request, status: int) -> bool:
    # Every use is told, whatever came of it; what failed on our side can tell nothing.
    return break_glass.reason_of(request) is not None and status < 500


def _check_encoding(request: Request) -> None:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("send the body without Content-Encoding")


async def _read_json(request: StrictRequest, is_required: bool) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "" and not is_required and await request.body() == b"":
        return
    if kind != "application/json":
        raise UnsupportedMediaType("send the body as application/json")
    await request.json()


def _check_query(request: Request, takes_query: bool) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        error = FieldError(pointer(("query", twice[0])), "duplicate-parameter", "sent twice")
        raise InvalidInput("a query parameter was sent twice", code=error.code, errors=(error,))
    if names and not takes_query:
        error = FieldError(
            pointer(("query", names[0])), "extra-forbidden", "the field is not known"
        )
        raise InvalidInput("the request does not fit the schema", errors=(error,))


def needs(
    *scopes: str,
    success: dict[int, Any],
    refusals: tuple[int, ...] = (),
    headers: tuple[str, ...] = (),
    shows: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Say what a route asks of the key and what it can answer, for the guard and for OpenAPI."""
    responses: dict[int | str, Any] = {
        status: {"model": model, "description": DESCRIPTIONS[status]}
        if model is not None
        else {"description": DESCRIPTIONS[status]}
        for status, model in success.items()
    }
    if shows is not None:
        responses[200] = shows
    told = {name: HEADERS[name] for name in headers}
    responses = {status: {**response, "headers": told} for status, response in responses.items()}
    for status in (400, 401, 403, 408, 413, 415, 422, 429, 503, *refusals):
        responses[status] = PROBLEMS[status]
    return {
        "openapi_extra": {"x-scopes": set(scopes), "security": [{"key": []}]},
        "responses": dict(sorted(responses.items(), key=lambda item: str(item[0]))),
        "status_code": min(success),
        "response_class": Response,
    }


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


HEADERS = {
    "ETag": _header("Version of what was answered; sent back as If-Match."),
    "Location": _header("Where to look next."),
    "Link": _header('The next page as rel="next"; absent on the last.'),
    "Idempotent-Replayed": _header("`true` where a repeated Idempotency-Key was answered."),
    "WWW-Authenticate": _header("How to authenticate."),
    "Retry-After": _header("Seconds to wait."),
    "RateLimit": _header(
        'What is left of each limit, and seconds to its end: `"client";r=12;t=30`.'
    ),
    "RateLimit-Policy": _header('Each limit, and its seconds: `"client";q=600;w=60`.'),
}


DESCRIPTIONS = {
    200: "The answer.",
    201: "Stored.",
    202: "Accepted; the Location tells how far it is.",
    204: "Done; there is nothing to show.",
}

PICTURE = {
    "description": "The picture.",
    "content": {"image/svg+xml": {"schema": {"type": "string"}}},
}

PAGE = {
    "description": "The page; it loads nothing from elsewhere.",
    "content": {"text/html": {"schema": {"type": "string"}}},
}

NUMBERS = {
    "description": "The numbers, in the text format of Prometheus.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}

PROBLEM_DESCRIPTIONS = {
    400: "Not readable: not JSON, a duplicate key, NaN, a lone surrogate.",
    401: "No valid key.",
    403: "The key lacks a scope.",
    404: "Not there, or of another organisation.",
    408: "The request did not come in time; the connection is closed.",
    409: "Contradicts what is stored; the code says how.",
    412: "The resource has changed since the version sent as If-Match.",
    413: "The body is too large.",
    415: "The media type or content encoding is not supported.",
    422: "Does not fit the schema.",
    428: "The resource exists; send its ETag as If-Match.",
    429: "Too many calls, or wrong keys; again after the time named in Retry-After.",
    503: "Not available now; try again after the time named in Retry-After. Without space "
    "(`storage-full`) no touch of a person's data can be audited, so that none is answered.",
}

PROBLEM_HEADERS = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}

PROBLEMS: dict[int, dict[str, Any]] = {
    status: {
        "description": description,
        **(
            {"headers": {name: HEADERS[name] for name in PROBLEM_HEADERS[status]}}
            if status in PROBLEM_HEADERS
            else {}
        ),
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for status, description in PROBLEM_DESCRIPTIONS.items()
}


def router(tag: str) -> APIRouter:
    """Make a router whose routes are guarded, each operation named like its function."""
    return APIRouter(tags=[tag], route_class=GuardedRoute, generate_unique_id_function=route_name)


def spare_router(tag: str) -> APIRouter:
    """Make a router whose routes give way to all others where too many wait."""
    return APIRouter(tags=[tag], route_class=SpareRoute, generate_unique_id_function=route_name)


def route_name(route: APIRoute) -> str:
    """Name an operation so that the name outlives changes of its path."""
    return route.name


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _call(request: Request) -> Call:
    route: APIRoute = request.scope["route"]
    return Call(
        request.scope["caller"],
        break_glass.action_of(request, route.name),
        request.scope["request_id"],
        reason=break_glass.reason_of(request),
    )


KEY = r"^[!-~]([ -~]{0,253}[!-~])?$"
"""1 to 255 printable ASCII characters."""

IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Names this request; a repeat answers the stored first answer.",
    ),
    WithJsonSchema({"type": "string", "pattern": KEY}),
]


async def _keyed_call(request: Request, key: IdempotencyHeader = None) -> Call:
    return replace(await _call(request), idempotency=await _idempotency(request, key))


async def _idempotency(request: Request, key: str | None) -> IdempotencyKey | None:
    if key is None:
        return None
    if not fullmatch(KEY, key):
        raise MalformedRequest(
            "the Idempotency-Key is not 1 to 255 printable ASCII characters",
            code="idempotency-key-unreadable",
        )
    sent = sha256(str(request.url.query).encode() + b"\n" + await request.body())
    return IdempotencyKey(key, request.url.path, sent.hexdigest())


class Pictures(Protocol):
    """What draws; the pages and this door do not know each other."""

    def draw(self, prognosis: Mapping[str, Any], steps: Sequence[CurveStep]) -> str:
        """Draw a prognosis as told in JSON."""


@dataclass(frozen=True)
class ReportViews:
    """What draws the report of a model and what writes it as a page."""

    page: Callable[[Mapping[str, Any]], str]
    forest: Callable[[Mapping[str, Any]], str]
    calibration: Callable[[Mapping[str, Any]], str]


async def _report_views(request: Request) -> ReportViews:
    views: ReportViews = request.app.state.report_views
    return views


async def _pictures(request: Request) -> Pictures:
    pictures: Pictures = request.app.state.pictures
    return pictures


async def _together(request: Request) -> Together:
    together: Together = request.app.state.together
    return together


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


MetricsNow = Annotated[Metrics, Depends(_metrics)]
PicturesNow = Annotated[Pictures, Depends(_pictures)]
ReportViewsNow = Annotated[ReportViews, Depends(_report_views)]
ServiceNow = Annotated[Service, Depends(_service)]
TogetherNow = Annotated[Together, Depends(_together)]
CallNow = Annotated[Call, Depends(_call)]
KeyedCall = Annotated[Call, Depends(_keyed_call)]
"""A call that may carry an Idempotency-Key: every POST that writes."""


def respond(reply: Reply, media_type: str = "application/json") -> Response:
    """Write a reply as an HTTP answer."""
    headers = {}
    if reply.etag is not None:
        headers["ETag"] = f'"{reply.etag}"'
    if reply.location is not None:
        headers["Location"] = reply.location
    if reply.replayed:
        headers["Idempotent-Replayed"] = "true"
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    return Response(reply.body, reply.status, headers, media_type)


def listed(reply: Reply, request: Request, service: Service) -> Response:
    """Write one page of a list, with the way to the next."""
    response = respond(reply)
    if reply.next_cursor is not None:
        base = (service.settings.public_url or str(request.base_url)).rstrip("/")
        query = request.url.include_query_params(cursor=reply.next_cursor).query
        response.headers["Link"] = f'<{base}{request.url.path}?{query}>; rel="next"'
    return response


async def if_match(
    value: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag last seen; required where the resource exists.",
        ),
    ] = None,
) -> frozenset[str] | None:
    """Read the versions that a caller says it has seen; a weak one never matches."""
    if value is None:
        return None
    tags = {tag.strip() for tag in value.split(",")}
    return frozenset(tag.strip('"') for tag in tags if not tag.startswith("W/"))


IfMatch = Annotated[frozenset[str] | None, Depends(if_match)]
