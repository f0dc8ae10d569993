"""Many trials at once: the same arms as one by one, even over the seeds, and how even each."""

from collections.abc import Iterator
from math import floor, sqrt

import numpy as np
import pytest

from app.prognosis.log_rank import ChiSquared
from app.prognosis.trials.allocation import Ledger
from app.prognosis.trials.design import Arm, Design, Method
from app.prognosis.trials.many_trials import Floats, Places, allocate_many
from tests.prognosis.trials.designs import (
    CTC,
    EVEN,
    FOUR,
    LINE,
    THREE,
    TWO_TO_ONE,
    chances,
    patients,
    stratum,
)

DESIGNS = [
    Design(EVEN, "simple"),
    Design(THREE, "simple", (CTC,)),
    Design(EVEN, "permuted-blocks", (), (4,)),
    Design(TWO_TO_ONE, "permuted-blocks", (CTC, LINE), (3, 6, 9)),
    Design(THREE, "permuted-blocks", FOUR, (6, 12)),
    Design(EVEN, "minimisation", (CTC, LINE)),
    Design(TWO_TO_ONE, "minimisation", FOUR, probability=0.7),
    Design(THREE, "minimisation", FOUR, imbalance="variance"),
]


def one_by_one(design: Design, levels: Places, chance: Floats) -> list[int]:
    """Allocate one trial's patients as the service does, each draw from the next chance."""
    ledger = Ledger(design)
    names = [arm.name for arm in design.arms]
    arms = []
    for places, row in zip(levels.tolist(), chance.tolist(), strict=True):
        left: Iterator[float] = iter(row)
        allocation = ledger.allocate(
            stratum(design, places),
            lambda below: floor(next(left) * below),  # noqa: B023
        )
        ledger.add(allocation)
        arms.append(names.index(allocation.arm))
    return arms


@pytest.mark.parametrize("design", DESIGNS)
def test_trials_at_once_get_the_arms_that_each_would_get(design: Design) -> None:
    levels, chance = patients(design, 5, 120), chances(5, 120)

    found = allocate_many(design, levels, chance)

    assert found.tolist() == [
        one_by_one(design, *each) for each in zip(levels, chance, strict=True)
    ]


def farthest(p: Floats) -> float:
    """Tell how far the p are from a uniform distribution (Kolmogorov and Smirnov)."""
    ordered, steps = np.sort(p), np.arange(len(p) + 1) / len(p)
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


def p_of(arms: Places, design: Design, axis: int) -> Floats:
    """Test the numbers of the arms against the ratio, along an axis of trials or of places."""
    number = arms.shape[axis]
    statistic = sum(
        ((arms == place).sum(axis=axis) - number * float(share)) ** 2 / (number * float(share))
        for place, share in enumerate(design.shares)
    )
    return np.array([ChiSquared(float(each), len(design.arms) - 1).p for each in statistic])


@pytest.mark.parametrize("arms", [EVEN, TWO_TO_ONE, THREE])
def test_the_chi_squared_of_simple_allocation_is_uniform_over_the_seeds(
    arms: tuple[Arm, ...],
) -> None:
    design = Design(arms, "simple")

    levels, chance = patients(design, 200, 10_000), chances(200, 10_000)
    found = p_of(allocate_many(design, levels, chance), design, 1)

    # Exceeded by chance in one of a hundred sets of uniform p.
    assert farthest(found) < 1.63 / sqrt(200)


@pytest.mark.parametrize(
    "design",
    [
        Design(THREE, "permuted-blocks", (CTC, LINE), (6, 12)),
        Design(THREE, "minimisation", (CTC, LINE)),
        Design(TWO_TO_ONE, "minimisation", (CTC, LINE), imbalance="variance"),
    ],
)
def test_each_place_of_a_trial_has_the_ratio_over_the_seeds(design: Design) -> None:
    levels = np.broadcast_to(patients(design, 1, 60), (4000, 60, 2))

    found = p_of(allocate_many(design, levels, chances(4000, 60)), design, 0)

    assert farthest(found) < 1.63 / sqrt(60)
    assert found.min() > 1e-4


def test_minimisation_is_more_even_than_stratified_blocks_and_these_than_simple() -> None:
    # 10,000 enrolments: 50 trials of 200 patients in 48 strata.
    levels = patients(Design(EVEN, factors=FOUR), 50, 200)
    sizes: dict[Method, tuple[int, ...]] = {
        "minimisation": (),
        "permuted-blocks": (2, 4),
        "simple": (),
    }
    found = {
        method: margins_off(
            levels, allocate_many(Design(EVEN, method, FOUR, blocks), levels, chances(50, 200))
        )
        for method, blocks in sizes.items()
    }

    # Seen: 1.7, 3.3 and 7.8 patients, each with an error below 0.4.
    assert found["minimisation"] < found["permuted-blocks"] - 1
    assert found["permuted-blocks"] < found["simple"] - 3


def margins_off(levels: Places, arms: Places) -> float:
    """Average over trials the largest departure of a level from half of its patients."""
    off = [
        np.abs(((arms - 0.5) * (levels[..., place] == level)).sum(axis=1))
        for place, factor in enumerate(FOUR)
        for level in range(len(factor.levels))
    ]
    return float(np.max(off, axis=0).mean())


def test_minimisation_with_an_uneven_ratio_keeps_it() -> None:
    # One probability for both arms would give the larger one too few.
    design = Design(TWO_TO_ONE, factors=FOUR, probability=0.7)

    arms = allocate_many(design, patients(design, 400, 100), chances(400, 100))

    assert (arms == 0).mean() == pytest.approx(2 / 3, abs=0.002)
