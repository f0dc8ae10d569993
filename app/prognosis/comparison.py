"""Which of several sets of predictors tells more about the same patients, and what each adds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from app.prognosis.engine.estimable import check_events
from app.prognosis.engine.likelihood import evaluate
from app.prognosis.engine.rows import Flags, Floats, Places, SurvivalRows, survival_rows
from app.prognosis.log_rank import ChiSquared
from app.prognosis.refusals import RefitRefused
from app.prognosis.training import Endpoint
from app.prognosis.validation.brier import brier_scores
from app.prognosis.validation.cox_fit import CoxFit, fit_columns
from app.prognosis.validation.discrimination import cumulative_dynamic_auc, harrell_c, uno_c
from app.prognosis.validation.estimates import NotEstimable
from app.prognosis.validation.optimism import RESAMPLES_FOR_AN_INTERVAL

Verdict = Literal["a-better", "b-better", "not-separated", "not-assessable"]

EVENTS_NEEDED = 100
"""Events below which no pair is judged.

Vergouwe Y et al. J Clin Epidemiol 2005;58:475-83 ask for a hundred events to judge
a model's performance; a difference of two needs no fewer.
"""

RESAMPLES = 200
"""Of the patients; from them come the errors of all differences."""

ERROR = 0.05
"""Probability that any pair of sets is falsely told apart, shared by the pairs."""

Model = tuple[str, str]
"""How a set enters a model, or a kind of figure; and the set's name."""

TOGETHER, ALONE, WITHOUT = "together", "alone", "without"

NOTHING: Model = ("nothing", "")
"""The log likelihood of a model without predictors."""

Figures = Mapping[Model, float]
"""What is told of some rows."""

FOLLOWED = 10
"""Patients that are still followed where Uno's C ends."""


@dataclass(frozen=True)
class Ratio(ChiSquared):
    """
    A likelihood ratio test: twice the gain in log likelihood, and the coefficients gained.

    Attributes
    ----------
    ci95 : tuple of float or None
        The percentiles over the resamples; None where these are too few.
    """

    ci95: tuple[float, float] | None = None


@dataclass(frozen=True)
class Figure:
    """
    A figure of one set, or the difference of two.

    Attributes
    ----------
    apparent : float
        On the rows of the fit.
    value : float
        Without the optimism of a model judged on its own rows.
    interval : tuple of float
        Normal limits by the resamples' spread, at the level of the comparison.
    """

    apparent: float
    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class SetOfPredictors:
    """
    What one set tells by itself, and beside the others.

    Attributes
    ----------
    name : str
        Of the set.
    parameters : int
        Its coefficients.
    alone : Ratio
        Against no predictor.
    aic : float
        Of the set alone; less is better.
    adequacy : float
        Share of the likelihood ratio of all sets together that the set has alone.
    adequacy_corrected : float
        The same of ratios without their optimism, which grows with the parameters;
        0.0 where nothing is left, at most 1.0.
    added : Ratio
        By the set to all the others.
    concordance, uno : Figure
        Harrell's C, and Uno's up to the comparison's horizon.
    auc, brier : Figure or None
        At the comparison's months; None where they are beyond follow-up.
    """

    name: str
    parameters: int
    alone: Ratio
    aic: float
    adequacy: float
    adequacy_corrected: float
    added: Ratio
    concordance: Figure
    uno: Figure
    auc: Figure | None
    brier: Figure | None


@dataclass(frozen=True)
class Pair:
    """
    Two sets beside each other.

    Attributes
    ----------
    a, b : str
        Their names.
    verdict : {'a-better', 'b-better', 'not-separated', 'not-assessable'}
        By whether the interval of the difference of Harrell's C holds nought.
    concordance, uno : Figure
        Of a less that of b.
    auc, brier : Figure or None
        Of a less that of b; a better a has a higher AUC and a lower Brier score.
    """

    a: str
    b: str
    verdict: Verdict
    concordance: Figure
    uno: Figure
    auc: Figure | None
    brier: Figure | None


@dataclass(frozen=True)
class Comparison:
    """
    Several sets of predictors on the same rows.

    Attributes
    ----------
    patients, events : int
        The rows.
    together : Ratio
        All sets against none.
    aic : float
        Of all sets together.
    sets : tuple of SetOfPredictors
        In the order given.
    pairs : tuple of Pair
        Every two of them.
    level : float
        Of the intervals: 0.95 for two sets, 0.983 for three, so that in one
        comparison of twenty a pair is falsely told apart.
    resamples : int
        Those that gave a model of every set.
    """

    patients: int
    events: int
    together: Ratio
    aic: float
    sets: tuple[SetOfPredictors, ...]
    pairs: tuple[Pair, ...]
    level: float
    resamples: int


def compare(
    days: ArrayLike,
    events: ArrayLike,
    sets: Mapping[str, ArrayLike],
    *,
    seed: int,
    horizon: float = 365.25,
    resamples: int = RESAMPLES,
    progress: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """
    Fit each set alone, all together, and all but each, on the same rows.

    Parameters
    ----------
    days : array_like, shape (n,)
        Time to the event or to the last day seen, above zero.
    events : array_like of bool, shape (n,)
        Whether it ended with the event.
    sets : mapping of str to array_like, shape (n, p)
        Two sets or more, each with its covariates; no row lacks one.
    seed : int
        The same seed gives the same figures.
    horizon : float, optional
        Day at which AUC and Brier score are told.
    resamples : int, optional
        How many; each refits every model.
    progress : callable, optional
        Told the share that is done.

    Returns
    -------
    Comparison
        The differences have intervals at a level that all pairs share.

    Raises
    ------
    RefitRefused
        If one of the models has no maximum.
    NotEstimable
        If no resample gives every model.
    ValueError
        If there are fewer than two sets.

    References
    ----------
    Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, 9.8.4 (the
    adequacy index). Bidard FC et al. Lancet Oncol 2014;15:406-14 (what counts add
    to a clinical model, by likelihood ratio with resampling).
    """
    if len(sets) < 2:
        raise ValueError("two sets or more can be compared")
    study = _Study.of(days, events, sets, horizon)
    check_events(int(study.events.sum()), study.patients, study.x.shape[1])
    apparent = study.told(study.fits(study.everybody), study.everybody)
    own, original = [], []
    for number in range(resamples):
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        drawn = generator.integers(0, study.patients, study.patients)
        judged = study.resampled(drawn)
        if judged is not None:
            own.append(judged[0])
            original.append(judged[1])
        progress((number + 1) / resamples)
    if not own:
        raise NotEstimable(f"none of {resamples} resamples gave a model of every set")
    return _Table(study, apparent, own, original).comparison()


def sentence(found: Comparison, endpoint: Endpoint) -> str:
    """
    Say in one sentence what a comparison found.

    Parameters
    ----------
    found : Comparison
        Of two sets or more.
    endpoint : {'overall_survival', 'progression_free_survival', 'disease_free_survival'}
        What the sets predict.

    Returns
    -------
    str
        Of prognostic information in these patients; nothing of causes, nor of
        what a treatment would do.
    """
    what = endpoint.replace("_", " ")
    if found.events < EVENTS_NEEDED:
        return (
            f"These {found.patients:,} patients had {found.events} of the {EVENTS_NEEDED} events"
            f" that it takes to say which predictors carry more prognostic information on {what}."
        )
    better = [(pair.a, pair.b) for pair in found.pairs if pair.verdict == "a-better"]
    better += [(pair.b, pair.a) for pair in found.pairs if pair.verdict == "b-better"]
    parts = []
    for one in found.sets:
        less = [other.name for other in found.sets if (one.name, other.name) in better]
        if less:
            parts.append(
                f"{one.name} carries more prognostic information than {' and '.join(less)}"
            )
    same = [f"{pair.a} and {pair.b}" for pair in found.pairs if pair.verdict == "not-separated"]
    if same:
        parts.append(f"no difference can be told between {', nor between '.join(same)}")
    return (
        f"On {what} in these {found.patients:,} patients with {found.events:,} events,"
        f" {'; '.join(parts)}."
    )


@dataclass(frozen=True, eq=False)
class _Study:
    """The rows and the columns of each set, and what a model of some rows tells on others."""

    days: Floats
    events: Flags
    x: Floats
    columns: Mapping[str, Places]
    horizon: float
    until: float

    @classmethod
    def of(
        cls, days: ArrayLike, events: ArrayLike, sets: Mapping[str, ArrayLike], horizon: float
    ) -> "_Study":
        ends, flags = np.asarray(days, dtype=np.float64), np.asarray(events, dtype=np.bool_)
        matrices = [np.asarray(x, dtype=np.float64) for x in sets.values()]
        widths = np.cumsum([0, *(matrix.shape[1] for matrix in matrices)])
        columns = {
            name: np.arange(widths[place], widths[place + 1]) for place, name in enumerate(sets)
        }
        # Uno's C asks that somebody of every resample be followed so long.
        until = float(np.sort(ends)[-FOLLOWED:].min(initial=np.inf))
        return cls(ends, flags, np.column_stack(matrices), columns, horizon, until)

    @property
    def patients(self) -> int:
        return len(self.days)

    @property
    def everybody(self) -> Places:
        return np.arange(self.patients)

    @cached_property
    def all_rows(self) -> SurvivalRows:
        return self.rows(self.everybody)

    def models(self) -> Iterator[tuple[Model, Places]]:
        """Each set alone, all but each, and all."""
        everything = np.arange(self.x.shape[1])
        yield (TOGETHER, ""), everything
        for name, columns in self.columns.items():
            yield (ALONE, name), columns
            yield (WITHOUT, name), np.setdiff1d(everything, columns)

    def rows(self, places: Places) -> SurvivalRows:
        return survival_rows(self.x[places], self.days[places], self.events[places])

    def fits(self, places: Places) -> dict[Model, CoxFit]:
        rows = self.rows(places)
        return {model: fit_columns(_taken(rows, columns)) for model, columns in self.models()}

    def resampled(self, drawn: Places) -> tuple[Figures, Figures] | None:
        try:
            fits = self.fits(drawn)
            return self.told(fits, drawn), self.told(fits, self.everybody, self.all_rows)
        except (RefitRefused, NotEstimable):
            return None

    def told(
        self, fits: Mapping[Model, CoxFit], places: Places, rows: SurvivalRows | None = None
    ) -> Figures:
        """Judge models on some rows, be it their own or others, sorted already or not."""
        rows = self.rows(places) if rows is None else rows
        nothing = evaluate(rows, np.zeros(self.x.shape[1])).value
        told = {NOTHING: nothing}
        for model, columns in self.models():
            told[model] = 2 * (evaluate(_taken(rows, columns), fits[model].beta).value - nothing)
        days, events = self.days[places], self.events[places]
        is_followed = days.max() > self.horizon and events[days <= self.horizon].any()
        for name, columns in self.columns.items():
            x, fit = self.x[np.ix_(places, columns)], fits[ALONE, name]
            predictor = x @ fit.beta
            told["concordance", name] = harrell_c(days, events, predictor).value
            told["uno", name] = uno_c(days, events, predictor, self.until).value
            if is_followed:
                (auc,) = cumulative_dynamic_auc(days, events, predictor, [self.horizon])
                survival = 1.0 - fit.risk(x, self.horizon)
                (brier,) = brier_scores(days, events, survival[:, None], [self.horizon])
                told["auc", name], told["brier", name] = auc.value, brier.score.value
        return told


def _taken(rows: SurvivalRows, columns: Places) -> SurvivalRows:
    return replace(rows, x=np.asfortranarray(rows.x[:, columns]), means=rows.means[columns])


@dataclass(frozen=True, eq=False)
class _Table:
    """The figures of the rows themselves, and of every resample on its own rows and on all."""

    study: _Study
    apparent: Figures
    own: Sequence[Figures]
    original: Sequence[Figures]

    @property
    def tail(self) -> float:
        """Probability beyond each limit of an interval."""
        sets = len(self.study.columns)
        return ERROR / (sets * (sets - 1))

    def comparison(self) -> Comparison:
        names = list(self.study.columns)
        return Comparison(
            patients=self.study.patients,
            events=int(self.study.events.sum()),
            together=self.ratio((TOGETHER, ""), self.study.x.shape[1]),
            aic=self.aic((TOGETHER, ""), self.study.x.shape[1]),
            sets=tuple(self.one(name) for name in names),
            pairs=tuple(self.pair(a, b) for a, b in combinations(names, 2)),
            level=1.0 - 2.0 * self.tail,
            resamples=len(self.own),
        )

    def one(self, name: str) -> SetOfPredictors:
        parameters = len(self.study.columns[name])
        alone, together = (ALONE, name), (TOGETHER, "")
        corrected = self.corrected(alone) / max(self.corrected(together), np.finfo(float).tiny)
        return SetOfPredictors(
            name=name,
            parameters=parameters,
            alone=self.ratio(alone, parameters),
            aic=self.aic(alone, parameters),
            adequacy=self.apparent[alone] / self.apparent[together],
            adequacy_corrected=min(1.0, max(0.0, corrected)),
            added=self.ratio(together, parameters, (WITHOUT, name)),
            concordance=self.figure(("concordance", name)),
            uno=self.figure(("uno", name)),
            auc=self.figure_if_followed(("auc", name)),
            brier=self.figure_if_followed(("brier", name)),
        )

    def pair(self, a: str, b: str) -> Pair:
        difference = self.figure(("concordance", a), ("concordance", b))
        return Pair(
            a=a,
            b=b,
            verdict=self.verdict(difference),
            concordance=difference,
            uno=self.figure(("uno", a), ("uno", b)),
            auc=self.figure_if_followed(("auc", a), ("auc", b)),
            brier=self.figure_if_followed(("brier", a), ("brier", b)),
        )

    def aic(self, model: Model, parameters: int) -> float:
        return 2 * parameters - 2 * self.apparent[NOTHING] - self.apparent[model]

    def verdict(self, difference: Figure) -> Verdict:
        if self.study.events.sum() < EVENTS_NEEDED:
            return "not-assessable"
        low, high = difference.interval
        return "a-better" if low > 0.0 else "b-better" if high < 0.0 else "not-separated"

    def ratio(self, model: Model, parameters: int, less: Model | None = None) -> Ratio:
        drawn = [self.gain(figures, model, less) for figures in self.own]
        low, high = np.quantile(drawn, (0.025, 0.975))
        ci95 = (float(low), float(high)) if len(drawn) >= RESAMPLES_FOR_AN_INTERVAL else None
        # Rounding can leave a model of more covariates a hair below one of fewer.
        return Ratio(max(0.0, self.gain(self.apparent, model, less)), parameters, ci95)

    def gain(self, figures: Figures, model: Model, less: Model | None) -> float:
        return figures[model] - (figures[less] if less else 0.0)

    def corrected(self, model: Model) -> float:
        optimism = [
            own[model] - original[model]
            for own, original in zip(self.own, self.original, strict=True)
        ]
        return self.apparent[model] - float(np.mean(optimism))

    def figure_if_followed(self, of: Model, less: Model | None = None) -> Figure | None:
        is_told = all(of in figures for figures in (self.apparent, *self.own))
        return self.figure(of, less) if is_told else None

    def figure(self, of: Model, less: Model | None = None) -> Figure:
        apparent, own, original = (
            np.array([self.gain(figures, of, less) for figures in side])
            for side in ((self.apparent,), self.own, self.original)
        )
        value = float(apparent[0] - (own - original).mean())
        reach = -float(ndtri(self.tail)) * float(own.std(ddof=min(1, len(own) - 1)))
        return Figure(float(apparent[0]), value, (value - reach, value + reach))
