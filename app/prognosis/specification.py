"""What a refit is asked for, and which covariates that comes to on a given cohort."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from app.prognosis.clock_starts import ClockName
from app.prognosis.cohort import Cohort
from app.prognosis.covariates import counted_terms, ladder_of
from app.prognosis.model import Specification
from app.prognosis.patient import WINDOWS
from app.prognosis.training import Endpoint

EVENTS_NEEDED = 50
"""Events below which no rung of the ladder is supported, as in the gate on events."""

EVENTS_PER_PARAMETER = 10
"""Peduzzi P et al. (J Clin Epidemiol 1995;48:1503-10) for the proportional hazards model."""

MISSING_AT_MOST = 0.1
"""Share of rows that may lack a covariate before the ladder passes it over."""


@dataclass(frozen=True)
class ModelRequest:
    """
    One asked-for model, before any row is seen.

    Attributes
    ----------
    organisation : str
        Name of the organisation whose patients these are.
    endpoint, setting, clock : str
        What is predicted, for whom, and from which time zero.
    data_cutoff : datetime.date
        Day after which nothing counts.
    covariates : tuple of str or 'auto'
        Names, or the richest rung of the ladder that the cohort supports.
    strata : tuple of str
        Covariates whose every combination gets its own baseline hazard.
    penalizer : float
        Ridge penalty on lifelines' scale, at least zero.
    """

    organisation: str
    endpoint: Endpoint
    setting: str
    clock: ClockName
    data_cutoff: date
    covariates: tuple[str, ...] | Literal["auto"] = "auto"
    strata: tuple[str, ...] = ()
    penalizer: float = 0.0

    def candidates(self) -> tuple[str, ...]:
        """
        List every covariate that the refit may need.

        Returns
        -------
        tuple of str
            The covariates that could enter, then the stratifying ones.
        """
        named = _ladder_terms(self.clock) if self.covariates == "auto" else self.covariates
        return tuple(dict.fromkeys((*named, *self.strata)))


@dataclass(frozen=True)
class _Step:
    """A rung as it stands on one cohort, what it passed over left out."""

    rung: str
    covariates: tuple[str, ...]
    patients: int


def resolve(request: ModelRequest, cohort: Cohort) -> Specification:
    """
    Settle the covariates of a refit, from counts alone and never from results.

    Parameters
    ----------
    request : ModelRequest
        Names covariates, or asks for `auto`.
    cohort : Cohort
        With a column for each of the request's candidates.

    Returns
    -------
    Specification
        As named; or the richest rung of the ladder that the cohort supports,
        the first rung where it supports none.

    Raises
    ------
    ValueError
        If a name has no column, or a count is asked of a clock that has none.
    """
    unknown = [name for name in request.candidates() if name not in cohort.columns]
    if unknown:
        raise ValueError(f"no such covariate: {', '.join(unknown)}")
    if request.covariates == "auto":
        return _climb(request, cohort)
    absent = counts_absent(request.clock, request.candidates())
    if absent:
        raise ValueError(f"the clock {request.clock} has no count for {', '.join(absent)}")
    return _specification(request, tuple(dict.fromkeys(request.covariates)), None, {})


def counts_absent(clock: ClockName, names: Iterable[str]) -> tuple[str, ...]:
    """
    Pick the covariates of a count that a clock does not know.

    Parameters
    ----------
    clock : str
        From where time is counted.
    names : iterable of str
        Covariates, declared ones among them.

    Returns
    -------
    tuple of str
        Every count for an index date; for the baseline draw, the count that a
        later draw is compared with.
    """
    counted = counted_terms(names)
    if clock == "draw":
        return tuple(name for name in counted if name == "log1p_baseline_ctc")
    return () if clock in WINDOWS else counted


def _climb(request: ModelRequest, cohort: Cohort) -> Specification:
    passed_over = dict(_passed_over(request, cohort))
    steps = list(_steps(request, passed_over))
    if not steps:
        return _specification(request, (), None, passed_over)
    supported = [step for step in steps if _supports(cohort, step, request.strata)]
    step = supported[-1] if supported else steps[0]
    return _specification(request, step.covariates, step.rung, passed_over)


def _specification(
    request: ModelRequest,
    covariates: tuple[str, ...],
    rung: str | None,
    passed_over: dict[str, str],
) -> Specification:
    return Specification(
        covariates=covariates,
        rung=rung,
        strata=request.strata,
        penalizer=request.penalizer,
        passed_over=passed_over,
    )


def _ladder_terms(clock: ClockName) -> tuple[str, ...]:
    terms = tuple(name for rung in ladder_of(clock) for name in rung.adds)
    return tuple(name for name in terms if name not in counts_absent(clock, terms))


def _steps(request: ModelRequest, passed_over: dict[str, str]) -> Iterator[_Step]:
    """Yield the rungs that add anything, poorest first."""
    allowed = [name for name in _ladder_terms(request.clock) if name not in passed_over]
    covariates: tuple[str, ...] = ()
    for rung in ladder_of(request.clock):
        adds = tuple(name for name in rung.adds if name in allowed)
        covariates += adds
        if adds:
            yield _Step(rung.name, covariates, rung.patients)


def _passed_over(request: ModelRequest, cohort: Cohort) -> Iterator[tuple[str, str]]:
    for name in _ladder_terms(request.clock):
        # Without the count there is nothing to fit at a draw: then the fit refuses and says why.
        if name in ladder_of(request.clock)[0].adds:
            continue
        reason = _why_passed_over(name, request.strata, cohort)
        if reason:
            yield name, reason


def _why_passed_over(name: str, strata: Sequence[str], cohort: Cohort) -> str | None:
    if name in strata:
        return "stratifies"
    known = cohort.columns[name][~np.isnan(cohort.columns[name])]
    missing = len(cohort) - len(known)
    if missing > MISSING_AT_MOST * len(cohort):
        return f"missing in {missing} of {len(cohort)} rows"
    return "the same in every row" if len(np.unique(known)) < 2 else None


def _supports(cohort: Cohort, step: _Step, strata: tuple[str, ...]) -> bool:
    complete = cohort.knowing((*step.covariates, *strata))
    events = int(complete.events.sum())
    needed = max(EVENTS_NEEDED, EVENTS_PER_PARAMETER * len(step.covariates))
    return len(complete) >= step.patients and events >= needed
