"""The cells of one row, read by the kind that each has to be of; what is wrong is collected."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from math import isfinite
from re import fullmatch

from app.errors import FieldError, InvalidInput
from app.prognosis.covariates import Field
from app.prognosis.patient import Value
from app.usecases.intake import IDENTIFIER, read_date, read_instant

NO_SITES = "none"
"""How a cell says that there are no metastases; an empty cell says nothing."""

PLAIN = r"[a-z0-9_]{1,64}"
"""A column's name that can be told back."""

LARGEST_NUMBER = 1e15
"""Of a declared covariate; nothing that is measured comes near it."""


class Cells:
    """One row; a cell that is None says nothing."""

    def __init__(self, cells: Mapping[str, object]) -> None:
        self._cells = {name: value for name, value in cells.items() if value is not None}
        self._errors: list[FieldError] = []

    def says(self, *names: str) -> bool:
        """Tell whether any of the cells holds something."""
        return any(name in self._cells for name in names)

    def others(self, columns: Collection[str]) -> list[str]:
        """List the columns that say something and are not among these."""
        return [name for name in self._cells if name not in columns]

    def refuse(self, name: str, code: str, detail: str) -> None:
        """Note what is wrong with a column."""
        # A name is told back only where it cannot be that of a person.
        shown = name if fullmatch(PLAIN, name) else ""
        self._errors.append(FieldError(f"/{shown}", code, detail))

    def close(self) -> None:
        """Refuse the row where anything was wrong with it, naming columns and never values."""
        if self._errors:
            first = self._errors[0]
            raise InvalidInput(first.detail, code=first.code, errors=tuple(self._errors))

    def identifier(self, name: str, *, required: bool = True) -> str | None:
        """Read a pseudonym or an accession number; a whole number stands for its digits."""
        value = self._cells.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and fullmatch(IDENTIFIER, value):
            return value
        if value is not None:
            self.refuse(
                name, "string-pattern-mismatch", "1 to 64 of A-Z a-z 0-9 . _ - are required"
            )
        elif required:
            self.refuse(name, "missing", "is required")
        return None

    def whole(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        """Read a whole number."""
        value = self._cells.get(name)
        if value is None:
            if required:
                self.refuse(name, "missing", "is required")
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "int-type", "a whole number is required")
            return None
        return int(value) if self._within(name, value, low, high) else None

    def number(self, name: str, low: float, high: float) -> float | None:
        """Read a number."""
        value = self._cells.get(name)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
            self.refuse(name, "float-type", "a number is required")
            return None
        return float(value) if self._within(name, value, low, high) else None

    def number_or_flag(self, name: str) -> float | bool | None:
        """Read a number, or true or false."""
        value = self._cells.get(name)
        if isinstance(value, bool):
            return value
        return self.number(name, -LARGEST_NUMBER, LARGEST_NUMBER)

    def flag(self, name: str) -> bool | None:
        """Read true or false, or 1 or 0."""
        value = self._cells.get(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and value in (0, 1):
            return bool(value)
        # In a file that says 1 and 2 for alive and dead, every 1 was read as dead.
        self.refuse(name, "bool-type", "true or false is required, or 1 for true and 0 for false")
        return None

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """Read one of some words."""
        value = self._cells.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value in choices:
            return value
        self.refuse(name, "literal-error", f"one of {', '.join(choices)} is required")
        return None

    def day(self, name: str) -> date | None:
        """Read a calendar date."""
        value = self._cells.get(name)
        if value is None:
            return None
        found = read_date(value)
        if found is None:
            self.refuse(name, "calendar-date", "a calendar date YYYY-MM-DD is required")
        return found

    def instant(self, name: str) -> datetime | None:
        """Read an instant with its offset; a date alone stands for its noon in UTC."""
        value = self._cells.get(name)
        day = read_date(value)
        if day is not None and day.year >= 1900:
            return datetime.combine(day, time(12), UTC)
        found = read_instant(value)
        if found is None:
            self.refuse(
                name,
                "instant",
                "an RFC 3339 instant with an offset, or a date YYYY-MM-DD, is required",
            )
        return found

    def fact(self, field: Field) -> Value | None:
        """Read what can be said of a patient."""
        if field.kind == "integer" and field.minimum is not None and field.maximum is not None:
            return self.whole(field.name, field.minimum, field.maximum)
        if field.kind == "date":
            day = self.day(field.name)
            return day.isoformat() if day else None
        return (
            self._sites(field) if field.kind == "sites" else self.choice(field.name, field.choices)
        )

    def _sites(self, field: Field) -> list[str] | None:
        value = self._cells.get(field.name)
        if isinstance(value, str):
            value = [] if value == NO_SITES else [site.strip() for site in value.split(";")]
        if isinstance(value, list) and all(site in field.choices for site in value):
            return sorted(set(value))
        listed = ", ".join(field.choices)
        self.refuse(
            field.name, "literal-error", f"{NO_SITES}, or some of {listed} joined by ; are required"
        )
        return None

    def _within(self, name: str, value: float, low: float, high: float) -> bool:
        if value < low:
            self.refuse(name, "greater-than-equal", "the number is too small")
        elif value > high:
            self.refuse(name, "less-than-equal", "the number is too large")
        return low <= value <= high
