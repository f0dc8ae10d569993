"""A cohort and a specification become a Cox model, or a refusal."""

import json
import platform
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version

import numpy as np

from app.prognosis.checks.check import check
from app.prognosis.cohort import Cohort, Flags, Floats
from app.prognosis.covariates import COUNT, Covariate, counted_terms
from app.prognosis.cox import fit
from app.prognosis.fitted import Fit
from app.prognosis.gates import judge_fit
from app.prognosis.kaplan_meier import survival
from app.prognosis.model import DAYS_PER_MONTH, CoxModel, SimilarPatients, Specification
from app.prognosis.refusals import RefitRefused
from app.prognosis.risk_group import SCHEMES
from app.prognosis.specification import ModelRequest, resolve
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
        provenance=provenance_of(cohort),
        checks=json.loads(json.dumps(checks, allow_nan=False)),
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
    counted = counted_terms(specification.covariates)
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


def provenance_of(cohort: Cohort) -> dict[str, object]:
    """
    Say what a result of some rows can be obtained again with.

    Parameters
    ----------
    cohort : Cohort
        The rows.

    Returns
    -------
    dict
        The fingerprint of the rows, the versions of what computed, and the seed.
    """
    software = {"python": platform.python_version()}
    return {
        "training_fingerprint": cohort.fingerprint(),
        "software": software | {package: version(package) for package in SOFTWARE},
        "seed": SEED,
    }
