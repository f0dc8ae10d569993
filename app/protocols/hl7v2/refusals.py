"""What a message is refused for: located, by code, and never with a value of the message."""

from collections.abc import Mapping

from app.errors import FieldError, InvalidInput

CONDITIONS: Mapping[str, int] = {
    "segment-sequence": 100,
    "required-field-missing": 101,
    "data-type": 102,
    "table-value": 103,
    "unsupported-message-type": 200,
    "unsupported-event": 201,
    "unsupported-processing-id": 202,
    "unsupported-version": 203,
    "unknown-key": 204,
    "duplicate-key": 205,
    "result-differs": 205,
    "in-the-future": 102,
    "internal": 207,
}
"""HL7's table 0357 by our codes; what is not in it is told as 207, which is for all others."""

CONDITION_TEXTS: Mapping[int, str] = {
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    103: "Table value not found",
    200: "Unsupported message type",
    201: "Unsupported event code",
    202: "Unsupported processing id",
    203: "Unsupported version id",
    204: "Unknown key identifier",
    205: "Duplicate key identifier",
    207: "Application internal error",
}

REJECTED = frozenset(
    {
        "unsupported-message-type",
        "unsupported-event",
        "unsupported-processing-id",
        "unsupported-version",
        "internal",
    }
)
"""Codes with which a message is rejected unread (AR); all others are errors of content (AE)."""


def at(segment: str, sequence: int, field: int, component: int | None = None) -> str:
    """Name a place as ERR-2 does: segment, which of its name, field, repetition, component."""
    place = f"{segment}^{sequence}^{field}"
    return place if component is None else f"{place}^1^{component}"


def refused(place: str, code: str, detail: str) -> InvalidInput:
    """Refuse a message for what stands at one place."""
    return InvalidInput(detail, code=code, errors=(FieldError(place, code, detail),))
