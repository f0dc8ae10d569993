"""A cohort becomes one fitted partial likelihood, or a refusal."""

from collections.abc import Sequence

import numpy as np

from app.prognosis.cohort import Cohort
from app.prognosis.concordance import concordance
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.estimable import check_events
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.ridge import ridge_of
from app.prognosis.engine.rows import SurvivalRows, survival_rows
from app.prognosis.fitted import Fit
from app.prognosis.refusals import RefitRefused
from app.prognosis.survival import Floats, Stratum


def fit(
    cohort: Cohort, covariates: Sequence[str], strata: Sequence[str] = (), penalizer: float = 0.0
) -> Fit:
    """
    Fit the proportional hazards model with Efron's ties.

    Parameters
    ----------
    cohort : Cohort
        Rows that lack one of the covariates or strata are left out.
    covariates, strata : sequence of str
        Columns of the cohort.
    penalizer : float
        Ridge penalty L in n * L / 2 * ||beta * sd||^2, at least zero; errors
        and intervals are withheld above zero.

    Returns
    -------
    Fit
        At the maximum.

    Raises
    ------
    RefitRefused
        `too-few-events`, `no-variation`, `collinear`, `separation` or
        `not-converged`.
    ValueError
        If the cohort has no column of a name.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc
    1977;72:557-65.
    """
    covariates, strata = tuple(covariates), tuple(strata)
    known = _known(cohort, covariates, strata)
    _check(known, covariates)
    rows, levels = fitted_rows(known, covariates, strata)
    columns = [known.columns[name] for name in covariates]
    deviations = np.sqrt(np.einsum("ij,ij->j", rows.x, rows.x) / (len(rows) - 1))
    maximum = maximise(
        rows,
        ridge=ridge_of(penalizer, len(rows), deviations**2),
        names=covariates,
    )
    c, c_error = concordance(rows, predictor(rows, maximum.beta))
    return Fit(
        covariates=covariates,
        means=rows.means,
        deviations=deviations,
        minima=np.array([column.min() for column in columns]),
        maxima=np.array([column.max() for column in columns]),
        coefficients=maximum.beta,
        covariance=maximum.covariance,
        strata=strata,
        baselines=baselines(rows, maximum.beta, strata=levels),
        patients=len(rows),
        events=int(rows.events.sum()),
        log_likelihood=maximum.log_likelihood,
        log_likelihood_null=maximum.log_likelihood_null,
        concordance=c,
        concordance_se=c_error,
        penalizer=penalizer,
    )


def fitted_rows(
    cohort: Cohort, covariates: Sequence[str], strata: Sequence[str] = ()
) -> tuple[SurvivalRows, list[Stratum]]:
    """
    Sort the rows of a fit.

    Parameters
    ----------
    cohort : Cohort
        Rows that know every covariate and stratum.
    covariates, strata : sequence of str
        Columns of the cohort.

    Returns
    -------
    tuple of SurvivalRows and list
        The rows, and of each stratum's code the values; None without strata.
    """
    x = cohort.matrix(covariates)
    if not strata:
        return survival_rows(x, cohort.days, cohort.events), [None]
    found, codes = np.unique(cohort.matrix(strata), axis=0, return_inverse=True)
    rows = survival_rows(x, cohort.days, cohort.events, strata=codes.ravel())
    return rows, [tuple(level) for level in found.tolist()]


def predictor(rows: SurvivalRows, beta: Floats) -> Floats:
    """
    Weigh the covariates.

    Parameters
    ----------
    rows : SurvivalRows
        The rows of a fit.
    beta : ndarray, shape (p,)
        Log hazard ratio per unit.

    Returns
    -------
    ndarray, shape (n,)
        Log hazard ratio against the means, in the order of the rows.
    """
    # Column by column, equal rows get equal bits, which a matrix product does not promise.
    sums = np.zeros(len(rows))
    for place, coefficient in enumerate(beta.tolist()):
        sums += coefficient * rows.x[:, place]
    return sums


def _known(cohort: Cohort, covariates: Sequence[str], strata: Sequence[str]) -> Cohort:
    absent = [name for name in (*covariates, *strata) if name not in cohort.columns]
    if absent:
        raise ValueError(f"the cohort has no column: {', '.join(absent)}")
    return cohort.knowing((*covariates, *strata))


def _check(cohort: Cohort, covariates: tuple[str, ...]) -> None:
    check_events(int(cohort.events.sum()), len(cohort), len(covariates))
    if not covariates:
        detail = f"the same in all {len(cohort)} rows: every covariate of the ladder"
        raise RefitRefused("no-variation", detail)
