"""The fit of a model again: on other rows, with other columns, or without a patient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.cohort import Cohort
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.maximum import Maximum, maximise
from app.prognosis.engine.ridge import ridge_of
from app.prognosis.engine.rows import Flags, Floats, Places, SurvivalRows, survival_rows
from app.prognosis.fitted import Fit
from app.prognosis.survival import Baseline
from app.prognosis.validation.cox_fit import LARGEST_EXPONENT


@dataclass(frozen=True, eq=False)
class Refits:
    """
    The rows of a fit as arrays, by patient, and how it was fitted.

    Attributes
    ----------
    fit : Fit
        The fit that is checked.
    x : ndarray, shape (n, p)
        Its covariates, each in its unit.
    days : ndarray, shape (n,)
        Follow-up.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    strata : ndarray of int, shape (n,)
        Codes, in the order of the fit's baselines.
    """

    fit: Fit
    x: Floats
    days: Floats
    events: Flags
    strata: Places

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.days)

    @property
    def everybody(self) -> Places:
        """The place of each row."""
        return np.arange(len(self))

    @cached_property
    def all_rows(self) -> SurvivalRows:
        """The rows, sorted once for every check."""
        return survival_rows(self.x, self.days, self.events, strata=self.strata)

    def rows(self, places: Places) -> SurvivalRows:
        """
        Sort some of the rows.

        Parameters
        ----------
        places : ndarray of int
            Which, some of them perhaps repeated.

        Returns
        -------
        SurvivalRows
            For a fit.
        """
        return survival_rows(
            self.x[places], self.days[places], self.events[places], strata=self.strata[places]
        )

    def without_strata(self, places: Places) -> SurvivalRows:
        """
        Sort some of the rows as if they were of one stratum.

        Parameters
        ----------
        places : ndarray of int
            Which, some of them perhaps repeated.

        Returns
        -------
        SurvivalRows
            For a fit of other columns.
        """
        return survival_rows(self.x[places], self.days[places], self.events[places])

    def taken(self, order: Places) -> "Refits":
        """
        Put the rows in another order.

        Parameters
        ----------
        order : ndarray of int, shape (n,)
            The place of each.

        Returns
        -------
        Refits
            Of the same fit.
        """
        return Refits(
            self.fit, self.x[order], self.days[order], self.events[order], self.strata[order]
        )

    def maximum(self, rows: SurvivalRows) -> Maximum:
        """
        Fit as the model was fitted, from its coefficients on.

        Parameters
        ----------
        rows : SurvivalRows
            With the columns of this fit.

        Returns
        -------
        Maximum
            With the same penalty on the scale of these rows.

        Raises
        ------
        RefitRefused
            If the rows yield no model.
        """
        return maximise(
            rows,
            ridge=self.ridge(rows),
            start=self.fit.coefficients,
            names=self.fit.covariates,
        )

    def ridge(self, rows: SurvivalRows) -> Floats | None:
        """
        Put the model's penalty on the scale of some rows.

        Parameters
        ----------
        rows : SurvivalRows
            With the columns of this fit.

        Returns
        -------
        ndarray, shape (p,), or None
            None for a model without a penalty.
        """
        if not self.fit.penalizer:
            return None
        return ridge_of(self.fit.penalizer, len(rows), rows.x.var(axis=0, ddof=1))

    def predictor(self, places: Places | slice, beta: Floats) -> Floats:
        """
        Weigh the covariates of some rows.

        Parameters
        ----------
        places : ndarray of int, shape (k,), or slice
            Which rows.
        beta : ndarray, shape (p,)
            Log hazard ratio per unit.

        Returns
        -------
        ndarray, shape (k,)
            Log hazard ratio against the means of the model.
        """
        return np.asarray(((self.x[places] - self.fit.means) * beta).sum(axis=1))

    def risk_by(self, places: Places, day: float) -> Callable[[Places], Floats]:
        """
        Fit on some rows and predict the risk of others.

        Parameters
        ----------
        places : ndarray of int
            The rows of the fit.
        day : float
            By which the event is to have happened.

        Returns
        -------
        callable
            From places to the probability of the event, shape (k,); a row of a
            stratum that the fit has not seen has NaN.

        Raises
        ------
        RefitRefused
            If the rows yield no model.
        """
        rows = self.rows(places)
        maximum = self.maximum(rows)
        hazard = np.full(len(self.fit.baselines), np.nan)
        seen = np.unique(self.strata[places])
        hazard[seen] = hazards_at(baselines(rows, maximum.beta), [day])[:, 0]
        return partial(self._risk, hazard, rows.means, maximum.beta)

    def _risk(self, hazard: Floats, means: Floats, beta: Floats, places: Places) -> Floats:
        relative = _relative((self.x[places] - means) @ beta)
        return np.asarray(-np.expm1(-hazard[self.strata[places]] * relative))

    def survival_by(self, days: Floats) -> Floats:
        """
        Predict every row's survival by the model.

        Parameters
        ----------
        days : ndarray, shape (k,)
            Since the clock's start.

        Returns
        -------
        ndarray, shape (n, k)
            Probabilities.
        """
        hazards = hazards_at(self.fit.baselines, days)
        relative = _relative(self.predictor(slice(None), self.fit.coefficients))
        return np.asarray(np.exp(-hazards[self.strata] * relative[:, None]))

    def risk_at(self, day: float) -> Floats:
        """
        Predict every row's risk by the model.

        Parameters
        ----------
        day : float
            Since the clock's start.

        Returns
        -------
        ndarray, shape (n,)
            Probabilities of the event by then.
        """
        return np.asarray(1 - self.survival_by(np.array([day]))[:, 0])


def _relative(predictor: Floats) -> Floats:
    return np.exp(np.minimum(predictor, LARGEST_EXPONENT))


def hazards_at(steps: Sequence[Baseline], days: ArrayLike) -> Floats:
    """
    Read each stratum's cumulative hazard.

    Parameters
    ----------
    steps : sequence of Baseline
        One for each stratum.
    days : array_like, shape (k,)
        Up to and including which.

    Returns
    -------
    ndarray, shape (s, k)
        For a patient at the means.
    """
    return np.array([each.from_nought[0][each.before(days)] for each in steps])


def refits_of(fit: Fit, cohort: Cohort) -> Refits:
    """
    Take the rows of a fit out of its cohort.

    Parameters
    ----------
    fit : Fit
        Of this cohort.
    cohort : Cohort
        Rows that know every covariate and stratum of the fit.

    Returns
    -------
    Refits
        By patient.
    """
    strata = {baseline.stratum: code for code, baseline in enumerate(fit.baselines)}
    levels = [tuple(level) if fit.strata else None for level in cohort.matrix(fit.strata).tolist()]
    return Refits(
        fit=fit,
        x=cohort.matrix(fit.covariates),
        days=cohort.days,
        events=cohort.events,
        strata=np.array([strata[level] for level in levels], dtype=np.intp),
    )
