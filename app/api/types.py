"""The kinds of values on the wire, as strict as they can be read."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.usecases.intake import IDENTIFIER, NAME, read_date, read_instant

TEXT = r"^[^\x00-\x1f\x7f]+$"


class Strict(BaseModel):
    """An object that is taken as it is or not at all."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _calendar_date(value: Any) -> date:
    found = read_date(value)
    if found is None:
        code = "year_out_of_range" if _is_far_off(value) else "calendar_date"
        raise PydanticCustomError(code, "a calendar date is required")
    return found


def _instant(value: Any) -> datetime:
    found = read_instant(value)
    if found is None:
        code = "year_out_of_range" if _is_far_off(str(value)[:10]) else "instant"
        raise PydanticCustomError(code, "an instant is required")
    return found


def _is_far_off(value: Any) -> bool:
    # Of a year that nobody's blood was drawn in; a form that is wrong is told apart from it.
    try:
        return not 1900 <= date.fromisoformat(value).year <= 9000
    except (TypeError, ValueError):
        return False


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
