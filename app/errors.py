"""
What a caller can be told went wrong, each with a status and a stable code.

ServiceError
├── MalformedRequest        400  not JSON, duplicate key, NaN, lone surrogate
├── Unauthorised            401
├── MissingScope            403
├── NotFound                404  also for what belongs to another organisation
├── RequestTimeout          408
├── Conflict                409  contradicts what is stored; the code says how
│   └── RefitFailed         409  a refit that could not become a model
├── StaleVersion            412
├── TooLarge                413
├── UnsupportedMediaType    415
├── InvalidInput            422  the schema, with one entry per field
├── VersionRequired         428
├── RateLimited             429
├── DamagedModel            503  until another model is put into use
└── Unavailable             503
    ├── StorageFull         503  until there is space again
    └── StorageFailed       503  the disk failed a write; this process ends
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One refused field: a JSON pointer, a code and a sentence, never the value."""

    pointer: str
    code: str
    detail: str


class ServiceError(Exception):
    """An error that the caller caused or can act on; its detail names no patient."""

    status = 500
    code = "internal"
    title = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: tuple[FieldError, ...] = (),
        replayed: bool = False,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.errors = errors
        self.replayed = replayed


class MalformedRequest(ServiceError):
    status = 400
    code = "malformed-request"
    title = "The request could not be read"


class Unauthorised(ServiceError):
    status = 401
    code = "unauthorised"
    title = "A valid key is required"
    challenges: tuple[str, ...] = ('Bearer realm="ctc-prognosis"',)


class MissingScope(ServiceError):
    status = 403
    code = "missing-scope"
    title = "The key lacks a scope"


class NotFound(ServiceError):
    status = 404
    code = "not-found"
    title = "Not found"


class RequestTimeout(ServiceError):
    status = 408
    code = "request-timeout"
    title = "The request did not come in time"


class Conflict(ServiceError):
    status = 409
    code = "conflict"
    title = "Contradicts what is stored"


class RefitFailed(Conflict):
    """The code is one of the refit failures of `app.prognosis.fitting`."""

    code = "refit-failed"
    title = "The refit yielded no model"


class StaleVersion(ServiceError):
    status = 412
    code = "stale-version"
    title = "The resource has changed"


class TooLarge(ServiceError):
    status = 413
    code = "body-too-large"
    title = "The body is too large"


class UnsupportedMediaType(ServiceError):
    status = 415
    code = "unsupported-media-type"
    title = "The media type is not supported"


class InvalidInput(ServiceError):
    status = 422
    code = "invalid-input"
    title = "The request does not fit the schema"


class VersionRequired(ServiceError):
    status = 428
    code = "version-required"
    title = "If-Match is required"


class RateLimited(ServiceError):
    """Too many calls, or too many wrong keys; the same call can be let through later."""

    status = 429
    code = "rate-limited"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DamagedModel(ServiceError):
    """The stored text of a model does not have the digest that names it; no number comes of it."""

    status = 503
    code = "model-damaged"
    title = "The stored model is not the one that was fitted"
    retry_after = 60


class Unavailable(ServiceError):
    status = 503
    code = "unavailable"
    title = "Not available now"
    retry_after = 1


class StorageFull(Unavailable):
    """No space for the change or for its audit event; nothing of it was stored."""

    code = "storage-full"
    title = "The storage is full"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__(
            "there is no space left for the request or its audit event; nothing was stored"
        )


class StorageFailed(Unavailable):
    """After a failed write nobody knows what reached the disk, so this is no plain refusal."""

    code = "storage-failed"
    title = "The storage failed"

    def __init__(self) -> None:
        super().__init__(
            "the disk failed a write, and whether this request was stored is not known: repeat it"
        )
