"""Holds a history against the stored state, and says in sentences what does not fit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import exp, isclose
from typing import Any

from tests.faults.laboratory.comparisons import contradictions
from tests.faults.laboratory.history import POSTS, Operation
from tests.faults.laboratory.trial import Log, disagreements

UNDERSTOOD = {
    "correct": {412, 428},
    "follow": {412, 428},
    "treat": {412, 428},
    "assess": {412, 428},
    "compare": {409},
    "promote": {409},
}
"""Refusals that another caller can be the reason of."""

OUT_OF_ORDER = 503
"""The one answer with which the service may say that something is out of order."""


@dataclass(frozen=True)
class Version:
    """One stored version of a record."""

    version: int
    value: str
    is_current: bool


@dataclass(frozen=True)
class Numbers:
    """The numbers of a stored model: coefficient and mean of each covariate, and its baseline."""

    covariates: Mapping[str, tuple[float, float]]
    baseline: Mapping[int, float]


@dataclass(frozen=True)
class Stored:
    """The stored state: versions of each record, answers to each result, and all else."""

    versions: Mapping[str, Sequence[Version]]
    answers: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    models: Mapping[str, Numbers] = field(default_factory=dict)
    comparisons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    log: Log = field(default_factory=Log)
    damage: Sequence[str] = ()


def is_result(name: str) -> bool:
    """Tell a result, whose name is its accession number, from what is told of a patient."""
    return " " not in name


def complaints(operations: Sequence[Operation], stored: Stored) -> list[str]:
    """List everything that a service which keeps its promises would not have done."""
    records: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        records[operation.record].append(operation)
    about = [(name, records[name]) for name in sorted({*records, *stored.versions})]
    return list(
        chain(
            stored.damage,
            _unexpected(operations),
            *(_of_record(name, ops, stored.versions.get(name, ())) for name, ops in about),
            _twice(stored),
            *(_of_answers(name, ops, stored) for name, ops in about),
            _torn(operations, stored),
            *(contradictions(name, ops, stored.comparisons.get(name)) for name, ops in about),
            disagreements(stored.log, _counts(stored)),
        )
    )


def _unexpected(operations: Iterable[Operation]) -> Iterator[str]:
    for each in operations:
        status = each.status
        if status is None or status < 400 or status == OUT_OF_ORDER:
            continue
        if status not in UNDERSTOOD.get(each.kind, ()):
            yield f"{each.kind} {each.number} of {each.record} was answered {status}"


def _of_record(
    name: str, operations: Sequence[Operation], versions: Sequence[Version]
) -> Iterator[str]:
    numbers = [each.version for each in versions]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{name} has the versions {numbers}"
    if versions and [each.version for each in versions if each.is_current] != [max(numbers)]:
        yield f"{name}: not the last version alone is in force"
    stored = {each.value: each.version for each in versions}
    yield from _unwritten(name, operations, stored)
    yield from _lost(name, operations, stored)
    yield from _backwards(name, operations, stored)


def _unwritten(
    name: str, operations: Iterable[Operation], stored: Mapping[str, int]
) -> Iterator[str]:
    possible = {each.value for each in operations if each.writes and each.outcome in _CAN_BE_STORED}
    # Who enrols and does not hear the answer cannot know what the service chose.
    is_chosen = None in possible
    for value in stored:
        if value not in possible and not is_chosen:
            yield f"{name} has a value that nobody wrote: {value}"


_CAN_BE_STORED = ("acknowledged", "unknown")


def _lost(name: str, operations: Iterable[Operation], stored: Mapping[str, int]) -> Iterator[str]:
    for each in operations:
        if each.outcome != "acknowledged" or each.value is None:
            continue
        what = f"{each.kind} {each.number} of {name}"
        if each.value not in stored:
            yield (
                f"{what} was acknowledged and is lost"
                if each.writes
                else (f"{what} read a value that is not stored: {each.value}")
            )
        elif each.version is not None and stored[each.value] != each.version:
            yield (
                f"{what} was told version {each.version} of what is version {stored[each.value]}"
            )


def _backwards(
    name: str, operations: Sequence[Operation], stored: Mapping[str, int]
) -> Iterator[str]:
    heard = [
        (each, stored[each.value])
        for each in operations
        if each.outcome == "acknowledged" and each.value is not None and each.value in stored
    ]
    by_end = sorted(heard, key=lambda pair: pair[0].ended)
    known, done = 0, 0
    for each, version in sorted(heard, key=lambda pair: pair[0].began):
        while done < len(by_end) and by_end[done][0].ended < each.began:
            known = max(known, by_end[done][1])
            done += 1
        if version < known and not (each.kind in POSTS and version == 1):
            yield (
                f"{each.kind} {each.number} of {name} met version {version}"
                f" after version {known} was acknowledged"
            )


def _twice(stored: Stored) -> Iterator[str]:
    values = Counter(each.value for versions in stored.versions.values() for each in versions)
    for value, times in values.items():
        if times > 1:
            yield f"{value} is stored {times} times"


def _counts(stored: Stored) -> dict[tuple[str, int], int]:
    return {
        (name, each.version): int(each.value.rpartition(" ")[2])
        for name, versions in stored.versions.items()
        if is_result(name)
        for each in versions
    }


def _of_answers(name: str, operations: Iterable[Operation], stored: Stored) -> Iterator[str]:
    kept = {answer["prognosis_id"]: answer for answer in stored.answers.get(name, ())}
    if name in stored.answers and len(stored.answers[name]) != len(stored.versions.get(name, ())):
        answers, versions = len(stored.answers[name]), len(stored.versions.get(name, ()))
        yield f"{name} has {answers} answers to {versions} versions"
    for each in operations:
        answer = each.prognosis
        if answer and answer["prognosis_id"] and kept.get(answer["prognosis_id"]) != answer:
            yield f"{each.kind} {each.number} of {name} got an answer that is not stored"


def _torn(operations: Iterable[Operation], stored: Stored) -> Iterator[str]:
    heard = [(f"{each.kind} {each.number}", each.prognosis) for each in operations]
    kept: list[tuple[str, Mapping[str, Any] | None]] = [
        (f"a stored answer to {name}", answer)
        for name, answers in stored.answers.items()
        for answer in answers
    ]
    for what, answer in heard + kept:
        if answer is None or answer["model"] is None:
            continue
        name = answer["model"]["model_id"]
        if name not in stored.models:
            yield f"{what} names a model that is not stored"
        elif (differs := _differs(answer["hazard"], stored.models[name])) is not None:
            yield f"{what} names {name[:15]} and has {differs} of another model"


def _differs(hazard: Mapping[str, Any], model: Numbers) -> str | None:
    if hazard["status"] == "withheld":
        return None
    told = hazard["contributions"]
    covariates = {each["covariate"]: (each["coefficient"], each["mean"]) for each in told}
    if covariates != model.covariates:
        return "coefficients or means"
    log_ratio = sum(each["coefficient"] * (each["value"] - each["mean"]) for each in told)
    if not isclose(hazard["hazard_ratio"], exp(log_ratio), rel_tol=1e-9):
        return "the hazard ratio"
    for each in hazard["survival"]:
        expected = hazard["hazard_ratio"] * _at(model.baseline, each["months"])
        if not isclose(each["cumulative_hazard"], expected, rel_tol=1e-9):
            return "the baseline hazard"
    return None


DAYS_OF_MONTH = 30.4375


def _at(baseline: Mapping[int, float], months: int) -> float:
    day = int(DAYS_OF_MONTH * months)
    return max((value for at, value in baseline.items() if at <= day), default=0.0)
