"""Comparisons as they were told: each goes from queued to its end, and the end stays."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.faults.laboratory.history import Operation

TOLD = ("comparison_id", "status", "code", "reason", "result")
PLACES = {"queued": 0, "running": 1, "done": 2, "failed": 2}
"""How far on a comparison is by its status."""

Told = Mapping[str, Any]


def told_of(content: Told) -> dict[str, Any]:
    """Take what no later answer may contradict."""
    return {name: content[name] for name in TOLD}


def compared_by(request: Told) -> str:
    """Name the step whose comparison it is, by the set of predictors that is called after it."""
    (name,) = set(dict(request["predictors"])) - {"line"}
    return str(name)


def contradictions(
    name: str, operations: Iterable[Operation], stored: Told | None
) -> Iterator[str]:
    """Say which answers about one comparison undo an earlier one, or are not what is stored."""
    heard = [(each, each.told) for each in operations if each.told is not None]
    for each, told in heard:
        what = f"{each.kind} {each.number} of {name}"
        if stored is not None and _undoes(stored, told):
            yield f"{what} was told {_state(told)}, and {_state(stored)} is stored"
        for other, before in heard:
            if other.ended < each.began and _undoes(told, before):
                yield f"{what} was told {_state(told)} after {_state(before)}"


def _undoes(told: Told, before: Told) -> bool:
    if told["comparison_id"] != before["comparison_id"]:
        return True
    place, earlier = PLACES[told["status"]], PLACES[before["status"]]
    return place < earlier or (place == earlier == PLACES["done"] and told != before)


def _state(told: Told) -> str:
    return " ".join(told[name] for name in ("status", "code", "comparison_id") if told[name])
