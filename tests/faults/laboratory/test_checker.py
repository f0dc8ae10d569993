"""The checker complains of every wrong history, and of no right one."""

from dataclasses import replace
from math import exp
from typing import Any

import pytest

from tests.faults.laboratory.checker import Numbers, Stored, Version, complaints
from tests.faults.laboratory.history import Operation

MODEL = Numbers({"log1p_ctc": (0.5, 1.0)}, {100: 0.2, 365: 0.4})
OTHER = Numbers({"log1p_ctc": (0.6, 1.0)}, {100: 0.2, 365: 0.4})


def an_answer(prognosis_id: str, model: Numbers = MODEL, **members: Any) -> dict[str, Any]:
    """Answer a patient's log count of 2 from a model."""
    coefficient, mean = model.covariates["log1p_ctc"]
    ratio = exp(coefficient * (2.0 - mean))
    told = {"covariate": "log1p_ctc", "value": 2.0, "coefficient": coefficient, "mean": mean}
    hazard = {
        "status": "given",
        "hazard_ratio": ratio,
        "contributions": [told],
        "survival": [{"months": 12, "cumulative_hazard": ratio * model.baseline[365]}],
    }
    named = {"prognosis_id": prognosis_id, "model": {"model_id": "sha256:1"}}
    return {**named, "hazard": hazard | members}


def an_operation(kind: str, value: str | None, began: float, **members: Any) -> Operation:
    """Do something with one result, acknowledged a second later."""
    operation = Operation(0, int(began), kind, "A-1", began, began + 1, "acknowledged", 200, value)
    return replace(operation, **members)


HISTORY = (
    an_operation("submit", "17", 1, version=1, prognosis=an_answer("a")),
    an_operation("correct", "18", 3, version=2, prognosis=an_answer("b")),
    an_operation("read", "18", 5, version=2),
    an_operation("correct", "19", 7, outcome="unknown", status=None),
    an_operation("correct", "20", 9, outcome="refused", status=412),
    an_operation("ask", "18", 11, prognosis=an_answer("c") | {"prognosis_id": None}),
)
STORED = Stored(
    {"A-1": (Version(1, "17", False), Version(2, "18", True))},
    {"A-1": (an_answer("a"), an_answer("b"))},
    {"sha256:1": MODEL},
)
UNKNOWN_STORED = Stored(
    {"A-1": (Version(1, "17", False), Version(2, "18", False), Version(3, "19", True))},
    {"A-1": (an_answer("a"), an_answer("b"), an_answer("d"))},
    {"sha256:1": MODEL},
)


def versions(*values: str, in_force: int | None = None) -> dict[str, tuple[Version, ...]]:
    """Store values one after the other, the last of them in force."""
    last = in_force or len(values)
    numbered = enumerate(values, start=1)
    return {"A-1": tuple(Version(n, value, n == last) for n, value in numbered)}


def test_a_right_history_is_let_pass() -> None:
    assert complaints(HISTORY, STORED) == []


def test_what_nobody_heard_of_may_be_stored_or_not() -> None:
    history = [each for each in HISTORY if each.kind != "ask"]

    assert complaints(history, UNKNOWN_STORED) == []


WRONG = {
    "acknowledged and is lost": replace(STORED, versions={}, answers={}),
    "correct 3 of A-1 was acknowledged and is lost": replace(
        STORED, versions=versions("17"), answers={"A-1": (an_answer("a"), an_answer("b"))}
    ),
    "18 is stored 2 times": replace(STORED, versions=versions("17", "18", "18")),
    "17 is stored 2 times": replace(
        STORED, versions={**STORED.versions, "A-2": (Version(1, "17", True),)}
    ),
    "a value that nobody wrote: 99": replace(STORED, versions=versions("17", "99", "18")),
    "a value that nobody wrote: 20": replace(STORED, versions=versions("17", "18", "20")),
    "A-7 has a value that nobody wrote": replace(
        STORED, versions={**STORED.versions, "A-7": (Version(1, "17", True),)}
    ),
    "not the last version alone is in force": replace(
        STORED, versions=versions("17", "18", in_force=1)
    ),
    "has the versions [1, 3]": replace(
        STORED, versions={"A-1": (Version(1, "17", False), Version(3, "18", True))}
    ),
    "was told version 2 of what is version 3": replace(STORED, versions=versions("17", "19", "18")),
    "3 answers to 2 versions": replace(
        STORED, answers={"A-1": (an_answer("a"), an_answer("b"), an_answer("c"))}
    ),
    "got an answer that is not stored": replace(
        STORED, answers={"A-1": (an_answer("a"), an_answer("x"))}
    ),
    "names a model that is not stored": replace(STORED, models={}),
    "coefficients or means of another model": replace(STORED, models={"sha256:1": OTHER}),
    "the baseline hazard of another model": replace(
        STORED, models={"sha256:1": Numbers(MODEL.covariates, {100: 0.2, 365: 0.5})}
    ),
    "the page is torn": replace(STORED, damage=("the page is torn",)),
}


@pytest.mark.parametrize("complaint", WRONG)
def test_a_wrong_state_is_complained_of(complaint: str) -> None:
    found = complaints(HISTORY, WRONG[complaint])

    assert [each for each in found if complaint in each], found


WRONG_TO_HEAR = {
    "read 20 of A-1 met version 1 after version 2 was acknowledged": an_operation(
        "read", "17", 20, version=1
    ),
    "ask 20 of A-1 met version 1 after version 2": an_operation("ask", "17", 20),
    "read a value that is not stored: 99": an_operation("read", "99", 20),
    "was answered 500": an_operation("read", None, 20, outcome="unknown", status=500),
    "submit 20 of A-1 was answered 409": an_operation(
        "submit", "17", 20, outcome="refused", status=409
    ),
    "read 20 of A-1 was answered 404": an_operation(
        "read", None, 20, outcome="refused", status=404
    ),
    "the hazard ratio of another model": an_operation(
        "ask", "18", 20, prognosis=an_answer("c", hazard_ratio=2.0) | {"prognosis_id": None}
    ),
}


@pytest.mark.parametrize("complaint", WRONG_TO_HEAR)
def test_a_wrong_answer_is_complained_of(complaint: str) -> None:
    found = complaints([*HISTORY, WRONG_TO_HEAR[complaint]], STORED)

    assert [each for each in found if complaint in each], found


def test_a_correction_that_is_undone_is_complained_of() -> None:
    """The acknowledged correction stays readable, and yet the value before it came back."""
    written = [
        an_operation("submit", "17", 1, version=1),
        an_operation("correct", "18", 3, version=2),
        an_operation("correct", "19", 0.5, version=3),
    ]
    stored = Stored(versions("17", "19", "18"))

    assert complaints(written, stored) != []


def test_two_that_wait_at_once_may_be_heard_in_either_order() -> None:
    read = an_operation("read", "17", 3.5, version=1)

    assert complaints([*HISTORY, read], STORED) == []
