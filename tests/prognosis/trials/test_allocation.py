"""Allocation: blocks balance exactly, minimisation evens out the margins, the ratio is kept."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from typing import NoReturn

import pytest

from app.prognosis.trials.allocation import Allocation, Ledger, Stratum, allocate
from app.prognosis.trials.balance import balance
from app.prognosis.trials.design import Arm, Design, Factor, Imbalance, Method
from app.prognosis.trials.draws import sealed_draws
from app.prognosis.trials.refusals import TrialRefused
from tests.prognosis.trials.designs import (
    CTC,
    EVEN,
    FOUR,
    LINE,
    THREE,
    TWO_TO_ONE,
    patients,
    stratum,
)

SEED = bytes(range(32))
HIGH_FIRST = {"ctc": ">=5", "line": "<2"}


def enrolled(design: Design, number: int) -> list[Allocation]:
    """Enrol patients at random levels, with the draws of a sealed seed."""
    ledger = Ledger(design)
    log = []
    for place, levels in enumerate(patients(design, 1, number)[0].tolist()):
        allocation = ledger.allocate(stratum(design, levels), sealed_draws(SEED, place))
        ledger.add(allocation)
        log.append(allocation)
    return log


def drawing_nothing(below: int) -> NoReturn:
    """Stand for chance where none is to be asked."""
    raise AssertionError(f"a draw below {below}")


def probabilities(
    design: Design, earlier: Iterable[Allocation], levels: Stratum
) -> dict[str, Fraction]:
    """Compute the exact probability of each arm, by following every way the draws can go."""
    found: dict[str, Fraction] = {}
    ledger = Ledger(design, earlier)
    ways: list[tuple[tuple[int, ...], Fraction]] = [((), Fraction(1))]
    while ways:
        drawn, chance = ways.pop()
        left = iter(drawn)
        asked: list[int] = []

        def draw(below: int) -> int:
            value = next(left, None)  # noqa: B023
            if value is None:
                asked.append(below)  # noqa: B023
                raise StopIteration
            return value

        try:
            arm = ledger.allocate(levels, draw).arm
        except StopIteration:
            ways += [((*drawn, value), chance / asked[0]) for value in range(asked[0])]
        else:
            found[arm] = found.get(arm, Fraction(0)) + chance
    return found


@pytest.mark.parametrize(
    ("arms", "sizes"), [(EVEN, (2, 4, 6)), (TWO_TO_ONE, (3, 6)), (THREE, (6, 12))]
)
def test_ten_thousand_enrolments_fill_every_block_exactly(
    arms: tuple[Arm, ...], sizes: tuple[int, ...]
) -> None:
    design = Design(arms, "permuted-blocks", FOUR, sizes)

    log = enrolled(design, 10_000)

    key = lambda each: (sorted(each.stratum.items()), each.block)  # noqa: E731
    full = 0
    for _, block in groupby(sorted(log, key=key), key):
        members = list(block)
        counts, times = Counter(each.arm for each in members), members[0].block_size or 0
        if len(members) == times:
            full += 1
            assert counts == {arm.name: arm.ratio * times // design.ratio_sum for arm in arms}
        assert len({each.block_size for each in members}) == 1
    assert full > 10_000 / max(sizes) - 48
    assert {each.block_size for each in log} == set(sizes)


def test_blocks_are_numbered_within_their_stratum_and_filled_one_after_the_other() -> None:
    log = enrolled(Design(EVEN, "permuted-blocks", (CTC, LINE), (2, 4)), 400)

    for levels in {tuple(each.stratum.values()) for each in log}:
        blocks = [each.block for each in log if tuple(each.stratum.values()) == levels]
        assert blocks == sorted(blocks, key=lambda number: number or 0)
        assert set(blocks) == set(range(len(set(blocks))))


def test_a_block_is_drawn_from_what_is_left_of_it() -> None:
    design = Design(TWO_TO_ONE, "permuted-blocks", (CTC, LINE), (6,))
    begun = [Allocation(arm, HIGH_FIRST, 0, 6) for arm in ("new", "new", "standard")]

    assert probabilities(design, begun, HIGH_FIRST) == {
        "new": Fraction(2, 3),
        "standard": Fraction(1, 3),
    }
    elsewhere = probabilities(design, begun, {"ctc": "<5", "line": "<2"})
    assert elsewhere["standard"] == Fraction(1, 3)


def test_the_last_place_of_a_block_leaves_nothing_to_chance() -> None:
    design = Design(EVEN, "permuted-blocks", (CTC, LINE), (2,))
    first = Allocation("standard", HIGH_FIRST, 0, 2)

    found = allocate(design, [first], HIGH_FIRST, drawing_nothing)

    assert found == Allocation("new", HIGH_FIRST, 0, 2)


def test_the_order_of_the_log_does_not_matter() -> None:
    design = Design(EVEN, "permuted-blocks", (CTC,), (2, 4))
    log = enrolled(design, 101)

    found = [
        allocate(design, order, {"ctc": level}, sealed_draws(SEED, 101))
        for level in CTC.levels
        for order in (log, log[::-1])
    ]

    assert found[0] == found[1]
    assert found[2] == found[3]


@pytest.mark.parametrize("arms", [EVEN, TWO_TO_ONE, THREE])
@pytest.mark.parametrize("method", ["minimisation", "permuted-blocks", "simple"])
def test_the_first_patient_is_drawn_by_the_ratio(method: Method, arms: tuple[Arm, ...]) -> None:
    sizes = (sum(arm.ratio for arm in arms),) if method == "permuted-blocks" else ()
    design = Design(arms, method, (CTC, LINE), sizes)

    found = probabilities(design, [], HIGH_FIRST)

    assert found == {arm.name: share for arm, share in zip(design.arms, design.shares, strict=True)}


# Numbers in each arm at the levels of the next patient, of a trial of 80. Worked by hand:
# ranges if the next goes to A: 31-31, 19-17, 10-8, 20-21: 0 + 2 + 2 + 1 = 5;
# if to B:                      30-32, 18-18, 9-9,  19-22: 2 + 0 + 0 + 3 = 5;
# variances, each half the squared range: A 0 + 2 + 2 + 0.5 = 4.5; B 2 + 0 + 0 + 4.5 = 6.5.
NEXT_LEVELS = {"performance": (30, 31), "age": (18, 17), "interval": (9, 8), "lesion": (19, 21)}


def a_trial_of_eighty() -> tuple[tuple[Factor, ...], list[Allocation]]:
    """Give each arm 40 patients, so many of them at the levels of the next one."""
    factors = tuple(Factor(name, ("as the next", "other")) for name in NEXT_LEVELS)
    log = [
        Allocation(
            arm,
            {
                name: "as the next" if patient < alike[place] else "other"
                for name, alike in NEXT_LEVELS.items()
            },
            place=place,
        )
        for place, arm in enumerate("AB")
        for patient in range(40)
    ]
    return factors, log


@pytest.mark.parametrize(
    ("imbalance", "for_a"), [("range", Fraction(1, 2)), ("variance", Fraction(17, 20))]
)
def test_minimisation_prefers_what_leaves_the_least_imbalance(
    imbalance: Imbalance, for_a: Fraction
) -> None:
    factors, log = a_trial_of_eighty()
    design = Design((Arm("A"), Arm("B")), "minimisation", factors, imbalance=imbalance)

    found = probabilities(design, log, dict.fromkeys(NEXT_LEVELS, "as the next"))

    assert found == {"A": for_a, "B": 1 - for_a}


# Han B et al. Stat Med 2009;28:3329-46: the arm of the smallest ratio, where preferred, comes with
# p; arm i with 1 - (1 - p) (sum of the others' ratios) / (sum of all ratios but the smallest); the
# rest is shared out by the ratio. Here p = 0.85 and the ratio is 1 : 2 : 3:
# preferred 1: 0.85, and 0.15 as 2 : 3; preferred 3: 1 - 0.15 * 3 / 5 = 0.91, and 0.09 as 1 : 2.
@pytest.mark.parametrize(
    ("fewest", "expected"),
    [
        ("standard", {"standard": "0.85", "low dose": "0.06", "high dose": "0.09"}),
        ("low dose", {"standard": "0.03", "low dose": "0.88", "high dose": "0.09"}),
        ("high dose", {"standard": "0.03", "low dose": "0.06", "high dose": "0.91"}),
    ],
)
def test_the_preferred_arm_of_an_uneven_ratio_comes_as_published(
    fewest: str, expected: dict[str, str]
) -> None:
    design = Design(THREE, "minimisation", (CTC,))
    # Ten in each place, and nine in those of the preferred arm.
    names = [THREE[arm].name for arm in design.places]
    log = [
        Allocation(name, {"ctc": "<5"}, place=place)
        for place, name in enumerate(names)
        for _ in range(9 if name == fewest else 10)
    ]

    found = probabilities(design, log, {"ctc": "<5"})

    assert found == {arm: Fraction(share) for arm, share in expected.items()}


@pytest.mark.parametrize("arms", [EVEN, TWO_TO_ONE, THREE])
def test_minimisation_keeps_the_ratio_over_ten_thousand_enrolments(arms: tuple[Arm, ...]) -> None:
    design = Design(arms, "minimisation", FOUR)

    found = balance(design, enrolled(design, 10_000))

    # Simple allocation would be off by 50, the standard deviation of 1:1.
    assert found.everybody.imbalance < 10
    assert found.largest_imbalance < 10


def test_a_stratum_of_another_design_is_refused() -> None:
    design = Design(EVEN, "minimisation", (CTC, LINE))

    for levels in (
        {"ctc": "<5"},
        {"ctc": "<5", "line": "3"},
        {"ctc": "<5", "line": "<2", "centre": "north"},
        {"ctc": "<5", "centre": "north"},
    ):
        with pytest.raises(TrialRefused) as refused:
            allocate(design, [], levels, drawing_nothing)
        assert refused.value.code == "stratum-unknown"


@pytest.mark.parametrize(
    "earlier",
    [
        [Allocation("other", {"ctc": "<5"}, 0, 2)],
        [Allocation("new", {"ctc": "<5"})],
        [Allocation("new", {"ctc": "<5"}, 0, 4)],
        [Allocation("new", {"ctc": "<5"}, 0, 2), Allocation("new", {"ctc": "<5"}, 0, 2)],
    ],
)
def test_a_log_of_another_design_is_refused(earlier: list[Allocation]) -> None:
    design = Design(EVEN, "permuted-blocks", (CTC,), (2,))

    with pytest.raises(TrialRefused) as refused:
        Ledger(design, earlier)

    assert refused.value.code == "allocation-unknown"


@pytest.mark.parametrize("place", [None, -1, 1, 3])
def test_a_place_of_another_arm_is_refused(place: int | None) -> None:
    # The places 0 and 1 are those of the new arm, 2 that of the standard.
    design = Design(TWO_TO_ONE, "minimisation", (CTC,))

    with pytest.raises(TrialRefused, match="no place") as refused:
        Ledger(design, [Allocation("standard", {"ctc": "<5"}, place=place)])

    assert refused.value.code == "allocation-unknown"


def test_an_even_ratio_has_one_place_for_each_arm_however_it_is_written() -> None:
    assert Design((Arm("a", 2), Arm("b", 2)), factors=(CTC,)).places == (0, 1)
    assert Design((Arm("a", 4), Arm("b", 2)), factors=(CTC,)).places == (0, 0, 1)


def test_the_balance_counts_arms_margins_and_strata() -> None:
    design = Design(TWO_TO_ONE, "simple", (CTC, LINE))
    log = [Allocation("new", HIGH_FIRST)] * 3 + [
        Allocation("standard", {"ctc": "<5", "line": "<2"})
    ] * 3

    found = balance(design, log)

    assert (found.arms, found.everybody.numbers) == (("new", "standard"), (3, 3))
    assert found.everybody.expected == (4.0, 2.0)
    # One quarter of a square and one half: a patient too few of 4, one too many of 2.
    assert found.everybody.test is not None
    assert (found.everybody.test.chi_squared, found.everybody.test.degrees_of_freedom) == (0.75, 1)
    assert [(each.level, each.share.numbers) for each in found.margins] == [
        ("<5", (0, 3)),
        (">=5", (3, 0)),
        ("<2", (3, 3)),
        (">=2", (0, 0)),
    ]
    assert [each.share.numbers for each in found.strata] == [(0, 3), (3, 0)]
    assert found.largest_imbalance == 2.0
    assert found.margins[3].share.test is None


def test_an_arm_of_another_design_has_no_balance() -> None:
    with pytest.raises(TrialRefused, match="no arm 'other'"):
        balance(Design(EVEN, "simple"), [Allocation("other", {})])
