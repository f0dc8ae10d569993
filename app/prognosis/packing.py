"""Clock starts as fixed-length records, so that a million of them are read at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import chain, islice, pairwise
from operator import le, lt
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.clock_starts import ClockStart
from app.prognosis.covariates import REGISTRY, SETTINGS, Covariate, code_of
from app.prognosis.patient import Known

EPOCH = date(1970, 1, 1).toordinal()

NEVER = 2**31 - 1
"""A day that did not come: later than any cut-off."""

UNKNOWN = -(2**31)
"""The day of an observation that nobody made."""

UNDATED = UNKNOWN + 1
"""The day of what holds on every day."""

RECORDS_AT_ONCE = 2048
"""Records that stay in a processor's cache together."""

HEAD = (
    ("setting", "u1"),
    ("line_start_unknown", "?"),
    ("start", "<i4"),
    ("eligible_from", "<i4"),
    ("passed_over_from", "<i4"),
    ("last_known_alive_on", "<i4"),
    ("death_on", "<i4"),
    ("progression_on", "<i4"),
)
"""What every record begins with; days count from 1970."""


@dataclass(frozen=True)
class Layout:
    """
    Which facts a record holds, and where.

    Attributes
    ----------
    coded : tuple of str
        Facts that the registry reads, as whole numbers.
    numbers : tuple of str
        Covariates that the organisation declared, as they were observed.
    """

    coded: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every fact, in the order of the record."""
        return (*self.coded, *self.numbers)

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with what a record holds."""
        held = "\n".join((*map(str, HEAD), *self.coded, "", *self.numbers))
        return sha256(held.encode()).hexdigest()[:16]

    @cached_property
    def dtype(self) -> np.dtype[np.void]:
        """The record as NumPy reads it."""
        kinds = [*(("<i4", name) for name in self.coded), *(("<f8", name) for name in self.numbers)]
        facts = ([(f"code {name}", kind), (f"day {name}", "<i4")] for kind, name in kinds)
        return np.dtype([*HEAD, *chain.from_iterable(facts)])

    @cached_property
    def _struct(self) -> Struct:
        return Struct(f"<B?6i{'ii' * len(self.coded)}{'di' * len(self.numbers)}")

    def packed(self, start: ClockStart) -> bytes:
        """
        Pack one clock's start.

        Parameters
        ----------
        start : ClockStart
            Of any patient.

        Returns
        -------
        bytes
            One record of `dtype`.
        """
        follow_up = start.follow_up
        days = (
            start.start,
            start.eligible_from,
            start.passed_over_from,
            follow_up.last_known_alive_on,
            follow_up.death_on,
            follow_up.progression_on,
        )
        return self._struct.pack(
            SETTINGS.index(start.setting),
            start.line_start_unknown,
            *(NEVER if day is None else day_number(day) for day in days),
            *chain.from_iterable(_coded(name, start.known.get(name)) for name in self.coded),
            *chain.from_iterable(_number(start.known.get(name)) for name in self.numbers),
        )


def _coded(name: str, fact: Known | None) -> tuple[int, int]:
    return (0, UNKNOWN) if fact is None else (code_of(name, fact.value), _observed(fact))


def _number(fact: Known | None) -> tuple[float, int]:
    if fact is None or not isinstance(fact.value, int | float):
        return 0.0, UNKNOWN
    return float(fact.value), _observed(fact)


def _observed(fact: Known) -> int:
    return UNDATED if fact.observed_on is None else day_number(fact.observed_on)


def day_number(day: date) -> int:
    """
    Count days as NumPy's datetime64 does.

    Parameters
    ----------
    day : datetime.date
        Any.

    Returns
    -------
    int
        Days since the first of January 1970.
    """
    return day.toordinal() - EPOCH


def layout_of(registry: Mapping[str, Covariate]) -> Layout:
    """
    Lay out a record that holds all that these covariates are read from.

    Parameters
    ----------
    registry : mapping of str to Covariate
        The covariates that every organisation has and the declared ones.

    Returns
    -------
    Layout
        In alphabetical order.
    """
    coded = {covariate.source for covariate in REGISTRY.values()}
    numbers = {covariate.source for covariate in registry.values()} - coded
    return Layout(tuple(sorted(coded)), tuple(sorted(numbers)))


@dataclass(frozen=True, eq=False)
class Records:
    """
    The clock starts of many patients, those of one patient together.

    Attributes
    ----------
    layout : Layout
        Of every record.
    patient_ids : tuple of str, length n
        Ascending; of one patient, the start with the latest day first.
    accession_numbers : tuple of str or None, length n
        Of the draw that starts the clock.
    fields : mapping of str to ndarray, shape (n,)
        Those of the layout's `dtype`, each by itself.
    """

    layout: Layout
    patient_ids: tuple[str, ...]
    accession_numbers: tuple[str | None, ...]
    fields: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        """Count the records."""
        return len(self.patient_ids)

    @cached_property
    def person(self) -> NDArray[np.intp]:
        """A number for each record's patient, ascending from 0, shape (n,)."""
        ids = self.patient_ids
        if all(map(lt, ids, islice(ids, 1, None))):
            return np.arange(len(ids), dtype=np.intp)
        changes = (one != other for one, other in pairwise(ids))
        return np.concatenate(([0], np.cumsum(np.fromiter(changes, np.bool_)))).astype(np.intp)

    @property
    def patients(self) -> int:
        """How many patients have a record."""
        return int(self.person[-1]) + 1 if len(self.person) else 0

    def taken(self, places: NDArray[np.intp]) -> "Records":
        """
        Take some of the records.

        Parameters
        ----------
        places : ndarray of int, shape (k,)
            Which.

        Returns
        -------
        Records
            In that order.
        """
        if np.array_equal(places, np.arange(len(self))):
            return self
        chosen = places.tolist()
        return Records(
            self.layout,
            tuple(map(self.patient_ids.__getitem__, chosen)),
            tuple(map(self.accession_numbers.__getitem__, chosen)),
            {name: values[places] for name, values in self.fields.items()},
        )

    def fact(self, name: str) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """
        Read one fact of every record.

        Parameters
        ----------
        name : str
            One of the layout's.

        Returns
        -------
        tuple of ndarray, shape (n,)
            Its codes, and the days of observation.
        """
        return self.fields[f"code {name}"], self.fields[f"day {name}"]

    def joined(self, others: "Records") -> "Records":
        """
        Put the records of other patients among these.

        Parameters
        ----------
        others : Records
            Of the same layout, of none of these patients.

        Returns
        -------
        Records
            By patient.
        """
        fields = {
            name: np.concatenate([values, others.fields[name]])
            for name, values in self.fields.items()
        }
        numbers = (*self.accession_numbers, *others.accession_numbers)
        return _by_patient(
            Records(self.layout, (*self.patient_ids, *others.patient_ids), numbers, fields)
        )


Record = tuple[str, str | None, bytes]
"""A patient, the accession number of the draw, and the packed start."""


def records_of(layout: Layout, found: Sequence[Record]) -> Records:
    """
    Put packed starts in order.

    Parameters
    ----------
    layout : Layout
        That they were packed by.
    found : sequence of Record
        In any order, but those of one patient as `clock_starts` gave them.

    Returns
    -------
    Records
        By patient.
    """
    return read_records(
        layout,
        [patient_id for patient_id, _, _ in found],
        [accession_number for _, accession_number, _ in found],
        b"".join([packed for _, _, packed in found]),
    )


def read_records(
    layout: Layout,
    patient_ids: Sequence[str],
    accession_numbers: Sequence[str | None],
    packed: bytes,
) -> Records:
    """
    Read packed starts that come one behind the other.

    Parameters
    ----------
    layout : Layout
        That they were packed by.
    patient_ids : sequence of str, length n
        In any order, but those of one patient as `clock_starts` gave them.
    accession_numbers : sequence of str or None, length n
        Of the draw that starts the clock.
    packed : bytes
        The n records.

    Returns
    -------
    Records
        By patient.
    """
    rows = np.frombuffer(packed, dtype=layout.dtype)
    fields = {name: np.empty(len(rows), dtype=rows.dtype[name]) for name in rows.dtype.names or ()}
    # Some at a time: each record is then brought into the processor once, not once a field.
    for first in range(0, len(rows), RECORDS_AT_ONCE):
        some = slice(first, first + RECORDS_AT_ONCE)
        for name, values in fields.items():
            values[some] = rows[name][some]
    return _by_patient(Records(layout, tuple(patient_ids), tuple(accession_numbers), fields))


def _by_patient(records: Records) -> Records:
    ids = records.patient_ids
    if all(map(le, ids, islice(ids, 1, None))):
        return records
    return records.taken(np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp))


def packed_starts(layout: Layout, patient_id: str, starts: Iterable[ClockStart]) -> list[Record]:
    """
    Pack what one patient brings.

    Parameters
    ----------
    layout : Layout
        Of the organisation.
    patient_id : str
        The patient's pseudonym.
    starts : iterable of ClockStart
        As `clock_starts` gave them.

    Returns
    -------
    list of Record
        In the same order.
    """
    return [(patient_id, start.accession_number, layout.packed(start)) for start in starts]
