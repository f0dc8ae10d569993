"""What was sent and heard: every operation with its start, its end and its outcome."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["acknowledged", "refused", "unknown"]

POSTS = frozenset({"submit", "result"})
"""What stores a new result."""

KEYABLE = POSTS | {"enrol", "compare"}
"""What can carry an idempotency key."""

WRITES = POSTS | {"correct", "follow", "treat", "assess", "enrol", "compare"}


@dataclass(frozen=True)
class Operation:
    """One request: attempts at the same step share its number; times are in seconds."""

    caller: int
    number: int
    kind: str
    record: str
    began: float
    ended: float
    outcome: Outcome
    status: int | None = None
    value: str | None = None
    version: int | None = None
    prognosis: dict[str, Any] | None = None
    told: dict[str, Any] | None = None

    @property
    def writes(self) -> bool:
        """Whether it can have changed the record."""
        return self.kind in WRITES


def write_history(operations: Iterable[Operation], path: Path) -> None:
    """Keep a history where a person can read it."""
    lines = (json.dumps(asdict(operation)) + "\n" for operation in operations)
    path.write_text("".join(lines))
