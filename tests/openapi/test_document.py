"""The OpenAPI document: complete, and true of its own examples."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from app.main import create_app
from app.settings import Settings

DOCUMENT = create_app(Settings()).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}
EXAMPLES = [
    (name, example) for name, schema in SCHEMAS.items() for example in schema.get("examples", ())
]


def whole(name: str) -> dict[str, Any]:
    """Give a schema with all that it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}


def members(schema: Any) -> Iterator[dict[str, Any]]:
    """Walk through a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from members(value)
    if isinstance(schema, list):
        for value in schema:
            yield from members(value)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example_fits_its_schema(name: str, example: Any) -> None:
    validator = Draft202012Validator(whole(name), validate_formats=True)

    assert [error.message for error in validator.iter_errors(example)] == []


def test_every_body_has_an_example() -> None:
    named = {name for name, _ in EXAMPLES}
    bodies = {
        reference["$ref"].rpartition("/")[2]
        for operation in OPERATIONS.values()
        for reference in members(operation.get("requestBody", {}))
        if "$ref" in reference
    }

    assert bodies - named == set()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    count = sum(len(item) for item in DOCUMENT["paths"].values())

    assert len(OPERATIONS) == count
    assert all(name.isidentifier() for name in OPERATIONS)
    assert all(each["summary"] and each["description"] for each in OPERATIONS.values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_is_described_as_a_problem(name: str) -> None:
    refusals = {
        status: list(response["content"])
        for status, response in OPERATIONS[name]["responses"].items()
        if int(status) >= 400
    }

    assert refusals
    # RFC 6749 says how those are refused who ask for a token.
    form = "application/json" if name == "post_token" else "application/problem+json"
    assert set(map(tuple, refusals.values())) == {(form,)}


def test_a_withheld_hazard_has_no_numeric_field() -> None:
    schema = SCHEMAS["HazardWithheld"]
    reason = SCHEMAS["Reason"]

    types = {each.get("type") for part in (schema, reason) for each in members(part)}

    assert not types & {"number", "integer"}


def test_a_link_leads_to_an_operation_with_that_parameter() -> None:
    links = [
        link
        for operation in OPERATIONS.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]

    for link in links:
        known = {each["name"] for each in OPERATIONS[link["operationId"]]["parameters"]}
        assert link["parameters"].keys() <= known
    assert links
