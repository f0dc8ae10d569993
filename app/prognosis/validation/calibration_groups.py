"""Observed risk among patients of like predicted risk, for a plot of deciles."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.ranked import ranks_of
from app.prognosis.engine.rows import Flags, Floats, Places
from app.prognosis.survival import Z95
from app.prognosis.validation.calibration import check_risks, survival_at

SMALL_GROUP = 10
"""Patients below which a group's observed risk is left out, as at a horizon."""


@dataclass(frozen=True)
class RiskGroup:
    """
    One group of like predicted risk, and what became of it.

    Attributes
    ----------
    patients : int
        In the group.
    expected : float
        Mean predicted risk.
    observed : float or None
        One minus the Kaplan-Meier estimate; None with fewer than `SMALL_GROUP`
        patients, or if none of them was observed past the horizon.
    ci95 : tuple of float or None
        On the log(-log) scale; None as well where nobody had the event.
    """

    patients: int
    expected: float
    observed: float | None
    ci95: tuple[float, float] | None


def calibration_groups(
    days: ArrayLike, events: ArrayLike, risk: ArrayLike, horizon: float, groups: int = 10
) -> tuple[RiskGroup, ...]:
    """
    Estimate the observed risk among patients of like predicted risk.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    risk : array_like, shape (n,)
        Predicted probability of the event by the horizon.
    horizon : float
        In the unit of the days.
    groups : int, optional
        How many of nearly equal size; fewer come back where risks are equal, for
        equal risks stay together.

    Returns
    -------
    tuple of RiskGroup
        From the lowest predicted risk to the highest.

    Raises
    ------
    HorizonBeyondFollowUp
        If nobody was observed past the horizon.
    NotEstimable
        If nobody had the event by it.
    """
    ends, flags, risks = check_risks(days, events, risk, horizon)
    codes = _groups_of_like_risk(risks, groups)
    members = (codes == code for code in np.unique(codes))
    return tuple(_group(ends[m], flags[m], risks[m], horizon) for m in members)


def _groups_of_like_risk(risks: Floats, groups: int) -> Places:
    ranks = ranks_of(risks)
    counts = np.bincount(ranks)
    # The middle of a rank's rows decides, so that a large tie is not drawn to one end.
    middle = (np.cumsum(counts) - counts / 2)[ranks] / len(risks)
    return np.asarray((middle * groups).astype(np.intp))


def _group(days: Floats, events: Flags, risks: Floats, horizon: float) -> RiskGroup:
    patients, expected = len(days), float(risks.mean())
    if patients < SMALL_GROUP or horizon >= days.max():
        return RiskGroup(patients, expected, None, None)
    alive, variance = survival_at(days, events, horizon)
    if not 0.0 < alive < 1.0:
        return RiskGroup(patients, expected, 1.0 - alive, None)
    reach = exp(Z95 * sqrt(variance) / (alive * -log(alive)))
    return RiskGroup(patients, expected, 1.0 - alive, (1 - alive ** (1 / reach), 1 - alive**reach))
