"""How much better a model looks on its own rows than it is: Harrell's bootstrap."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.rows import Floats, Places
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.estimates import NotEstimable

Predict = Callable[[Places], Floats]
"""Rows to their predictions by one model."""

Fit = Callable[[Places], Predict]
"""Rows, some of them repeated, to a model of them; raises RefitRefused where there is none."""

Measure = Callable[[Places, Floats], float]
"""Rows and their predictions to a figure; raises NotEstimable where there is none."""

Figures = Mapping[str, float]
"""Measures by name; NaN where these rows have none."""

Judge = Callable[[Places], tuple[Figures, Figures]]
"""Rows, some of them repeated, to the figures of a model of them: on these rows, and on all."""

RESAMPLES = 200
"""Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-87 find 100 to 200 enough."""

RESAMPLES_FOR_AN_INTERVAL = 40
"""Below it, 2.5 % of the resamples are less than one."""

SPREAD_OF_NOTHING = 1e-6
"""Range of a figure below which its resamples differ by rounding alone."""


@dataclass(frozen=True)
class Resample:
    """
    One resample: its model judged on its own rows and on all rows.

    Attributes
    ----------
    own, original : dict of str to float
        Each measure; empty if there is no model, NaN for one that has no figure.
    refusal : str or None
        Code of the reason why there is none.
    """

    own: Figures
    original: Figures
    refusal: str | None = None


@dataclass(frozen=True)
class Corrected:
    """
    A measure without what its model owes to chance.

    Attributes
    ----------
    apparent : float
        On the rows of the fit.
    optimism : float
        The mean over the resamples of own less original.
    ci95 : tuple of float or None
        The percentiles of the resamples' own figures, shifted so that their mean
        comes to lie on the corrected figure. None with too few resamples, and for
        a figure that is the same on all of them, as an unpenalised fit's slope is.
    resamples : int
        Those that gave the figure.
    """

    apparent: float
    optimism: float
    ci95: tuple[float, float] | None
    resamples: int

    @property
    def value(self) -> float:
        """The apparent figure less the optimism."""
        return self.apparent - self.optimism


@dataclass(frozen=True)
class OptimismCorrection:
    """
    All measures, corrected.

    Attributes
    ----------
    measures : dict of str to Corrected
        By name, without those that no resample gave.
    resamples : int
        Those that gave a model.
    refused : dict of str to int
        How many of the others were refused, by code.
    """

    measures: Mapping[str, Corrected]
    resamples: int
    refused: Mapping[str, int]


def correct_optimism(
    patients: ArrayLike,
    fit: Fit,
    measures: Mapping[str, Measure],
    seed: int,
    resamples: int = RESAMPLES,
    progress: Callable[[int, int], None] | None = None,
) -> OptimismCorrection:
    """
    Repeat the whole fit on resamples of the patients.

    Parameters
    ----------
    patients : array_like, shape (n,)
        Whose each row is; all rows of a patient are drawn together.
    fit : callable
        Everything that chose the model, from rows to predictions.
    measures : dict of str to callable
        What to correct, by name.
    seed : int
        The same seed gives the same figures.
    resamples : int, optional
        How many.
    progress : callable, optional
        Told how many are done, and of how many, after each.

    Returns
    -------
    OptimismCorrection
        The refused resamples are counted and left out of the mean.

    Raises
    ------
    RefitRefused
        If the rows themselves give no model.
    NotEstimable
        If a measure has no figure on them, or no resample gives a model.

    References
    ----------
    Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-87. Noma H et al. Stat Med
    2021;40:5691-701 (the shifted interval).
    """
    everybody = _all_rows(patients)

    judge = partial(_judge_both, measures, fit, everybody)
    apparent = _judge(measures, fit(everybody), everybody)
    done: list[Resample] = []
    for number in range(resamples):
        done.append(resample(number, patients, judge, seed))
        if progress:
            progress(number + 1, resamples)
    return summarise(apparent, done)


def resample(number: int, patients: ArrayLike, judge: Judge, seed: int) -> Resample:
    """
    Draw and judge one resample; each stands alone, in any order and any process.

    Parameters
    ----------
    number : int
        Which of the resamples, from 0.
    patients : array_like, shape (n,)
        Whose each row is.
    judge : callable
        From rows to the figures of their model.
    seed : int
        Of all resamples; each has its own child of it.

    Returns
    -------
    Resample
        A refused fit is one without figures.
    """
    child = np.random.SeedSequence(seed, spawn_key=(number,))
    rows = _draw(np.asarray(patients), np.random.default_rng(child))
    try:
        own, original = judge(rows)
    except RefitRefused as refusal:
        return Resample({}, {}, refusal.code)
    except NotEstimable:
        return Resample({}, {}, "not-estimable")
    return Resample(own, original)


def summarise(apparent: Mapping[str, float], resamples: Iterable[Resample]) -> OptimismCorrection:
    """
    Take the mean optimism off the apparent figures.

    Parameters
    ----------
    apparent : dict of str to float
        Each measure on the rows of the fit.
    resamples : iterable of Resample
        In any order.

    Returns
    -------
    OptimismCorrection
        All measures, corrected.

    Raises
    ------
    NotEstimable
        If no resample gives a model.
    """
    judged = list(resamples)
    fitted = [one for one in judged if one.refusal is None]
    refused = Counter(one.refusal for one in judged if one.refusal is not None)
    if not fitted:
        raise NotEstimable(f"none of {len(judged)} resamples gave a model: {dict(refused)}")
    names = tuple(apparent)
    own, original = (
        np.array([[figures[name] for name in names] for figures in side])
        for side in ([one.own for one in fitted], [one.original for one in fitted])
    )
    measures = {
        name: _correct(apparent[name], own[both, place], original[both, place])
        for place, (name, both) in enumerate(zip(names, ~np.isnan(own + original).T, strict=True))
        if both.any() and not np.isnan(apparent[name])
    }
    return OptimismCorrection(measures, len(fitted), dict(refused))


def _correct(apparent: float, own: Floats, original: Floats) -> Corrected:
    # Sorted figures add up to the same last bit in whatever order they were computed.
    own, mean = np.sort(own), float(np.sort(own).mean())
    optimism = mean - float(np.sort(original).mean())
    if len(own) < RESAMPLES_FOR_AN_INTERVAL or np.ptp(own) < SPREAD_OF_NOTHING:
        return Corrected(apparent, optimism, None, len(own))
    # A resample's own figure is optimistic a second time, so its mean is not the apparent one.
    low, high = _percentiles(own) - mean + apparent - optimism
    return Corrected(apparent, optimism, (float(low), float(high)), len(own))


def _percentiles(ascending: Floats) -> Floats:
    """Interpolate as `numpy.quantile` does, which takes as long as a small fit."""
    places = np.array((0.025, 0.975)) * (len(ascending) - 1)
    return np.asarray(np.interp(places, np.arange(len(ascending)), ascending))


def _judge_both(
    measures: Mapping[str, Measure], fit: Fit, everybody: Places, rows: Places
) -> tuple[Figures, Figures]:
    predict = fit(rows)
    return _judge(measures, predict, rows), _judge(measures, predict, everybody)


def _judge(measures: Mapping[str, Measure], predict: Predict, rows: Places) -> dict[str, float]:
    predictions = predict(rows)
    return {name: float(measure(rows, predictions)) for name, measure in measures.items()}


def _all_rows(patients: ArrayLike) -> Places:
    return np.arange(len(np.asarray(patients)), dtype=np.intp)


def _draw(patients: Places, generator: np.random.Generator) -> Places:
    """Draw as many patients as there are, with replacement, each with all its rows."""
    _, codes, counts = np.unique(patients, return_inverse=True, return_counts=True)
    rows, starts = np.argsort(codes, kind="stable"), np.cumsum(counts) - counts
    drawn = generator.integers(0, len(counts), len(counts))
    lengths = counts[drawn]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(rows[np.repeat(starts[drawn], lengths) + within])
