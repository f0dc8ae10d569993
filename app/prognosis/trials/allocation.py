"""Which arm the next patient of a trial goes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.prognosis.trials.design import Design, Factor, Imbalance
from app.prognosis.trials.draws import Draw
from app.prognosis.trials.refusals import TrialRefused

Stratum = Mapping[str, str]
"""A patient's level of each factor of the design."""

Levels = tuple[str, ...]
"""The same in the order of the design's factors."""

Numbers = list[int]
"""One for each arm or place, in the order of the design."""


@dataclass(frozen=True)
class Allocation:
    """
    One entry of a trial's allocation log.

    Attributes
    ----------
    arm : str
        The arm's name.
    stratum : mapping of str to str
        The patient's level of each factor.
    block : int or None
        The block's number within the stratum, from 0; None without blocks.
    block_size : int or None
        Patients that the block holds when it is full; None without blocks.
    place : int or None
        Under minimisation, which of the design's places was filled, from 0; else
        None.

    Notes
    -----
    Block, block size and place are for the log alone, and are all kept there: who sees
    them can foresee an arm, and without them the next cannot be drawn.
    """

    arm: str
    stratum: Stratum
    block: int | None = None
    block_size: int | None = None
    place: int | None = None


@dataclass(frozen=True)
class _Block:
    number: int
    size: int
    allocated: tuple[int, ...]


class Ledger:
    """
    What a trial has allocated so far, counted, so that the next patient costs no look back.

    Parameters
    ----------
    design : Design
        By which all were allocated.
    earlier : iterable of Allocation, optional
        What was allocated, in any order.

    Raises
    ------
    TrialRefused
        If an allocation is none of this design.
    """

    def __init__(self, design: Design, earlier: Iterable[Allocation] = ()) -> None:
        self.design = design
        self._arms = {arm.name: number for number, arm in enumerate(design.arms)}
        self._margins: dict[tuple[int, str], Numbers] = {
            (number, level): [0] * len(design.places)
            for number, factor in enumerate(design.factors)
            for level in factor.levels
        }
        self._blocks: dict[Levels, _Block] = {}
        for allocation in earlier:
            self.add(allocation)

    def add(self, allocation: Allocation) -> None:
        """
        Count one more allocation.

        Parameters
        ----------
        allocation : Allocation
            Of this design.

        Raises
        ------
        TrialRefused
            If its arm, stratum, block or place is none of this design.
        """
        levels = levels_of(self.design.factors, allocation.stratum)
        arm = self._arms.get(allocation.arm)
        if arm is None:
            raise TrialRefused("allocation-unknown", f"no arm {allocation.arm!r} in this design")
        if self.design.method == "permuted-blocks":
            self._add_to_block(levels, arm, allocation)
        elif self.design.method == "minimisation":
            self._add_to_margins(levels, arm, allocation.place)

    def allocate(self, stratum: Stratum, draw: Draw) -> Allocation:
        """
        Allocate the next patient, without counting the allocation yet.

        Parameters
        ----------
        stratum : mapping of str to str
            The patient's level of each factor.
        draw : callable
            From n to a whole number from 0 to n - 1 by chance.

        Returns
        -------
        Allocation
            To be added once it is kept.

        Raises
        ------
        TrialRefused
            If the stratum is none of this design.
        """
        levels = levels_of(self.design.factors, stratum)
        arms = self.design.arms
        told = {
            factor.name: level for factor, level in zip(self.design.factors, levels, strict=True)
        }
        if self.design.method == "simple":
            return Allocation(arms[by_weight([arm.ratio for arm in arms], draw)].name, told)
        if self.design.method == "permuted-blocks":
            block = self._block_for(levels, draw)
            left = _left_in(block, self.design)
            return Allocation(arms[by_weight(left, draw)].name, told, block.number, block.size)
        place = self._minimise(levels, draw)
        return Allocation(arms[self.design.places[place]].name, told, place=place)

    def _minimise(self, levels: Levels, draw: Draw) -> int:
        left = imbalances(
            [self._margins[each] for each in enumerate(levels)], self.design.imbalance
        )
        least = min(left)
        preferred = by_weight([int(each == least) for each in left], draw)
        chance = by_ratio_alone(self.design)
        if draw(chance.denominator) < chance.numerator:
            return draw(len(left))
        return preferred

    def _block_for(self, levels: Levels, draw: Draw) -> _Block:
        last = self._blocks.get(levels)
        if last is not None and sum(last.allocated) < last.size:
            return last
        sizes = self.design.block_sizes
        size = sizes[draw(len(sizes))] if len(sizes) > 1 else sizes[0]
        number = 0 if last is None else last.number + 1
        return _Block(number, size, (0,) * len(self.design.arms))

    def _add_to_margins(self, levels: Levels, arm: int, place: int | None) -> None:
        places = self.design.places
        if place is None or not 0 <= place < len(places) or places[place] != arm:
            raise TrialRefused("allocation-unknown", f"no place {place} of this arm")
        for margin in enumerate(levels):
            self._margins[margin][place] += 1

    def _add_to_block(self, levels: Levels, arm: int, allocation: Allocation) -> None:
        number, size = allocation.block, allocation.block_size
        if number is None or size not in self.design.block_sizes:
            raise TrialRefused("allocation-unknown", f"a block of size {size} in this design")
        last = self._blocks.get(levels)
        if last is not None and number < last.number:
            return
        if last is None or number > last.number:
            last = _Block(number, size, (0,) * len(self.design.arms))
        allocated = list(last.allocated)
        allocated[arm] += 1
        block = _Block(number, size, tuple(allocated))
        if min(_left_in(block, self.design)) < 0:
            raise TrialRefused("allocation-unknown", f"more of an arm than block {number} holds")
        self._blocks[levels] = block


def allocate(
    design: Design, earlier: Iterable[Allocation], stratum: Stratum, draw: Draw
) -> Allocation:
    """
    Allocate the next patient of a trial.

    Parameters
    ----------
    design : Design
        Of the trial.
    earlier : iterable of Allocation
        Everything allocated so far, in any order; the allocations of patients
        that were erased since belong to it.
    stratum : mapping of str to str
        The patient's level of each factor.
    draw : callable
        From n to a whole number from 0 to n - 1, each with the same probability:
        `secrets.randbelow`, or `sealed_draws`.

    Returns
    -------
    Allocation
        The arm, and with permuted blocks the block that it fills a place of.

    Raises
    ------
    TrialRefused
        If the stratum or an earlier allocation is none of this design.

    Notes
    -----
    Permuted blocks are drawn patient by patient from what is left of the block, which
    gives every order of the block the same probability: no list of future arms exists
    that somebody could see.

    Under minimisation an arm of ratio 2 is two places that are counted apart, so that all
    places are alike and each patient, the first and the last, comes to an arm with its
    share. The preferred place is the one that would leave the least imbalance; equals are
    drawn among. With the probability of `by_ratio_alone` it gives way to a place drawn from
    all, which makes the probabilities of the arms those of Han et al. Numbers divided by their
    ratios, the nearer way, prefer a larger arm for the first patient and keep the ratio
    neither at each place nor, with one probability for all arms, in the end.

    References
    ----------
    Pocock SJ, Simon R. Biometrics 1975;31:103-15. Han B, Enas NH, McEntegart D. Stat Med
    2009;28:3329-46. Kuznetsova OM, Tymofyeyev Y. Stat Med 2012;31:701-23, for the places.

    Examples
    --------
    >>> from app.prognosis.trials.design import Arm, Design
    >>> design = Design((Arm("standard"), Arm("new")), "permuted-blocks", block_sizes=(2,))
    >>> first = Allocation("standard", {}, block=0, block_size=2)
    >>> allocate(design, [first], {}, lambda below: 0).arm
    'new'
    """
    return Ledger(design, earlier).allocate(stratum, draw)


def levels_of(factors: tuple[Factor, ...], stratum: Stratum) -> Levels:
    """
    Put a patient's levels into the order of the factors.

    Parameters
    ----------
    factors : tuple of Factor
        Of the design.
    stratum : mapping of str to str
        The patient's level of each factor.

    Returns
    -------
    tuple of str
        One level of each factor.

    Raises
    ------
    TrialRefused
        If a factor lacks its level, a level is none of its factor's, or there is
        one of a factor that the design has not.
    """
    missing = [factor.name for factor in factors if factor.name not in stratum]
    more = len(stratum) - (len(factors) - len(missing))
    if missing or more:
        raise TrialRefused(
            "stratum-unknown", f"no level of {', '.join(missing) or 'none'}; {more} of no factor"
        )
    for factor in factors:
        if stratum[factor.name] not in factor.levels:
            raise TrialRefused("stratum-unknown", f"no such level of {factor.name}")
    return tuple(stratum[factor.name] for factor in factors)


def imbalances(margins: list[Numbers], imbalance: Imbalance) -> Numbers:
    """
    Weigh what the next patient would leave in each place.

    Parameters
    ----------
    margins : list of list of int
        For each level of the patient, those already in each place.
    imbalance : {'range', 'variance'}
        Added up over the levels.

    Returns
    -------
    list of int
        For each place; of the variance the part that depends on the place, which is the
        sum of those already there.
    """
    if imbalance == "variance":
        return [sum(numbers) for numbers in zip(*margins, strict=True)]
    found = [0] * len(margins[0])
    for margin in margins:
        least, most = min(margin), max(margin)
        alone = margin.count(least) == 1
        for place, number in enumerate(margin):
            found[place] += max(most, number + 1) - least - (alone and number == least)
    return found


def by_ratio_alone(design: Design) -> Fraction:
    """
    Tell how often minimisation lets the ratio alone decide.

    Parameters
    ----------
    design : Design
        Whose probability is that of a preferred arm of the smallest ratio.

    Returns
    -------
    Fraction
        (1 - p) / (1 - s) where s is the smallest share: then such an arm, preferred,
        comes with probability p.
    """
    return (1 - Fraction(str(design.probability))) / (1 - min(design.shares))


def by_weight(weights: list[int], draw: Draw) -> int:
    """
    Draw a place with probability proportional to its weight.

    Parameters
    ----------
    weights : list of int
        0 or more, and one above 0.
    draw : callable
        Not asked where one place alone has weight.

    Returns
    -------
    int
        From 0 to one less than the weights.
    """
    possible = [place for place, weight in enumerate(weights) if weight]
    if len(possible) == 1:
        return possible[0]
    drawn = draw(sum(weights))
    for place in possible[:-1]:
        drawn -= weights[place]
        if drawn < 0:
            return place
    return possible[-1]


def _left_in(block: _Block, design: Design) -> Numbers:
    times = block.size // design.ratio_sum
    return [
        arm.ratio * times - given for arm, given in zip(design.arms, block.allocated, strict=True)
    ]
