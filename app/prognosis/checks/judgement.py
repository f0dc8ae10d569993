"""Every figure of one model on one sample of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from app.prognosis.engine.ranked import ranks_of
from app.prognosis.engine.rows import Floats, Places, SurvivalRows
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.validation.calibration_curve import cloglog
from app.prognosis.validation.cox_fit import LARGEST_EXPONENT
from app.prognosis.validation.figures import (
    auc,
    brier,
    distances_apart,
    integrated,
    observed_over_expected,
    squared_distances,
)
from app.prognosis.validation.pairs import comparable_pairs
from app.prognosis.validation.smooth_observed import SmoothObserved
from app.prognosis.validation.timeline import Horizon, WeightedRows

A_QUARTER = 3
"""Months from one time of the integrated Brier score to the next."""

AT_A_HORIZON = ("auc", "brier", "ipa", "o_e", "ici", "e50", "e90")
"""Figures that each horizon has."""

OVERALL = ("concordance", "uno", "integrated_brier", "integrated_null", "integrated_ipa")
"""Figures of the whole follow-up, or of that from the first horizon to the last."""


@cache
def named(figure: str, months: int) -> str:
    """
    Name a figure at a horizon.

    Parameters
    ----------
    figure : str
        One of those at a horizon, or `curve.` and the number of its point.
    months : int
        The horizon.

    Returns
    -------
    str
        A name of its own.
    """
    return f"{figure}@{months}"


@dataclass(frozen=True, eq=False)
class Sample:
    """
    Rows that a model is judged on, some of them repeated.

    Attributes
    ----------
    places : ndarray of int, shape (m,)
        Which rows, by day.
    rows : SurvivalRows
        The same, sorted for a fit.
    weights : WeightedRows
        All rows with how often each was drawn.
    plain : SurvivalRows
        As `rows`, without strata.
    blocks : list of ndarray of int
        The places of each stratum.
    """

    places: Places
    rows: SurvivalRows
    weights: WeightedRows
    plain: SurvivalRows
    blocks: Sequence[Places]


@dataclass(frozen=True, eq=False)
class Predicted:
    """
    What a model predicts for every row, by day.

    Attributes
    ----------
    predictor : ndarray, shape (n,)
        Log hazard ratio.
    strata : ndarray of int, shape (n,)
        Codes.
    months : tuple of int
        Every horizon and the quarters between them.
    horizons : sequence of int
        The horizons among them.
    log_hazards : ndarray, shape (s, g)
        Of a patient with predictor nought, by stratum and month.
    """

    predictor: Floats
    strata: Places
    months: Sequence[int]
    horizons: Sequence[int]
    log_hazards: Floats

    @classmethod
    def of(
        cls,
        predictor: Floats,
        strata: Places,
        horizons: Sequence[int],
        hazards: Callable[[Floats], Floats],
        at_means: float,
    ) -> "Predicted":
        """
        Read a model's baselines at the horizons and the quarters between them.

        Parameters
        ----------
        predictor : ndarray, shape (n,)
            Log hazard ratio.
        strata : ndarray of int, shape (n,)
            Codes.
        horizons : sequence of int
            In months, ascending.
        hazards : callable
            From days to each stratum's cumulative hazard, shape (s, g).
        at_means : float
            The predictor that those hazards are of.

        Returns
        -------
        Predicted
            By one model.
        """
        months = range(horizons[0], horizons[-1] + 1, A_QUARTER) if horizons else ()
        days = np.array([month * DAYS_PER_MONTH for month in months])
        with np.errstate(divide="ignore"):
            log_hazards = np.log(hazards(days)) - at_means
        return cls(predictor, strata, tuple(months), horizons, log_hazards)

    def place(self, number: int) -> Floats:
        """
        Predict everybody's log cumulative hazard.

        Parameters
        ----------
        number : int
            Which of the months.

        Returns
        -------
        ndarray, shape (n,)
            Minus infinity where nobody of the stratum had the event by then; NaN
            where the model has not seen the stratum.
        """
        column = self.log_hazards[:, number]
        known = column[self.strata] if len(column) > 1 else column[0]
        return np.minimum(self.predictor + known, LARGEST_EXPONENT)

    @cached_property
    def ranks(self) -> Places:
        """The ranks of the predictor."""
        return ranks_of(self.predictor)

    def ranks_at(self, risk: Floats) -> Places:
        """
        Rank the predicted risk at a horizon.

        Parameters
        ----------
        risk : ndarray, shape (n,)
            By the horizon.

        Returns
        -------
        ndarray of int, shape (n,)
            With one stratum those of the predictor, whatever the horizon.
        """
        return self.ranks if len(self.log_hazards) == 1 else ranks_of(risk)


def figures_of(
    predicted: Predicted, samples: Sequence[Sample], shown: Mapping[int, Floats], *, smooth: bool
) -> list[dict[str, float]]:
    """
    Judge one model on samples of its rows.

    Parameters
    ----------
    predicted : Predicted
        By the model, for all rows.
    samples : sequence of Sample
        To judge it on.
    shown : mapping of int to ndarray
        By horizon the predicted risks at which the calibration curve is drawn.
    smooth : bool
        Whether to fit the smooth calibration, which takes the longest.

    Returns
    -------
    list of dict of str to float
        For each sample; NaN for what cannot be measured on it.
    """
    blank = dict.fromkeys(_names(predicted.horizons, shown), np.nan)
    told = [_Told(predicted, sample, shown, blank, smooth) for sample in samples]
    for number in range(len(predicted.months)):
        place = predicted.place(number)
        if np.isnan(place).any():
            continue
        survival = np.exp(-np.exp(place))
        day = predicted.months[number] * DAYS_PER_MONTH
        past, _ = samples[0].weights.timeline.reached(day)
        losses = squared_distances(survival, past)
        for each in told:
            each.judge(number, place, survival, losses)
    return [each.finished() for each in told]


class _Told:
    """The figures of a model on one sample, as they are gathered."""

    def __init__(
        self,
        predicted: Predicted,
        sample: Sample,
        shown: Mapping[int, Floats],
        blank: Mapping[str, float],
        smooth: bool,
    ) -> None:
        self._predicted, self._sample, self._shown = predicted, sample, shown
        self._smooth = SmoothObserved(sample.plain, sample.places) if smooth else None
        self._scores = np.full((2, len(predicted.months)), np.nan)
        self._figures = dict(blank)

    def judge(self, number: int, place: Floats, survival: Floats, losses: Floats) -> None:
        """Gather the figures of one month."""
        predicted, rows = self._predicted, self._sample.weights
        months = predicted.months[number]
        at = rows.at(months * DAYS_PER_MONTH)
        if not at.is_estimable:
            return
        score, null = self._scores[:, number] = brier(rows, at, losses)
        if months not in predicted.horizons:
            return
        risk = 1 - survival
        found = {
            "auc": auc(rows, at, predicted.ranks_at(risk)),
            "brier": score,
            "ipa": 1 - score / null,
            "o_e": observed_over_expected(rows, at, risk),
        }
        self._figures |= {named(name, months): value for name, value in found.items()}
        self._smoothed(months, at, place, risk)

    def _smoothed(self, months: int, at: Horizon, place: Floats, risk: Floats) -> None:
        if self._smooth is None:
            return
        shown = cloglog(self._shown.get(months, np.zeros(0)))
        try:
            observed, drawn = self._smooth.at(place, shown, at.day)
        except RefitRefused:
            self._smooth = None
            return
        apart = distances_apart(self._sample.weights, observed, risk)
        told = dict(zip(("ici", "e50", "e90"), apart, strict=True))
        told |= {f"curve.{number}": risk for number, risk in enumerate(drawn.tolist())}
        self._figures |= {named(name, months): value for name, value in told.items()}

    def finished(self) -> dict[str, float]:
        """Add the figures over all months."""
        predicted = self._predicted
        c, uno = _ranking(self._sample, predicted)
        overall = {"concordance": c, "uno": uno}
        if len(predicted.months) > 1:
            months = np.array(predicted.months, dtype=np.float64)
            score, null = (integrated(scores, months) for scores in self._scores)
            overall |= {
                "integrated_brier": score,
                "integrated_null": null,
                "integrated_ipa": 1 - score / null,
            }
        return self._figures | overall


def _names(horizons: Sequence[int], shown: Mapping[int, Floats]) -> list[str]:
    curve = [
        named(f"curve.{number}", months)
        for months, risks in shown.items()
        for number in range(len(risks))
    ]
    at_each = (named(name, months) for name in AT_A_HORIZON for months in horizons)
    return [*OVERALL, *at_each, *curve]


def _ranking(sample: Sample, predicted: Predicted) -> tuple[float, float]:
    """Compute Harrell's C, and Uno's up to the last horizon, of pairs within strata."""
    rows = sample.weights
    tau = predicted.horizons[-1] * DAYS_PER_MONTH if predicted.horizons else 0.0
    weights = np.divide(
        1.0, rows.uncensored**2, out=np.zeros(len(rows.uncensored)), where=rows.uncensored > 0
    )
    sums = np.zeros((2, 2))
    for places in sample.blocks:
        days = rows.timeline.days[places]
        pairs = comparable_pairs(days, rows.timeline.events[places], predicted.predictor[places])
        counted = np.vstack((pairs.concordant, pairs.outlived_by))
        weighed = weights[rows.timeline.distinct[1][places[pairs.rows]]] * (days[pairs.rows] < tau)
        sums += counted.sum(axis=1), counted @ weighed
    (concordant, all_pairs), (concordant_weight, all_weight) = sums.tolist()
    return (
        concordant / all_pairs if all_pairs else np.nan,
        concordant_weight / all_weight if all_weight else np.nan,
    )
