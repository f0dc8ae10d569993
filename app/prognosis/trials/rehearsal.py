"""A design rehearsed: many simulated trials, analysed as the real one would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from scipy.special import ndtri

from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.design import Design
from app.prognosis.trials.many_trials import DRAWS, Places, allocate_many, strata_of
from app.prognosis.trials.planning import Contrast
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.survival_law import Recruitment, Steps, SurvivalLaw

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_ENROLMENTS = 1_000_000
"""Trials times patients; more would take minutes, and a power is known well enough from fewer."""

MOST_PATIENTS = 20_000


@dataclass(frozen=True, eq=False)
class Population:
    """
    Whom a trial enrols: patients that are drawn again and again.

    Attributes
    ----------
    levels : ndarray of int, shape (m, factors)
        The place of each one's level of each factor.
    log_hazard_ratios : ndarray, shape (m,)
        Of each one against the survival law, without treatment.
    weights : ndarray, shape (m,)
        How often each is drawn beside the others, 0 or more.

    Raises
    ------
    TrialRefused
        If the arrays differ in length, are empty or hold what is no number.
    """

    levels: Places
    log_hazard_ratios: Floats
    weights: Floats

    def __post_init__(self) -> None:
        """Refuse what nobody can be drawn from."""
        lengths = {len(self.levels), len(self.log_hazard_ratios), len(self.weights)}
        if len(lengths) != 1 or not np.all(np.isfinite(self.log_hazard_ratios)):
            raise TrialRefused("plan-out-of-range", "hazard ratios do not fit the patients")
        if not (np.all(self.weights >= 0) and 0 < self.weights.sum() < np.inf):
            raise TrialRefused("plan-out-of-range", "shares of the patients are 0 or more")

    def draw(self, shape: tuple[int, int], random: Generator) -> Places:
        """
        Draw patients with replacement.

        Parameters
        ----------
        shape : tuple of int
            How many, in rows and columns.
        random : numpy.random.Generator
            Advanced by one chance a patient.

        Returns
        -------
        ndarray of int
            Their places, of that shape.
        """
        upto = np.cumsum(self.weights)
        drawn = np.searchsorted(upto, random.random(shape) * upto[-1], side="right")
        return np.asarray(np.minimum(drawn, len(upto) - 1), dtype=np.intp)


def population_of(
    design: Design, counts: Mapping[Levels, int], effects: Mapping[str, Mapping[str, float]]
) -> Population:
    """
    Make a population of one patient for each stratum.

    Parameters
    ----------
    design : Design
        Whose factors make the strata.
    counts : mapping of tuple of str to int
        Patients seen of each stratum, by its levels in the order of the factors.
    effects : mapping of str to mapping of str to float
        Log hazard ratio of each level of a factor; 0 for what is not there.

    Returns
    -------
    Population
        In which the effects of several factors add up.

    Raises
    ------
    TrialRefused
        If no patient was seen, or a level is none of its factor's.
    """
    factors = design.factors
    if not all(
        len(levels) == len(factors)
        and all(level in factor.levels for factor, level in zip(factors, levels, strict=True))
        for levels in counts
    ):
        raise TrialRefused("stratum-unknown", "patients were counted in a stratum of other factors")
    places = [
        [factor.levels.index(level) for factor, level in zip(factors, levels, strict=True)]
        for levels in counts
    ]
    ratios = [
        sum(
            effects.get(factor.name, {}).get(level, 0.0)
            for factor, level in zip(factors, levels, strict=True)
        )
        for levels in counts
    ]
    return Population(
        np.array(places, dtype=np.intp).reshape(len(counts), len(factors)),
        np.array(ratios, dtype=np.float64),
        np.array(list(counts.values()), dtype=np.float64),
    )


@dataclass(frozen=True)
class Frequency:
    """
    How often something came about in simulated trials.

    Attributes
    ----------
    share : float
        Of the trials.
    standard_error : float
        By which chance alone moves it (Monte-Carlo error).
    """

    share: float
    standard_error: float


@dataclass(frozen=True)
class Rehearsal:
    """
    What came of a design in simulated trials.

    Attributes
    ----------
    power : Frequency
        Findings with the contrast's hazard ratio, in its own direction.
    type_one_error : Frequency
        Findings in either direction where the arms do not differ.
    events : float
        Mean number, with the hazard ratio.
    imbalance : float
        Mean over the trials of the largest departure of the second arm from its share
        of the patients of one level, in patients.
    trials, patients : int
        Simulated, and enrolled in each.
    """

    power: Frequency
    type_one_error: Frequency
    events: float
    imbalance: float
    trials: int
    patients: int


@dataclass(frozen=True)
class Scene:
    """
    All but the chance of a rehearsal.

    Attributes
    ----------
    design : Design
        Of two arms.
    population : Population
        Whom the trial enrols.
    survival : SurvivalLaw
        Of the first arm at a log hazard ratio of 0.
    recruitment : Recruitment
        When patients enter and how long they are followed.
    hazard_ratio : float
        Of the second arm against the first.
    alpha : float
        Two-sided error of the first kind.
    """

    design: Design
    population: Population
    survival: SurvivalLaw
    recruitment: Recruitment
    hazard_ratio: float
    alpha: float = 0.05


def rehearse(scene: Scene, patients: int, trials: int, seed: int) -> Rehearsal:
    """
    Simulate a design's trials and analyse each by the log-rank test over the design's strata.

    Parameters
    ----------
    scene : Scene
        Design, population, survival and recruitment.
    patients : int
        Enrolled in each trial, 2 to 20,000.
    trials : int
        Simulated, 1 or more; with 1,000 a power of 0.8 is known within 0.025.
    seed : int
        0 or more; the same seed gives the same answer.

    Returns
    -------
    Rehearsal
        Power and error of the first kind with their Monte-Carlo errors.

    Raises
    ------
    TrialRefused
        If there are more than two arms, the size is out of range, or the survival is not
        known for so long.

    Notes
    -----
    Both analyses use the same patients, arms and chances; they differ by the second arm's
    hazard ratio alone. A trial without information counts as no finding.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163-70, for the test.
    """
    contrast = Contrast(scene.hazard_ratio, alpha=scene.alpha)
    _check(scene, patients, trials)
    random = default_rng(seed)
    drawn = scene.population.draw((trials, patients), random)
    levels = scene.population.levels[drawn]
    arms = allocate_many(scene.design, levels, random.random((trials, patients, DRAWS)))
    risk = scene.population.log_hazard_ratios[drawn]
    spent = random.exponential(size=drawn.shape) / np.exp(risk)
    followed = _followed(scene.recruitment, drawn.shape, random)
    strata = strata_of(scene.design, levels)
    limit = float(ndtri(1 - contrast.alpha / 2))
    treated = np.where(arms == 1, scene.hazard_ratio, 1.0)
    effect, events = _deviates(scene, spent / treated, followed, arms, strata)
    nothing, _ = _deviates(scene, spent, followed, arms, strata)
    towards = np.sign(log(scene.hazard_ratio))
    return Rehearsal(
        _frequency(effect * towards > limit),
        _frequency(np.abs(nothing) > limit),
        float(events.mean()),
        float(_imbalances(scene.design, levels, arms).mean()),
        trials,
        patients,
    )


def stratified_deviates(
    months: Floats, events: Flags, arms: Places, strata: Places
) -> tuple[Floats, Places]:
    """
    Compute the log-rank test of two arms over strata, of many trials at once.

    Parameters
    ----------
    months : ndarray, shape (trials, patients)
        To the event or to the end of follow-up.
    events : ndarray of bool, shape (trials, patients)
        Whether the event was seen.
    arms : ndarray of int, shape (trials, patients)
        0 or 1.
    strata : ndarray of int, shape (trials, patients)
        From 0 on; patients are compared within their own.

    Returns
    -------
    deviates : ndarray, shape (trials,)
        Standard normal where the arms do not differ; above 0 where the second has more
        events than expected, and 0 without information.
    events : ndarray of int, shape (trials,)
        Seen in each trial.
    """
    trials, patients = months.shape
    trial = np.repeat(np.arange(trials), patients)
    group = trial * (int(strata.max()) + 1) + strata.ravel()
    order = np.lexsort((months.ravel(), group))
    group, time = group[order], months.ravel()[order]
    arm, event = arms.ravel()[order].astype(np.float64), events.ravel()[order]
    # Runs of one stratum, and within them of one time: at risk is all from a time to the end.
    new_group = np.flatnonzero(np.diff(group, prepend=-1))
    ends = np.repeat(
        np.append(new_group[1:], len(group)), np.diff(np.append(new_group, len(group)))
    )
    begins = (np.diff(group, prepend=-1) != 0) | (np.diff(time, prepend=-1.0) != 0)
    starts = np.flatnonzero(begins)
    upto = np.concatenate(([0.0], np.cumsum(arm)))
    at_risk = (ends[starts] - starts).astype(np.float64)
    second = upto[ends[starts]] - upto[starts]
    died = np.add.reduceat(event.astype(np.float64), starts)
    observed = np.add.reduceat(event * arm, starts)
    share = second / at_risk
    # Where one is left the variance is nothing.
    variance = died * share * (1 - share) * (at_risk - died) / np.maximum(at_risk - 1, 1)
    of = trial[starts]
    difference = np.bincount(of, observed - died * share, trials)
    spread = np.bincount(of, variance, trials)
    deviates = np.divide(difference, np.sqrt(spread), out=np.zeros(trials), where=spread > 0)
    return deviates, np.asarray(events.sum(axis=1), dtype=np.intp)


def _deviates(
    scene: Scene, spent: Floats, followed: Floats, arms: Places, strata: Places
) -> tuple[Floats, Places]:
    months = scene.survival.months_at(spent)
    return stratified_deviates(np.minimum(months, followed), months <= followed, arms, strata)


def _check(scene: Scene, patients: int, trials: int) -> None:
    if len(scene.design.arms) != 2:
        raise TrialRefused(
            "plan-out-of-range", f"{len(scene.design.arms)} arms; a rehearsal compares 2"
        )
    if scene.population.levels.shape[1] != len(scene.design.factors):
        raise TrialRefused("stratum-unknown", "the population's factors are not the design's")
    if not (2 <= patients <= MOST_PATIENTS and 1 <= trials <= MOST_ENROLMENTS // patients):
        raise TrialRefused(
            "plan-out-of-range",
            f"{trials} trials of {patients} patients; 2 to {MOST_PATIENTS} patients, "
            f"{MOST_ENROLMENTS} enrolments at most",
        )
    if isinstance(scene.survival, Steps):
        scene.survival.check(scene.recruitment)


def _followed(recruitment: Recruitment, shape: tuple[int, ...], random: Generator) -> Floats:
    months = recruitment.follow_up_months + recruitment.accrual_months * random.random(shape)
    if recruitment.lost_per_month > 0:
        months = np.minimum(months, random.exponential(1 / recruitment.lost_per_month, shape))
    return months


def _imbalances(design: Design, levels: Places, arms: Places) -> Floats:
    # Of the second arm; two arms depart from their shares by the same number.
    off = (arms == 1) - float(design.shares[1])
    found = [np.abs(off.sum(axis=1))] if not design.factors else []
    for place, factor in enumerate(design.factors):
        found += [
            np.abs((off * (levels[..., place] == level)).sum(axis=1))
            for level in range(len(factor.levels))
        ]
    return np.asarray(np.max(found, axis=0))


def _frequency(found: Flags) -> Frequency:
    share = float(found.mean())
    return Frequency(share, sqrt(share * (1 - share) / len(found)))
