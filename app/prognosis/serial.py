"""Two draws on one line of therapy: the serial group, and time that counts from the second."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.cohort import Flags, Floats
from app.prognosis.columns import checked_column, checked_outcomes
from app.prognosis.engine.rows import Places


@dataclass(frozen=True)
class SerialGroup:
    """Whether each of two draws reached the cut-off, and the published median survival."""

    name: str
    first_reached: bool
    second_reached: bool
    median_months: float


@dataclass(frozen=True)
class SerialScheme:
    """
    A way to group patients by two counts, best group first as published.

    Attributes
    ----------
    name : str
        The scheme's identifier.
    cutoff : int
        Cells per 7.5 mL that count as reached.
    groups : tuple of SerialGroup
        One for each pair of answers.
    source : str
        Where the groups and medians of overall survival were published.
    """

    name: str
    cutoff: int
    groups: tuple[SerialGroup, ...]
    source: str

    def group_of(self, first: int, second: int) -> SerialGroup:
        """
        Group a patient.

        Parameters
        ----------
        first, second : int
            Cells per 7.5 mL of the baseline draw and of a later one.

        Returns
        -------
        SerialGroup
            Known on the day of the second draw, from which its time counts.
        """
        reached = (first >= self.cutoff, second >= self.cutoff)
        return next(
            each for each in self.groups if (each.first_reached, each.second_reached) == reached
        )


SERIAL_SCHEMES: Mapping[str, SerialScheme] = {
    scheme.name: scheme
    for scheme in (
        SerialScheme(
            "serial-5",
            5,
            (
                SerialGroup("low-low", False, False, 22.6),
                SerialGroup("high-low", True, False, 19.8),
                SerialGroup("low-high", False, True, 10.6),
                SerialGroup("high-high", True, True, 4.1),
            ),
            "CellSearch CTC kit, data of 177 patients with metastatic breast cancer",
        ),
        SerialScheme(
            "serial-1",
            1,
            (
                SerialGroup("neg-neg", False, False, 45.6),
                SerialGroup("pos-neg", True, False, 32.3),
                SerialGroup("neg-pos", False, True, 26.1),
                SerialGroup("pos-pos", True, True, 17.3),
            ),
            "Janni W et al. Clin Cancer Res 2025 (PREDICT), 4,436 patients",
        ),
    )
}
"""Schemes of two draws in the metastatic setting, by name."""


@dataclass(frozen=True, eq=False)
class AfterLandmark:
    """
    The rows that are still followed after their landmarks.

    Attributes
    ----------
    places : ndarray of int, shape (k,)
        Of these rows among the given ones.
    days : ndarray, shape (k,)
        From each row's landmark to the end of its follow-up.
    events : ndarray of bool, shape (k,)
        Whether it ended with the event.
    """

    places: Places
    days: Floats
    events: Flags


def after_landmark(days: ArrayLike, events: ArrayLike, landmarks: ArrayLike) -> AfterLandmark:
    """
    Count time from a landmark, for those who came so far.

    Who is grouped by a second draw has lived to see it: counted from the first
    draw, that time is lent to the group and cannot hold an event.

    Parameters
    ----------
    days : array_like, shape (n,)
        Follow-up from time zero, above zero.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    landmarks : array_like, shape (n,)
        The day of each row's landmark on the same clock; NaN where there is
        none, as for a patient without a second draw.

    Returns
    -------
    AfterLandmark
        Without rows that ended on the day of their landmark or before.

    Raises
    ------
    MalformedRows
        If there is no row, lengths differ, or a number makes no sense.

    References
    ----------
    Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-9.

    Examples
    --------
    >>> late = after_landmark([20, 50, 400, 90], [1, 1, 0, 1], [30, 30, 28, float("nan")])
    >>> late.places.tolist(), late.days.tolist(), late.events.tolist()
    ([1, 2], [20.0, 372.0], [True, False])
    """
    ends, flags = checked_outcomes(days, events)
    since = checked_column("landmarks", landmarks, len(ends))
    places = np.flatnonzero(ends > since)
    return AfterLandmark(places, ends[places] - since[places], flags[places])
