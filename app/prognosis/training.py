"""Who a model is fitted on: at most one row a patient."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from app.prognosis.cohort import Cohort, Floats
from app.prognosis.covariates import COUNT, Covariate, value_of
from app.prognosis.patient import (
    TIMELESS,
    BloodTest,
    Clock,
    FollowUp,
    Known,
    Patient,
    clock_of_draw,
    clock_of_index,
    setting_of,
)

Endpoint = Literal["overall_survival", "progression_free_survival", "disease_free_survival"]
ClockName = Literal["draw", "index_date"]

LeftOut = Literal[
    "no_eligible_draw",
    "other_setting",
    "draw_not_baseline",
    "no_index_date",
    "after_data_cutoff",
    "no_follow_up",
    "event_before_clock_start",
]
"""Why a patient gives no row; `missing_covariate` is counted when a model is fitted."""

HALF_A_DAY = 0.5
"""Days of follow-up of a patient last seen, or dead, on the day the clock starts."""


@dataclass(frozen=True)
class TrainingRow:
    """
    What one patient brings to a fit.

    Attributes
    ----------
    patient_id : str
        The patient's pseudonym.
    accession_number : str or None
        Of the draw that starts the clock; None where an index date does.
    start : datetime.date
        Time zero.
    days : float
        From time zero to the event or to the censoring; 0.5 for the same day.
    event : bool
        Whether the endpoint's event happened by the data cut-off.
    known : mapping of str to Known
        What was known at time zero, by the fact's name; `ctc_count` included.
    line_start_unknown : bool
        Whether the draw is a baseline draw only because no line start was told.
    """

    patient_id: str
    accession_number: str | None
    start: date
    days: float
    event: bool
    known: Mapping[str, Known]
    line_start_unknown: bool = False

    @property
    def last_seen(self) -> date:
        """Day of the event or of the censoring."""
        return self.start + timedelta(days=int(self.days))


@dataclass(frozen=True)
class Rows:
    """
    The rows of one endpoint and setting, and who is not among them.

    Attributes
    ----------
    rows : tuple of TrainingRow
        By patient, at most one each.
    left_out : mapping of str to int
        Patients without a row, by reason.
    line_start_unknown : int
        Rows whose line of therapy has no known start.
    """

    rows: tuple[TrainingRow, ...]
    left_out: Mapping[str, int]
    line_start_unknown: int


@dataclass(frozen=True)
class _Start:
    """Where a patient's clock starts, and with which draw."""

    clock: Clock
    test: BloodTest | None = None

    @property
    def known(self) -> Mapping[str, Known]:
        if self.test is None:
            return self.clock.known
        return {**self.clock.known, COUNT: Known(self.test.ctc_count, self.test.drawn_on)}


def training_rows(
    patients: Iterable[Patient],
    *,
    endpoint: Endpoint,
    setting: str,
    clock: ClockName,
    data_cutoff: date,
) -> Rows:
    """
    Make one row of each patient who has a clock's start and a follow-up.

    Parameters
    ----------
    patients : iterable of Patient
        Everything recorded, in any order.
    endpoint : {'overall_survival', 'progression_free_survival', 'disease_free_survival'}
        The event is death, or for the others progression or death, the first.
    setting : str
        The disease setting known at the clock's start.
    clock : {'draw', 'index_date'}
        Time zero: the first baseline draw in the setting, or the index date.
    data_cutoff : datetime.date
        Nothing that happened later counts; the event-free are censored then.

    Returns
    -------
    Rows
        The rows by patient, with the patients left out counted by reason.
    """
    start_of = _first_draw if clock == "draw" else _index
    rows: list[TrainingRow] = []
    left_out: Counter[str] = Counter()
    for patient in patients:
        start = start_of(patient, setting, data_cutoff)
        row = start if isinstance(start, str) else _row(patient, start, endpoint, data_cutoff)
        if isinstance(row, str):
            left_out[row] += 1
        else:
            rows.append(row)
    return Rows(
        rows=tuple(sorted(rows, key=lambda row: row.patient_id)),
        left_out=dict(sorted(left_out.items())),
        line_start_unknown=sum(row.line_start_unknown for row in rows),
    )


def _first_draw(patient: Patient, setting: str, cutoff: date) -> _Start | LeftOut:
    tests = [test for test in patient.blood_tests if test.is_result and test.is_comparable]
    if not tests:
        return "no_eligible_draw"
    tests = [test for test in tests if test.drawn_on <= cutoff]
    if not tests:
        return "after_data_cutoff"
    reason: LeftOut = "other_setting"
    for test in sorted(tests, key=lambda test: (test.drawn_at, test.accession_number)):
        clock = clock_of_draw(patient, test)
        if setting_of(clock.known) != setting:
            continue
        if clock.standing != "not-baseline":
            return _Start(clock, test)
        reason = "draw_not_baseline"
    return reason


def _index(patient: Patient, setting: str, cutoff: date) -> _Start | LeftOut:
    clock = clock_of_index(patient)
    if clock is None:
        return "no_index_date"
    if clock.start > cutoff:
        return "after_data_cutoff"
    return _Start(clock) if setting_of(clock.known) == setting else "other_setting"


def _row(
    patient: Patient, start: _Start, endpoint: Endpoint, cutoff: date
) -> TrainingRow | LeftOut:
    outcome = _outcome(patient.follow_up, start.clock.start, endpoint, cutoff)
    if isinstance(outcome, str):
        return outcome
    days, event = outcome
    return TrainingRow(
        patient_id=patient.patient_id,
        accession_number=start.test.accession_number if start.test else None,
        start=start.clock.start,
        days=days,
        event=event,
        known=start.known,
        line_start_unknown=start.clock.standing == "line-start-unknown",
    )


def _outcome(
    follow_up: FollowUp | None, start: date, endpoint: Endpoint, cutoff: date
) -> tuple[float, bool] | LeftOut:
    if follow_up is None:
        return "no_follow_up"
    event_on = _event_on(follow_up, endpoint)
    if event_on is not None and event_on < start:
        return "event_before_clock_start"
    end = event_on or follow_up.last_known_alive_on or follow_up.progression_on
    if end is None or end < start:
        return "no_follow_up"
    days = (min(end, cutoff) - start).days
    return float(days) if days else HALF_A_DAY, event_on is not None and event_on <= cutoff


def _event_on(follow_up: FollowUp, endpoint: Endpoint) -> date | None:
    if endpoint == "overall_survival":
        return follow_up.death_on
    dates = [day for day in (follow_up.progression_on, follow_up.death_on) if day is not None]
    return min(dates, default=None)


def row_values(
    row: TrainingRow, covariates: Sequence[Covariate]
) -> list[dict[str, str | float | None]]:
    """
    Lay open what a row says of each covariate and since when it was known.

    Parameters
    ----------
    row : TrainingRow
        One row of a cohort.
    covariates : sequence of Covariate
        Those of the model.

    Returns
    -------
    list of dict
        For each covariate its value, the day of its observation and the basis:
        `draw` for the count, `timeless` for the year of birth, `line` for the
        line of therapy of a baseline draw that was told later, `observed` for
        the rest, None for what was not known.
    """
    return [_row_value(row, covariate) for covariate in covariates]


def _row_value(row: TrainingRow, covariate: Covariate) -> dict[str, str | float | None]:
    fact = row.known.get(covariate.source)
    day = fact.observed_on if fact else None
    return {
        "covariate": covariate.name,
        "value": value_of(covariate, row.known, row.start),
        "observed_on": day.isoformat() if day else None,
        "basis": _basis(covariate.source, fact),
    }


def _basis(source: str, fact: Known | None) -> str | None:
    if fact is None:
        return None
    if source == COUNT:
        return "draw"
    if source in TIMELESS:
        return "timeless"
    return "observed" if fact.observed_on else "line"


def cohort_of(rows: Rows, covariates: Sequence[Covariate]) -> Cohort:
    """
    Read some covariates of the rows into arrays.

    Parameters
    ----------
    rows : Rows
        Of one endpoint and setting.
    covariates : sequence of Covariate
        The columns to make.

    Returns
    -------
    Cohort
        By patient; NaN where a row does not know a covariate.
    """
    ordered = sorted(rows.rows, key=lambda row: row.patient_id)
    return Cohort(
        keys=tuple(row.patient_id for row in ordered),
        accessions=tuple(row.accession_number or "" for row in ordered),
        starts=np.array([row.start for row in ordered], dtype="datetime64[D]"),
        days=np.array([row.days for row in ordered], dtype=np.float64),
        events=np.array([row.event for row in ordered], dtype=np.bool_),
        columns={covariate.name: _column(ordered, covariate) for covariate in covariates},
    )


def _column(rows: Sequence[TrainingRow], covariate: Covariate) -> Floats:
    # float64 turns None into NaN.
    return np.array([value_of(covariate, row.known, row.start) for row in rows], dtype=np.float64)
