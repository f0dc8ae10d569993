"""The configuration that programs look up, and the token endpoint."""

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.errors import MalformedRequest
from app.protocols.smart import documents
from app.protocols.smart.errors import UNSUPPORTED_GRANT
from app.usecases.assertions import ALGORITHMS
from app.usecases.clients import SCOPES
from app.usecases.service import Service
from app.usecases.smart_scopes import KINDS
from app.usecases.tokens import Issued, KeySetWanted, Secret, Signed, TokenRequest, issue_token

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - an address
CONFIGURATION_PATH = "/fhir/R4/.well-known/smart-configuration"

FORM = "application/x-www-form-urlencoded"

MOST_FIELDS = 20

TO_ALL: dict[str, Any] = {"security": []}
"""Without a key."""


def _name(route: APIRoute) -> str:
    return route.name


routes = APIRouter(tags=["smart"], generate_unique_id_function=_name)

_fetches = CapacityLimiter(2)
"""Threads that fetch key sets: those who wait for another server keep nobody else waiting."""


@routes.get(
    CONFIGURATION_PATH,
    response_model=documents.SmartConfiguration,
    responses={
        400: {
            "description": "The Host header is malformed.",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    },
    openapi_extra=TO_ALL,
)
async def get_smart_configuration(request: Request) -> Response:
    """Tell where tokens are given and what for; always JSON, and to pages of any site too."""
    smart = [f"system/{name}.{'cruds' if kind.writes else 'rs'}" for name, kind in KINDS.items()]
    content = documents.SmartConfiguration(
        token_endpoint=_token_endpoint(request),
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["private_key_jwt", "client_secret_basic"],
        token_endpoint_auth_signing_alg_values_supported=list(ALGORITHMS),
        scopes_supported=["system/*.rs", *smart, *SCOPES],
        capabilities=["client-confidential-asymmetric", "permission-v1", "permission-v2"],
        # Required of every configuration, although nobody is sent here with a code.
        code_challenge_methods_supported=["S256"],
    )
    return JSONResponse(content.model_dump(), headers={"Access-Control-Allow-Origin": "*"})


@routes.post(
    TOKEN_PATH,
    response_model=documents.TokenGiven,
    responses={
        status: {"model": documents.TokenRefused, "description": why}
        for status, why in {
            400: "No form, another grant_type, or no scope that can be granted.",
            401: "The client could not be authenticated, or its statement does not hold.",
            408: "The request did not come in time; the connection is closed.",
            413: "The body is too large.",
            429: "Too many calls, or wrong keys; again after the time named in Retry-After.",
            503: "Not available now; try again after the time named in Retry-After.",
        }.items()
    },
    openapi_extra={**TO_ALL, "requestBody": documents.FORM},
)
async def post_token(request: Request) -> Response:
    """Give a token of at most five minutes to a client that signed a statement or has its key."""
    service: Service = request.app.state.service
    asked = _asked(request, await _form(request))
    issued = await _issued(service, asked)
    request.scope["standings"] = issued.standings
    headers = {"Pragma": "no-cache"}
    return Response(issued.reply.body, issued.reply.status, headers, "application/json")


async def _issued(service: Service, asked: TokenRequest) -> Issued:
    try:
        return await run_sync(issue_token, service, asked)
    except KeySetWanted as wanted:
        await run_sync(service.key_sets.fetch, wanted.url, limiter=_fetches)
    return await run_sync(issue_token, service, asked)


async def _form(request: Request) -> dict[str, str]:
    """Read the form; what was sent empty counts as not sent (RFC 6749, section 3.2)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM or request.headers.get("content-encoding", "identity") != "identity":
        raise MalformedRequest(f"send the body as {FORM}")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise MalformedRequest("the form cannot be read") from None
    if len({name for name, _ in pairs}) < len(pairs):
        raise MalformedRequest("a parameter was sent twice")
    return dict(pairs)


def _asked(request: Request, form: dict[str, str]) -> TokenRequest:
    if "grant_type" not in form:
        raise MalformedRequest("grant_type is missing")
    if form["grant_type"] != "client_credentials":
        raise MalformedRequest("the grant_type is client_credentials", code=UNSUPPORTED_GRANT)
    given = [each for each in request.headers.getlist("authorization") if each.strip()]
    is_signed = "client_assertion" in form or "client_assertion_type" in form
    if len(given) > 1 or (given and is_signed):
        raise MalformedRequest("show who asks in one way only")
    shown = _signed(request, form) if is_signed else _secret(given[0]) if given else None
    address, request_id = request.scope["address"], request.scope["request_id"]
    return TokenRequest(shown, form.get("scope"), address, request_id, form.get("client_id"))


def _signed(request: Request, form: dict[str, str]) -> Signed | None:
    if form.get("client_assertion_type") != documents.JWT_BEARER:
        return None
    return Signed(form.get("client_assertion", ""), _token_endpoint(request))


def _secret(authorization: str) -> Secret | None:
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = b64decode(coded, validate=True).decode("ascii").partition(":")
    except ValueError:
        return None
    return Secret(client_id, secret)


def _token_endpoint(request: Request) -> str:
    service: Service = request.app.state.service
    base = service.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{TOKEN_PATH}"
