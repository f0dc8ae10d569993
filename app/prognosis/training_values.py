"""What a model used of each patient: the values, the day of each, and why it could be known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.prognosis.cohort import Flags, Floats
from app.prognosis.covariates import Covariate
from app.prognosis.labels import labels_at
from app.prognosis.packing import UNDATED, UNKNOWN
from app.prognosis.training import BASES, Days, TrainingTable

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class TrainingValues:
    """
    The rows of a model, laid open.

    Attributes
    ----------
    patient_ids : sequence of str, length n
        Ascending.
    accession_numbers : sequence of str, length n
        Of the draws that start the clocks; empty where index dates do.
    names : tuple of str, length p
        Covariates and strata of the model.
    starts : ndarray of int32, shape (n,)
        Time zero in days since 1970.
    days : ndarray, shape (n,)
        Follow-up.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    values : ndarray, shape (n, p)
        Each in its covariate's unit.
    observed : ndarray of int32, shape (n, p)
        The day of each observation since 1970, `UNKNOWN` or `UNDATED`.
    bases : ndarray of uint8, shape (n, p)
        Places in `BASES`.
    """

    patient_ids: Sequence[str]
    accession_numbers: Sequence[str]
    names: tuple[str, ...]
    starts: Days
    days: Floats
    events: Flags
    values: Floats
    observed: Days
    bases: NDArray[np.uint8]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.patient_ids)

    def taken(self, places: NDArray[np.intp]) -> "TrainingValues":
        """
        Take some of the rows.

        Parameters
        ----------
        places : ndarray of int, shape (k,)
            Which.

        Returns
        -------
        TrainingValues
            In that order.
        """
        return replace(
            self,
            patient_ids=labels_at(self.patient_ids, places),
            accession_numbers=labels_at(self.accession_numbers, places),
            starts=self.starts[places],
            days=self.days[places],
            events=self.events[places],
            values=self.values[places],
            observed=self.observed[places],
            bases=self.bases[places],
        )

    def row(self, place: int) -> dict[str, Any]:
        """
        Lay one row open as JSON holds it.

        Parameters
        ----------
        place : int
            From 0 to n - 1.

        Returns
        -------
        dict
            Patient, accession number, clock's start, days, event, and for each
            covariate its value, the day of its observation and the basis:
            `draw` for the count, `timeless` for the year of birth, `line` for
            the line of therapy of a baseline draw that was told later,
            `observed` for the rest, None for what was not known.
        """
        columns = (self.values[place], self.observed[place], self.bases[place])
        return {
            "patient_id": self.patient_ids[place],
            "accession_number": self.accession_numbers[place] or None,
            "clock_start": _day(int(self.starts[place])),
            "days": float(self.days[place]),
            "event": bool(self.events[place]),
            "values": [
                {
                    "covariate": name,
                    "value": None if isnan(value) else value,
                    "observed_on": _day(observed),
                    "basis": BASES[basis],
                }
                for name, value, observed, basis in zip(
                    self.names, *(column.tolist() for column in columns), strict=True
                )
            ],
        }


def _day(number: int) -> str | None:
    if number in (UNKNOWN, UNDATED):
        return None
    return (EPOCH + timedelta(days=number)).isoformat()


def laid_open(rows: TrainingTable, covariates: Sequence[Covariate]) -> TrainingValues:
    """
    Lay open what the rows say of some covariates.

    Parameters
    ----------
    rows : TrainingTable
        Of one endpoint and setting.
    covariates : sequence of Covariate
        Those of a model.

    Returns
    -------
    TrainingValues
        Of every row.
    """
    shape = (len(rows), len(covariates))
    values, observed = np.empty(shape), np.empty(shape, dtype=np.int32)
    bases = np.empty(shape, dtype=np.uint8)
    for place, covariate in enumerate(covariates):
        values[:, place] = rows.column(covariate)
        observed[:, place], bases[:, place] = rows.basis(covariate)
    return TrainingValues(
        patient_ids=rows.patient_ids,
        accession_numbers=rows.accession_numbers,
        names=tuple(covariate.name for covariate in covariates),
        starts=rows.starts.astype("datetime64[D]").astype(np.int32),
        days=rows.days,
        events=rows.events,
        values=values,
        observed=observed,
        bases=bases,
    )
