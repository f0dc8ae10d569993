"""The rows of a fit as arrays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isnan

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
            keys=tuple(key for key, kept in zip(self.keys, keep, strict=True) if kept),
            accessions=tuple(a for a, kept in zip(self.accessions, keep, strict=True) if kept),
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
            `sha256:` and the hexadecimal digest of one JSON line a row:
            patient, accession number, start, days, event and values.
        """
        names = sorted(self.columns)
        starts = [str(start) for start in self.starts]
        values = [
            [None if isnan(value) else value for value in row]
            for row in self.matrix(names).tolist()
        ]
        digest = sha256(json.dumps(names).encode())
        for row in zip(
            self.keys,
            self.accessions,
            starts,
            self.days.tolist(),
            self.events.tolist(),
            values,
            strict=True,
        ):
            digest.update(b"\n" + json.dumps(row, separators=(",", ":")).encode())
        return f"sha256:{digest.hexdigest()}"
