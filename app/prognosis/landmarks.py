"""Time that counts from a later draw, among those who came so far."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.cohort import Flags, Floats
from app.prognosis.columns import checked_column, checked_outcomes
from app.prognosis.engine.rows import Places


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
