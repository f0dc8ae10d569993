"""How many events and patients a trial takes, and what share of them comes from each stratum."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil, log, sqrt

from scipy.special import ndtr, ndtri

from app.prognosis.survival import Z95
from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.design import Factor
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


LEAST_SHARE = 0.001
"""Of patients left at one step of a design; fewer would ask for more than anybody registers."""


@dataclass(frozen=True)
class Screening:
    """
    Who is left for a design that randomises those whose count stays high.

    Attributes
    ----------
    high : float
        Share of the registered at 5 cells or more at the first draw.
    retested : float
        Share of these with a second draw.
    still_high : float
        Share of the retested at 5 cells or more again.

    Raises
    ------
    TrialRefused
        If a share is below `LEAST_SHARE` or above 1.
    """

    high: float
    retested: float
    still_high: float

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        shares = (self.high, self.retested, self.still_high)
        if not all(LEAST_SHARE <= share <= 1 for share in shares):
            raise TrialRefused(
                "plan-out-of-range",
                f"shares {self.high:g}, {self.retested:g}, {self.still_high:g}; "
                f"{LEAST_SHARE:g} to 1 expected",
            )

    @property
    def randomised(self) -> float:
        """Share of the registered that is randomised."""
        return self.high * self.retested * self.still_high


S0500 = Screening(high=319 / 595, retested=288 / 319, still_high=123 / 288)
"""SWOG S0500: of 595 registered 319 were high, 288 of these retested, 123 still high.

Smerage JB et al. J Clin Oncol 2014;32:3483-9.
"""


@dataclass(frozen=True)
class CtcDriven:
    """
    What is expected of a design that randomises those whose count stays high.

    Attributes
    ----------
    registered : int
        Whose blood is drawn.
    high, retested, randomised : float
        Expected of them, one after the other.
    events : float
        Expected among the randomised.
    power : float
        With those events.
    """

    registered: int
    high: float
    retested: float
    randomised: float
    events: float
    power: float


@dataclass(frozen=True)
class ExpectedStratum:
    """
    What share of a trial's patients one stratum is expected to have.

    Attributes
    ----------
    levels : tuple of str
        Of each factor, in their order.
    seen : int
        Patients that the share is from.
    share, low, high : float
        Of all patients, with Wilson's 95 % limits.
    expected : float
        Of the planned patients.
    """

    levels: Levels
    seen: int
    share: float
    low: float
    high: float
    expected: float


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


def ctc_driven(
    registered: int,
    screening: Screening,
    contrast: Contrast,
    survival: SurvivalLaw,
    recruitment: Recruitment,
) -> CtcDriven:
    """
    Compute the power of a design that randomises those whose count stays high.

    Parameters
    ----------
    registered : int
        Whose blood is drawn, 1 or more.
    screening : Screening
        The shares that are left at each step.
    contrast : Contrast
        Of the randomised arms.
    survival : SurvivalLaw
        Of those whose count stayed high, in the first arm, from the second draw.
    recruitment : Recruitment
        When patients are randomised and how long they are followed.

    Returns
    -------
    CtcDriven
        Expected numbers; who is registered and not randomised adds none.

    Raises
    ------
    TrialRefused
        If nobody is registered, or the survival is not known for so long.

    References
    ----------
    Smerage JB et al. J Clin Oncol 2014;32:3483-9 (SWOG S0500).
    """
    if registered < 1:
        raise TrialRefused("plan-out-of-range", f"{registered} registered; 1 or more expected")
    high = registered * screening.high
    randomised = registered * screening.randomised
    events = randomised * event_probability(contrast, survival, recruitment)
    return CtcDriven(
        registered,
        high,
        high * screening.retested,
        randomised,
        events,
        schoenfeld_power(contrast, events),
    )


def registered_for(patients: int, screening: Screening) -> int:
    """
    Compute how many are to be registered for so many to be randomised.

    Parameters
    ----------
    patients : int
        To be randomised.
    screening : Screening
        The shares that are left at each step.

    Returns
    -------
    int
        Rounded up.
    """
    # Shares are quotients, so their product may miss a whole number by a last digit.
    return ceil(round(patients / screening.randomised, 9))


def expected_strata(
    factors: tuple[Factor, ...], counts: Mapping[Levels, int], planned: int
) -> tuple[ExpectedStratum, ...]:
    """
    Compute what share of a trial's patients each stratum is expected to have.

    Parameters
    ----------
    factors : tuple of Factor
        Of the design.
    counts : mapping of tuple of str to int
        Patients seen of each stratum, by its levels in the order of the factors; a
        stratum that is not there has none.
    planned : int
        Patients to be enrolled.

    Returns
    -------
    tuple of ExpectedStratum
        Every stratum, in the order of the levels.

    Raises
    ------
    TrialRefused
        If no patient was seen, or a stratum is none of these factors.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209-12.
    """
    strata = list(product(*(factor.levels for factor in factors)))
    if not set(counts) <= set(strata):
        raise TrialRefused("stratum-unknown", "patients were counted in a stratum of other factors")
    everybody = sum(counts.values())
    if everybody < 1:
        raise TrialRefused("plan-out-of-range", "0 patients were counted; 1 or more needed")
    found = []
    for levels in strata:
        seen = counts.get(levels, 0)
        low, high = _wilson(seen, everybody)
        share = seen / everybody
        found.append(ExpectedStratum(levels, seen, share, low, high, planned * share))
    return tuple(found)


def _wilson(seen: int, everybody: int) -> tuple[float, float]:
    share, shrink = seen / everybody, Z95 * Z95 / everybody
    centre = (share + shrink / 2) / (1 + shrink)
    half = sqrt(share * (1 - share) * shrink + shrink * shrink / 4) / (1 + shrink)
    # At 0 and at all of them one limit is the share itself, but for a last digit.
    return max(0.0, centre - half), min(1.0, centre + half)
