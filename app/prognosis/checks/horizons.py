"""The horizons at which a model is judged, and in words why a figure is not there."""

from collections.abc import Callable, Mapping
from typing import Any

from app.prognosis.checks.refits import Refits
from app.prognosis.engine.rows import MalformedRows
from app.prognosis.gates import AT_RISK_NEEDED
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.estimates import NotEstimable
from app.prognosis.validation.optimism import Corrected

MONTHS = (6, 12, 24, 36, 60)
"""Horizons at which a model is judged, those with enough patients at risk."""

Interval = tuple[float, float]

SHARE: Interval = (0.0, 1.0)
"""Where a share can lie, and so its interval."""


def day_of(months: int) -> float:
    """
    Turn a horizon into days.

    Parameters
    ----------
    months : int
        The horizon.

    Returns
    -------
    float
        Days since the clock's start.
    """
    return months * DAYS_PER_MONTH


def at_risk(refits: Refits, months: int) -> int:
    """
    Count the patients followed past a horizon.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    months : int
        The horizon.

    Returns
    -------
    int
        Training patients.
    """
    return int((refits.days > day_of(months)).sum())


def horizons(refits: Refits) -> tuple[int, ...]:
    """
    List the horizons with enough patients at risk.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    tuple of int
        Months, ascending; none where follow-up is short.
    """
    return tuple(months for months in MONTHS if at_risk(refits, months) >= AT_RISK_NEEDED)


def by_horizon(
    refits: Refits, blank: Mapping[str, Any], measure: Callable[[int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """
    Measure at each horizon, or say why not.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    blank : mapping
        Every member of an entry, as it is without a figure.
    measure : callable
        From months to what was found.

    Returns
    -------
    list of dict
        One for each of `MONTHS`.
    """
    return [_at(refits, blank, measure, months) for months in MONTHS]


def _at(
    refits: Refits, blank: Mapping[str, Any], measure: Callable[[int], dict[str, Any]], months: int
) -> dict[str, Any]:
    patients = at_risk(refits, months)
    if patients < AT_RISK_NEEDED:
        words = f"{patients} patients at risk after {months} months; {AT_RISK_NEEDED} needed"
        return {**blank, "months": months, "detail": words}
    return {**blank, "months": months, **measured(lambda: measure(months))}


def measured(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """
    Measure, or say why not.

    Parameters
    ----------
    measure : callable
        Gives what it found.

    Returns
    -------
    dict
        The same, or the reason as its `detail`.
    """
    # Few rows, or rows all alike, can leave a horizon without cases or controls; and the latest
    # patients can be of a stratum that the earlier ones were not.
    try:
        return measure()
    except RefitRefused as refusal:
        return {"detail": f"{refusal.code}: {refusal.detail}"}
    except (NotEstimable, MalformedRows) as error:
        return {"detail": str(error)}


def corrected_content(
    found: Corrected | None, own: Interval | None = None, within: Interval = SHARE
) -> dict[str, Any] | None:
    """
    Tell a figure without its optimism.

    Parameters
    ----------
    found : Corrected or None
        None where no resample gave the figure.
    own : tuple of float, optional
        The interval of the figure itself, to be shifted where the resamples have none.
    within : tuple of float
        Where the figure can lie.

    Returns
    -------
    dict or None
        Value, optimism, interval and number of resamples.
    """
    if found is None:
        return None
    interval = found.ci95
    if interval is None and own is not None:
        interval = own[0] - found.optimism, own[1] - found.optimism
    if interval is not None:
        interval = max(interval[0], within[0]), min(interval[1], within[1])
    return {
        "value": found.value,
        "optimism": found.optimism,
        "ci95": interval,
        "resamples": found.resamples,
    }
