"""The kinds of values on the wire, as strict as they can be read."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
IDENTIFIER = r"^[A-Za-z0-9._-]{1,64}$"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
TEXT = r"^[^\x00-\x1f\x7f]+$"


class Strict(BaseModel):
    """An object that is taken as it is or not at all."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _calendar_date(value: Any) -> date:
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("calendar_date", "a calendar date is required")


def _instant(value: Any) -> datetime:
    if isinstance(value, str) and INSTANT.fullmatch(value):
        try:
            at = datetime.fromisoformat(value.upper())
            return at if 1900 <= at.year <= 9000 else _refuse_instant()
        except ValueError:
            pass
    return _refuse_instant()


def _refuse_instant() -> datetime:
    raise PydanticCustomError("instant", "an instant is required")


CalendarDate = Annotated[
    date,
    BeforeValidator(_calendar_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
CovariateName = Annotated[str, StringConstraints(pattern=NAME)]
Label = Annotated[str, StringConstraints(pattern=TEXT, max_length=200)]
