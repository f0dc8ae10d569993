"""How evenly a trial has allocated its patients; for eyes that enrol nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.prognosis.log_rank import ChiSquared
from app.prognosis.trials.allocation import Allocation, Levels, levels_of
from app.prognosis.trials.design import Design
from app.prognosis.trials.refusals import TrialRefused


@dataclass(frozen=True)
class Share:
    """
    Patients of each arm beside what the ratio asks for.

    Attributes
    ----------
    numbers : tuple of int
        In the order of the design's arms.
    expected : tuple of float
        The same patients shared out by the ratio.

    Notes
    -----
    The p of the test is uniform under simple allocation alone: the other methods
    are more even than chance, which makes it large.
    """

    numbers: tuple[int, ...]
    expected: tuple[float, ...]

    @property
    def imbalance(self) -> float:
        """By how many patients the arm that is farthest off departs from its share."""
        return max(abs(n - e) for n, e in zip(self.numbers, self.expected, strict=True))

    @cached_property
    def test(self) -> ChiSquared | None:
        """Of the numbers against the ratio, Pearson's; None without patients."""
        if not sum(self.numbers):
            return None
        terms = ((n - e) ** 2 / e for n, e in zip(self.numbers, self.expected, strict=True))
        return ChiSquared(sum(terms), len(self.numbers) - 1)


@dataclass(frozen=True)
class Margin:
    """
    All patients at one level of one factor.

    Attributes
    ----------
    factor, level : str
        Their names.
    share : Share
        Of those patients.
    """

    factor: str
    level: str
    share: Share


@dataclass(frozen=True)
class StratumShare:
    """
    All patients of one stratum.

    Attributes
    ----------
    stratum : mapping of str to str
        The level of each factor.
    share : Share
        Of those patients.
    """

    stratum: Mapping[str, str]
    share: Share


@dataclass(frozen=True)
class Balance:
    """
    How evenly patients were allocated.

    Attributes
    ----------
    arms : tuple of str
        Whose numbers follow, in this order.
    everybody : Share
        Of all patients.
    margins : tuple of Margin
        Of every level of every factor.
    strata : tuple of StratumShare
        Of those with a patient.
    """

    arms: tuple[str, ...]
    everybody: Share
    margins: tuple[Margin, ...]
    strata: tuple[StratumShare, ...]

    @property
    def largest_imbalance(self) -> float:
        """That of the level that is farthest off; without factors, that of all patients."""
        return max(
            (margin.share.imbalance for margin in self.margins), default=self.everybody.imbalance
        )


def balance(design: Design, allocations: Iterable[Allocation]) -> Balance:
    """
    Count patients by arm, level and stratum.

    Parameters
    ----------
    design : Design
        By which all were allocated.
    allocations : iterable of Allocation
        In any order.

    Returns
    -------
    Balance
        What must not be seen by who enrols while the trial is open.

    Raises
    ------
    TrialRefused
        If an allocation is none of this design.
    """
    names = tuple(arm.name for arm in design.arms)
    strata: dict[Levels, list[int]] = {}
    for each in allocations:
        if each.arm not in names:
            raise TrialRefused("allocation-unknown", f"no arm {each.arm!r} in this design")
        levels = levels_of(design.factors, each.stratum)
        strata.setdefault(levels, [0] * len(names))[names.index(each.arm)] += 1
    margins = [
        Margin(
            factor.name,
            level,
            _share(design, (row for levels, row in strata.items() if levels[place] == level)),
        )
        for place, factor in enumerate(design.factors)
        for level in factor.levels
    ]
    of = tuple(factor.name for factor in design.factors)
    return Balance(
        names,
        _share(design, strata.values()),
        tuple(margins),
        tuple(
            StratumShare(dict(zip(of, levels, strict=True)), _share(design, [row]))
            for levels, row in sorted(strata.items())
        ),
    )


def _share(design: Design, rows: Iterable[list[int]]) -> Share:
    numbers = tuple(map(sum, zip(*rows, strict=True))) or (0,) * len(design.arms)
    everybody = sum(numbers)
    return Share(numbers, tuple(float(everybody * share) for share in design.shares))
