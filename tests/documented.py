"""Every JSON answer that a test gets is held against the OpenAPI document."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs

DOCUMENT = json.loads((Path(__file__).parent.parent / "openapi" / "openapi.json").read_text())

UNDOCUMENTED = (405, 408, 413, 431, 500)
"""What answers before an operation does, and what no operation should."""


def check_documented(response: httpx.Response) -> None:
    """Fail where an answer is not what the document says of its operation and status."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    if "json" not in kind or "content-length" not in response.headers:
        return
    operation = _operation(response.request.method.lower(), response.request.url.path)
    if operation is None:
        return
    check = _check(*operation, str(response.status_code), kind)
    content = json.loads(response.read())
    if check is None:
        assert response.status_code in UNDOCUMENTED, (operation, response.status_code, kind)
        return
    for error in check.iter_errors(content):
        raise AssertionError(f"{operation} {response.status_code}: {error}")


def _operation(method: str, path: str) -> tuple[str, str] | None:
    for template, pattern in _patterns():
        if pattern.fullmatch(path) and method in DOCUMENT["paths"][template]:
            return method, template
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    # Paths with fewer blanks first: `/v1/models/current` is no identifier.
    templates = sorted(DOCUMENT["paths"], key=lambda each: each.count("{"))
    return [(each, re.compile(re.sub(r"\{\w+\}", "[^/]+", each))) for each in templates]


@cache
def _check(method: str, template: str, status: str, kind: str) -> Any:
    responses = DOCUMENT["paths"][template][method]["responses"]
    found = responses.get(status, responses.get("default", {}))
    if "$ref" in found:
        found = DOCUMENT["components"]["responses"][found["$ref"].rpartition("/")[2]]
    schema = found.get("content", {}).get(kind, {}).get("schema")
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
