"""What the service says of itself: OpenAPI 3.1, and its reference page from the package."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import __version__
from app.api.documents import Problem
from app.api.links import add_links

DESCRIPTION = """\
Laboratory software posts counts of circulating tumour cells; hospital systems post covariates and
follow-up and ask for a prognosis: a **risk group**, and the **hazard of a Cox model** refit on
demand on the hospital's own cohort, with what is known to be wrong with it.

Prognostic; does not select treatment. Not a medical device.

Every call carries `Authorization: Bearer <key>`; a key belongs to one organisation and sees
nothing of another: what belongs to others answers 404. `x-scopes` names what a key needs.
An access token of `POST /oauth2/token` stands wherever a key does, for five minutes.
Errors are RFC 9457 problems with a stable `code`; no value that was sent is told back.

What is not known of a patient may be left out, or sent as null or `unknown`. Within one
`observed_on`, a member that is present overwrites, null clears, absence changes nothing; an answer
for a draw uses what was observed on or before it. A patient without a `disease_setting` counts as
metastatic.
"""

TAGS = [
    {"name": "laboratory", "description": "Results posted, corrected and read."},
    {"name": "hospital", "description": "Patients, what became of them, and prognoses."},
    {"name": "operators", "description": "Refits, models, covariates, clients and audit."},
    {"name": "pools", "description": "The larger study: organisations that consent to one fit."},
    {"name": "trials", "description": "Trials declared, patients allocated, arms concealed."},
    {"name": "smart", "description": "SMART Backend Services: short tokens instead of a key."},
    {"name": "health", "description": "Whether the service lives and is ready."},
]


def describe(app: FastAPI) -> FastAPI:
    """Let an application describe itself as this service."""
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title="ctc-prognosis",
            version=__version__,
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
            servers=[{"url": "/", "description": "This service."}],
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            contact={"name": "The ctc-prognosis project", "url": "https://ctc-prognosis.example"},
        )
        _complete(document)
        add_links(document)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(document: dict[str, Any]) -> None:
    components = document["components"]
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "ctc_<client id>_<secret>, or an access token",
        }
    }
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= schema.pop("$defs")
    components["schemas"]["Problem"] = schema
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for path in document["paths"].values():
        for operation in path.values():
            operation["x-scopes"] = sorted(operation.get("x-scopes", ()))
