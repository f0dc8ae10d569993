"""Cohorts and questions that have no answer, told over HTTP: each ends in a reason and its code."""

import json
from datetime import UTC, date, datetime, timedelta
from math import inf
from typing import Any, NoReturn

import httpx
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.api.bodies import a_prognosis_request, tell_cohort, tell_patient
from tests.api.conftest import Hospital, new_hospital
from tests.running import Running

WAIT = {"Prefer": "wait=60"}
NDJSON = {"Content-Type": "application/x-ndjson"}
FIRST = date(2021, 1, 4)
TODAY = datetime.now(UTC).date()


def a_row(number: int, days: int, died: bool, count: int = 5, **told: Any) -> dict[str, Any]:
    """One line of a cohort file."""
    return {
        "patient_id": f"B{number}",
        "accession_number": f"B{number}",
        "drawn_at": f"{FIRST + timedelta(days=number % 300)}",
        "ctc_count": count,
        "follow_up_days": days,
        "died": died,
        **told,
    }


def told(client: httpx.Client, rows: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Import rows, and give the outcome of each."""
    body = "".join(json.dumps(row) + "\n" for row in rows)
    answer = client.post("/v1/imports", content=body, headers=NDJSON, timeout=60)
    assert answer.status_code == 200, answer.text
    found = [json.loads(line) for line in answer.text.splitlines()]
    return [(each["status"], each["code"]) for each in found]


def declare(client: httpx.Client, *names: str) -> None:
    for name in names:
        client.post("/v1/covariates", json={"name": name, "kind": "continuous"}).raise_for_status()


def refit(client: httpx.Client, *covariates: str, **asked: Any) -> httpx.Response:
    body = {"covariates": list(covariates)} if covariates else {}
    return client.post("/v1/models", json=body | asked, headers=WAIT, timeout=90)


SPREAD = [(37 * number) % 101 for number in range(80)]
"""Numbers in no order of time."""

# Of each: the rows, the covariates asked for, the code and what its message says.
REFUSED: dict[str, tuple[list[dict[str, Any]], tuple[str, ...], str, str]] = {
    "monotone likelihood": (
        [a_row(n, 100 + n, died=True, dose=200 - n) for n in range(80)],
        ("dose",),
        "separation",
        "dose",
    ),
    "collinear": (
        [
            a_row(n, 100 + n, died=n % 3 > 0, dose=SPREAD[n], twin=2 * SPREAD[n] + 1)
            for n in range(80)
        ],
        ("dose", "twin"),
        "collinear",
        "dose, twin",
    ),
    "constant": (
        [a_row(n, 100 + n, died=n % 3 > 0, dose=7) for n in range(80)],
        ("dose",),
        "no-variation",
        "the same in all 80 rows: dose",
    ),
    "200 copies of one patient": (
        [a_row(n, 90, died=True, count=12) for n in range(200)],
        ("log1p_ctc",),
        "no-variation",
        "the same in all 200 rows: log1p_ctc",
    ),
    "one event": (
        [a_row(n, 100 + n, died=n == 40, count=SPREAD[n]) for n in range(80)],
        ("log1p_ctc",),
        "too-few-events",
        "1 events in 80 rows; more than 1 needed",
    ),
    "all censored": (
        [a_row(n, 100 + n, died=False, count=SPREAD[n]) for n in range(80)],
        ("log1p_ctc",),
        "too-few-events",
        "0 events in 80 rows; more than 1 needed",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_cohort_without_a_model_fails_with_its_code_and_numbers(
    hospital: Hospital, case: str
) -> None:
    rows, covariates, code, words = REFUSED[case]
    declare(hospital.client, "dose", "twin")
    assert set(told(hospital.client, rows)) == {("stored", None)}

    refused = refit(hospital.client, *covariates)

    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert words in refused.text
    assert hospital.client.get("/v1/models/current").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"died": 2},
        {"follow_up_days": -1},
        {"follow_up_days": "90"},
        {"ctc_count": 10**9},
        {"ctc_count": -1},
        {"ctc_count": "17"},
        {"ctc_count": 1.5},
        {"dose": "high"},
        {"dose": True},
        {"ecog": 7},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_is_refused_and_makes_no_patient(
    hospital: Hospital, wrong: dict[str, Any]
) -> None:
    declare(hospital.client, "dose")

    ((status, code),) = told(hospital.client, [a_row(0, 90, died=True) | wrong])

    assert status == "refused"
    assert code
    assert hospital.client.get("/v1/patients/B0").status_code == 404


def test_a_count_of_a_thousand_million_is_refused_in_every_question(client: httpx.Client) -> None:
    asked = a_prognosis_request(test={"ctc_count": 10**9})

    for path in ("/v1/prognoses", "/v1/prognoses/preview"):
        refused = client.post(path, json=asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-input")
    result = asked["blood_test"] | {"patient_id": "P-000123"}
    assert client.post("/v1/blood-tests", json=result).status_code == 422


def test_the_largest_count_makes_a_model_that_is_judged(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=60)
    tell_patient(hospital.client, "LARGE", 1_000_000, FIRST, {"last_known_alive_on": f"{TODAY}"})

    answer = refit(hospital.client, "log1p_ctc")

    model = answer.json()
    assert (answer.status_code, model["patients"]) == (201, 61)
    gates = {gate["gate"]: gate["verdict"] for gate in model["gates"]}
    assert gates["second-opinion"] == "passed"
    # The largest count of all lives on, which pulls the coefficient down.
    assert gates["influence"] == "refused" if model["status"] == "candidate" else "qualified"


def test_a_death_on_the_day_of_the_draw_is_fitted_and_one_before_it_is_refused(
    hospital: Hospital,
) -> None:
    tell_cohort(hospital.client, patients=60)
    tell_patient(hospital.client, "SAME", 90, FIRST, {"death_on": f"{FIRST}"})

    before = hospital.client.put(
        "/v1/patients/P0/follow-up",
        json={"death_on": "2020-01-01"},
        headers={"If-Match": "*"},
    )

    assert (before.status_code, before.json()["code"]) == (409, "contradicts-follow-up")
    assert refit(hospital.client).json()["patients"] == 61


@pytest.fixture(scope="module")
def stratified(service: Running) -> Hospital:
    """A hospital with a model whose strata are the lines 1 and 2; nobody tells it more."""
    hospital = new_hospital(service)
    rows = [
        a_row(
            n,
            30 + (53 * n) % 700,
            died=n % 4 > 0,
            count=(n * n) % 97,
            line_of_therapy=1 + n % 2,
            birth_year=1940 + n % 40,
        )
        for n in range(240)
    ]
    assert set(told(hospital.client, rows)) == {("stored", None)}
    answer = refit(hospital.client, "log1p_ctc", strata=["line_of_therapy"])
    assert answer.status_code == 201, answer.text
    name = answer.json()["model_id"]
    if answer.json()["status"] != "current":
        hospital.client.post(
            f"/v1/models/{name}/promotion", json={"reason": "For the question of strata."}
        ).raise_for_status()
    return hospital


def answer_of(hospital: Hospital, line: int | None, **asked: Any) -> dict[str, Any]:
    """Ask about a patient of a line of therapy."""
    members = {"patient_id": "NEW", "line_of_therapy": line}
    body = a_prognosis_request(members, {"accession_number": "NEW", "ctc_count": 17})
    answer = hospital.client.post("/v1/prognoses/preview", json=body, params=asked)
    assert answer.status_code == 200, answer.text
    hazard: dict[str, Any] = answer.json()["hazard"]
    return hazard


def codes(hazard: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in hazard["reasons"]]


def test_a_stratum_that_was_not_trained_on_is_withheld_without_a_number(
    stratified: Hospital,
) -> None:
    seen, unseen = (answer_of(stratified, line) for line in (1, 5))

    assert seen["hazard_ratio"] > 0
    assert unseen["status"] == "withheld"
    assert unseen.keys() == {"status", "reasons"}
    assert "covariate-out-of-range" in codes(unseen)


def test_an_unknown_stratum_is_withheld_without_a_number(stratified: Hospital) -> None:
    hazard = answer_of(stratified, None)

    assert hazard["status"] == "withheld"
    assert hazard.keys() == {"status", "reasons"}
    assert "missing-covariate" in codes(hazard)


def test_a_horizon_beyond_the_follow_up_is_left_out_with_its_reason(stratified: Hospital) -> None:
    hazard = answer_of(stratified, 1, horizons_months="6,12,240")

    assert [each["months"] for each in hazard["survival"]] == [6, 12]
    assert "horizon-beyond-follow-up" in codes(hazard)
    assert any("240" in reason["detail"] for reason in hazard["reasons"])


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw anything that may be asked of a patient, however unlikely."""
    known = {
        "line_of_therapy": st.integers(1, 20),
        "birth_year": st.integers(1900, 2025),
        "ecog": st.integers(0, 4),
        "er_status": st.sampled_from(["positive", "negative", "unknown"]),
        "metastatic_sites": st.lists(st.sampled_from(["bone", "liver", "other"]), unique=True),
        "disease_setting": st.sampled_from(["metastatic", "non_metastatic", "neoadjuvant"]),
        "line_started_on": st.dates(date(2025, 1, 1), date(2025, 12, 1)).map(str),
    }
    members = {name: draw(values) for name, values in known.items() if draw(st.booleans())}
    test = {
        "accession_number": "NEW",
        "ctc_count": draw(st.one_of(st.integers(0, 60), st.integers(0, 1_000_000))),
        "blood_volume_ml": draw(st.sampled_from([7.5, 7.4, 1.0, 30.0, 0.1])),
        "assay": draw(st.sampled_from(["cellsearch", "parsortix", "other"])),
        "drawn_at": f"{draw(st.dates(date(2020, 1, 1), date(2025, 12, 1)))}T08:30:00Z",
    }
    body = {"patient": {"patient_id": "NEW", **members}, "blood_test": test}
    months = draw(st.lists(st.integers(1, 240), min_size=1, max_size=5, unique=True))
    return {"json": body, "params": {"horizons_months": ",".join(map(str, sorted(months)))}}


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} was answered")


def assert_finite_or_with_reasons(hospital: Hospital, question: dict[str, Any]) -> None:
    """Ask, and look for a number that is none, or for one without a leg to stand on."""
    answer = hospital.client.post("/v1/prognoses/preview", **question)
    told = json.loads(answer.content, parse_constant=refuse)
    if not answer.is_success:
        assert (answer.status_code, bool(told["code"])) in [(409, True), (422, True)]
        return
    hazard = told["hazard"]
    event(hazard["status"])
    if hazard["status"] == "withheld":
        assert hazard.keys() == {"status", "reasons"}
        assert hazard["reasons"]
        return
    assert hazard["status"] == "given" or hazard["reasons"]
    low, high = hazard["ci95"]
    assert 0 < low <= hazard["hazard_ratio"] <= high < inf
    for at in hazard["survival"]:
        assert 0 <= at["ci95"][0] <= at["probability"] <= at["ci95"][1] <= 1
        assert at["at_risk"] >= 10


ASKED = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(ASKED, max_examples=40)
@given(question=questions())
def test_any_question_is_answered_in_finite_numbers_or_with_reasons(
    stratified: Hospital, question: dict[str, Any]
) -> None:
    assert_finite_or_with_reasons(stratified, question)


@pytest.mark.soak
@settings(ASKED, max_examples=10_000)
@given(question=questions())
def test_ten_thousand_questions_are_answered_in_finite_numbers_or_with_reasons(
    stratified: Hospital, question: dict[str, Any]
) -> None:
    assert_finite_or_with_reasons(stratified, question)


def test_a_report_says_why_a_figure_is_not_there(stratified: Hospital) -> None:
    name = stratified.stored("/v1/models/current")["model_id"]

    report = stratified.stored(f"/v1/models/{name}/report")

    late = [each for each in report["checks"]["brier"] if each["months"] == 60]
    assert late[0]["brier"] is None
    assert late[0]["detail"] == "0 patients at risk after 60 months; 10 needed"
    page = stratified.client.get(f"/v1/models/{name}/report.html").text
    assert "0 patients at risk after 60 months; 10 needed" in page
