"""The rows of a fit as arrays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.prognosis.columns import (
    checked_column,
    checked_outcomes,
    checked_starts,
    ordered_keys,
)
from app.prognosis.labels import labels_at

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cohort:
    """
    The rows as arrays, by patient, so that the order of arrival changes no bit.

    Attributes
    ----------
    keys : sequence of str, length n
        Patients' pseudonyms, ascending.
    accessions : sequence of str, length n
        Accession numbers; empty where an index date starts the clock.
    starts : ndarray of datetime64[D], shape (n,)
        Time zero.
    days : ndarray, shape (n,)
        Follow-up in days, above zero.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    columns : mapping of str to ndarray, shape (n,)
        Each covariate in its unit; NaN where it was not known.
    """

    keys: Sequence[str]
    accessions: Sequence[str]
    starts: NDArray[np.datetime64]
    days: Floats
    events: Flags
    columns: Mapping[str, Floats]

    @classmethod
    def from_arrays(
        cls,
        days: ArrayLike,
        events: ArrayLike,
        columns: Mapping[str, ArrayLike],
        *,
        keys: Sequence[str] | None = None,
        starts: ArrayLike | None = None,
    ) -> "Cohort":
        """
        Take rows as arrays, checked.

        Parameters
        ----------
        days : array_like, shape (n,)
            Follow-up, above zero, in any unit; the fit's days have the same.
        events : array_like of bool, shape (n,)
            Whether it ended with the event; numbers have to be 0 and 1.
        columns : mapping of str to array_like, shape (n,)
            Each covariate in its unit; NaN where it is not known.
        keys : sequence of str, length n, optional
            Names of the rows, each once, by which they are put in order; their
            numbers unless given, in the order of the arrays.
        starts : array_like of datetime64[D], shape (n,), optional
            Time zero of each row; not known unless given.

        Returns
        -------
        Cohort
            For a fit.

        Raises
        ------
        MalformedRows
            If there is no row, shapes differ, a value is no number, a time is
            not finite or not above zero, an event is neither 0 nor 1, a
            covariate is infinite, or a key stands twice.

        Examples
        --------
        >>> cohort = Cohort.from_arrays([5, 8, 3], [1, 0, 1], {"age": [61, 54, 70]})
        >>> len(cohort), cohort.keys
        (3, ('0', '1', '2'))
        """
        ends, flags = checked_outcomes(days, events)
        n = len(ends)
        values = {str(name): checked_column(str(name), columns[name], n) for name in columns}
        zeros = np.full(n, "NaT", dtype="datetime64[D]") if starts is None else starts
        names, order = ordered_keys(keys, n)
        return cls(
            keys=names,
            accessions=("",) * n,
            starts=checked_starts(zeros, n)[order],
            days=ends[order],
            events=flags[order],
            columns={name: column[order] for name, column in values.items()},
        )

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.keys)

    def matrix(self, names: Sequence[str]) -> Floats:
        """
        Put some covariates side by side.

        Parameters
        ----------
        names : sequence of str
            The p covariates, in the order of the columns.

        Returns
        -------
        ndarray, shape (n, p)
            In each covariate's unit; NaN where it was not known.
        """
        # Column by column in memory, as it is written here and as a fit reads it.
        matrix = np.empty((len(self), len(names)), order="F")
        for place, name in enumerate(names):
            matrix[:, place] = self.columns[name]
        return matrix

    def narrowed(self, names: Sequence[str]) -> "Cohort":
        """
        Keep some columns.

        Parameters
        ----------
        names : sequence of str
            Covariates of this cohort.

        Returns
        -------
        Cohort
            With every row of this one.
        """
        return replace(self, columns={name: self.columns[name] for name in names})

    def knowing(self, names: Sequence[str]) -> "Cohort":
        """
        Keep the rows that know all of some covariates.

        Parameters
        ----------
        names : sequence of str
            Covariates of this cohort.

        Returns
        -------
        Cohort
            With every column of this one.
        """
        keep = np.ones(len(self), dtype=np.bool_)
        for name in names:
            keep &= ~np.isnan(self.columns[name])
        if keep.all():
            return self
        return Cohort(
            keys=labels_at(self.keys, np.flatnonzero(keep)),
            accessions=labels_at(self.accessions, np.flatnonzero(keep)),
            starts=self.starts[keep],
            days=self.days[keep],
            events=self.events[keep],
            columns={name: column[keep] for name, column in self.columns.items()},
        )

    def known_sets(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """
        List which of some covariates are known together.

        Parameters
        ----------
        names : sequence of str
            Covariates of this cohort.

        Returns
        -------
        list of tuple of str
            Each set that occurs, in the order of `names`; the most frequent
            first, and of two equally frequent the larger.
        """
        known = ~np.isnan(self.matrix(names))
        patterns, counts = np.unique(known, axis=0, return_counts=True)
        found = [
            (
                int(count),
                tuple(name for name, is_known in zip(names, pattern, strict=True) if is_known),
            )
            for pattern, count in zip(patterns, counts, strict=True)
        ]
        return [names for _, names in sorted(found, key=lambda f: (-f[0], -len(f[1]), f[1]))]

    def fingerprint(self) -> str:
        """
        Digest the rows, so that two models can be shown to stand on the same ones.

        Returns
        -------
        str
            `sha256:` and the hexadecimal digest of a JSON line (number of rows,
            names of the columns, patients, accession numbers), the starts as
            days since 1970, the days, the events, and the values row by row:
            little-endian numbers of 8, 8, 1 and 8 bytes, NaN for a gap.
        """
        names = sorted(self.columns)
        values = self.matrix(names)
        told = [len(self), names, tuple(self.keys), tuple(self.accessions)]
        digest = sha256(json.dumps(told, allow_nan=False).encode())
        for column in (
            self.starts.astype("datetime64[D]").astype("<i8"),
            self.days.astype("<f8"),
            self.events.astype("u1"),
            # One pattern of bits for every gap, and for nought.
            np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8"),
        ):
            digest.update(column.tobytes())
        return f"sha256:{digest.hexdigest()}"
