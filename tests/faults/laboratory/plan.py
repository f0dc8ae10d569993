"""What a run will do, drawn from its seed before it begins."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.faults.laboratory.seed import chance_of

CONTESTED = 6
"""Patients whom every caller corrects, follows up, treats, enrols and asks about."""

MOST_CELLS = 149
"""The highest count that the models of the laboratory were fitted on."""

FIRST_DRAW = datetime(2026, 1, 15, tzinfo=UTC)
FIRST_DAY = date(1901, 1, 1)

MOST_POSTS = 30_000
"""Beyond that the day that a step writes, one for each, would lie in the future."""

KINDS = {
    "result": 25,
    "submit": 45,
    "correct": 8,
    "follow": 4,
    "treat": 3,
    "assess": 2,
    "enrol": 4,
    "compare": 1,
    "ask": 5,
    "read": 3,
}
"""Operations of a caller and how many of a hundred are of each kind."""

RECORDS = {
    "follow": "follow-up P-{0.patient}",
    "treat": "treatment P-{0.patient}",
    "assess": "assessment P-{0.patient}",
    "enrol": "enrolment P-{0.patient}",
    "compare": "comparison {0.number}",
}
"""What a step is about, where that is no result."""

WHOM = {"worker": 5, "workers": 2, "parent": 1, "all": 2}
"""Whom a kill meets, and how many of ten meet each."""


@dataclass(frozen=True)
class Step:
    """One operation of a caller; no two steps of a run write the same value."""

    number: int
    kind: str
    patient: int
    cells: int
    is_keyed: bool = False

    @property
    def value(self) -> str | None:
        """What the step writes, as the history and the store have it; an arm is not its choice."""
        if self.kind == "enrol":
            return None
        if self.kind in ("follow", "assess"):
            return (FIRST_DAY + timedelta(days=self.number)).isoformat()
        if self.kind in ("treat", "compare"):
            return f"{self.kind}-{self.number}"
        return value_of(FIRST_DRAW + timedelta(milliseconds=self.number), self.cells)

    @property
    def record(self) -> str:
        """Name what the step writes or reads, apart from every other record."""
        return RECORDS.get(self.kind, "A-{0.patient}").format(self)

    def body(self) -> bytes:
        """Write the request's body."""
        return json.dumps(self._content()).encode()

    def _content(self) -> dict[str, Any]:
        value = self.value or ""
        told: dict[str, dict[str, Any]] = {
            "follow": {"last_known_alive_on": value},
            "treat": {"line": 1, "regimen": value, "started_on": f"{FIRST_DAY}"},
            "assess": {"assessed_on": value, "method": "imaging", "status": "stable"},
            "enrol": {"patient_id": f"P-{self.patient}"},
            "compare": {"predictors": {value: ["log1p_ctc"], "line": ["line_of_therapy"]}},
        }
        return told.get(self.kind) or self._result(value.partition(" ")[0])

    def _result(self, drawn: str) -> dict[str, Any]:
        test = {"drawn_at": drawn, "ctc_count": self.cells}
        whose = {"patient_id": f"P-{self.patient}"}
        if self.kind == "correct":
            return {**whose, **test, "status": "corrected"}
        test["accession_number"] = f"A-{self.patient}"
        if self.kind == "result":
            return {**whose, **test}
        patient = {**whose, "birth_year": 1940 + self.patient % 50}
        return {"patient": patient, "blood_test": test}


@dataclass(frozen=True)
class Kill:
    """One kill: whom it meets once so many posts are acknowledged."""

    acknowledged: int
    whom: str


@dataclass(frozen=True)
class Plan:
    """The first posts, about contested patients, and then each caller's own steps."""

    seed: int
    first: tuple[Step, ...]
    callers: tuple[tuple[Step, ...], ...]

    @property
    def posts(self) -> int:
        """How many results the run posts."""
        own = sum(step.kind in ("submit", "result") for steps in self.callers for step in steps)
        return len(self.first) + own


def draw_plan(seed: int, posts: int, callers: int, kinds: dict[str, int] | None = None) -> Plan:
    """Draw a run of so many posted results, with all else that callers do between."""
    if posts > MOST_POSTS:
        raise ValueError(f"a plan has {MOST_POSTS} posts at most")
    numbers = count(1)
    first = tuple(
        Step(next(numbers), "submit", patient, 3 * patient) for patient in range(CONTESTED)
    )
    ours = [CONTESTED + k for k in range(posts - CONTESTED)]
    return Plan(
        seed,
        first,
        tuple(
            tuple(_steps(chance_of(seed, "caller", n), ours[n::callers], numbers, kinds or KINDS))
            for n in range(callers)
        ),
    )


def draw_kills(seed: int, kills: int, posts: int) -> list[Kill]:
    """Draw when processes die and which, all the way through the posts."""
    chance = chance_of(seed, "kills")
    times = sorted(chance.randrange(CONTESTED, posts) for _ in range(kills))
    victims = chance.choices(list(WHOM), weights=list(WHOM.values()), k=kills)
    return [Kill(at, whom) for at, whom in zip(times, victims, strict=True)]


def value_of(drawn_at: datetime, cells: int) -> str:
    """Write a result's value as one text."""
    return f"{drawn_at.astimezone(UTC).isoformat()} {cells}"


def _steps(
    chance: Random, patients: list[int], numbers: Iterator[int], kinds: dict[str, int]
) -> Iterator[Step]:
    new, told = list(reversed(patients)), list(range(CONTESTED))
    names, weights = list(kinds), list(kinds.values())
    while new:
        (kind,) = chance.choices(names, weights=weights)
        is_new = kind in ("submit", "result")
        if is_new:
            told.append(new.pop())
        # Half of what is not new is about patients of whom the other callers speak too.
        some = told if chance.random() < 0.5 else told[:CONTESTED]
        patient = told[-1] if is_new else chance.choice(some)
        cells = chance.randint(0, MOST_CELLS)
        # Asked for again without a key, a comparison that ended meanwhile is a second one.
        is_keyed = chance.random() < 0.5 or kind == "compare"
        yield Step(next(numbers), kind, patient, cells, is_keyed)
