"""Clock starts as fixed-length records, so that a million of them are read at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import chain
from operator import itemgetter
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.clock_starts import ClockStart
from app.prognosis.covariates import REGISTRY, SETTINGS, Covariate, code_of
from app.prognosis.labels import Labels, labels_at
from app.prognosis.patient import Known

EPOCH = date(1970, 1, 1).toordinal()

NEVER = 2**31 - 1
"""A day that did not come: later than any cut-off."""

UNKNOWN = -(2**31)
"""The day of an observation that nobody made."""

UNDATED = UNKNOWN + 1
"""The day of what holds on every day."""

HEAD = (
    ("setting", "u1"),
    ("is_first", "?"),
    ("line_start_unknown", "?"),
    ("start", "<i4"),
    ("eligible_from", "<i4"),
    ("passed_over_from", "<i4"),
    ("last_known_alive_on", "<i4"),
    ("death_on", "<i4"),
    ("progression_on", "<i4"),
)
"""What every record begins with: whether it is its patient's first; days count from 1970."""


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
        return Struct(f"<B??6i{'ii' * len(self.coded)}{'di' * len(self.numbers)}")

    def packed(self, start: ClockStart, *, is_first: bool) -> bytes:
        """
        Pack one clock's start.

        Parameters
        ----------
        start : ClockStart
            Of any patient.
        is_first : bool
            Whether it is the first that `clock_starts` gave.

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
            is_first,
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
    patient_ids : sequence of str, length n
        Ascending; of one patient, the start with the latest day first.
    accession_numbers : sequence of str, length n
        Of the draw that starts the clock; empty where none does.
    fields : mapping of str to ndarray, shape (n,)
        Those of the layout's `dtype`, each by itself.
    """

    layout: Layout
    patient_ids: Sequence[str]
    accession_numbers: Sequence[str]
    fields: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        """Count the records."""
        return len(self.patient_ids)

    @cached_property
    def person(self) -> NDArray[np.intp]:
        """A number for each record's patient, ascending from 0, shape (n,)."""
        return np.cumsum(self.fields["is_first"], dtype=np.intp) - 1

    @property
    def patients(self) -> int:
        """How many patients have a record."""
        return int(np.count_nonzero(self.fields["is_first"]))

    def taken(self, places: NDArray[np.intp]) -> "Records":
        """
        Take some of the records.

        Parameters
        ----------
        places : ndarray of int, shape (k,)
            Which; each once.

        Returns
        -------
        Records
            In that order.
        """
        if len(places) == len(self) and (places[1:] > places[:-1]).all():
            return self
        return Records(
            self.layout,
            labels_at(self.patient_ids, places),
            labels_at(self.accession_numbers, places),
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
        ids = (*self.patient_ids, *others.patient_ids)
        fields = {
            name: np.concatenate([values, others.fields[name]])
            for name, values in self.fields.items()
        }
        both = Records(
            self.layout, ids, (*self.accession_numbers, *others.accession_numbers), fields
        )
        return both.taken(np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp))


Record = tuple[str, str, bytes]
"""A patient, the accession number of the draw or nothing, and the packed start."""

Block = tuple[str, str, bytes]
"""Of some records: patients and accession numbers, a line each, and the packed starts."""


def records_of(layout: Layout, found: Iterable[Record]) -> Records:
    """
    Put packed starts in order.

    Parameters
    ----------
    layout : Layout
        That they were packed by.
    found : iterable of Record
        In any order, but those of one patient as `clock_starts` gave them.

    Returns
    -------
    Records
        By patient.
    """
    ordered = sorted(found, key=itemgetter(0))
    return Records(
        layout,
        tuple(patient_id for patient_id, _, _ in ordered),
        tuple(accession_number for _, accession_number, _ in ordered),
        _fields(layout, [packed for _, _, packed in ordered]),
    )


def read_blocks(layout: Layout, blocks: Sequence[Block]) -> Records:
    """
    Read blocks of packed starts.

    Parameters
    ----------
    layout : Layout
        That they were packed by.
    blocks : sequence of Block
        By patient.

    Returns
    -------
    Records
        By patient.
    """
    fields = _fields(layout, [packed for _, _, packed in blocks])
    n = len(fields["start"])
    return Records(
        layout,
        Labels(n, lambda: chain.from_iterable(ids.split("\n") for ids, _, _ in blocks)),
        Labels(n, lambda: chain.from_iterable(numbers.split("\n") for _, numbers, _ in blocks)),
        fields,
    )


def _fields(layout: Layout, packed: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    # A run at a time: each record is then brought into the processor once, not once a field.
    runs = [np.frombuffer(run, dtype=layout.dtype) for run in packed]
    ends = np.cumsum([len(run) for run in runs], dtype=np.intp)
    n = int(ends[-1]) if runs else 0
    fields = {name: np.empty(n, dtype=layout.dtype[name]) for name in layout.dtype.names or ()}
    for run, end in zip(runs, ends.tolist(), strict=True):
        for name, values in fields.items():
            values[end - len(run) : end] = run[name]
    return fields


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
    return [
        (patient_id, start.accession_number or "", layout.packed(start, is_first=place == 0))
        for place, start in enumerate(starts)
    ]
