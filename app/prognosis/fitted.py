"""One fitted partial likelihood, and what it predicts of one patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike

from app.prognosis.engine.curves import SurvivalCurve, survival_curve
from app.prognosis.engine.survival_band import SurvivalBand
from app.prognosis.survival import Z95, Baseline, Floats, HazardRatio, Stratum


@dataclass(frozen=True, eq=False)
class Fit:
    """
    One maximum of the partial likelihood over the rows that know its covariates.

    Attributes
    ----------
    covariates : tuple of str
        In the order of every array below.
    means, deviations, minima, maxima : ndarray, shape (p,)
        Of the training rows, in each covariate's unit.
    coefficients : ndarray, shape (p,)
        Log hazard ratio per unit.
    covariance : ndarray, shape (p, p)
        Inverse information; not finite meaning is given to it when penalised.
    strata : tuple of str
        Names of the stratifying covariates.
    baselines : tuple of Baseline
        One per stratum.
    patients, events : int
        Rows and events of this fit.
    log_likelihood, log_likelihood_null : float
        Efron's partial likelihood at the coefficients and at zero.
    concordance, concordance_se : float
        Harrell's C and its infinitesimal jackknife standard error.
    penalizer : float
        Ridge penalty on lifelines' scale; intervals are withheld above zero.
    """

    covariates: tuple[str, ...]
    means: Floats
    deviations: Floats
    minima: Floats
    maxima: Floats
    coefficients: Floats
    covariance: Floats
    strata: tuple[str, ...]
    baselines: tuple[Baseline, ...]
    patients: int
    events: int
    log_likelihood: float
    log_likelihood_null: float
    concordance: float
    concordance_se: float
    penalizer: float

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each coefficient, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    def vector(self, values: Mapping[str, float]) -> Floats:
        """
        Put a patient's values in the order of the covariates.

        Parameters
        ----------
        values : mapping of str to float
            In each covariate's unit; others than this fit's are ignored.

        Returns
        -------
        ndarray, shape (p,)
            The patient's covariates.

        Raises
        ------
        ValueError
            If a covariate is absent or not finite.
        """
        absent = [name for name in self.covariates if name not in values]
        if absent:
            raise ValueError(f"no value for: {', '.join(absent)}")
        return self._checked([values[name] for name in self.covariates])

    def stratum(self, values: Mapping[str, float]) -> Stratum:
        """
        Find the stratum that a patient belongs to.

        Parameters
        ----------
        values : mapping of str to float
            The stratifying covariates among them.

        Returns
        -------
        tuple of float or None
            The key of the stratum's baseline; None without strata.

        Raises
        ------
        ValueError
            If a stratifying covariate is absent.
        """
        absent = [name for name in self.strata if name not in values]
        if absent:
            raise ValueError(f"no value for: {', '.join(absent)}")
        return tuple(values[name] for name in self.strata) if self.strata else None

    def outside_range(self, x: ArrayLike) -> tuple[str, ...]:
        """
        Name the covariates that lie outside the training rows' range.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates.

        Returns
        -------
        tuple of str
            Empty for a patient within the range of every covariate.
        """
        values = self._checked(x)
        outside = (values < self.minima) | (values > self.maxima)
        return tuple(n for n, out in zip(self.covariates, outside, strict=True) if out)

    def contributions(self, x: ArrayLike) -> Floats:
        """
        Split a patient's log hazard ratio by covariate.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates.

        Returns
        -------
        ndarray, shape (p,)
            Coefficient times distance from the mean; they sum to the log
            hazard ratio.

        Raises
        ------
        ValueError
            If `x` does not hold p finite numbers.
        """
        return np.asarray((self._checked(x) - self.means) * self.coefficients)

    def log_hazard_ratio(self, x: ArrayLike) -> float:
        """
        Compare a patient's hazard with that of a patient at the means.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates.

        Returns
        -------
        float
            0.0 at the means.

        Raises
        ------
        ValueError
            If `x` does not hold p finite numbers.
        """
        return float(self.contributions(x).sum())

    def hazard_ratio(self, x: ArrayLike) -> HazardRatio:
        """
        Compute a patient's hazard over that of a patient at the means.

        The baseline cancels, so this is neither a probability nor a rate.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates.

        Returns
        -------
        HazardRatio
            With the 95 % confidence interval of the coefficients' error, the
            means taken as given.

        Raises
        ------
        ValueError
            If `x` does not hold p finite numbers.

        References
        ----------
        Cox DR. J R Stat Soc B 1972;34:187-220.
        """
        log_ratio = self.log_hazard_ratio(x)
        if self.penalizer:
            return HazardRatio(exp(log_ratio), None)
        distance = self._checked(x) - self.means
        reach = Z95 * sqrt(float(distance @ self.covariance @ distance))
        return HazardRatio(exp(log_ratio), (exp(log_ratio - reach), exp(log_ratio + reach)))

    def baseline(self, stratum: Stratum = None) -> Baseline:
        """
        Look up the baseline of a stratum.

        Parameters
        ----------
        stratum : tuple of float, optional
            Values of the stratifying covariates.

        Returns
        -------
        Baseline
            At the covariate means.

        Raises
        ------
        ValueError
            If no training row was of that stratum.
        """
        for baseline in self.baselines:
            if baseline.stratum == stratum:
                return baseline
        raise ValueError("no training row was of that stratum")

    def at_risk(self, day: float, stratum: Stratum = None) -> int:
        """
        Count the training rows still followed on a day.

        Parameters
        ----------
        day : float
            Days since the clock's start.
        stratum : tuple of float, optional
            Count within this one.

        Returns
        -------
        int
            Rows whose event or censoring is on that day or later.

        Raises
        ------
        ValueError
            If no training row was of that stratum.
        """
        return int(self.baseline(stratum).at_risk([day])[0])

    def curve(self, x: ArrayLike, stratum: Stratum = None, *, since: float = 0.0) -> SurvivalCurve:
        """
        Predict a patient's survival as a step function of time.

        The error combines that of the baseline hazard and that of the
        coefficients, as survfit.coxph does.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates at the clock's start.
        stratum : tuple of float, optional
            Whose baseline to use.
        since : float
            Day up to which the patient is known to be event-free: the curve
            tells S(t) / S(since).

        Returns
        -------
        SurvivalCurve
            From that day on; without an error when penalised.

        Raises
        ------
        ValueError
            If `x` does not hold p finite numbers, the stratum is unknown, or
            `since` lies outside the follow-up.

        References
        ----------
        Tsiatis AA. Ann Stat 1981;9:93-108. Therneau TM, Grambsch PM. Modeling
        Survival Data. Springer 2000, 10.2.
        """
        distance = self._checked(x) - self.means
        covariance = None if self.penalizer else self.covariance
        baseline = self.baseline(stratum)
        return survival_curve(baseline, distance, self.coefficients, covariance, since=since)

    def survival(self, x: ArrayLike, days: ArrayLike, stratum: Stratum = None) -> SurvivalBand:
        """
        Read a patient's survival curve on some days.

        Parameters
        ----------
        x : array_like, shape (p,)
            The patient's covariates.
        days : array_like, shape (k,)
            Days since the clock's start, in any order.
        stratum : tuple of float, optional
            Whose baseline to use.

        Returns
        -------
        SurvivalBand
            At those days.

        Raises
        ------
        ValueError
            As in `curve`.
        """
        return self.curve(x, stratum).at(days)

    def _checked(self, x: ArrayLike) -> Floats:
        given = np.asarray(x)
        # NumPy would read a number out of text.
        is_text = given.dtype.kind not in "biuf"
        values = np.full(given.shape, np.nan) if is_text else given.astype(np.float64)
        if values.shape != self.means.shape or not np.isfinite(values).all():
            raise ValueError(f"not {len(self.means)} finite numbers")
        return values
