"""A cohort and a specification become a Cox model, or a refusal; the only door to lifelines."""

import platform
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError

from app.prognosis.cohort import Cohort, Rows, TrainingRow, cohort_of
from app.prognosis.concordance import concordance
from app.prognosis.covariates import COUNT, Covariate, count_terms
from app.prognosis.cox import (
    Design,
    baselines,
    check_independence,
    check_variation,
    design_of,
    maximise,
    partial_likelihood,
)
from app.prognosis.fit import Fit
from app.prognosis.gates import judge_fit
from app.prognosis.kaplan_meier import survival
from app.prognosis.model import DAYS_PER_MONTH, CoxModel, SimilarPatients, Specification
from app.prognosis.refusals import RefitRefused
from app.prognosis.risk_group import SCHEMES
from app.prognosis.specification import ModelRequest, resolve
from app.prognosis.survival import Floats

PRECISION = {"precision": 1e-10, "r_precision": 1e-14, "max_steps": 100}
"""How closely lifelines is told to approach the maximum; its own defaults stop near 1e-7."""

HEURISTICS = ("variance when conditioned on death", "high sample correlation with the duration")
"""lifelines' warnings that judge the columns, not the fit.

Both guess at separation from one column at a time and speak up on sound fits
(a status that all the censored share); whether a coefficient is finite is
settled at the maximum instead.
"""

SUBMODELS_AT_MOST = 32
"""Sets of known covariates that get a submodel, the most frequent first."""

SMALL_CELL = 10
"""Patients below which a cell's Kaplan-Meier estimate is left out, as at a horizon."""

DAYS_OF_A_YEAR = int(12 * DAYS_PER_MONTH)
"""Twelve months in days, at which the estimate for similar patients stands."""

SOFTWARE = ("lifelines", "numpy", "pandas", "scipy")
"""Packages whose version can change a coefficient's last digits."""

SEED = 0
"""Of a fit that draws no random number; part of the artefact for those that will."""


def fit(
    cohort: Cohort, covariates: tuple[str, ...], strata: tuple[str, ...], penalizer: float
) -> Fit:
    """
    Fit the proportional hazards model with Efron's ties.

    lifelines climbs to the maximum; two or three Newton steps more, on the
    same likelihood written here, show that it is one and settle the last
    digits. The covariance is the inverse information there.

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
    rows = cohort.knowing((*covariates, *strata))
    events = int(rows.events.sum())
    if events <= len(covariates):
        needed = f"more than {len(covariates)} needed"
        raise RefitRefused("too-few-events", f"{events} events in {len(rows)} rows; {needed}")
    design = design_of(rows, covariates, strata)
    check_variation(design)
    if not penalizer:
        # A ridge shares out what collinear covariates have in common.
        check_independence(design)
    ridge = len(rows) * penalizer
    beta = maximise(design, _climb(design, ridge, penalizer), ridge)
    return _fit_at(design, beta, ridge, penalizer)


def _climb(design: Design, ridge: float, penalizer: float) -> Floats:
    """Let lifelines climb; where it overshoots, once more from where our own climb ends."""
    nought = np.zeros(len(design.covariates))
    try:
        return _by_lifelines(design, penalizer, nought)
    except (ConvergenceError, Warning):
        # lifelines never halves a step. The likelihood has one maximum at most, so ours is it;
        # where there is none, ours says why in the service's words.
        top = maximise(design, nought, ridge)
    try:
        return _by_lifelines(design, penalizer, top)
    except (ConvergenceError, Warning) as error:
        raise RefitRefused("not-converged", "lifelines does not converge") from error


def _by_lifelines(design: Design, penalizer: float, start: Floats) -> Floats:
    frame = pd.DataFrame(design.x, columns=[f"x{place}" for place in range(len(start))])
    frame["days"], frame["event"] = design.days, design.events
    if design.strata:
        frame["stratum"] = design.codes()
    fitter = CoxPHFitter(penalizer=penalizer, strata=["stratum"] if design.strata else None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for heuristic in HEURISTICS:
            warnings.filterwarnings("ignore", message=f"(?s).*{heuristic}")
        fitter.fit(
            frame, "days", "event", batch_mode=True, initial_point=start, fit_options=PRECISION
        )
    return np.asarray(fitter.params_.to_numpy(dtype=np.float64))


def _fit_at(design: Design, beta: Floats, ridge: float, penalizer: float) -> Fit:
    at_maximum = partial_likelihood(design, beta)
    c, c_error = concordance(design, design.linear_predictor(beta))
    return Fit(
        covariates=design.covariates,
        means=design.means,
        deviations=design.deviations,
        minima=design.minima,
        maxima=design.maxima,
        coefficients=beta / design.deviations,
        covariance=_covariance(design, at_maximum.information, ridge),
        strata=design.strata,
        baselines=baselines(design, beta),
        patients=len(design.days),
        events=int(design.events.sum()),
        log_likelihood=at_maximum.value,
        log_likelihood_null=partial_likelihood(design, np.zeros_like(beta)).value,
        concordance=c,
        concordance_se=c_error,
        penalizer=penalizer,
    )


def _covariance(design: Design, information: Floats, ridge: float) -> Floats:
    try:
        root = np.linalg.inv(np.linalg.cholesky(information + ridge * np.eye(len(information))))
    except np.linalg.LinAlgError as error:
        detail = "the information is not positive definite"
        raise RefitRefused("not-converged", detail) from error
    # A product of a matrix with its own transpose is symmetric and positive to the last bit.
    scaled = root / design.deviations
    covariance = scaled.T @ scaled
    if not np.isfinite(covariance).all():
        raise RefitRefused("not-converged", "a standard error is not finite")
    return np.asarray(covariance)


def fit_model(
    request: ModelRequest,
    rows: Rows,
    registry: Mapping[str, Covariate],
    progress: Callable[[float], None],
) -> CoxModel:
    """
    Make a model of an organisation's rows, with its submodels.

    Parameters
    ----------
    request : ModelRequest
        What was asked for.
    rows : Rows
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
    cohort = everything.narrowed(names)
    progress(0.1)
    whole = fit(cohort, specification.covariates, specification.strata, request.penalizer)
    progress(0.4)
    submodels = tuple(_submodels(cohort, specification, progress))
    progress(1.0)
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
        median_follow_up_months=_median_follow_up(cohort.knowing(names)),
        similar=tuple(_similar(rows.rows)),
        top_decile=_top_decile(rows.rows),
        provenance=_provenance(cohort),
    )


def _submodels(
    cohort: Cohort, specification: Specification, progress: Callable[[float], None]
) -> Iterator[Fit]:
    wanted = _known_sets(cohort, specification)
    for place, covariates in enumerate(wanted):
        try:
            found = fit(cohort, covariates, specification.strata, specification.penalizer)
        except RefitRefused:
            found = None
        if found and all(gate.verdict != "refused" for gate in judge_fit(found)):
            yield found
        progress(0.4 + 0.5 * (place + 1) / len(wanted))


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


def _similar(rows: Sequence[TrainingRow]) -> Iterator[SimilarPatients]:
    """Yield each group of each scheme, over all lines and line by line."""
    counted = [row for row in rows if COUNT in row.known]
    for scheme in SCHEMES.values() if counted else ():
        for group in scheme.groups:
            cell = [row for row in counted if scheme.group_of(_count(row)) == group]
            lines = {line for line in map(_line, cell) if line is not None}
            for line in (None, *sorted(lines)):
                in_line = [row for row in cell if line in (None, _line(row))]
                yield _cell(scheme.name, group.name, line, in_line)


def _top_decile(rows: Sequence[TrainingRow]) -> SimilarPatients | None:
    counts = sorted(_count(row) for row in rows if COUNT in row.known)
    if not counts:
        return None
    limit = counts[int(0.9 * len(counts))]
    cell = [row for row in rows if COUNT in row.known and _count(row) >= limit]
    return _cell("top-decile", f">={limit}", None, cell)


def _cell(
    scheme: str, group: str, line: int | None, rows: Sequence[TrainingRow]
) -> SimilarPatients:
    return SimilarPatients(
        scheme=scheme,
        group=group,
        line=line,
        patients=len(rows),
        events=sum(row.event for row in rows),
        km_12_months=_at_a_year(rows) if len(rows) >= SMALL_CELL else None,
    )


def _at_a_year(rows: Sequence[TrainingRow]) -> float | None:
    curve = survival([row.days for row in rows], [row.event for row in rows])
    # Past the last patient seen the curve says nothing, unless it is down at nought.
    followed = float(curve.times[-1]) >= DAYS_OF_A_YEAR or curve.probability[-1] == 0.0
    return curve.at(DAYS_OF_A_YEAR) if followed else None


def _count(row: TrainingRow) -> int:
    count = row.known[COUNT].value
    return count if isinstance(count, int) else 0


def _line(row: TrainingRow) -> int | None:
    fact = row.known.get("line_of_therapy")
    return fact.value if fact and isinstance(fact.value, int) else None


def _provenance(cohort: Cohort) -> dict[str, object]:
    software = {"python": platform.python_version()}
    return {
        "training_fingerprint": cohort.fingerprint(),
        "software": software | {package: version(package) for package in SOFTWARE},
        "seed": SEED,
    }
