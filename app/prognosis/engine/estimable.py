"""What is refused before any maximum is looked for, with the numbers and names of the case."""

from collections.abc import Sequence

import numpy as np

from app.prognosis.engine.likelihood import Likelihood
from app.prognosis.engine.risk_sets import RiskSets
from app.prognosis.engine.rows import Flags
from app.prognosis.refusals import RefitRefused

NO_INFORMATION = 1e-10
"""Share of the largest possible information that counts as none, given rounding."""

LARGEST = 1e50
"""Distance of a value from its mean whose fourth power still leaves room for a sum."""

SMALLEST = 1e-50
"""Distance between two values whose fourth power still holds every digit."""

OF_NOTE = 1e-3
"""Part of a covariate in a combination, of length one, from which it is named."""


def told(names: Sequence[str] | None, chosen: Flags) -> str:
    """
    Name the chosen covariates.

    Parameters
    ----------
    names : sequence of str, length p, or None
        By number where there is none.
    chosen : ndarray of bool, shape (p,)
        Which of them.

    Returns
    -------
    str
        Parted by commas.
    """
    known = names or [f"covariate {place + 1}" for place in range(len(chosen))]
    return ", ".join(name for name, one in zip(known, chosen, strict=True) if one)


def check_events(events: int, rows: int, p: int) -> None:
    """
    Refuse fewer events than an estimate of each covariate needs.

    Parameters
    ----------
    events, rows : int
        Of the fit.
    p : int
        Its covariates.

    Raises
    ------
    RefitRefused
        `too-few-events`, if no more than covariates.
    """
    if events <= p:
        detail = f"{events} events in {rows} rows; more than {p} needed"
        raise RefitRefused("too-few-events", detail)


def check_size(sets: RiskSets, names: Sequence[str] | None) -> None:
    """
    Refuse covariates of which no sum of squares can be held.

    Parameters
    ----------
    sets : RiskSets
        The rows of the fit.
    names : sequence of str, or None
        What to call the covariates.

    Raises
    ------
    RefitRefused
        `not-converged`, if a value lies further than `LARGEST` from its mean.
    """
    beyond = sets.reach > LARGEST
    if beyond.any():
        detail = f"more than {LARGEST:.0e} from the mean: {told(names, beyond)}"
        raise RefitRefused("not-converged", detail)


def check_variation(sets: RiskSets, null: Likelihood, names: Sequence[str] | None) -> None:
    """
    Refuse covariates on which the events say nothing.

    Parameters
    ----------
    sets : RiskSets
        The rows of the fit.
    null : Likelihood
        At no effect.
    names : sequence of str, or None
        What to call the covariates.

    Raises
    ------
    RefitRefused
        `no-variation`, if all rows, or all at risk at each event, were alike;
        what differs by no more than `SMALLEST` is alike.
    """
    constant = sets.highest - sets.lowest <= SMALLEST
    if constant.any():
        n = sets.columns.shape[1]
        raise RefitRefused("no-variation", f"the same in all {n} rows: {told(names, constant)}")
    most = sets.times.weights.sum() * sets.deviations**2
    idle = np.diag(null.information) <= NO_INFORMATION * most
    if idle.any():
        events = int(sets.times.weights.sum())
        detail = f"the same among all at risk at each of {events} events: {told(names, idle)}"
        raise RefitRefused("no-variation", detail)


def check_independence(null: Likelihood, names: Sequence[str] | None) -> None:
    """
    Refuse covariates of which one follows from the others.

    Parameters
    ----------
    null : Likelihood
        At no effect, of covariates that vary.
    names : sequence of str, or None
        What to call the covariates.

    Raises
    ------
    RefitRefused
        `collinear`, if a combination of them is the same among all at risk at
        each event.
    """
    scale = np.sqrt(np.diag(null.information))
    eigenvalues, directions = np.linalg.eigh(null.information / np.outer(scale, scale))
    if eigenvalues[0] <= NO_INFORMATION * len(scale):
        found = told(names, np.abs(directions[:, 0]) > OF_NOTE)
        detail = f"of {len(scale)} covariates each of these follows from the others: {found}"
        raise RefitRefused("collinear", detail)
