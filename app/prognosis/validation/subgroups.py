"""Whether a model serves every group of patients alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Flags, Floats, MalformedRows
from app.prognosis.validation.calibration import ObservedExpected, observed_expected
from app.prognosis.validation.calibration_groups import SMALL_GROUP
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.estimates import Estimate, NotEstimable, check_rows

T = TypeVar("T")


@dataclass(frozen=True)
class GroupPerformance:
    """
    How good the predictions are in one group.

    Attributes
    ----------
    group : str or int
        Its code.
    patients, events : int
        In the group.
    concordance : Estimate or None
        Harrell's C; None with fewer than 10 patients, no event or no pair.
    observed_expected : ObservedExpected or None
        None with fewer than 10 patients, no event by the horizon, or nobody
        observed past it.
    detail : str or None
        Why one of them is None.
    """

    group: str | int
    patients: int
    events: int
    concordance: Estimate | None
    observed_expected: ObservedExpected | None
    detail: str | None = None


def by_group(
    days: ArrayLike,
    events: ArrayLike,
    predictor: ArrayLike,
    risk: ArrayLike,
    groups: ArrayLike,
    horizon: float,
) -> tuple[GroupPerformance, ...]:
    """
    Judge the predictions within each group.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    predictor : array_like, shape (n,)
        The higher, the earlier the event is expected.
    risk : array_like, shape (n,)
        Predicted probability of the event by the horizon.
    groups : array_like of str or int, shape (n,)
        Age band, receptor subtype, line of therapy and the like.
    horizon : float
        In the unit of the days.

    Returns
    -------
    tuple of GroupPerformance
        In the order of the codes.

    Raises
    ------
    MalformedRows
        If there is not one code for each row.
    References
    ----------
    Collins GS et al. BMJ 2024;385:e078378 (TRIPOD+AI, item 3c).
    """
    ends, flags, (score, risks) = check_rows(days, events, predictor, risk)
    codes = np.asarray(groups)
    if codes.shape != ends.shape:
        raise MalformedRows(f"{len(ends)} rows have group codes of shape {codes.shape}")
    members = ((code, codes == code) for code in np.unique(codes))
    return tuple(
        _performance(code.item(), ends[m], flags[m], score[m], risks[m], horizon)
        for code, m in members
    )


def _performance(
    group: str | int, days: Floats, events: Flags, score: Floats, risk: Floats, horizon: float
) -> GroupPerformance:
    if len(days) < SMALL_GROUP:
        why = f"{len(days)} patients; {SMALL_GROUP} needed"
        return GroupPerformance(group, len(days), int(events.sum()), None, None, why)
    c, no_c = _or_why(lambda: harrell_c(days, events, score))
    ratio, no_ratio = _or_why(lambda: observed_expected(days, events, risk, horizon))
    return GroupPerformance(
        group=group,
        patients=len(days),
        events=int(events.sum()),
        concordance=c,
        observed_expected=ratio,
        detail="; ".join(why for why in (no_c, no_ratio) if why) or None,
    )


def _or_why(judge: Callable[[], T]) -> tuple[T | None, str | None]:
    try:
        return judge(), None
    except NotEstimable as error:
        return None, str(error)
