"""The checker complains of every wrong history, and of no right one."""

from dataclasses import replace
from math import exp
from typing import Any

import pytest

from tests.faults.laboratory.checker import Numbers, Stored, Version, complaints
from tests.faults.laboratory.history import Operation
from tests.faults.laboratory.trial import Enrolled, Log, Slot, allocation

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


def about(record: str, kind: str, value: str | None, began: float, **members: Any) -> Operation:
    """Do something with another record than the result."""
    return an_operation(kind, value, began, record=record, **members)


TREATED, ASSESSED = "treatment P-1", "assessment P-1"
COURSE = (
    about(TREATED, "treat", "treat-1", 1, version=1),
    about(TREATED, "treat", "treat-3", 3, outcome="unknown", status=None),
    about(TREATED, "treat", "treat-5", 5, outcome="refused", status=412),
    about(TREATED, "treatments", "treat-1", 7, version=1),
    about(ASSESSED, "assess", "1901-01-09", 9, version=1),
    about(ASSESSED, "assess", "1901-01-11", 11, version=2),
)
COURSE_STORED = {
    TREATED: (Version(1, "treat-1", True),),
    ASSESSED: (Version(1, "1901-01-09", False), Version(2, "1901-01-11", True)),
}


def test_a_right_course_is_let_pass() -> None:
    unheard = (Version(1, "treat-1", False), Version(2, "treat-3", True))

    assert complaints(COURSE, Stored(COURSE_STORED)) == []
    assert complaints(COURSE, Stored({**COURSE_STORED, TREATED: unheard})) == []


WRONG_COURSES: dict[str, dict[str, tuple[Version, ...]]] = {
    "treat 1 of treatment P-1 was acknowledged and is lost": {TREATED: ()},
    "treatment P-1 has a value that nobody wrote: treat-5": {
        TREATED: (Version(1, "treat-1", False), Version(2, "treat-5", True))
    },
    "assessment P-1 has a value that nobody wrote: 1901-02-01": {
        ASSESSED: (*COURSE_STORED[ASSESSED][:1], Version(2, "1901-02-01", True))
    },
    "assess 11 of assessment P-1 was acknowledged and is lost": {
        ASSESSED: (Version(1, "1901-01-09", True),)
    },
    "treat-1 is stored 2 times": {
        TREATED: (Version(1, "treat-1", False), Version(2, "treat-1", True))
    },
    "treatment P-2 has a value that nobody wrote": {
        "treatment P-2": (Version(1, "treat-3", True),)
    },
    "assessment P-1: not the last version alone is in force": {
        ASSESSED: (Version(1, "1901-01-09", True), Version(2, "1901-01-11", False))
    },
    "assess 11 of assessment P-1 was told version 2 of what is version 1": {
        ASSESSED: (Version(1, "1901-01-11", False), Version(2, "1901-01-09", True))
    },
}


@pytest.mark.parametrize("complaint", WRONG_COURSES)
def test_a_wrong_course_is_complained_of(complaint: str) -> None:
    found = complaints(COURSE, Stored({**COURSE_STORED, **WRONG_COURSES[complaint]}))

    assert [each for each in found if complaint in each], found


def test_a_treatment_that_is_read_as_it_was_before_is_complained_of() -> None:
    stored = {TREATED: (Version(1, "treat-1", False), Version(2, "treat-3", True))}
    told = about(TREATED, "treat", "treat-3", 3, version=2)
    read = about(TREATED, "treatments", "treat-1", 5, version=1)

    (found,) = complaints([COURSE[0], told, read], Stored(stored))

    assert found == "treatments 5 of treatment P-1 met version 1 after version 2 was acknowledged"


def a_slot(number: int, arm: str, stratum: str = ">=5", block: int = 0) -> Slot:
    """Allocate in blocks of two."""
    return Slot(number, arm, f"code-{number}", stratum, block, 2)


def enrolled(patient: int, number: int, count: int = 17, stratum: str = ">=5") -> Enrolled:
    """Enrol a patient with a result of his own."""
    return Enrolled(f"P-{patient}", number, f"A-{patient}", 1, count, stratum)


def allocated(slot: Slot, whose: Enrolled) -> str:
    """Write what the patient was told."""
    test = {"accession_number": whose.accession_number, "version": 1, "ctc_count": whose.ctc_count}
    frozen = {"blood_test": test, "stratum": {"count": whose.stratum}}
    return allocation(slot.number, slot.arm, slot.code, frozen)


SLOTS = (a_slot(1, "same"), a_slot(2, "other"), a_slot(3, "same", "<5"), a_slot(4, "other", "<5"))
ENROLLED = (enrolled(1, 1), enrolled(2, 2), enrolled(3, 3, 0, "<5"), enrolled(4, 4, 1, "<5"))
LOG = Log(SLOTS, ENROLLED)
RESULTS = {
    f"A-{n}": (Version(1, f"day {n} {each.ctc_count}", True),)
    for n, each in enumerate(ENROLLED, start=1)
}
"""Of another day each: no two results are the same."""

POSTED = tuple(about(name, "submit", each.value, 0, version=1) for name, (each,) in RESULTS.items())
TOLD = tuple(allocated(slot, whose) for slot, whose in zip(SLOTS, ENROLLED, strict=True))
ENROLMENTS = {f"enrolment P-{n}": (Version(1, told, True),) for n, told in enumerate(TOLD, start=1)}
ASKED = (
    about("enrolment P-1", "enrol", TOLD[0], 1, version=1, status=201),
    about("enrolment P-1", "enrol", TOLD[0], 3, version=1),
    about("enrolment P-2", "enrol", TOLD[1], 5, version=1, status=201),
    about("enrolment P-3", "enrol", None, 7, outcome="unknown", status=None),
    about("enrolment P-3", "enrol", TOLD[2], 9, version=1),
    about("enrolment P-4", "enrol", None, 11, outcome="unknown", status=503),
)
TRIAL_STORED = Stored({**RESULTS, **ENROLMENTS}, log=LOG)


def test_a_right_trial_is_let_pass() -> None:
    three = {name: each for name, each in ENROLMENTS.items() if name != "enrolment P-4"}
    unheard = Stored({**RESULTS, **three}, log=Log(SLOTS[:3], ENROLLED[:3]))

    assert complaints([*POSTED, *ASKED], TRIAL_STORED) == []
    assert complaints([*POSTED, *ASKED], unheard) == []


def with_slot(slot: Slot) -> Stored:
    """Change one slot of the log, and what is stored of whose it is."""
    log = Log(tuple(slot if each.number == slot.number else each for each in SLOTS), ENROLLED)
    told = allocated(slot, ENROLLED[slot.number - 1])
    stored = {**ENROLMENTS, f"enrolment P-{slot.number}": (Version(1, told, True),)}
    return Stored({**RESULTS, **stored}, log=log)


def with_enrolled(*whose: Enrolled) -> Stored:
    """Change whose the slots are."""
    return replace(TRIAL_STORED, log=Log(SLOTS, whose))


WRONG_TRIALS = {
    "enrol 1 of enrolment P-1 was acknowledged and is lost": with_slot(a_slot(1, "other")),
    "enrol 5 of enrolment P-2 was acknowledged and is lost": Stored(
        {name: each for name, each in TRIAL_STORED.versions.items() if name != "enrolment P-2"},
        log=LOG,
    ),
    "enrolment P-9 has a value that nobody wrote": replace(
        TRIAL_STORED,
        versions={**TRIAL_STORED.versions, "enrolment P-9": (Version(1, "9 same", True),)},
    ),
    "enrolment P-1 has the versions [1, 1]": replace(
        TRIAL_STORED,
        versions={
            **TRIAL_STORED.versions,
            "enrolment P-1": (Version(1, TOLD[0], True), Version(1, "5 other", True)),
        },
    ),
    "the log has the slots [1, 2, 4]": replace(
        TRIAL_STORED, log=Log((*SLOTS[:2], SLOTS[3]), ENROLLED)
    ),
    "P-3 has the slot 3, which the log has not": replace(
        TRIAL_STORED, log=Log((*SLOTS[:2], SLOTS[3]), ENROLLED)
    ),
    "2 slots have the code code-1": with_slot(replace(SLOTS[1], code="code-1")),
    "slot 2 is of 2 patients": with_enrolled(*ENROLLED, enrolled(5, 2)),
    "slot 4 is of 0 patients": with_enrolled(*ENROLLED[:3]),
    "P-3 has a slot of another stratum": with_enrolled(
        *ENROLLED[:2], replace(ENROLLED[2], stratum=">=5"), ENROLLED[3]
    ),
    "P-2 is in the stratum of another count": with_enrolled(
        ENROLLED[0], replace(ENROLLED[1], ctc_count=2), *ENROLLED[2:]
    ),
    "P-2 was enrolled with a result that is not stored": with_enrolled(
        ENROLLED[0], replace(ENROLLED[1], version=2), *ENROLLED[2:]
    ),
    "block 0 of >=5 is {'other': 2} of [2]": with_slot(a_slot(1, "other")),
    "block 0 of <5 is {'same': 1} of [2]": with_slot(a_slot(4, "other", "<5", block=1)),
    "block 0 of >=5 is {'same': 1, 'other': 1} of [2, 4]": with_slot(
        replace(SLOTS[1], block_size=4)
    ),
}


@pytest.mark.parametrize("complaint", WRONG_TRIALS)
def test_a_wrong_trial_is_complained_of(complaint: str) -> None:
    found = complaints([*POSTED, *ASKED], WRONG_TRIALS[complaint])

    assert [each for each in found if complaint in each], found


def test_an_arm_that_changes_between_two_answers_is_complained_of() -> None:
    other = allocated(a_slot(1, "other"), ENROLLED[0])
    again = about("enrolment P-1", "enrol", other, 20, version=1)

    (found,) = complaints([*POSTED, *ASKED, again], TRIAL_STORED)

    assert found == "enrol 20 of enrolment P-1 was acknowledged and is lost"


def told(status: str, comparison_id: str = "c", **members: Any) -> dict[str, Any]:
    """Tell of a comparison, how far it is."""
    content = {"comparison_id": comparison_id, "status": status, "code": None, "reason": None}
    return {**content, "result": None, **members}


COMPARED = "comparison 1"
FOUND: dict[str, Any] = {"result": {"sentence": "Not separated."}}
COMPARING = (
    about(COMPARED, "compare", "compare-1", 1, outcome="unknown", status=None),
    about(COMPARED, "compare", "compare-1", 3, version=1, status=202, told=told("queued")),
    about(COMPARED, "look", "compare-1", 5, version=1, told=told("running")),
    about(COMPARED, "look", "compare-1", 7, version=1, told=told("done", **FOUND)),
    about("comparison 2", "compare", "compare-2", 9, outcome="refused", status=409),
    about("comparison 3", "compare", "compare-3", 11, outcome="unknown", status=None),
)
COMPARISONS = Stored(
    {COMPARED: (Version(1, "compare-1", True),)}, comparisons={COMPARED: told("done", **FOUND)}
)


def test_a_right_comparison_is_let_pass() -> None:
    unheard = {"comparison 3": (Version(1, "compare-3", True),)}
    more = Stored(
        {**COMPARISONS.versions, **unheard},
        comparisons={**COMPARISONS.comparisons, "comparison 3": told("queued", "d")},
    )

    assert complaints(COMPARING, COMPARISONS) == []
    assert complaints(COMPARING, more) == []


WRONG_COMPARISONS = {
    "compare 3 of comparison 1 was acknowledged and is lost": replace(
        COMPARISONS, versions={}, comparisons={}
    ),
    "comparison 2 has a value that nobody wrote": replace(
        COMPARISONS,
        versions={**COMPARISONS.versions, "comparison 2": (Version(1, "compare-2", True),)},
    ),
    "comparison 1 has the versions [1, 1]": replace(
        COMPARISONS, versions={COMPARED: (Version(1, "compare-1", True),) * 2}
    ),
    "look 7 of comparison 1 was told done c, and done c is stored": replace(
        COMPARISONS, comparisons={COMPARED: told("done", result={"sentence": "Other."})}
    ),
    "look 7 of comparison 1 was told done c, and running c is stored": replace(
        COMPARISONS, comparisons={COMPARED: told("running")}
    ),
    "compare 3 of comparison 1 was told queued c, and done x is stored": replace(
        COMPARISONS, comparisons={COMPARED: told("done", "x", **FOUND)}
    ),
}


@pytest.mark.parametrize("complaint", WRONG_COMPARISONS)
def test_a_wrong_comparison_is_complained_of(complaint: str) -> None:
    found = complaints(COMPARING, WRONG_COMPARISONS[complaint])

    assert [each for each in found if complaint in each], found


WRONG_LOOKS = {
    "look 20 of comparison 1 was told running c after done c": told("running"),
    "look 20 of comparison 1 was told failed abandoned c after done c": told(
        "failed", code="abandoned"
    ),
    "look 20 of comparison 1 was told done c after done c": told(
        "done", result={"sentence": "Other."}
    ),
    "look 20 of comparison 1 was told done x after running c": told("done", "x", **FOUND),
}


@pytest.mark.parametrize("complaint", WRONG_LOOKS)
def test_a_comparison_that_is_told_otherwise_is_complained_of(complaint: str) -> None:
    look = about(COMPARED, "look", "compare-1", 20, version=1, told=WRONG_LOOKS[complaint])

    found = complaints([*COMPARING, look], COMPARISONS)

    assert [each for each in found if complaint in each], found


def test_a_comparison_that_is_gone_is_complained_of() -> None:
    look = about(COMPARED, "look", None, 20, outcome="refused", status=404)

    found = complaints([*COMPARING, look], COMPARISONS)

    assert found == ["look 20 of comparison 1 was answered 404"]
