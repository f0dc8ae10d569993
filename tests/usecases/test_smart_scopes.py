"""Scopes of SMART App Launch 2.2, of both versions, in terms of what a key can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.clients import SCOPES
from app.usecases.smart_scopes import KINDS, granted, own_scopes

EVERY = frozenset(SCOPES)
LABORATORY = frozenset({"results:write"})
WARD = frozenset({"patients:read", "prognoses:read"})

TABLE = [
    ("system/Observation.cruds", EVERY, "system/Observation.cruds"),
    ("system/Observation.c", LABORATORY, "system/Observation.c"),
    ("system/Observation.cruds", LABORATORY, "system/Observation.cud"),
    ("system/Observation.rs", WARD, "system/Observation.rs"),
    ("system/Observation.rs", LABORATORY, ""),
    ("system/Observation.*", EVERY, "system/Observation.*"),
    ("system/Observation.*", WARD, "system/Observation.read"),
    ("system/Observation.write", LABORATORY, "system/Observation.write"),
    ("system/Observation.read", LABORATORY, ""),
    ("system/RiskAssessment.cruds", EVERY, "system/RiskAssessment.rs"),
    ("system/RiskAssessment.write", EVERY, ""),
    ("system/*.rs", WARD, "system/*.rs"),
    ("system/*.read", WARD, "system/*.read"),
    (
        "system/*.rs",
        frozenset({"prognoses:read"}),
        "system/RiskAssessment.rs",
    ),
    (
        "system/*.c",
        LABORATORY,
        "system/DiagnosticReport.c system/Observation.c system/Specimen.c",
    ),
    ("results:write patients:read", LABORATORY, "results:write"),
    ("patients:read system/Observation.rs", WARD, "patients:read system/Observation.rs"),
    ("system/Patient.rs system/Patient.rs", WARD, "system/Patient.rs"),
    ("system/Medication.rs", EVERY, ""),
    # Letters in another order, twice, none, of another kind.
    ("system/Observation.sr", EVERY, ""),
    ("system/Observation.rr", EVERY, ""),
    ("system/Observation.", EVERY, ""),
    ("system/Observation.x", EVERY, ""),
    ("system/Observation.Read", EVERY, ""),
    ("system/observation.rs", EVERY, ""),
    # Somebody's own data, which no program without a person asks for.
    ("patient/Observation.rs", EVERY, ""),
    ("user/Observation.rs", EVERY, ""),
    ("launch openid fhirUser offline_access", EVERY, ""),
    # What a search narrows could not be kept narrow.
    ("system/Observation.rs?category=laboratory", EVERY, ""),
    ("everything", EVERY, ""),
    (" ".join(["results:write"] * 1000), EVERY, ""),
    ("", EVERY, ""),
]


@pytest.mark.parametrize(("asked", "held", "expected"), TABLE, ids=range(len(TABLE)))
def test_what_is_asked_for_is_granted_as_far_as_it_is_held(
    asked: str, held: frozenset[str], expected: str
) -> None:
    assert granted(asked, held) == expected


def test_who_asks_for_nothing_in_particular_is_granted_what_the_key_can_do() -> None:
    assert granted(None, WARD) == "patients:read prognoses:read"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("system/Observation.rs", {"patients:read"}),
        ("system/Observation.r", {"patients:read"}),
        ("system/Observation.c", {"results:write"}),
        ("system/Specimen.write", {"results:write"}),
        ("system/RiskAssessment.rs", {"prognoses:read"}),
        ("system/Patient.cruds", {"patients:read", "patients:write"}),
        ("system/Patient.*", {"patients:read", "patients:write"}),
        # What writes patients erases them, which was not granted here.
        ("system/Patient.cu", set()),
        ("system/Condition.cud", set()),
        ("system/Patient.c system/Patient.u system/Patient.d", {"patients:write"}),
        (
            "system/*.cruds",
            {"patients:read", "patients:write", "results:write", "prognoses:read"},
        ),
        ("models:write system/Patient.rs", {"models:write", "patients:read"}),
        ("", set()),
    ],
)
def test_what_was_granted_is_what_a_key_would_need_for_it(text: str, own: set[str]) -> None:
    assert own_scopes(text) == own


TERMS = st.sampled_from(
    [
        *SCOPES,
        *(f"system/{name}.{how}" for name in (*KINDS, "*") for how in ("cruds", "rs", "cu", "*")),
        "system/Medication.rs",
    ]
)


@given(st.lists(TERMS, max_size=8), st.sets(st.sampled_from(list(SCOPES))))
def test_no_token_can_do_what_its_client_cannot(asked: list[str], held: set[str]) -> None:
    given = granted(" ".join(asked), frozenset(held))

    assert own_scopes(given) <= held
    assert granted(given, frozenset(held)) == given
