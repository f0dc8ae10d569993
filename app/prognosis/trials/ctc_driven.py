"""A design that randomises those whose count stays high, as SWOG S0500 did: whom it takes."""

from dataclasses import dataclass
from math import ceil

from app.prognosis.trials.planning import Contrast, event_probability, schoenfeld_power
from app.prognosis.trials.refusals import TrialRefused
from app.prognosis.trials.survival_law import Recruitment, SurvivalLaw

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
