"""Opaque cursors: the key of the last row that was shown."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.errors import FieldError, InvalidInput


def encoded(*key: str) -> str:
    """Write the key of the last row shown."""
    return urlsafe_b64encode(json.dumps(key, allow_nan=False).encode()).decode().rstrip("=")


def decoded(cursor: str, parts: int) -> list[str]:
    """Read a cursor that this service wrote."""
    try:
        key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(p, str) for p in key):
        raise _unreadable()
    if not all(_is_storable(part) for part in key):
        raise _unreadable()
    return key


def _is_storable(part: str) -> bool:
    # No database takes NUL, nor half of a surrogate pair.
    return "\x00" not in part and not any("\ud800" <= letter <= "\udfff" for letter in part)


def page_of(
    items: Sequence[dict[str, Any]], name: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Cut a short list that is at hand whole into pages; the name tells its items apart."""
    names = [str(item[name]) for item in items]
    after = decoded(cursor, 1)[0] if cursor else None
    start = names.index(after) + 1 if after in names else 0
    shown = list(items[start : start + limit])
    more = start + limit < len(items)
    return shown, encoded(names[start + limit - 1]) if more else None


def decoded_instant(part: str) -> datetime:
    """Read an instant inside a cursor."""
    try:
        at = datetime.fromisoformat(part)
        # The first and the last day of the calendar end outside of it somewhere.
        in_utc = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable() from None
    if at.tzinfo is None:
        raise _unreadable()
    return in_utc


def decoded_number(part: str) -> int:
    """Read a sequence number inside a cursor."""
    if not (part.isascii() and part.isdigit() and len(part) < 19):
        raise _unreadable()
    return int(part)


def _unreadable() -> InvalidInput:
    error = FieldError("/query/cursor", "cursor-unreadable", "this service wrote no such cursor")
    return InvalidInput(error.detail, code=error.code, errors=(error,))
