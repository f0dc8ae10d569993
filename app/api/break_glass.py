"""Emergency access: a key that may break the glass reads of a person, says why, and alerts.

45 CFR 164.312(a)(2)(ii) asks for it; nobody's care waits for a scope, and nobody uses it unseen.
"""

import logging
from re import fullmatch
from typing import Any

from starlette.requests import Request

from app.api.metrics import Metrics
from app.usecases.service import Caller

SCOPE = "break-glass"

STANDS_FOR = frozenset({"patients:read", "prognoses:read"})
"""Scopes that it stands for where a route only reads; it writes, erases and administers nothing."""

REASON = r"[!-~]([ -~]{6,298}[!-~])"
"""8 to 300 printable ASCII characters."""

ASKED = "in an emergency say why in Break-Glass-Reason: 8 to 300 printable ASCII characters"

PARAMETER: dict[str, Any] = {
    "name": "Break-Glass-Reason",
    "in": "header",
    "required": False,
    "description": "Why a key with the scope `break-glass` reads without the scope that is needed:"
    " 8 to 300 printable ASCII characters, a ticket rather than a person's name. It is kept in the"
    " audit trail, and every use alerts. Not looked at where the key has the scope.",
    "schema": {"type": "string"},
    "example": "Emergency admission, ticket 4711",
}

log = logging.getLogger("app.break_glass")


def opens(methods: frozenset[str], needs: frozenset[str]) -> bool:
    """Tell whether a route can be read in an emergency."""
    return methods == {"GET"} and needs <= STANDS_FOR


def described(extra: dict[str, Any]) -> dict[str, Any]:
    """Say of a route in the OpenAPI document that it can be read in an emergency."""
    if "x-break-glass" in extra:
        return extra
    parameters = [*extra.get("parameters", ()), PARAMETER]
    return {**extra, "x-break-glass": True, "parameters": parameters}


def break_glass(request: Request) -> bool:
    """Let a caller through who may and says why; tell of it before anything is read."""
    caller: Caller = request.scope["caller"]
    given = request.headers.getlist(PARAMETER["name"])
    if len(given) != 1 or not fullmatch(REASON, given[0]):
        return False
    request.scope["break_glass"] = given[0]
    metrics: Metrics = request.app.state.metrics
    metrics.break_glass()
    told = {
        "method": request.method,
        "route": request.scope["route"].path_format,
        "request_id": request.scope["request_id"],
        "client_id": caller.client_id,
    }
    # Not the reason: it can name a person, and logs go far.
    log.warning("break-glass access", extra=told)
    return True


def reason_of(request: Request) -> str | None:
    """Read why the glass was broken; None where it was not."""
    reason: str | None = request.scope.get("break_glass")
    return reason


def action_of(request: Request, name: str) -> str:
    """Name a call in the audit trail; an emergency is an action of its own."""
    return name if reason_of(request) is None else f"{SCOPE} {name}"
