"""Counts that change while patients are followed: hazard ratios from intervals, and no curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.columns import checked_column, checked_outcomes
from app.prognosis.engine.estimable import check_events
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.robust import robust_covariance
from app.prognosis.engine.rows import Flags, Floats, MalformedRows, Places, Ties, survival_rows
from app.prognosis.survival import Z95


@dataclass(frozen=True)
class Effect:
    """One covariate's hazard ratio per unit, its robust interval and test."""

    covariate: str
    hazard_ratio: float
    ci95: tuple[float, float]
    z: float
    p: float


@dataclass(frozen=True, eq=False)
class StartStopFit:
    """
    What covariates that change over time say of the hazard.

    It holds no baseline and gives no survival: the future of such a covariate
    is not known when a prognosis is asked for, and who has a later value has
    lived until then. A prognosis after a later draw is a landmark model's.

    Attributes
    ----------
    covariates : tuple of str, length p
        In the order of the coefficients.
    coefficients : ndarray, shape (p,)
        Log hazard ratio per unit.
    covariance : ndarray, shape (p, p)
        The sandwich, with all intervals of a patient together.
    model_covariance : ndarray, shape (p, p)
        Inverse information, which takes intervals to be independent.
    log_likelihood, log_likelihood_null : float
        Of the partial likelihood at the coefficients and at none.
    patients, intervals, events : int
        What it was fitted on.
    """

    covariates: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    model_covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    patients: int
    intervals: int
    events: int

    @property
    def standard_errors(self) -> Floats:
        """Robust standard errors of the coefficients, shape (p,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def effects(self) -> tuple[Effect, ...]:
        """
        Tell each covariate's hazard ratio.

        Returns
        -------
        tuple of Effect
            In the order of the covariates; two-sided p of the robust Wald test.
        """
        pairs = zip(self.coefficients.tolist(), self.standard_errors.tolist(), strict=True)
        return tuple(
            Effect(
                name,
                exp(beta),
                (exp(beta - Z95 * error), exp(beta + Z95 * error)),
                beta / error,
                erfc(abs(beta / error) / sqrt(2)),
            )
            for name, (beta, error) in zip(self.covariates, pairs, strict=True)
        )


def fit_start_stop(
    patients: Sequence[object],
    starts: ArrayLike,
    stops: ArrayLike,
    events: ArrayLike,
    columns: Mapping[str, ArrayLike],
    *,
    ties: Ties = "efron",
) -> StartStopFit:
    """
    Fit the proportional hazards model on intervals (start, stop].

    Parameters
    ----------
    patients : sequence, length n
        Whose interval each is.
    starts, stops : array_like, shape (n,)
        From time zero, at least zero and above the start.
    events : array_like of bool, shape (n,)
        Whether the interval ended with the patient's event.
    columns : mapping of str to array_like, shape (n,)
        Each covariate as it was known at the interval's start, in its unit.
    ties : {'efron', 'breslow'}
        What events at the same time share.

    Returns
    -------
    StartStopFit
        For inference only.

    Raises
    ------
    MalformedRows
        If there is no interval, shapes differ, a number is missing or makes
        no sense, or a patient is at risk twice or after the event.
    RefitRefused
        `too-few-events`, `no-variation`, `collinear`, `separation` or
        `not-converged`.

    References
    ----------
    Andersen PK, Gill RD. Ann Stat 1982;10:1100-20. Lin DY, Wei LJ. J Am Stat
    Assoc 1989;84:1074-8.
    """
    ends, flags = checked_outcomes(stops, events)
    begins = checked_column("starts", starts, len(ends))
    codes, names = _codes(patients, len(ends)), tuple(columns)
    if not names:
        raise MalformedRows("no covariate is given")
    x = np.column_stack([checked_column(name, columns[name], len(ends)) for name in names])
    rows = survival_rows(x, ends, flags, starts=begins)
    _check_courses(codes, begins, ends, flags)
    check_events(int(flags.sum()), len(ends), len(names))
    maximum = maximise(rows, ties=ties, names=names)
    robust = robust_covariance(rows, maximum.beta, maximum.covariance, ties=ties, clusters=codes)
    return StartStopFit(
        covariates=names,
        coefficients=maximum.beta,
        covariance=robust,
        model_covariance=maximum.covariance,
        log_likelihood=maximum.log_likelihood,
        log_likelihood_null=maximum.log_likelihood_null,
        patients=int(codes.max()) + 1,
        intervals=len(ends),
        events=int(flags.sum()),
    )


def _codes(patients: Sequence[object], rows: int) -> Places:
    if len(patients) != rows:
        raise MalformedRows(f"{len(patients)} patients for {rows} intervals")
    numbers: dict[object, int] = {}
    codes = [numbers.setdefault(patient, len(numbers)) for patient in patients]
    return np.array(codes, dtype=np.intp)


def _check_courses(codes: Places, starts: Floats, stops: Floats, events: Flags) -> None:
    order = np.lexsort((starts, codes))
    same = codes[order][1:] == codes[order][:-1]
    overlaps = int((same & (starts[order][1:] < stops[order][:-1])).sum())
    if overlaps:
        raise MalformedRows(f"{overlaps} of {len(codes)} intervals begin before the patient's last")
    after = int((same & events[order][:-1]).sum())
    if after:
        raise MalformedRows(f"{after} of {len(codes)} intervals follow the patient's event")
