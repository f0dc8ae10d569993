"""A cohort and a specification become a Cox model, or a refusal."""

import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version

import numpy as np

from app.prognosis.checks.check import check
from app.prognosis.cohort import Cohort, Flags
from app.prognosis.concordance import concordance
from app.prognosis.covariates import COUNT, Covariate, count_terms
from app.prognosis.engine.baseline import StepBaseline, baselines
from app.prognosis.engine.estimable import check_events
from app.prognosis.engine.maximum import Maximum, maximise
from app.prognosis.engine.rows import SurvivalRows, survival_rows
from app.prognosis.fit import Fit
from app.prognosis.gates import judge_fit
from app.prognosis.kaplan_meier import survival
from app.prognosis.model import DAYS_PER_MONTH, CoxModel, SimilarPatients, Specification
from app.prognosis.refusals import RefitRefused
from app.prognosis.risk_group import SCHEMES
from app.prognosis.specification import ModelRequest, resolve
from app.prognosis.survival import Baseline, Floats
from app.prognosis.training import TrainingTable, cohort_of

SUBMODELS_AT_MOST = 32
"""Sets of known covariates that get a submodel, the most frequent first."""

SMALL_CELL = 10
"""Patients below which a cell's Kaplan-Meier estimate is left out, as at a horizon."""

DAYS_OF_A_YEAR = int(12 * DAYS_PER_MONTH)
"""Twelve months in days, at which the estimate for similar patients stands."""

SOFTWARE = ("numba", "numpy")
"""Packages whose version can change a coefficient's last digits."""

SEED = 0
"""Of the resamples and samples that a model is checked by; part of the artefact."""


Stratum = tuple[float, ...] | None


def fit(
    cohort: Cohort, covariates: tuple[str, ...], strata: tuple[str, ...], penalizer: float
) -> Fit:
    """
    Fit the proportional hazards model with Efron's ties.

    Parameters
    ----------
    cohort : Cohort
        Rows that lack one of the covariates or strata are left out.
    covariates, strata : tuple of str
        Columns of the cohort.
    penalizer : float
        Ridge penalty L in n * L / 2 * ||beta * sd||^2, at least zero.

    Returns
    -------
    Fit
        At the maximum.

    Raises
    ------
    RefitRefused
        `too-few-events`, `no-variation`, `collinear`, `separation` or
        `not-converged`.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc
    1977;72:557-65.
    """
    known = cohort.knowing((*covariates, *strata))
    _check(known, covariates)
    rows, levels = fitted_rows(known, covariates, strata)
    raw = known.matrix(covariates)
    deviations = raw.std(axis=0, ddof=1)
    maximum = maximise(
        rows,
        ridge=len(rows) * penalizer * deviations**2 if penalizer else None,
        names=covariates,
    )
    c, c_error = concordance(rows, predictor(rows, maximum.beta))
    return Fit(
        covariates=covariates,
        means=rows.means,
        deviations=deviations,
        minima=raw.min(axis=0),
        maxima=raw.max(axis=0),
        coefficients=maximum.beta,
        covariance=maximum.covariance,
        strata=strata,
        baselines=_baselines(rows, maximum, levels),
        patients=len(rows),
        events=int(rows.events.sum()),
        log_likelihood=maximum.log_likelihood,
        log_likelihood_null=maximum.log_likelihood_null,
        concordance=c,
        concordance_se=c_error,
        penalizer=penalizer,
    )


def fitted_rows(
    cohort: Cohort, covariates: Sequence[str], strata: Sequence[str]
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
    found, codes = np.unique(cohort.matrix(strata), axis=0, return_inverse=True)
    rows = survival_rows(
        cohort.matrix(covariates), cohort.days, cohort.events, strata=codes.ravel()
    )
    return rows, [tuple(level) if strata else None for level in found.tolist()]


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
    # A sum along rows gives equal rows equal bits, which a matrix product does not promise.
    return np.asarray((rows.x * beta).sum(axis=1))


def _check(cohort: Cohort, covariates: tuple[str, ...]) -> None:
    check_events(int(cohort.events.sum()), len(cohort), len(covariates))
    if not covariates:
        detail = f"the same in all {len(cohort)} rows: every covariate of the ladder"
        raise RefitRefused("no-variation", detail)


def _baselines(
    rows: SurvivalRows, maximum: Maximum, levels: Sequence[Stratum]
) -> tuple[Baseline, ...]:
    return tuple(_baseline(found, levels) for found in baselines(rows, maximum.beta))


def _baseline(found: StepBaseline, levels: Sequence[Stratum]) -> Baseline:
    return Baseline(
        stratum=levels[found.stratum],
        days=found.times,
        cumulative_hazard=found.cumulative_hazard,
        variance=found.variance,
        drift=found.drift,
        exit_days=found.exits,
        remaining=found.remaining,
    )


def fit_model(
    request: ModelRequest,
    rows: TrainingTable,
    registry: Mapping[str, Covariate],
    progress: Callable[[float], None],
) -> CoxModel:
    """
    Make a model of an organisation's rows, with its submodels.

    Parameters
    ----------
    request : ModelRequest
        What was asked for.
    rows : TrainingTable
        Of the request's endpoint, setting, clock and cut-off.
    registry : mapping of str to Covariate
        The covariates that every organisation has and the declared ones.
    progress : callable
        Called with the fraction done, between 0 and 1.

    Returns
    -------
    CoxModel
        With a submodel for each set of known covariates that occurs and whose
        fit succeeds and passes its gates.

    Raises
    ------
    RefitRefused
        If the fit on all covariates yields no model.
    ValueError
        If a name is not in the registry.
    """
    covariates = [registry[name] for name in request.candidates() if name in registry]
    everything = cohort_of(rows, covariates)
    specification = resolve(request, everything)
    names = (*specification.covariates, *specification.strata)
    cohort, known = everything.narrowed(names), everything.knowing(names)
    whole = fit(cohort, specification.covariates, specification.strata, request.penalizer)
    progress(0.1)
    submodels = tuple(_submodels(cohort, specification))
    progress(0.3)
    checks = check(
        whole,
        known,
        SEED,
        lambda fraction: progress(0.3 + 0.7 * fraction),
    )
    missing = len(cohort) - whole.patients
    left_out = {**rows.left_out, **({"missing_covariate": missing} if missing else {})}
    return CoxModel(
        organisation=request.organisation,
        endpoint=request.endpoint,
        setting=request.setting,
        clock=request.clock,
        data_cutoff=request.data_cutoff,
        specification=specification,
        fit=whole,
        submodels=submodels,
        left_out=left_out,
        line_start_unknown=rows.line_start_unknown,
        median_follow_up_months=_median_follow_up(known),
        similar=tuple(_similar(rows)),
        top_decile=_top_decile(rows),
        provenance=_provenance(cohort),
        checks=json.loads(json.dumps(checks)),
    )


def _submodels(cohort: Cohort, specification: Specification) -> Iterator[Fit]:
    for covariates in _known_sets(cohort, specification):
        try:
            found = fit(cohort, covariates, specification.strata, specification.penalizer)
        except RefitRefused:
            found = None
        if found and all(gate.verdict != "refused" for gate in judge_fit(found)):
            yield found


def _known_sets(cohort: Cohort, specification: Specification) -> list[tuple[str, ...]]:
    counted = count_terms(specification.covariates)
    sets = [
        known
        for known in cohort.known_sets(specification.covariates)
        if known and known != specification.covariates and set(counted) <= set(known)
    ][:SUBMODELS_AT_MOST]
    alone = counted and counted != specification.covariates and counted not in sets
    return [*sets, counted] if alone else sets


def _median_follow_up(cohort: Cohort) -> float | None:
    """Kaplan-Meier of being censored, the events censoring it (Schemper and Smith 1996)."""
    days = survival(cohort.days, ~cohort.events).median()
    return None if days is None else days / DAYS_PER_MONTH


def _similar(rows: TrainingTable) -> Iterator[SimilarPatients]:
    """Yield each group of each scheme, over all lines and line by line."""
    counts, lines = _numbers(rows, COUNT), _numbers(rows, "line_of_therapy")
    levels, places = np.unique(counts[~np.isnan(counts)], return_inverse=True)
    for scheme in SCHEMES.values() if len(levels) else ():
        ranks = np.zeros(len(rows), dtype=np.intp)
        ranks[~np.isnan(counts)] = np.array([scheme.rank_of(int(n)) for n in levels])[places]
        for rank, group in enumerate(scheme.groups, start=1):
            cell = ranks == rank
            yield _cell(scheme.name, group.name, None, rows, cell)
            for line in np.unique(lines[cell & ~np.isnan(lines)]).tolist():
                yield _cell(scheme.name, group.name, int(line), rows, cell & (lines == line))


def _top_decile(rows: TrainingTable) -> SimilarPatients | None:
    counts = _numbers(rows, COUNT)
    known = np.sort(counts[~np.isnan(counts)])
    if not len(known):
        return None
    limit = known[int(0.9 * len(known))]
    return _cell("top-decile", f">={limit:.0f}", None, rows, counts >= limit)


def _cell(
    scheme: str, group: str, line: int | None, rows: TrainingTable, cell: Flags
) -> SimilarPatients:
    patients = int(cell.sum())
    return SimilarPatients(
        scheme=scheme,
        group=group,
        line=line,
        patients=patients,
        events=int(rows.events[cell].sum()),
        km_12_months=_at_a_year(rows.days[cell], rows.events[cell])
        if patients >= SMALL_CELL
        else None,
    )


def _at_a_year(days: Floats, events: Flags) -> float | None:
    curve = survival(days, events)
    # Past the last patient seen the curve says nothing, unless it is down at nought.
    followed = float(curve.times[-1]) >= DAYS_OF_A_YEAR or curve.probability[-1] == 0.0
    return curve.at(DAYS_OF_A_YEAR) if followed else None


def _numbers(rows: TrainingTable, name: str) -> Floats:
    facts = rows.facts[name]
    return np.where(facts.known, facts.codes, np.nan)


def _provenance(cohort: Cohort) -> dict[str, object]:
    software = {"python": platform.python_version()}
    return {
        "training_fingerprint": cohort.fingerprint(),
        "software": software | {package: version(package) for package in SOFTWARE},
        "seed": SEED,
    }
