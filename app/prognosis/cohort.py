"""The rows of a fit as arrays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import compress

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cohort:
    """
    The rows as arrays, by patient, so that the order of arrival changes no bit.

    Attributes
    ----------
    keys : tuple of str, length n
        Patients' pseudonyms, ascending.
    accessions : tuple of str, length n
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

    keys: tuple[str, ...]
    accessions: tuple[str, ...]
    starts: NDArray[np.datetime64]
    days: Floats
    events: Flags
    columns: Mapping[str, Floats]

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
        matrix = np.empty((len(self), len(names)))
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
        keep = np.asarray(~np.isnan(self.matrix(names)).any(axis=1), dtype=np.bool_)
        return Cohort(
            keys=tuple(compress(self.keys, keep.tolist())),
            accessions=tuple(compress(self.accessions, keep.tolist())),
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
        digest = sha256(json.dumps([len(self), names, self.keys, self.accessions]).encode())
        for column in (
            self.starts.astype("datetime64[D]").astype("<i8"),
            self.days.astype("<f8"),
            self.events.astype("u1"),
            # One pattern of bits for every gap, and for nought.
            np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8"),
        ):
            digest.update(column.tobytes())
        return f"sha256:{digest.hexdigest()}"
