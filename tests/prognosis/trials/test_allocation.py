"""Allocation: blocks balance exactly, minimisation evens out the margins, and nobody foresees."""

import secrets
from collections import Counter

import pytest

from app.prognosis.trials.allocation import Allocation, Ledger, allocate
from app.prognosis.trials.design import Arm, Design, Factor

STANDARD, NEW = Arm("standard"), Arm("new")
CTC = Factor("ctc", ("<5", ">=5"))
LINE = Factor("line", ("1", ">=2"))
HIGH_FIRST = {"ctc": ">=5", "line": "1"}


def test_a_block_gives_each_arm_its_share_exactly() -> None:
    design = Design((Arm("standard", 2), NEW), "permuted-blocks", (CTC, LINE), (3, 6))
    ledger = Ledger(design)

    for _ in range(300):
        ledger.add(ledger.allocate(HIGH_FIRST, secrets.randbelow))
    blocks = Counter((each.block, each.block_size) for each in allocations(design, 300))

    assert all(number == size for (_, size), number in list(blocks.items())[:-1])


def allocations(design: Design, patients: int) -> list[Allocation]:
    """Enrol patients of one stratum, one after the other."""
    log: list[Allocation] = []
    ledger = Ledger(design)
    for _ in range(patients):
        log.append(ledger.allocate(HIGH_FIRST, secrets.randbelow))
        ledger.add(log[-1])
    return log


def test_the_last_of_a_block_is_what_is_left() -> None:
    design = Design((STANDARD, NEW), "permuted-blocks", (CTC, LINE), (2,))
    first = Allocation("standard", HIGH_FIRST, block=0, block_size=2)

    assert allocate(design, [first], HIGH_FIRST, pytest.fail) == Allocation(
        "new", HIGH_FIRST, block=0, block_size=2
    )
