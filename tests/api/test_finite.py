"""No number that is not finite can leave: the types of all answers and the writing refuse it."""

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import app
from app.main import DOORS
from app.usecases.service import to_json

Node = dict[str, Any]
Place = tuple[str | int, ...]

MODEL = ("Model", "ModelListed")

FREE = {
    *((name, member) for name in MODEL for member in ("provenance", "specification")),
    *((name, "jwks") for name in ("Client", "ClientWithKey")),
    ("Refit", "request"),
    ("RiskSchemes", "items"),
}
"""Members of any JSON; only the writing keeps them finite."""

DRAWN = (Phase.reuse, Phase.generate)
"""A document with a number that was let through says enough without being made smaller."""

NOT_FINITE = (math.nan, math.inf, -math.inf)

TEXTS = {"str": "P-1", "datetime": "2026-01-15T08:30:00Z", "date": "2026-01-15"}


def response_models() -> dict[str, type[BaseModel]]:
    """Find every type that an operation answers with, by name."""
    found: dict[str, type[BaseModel]] = {}
    for route in (route for door in DOORS for route in door.routes):
        if isinstance(route, APIRoute):
            told = [route.response_model, *(each.get("model") for each in route.responses.values())]
            models = [each for each in told if isinstance(each, type)]
            found |= {each.__name__: each for each in models if issubclass(each, BaseModel)}
    return found


MODELS = response_models()


def nodes(node: Any) -> Iterator[Node]:
    """Walk through a schema of the validator."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for name, value in node.items():
            if name not in ("metadata", "serialization"):
                yield from nodes(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from nodes(value)


def test_the_types_of_all_answers_are_found() -> None:
    assert len(MODELS) > 20
    assert {"Prognosis", "ResultAnswered", "Model", "Report", "History"} <= MODELS.keys()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_float_of_an_answer_refuses_what_is_not_finite(name: str) -> None:
    schema = MODELS[name].__pydantic_core_schema__
    lax = [each for each in nodes(schema) if each["type"] == "float" and not _is_finite(each)]

    assert lax == []
    assert {each["type"] for each in nodes(schema)} & {"decimal", "complex"} == set()


def _is_finite(node: Node) -> bool:
    return node.get("allow_inf_nan") is False


def test_what_may_hold_anything_is_named() -> None:
    found = set()
    for model in MODELS.values():
        for each in nodes(model.__pydantic_core_schema__):
            if each["type"] == "model":
                fields = _fields_of(each)
                free = {member for member, field in fields.items() if _holds_anything(field)}
                found |= {(each["cls"].__name__, member) for member in free}

    assert found == FREE


def _fields_of(node: Node) -> dict[str, Any]:
    (inner,) = [each for each in nodes(node["schema"]) if each["type"] == "model-fields"][:1]
    fields: dict[str, Any] = inner["fields"]
    return fields


def _holds_anything(field: Node) -> bool:
    schema = field["schema"]
    while schema["type"] in ("nullable", "default", "list", "dict"):
        schema = schema.get("schema") or schema.get("items_schema") or schema["values_schema"]
    return bool(schema["type"] == "any")


def drawn(node: Node, refs: dict[str, Node]) -> st.SearchStrategy[Any]:  # noqa: PLR0911
    """Draw what fits a schema of the validator."""
    match node["type"]:
        case "definitions":
            known = refs | {each["ref"]: each for each in node["definitions"]}
            return drawn(node["schema"], known)
        case "definition-ref":
            return st.deferred(lambda: drawn(refs[node["schema_ref"]], refs))
        case "model" | "model-field" | "default" | "function-before":
            return drawn(node["schema"], refs)
        case "model-fields":
            fields = node["fields"].items()
            named = {field.get("validation_alias", name): field for name, field in fields}
            return st.fixed_dictionaries({name: drawn(named[name], refs) for name in named})
        case "nullable":
            return st.one_of(drawn(node["schema"], refs), st.none())
        case "union":
            return st.one_of(*(drawn(_choice(each), refs) for each in node["choices"]))
        case "list":
            least, most = node.get("min_length", 0), node.get("max_length", 2)
            return st.lists(drawn(node["items_schema"], refs), min_size=least, max_size=most)
        case "dict":
            return st.dictionaries(
                st.sampled_from(["one", "two"]), drawn(node["values_schema"], refs)
            )
        case kind:
            return _plain(kind, node)


def _choice(choice: Any) -> Node:
    node: Node = choice[0] if isinstance(choice, tuple) else choice
    return node


def _plain(kind: str, node: Node) -> st.SearchStrategy[Any]:
    least, most = node.get("ge"), node.get("le")
    match kind:
        case "float":
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case "int":
            return st.integers(0 if least is None else least, 100 if most is None else most)
        case "bool":
            return st.booleans()
        case "literal" | "none":
            return st.sampled_from(node.get("expected", [None]))
        case "any":
            return st.sampled_from(["text", 0.5, None, [0.5], {"one": 0.5}])
        case "str" | "datetime" | "date":
            assert re.search(node.get("pattern") or "", TEXTS[kind])
            return st.just(TEXTS[kind])
        case _:
            raise AssertionError(f"no way to draw {kind}")


def floats_in(content: Any, place: Place = ()) -> Iterator[Place]:
    """Find where the floats are."""
    members: Any = ()
    if isinstance(content, dict):
        members = content.items()
    elif isinstance(content, list):
        members = enumerate(content)
    elif isinstance(content, float):
        yield place
    for name, member in members:
        yield from floats_in(member, (*place, name))


def poisoned(content: Any, place: Place, number: float) -> Any:
    """Put a number in the place of one float."""
    if not place:
        return number
    copy = content.copy()
    copy[place[0]] = poisoned(content[place[0]], place[1:], number)
    return copy


def with_floats() -> list[str]:
    """Name the answers in which a number can be."""
    return [
        name
        for name, model in sorted(MODELS.items())
        if {"float", "any"} & {each["type"] for each in nodes(model.__pydantic_core_schema__)}
    ]


@pytest.mark.parametrize("name", with_floats())
@settings(max_examples=5, deadline=None, phases=DRAWN, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_number_that_is_not_finite_is_refused_wherever_it_stands(
    name: str, data: st.DataObject
) -> None:
    model = MODELS[name]
    content = data.draw(drawn(cast("Node", model.__pydantic_core_schema__), {}))
    places = list(floats_in(content))
    assume(places)
    place = data.draw(st.sampled_from(places))
    wrong = poisoned(content, place, data.draw(st.sampled_from(NOT_FINITE)))

    model.model_validate_json(to_json(content))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(wrong)
    if not any(member in place for _, member in FREE):
        with pytest.raises(ValidationError, match="finite_number"):
            model.model_validate(wrong)


WRITERS = [
    path
    for folder in ("api", "usecases", "prognosis")
    for path in sorted((Path(app.__file__).parent / folder).rglob("*.py"))
    if "json.dumps" in path.read_text()
]


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.stem)
def test_json_is_never_written_with_what_is_not_finite(path: Path) -> None:
    calls = [
        each
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "json.dumps"
    ]

    lax = [each.lineno for each in calls if "allow_nan=False" not in ast.unparse(each)]

    assert calls
    assert lax == []
