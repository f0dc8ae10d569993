"""The survival that a trial is planned with: by two published numbers, or a model's own steps."""

from dataclasses import dataclass
from math import exp, log
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.trials.refusals import TrialRefused

Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
"""Of Gauss and Legendre's rule, which is good to ten digits for hazards from Weibull's law."""


@dataclass(frozen=True)
class Recruitment:
    """
    When patients enter and how long they are followed.

    Attributes
    ----------
    accrual_months : float
        During which they enter evenly; 0 where all enter at once.
    follow_up_months : float
        After the last has entered.
    lost_per_month : float
        Constant hazard of being lost to follow-up.

    Raises
    ------
    TrialRefused
        If a number is negative or not finite, or nobody is followed.
    """

    accrual_months: float
    follow_up_months: float
    lost_per_month: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        given = (self.accrual_months, self.follow_up_months, self.lost_per_month)
        if not all(0 <= each < float("inf") for each in given) or self.longest_months == 0:
            raise TrialRefused(
                "plan-out-of-range",
                f"accrual of {given[0]:g} and follow-up of {given[1]:g} months, "
                f"{given[2]:g} lost a month; 0 or more each, and some months in all",
            )

    @property
    def longest_months(self) -> float:
        """For which the first patient is followed."""
        return self.accrual_months + self.follow_up_months

    def followed(self, months: Floats) -> Floats:
        """
        Compute the share of patients that would be followed so long if none had the event.

        Parameters
        ----------
        months : ndarray
            From a patient's entry.

        Returns
        -------
        ndarray
            Of the same shape, from 1 down to 0.
        """
        kept: Floats = np.exp(-self.lost_per_month * months)
        if self.accrual_months == 0:
            return kept * (months <= self.follow_up_months)
        return kept * np.clip((self.longest_months - months) / self.accrual_months, 0.0, 1.0)


class SurvivalLaw(Protocol):
    """How the time to the event is distributed in the arm that others are compared with."""

    def event_probability(self, recruitment: Recruitment, hazard_ratio: float) -> float:
        """
        Compute the probability that a patient's event is seen.

        Parameters
        ----------
        recruitment : Recruitment
            When patients enter and how long they are followed.
        hazard_ratio : float
            Against the law; constant over time.

        Returns
        -------
        float
            From 0 to 1.
        """

    def months_at(self, cumulative_hazard: Floats) -> Floats:
        """
        Find when a cumulative hazard is reached.

        Parameters
        ----------
        cumulative_hazard : ndarray
            0 or more.

        Returns
        -------
        ndarray
            Months of the same shape; infinite where it is not reached.
        """


@dataclass(frozen=True)
class Weibull:
    """
    Weibull's law; exponential with a shape of 1.

    Attributes
    ----------
    median_months : float
        At which half have had the event.
    shape : float
        Above 1 the hazard rises; metastatic breast cancer has about 1.2
        (`app.prognosis.simulation.SHAPE`).

    Raises
    ------
    TrialRefused
        If a number is not above 0 or not finite.
    """

    median_months: float
    shape: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no law."""
        if not (0 < self.median_months < float("inf") and 0.1 <= self.shape <= 10):
            raise TrialRefused(
                "plan-out-of-range",
                f"median of {self.median_months:g} months and shape {self.shape:g}; "
                "above 0, and 0.1 to 10, expected",
            )

    def survival(self, months: Floats, hazard_ratio: float = 1.0) -> Floats:
        """
        Compute the probability of having had no event.

        Parameters
        ----------
        months : ndarray
            0 or more.
        hazard_ratio : float, optional
            Against the law.

        Returns
        -------
        ndarray
            Of the same shape, from 0 to 1.
        """
        spent = (np.asarray(months) / self.median_months) ** self.shape
        return np.asarray(np.exp(-log(2) * hazard_ratio * spent))

    def event_probability(self, recruitment: Recruitment, hazard_ratio: float = 1.0) -> float:
        """
        Compute the probability that a patient's event is seen.

        Parameters
        ----------
        recruitment : Recruitment
            When patients enter and how long they are followed.
        hazard_ratio : float, optional
            Against the law.

        Returns
        -------
        float
            From 0 to 1: one less the mean survival at the end of follow-up, whether
            by the trial's end or by loss.

        References
        ----------
        Lachin JM, Foulkes MA. Biometrics 1986;42:507-19.
        """
        least, most = recruitment.follow_up_months, recruitment.longest_months
        lost = recruitment.lost_per_month
        unseen = 0.0
        for start, end in ((0.0, least), (least, most)):
            half = (end - start) / 2
            months = start + half * (1 + NODES)
            alive = self.survival(months, hazard_ratio)
            leaving = lost * recruitment.followed(months)
            if end == most and recruitment.accrual_months > 0:
                leaving = leaving + np.exp(-lost * months) / recruitment.accrual_months
            unseen += half * float(WEIGHTS @ (alive * leaving))
        if recruitment.accrual_months == 0:
            unseen += float(self.survival(np.array(most), hazard_ratio)) * exp(-lost * most)
        return 1 - unseen

    def months_at(self, cumulative_hazard: Floats) -> Floats:
        """
        Find when a cumulative hazard is reached.

        Parameters
        ----------
        cumulative_hazard : ndarray
            0 or more.

        Returns
        -------
        ndarray
            Months of the same shape.
        """
        return np.asarray(
            self.median_months * (cumulative_hazard / log(2)) ** (1 / self.shape), dtype=np.float64
        )


@dataclass(frozen=True, eq=False)
class Steps:
    """
    A model's baseline: a cumulative hazard that rises at the days of its events.

    Attributes
    ----------
    days : ndarray, shape (t,)
        Ascending, above 0.
    cumulative_hazard : ndarray, shape (t,)
        Up to and including each day, ascending.
    followed_days : float
        Beyond which nothing is known; the last of the days or later.

    Raises
    ------
    TrialRefused
        If the arrays are empty, differ in length or do not ascend.
    """

    days: Floats
    cumulative_hazard: Floats
    followed_days: float

    def __post_init__(self) -> None:
        """Refuse what is no cumulative hazard."""
        shapes = (self.days.shape, self.cumulative_hazard.shape)
        if shapes[0] != shapes[1] or self.days.ndim != 1 or not self.days.size:
            raise TrialRefused("plan-out-of-range", f"steps of {shapes[0]} and {shapes[1]}")
        rising = np.diff(self.days, prepend=0.0) > 0, np.diff(self.cumulative_hazard, prepend=0) > 0
        if not (np.all(rising) and self.days[-1] <= self.followed_days):
            raise TrialRefused(
                "plan-out-of-range", "days or cumulative hazards of the steps do not ascend"
            )

    def event_probability(self, recruitment: Recruitment, hazard_ratio: float = 1.0) -> float:
        """
        Compute the probability that a patient's event is seen.

        Parameters
        ----------
        recruitment : Recruitment
            When patients enter and how long they are followed.
        hazard_ratio : float, optional
            Against the baseline.

        Returns
        -------
        float
            From 0 to 1: what survival loses at each step, by the share still followed.

        Raises
        ------
        TrialRefused
            If patients would be followed for longer than the steps are known.
        """
        self.check(recruitment)
        alive = np.exp(-hazard_ratio * np.concatenate(([0.0], self.cumulative_hazard)))
        return float(-np.diff(alive) @ recruitment.followed(self.days / DAYS_PER_MONTH))

    def months_at(self, cumulative_hazard: Floats) -> Floats:
        """
        Find when a cumulative hazard is reached.

        Parameters
        ----------
        cumulative_hazard : ndarray
            0 or more.

        Returns
        -------
        ndarray
            Months of the same shape; infinite where the steps end below it.
        """
        days = np.append(self.days, np.inf)
        return np.asarray(
            days[np.searchsorted(self.cumulative_hazard, cumulative_hazard)] / DAYS_PER_MONTH
        )

    def check(self, recruitment: Recruitment) -> None:
        """
        Refuse a plan that goes beyond what is known.

        Parameters
        ----------
        recruitment : Recruitment
            Of the plan.

        Raises
        ------
        TrialRefused
            If patients would be followed for longer than the steps are known.
        """
        if recruitment.longest_months * DAYS_PER_MONTH > self.followed_days:
            raise TrialRefused(
                "survival-not-known",
                f"survival is known for {self.followed_days / DAYS_PER_MONTH:.1f} months; "
                f"{recruitment.longest_months:g} needed",
            )
