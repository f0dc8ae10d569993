"""What may be told of a patient: dates that can be, covariates that were declared."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.errors import Conflict, FieldError, InvalidInput
from app.prognosis.covariates import Covariate
from app.prognosis.patient import (
    PLANNED_AHEAD,
    TIMELESS,
    BloodTest,
    FollowUp,
    Observation,
    Patient,
    Value,
)

IDENTIFIER = r"^[A-Za-z0-9._-]{1,64}$"
"""The form of a pseudonym and of an accession number."""

NAME = r"^[A-Za-z][A-Za-z0-9_.]{0,63}$"
"""The form of a covariate's name, as wide as the columns of the cohorts that people have."""

CLOCKS_APART = timedelta(minutes=5)
"""How far a laboratory's clock may run before ours."""


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def read_date(value: object) -> date | None:
    """Read a calendar date YYYY-MM-DD of the years 1800 to 9000; None where it is none."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
            # Windows are laid around dates; at the calendar's ends there is no room for them.
            return day if 1800 <= day.year <= 9000 else None
    return None


def read_instant(value: object) -> datetime | None:
    """Read an RFC 3339 instant with its offset; None where it is none."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        with suppress(ValueError):
            at = datetime.fromisoformat(value.upper())
            return at if 1900 <= at.year <= 9000 else None
    return None


@dataclass(frozen=True)
class Statement:
    """What a hospital says of one patient as of one day; `facts` holds only what was said."""

    patient_id: str
    observed_on: date | None
    facts: Mapping[str, Value | None]
    extra: Mapping[str, float | bool | None]


def observation_of(
    statement: Statement,
    observed_on: date,
    declared: Mapping[str, Covariate],
    today: date,
    pointer: str,
) -> Observation:
    """Check a statement against the calendar and the declared covariates."""
    errors = [
        *_date_errors(statement.facts, today, pointer),
        *_extra_errors(statement.extra, declared, pointer),
    ]
    if observed_on > today:
        errors.append(future(f"{pointer}/observed_on"))
    if errors:
        only = errors[0].code if len(errors) == 1 else None
        raise InvalidInput(errors[0].detail, code=only, errors=tuple(errors))
    extra = {
        name: float(value) if isinstance(value, int) else value
        for name, value in statement.extra.items()
    }
    return Observation(observed_on, {**statement.facts, **extra})


def future(pointer: str) -> FieldError:
    """Say that a date lies in the future."""
    return FieldError(pointer, "in-the-future", "the date lies in the future")


def check_draw(drawn_at: datetime, now: datetime, pointer: str) -> None:
    """Refuse a draw that has not happened yet."""
    if drawn_at > now + CLOCKS_APART:
        error = FieldError(pointer, "in-the-future", "the draw lies in the future")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))


def check_outcome(outcome: FollowUp, today: date) -> None:
    """Refuse an outcome whose dates lie in the future or contradict each other."""
    dates = {name: value for name, value in vars(outcome).items() if isinstance(value, date)}
    errors = [future(f"/{name}") for name, value in dates.items() if value > today]
    if outcome.death_on:
        errors += [
            FieldError(f"/{name}", "after-death", "the date lies after the death")
            for name, value in dates.items()
            if value > outcome.death_on
        ]
    if errors:
        raise InvalidInput(errors[0].detail, code=errors[0].code, errors=tuple(errors))


def check_death_against_draws(outcome: FollowUp | None, tests: Iterable[BloodTest]) -> None:
    """Refuse a death before a draw, and a draw after death."""
    if outcome is None or outcome.death_on is None:
        return
    draws = [t for t in tests if t.status not in ("cancelled", "entered_in_error")]
    late = sum(test.drawn_on > outcome.death_on for test in draws)
    if late:
        raise Conflict(
            f"{late} of {len(draws)} draws of this patient would lie after the death",
            code="contradicts-follow-up",
        )


def check_death_against_index(outcome: FollowUp | None, patient: Patient) -> None:
    """Refuse a death before the index date."""
    start = patient.index_date
    if outcome and outcome.death_on and start and outcome.death_on < start:
        raise Conflict("the death would lie before the index date", code="contradicts-follow-up")


def check_death_against_courses(outcome: FollowUp | None, days: Iterable[date]) -> None:
    """Refuse a death before a day of treatment or of assessment, and such a day after death."""
    if outcome and outcome.death_on and any(day > outcome.death_on for day in days):
        raise Conflict(
            "a treatment or an assessment would lie after the death", code="contradicts-follow-up"
        )


def revises(before: FollowUp, after: FollowUp) -> bool:
    """Tell whether an outcome takes back what was said, rather than going on from it."""
    events = ("death_on", "progression_on")
    seen = before.last_known_alive_on
    return any(
        getattr(before, name) not in (None, getattr(after, name)) for name in events
    ) or bool(seen and (after.last_known_alive_on or date.min) < seen and not after.death_on)


TOLD_ONCE = TIMELESS | {"index_date"}
"""Facts that hold on every day, so that telling another value on any day takes the first back."""


def changes(patient: Patient, told: Observation) -> tuple[dict[str, Value | None], bool]:
    """Tell what of a statement is new, and whether it overwrites what was said of that day."""
    said: dict[str, Value | None] = {}
    for observation in patient.observations:
        if observation.observed_on == told.observed_on:
            said.update(observation.values)
    new = {name: value for name, value in told.values.items() if said.get(name) != value}
    once = {
        name: value
        for observation in sorted(patient.observations, key=lambda o: o.observed_on)
        for name, value in observation.values.items()
        if name in TOLD_ONCE
    }
    overwrites = any(
        said.get(name) is not None or once.get(name) not in (None, value)
        for name, value in new.items()
    )
    return new, overwrites


def _date_errors(
    facts: Mapping[str, Value | None], today: date, pointer: str
) -> Iterable[FieldError]:
    ahead = {"line_started_on": PLANNED_AHEAD}
    for name in ("metastatic_diagnosis_date", "line_started_on", "index_date"):
        told = facts.get(name)
        if isinstance(told, str) and date.fromisoformat(told) > today + ahead.get(
            name, timedelta(0)
        ):
            yield future(f"{pointer}/{name}")
    born = facts.get("birth_year")
    if isinstance(born, int) and born > today.year:
        yield future(f"{pointer}/birth_year")


def _extra_errors(
    extra: Mapping[str, float | bool | None], declared: Mapping[str, Covariate], pointer: str
) -> Iterable[FieldError]:
    unknown = len(extra.keys() - declared.keys())
    if unknown:
        # Not by name: what stands where a name belongs can be a person's.
        detail = f"{unknown} of {len(extra)} covariates were not declared"
        yield FieldError(f"{pointer}/extra", "unknown-covariate", detail)
    for name in sorted(extra.keys() & declared.keys()):
        value = extra[name]
        if value is not None and not _fits(declared[name], value):
            at = f"{pointer}/extra/{name}"
            yield FieldError(at, "out-of-range", "the value does not fit the declared covariate")


def _fits(covariate: Covariate, value: float | bool) -> bool:
    if covariate.kind == "binary":
        return value in (0, 1)
    return not isinstance(value, bool) and covariate.minimum <= value <= covariate.maximum
