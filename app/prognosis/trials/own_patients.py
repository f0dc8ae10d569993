"""Which of a hospital's own patients a trial would have taken, and how long they lived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.prognosis.cohort import Floats
from app.prognosis.covariates import REGISTRY, Covariate, fact_of
from app.prognosis.fitted import Fit
from app.prognosis.gates import AT_RISK_NEEDED
from app.prognosis.patient import Known
from app.prognosis.training import TrainingTable
from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.eligibility import Rule, judge
from app.prognosis.trials.facts import NO_MORE
from app.prognosis.trials.many_trials import Places
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.strata import Stratifier, place
from app.prognosis.trials.survival_law import Steps

MOST_ROWS = 2_000
"""Rows whose mean survival is taken, evenly spaced among all; it moves by a percent with more."""


@dataclass(frozen=True, eq=False)
class OwnPatients:
    """
    The rows that a trial would have taken.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Their places in the table, ascending.
    levels : ndarray of int, shape (m, factors)
        The place of each one's level of each factor.
    counts : mapping of tuple of str to int
        How many are in each stratum with a patient.
    not_eligible : int
        Rows that a rule keeps out.
    not_known : int
        Other rows that lack a fact that a rule or a factor asks for.
    """

    rows: Places
    levels: Places
    counts: Mapping[Levels, int]
    not_eligible: int
    not_known: int


def own_patients(
    table: TrainingTable,
    stratifiers: tuple[Stratifier, ...],
    rules: tuple[Rule, ...],
    declared: Mapping[str, Covariate] = NO_MORE,
) -> OwnPatients:
    """
    Judge and place every row as an enrolment at its clock's start would have been.

    Parameters
    ----------
    table : TrainingTable
        Rows with the facts known at time zero.
    stratifiers : tuple of Stratifier
        As `factors_of` lets through.
    rules : tuple of Rule
        As `check_rules` lets through.
    declared : mapping of str to Covariate, optional
        The organisation's own covariates by name.

    Returns
    -------
    OwnPatients
        Those who would have been let in.
    """
    sources = _sources(stratifiers, rules, declared)
    # Rows that are alike in all that is asked are judged once.
    alike, which = _alike(table, sources)
    found = [_judged(table, sources, each, stratifiers, rules, declared) for each in alike]
    verdicts = np.array([verdict for verdict, _ in found], dtype=np.intp)[which]
    rows = np.flatnonzero(verdicts == 1)
    levels_of_alike = [
        [each.levels.index(level) for each, level in zip(stratifiers, levels, strict=True)]
        if levels
        else [0] * len(stratifiers)
        for _, levels in found
    ]
    counts: dict[Levels, int] = {}
    for number in which[rows].tolist():
        counts[found[number][1]] = counts.get(found[number][1], 0) + 1
    return OwnPatients(
        rows,
        np.array(levels_of_alike, dtype=np.intp).reshape(len(found), len(stratifiers))[which[rows]],
        counts,
        int((verdicts == 0).sum()),
        int((verdicts == -1).sum()),
    )


def _sources(
    stratifiers: Iterable[Stratifier], rules: Iterable[Rule], declared: Mapping[str, Covariate]
) -> list[str]:
    asked = [*(each.fact for each in stratifiers), *(each.fact for each in rules)]
    covariates = {**declared, **REGISTRY}
    return sorted({covariates[fact].source if fact in covariates else fact for fact in asked})


def _alike(table: TrainingTable, sources: list[str]) -> tuple[Floats, Places]:
    years = table.starts.astype("datetime64[Y]").astype(np.int64) + 1970
    columns = [years.astype(np.float64)]
    for source in sources:
        facts = table.facts.get(source)
        if facts is None:
            columns.append(np.full(len(table), np.inf))
        else:
            columns.append(np.where(facts.known, facts.codes.astype(np.float64), np.inf))
    alike, which = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return alike, np.asarray(which.ravel(), dtype=np.intp)


def _judged(
    table: TrainingTable,
    sources: list[str],
    codes: Floats,
    stratifiers: tuple[Stratifier, ...],
    rules: tuple[Rule, ...],
    declared: Mapping[str, Covariate],
) -> tuple[int, Levels]:
    entered_on = date(int(codes[0]), 1, 1)
    known = {
        source: Known(
            fact_of(source, int(code)) if table.facts[source].codes.dtype == np.int32 else code,
            entered_on,
        )
        for source, code in zip(sources, codes[1:].tolist(), strict=True)
        if code != np.inf
    }
    verdict = judge(rules, known, entered_on, declared).verdict
    if verdict == "not-eligible":
        return 0, ()
    placement = place(stratifiers, known, entered_on, declared)
    if verdict == "cannot-be-judged" or placement.missing:
        return -1, ()
    return 1, tuple(placement.stratum[each.name] for each in stratifiers)


def baseline_steps(fit: Fit) -> Steps:
    """
    Read a model's baseline as far as enough patients were at risk.

    Parameters
    ----------
    fit : Fit
        Without strata.

    Returns
    -------
    Steps
        Of a hypothetical patient at the covariate means.

    Raises
    ------
    TrialRefused
        If the model has strata, or too few patients ever were at risk.
    """
    if fit.strata:
        raise TrialRefused("survival-not-known", "the model in use has a baseline for each stratum")
    baseline = fit.baseline(None)
    enough = np.flatnonzero(baseline.remaining >= AT_RISK_NEEDED)
    followed = float(baseline.exit_days[enough[-1]]) if enough.size else 0.0
    upto = int(np.searchsorted(baseline.days, followed, side="right"))
    if not upto:
        raise TrialRefused(
            "survival-not-known", f"no event while {AT_RISK_NEEDED} patients were at risk"
        )
    return Steps(baseline.days[:upto], baseline.cumulative_hazard[:upto], followed)


def mean_steps(baseline: Steps, log_hazard_ratios: Floats) -> Steps:
    """
    Compute the survival that a model expects of some patients together.

    Parameters
    ----------
    baseline : Steps
        Of a log hazard ratio of 0.
    log_hazard_ratios : ndarray, shape (m,)
        Of the patients against it.

    Returns
    -------
    Steps
        The logarithm of the patients' mean survival, with its sign changed; up to the day
        from which the mean no longer falls in double precision.
    """
    spaced = np.linspace(0, len(log_hazard_ratios) - 1, min(len(log_hazard_ratios), MOST_ROWS))
    ratios = np.exp(log_hazard_ratios[spaced.astype(np.intp)])
    hazard = -np.log(np.exp(-np.outer(baseline.cumulative_hazard, ratios)).mean(axis=1))
    rising = np.isfinite(hazard) & (np.diff(hazard, prepend=0.0) > 0)
    return Steps(baseline.days[rising], hazard[rising], baseline.followed_days)
