"""Whether a model of the earlier patients holds in the latest ones."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Floats, Places
from app.prognosis.validation.calibration import ObservedExpected, observed_expected
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.estimates import Estimate, NotEstimable, check_rows
from app.prognosis.validation.optimism import Fit

EARLIER_SHARE = 0.8
"""Share of the patients that the model is fitted on."""


@dataclass(frozen=True, eq=False)
class TemporalSplit:
    """
    Rows before a date, and rows from it on.

    Attributes
    ----------
    earlier, latest : ndarray of int
        Places of the rows.
    """

    earlier: Places
    latest: Places


@dataclass(frozen=True, eq=False)
class TemporalValidation:
    """
    A model of the earlier rows, judged on the latest.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Places of the latest.
    risk : ndarray, shape (k,)
        Their predicted risk at the horizon.
    concordance : Estimate
        Harrell's C of the predicted risk.
    observed_expected : ObservedExpected
        At the horizon.
    """

    rows: Places
    risk: Floats
    concordance: Estimate
    observed_expected: ObservedExpected


def split_by_date(dates: ArrayLike) -> TemporalSplit:
    """
    Part the rows so that the latest fifth is set aside.

    Parameters
    ----------
    dates : array_like, shape (n,)
        Days of the calendar as datetime64, or numbers.

    Returns
    -------
    TemporalSplit
        Equal dates stay together, among the latest if they straddle the cut, so
        the latest may be more than a fifth.

    Raises
    ------
    NotEstimable
        If no row is earlier than the cut or none comes after it.
    """
    when = np.asarray(dates)
    if np.isnan(when).any():
        raise NotEstimable("a row without a date is neither early nor late")
    place = ceil(EARLIER_SHARE * len(when))
    if place >= len(when) or not (when < np.sort(when)[place]).any():
        raise NotEstimable(f"{len(when)} rows on {len(np.unique(when))} dates cannot be split")
    cut = np.sort(when)[place]
    return TemporalSplit(np.flatnonzero(when < cut), np.flatnonzero(when >= cut))


def validate_on_latest(
    days: ArrayLike, events: ArrayLike, dates: ArrayLike, horizon: float, fit: Fit
) -> TemporalValidation:
    """
    Fit on the earlier rows and judge on the latest.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    dates : array_like, shape (n,)
        When each row's clock started.
    horizon : float
        At which calibration is judged, in the unit of the days.
    fit : callable
        From rows to a function that predicts the risk at the horizon of rows.

    Returns
    -------
    TemporalValidation
        C and observed over expected on the latest rows.

    Raises
    ------
    RefitRefused
        If the earlier rows give no model.
    HorizonBeyondFollowUp
        If none of the latest was observed past the horizon.
    NotEstimable
        If the rows cannot be split, or the latest have no event by the horizon.

    References
    ----------
    Altman DG et al. BMJ 2009;338:b605.
    """
    ends, flags, _ = check_rows(days, events)
    split = split_by_date(dates)
    risk = fit(split.earlier)(split.latest)
    ends, flags = ends[split.latest], flags[split.latest]
    return TemporalValidation(
        rows=split.latest,
        risk=risk,
        concordance=harrell_c(ends, flags, risk),
        observed_expected=observed_expected(ends, flags, risk, horizon),
    )
