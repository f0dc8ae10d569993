"""Errors as RFC 6749 writes them, section 5.2; nothing that the caller sent is told back."""

from starlette.responses import JSONResponse, Response

from app.errors import RateLimited, RequestTimeout, ServiceError, Unauthorised, Unavailable
from app.usecases.tokens import InvalidScope

UNSUPPORTED_GRANT = "unsupported-grant-type"

BASIC = 'Basic realm="ctc-prognosis"'


def write_error(error: ServiceError, request_id: str) -> Response:
    """Write an error of the token endpoint."""
    headers = {"Pragma": "no-cache"}
    if isinstance(error, Unauthorised):
        headers["WWW-Authenticate"] = BASIC
    if isinstance(error, RateLimited | Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, RequestTimeout):
        # What is still to come would be taken for the next request.
        headers["Connection"] = "close"
    content = {
        "error": _name(error),
        "error_description": error.detail,
        "request_id": request_id,
    }
    return JSONResponse(content, error.status, headers)


def _name(error: ServiceError) -> str:
    if isinstance(error, Unauthorised):
        return "invalid_client"
    if isinstance(error, InvalidScope):
        return "invalid_scope"
    if error.code == UNSUPPORTED_GRANT:
        return "unsupported_grant_type"
    if isinstance(error, RateLimited | Unavailable):
        return "temporarily_unavailable"
    return "server_error" if error.status >= 500 else "invalid_request"
