"""The open trial that callers enrol in, in blocks within two strata, and what it promises."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.bodies import open_a_trial

TRIAL = "LABORATORY"
ARMS = ("same", "other")
CUT = 5
"""Cells from which a patient belongs to the upper stratum."""


@dataclass(frozen=True)
class Slot:
    """One entry of the log of allocations."""

    number: int
    arm: str
    code: str
    stratum: str
    block: int
    block_size: int


@dataclass(frozen=True)
class Enrolled:
    """Whose a slot is, and the version of a result that the person was enrolled with."""

    patient: str
    number: int
    accession_number: str
    version: int
    ctc_count: int
    stratum: str


@dataclass(frozen=True)
class Log:
    """The slots of the trial as they were allocated, and whose they are."""

    slots: Sequence[Slot] = ()
    enrolled: Sequence[Enrolled] = ()


def open_trial(client: httpx.Client) -> None:
    """Open a trial that lets everybody in who has a result."""
    open_a_trial(
        client,
        trial_id=TRIAL,
        arms=[{"name": name} for name in ARMS],
        method="permuted-blocks",
        factors=[{"name": "count", "fact": "ctc_count", "cuts": [CUT]}],
        eligibility=[],
    )


def allocation(number: int, arm: str, code: str, frozen: Mapping[str, Any]) -> str:
    """Write an allocation, and what was frozen with it, as one text."""
    test = frozen["blood_test"]
    result = f"{test['accession_number']} {test['version']} {test['ctc_count']}"
    return f"{number} {arm} {code} {frozen['stratum']['count']} {result}"


def disagreements(log: Log, counts: Mapping[tuple[str, int], int]) -> Iterator[str]:
    """Say where slots, enrolments and the counts of the stored results do not fit together."""
    numbers = [slot.number for slot in log.slots]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the log has the slots {numbers}"
    codes = Counter(slot.code for slot in log.slots)
    yield from (f"{n} slots have the code {code}" for code, n in codes.items() if n > 1)
    owners = Counter(each.number for each in log.enrolled)
    for slot in log.slots:
        if owners[slot.number] != 1:
            yield f"slot {slot.number} is of {owners[slot.number]} patients"
    strata = {slot.number: slot.stratum for slot in log.slots}
    for each in log.enrolled:
        if each.number not in strata:
            yield f"{each.patient} has the slot {each.number}, which the log has not"
        elif strata[each.number] != each.stratum:
            yield f"{each.patient} has a slot of another stratum"
        if counts.get((each.accession_number, each.version)) != each.ctc_count:
            yield f"{each.patient} was enrolled with a result that is not stored"
        if each.stratum != (f">={CUT}" if each.ctc_count >= CUT else f"<{CUT}"):
            yield f"{each.patient} is in the stratum of another count"
    yield from _uneven(log.slots)


def _uneven(slots: Sequence[Slot]) -> Iterator[str]:
    blocks: dict[tuple[str, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        blocks[slot.stratum, slot.block].append(slot)
    last = Counter[str]()
    for stratum, block in blocks:
        last[stratum] = max(last[stratum], block)
    for (stratum, block), here in blocks.items():
        (most, *_) = sizes = {slot.block_size for slot in here}
        arms = Counter(slot.arm for slot in here)
        is_whole = len(here) == most or block == last[stratum]
        if len(sizes) > 1 or max(arms.values()) > most // len(ARMS) or not is_whole:
            yield f"block {block} of {stratum} is {dict(arms)} of {sorted(sizes)}"
