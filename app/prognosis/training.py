"""Who a model is fitted on: at most one row a patient, read from packed clock starts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.prognosis.clock_starts import ClockName
from app.prognosis.cohort import Cohort, Flags, Floats
from app.prognosis.covariates import COUNT, SETTINGS, Covariate, fact_of
from app.prognosis.packing import NEVER, UNDATED, UNKNOWN, Records, day_number
from app.prognosis.patient import BASELINE_COUNT, TIMELESS

Days = NDArray[np.int32]
Places = NDArray[np.intp]
Endpoint = Literal["overall_survival", "progression_free_survival", "disease_free_survival"]

LeftOut = Literal[
    "no_eligible_draw",
    "other_setting",
    "draw_not_baseline",
    "no_index_date",
    "no_draw_in_window",
    "after_data_cutoff",
    "no_follow_up",
    "event_before_clock_start",
    "open_trial",
]
"""Why a patient gives no row; `missing_covariate` is counted when a model is fitted."""

LACKING: Mapping[str, LeftOut] = {"draw": "no_eligible_draw", "index_date": "no_index_date"}
"""What a patient without a clock's start lacks, by the clock; the others are windows."""

HALF_A_DAY = 0.5
"""Days of follow-up of a patient last seen, or dead, on the day the clock starts."""

WIDEST = 10_000_000
"""Distance of two codes up to which they are counted off, which is faster than to sort them."""

BASES = (None, "draw", "timeless", "line", "observed")
"""Why a value was known at time zero; the line of a baseline draw may have been told later."""


@dataclass(frozen=True, eq=False)
class Facts:
    """
    One fact of every row.

    Attributes
    ----------
    codes : ndarray, shape (n,)
        Whole numbers that `fact_of` reads, or the numbers of a declared covariate.
    observed : ndarray of int32, shape (n,)
        The day of observation since 1970; `UNKNOWN`, or `UNDATED` where it
        holds on every day.
    """

    codes: NDArray[np.int32] | Floats
    observed: Days

    @property
    def known(self) -> Flags:
        """Whether each row knows the fact, shape (n,)."""
        return np.asarray(self.observed != UNKNOWN)


@dataclass(frozen=True, eq=False)
class TrainingTable:
    """
    The rows of one endpoint, setting, clock and cut-off, and who is not among them.

    Attributes
    ----------
    patient_ids : sequence of str, length n
        Ascending, each once.
    accession_numbers : sequence of str, length n
        Of the draw that starts the clock; empty where an index date does.
    starts : ndarray of datetime64[D], shape (n,)
        Time zero.
    days : ndarray, shape (n,)
        From time zero to the event or to the censoring; 0.5 for the same day.
    events : ndarray of bool, shape (n,)
        Whether the endpoint's event happened by the data cut-off.
    facts : mapping of str to Facts
        What was known at time zero, by the fact's name; `ctc_count` included.
    left_out : mapping of str to int
        Patients without a row, by reason.
    line_start_unknown : int
        Rows whose line of therapy has no known start.
    """

    patient_ids: Sequence[str]
    accession_numbers: Sequence[str]
    starts: NDArray[np.datetime64]
    days: Floats
    events: Flags
    facts: Mapping[str, Facts]
    left_out: Mapping[str, int]
    line_start_unknown: int

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.patient_ids)

    @property
    def last_seen(self) -> NDArray[np.datetime64]:
        """Day of the event or of the censoring, shape (n,)."""
        return self.starts + self.days.astype(np.int64)

    @cached_property
    def _years(self) -> tuple[list[int], Places]:
        """The calendar years of time zero, and the place of each row's year among them."""
        days, places = _levels(self.starts.astype(np.int64))
        years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        found, of_days = np.unique(years, return_inverse=True)
        return found.tolist(), of_days[places]

    def column(self, covariate: Covariate) -> Floats:
        """
        Read one covariate of every row.

        Parameters
        ----------
        covariate : Covariate
            From the registry or declared.

        Returns
        -------
        ndarray, shape (n,)
            In the covariate's unit; NaN where it was not known.
        """
        facts = self.facts.get(covariate.source)
        if facts is None:
            return np.full(len(self), np.nan)
        known = facts.known
        if known.all():
            return self._entered(covariate, facts.codes, slice(None))
        column = np.full(len(self), np.nan)
        column[known] = self._entered(covariate, facts.codes[known], known)
        return column

    def _entered(
        self, covariate: Covariate, codes: NDArray[np.int32] | Floats, those: Flags | slice
    ) -> Floats:
        if codes.dtype == np.float64 or not len(codes):
            return codes.astype(np.float64)
        # Each pair of a fact and a year is read once, by the function that answers use.
        found, places = _levels(codes.astype(np.intp))
        facts = [fact_of(covariate.source, code) for code in found.tolist()]
        years, year_places = self._years
        values = [[covariate.enters(fact, year) for fact in facts] for year in years]
        # float64 turns None into NaN.
        table = np.array(values, dtype=np.float64)
        if np.array_equal(table, table[:1].repeat(len(years), axis=0), equal_nan=True):
            return np.asarray(table[0].take(places))
        return np.asarray(table.ravel().take(year_places[those] * len(facts) + places))

    def basis(self, covariate: Covariate) -> tuple[Days, NDArray[np.uint8]]:
        """
        Tell since when a covariate was known, and why it could be.

        Parameters
        ----------
        covariate : Covariate
            From the registry or declared.

        Returns
        -------
        tuple of ndarray, shape (n,)
            The day of observation as `Facts` has it, and the place of the
            reason in `BASES`.
        """
        facts = self.facts.get(covariate.source)
        if facts is None:
            return np.full(len(self), UNKNOWN, dtype=np.int32), np.zeros(len(self), dtype=np.uint8)
        dated = "draw" if covariate.source in (COUNT, BASELINE_COUNT) else "observed"
        undated = "timeless" if covariate.source in TIMELESS else "line"
        bases = np.full(len(self), BASES.index(dated), dtype=np.uint8)
        bases[facts.observed == UNDATED] = BASES.index(undated)
        bases[~facts.known] = BASES.index(None)
        return facts.observed, bases


def _levels(codes: Places) -> tuple[Places, Places]:
    """Find the distinct codes, ascending, and the place of each row's code."""
    if not len(codes):
        return codes, codes
    low = codes.min()
    if codes.max() - low > WIDEST:
        return np.unique(codes, return_inverse=True)
    codes = codes - low
    occurs = np.zeros(codes.max() + 1, dtype=np.bool_)
    occurs[codes] = True
    return np.flatnonzero(occurs) + low, (np.cumsum(occurs) - 1).take(codes)


def training_table(
    records: Records,
    patients: int,
    *,
    endpoint: Endpoint,
    setting: str,
    clock: ClockName,
    data_cutoff: date,
    open_trial: Collection[str] = frozenset(),
) -> TrainingTable:
    """
    Make one row of each patient who has a clock's start and a follow-up.

    Parameters
    ----------
    records : Records
        The packed clock starts of everybody, for this clock.
    patients : int
        How many patients there are, those without a record among them.
    endpoint : {'overall_survival', 'progression_free_survival', 'disease_free_survival'}
        The event is death, or for the others progression or death, the first.
    setting : str
        The disease setting known at the clock's start.
    clock : {'draw', 'index_date', 'weeks-3-5', 'weeks-6-8', 'weeks-9-14'}
        Of the records; tells what those without a record lack.
    data_cutoff : datetime.date
        Nothing that happened later counts; the event-free are censored then.
    open_trial : collection of str, optional
        Patients whose outcomes are not to be looked at, whatever is known of them.

    Returns
    -------
    TrainingTable
        The rows by patient, with the patients left out counted by reason.
    """
    cutoff = day_number(data_cutoff)
    records = _without(records, open_trial)
    begun, left_out = _begun(records, SETTINGS.index(setting), cutoff)
    lacking = LACKING.get(clock, "no_draw_in_window")
    left_out[lacking] += patients - records.patients - len(open_trial)
    left_out["open_trial"] = len(open_trial)
    records = records.taken(begun)
    days, events, refused = _outcomes(records.fields, endpoint, cutoff)
    left_out.update({reason: int(flags.sum()) for reason, flags in refused.items()})
    kept = ~np.logical_or.reduce(list(refused.values()))
    chosen = records.taken(np.flatnonzero(kept))
    return TrainingTable(
        patient_ids=chosen.patient_ids,
        accession_numbers=chosen.accession_numbers,
        starts=chosen.fields["start"].astype("datetime64[D]"),
        days=days[kept],
        events=events[kept],
        facts={name: Facts(*chosen.fact(name)) for name in records.layout.names},
        left_out={reason: count for reason, count in sorted(left_out.items()) if count},
        line_start_unknown=int(chosen.fields["line_start_unknown"].sum()),
    )


def _without(records: Records, patient_ids: Collection[str]) -> Records:
    if not patient_ids:
        return records
    others = [each not in patient_ids for each in records.patient_ids]
    return records.taken(np.flatnonzero(others))


def _begun(
    records: Records, setting: int, cutoff: int
) -> tuple[NDArray[np.intp], "Counter[LeftOut]"]:
    """Choose each patient's record, and say why the others have none."""
    head, person = records.fields, records.person
    ours = head["setting"] == setting
    # A start that never was lies after every cut-off.
    begun = np.flatnonzero(ours & (head["start"] <= cutoff))
    # Of several, the draw that was taken first has the latest day: its record comes first.
    begun = begun[np.diff(person[begun], prepend=-1) > 0]
    lacking = np.ones(records.patients, dtype=np.bool_)
    lacking[person[begun]] = False
    later = np.zeros_like(lacking)
    later[person] = head["eligible_from"] > cutoff
    passed_over = np.zeros_like(lacking)
    passed_over[person[ours & (head["passed_over_from"] <= cutoff)]] = True
    reasons: dict[LeftOut, Flags] = {
        "after_data_cutoff": lacking & later,
        "draw_not_baseline": lacking & ~later & passed_over,
        "other_setting": lacking & ~later & ~passed_over,
    }
    return begun, Counter({reason: int(flags.sum()) for reason, flags in reasons.items()})


def _outcomes(
    head: Mapping[str, NDArray[Any]], endpoint: Endpoint, cutoff: int
) -> tuple[Floats, Flags, dict[LeftOut, Flags]]:
    start, alive, died = head["start"], head["last_known_alive_on"], head["death_on"]
    progressed = head["progression_on"]
    event_on = died if endpoint == "overall_survival" else np.minimum(died, progressed)
    end = np.where(event_on != NEVER, event_on, np.where(alive != NEVER, alive, progressed))
    before = event_on < start
    unseen = ~before & ((end == NEVER) | (end < start))
    days = (np.minimum(end, cutoff) - start).astype(np.float64)
    days[days == 0] = HALF_A_DAY
    refused: dict[LeftOut, Flags] = {"event_before_clock_start": before, "no_follow_up": unseen}
    return days, np.asarray(event_on <= cutoff), refused


def cohort_of(table: TrainingTable, covariates: Sequence[Covariate]) -> Cohort:
    """
    Read some covariates of the rows.

    Parameters
    ----------
    table : TrainingTable
        Of one endpoint and setting.
    covariates : sequence of Covariate
        The columns to make.

    Returns
    -------
    Cohort
        By patient; NaN where a row does not know a covariate.
    """
    return Cohort(
        keys=table.patient_ids,
        accessions=table.accession_numbers,
        starts=table.starts,
        days=table.days,
        events=table.events,
        columns={covariate.name: table.column(covariate) for covariate in covariates},
    )
