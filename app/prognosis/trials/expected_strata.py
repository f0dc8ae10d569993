"""What share of a trial's patients is expected to come from each stratum."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import sqrt

from app.prognosis.survival import Z95
from app.prognosis.trials.allocation import Levels
from app.prognosis.trials.design import Factor
from app.prognosis.trials.refusals import TrialRefused


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
