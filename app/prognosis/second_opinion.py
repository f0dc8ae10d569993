"""Before a model can go into use, lifelines has to find the same one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Literal, NamedTuple

import numpy as np

from app.prognosis.engine.rows import Floats, SurvivalRows, Ties, survival_rows
from app.prognosis.lifelines_fit import Estimates, NoMaximum, enter_late, fit_by_lifelines
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused

Verdict = Literal["agrees", "disagrees", "not-comparable"]

ROWS_AT_MOST = 20_000
"""Rows that lifelines is given; of more, a sample. It needs seconds for so many."""

HORIZONS = np.array([6, 12, 24]) * DAYS_PER_MONTH
"""Days at which survival is compared: 6, 12 and 24 months."""

COEFFICIENT_LIMIT = 1e-4
"""Standard errors that a coefficient may differ by; lifelines stops within 2e-6 of its maximum."""

STANDARD_ERROR_LIMIT = 1e-4
"""Share that a standard error may differ by: no printed digit of an interval changes."""

LOG_LIKELIHOOD_LIMIT = 1e-6
"""What a log likelihood may differ by, in itself and not as a share.

A likelihood ratio is a difference of two of them, so a share of a large one
could hide a covariate. Rounding over 20,000 rows stays below 1e-7, and
coefficients within their limit move it by less than 1e-7.
"""

SURVIVAL_LIMIT = 1e-5
"""What a survival probability may differ by; Breslow's ties for Efron's differ by more."""

WHOLE_LIMIT = 6.0
"""Standard errors of a sample within which the coefficients of all rows have to lie.

The difference has a standard deviation below one such error.
"""


@dataclass(frozen=True)
class Method:
    """
    How the model was fitted.

    Attributes
    ----------
    penalizer : float
        Ridge penalty L in n * L / 2 * ||beta * sd||^2, the deviations with
        n - 1 as divisor and n the rows of the fit.
    ties : {'efron', 'breslow'}
        How events at the same time are treated.
    firth : bool
        Whether the likelihood was penalised after Firth.
    """

    penalizer: float = 0.0
    ties: Ties = "efron"
    firth: bool = False


@dataclass(frozen=True)
class Differences:
    """
    How far the two fits lie apart.

    Attributes
    ----------
    covariate : str
        Whose coefficient differs most.
    coefficient : float
        The largest difference of a coefficient, in standard errors.
    standard_error : float
        The largest relative difference of a standard error.
    log_likelihood : float
        Of the log partial likelihoods.
    survival : float or None
        The largest at 6, 12 and 24 months; None where every stratum's
        follow-up ends before or rows enter late, of which lifelines'
        baseline takes no notice.
    from_the_whole : float or None
        The largest distance of a coefficient of all rows from that of the
        sample, in the sample's standard errors; None where all rows were
        compared.
    """

    covariate: str
    coefficient: float
    standard_error: float
    log_likelihood: float
    survival: float | None
    from_the_whole: float | None = None


@dataclass(frozen=True)
class SecondOpinion:
    """
    Whether lifelines confirms a fit.

    Attributes
    ----------
    verdict : {'agrees', 'disagrees', 'not-comparable'}
        Only of a fit that agrees is anything confirmed.
    reason : str
        A sentence with the numbers in it and no patient.
    differences : Differences or None
        None where there are not two fits to compare.
    rows : int
        Rows that both engines fitted, or were to fit.
    seed : int
        Of the sample, where not all rows were compared.
    lifelines : str
        Its version.
    """

    verdict: Verdict
    reason: str
    differences: Differences | None
    rows: int
    seed: int
    lifelines: str


class _Limit(NamedTuple):
    """One figure, what it says and how large it may be."""

    claim: str
    figure: float | None
    limit: float

    def broken(self) -> bool:
        """Say whether the figure is too large; one that is not a number is."""
        return self.figure is not None and not self.figure <= self.limit


def second_opinion(
    rows: SurvivalRows,
    ours: Estimates,
    refit: Callable[[SurvivalRows], Estimates],
    *,
    names: Sequence[str],
    method: Method,
    seed: int,
) -> SecondOpinion:
    """
    Fit the rows once more with lifelines, from zero, and compare.

    Parameters
    ----------
    rows : SurvivalRows
        Those of the fit.
    ours : Estimates
        What is to be confirmed. lifelines is told nothing of it.
    refit : callable
        Fits a sample of the rows in the same way as `ours`; called where
        there are more than 20,000.
    names : sequence of str, length p
        The covariates, for the reason.
    method : Method
        How `ours` was fitted.
    seed : int
        Of the sample.

    Returns
    -------
    SecondOpinion
        'not-comparable' where lifelines has no such fit: Firth's penalty,
        Breslow's ties, an offset, weights (its weighted ties are another
        estimate), or a sample that yields no model.

    Raises
    ------
    ValueError
        If `ours` or `names` are not of the p covariates.
    """
    p = rows.x.shape[1]
    if not len(names) == len(ours.beta) == len(ours.standard_errors) == p:
        raise ValueError(f"estimates and names are not of the {p} covariates")
    compared = _sample(rows, seed) if len(rows) > ROWS_AT_MOST else rows
    verdict, reason, found = _judged(rows, compared, ours, refit, names, method)
    return SecondOpinion(verdict, reason, found, len(compared), seed, version("lifelines"))


def _judged(
    rows: SurvivalRows,
    compared: SurvivalRows,
    ours: Estimates,
    refit: Callable[[SurvivalRows], Estimates],
    names: Sequence[str],
    method: Method,
) -> tuple[Verdict, str, Differences | None]:
    hindrance = _hindrance(rows, method)
    if hindrance:
        return "not-comparable", f"lifelines does not fit {hindrance}", None
    try:
        mine = ours if compared is rows else refit(compared)
        theirs = fit_by_lifelines(compared, method.penalizer)
    except RefitRefused as refusal:
        return "not-comparable", f"no model of the sample: {refusal}", None
    except NoMaximum as failure:
        return "disagrees", f"lifelines finds no maximum: {failure}", None
    found = _differences(compared, mine, theirs, names, method)
    if compared is not rows:
        found = replace(found, from_the_whole=float(_in_errors(ours, theirs).max()))
    complaints = [limit.claim for limit in _limits(found) if limit.broken()]
    if complaints:
        return "disagrees", "; ".join(complaints), found
    return "agrees", f"within every limit on {len(compared)} of {len(rows)} rows", found


def _hindrance(rows: SurvivalRows, method: Method) -> str | None:
    hindrances = {
        "Firth's penalty": method.firth,
        "Breslow's ties": method.ties == "breslow",
        "weights as Efron's ties need": bool((rows.weights != 1).any()),
        "an offset": bool(rows.offset.any()),
    }
    return next((name for name, there in hindrances.items() if there), None)


def _sample(rows: SurvivalRows, seed: int) -> SurvivalRows:
    random = np.random.default_rng(seed)
    drawn = np.sort(random.choice(len(rows), ROWS_AT_MOST, replace=False))
    return survival_rows(
        rows.x[drawn] + rows.means,
        rows.stops[drawn],
        rows.events[drawn],
        starts=None if rows.starts is None else rows.starts[drawn],
        strata=rows.strata[drawn],
    )


def _differences(
    rows: SurvivalRows, ours: Estimates, theirs: Estimates, names: Sequence[str], method: Method
) -> Differences:
    apart = _in_errors(ours, theirs)
    ratios = ours.standard_errors / theirs.standard_errors
    mine, other = (_penalised(rows, of, method.penalizer) for of in (ours, theirs))
    return Differences(
        covariate=names[int(np.argmax(apart))],
        coefficient=float(apart.max()),
        standard_error=float(np.abs(ratios - 1).max()),
        log_likelihood=abs(mine - other),
        survival=_survival_apart(rows, ours, theirs),
    )


def _in_errors(ours: Estimates, theirs: Estimates) -> Floats:
    return np.asarray(np.abs(ours.beta - theirs.beta) / theirs.standard_errors)


def _penalised(rows: SurvivalRows, of: Estimates, penalizer: float) -> float:
    """Take the penalty off: only the penalised likelihood is flat where a ridge fit ends."""
    scaled = of.beta * rows.x.std(axis=0, ddof=1)
    return of.log_likelihood - len(rows) * penalizer / 2 * float(scaled @ scaled)


def _survival_apart(rows: SurvivalRows, ours: Estimates, theirs: Estimates) -> float | None:
    followed = np.array([rows.stops[block][-1] >= HORIZONS for block in rows.blocks()])
    if enter_late(rows) or not followed.any():
        return None
    apart = np.abs(ours.survival(HORIZONS) - theirs.survival(HORIZONS))
    return float(apart[followed].max())


def _limits(found: Differences) -> tuple[_Limit, ...]:
    coefficient = f"the coefficient of {found.covariate} differs by {found.coefficient:.2g} errors"
    error = f"a standard error differs by {found.standard_error:.2%}"
    likelihood = f"the log likelihood differs by {found.log_likelihood:.2g}"
    survival = f"survival differs by {found.survival or 0:.2g}"
    farther = f"lies {found.from_the_whole or 0:.2g} errors from the sample's"
    return (
        _Limit(coefficient, found.coefficient, COEFFICIENT_LIMIT),
        _Limit(error, found.standard_error, STANDARD_ERROR_LIMIT),
        _Limit(likelihood, found.log_likelihood, LOG_LIKELIHOOD_LIMIT),
        _Limit(survival, found.survival, SURVIVAL_LIMIT),
        _Limit(f"a coefficient of all rows {farther}", found.from_the_whole, WHOLE_LIMIT),
    )
