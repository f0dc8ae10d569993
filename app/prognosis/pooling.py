"""One model of several organisations, each with a baseline hazard of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.prognosis.cohort import Cohort
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.rows import MalformedRows, SurvivalRows, survival_rows
from app.prognosis.heterogeneity import Effect, Heterogeneity, heterogeneity
from app.prognosis.refusals import RefitRefused
from app.prognosis.sharing import EVENTS_PER_STEP, TooFewEvents, pool_steps
from app.prognosis.survival import Baseline, Floats
from app.prognosis.validation.cox_fit import fit_cox
from app.prognosis.validation.discrimination import harrell_c
from app.prognosis.validation.estimates import Estimate, NotEstimable

LEAST_EVENTS = EVENTS_PER_STEP
"""Events below which an organisation is in no pooled fit: no step of its baseline could be told."""

LEAST_ORGANISATIONS = 2
"""Fewer are no pool."""

LARGEST_ERROR = 10.0
"""Standard error from which an estimate says nothing, as in the gate on convergence."""


@dataclass(frozen=True)
class HeldOut:
    """
    A model of all other organisations, judged on the patients of one.

    Without a baseline of this organisation the model tells no risk, so
    that calibration in the large is not judged.

    Attributes
    ----------
    concordance : Estimate
        Harrell's C within the organisation.
    slope : Effect
        Of its patients' hazard on the predictor: 1 where the coefficients hold
        as they are, below 1 where they are too strong.
    """

    concordance: Estimate
    slope: Effect


@dataclass(frozen=True, eq=False)
class Member:
    """
    One organisation in a pooled fit.

    Attributes
    ----------
    name : str
        Of the organisation.
    patients, events : int
        Its rows that know every covariate.
    baseline : Baseline or None
        At the pooled means, each step of five events or more; None where ties
        leave no such step.
    own : Effect or None
        Of the covariate that organisations are compared by, fitted on its rows
        alone; None where these have no maximum.
    held_out : HeldOut or None
        None where the others' fit, or its own rows, have no estimate.
    """

    name: str
    patients: int
    events: int
    baseline: Baseline | None
    own: Effect | None
    held_out: HeldOut | None


@dataclass(frozen=True, eq=False)
class PooledFit:
    """
    A Cox model stratified by organisation.

    Attributes
    ----------
    covariates : tuple of str
        In the order of the arrays.
    means : ndarray, shape (p,)
        Of all rows.
    coefficients : ndarray, shape (p,)
        Log hazard ratio per unit, the same in every organisation.
    covariance : ndarray, shape (p, p)
        The inverse information.
    log_likelihood, log_likelihood_null : float
        At the coefficients and at none.
    patients, events : int
        Of all members.
    members : tuple of Member
        By name.
    left_out : tuple of str
        Organisations with too few events to be members.
    compared_by : str
        The covariate whose effects are compared.
    heterogeneity : Heterogeneity or None
        Of that effect; None where fewer than two members have an estimate.
    """

    covariates: tuple[str, ...]
    means: Floats
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    patients: int
    events: int
    members: tuple[Member, ...]
    left_out: tuple[str, ...]
    compared_by: str
    heterogeneity: Heterogeneity | None

    def effect(self, covariate: str) -> Effect:
        """
        Read one coefficient.

        Parameters
        ----------
        covariate : str
            Of the fit.

        Returns
        -------
        Effect
            With its standard error.
        """
        place = self.covariates.index(covariate)
        return _effect(self.coefficients, self.covariance, place)


def pooled_fit(
    cohorts: Mapping[str, Cohort],
    covariates: Sequence[str],
    compared_by: str,
    progress: Callable[[float], None] = lambda _: None,
) -> PooledFit:
    """
    Fit one model on the rows of several organisations, stratified by organisation.

    The log likelihood of a stratified model, its gradient and its information
    are sums over the strata, each of one organisation's rows alone.

    Parameters
    ----------
    cohorts : mapping of str to Cohort
        By the organisation's name; rows that lack a covariate are left out.
    covariates : sequence of str
        Columns of every cohort.
    compared_by : str
        One of them, whose effect is compared between the organisations.
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    PooledFit
        With the leave-one-organisation-out validation.

    Raises
    ------
    RefitRefused
        `too-few-organisations`, or what any fit is refused for.

    References
    ----------
    Bidard FC et al. Lancet Oncol 2014;15:406-14 (counts of 1,944 patients,
    stratified by study). Royston P, Parmar MKB, Sylvester R. Stat Med
    2004;23:907-26 (leaving out a study at a time).
    """
    names = tuple(covariates)
    known = {name: cohorts[name].knowing(names) for name in sorted(cohorts)}
    chosen = {name: each for name, each in known.items() if each.events.sum() >= LEAST_EVENTS}
    if len(chosen) < LEAST_ORGANISATIONS:
        detail = (
            f"{len(chosen)} of {len(known)} organisations have {LEAST_EVENTS} events or more;"
            f" {LEAST_ORGANISATIONS} needed"
        )
        raise RefitRefused("too-few-organisations", detail)
    rows = _rows(list(chosen.values()), names)
    maximum = maximise(rows, names=names)
    error = float(np.sqrt(np.diag(maximum.covariance)).max())
    if not error < LARGEST_ERROR:
        raise RefitRefused("not-converged", f"a standard error of {error:.3g}")
    hazards = baselines(rows, maximum.beta)
    place = names.index(compared_by)
    members = []
    for number, (name, hazard) in enumerate(zip(chosen, hazards, strict=True), start=1):
        members.append(
            Member(
                name=name,
                patients=len(chosen[name]),
                events=int(chosen[name].events.sum()),
                baseline=_shared(hazard),
                own=_own(chosen[name], names, place),
                held_out=_held_out(chosen, name, names),
            )
        )
        progress(number / len(chosen))
    effects = [member.own for member in members if member.own]
    return PooledFit(
        covariates=names,
        means=rows.means,
        coefficients=maximum.beta,
        covariance=maximum.covariance,
        log_likelihood=maximum.log_likelihood,
        log_likelihood_null=maximum.log_likelihood_null,
        patients=len(rows),
        events=int(rows.events.sum()),
        members=tuple(members),
        left_out=tuple(name for name in known if name not in chosen),
        compared_by=compared_by,
        heterogeneity=heterogeneity(effects) if len(effects) > 1 else None,
    )


def _rows(cohorts: Sequence[Cohort], names: Sequence[str]) -> SurvivalRows:
    return survival_rows(
        np.concatenate([each.matrix(names) for each in cohorts]),
        np.concatenate([each.days for each in cohorts]),
        np.concatenate([each.events for each in cohorts]),
        strata=np.repeat(np.arange(len(cohorts)), [len(each) for each in cohorts]),
    )


def _effect(coefficients: Floats, covariance: Floats, place: int) -> Effect:
    return Effect(float(coefficients[place]), float(np.sqrt(covariance[place, place])))


def _shared(hazard: Baseline) -> Baseline | None:
    try:
        return replace(pool_steps(hazard), stratum=None)
    except TooFewEvents:
        return None


def _own(cohort: Cohort, names: Sequence[str], place: int) -> Effect | None:
    try:
        found = maximise(_rows([cohort], names), names=names)
    except RefitRefused:
        return None
    effect = _effect(found.beta, found.covariance, place)
    return effect if effect.standard_error < LARGEST_ERROR else None


def _held_out(cohorts: Mapping[str, Cohort], name: str, names: Sequence[str]) -> HeldOut | None:
    cohort = cohorts[name]
    others = _rows([each for other, each in cohorts.items() if other != name], names)
    try:
        beta = maximise(others, names=names).beta
        predictor = sum(_columns(cohort, names, beta), np.zeros(len(cohort)))
        found = fit_cox(predictor[:, None], cohort.days, cohort.events)
        slope = _effect(found.beta, found.covariance, 0)
        concordance = harrell_c(cohort.days, cohort.events, predictor)
    except (RefitRefused, NotEstimable, MalformedRows):
        return None
    return HeldOut(concordance, slope) if slope.standard_error < LARGEST_ERROR else None


def _columns(cohort: Cohort, names: Sequence[str], beta: Floats) -> Iterator[Floats]:
    # Column by column, equal rows get equal bits, so that ties stay ties.
    for coefficient, column in zip(beta.tolist(), names, strict=True):
        yield coefficient * cohort.columns[column]
