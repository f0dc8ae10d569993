"""Designs: what no trial can be run with is refused, what is seldom meant is warned of."""

from fractions import Fraction
from typing import Any

import pytest

from app.prognosis.trials.design import Arm, Design, Factor
from app.prognosis.trials.refusals import TrialRefused
from tests.prognosis.trials.designs import CTC, EVEN, FOUR, LINE, THREE, TWO_TO_ONE


def test_minimisation_is_the_usual_method() -> None:
    design = Design(THREE, factors=(CTC, LINE))

    assert (design.method, design.probability, design.imbalance) == ("minimisation", 0.85, "range")
    assert design.shares == (Fraction(1, 6), Fraction(1, 3), Fraction(1, 2))
    assert (design.ratio_sum, design.strata) == (6, 4)


def test_a_design_without_factors_has_one_stratum() -> None:
    assert Design(EVEN, "simple").strata == 1


def test_strata_of_more_than_a_quarter_of_the_planned_size_are_warned_of() -> None:
    design = Design(EVEN, factors=FOUR)

    assert design.warnings(192) == ()
    (warning,) = design.warnings(191)
    assert warning.code == "strata-exceed-a-quarter"
    assert warning.detail == "48 strata of 191 planned patients; a quarter of these is 47.75"


def test_a_single_block_size_is_warned_of() -> None:
    fixed = Design(EVEN, "permuted-blocks", (CTC,), (4,))
    random = Design(EVEN, "permuted-blocks", (CTC,), (2, 4))

    assert [warning.code for warning in fixed.warnings(100)] == ["block-size-guessable"]
    assert random.warnings(100) == ()


def test_without_factors_no_size_is_too_small() -> None:
    assert Design(EVEN, "simple").warnings(2) == ()


BLOCKS = {"method": "permuted-blocks", "factors": (CTC,)}
USUAL = {"arms": EVEN, "factors": (CTC,)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"arms": (Arm("a"),)}, "arms-out-of-range"),
        ({"arms": tuple(Arm(str(n)) for n in range(11))}, "arms-out-of-range"),
        ({"arms": (Arm("a"), Arm("a"))}, "names-repeated"),
        ({"arms": (Arm("a"), Arm(""))}, "name-malformed"),
        ({"arms": (Arm("a"), Arm("b "))}, "name-malformed"),
        ({"arms": (Arm("a"), Arm("b\n"))}, "name-malformed"),
        ({"arms": (Arm("a"), Arm("b" * 65))}, "name-malformed"),
        ({"arms": (Arm("a"), Arm("b", 0))}, "ratio-out-of-range"),
        ({"arms": (Arm("a"), Arm("b", 21))}, "ratio-out-of-range"),
        ({"method": "alternation"}, "method-unknown"),
        ({"imbalance": "entropy"}, "imbalance-unknown"),
        ({"factors": ()}, "factors-missing"),
        ({"factors": (Factor("a", ("1",)),)}, "levels-out-of-range"),
        ({"factors": (Factor("a", ("1", "1")),)}, "names-repeated"),
        ({"factors": (CTC, CTC)}, "names-repeated"),
        (
            {"factors": tuple(Factor(n, tuple("0123456789")) for n in "abcde")},
            "strata-too-many",
        ),
        ({"probability": 0.5}, "probability-out-of-range"),
        ({"probability": 1.0}, "probability-out-of-range"),
        ({"probability": float("nan")}, "probability-out-of-range"),
        ({"arms": TWO_TO_ONE, "probability": 1 / 3}, "probability-out-of-range"),
        ({"block_sizes": (2,)}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": ()}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": (3,)}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": (0,)}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": (-2,)}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": (2, 22)}, "block-sizes-malformed"),
        ({**BLOCKS, "block_sizes": (2, 2)}, "block-sizes-malformed"),
        ({**BLOCKS, "arms": THREE, "block_sizes": (8,)}, "block-sizes-malformed"),
    ],
)
def test_designs_that_make_no_sense_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(TrialRefused) as refused:
        Design(**(USUAL | changes))

    assert refused.value.code == code
