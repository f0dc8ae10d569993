"""One row of a cohort file: checked, and told in the words of what is recorded of a patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from app.prognosis.covariates import FIELDS, Covariate, Field
from app.prognosis.patient import VALID_FOR, BloodTest, FollowUp, Observation, Patient, Value
from app.usecases.cells import Cells
from app.usecases.intake import Statement, check_draw, check_outcome, observation_of, read_date

ASSAYS = ("cellsearch", "parsortix", "other")

SETTING_UNLESS_SAID = "metastatic"
"""The disease setting of a row that names none, unless the day's setting was told before."""

LONGEST_FOLLOW_UP_DAYS = 36_525
"""A hundred years; more is a slip of the pen."""

OWN_DAYS: Mapping[str, tuple[str, ...]] = {
    **{f"{name}_observed_on": (name,) for name in VALID_FOR},
    "line_of_therapy_observed_on": ("line_of_therapy",),
    "line_observed_on": ("line_of_therapy", "line_started_on"),
}
"""Columns with the day of facts that hold for a while, or may be told late; default: the row's."""

TEST_COLUMNS = ("drawn_at", "ctc_count", "blood_volume_ml", "assay", "accession_number")
OUTCOME_DATES = ("last_known_alive_on", "death_on", "progression_on")
OUTCOME_DAYS = ("follow_up_days", "died", "progression_days")
FACTS: Mapping[str, Field] = {field.name: field for field in FIELDS}

COLUMNS: tuple[str, ...] = (
    "patient_id",
    "index_date",
    *TEST_COLUMNS,
    "observed_on",
    *(name for name in FACTS if name != "index_date"),
    "age",
    *OWN_DAYS,
    *OUTCOME_DATES,
    *OUTCOME_DAYS,
)
"""Every column that means something by itself; any other is a declared covariate."""

TEXT_COLUMNS: frozenset[str] = frozenset(
    {
        *("patient_id", "drawn_at", "assay", "accession_number", "observed_on"),
        *OWN_DAYS,
        *OUTCOME_DATES,
        *(field.name for field in FIELDS if field.kind != "integer"),
    }
)
"""Columns whose cells stay text where a format knows text only."""


@dataclass(frozen=True)
class CohortRow:
    """What one row says, checked; `says_setting` is false where it left the setting out."""

    patient_id: str
    observation: Observation
    dated_apart: tuple[Observation, ...]
    test: BloodTest | None
    follow_up: FollowUp | None
    says_setting: bool

    def observations(self, patient: Patient) -> tuple[Observation, ...]:
        """Give what the row says of a patient of whom something may have been said before."""
        day = self.observation.observed_on
        told = any(
            "disease_setting" in observation.values
            for observation in patient.observations
            if observation.observed_on == day
        )
        if self.says_setting or told:
            return (*self.dated_apart, self.observation)
        values = {**self.observation.values, "disease_setting": SETTING_UNLESS_SAID}
        return (*self.dated_apart, Observation(day, values))


def row_of(
    row: Mapping[str, object], declared: Mapping[str, Covariate], now: datetime, today: date
) -> CohortRow:
    """Check one row; an InvalidInput names the columns that are wrong, never their values."""
    cells = Cells(row)
    patient_id = cells.identifier("patient_id")
    test = _blood_test(cells, patient_id)
    facts = _facts(cells)
    start = _start(cells, test, facts)
    facts |= _birth_year(cells, facts, start)
    own_days = _own_days(cells)
    observed_on = cells.day("observed_on") or start
    extra = _extra(cells, declared)
    follow_up = _follow_up(cells, start)
    cells.close()
    if patient_id is None or observed_on is None:
        raise LookupError("a row without its keys passed its checks")

    if test:
        check_draw(test.drawn_at, now, "/drawn_at")
        today = max(today, test.drawn_on)
    if follow_up:
        check_outcome(follow_up, today)
    says_setting = "disease_setting" in facts
    apart = tuple(
        observation_of(_said_apart(patient_id, facts, column), day, {}, today, "")
        for column, day in own_days.items()
    )
    statement = Statement(patient_id, observed_on, facts, extra)
    told = observation_of(statement, observed_on, declared, today, "")
    return CohortRow(patient_id, told, apart, test, follow_up, says_setting)


def accession_number_of(patient_id: str, drawn_at: datetime) -> str:
    """Name a draw that no laboratory numbered, by whose it is and when it was."""
    named = f"{patient_id}\n{drawn_at.astimezone(UTC).isoformat()}"
    return f"draw-{sha256(named.encode()).hexdigest()[:32]}"


def _blood_test(cells: Cells, patient_id: str | None) -> BloodTest | None:
    if not cells.says("drawn_at"):
        for name in TEST_COLUMNS[1:]:
            if cells.says(name):
                cells.refuse(name, "without-draw", "a blood test needs drawn_at")
        return None
    drawn_at = cells.instant("drawn_at")
    count = cells.whole("ctc_count", 0, 1_000_000, required=True)
    volume = cells.number("blood_volume_ml", 0.0, 100.0)
    if volume == 0.0:
        cells.refuse("blood_volume_ml", "greater-than", "the number is too small")
    assay = cells.choice("assay", ASSAYS)
    number = cells.identifier("accession_number", required=False)
    if drawn_at is None or count is None or patient_id is None:
        return None
    return BloodTest(
        number or accession_number_of(patient_id, drawn_at),
        drawn_at,
        drawn_at.date(),
        count,
        7.5 if volume is None else volume,
        assay or "cellsearch",
    )


def _facts(cells: Cells) -> dict[str, Value | None]:
    return {
        name: value
        for name, field in FACTS.items()
        if cells.says(name) and (value := cells.fact(field)) is not None
    }


def _start(cells: Cells, test: BloodTest | None, facts: Mapping[str, Value | None]) -> date | None:
    if test:
        return test.drawn_on
    if not cells.says("drawn_at", "index_date"):
        cells.refuse("drawn_at", "missing", "a draw or an index date is required")
    return None if cells.says("drawn_at") else read_date(facts.get("index_date"))


def _birth_year(
    cells: Cells, facts: Mapping[str, Value | None], start: date | None
) -> dict[str, Value | None]:
    age = cells.whole("age", 0, 130)
    if age is None or start is None:
        return {}
    born = start.year - age
    if born < (FACTS["birth_year"].minimum or 0):
        cells.refuse("age", "less-than-equal", "the number is too large")
    if facts.get("birth_year", born) != born:
        cells.refuse("age", "age-differs", "the age and the year of birth contradict each other")
    return {"birth_year": born}


def _own_days(cells: Cells) -> dict[str, date]:
    days = {column: cells.day(column) for column in OWN_DAYS}
    for column, names in OWN_DAYS.items():
        if cells.says(column) and not cells.says(*names):
            cells.refuse(names[0], "missing", f"is required with {column}")
    return {column: day for column, day in days.items() if day}


def _said_apart(patient_id: str, facts: dict[str, Value | None], column: str) -> Statement:
    """Take out of the facts those that have a day of their own."""
    apart = {name: facts.pop(name) for name in OWN_DAYS[column] if name in facts}
    return Statement(patient_id, None, apart, {})


def _extra(cells: Cells, declared: Mapping[str, Covariate]) -> dict[str, float | bool | None]:
    extra: dict[str, float | bool | None] = {}
    for name in cells.others(COLUMNS):
        if name in declared:
            value = cells.number_or_flag(name)
            if value is not None:
                extra[name] = value
        else:
            cells.refuse(
                name,
                "unknown-covariate",
                "is neither a column of a cohort file nor a declared covariate",
            )
    return extra


def _follow_up(cells: Cells, start: date | None) -> FollowUp | None:
    by_date = [name for name in OUTCOME_DATES if cells.says(name)]
    by_days = [name for name in OUTCOME_DAYS if cells.says(name)]
    if by_date and by_days:
        cells.refuse(by_days[0], "follow-up-twice", "follow-up is told as dates or as days")
        return None
    if by_days:
        return _follow_up_by_days(cells, start)
    if not by_date:
        return None
    alive_on, death_on, progression_on = (cells.day(name) for name in OUTCOME_DATES)
    return FollowUp(alive_on, death_on, progression_on)


def _follow_up_by_days(cells: Cells, start: date | None) -> FollowUp | None:
    days = cells.whole("follow_up_days", 0, LONGEST_FOLLOW_UP_DAYS)
    progression = cells.whole("progression_days", 0, LONGEST_FOLLOW_UP_DAYS)
    died = cells.flag("died")
    if cells.says("follow_up_days") != cells.says("died"):
        cells.refuse("follow_up_days", "missing", "follow_up_days and died need each other")
    if start is None:
        return None
    seen = None if days is None else start + timedelta(days=days)
    return FollowUp(
        None if died else seen,
        seen if died else None,
        None if progression is None else start + timedelta(days=progression),
    )
