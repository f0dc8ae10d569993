"""The bootstrap of a model: each resample refitted once, and every figure judged on that refit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from app.prognosis.checks.judgement import Predicted, Sample, figures_of
from app.prognosis.checks.refits import Refits, hazards_at
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.rows import Floats, Places
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.cox_fit import with_columns
from app.prognosis.validation.estimates import NotEstimable
from app.prognosis.validation.optimism import (
    RESAMPLES,
    RESAMPLES_FOR_AN_INTERVAL,
    Corrected,
    Figures,
    Resample,
    resample,
    summarise,
)
from app.prognosis.validation.timeline import Timeline

MANY_EVENTS = 10_000
"""Events above which fewer resamples do, once optimism is shown to be negligible."""

FEWEST_RESAMPLES = 5
"""Resamples without which nothing is shown."""

SMOOTHED = 50
"""Resamples whose calibration is smoothed, which takes as long as all the rest.

With many events it is the fewest.
"""

NEGLIGIBLE = 1e-3
"""Optimism of a concordance below any printed digit."""

ERRORS_OF_PROOF = 3.0
"""Standard errors by which the mean optimism has to stay within that."""

Shown = Mapping[int, Floats]
"""By horizon in months the predicted risks at which the calibration curve is drawn."""


@dataclass(frozen=True)
class Resampled:
    """
    What the resamples say of the figures of a model.

    Attributes
    ----------
    corrected : dict of str to Corrected
        By the name of the figure; without those that no resample gave.
    resamples : int
        How many were drawn.
    refused : int
        Those of them that gave no model.
    detail : str or None
        Why there are fewer than usual, or none.
    """

    corrected: Mapping[str, Corrected]
    resamples: int
    refused: int
    detail: str | None = None


def resampled(
    refits: Refits,
    months: Sequence[int],
    shown: Shown,
    seed: int,
    progress: Callable[[float], None],
) -> Resampled:
    """
    Refit the model on resamples of its patients and judge each refit on all of them.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    months : sequence of int
        Horizons, ascending.
    shown : mapping of int to ndarray
        By horizon the predicted risks at which the calibration curve is drawn.
    seed : int
        Of the resamples.
    progress : callable
        Called with the fraction done.

    Returns
    -------
    Resampled
        Every figure without its optimism.
    """
    bootstrap = _Bootstrap(refits, months, shown)
    smoothed = FEWEST_RESAMPLES if refits.fit.events > MANY_EVENTS else SMOOTHED
    done: list[Resample] = []
    for number in range(RESAMPLES):
        judge = partial(bootstrap.judge, smooth=number < smoothed)
        done.append(resample(number, refits.everybody, judge, seed))
        progress((number + 1) / RESAMPLES)
        if _is_negligible(refits, done):
            break
    try:
        found = summarise(bootstrap.apparent, done)
    except NotEstimable as error:
        return Resampled({}, len(done), len(done), f"No correction for optimism: {error}.")
    return Resampled(found.measures, len(done), sum(found.refused.values()), _why(refits, done))


def _is_negligible(refits: Refits, done: Sequence[Resample]) -> bool:
    if refits.fit.events <= MANY_EVENTS or len(done) < FEWEST_RESAMPLES:
        return False
    gaps = [each.own["concordance"] - each.original["concordance"] for each in done if each.own]
    if len(gaps) < FEWEST_RESAMPLES:
        return False
    error = float(np.std(gaps, ddof=1)) / len(gaps) ** 0.5
    return bool(abs(float(np.mean(gaps))) + ERRORS_OF_PROOF * error < NEGLIGIBLE)


def _why(refits: Refits, done: Sequence[Resample]) -> str | None:
    if len(done) == RESAMPLES:
        return None
    words = (
        f"{len(done)} resamples instead of {RESAMPLES}: with {refits.fit.events:,} events they "
        f"show that the optimism of the concordance is below {NEGLIGIBLE:g}."
    )
    if len(done) < RESAMPLES_FOR_AN_INTERVAL:
        words += (
            " Corrected intervals are those of the figures themselves, shifted; a figure that has "
            f"none would need {RESAMPLES_FOR_AN_INTERVAL} resamples."
        )
    return words


class _Bootstrap:
    """The rows by day, and what stays the same from one resample to the next."""

    def __init__(self, refits: Refits, months: Sequence[int], shown: Shown) -> None:
        order = np.lexsort((~refits.events, refits.days))
        self._place = np.empty(len(order), dtype=np.intp)
        self._place[order] = np.arange(len(order))
        self._refits = refits.taken(order)
        self._timeline = Timeline(self._refits.days, self._refits.events)
        self._months, self._shown = months, shown
        self._everybody = self._sample(np.arange(len(order)))

    @cached_property
    def apparent(self) -> Figures:
        """The figures of the model on its own rows."""
        fit = self._refits.fit
        days = self._predicted(
            fit.coefficients, fit.means, lambda at: hazards_at(fit.baselines, at)
        )
        (found,) = figures_of(days, [self._everybody], self._shown, smooth=True)
        return {**found, "concordance": fit.concordance, "slope": 1.0}

    def judge(self, drawn: Places, *, smooth: bool) -> tuple[Figures, Figures]:
        """Fit a resample and judge its model on itself and on everybody."""
        own = self._sample(np.sort(self._place[drawn]))
        maximum = self._refits.maximum(own.rows)
        steps, seen = baselines(own.rows, maximum.beta), np.unique(self._refits.strata[own.places])

        def hazards(days: Floats) -> Floats:
            found = np.full((len(self._refits.fit.baselines), len(days)), np.nan)
            found[seen] = hazards_at(steps, days)
            return found

        predicted = self._predicted(maximum.beta, own.rows.means, hazards)
        of_own, original = figures_of(predicted, [own, self._everybody], self._shown, smooth=smooth)
        # Without a penalty a model's own slope is one; with one it is left alone.
        return {**of_own, "slope": 1.0}, {**original, "slope": self._slope(predicted.predictor)}

    def _slope(self, predictor: Floats) -> float:
        rows = with_columns(self._refits.all_rows, predictor[:, None])
        try:
            return float(maximise(rows, start=np.ones(1)).beta[0])
        except RefitRefused:
            return np.nan

    def _sample(self, places: Places) -> Sample:
        rows = self._refits.rows(places)
        strata = len(self._refits.fit.baselines)
        counts = np.bincount(places, minlength=len(self._refits)).astype(np.float64)
        return Sample(
            places=places,
            rows=rows,
            weights=self._timeline.weighted(counts),
            plain=rows if strata == 1 else self._refits.without_strata(places),
            blocks=[places[self._refits.strata[places] == code] for code in range(strata)]
            if strata > 1
            else [places],
        )

    def _predicted(
        self, beta: Floats, means: Floats, hazards: Callable[[Floats], Floats]
    ) -> Predicted:
        """Tell what a model with a hazard at some means predicts for every row."""
        predictor = self._refits.predictor(slice(None), beta)
        at_means = float((means - self._refits.fit.means) @ beta)
        return Predicted.of(predictor, self._refits.strata, self._months, hazards, at_means)
