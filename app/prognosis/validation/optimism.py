"""How much better a model looks on its own rows than it is: Harrell's bootstrap."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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
        Each measure; empty if there is no model.
    refusal : str or None
        Code of the reason why there is none.
    """

    own: Mapping[str, float]
    original: Mapping[str, float]
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
    """

    apparent: float
    optimism: float
    ci95: tuple[float, float] | None

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
        By name.
    resamples : int
        Those that gave a model and every figure.
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
    apparent = _figures(measures, fit, _all_rows(patients))
    done: list[Resample] = []
    for number in range(resamples):
        done.append(resample(number, patients, fit, measures, seed))
        if progress:
            progress(number + 1, resamples)
    return summarise(apparent, done)


def resample(
    number: int, patients: ArrayLike, fit: Fit, measures: Mapping[str, Measure], seed: int
) -> Resample:
    """
    Draw and judge one resample; each stands alone, in any order and any process.

    Parameters
    ----------
    number : int
        Which of the resamples, from 0.
    patients : array_like, shape (n,)
        Whose each row is.
    fit : callable
        From rows to predictions.
    measures : dict of str to callable
        What to judge, by name.
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
        predict = fit(rows)
        own, original = (_judge(measures, predict, r) for r in (rows, _all_rows(patients)))
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
    measures = {
        name: _correct(
            value,
            np.sort([one.own[name] for one in fitted]),
            np.sort([one.original[name] for one in fitted]),
        )
        for name, value in apparent.items()
    }
    return OptimismCorrection(measures, len(fitted), dict(refused))


def _correct(apparent: float, own: Floats, original: Floats) -> Corrected:
    # Sorted figures add up to the same last bit in whatever order they were computed.
    optimism = float(own.mean() - original.mean())
    if len(own) < RESAMPLES_FOR_AN_INTERVAL or np.ptp(own) < SPREAD_OF_NOTHING:
        return Corrected(apparent, optimism, None)
    # A resample's own figure is optimistic a second time, so its mean is not the apparent one.
    low, high = np.quantile(own, (0.025, 0.975)) - own.mean() + apparent - optimism
    return Corrected(apparent, optimism, (float(low), float(high)))


def _figures(measures: Mapping[str, Measure], fit: Fit, rows: Places) -> dict[str, float]:
    return _judge(measures, fit(rows), rows)


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
