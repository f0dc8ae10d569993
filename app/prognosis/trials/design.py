"""The design of a randomised trial: arms, factors, and how patients are allocated."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, prod
from typing import Literal, get_args

from app.prognosis.trials.refusals import TrialRefused

Method = Literal["minimisation", "permuted-blocks", "simple"]
Imbalance = Literal["range", "variance"]

PREFERRED = 0.85
"""Probability of the arm that leaves the least imbalance.

The default of carat and of covadap, R's packages for such designs: Ma W et al.
J Stat Softw 2023;107(2):1-47.
"""

PATIENTS_PER_STRATUM = 4
"""Fewer planned patients to a stratum leave many strata with one patient or none."""

MOST_ARMS, MOST_LEVELS, MOST_STRATA = 10, 50, 10_000
LARGEST_RATIO = 20
LARGEST_BLOCK = 10
"""Times the sum of the ratio."""

LONGEST_NAME = 64


@dataclass(frozen=True)
class Arm:
    """
    One treatment that is compared.

    Attributes
    ----------
    name : str
        Of 1 to 64 characters.
    ratio : int
        Patients of this arm beside those of the others, 1 to 20.
    """

    name: str
    ratio: int = 1


@dataclass(frozen=True)
class Factor:
    """
    What the arms are to be alike in.

    Attributes
    ----------
    name : str
        Of 1 to 64 characters.
    levels : tuple of str
        Each patient is at one of them; 2 to 50.
    """

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class DesignWarning:
    """What can be done but is seldom meant: a stable code and a sentence with the numbers."""

    code: Literal["strata-exceed-a-quarter", "block-size-guessable"]
    detail: str


@dataclass(frozen=True)
class Design:
    """
    How the patients of a trial are allocated to its arms.

    Attributes
    ----------
    arms : tuple of Arm
        2 to 10; the first is what the others are compared with.
    method : {'minimisation', 'permuted-blocks', 'simple'}
        Simple allocation looks at the ratio alone; its factors only describe.
    factors : tuple of Factor
        Minimisation needs one or more.
    block_sizes : tuple of int
        Of permuted blocks, each drawn with the same probability: multiples of the
        ratio's sum.
    probability : float
        Under minimisation, that of the preferred arm where it is the arm of the
        smallest ratio; above that arm's share and below 1.
    imbalance : {'range', 'variance'}
        Under minimisation, of the numbers within a level, an arm of ratio 2 being
        counted as two.

    Raises
    ------
    TrialRefused
        If an attribute is out of its range.

    References
    ----------
    Pocock SJ, Simon R. Biometrics 1975;31:103-15. That deterministic allocation
    is to be avoided: ICH E9 Statistical principles for clinical trials, 2.3.2.
    """

    arms: tuple[Arm, ...]
    method: Method = "minimisation"
    factors: tuple[Factor, ...] = ()
    block_sizes: tuple[int, ...] = ()
    probability: float = PREFERRED
    imbalance: Imbalance = "range"

    def __post_init__(self) -> None:
        """Refuse what no trial can be run with."""
        _check_arms(self.arms)
        _check_factors(self.factors)
        if self.method not in get_args(Method):
            raise TrialRefused("method-unknown", f"no method {self.method!r}")
        if self.imbalance not in get_args(Imbalance):
            raise TrialRefused("imbalance-unknown", f"no imbalance {self.imbalance!r}")
        if self.method == "minimisation":
            self._check_minimisation()
        self._check_blocks()

    @cached_property
    def ratio_sum(self) -> int:
        """The smallest number of patients that the ratio shares out exactly."""
        return sum(arm.ratio for arm in self.arms)

    @cached_property
    def shares(self) -> tuple[Fraction, ...]:
        """Of each arm among all patients."""
        return tuple(Fraction(arm.ratio, self.ratio_sum) for arm in self.arms)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The arm of each place of the smallest group that has the ratio exactly."""
        whole = gcd(*(arm.ratio for arm in self.arms))
        return tuple(
            number for number, arm in enumerate(self.arms) for _ in range(arm.ratio // whole)
        )

    @property
    def strata(self) -> int:
        """How many combinations of levels there are; 1 without factors."""
        return prod(len(factor.levels) for factor in self.factors)

    def warnings(self, planned: int) -> tuple[DesignWarning, ...]:
        """
        Say what of the design is seldom meant.

        Parameters
        ----------
        planned : int
            Patients to be enrolled.

        Returns
        -------
        tuple of DesignWarning
            None for a sound design.
        """
        found = []
        if self.factors and self.strata * PATIENTS_PER_STRATUM > planned:
            found.append(
                DesignWarning(
                    "strata-exceed-a-quarter",
                    f"{self.strata} strata of {planned} planned patients; "
                    f"a quarter of these is {planned / PATIENTS_PER_STRATUM:g}",
                )
            )
        if len(self.block_sizes) == 1:
            found.append(
                DesignWarning(
                    "block-size-guessable",
                    "1 block size; who knows a stratum's arms foresees the last of each block",
                )
            )
        return tuple(found)

    def _check_minimisation(self) -> None:
        if not self.factors:
            raise TrialRefused("factors-missing", "minimisation needs 1 factor or more")
        least = min(self.shares)
        if not least < self.probability < 1:
            raise TrialRefused(
                "probability-out-of-range",
                f"probability {self.probability:g}; above {float(least):.3g} and below 1 needed",
            )

    def _check_blocks(self) -> None:
        if bool(self.block_sizes) != (self.method == "permuted-blocks"):
            raise TrialRefused(
                "block-sizes-malformed",
                f"{len(self.block_sizes)} block sizes for {self.method}; "
                "permuted blocks need 1 or more, other methods none",
            )
        if len(set(self.block_sizes)) != len(self.block_sizes):
            raise TrialRefused("block-sizes-malformed", "a block size is given twice")
        for size in self.block_sizes:
            times, rest = divmod(size, self.ratio_sum)
            if rest or not 1 <= times <= LARGEST_BLOCK:
                raise TrialRefused(
                    "block-sizes-malformed",
                    f"block size {size}; a multiple of {self.ratio_sum} needed, "
                    f"at most {LARGEST_BLOCK * self.ratio_sum}",
                )


def _check_arms(arms: tuple[Arm, ...]) -> None:
    if not 2 <= len(arms) <= MOST_ARMS:
        raise TrialRefused("arms-out-of-range", f"{len(arms)} arms; 2 to {MOST_ARMS} expected")
    _check_names("arm", (arm.name for arm in arms))
    for arm in arms:
        if not 1 <= arm.ratio <= LARGEST_RATIO:
            raise TrialRefused(
                "ratio-out-of-range", f"ratio {arm.ratio}; 1 to {LARGEST_RATIO} expected"
            )


def _check_factors(factors: tuple[Factor, ...]) -> None:
    _check_names("factor", (factor.name for factor in factors))
    strata = 1
    for factor in factors:
        if not 2 <= len(factor.levels) <= MOST_LEVELS:
            raise TrialRefused(
                "levels-out-of-range", f"{len(factor.levels)} levels; 2 to {MOST_LEVELS} expected"
            )
        _check_names("level", factor.levels)
        strata *= len(factor.levels)
    if strata > MOST_STRATA:
        raise TrialRefused("strata-too-many", f"{strata} strata; at most {MOST_STRATA} expected")


def _check_names(what: str, names: Iterable[str]) -> None:
    seen = list(names)
    for name in seen:
        if not (1 <= len(name) <= LONGEST_NAME and name == name.strip() and name.isprintable()):
            raise TrialRefused(
                "name-malformed",
                f"a name of the {what} is empty, longer than {LONGEST_NAME} characters, "
                "or has spaces around it",
            )
    if len(set(seen)) != len(seen):
        raise TrialRefused("names-repeated", f"two of the {what}s have one name")
