"""Dates and times of HL7 v2, with their precision; without an offset they are the site's."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)"
    r"(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:\.(?P<part>\d{1,4}))?)?)?)?)?)?"
    r"(?P<offset>[+-]\d{4})?",
    re.ASCII,
)

PARTS = ("year", "month", "day", "hour", "minute", "second")

NOON = time(12)
"""For a day without an hour: as in a cohort file, so that no zone moves it to another day."""


@dataclass(frozen=True)
class Told:
    """An instant, and to which of its parts it was told."""

    at: datetime
    precision: str

    @property
    def has_day(self) -> bool:
        """Whether a day was told."""
        return self.precision not in ("year", "month")

    @property
    def has_minute(self) -> bool:
        """Whether an instant was told rather than a day or an hour."""
        return self.precision in ("minute", "second")


def read_time(text: str, zone: ZoneInfo) -> Told | None:
    """Read `YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]` of 1900 to 9000; None where it is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    precision = [part for part in PARTS if found[part]][-1]
    clock = NOON if precision == "day" else None
    with suppress(ValueError):
        day = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
        at = datetime.combine(day, clock or _clock(found), _zone(found, zone))
        if 1900 <= at.year <= 9000:
            return Told(at, precision)
    return None


def _clock(found: re.Match[str]) -> time:
    hour, minute, second = (int(found[part] or 0) for part in PARTS[3:])
    return time(hour, minute, second, int((found["part"] or "").ljust(6, "0")))


def _zone(found: re.Match[str], zone: ZoneInfo) -> timezone | ZoneInfo:
    offset = found["offset"]
    if offset is None:
        return zone
    if int(offset[3:]) > 59:
        raise ValueError("an hour has sixty minutes")
    apart = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return timezone(-apart if offset.startswith("-") else apart)
