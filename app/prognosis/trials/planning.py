"""How many events a trial takes, and the patients among whom so many are seen."""

from dataclasses import dataclass
from math import ceil, log, sqrt

from scipy.special import ndtr, ndtri

from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.survival_law import Recruitment, SurvivalLaw


@dataclass(frozen=True)
class Contrast:
    """
    Two arms, or two groups, whose hazards are to be told apart.

    Attributes
    ----------
    hazard_ratio : float
        Of the second against the first; above 0 and not 1.
    ratio : tuple of int
        Patients of the first and of the second beside each other.
    alpha : float
        Two-sided error of the first kind.
    r2 : float
        Share of the arm's variance that other covariates explain: 0 where the arm is
        drawn by chance, more where a covariate that is no arm is looked at.

    Raises
    ------
    TrialRefused
        If a number is out of its range.
    """

    hazard_ratio: float
    ratio: tuple[int, int] = (1, 1)
    alpha: float = 0.05
    r2: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no number of events tells apart."""
        if not 0 < self.hazard_ratio < float("inf") or self.hazard_ratio == 1:
            raise TrialRefused(
                "plan-out-of-range", f"hazard ratio {self.hazard_ratio:g}; above 0 and not 1"
            )
        if min(self.ratio) < 1:
            raise TrialRefused("plan-out-of-range", f"ratio {self.ratio[0]} to {self.ratio[1]}")
        if not (0 < self.alpha < 1 and 0 <= self.r2 < 1):
            raise TrialRefused("plan-out-of-range", f"alpha {self.alpha:g}, R2 {self.r2:g}")

    @property
    def information(self) -> float:
        """Of one event about the log hazard ratio."""
        share = self.ratio[1] / sum(self.ratio)
        return share * (1 - share) * (1 - self.r2)


@dataclass(frozen=True)
class Plan:
    """
    What a comparison of two arms takes.

    Attributes
    ----------
    events : float
        To be awaited; not rounded.
    event_probability : float
        That a patient's event is seen, over both arms.
    patients : int
        To be enrolled.
    power : float
        With those events.
    """

    events: float
    event_probability: float
    patients: int
    power: float


def schoenfeld_events(contrast: Contrast, power: float = 0.8) -> float:
    """
    Compute the events that tell two hazards apart.

    Parameters
    ----------
    contrast : Contrast
        That is to be found.
    power : float, optional
        Probability of finding it, above half the error and below 1.

    Returns
    -------
    float
        Not rounded; a trial awaits the next whole number.

    Raises
    ------
    TrialRefused
        If the power is out of its range.

    References
    ----------
    Schoenfeld DA. Biometrics 1983;39:499-503. Hsieh FY, Lavori PW. Control Clin Trials
    2000;21:552-60, for covariates.

    Examples
    --------
    >>> round(schoenfeld_events(Contrast(0.6)), 1)
    120.3
    """
    if not contrast.alpha / 2 < power < 1:
        raise TrialRefused(
            "plan-out-of-range",
            f"power {power:g}; above {contrast.alpha / 2:g} and below 1 expected",
        )
    z = ndtri(1 - contrast.alpha / 2) + ndtri(power)
    return float(z * z / (contrast.information * log(contrast.hazard_ratio) ** 2))


def schoenfeld_power(contrast: Contrast, events: float) -> float:
    """
    Compute the probability of telling two hazards apart.

    Parameters
    ----------
    contrast : Contrast
        That is to be found.
    events : float
        That are seen, 0 or more.

    Returns
    -------
    float
        Of a finding in the contrast's own direction.

    Raises
    ------
    TrialRefused
        If the events are negative or not finite.
    """
    if not 0 <= events < float("inf"):
        raise TrialRefused("plan-out-of-range", f"{events:g} events; 0 or more expected")
    distance = sqrt(events * contrast.information) * abs(log(contrast.hazard_ratio))
    return float(ndtr(distance - ndtri(1 - contrast.alpha / 2)))


def plan(
    contrast: Contrast, survival: SurvivalLaw, recruitment: Recruitment, power: float = 0.8
) -> Plan:
    """
    Compute the patients whose events tell two arms apart.

    Parameters
    ----------
    contrast : Contrast
        That is to be found.
    survival : SurvivalLaw
        Of the first arm.
    recruitment : Recruitment
        When patients enter and how long they are followed.
    power : float, optional
        Probability of finding it.

    Returns
    -------
    Plan
        The events, and the patients among whom so many are expected.

    Raises
    ------
    TrialRefused
        If the power is out of its range, no event is expected, or the survival is not
        known for so long.
    """
    events = schoenfeld_events(contrast, power)
    seen = event_probability(contrast, survival, recruitment)
    if not seen > 0:
        raise TrialRefused("plan-out-of-range", "no event is expected in so short a follow-up")
    return Plan(events, seen, ceil(events / seen), power)


def event_probability(contrast: Contrast, survival: SurvivalLaw, recruitment: Recruitment) -> float:
    """
    Compute the probability that a patient's event is seen, over both arms.

    Parameters
    ----------
    contrast : Contrast
        Whose ratio shares the patients out.
    survival : SurvivalLaw
        Of the first arm.
    recruitment : Recruitment
        When patients enter and how long they are followed.

    Returns
    -------
    float
        From 0 to 1.
    """
    first, second = contrast.ratio
    return (
        first * survival.event_probability(recruitment, 1.0)
        + second * survival.event_probability(recruitment, contrast.hazard_ratio)
    ) / (first + second)
