"""JSON as strict as a laboratory result deserves."""

import json
from math import isfinite
from typing import Any, NoReturn

from app.errors import MalformedRequest


def parse(body: bytes) -> Any:
    """Read one JSON text; a duplicate key, NaN, infinity or lone surrogate refuses the whole."""
    try:
        content = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_not_a_number,
            parse_float=_finite,
        )
    except RecursionError:
        raise MalformedRequest("the JSON is nested too deeply", code="not-json") from None
    except ValueError:
        raise MalformedRequest("the body is not JSON in UTF-8", code="not-json") from None
    if rb"\u" in body:
        _check_surrogates(content)
    return content


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise MalformedRequest("an object has the same key twice", code="duplicate-key")
    return content


def _not_a_number(_: str) -> NoReturn:
    raise MalformedRequest("NaN and infinity are not JSON", code="not-finite")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise MalformedRequest("a number is too large to be told apart", code="not-finite")
    return number


def _check_surrogates(content: Any) -> None:
    try:
        json.dumps(content, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedRequest("a string has a lone surrogate", code="lone-surrogate") from None
