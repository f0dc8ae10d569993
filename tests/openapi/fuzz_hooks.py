"""What the fuzzer knows of this service beyond its OpenAPI document; Schemathesis loads it."""

import os
from typing import Any

import schemathesis

OWN_CLIENT = os.environ["FUZZ_CLIENT_ID"]
NOBODY = "0" * 16

BEYOND_SCHEMA = {
    "after-death",
    "before-start",
    "bounds-crossed",
    "bounds-of-binary",
    "count-without-draw",
    "cuts-malformed",
    "cursor-unreadable",
    "differs-from-path",
    "duplicate-covariate",
    "duplicate-organisation",
    "endpoint-not-applicable",
    "fact-unknown",
    "factors-missing",
    "idempotency-key-reused",
    "in-the-future",
    "in-the-past",
    "int-type",
    "key-set-not-listed",
    "key-set-unreadable",
    "limits-malformed",
    "name-malformed",
    "name-taken",
    "names-repeated",
    "out-of-range",
    "plan-out-of-range",
    "probability-out-of-range",
    "scope-not-yours",
    "strata-too-many",
    "two-key-sets",
    "unknown-covariate",
    "year-out-of-range",
}
"""Refusals that no JSON Schema can say: of the calendar, of other members, of what is stored;
and of 7.0, which counts as an integer there and not as a count of cells here."""


@schemathesis.serializer(
    *("application/x-ndjson", "application/hl7-v2"),
    *("application/hl7-v2+er7", "x-application/hl7-v2+er7"),
)
def lines(context: Any, value: Any) -> bytes:
    """Send lines as they were made up."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Keep the fuzzer from revoking or rotating the key that it calls with."""
    if case.path_parameters.get("client_id") == OWN_CLIENT:
        case.path_parameters["client_id"] = NOBODY
    if case.meta and case.meta.phase.name.value == "stateful" and case.headers:
        # A key used before would answer with a client that the fuzzer has revoked meanwhile.
        case.headers.pop("Idempotency-Key", None)


def asks_for_token(case: Any) -> bool:
    """Whether RFC 6749 says how this is refused."""
    return bool(case.path == "/oauth2/token")


@schemathesis.check
def only_known_rules_refuse_what_fits_the_schema(ctx: Any, response: Any, case: Any) -> None:
    """A body that fits the document is refused by a rule with a code of its own, or not at all."""
    is_positive = case.meta is not None and case.meta.generation.mode.value == "positive"
    if is_positive and response.status_code in (400, 422) and not asks_for_token(case):
        problem = response.json()
        codes = {problem["code"], *(error["code"] for error in problem["errors"])}
        codes.discard("invalid-input")
        assert codes <= BEYOND_SCHEMA, f"{codes} refused what fits the schema"


@schemathesis.check
def every_refusal_is_a_problem(ctx: Any, response: Any, case: Any) -> None:
    """A refusal has the shape of the contract, with nothing added."""
    if response.status_code >= 400 and asks_for_token(case):
        assert response.headers["content-type"] == ["application/json"]
        assert response.json().keys() == {"error", "error_description", "request_id"}
    elif response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        members = {"type", "title", "status", "detail", "code", "request_id", "errors"}
        assert response.json().keys() == members
