"""A table of two by two, and a share of patients, with their intervals."""

from dataclasses import dataclass
from math import exp, log, sqrt

from app.prognosis.survival import Z95

HALF = 0.5
"""What is added to each cell of a table with an empty one."""


@dataclass(frozen=True)
class OddsRatio:
    """
    Odds of an outcome in one group against another.

    Attributes
    ----------
    odds_ratio : float
        Above 0.
    ci95 : tuple of float
        Wald limits on the log scale.
    corrected : bool
        Whether one half was added to each cell because one is empty.
    """

    odds_ratio: float
    ci95: tuple[float, float]
    corrected: bool


def odds_ratio(table: tuple[tuple[int, int], tuple[int, int]]) -> OddsRatio:
    """
    Compare the odds of an outcome in two groups.

    Parameters
    ----------
    table : tuple of tuple of int, shape (2, 2)
        A row for each group: patients with the outcome, and those without.

    Returns
    -------
    OddsRatio
        Of the first group against the second. Where a cell is empty, one half
        is added to all four.

    Raises
    ------
    ValueError
        If there is nobody, or a cell is negative.

    References
    ----------
    Woolf B. Ann Hum Genet 1955;19:251-3. Haldane JBS. Ann Hum Genet
    1956;20:309-11. Anscombe FJ. Biometrika 1956;43:461-4.
    """
    counts = [*table[0], *table[1]]
    if min(counts) < 0 or not sum(counts):
        raise ValueError("a table holds patients, and no fewer than none")
    corrected = 0 in counts
    a, b, c, d = (count + HALF if corrected else float(count) for count in counts)
    estimate = log(a) - log(b) - log(c) + log(d)
    reach = Z95 * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return OddsRatio(exp(estimate), (exp(estimate - reach), exp(estimate + reach)), corrected)


@dataclass(frozen=True)
class Share:
    """
    A share of patients.

    Attributes
    ----------
    share : float
        Between 0 and 1.
    ci95 : tuple of float
        Wilson's score limits, within 0 and 1.
    """

    share: float
    ci95: tuple[float, float]


def share_of(some: int, patients: int) -> Share:
    """
    Tell which share of the patients some are.

    Parameters
    ----------
    some : int
        At most as many as the patients.
    patients : int
        Above 0.

    Returns
    -------
    Share
        With the limits at which a score test would just reject it.

    Raises
    ------
    ValueError
        If there are no patients, or fewer than some.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209-12.
    """
    if not 0 <= some <= patients or not patients:
        raise ValueError("a share is of patients, and of no more than there are")
    share, z2 = some / patients, Z95**2
    middle = (share + z2 / (2 * patients)) / (1 + z2 / patients)
    reach = (
        Z95 * sqrt(share * (1 - share) / patients + z2 / (4 * patients**2)) / (1 + z2 / patients)
    )
    return Share(share, (max(0.0, middle - reach), min(1.0, middle + reach)))
