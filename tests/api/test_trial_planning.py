"""Trials planned through the API, with what was published and with the hospital's own patients."""

import time

import pytest

from app.usecases.planning import MOST_ENROLMENTS, _shown
from tests.api.bodies import Json, a_plan
from tests.api.conftest import Hospital
from tests.api.test_trials import code, tell_candidates
from tests.faults.laboratory.models import store_models

PLANNING = "/v1/trials/planning"


@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ({}, 120.3),
        ({"power": 0.9}, 161.1),
        ({"hazard_ratio": 0.7}, 246.8),
        ({"hazard_ratio": 0.7, "arms": [{"name": "a", "ratio": 2}, {"name": "b"}]}, 277.6),
        ({"hazard_ratio": 0.75}, 379.4),
        ({"hazard_ratio": 1 / 1.7, "power": 0.81}, 114.4),
        # The formula divides by 1 - R2: half of it explained doubles the events.
        ({"r2": 0.5}, 240.6),
    ],
)
def test_events_are_those_of_the_evidence(hospital: Hospital, asked: Json, events: float) -> None:
    """Schoenfeld's formula, with the numbers of shared/evidence.md 6."""
    answer = hospital.client.post(PLANNING, json=a_plan(**asked))

    planned = answer.json()
    assert answer.status_code == 200
    assert planned["events"] == pytest.approx(events, abs=0.05)
    assert planned["patients"] == pytest.approx(events / planned["event_probability"], abs=1)
    assert (planned["model_id"], planned["simulation"]) == (None, None)


def test_events_of_a_prognostic_count_need_arms_as_large_as_its_groups(hospital: Hospital) -> None:
    """47 % at five cells or more and a hazard ratio of 2 are 65.6 events (shared/evidence.md 6).

    The service takes ratios of whole numbers to 20; 9 to 8 is 47.06 %.
    """
    groups = [{"name": "low", "ratio": 9}, {"name": "high", "ratio": 8}]

    planned = hospital.client.post(PLANNING, json=a_plan(hazard_ratio=2, arms=groups)).json()

    assert planned["events"] == pytest.approx(65.6, abs=0.05)


@pytest.mark.parametrize(("follow_up_months", "warned"), [(600, True), (0, False)])
def test_strata_above_a_quarter_of_the_planned_size_are_warned_of(
    hospital: Hospital, follow_up_months: int, warned: bool
) -> None:
    factors = [{"name": f"at-{cut}", "fact": "ctc_count", "cuts": [cut]} for cut in range(1, 6)]
    asked = a_plan(factors=factors, accrual_months=6, follow_up_months=follow_up_months)

    planned = hospital.client.post(PLANNING, json=asked).json()

    # Two to the fifth are 32 strata, which are more than a quarter of fewer than 128 patients.
    assert (planned["patients"] < 128) is warned
    detail = f"32 strata of {planned['patients']} planned patients; a quarter of these is"
    codes = [each["code"] for each in planned["warnings"]]
    assert codes == (["strata-exceed-a-quarter"] if warned else [])
    assert all(each["detail"].startswith(detail) for each in planned["warnings"])


def test_as_many_are_registered_as_leave_enough_to_be_randomised(hospital: Hospital) -> None:
    shares = {"high": 319 / 595, "retested": 288 / 319, "still_high": 123 / 288}

    planned = hospital.client.post(PLANNING, json=a_plan(ctc_driven=shares)).json()

    driven = planned["ctc_driven"]
    assert driven["randomised"] == pytest.approx(driven["registered"] * 123 / 595)
    assert 0 <= driven["randomised"] - planned["patients"] < 1
    assert driven["power"] == pytest.approx(0.8, abs=0.01)


def test_the_strata_are_those_of_the_hospitals_own_patients(hospital: Hospital) -> None:
    client, alive = hospital.client, {"last_known_alive_on": "2026-01-01"}
    tell_candidates(client, [f"A-{n}" for n in range(30)], **alive)
    tell_candidates(client, [f"B-{n}" for n in range(20)], ctc_count=3, **alive)
    tell_candidates(client, [f"C-{n}" for n in range(6)], line_of_therapy=3, **alive)
    tell_candidates(client, [f"D-{n}" for n in range(3)], ctc_count=2, line_of_therapy=2, **alive)

    own = client.post(PLANNING, json=a_plan()).json()["own_patients"]
    above = client.post(
        PLANNING, json=a_plan(eligibility=[{"fact": "ctc_count", "at_least": 5}])
    ).json()["own_patients"]

    seen = {tuple(each["stratum"].values()): each["seen"] for each in own["strata"]}
    assert seen == {("<5", "<2"): 20, (">=5", "<2"): 30, (">=5", ">=2"): None, ("<5", ">=2"): None}
    assert own["strata"][0]["share"] == pytest.approx(20 / 59)
    assert (above["not_eligible"], above["not_known"]) == (23, 0)
    assert [each["seen"] for each in above["strata"]] == [0, 0, 30, 6]


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        ([20, 30, 6], [True, True, True]),
        ([20, 30, 3], [False, True, False]),
        ([20, 30, 3, 3], [True, True, False, False]),
        ([0, 30, 4], [True, False, False]),
        ([2, 1], [False, False]),
    ],
)
def test_a_few_do_not_follow_from_what_is_shown(seen: list[int], shown: list[bool]) -> None:
    assert _shown(seen) == shown


def test_the_same_seed_gives_the_same_trials(hospital: Hospital) -> None:
    tell_candidates(
        hospital.client, [f"A-{n}" for n in range(10)], last_known_alive_on="2026-01-01"
    )
    asked = a_plan(simulation={"trials": 200, "seed": 7})

    one, two = (hospital.client.post(PLANNING, json=asked).json() for _ in range(2))

    assert one == two
    simulated = one["simulation"]
    assert simulated["patients"] == one["patients"]
    # Within four of its own standard errors of what the formula says.
    assert abs(simulated["power"]["share"] - 0.8) < 4 * simulated["power"]["standard_error"]
    assert abs(simulated["type_one_error"]["share"] - 0.05) < 0.07


def test_without_a_published_survival_the_model_in_use_is_planned_with(hospital: Hospital) -> None:
    tell_candidates(
        hospital.client, [f"A-{n}" for n in range(20)], last_known_alive_on="2026-01-01"
    )
    model_id, _ = store_models(hospital.service.database_url, hospital.name)
    asked = a_plan(survival=None, simulation={"trials": 100}, accrual_months=12)

    planned = hospital.client.post(PLANNING, json=asked).json()
    longer = hospital.client.post(PLANNING, json=asked | {"follow_up_months": 600})

    assert planned["model_id"] == model_id
    assert planned["events"] == pytest.approx(120.3, abs=0.05)
    assert planned["patients"] == pytest.approx(120.3 / planned["event_probability"], abs=1)
    # All of them have one count: as one stratum, so the formula holds for the simulated trials.
    simulated = planned["simulation"]
    assert abs(simulated["power"]["share"] - 0.8) < 4 * simulated["power"]["standard_error"]
    assert simulated["events"] == pytest.approx(planned["events"], rel=0.05)
    assert code(longer) == (409, "survival-not-known")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"survival": None}, (409, "no-model")),
        ({"simulation": {}}, (409, "too-few-patients")),
        ({"hazard_ratio": 1}, (422, "plan-out-of-range")),
        ({"power": 0.01}, (422, "plan-out-of-range")),
        ({"accrual_months": 0, "follow_up_months": 0}, (422, "plan-out-of-range")),
        ({"factors": []}, (422, "factors-missing")),
        ({"eligibility": [{"fact": "shoe_size"}]}, (422, "fact-unknown")),
        ({"factors": [{"name": "count", "fact": "ctc_count"}]}, (422, "cuts-malformed")),
        ({"arms": [{"name": "same"}] * 2}, (422, "names-repeated")),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(
    hospital: Hospital, asked: Json, expected: tuple[int, str]
) -> None:
    assert code(hospital.client.post(PLANNING, json=a_plan(**asked))) == expected


def test_a_simulation_that_others_would_wait_for_is_refused(hospital: Hospital) -> None:
    tell_candidates(
        hospital.client, [f"A-{n}" for n in range(10)], last_known_alive_on="2026-01-01"
    )

    answer = hospital.client.post(
        PLANNING, json=a_plan(hazard_ratio=0.7, simulation={"trials": 1000})
    )

    assert code(answer) == (409, "simulation-too-large")


BOUNDS = {
    "hazard_ratio": (0.01, 0.009, 100, 100.1),
    "power": (0.5, 0.009, 0.999, 0.9999),
    "alpha": (1e-6, 1e-7, 0.5, 0.51),
    "r2": (0, -0.01, 0.99, 1),
    "accrual_months": (0, -1, 600, 601),
    "follow_up_months": (0, -1, 600, 601),
    "lost_per_month": (0, -0.1, 1, 1.1),
}
"""Of each number the least and what is below, the greatest and what is above."""


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_taken_to_its_bounds_and_no_further(hospital: Hospital, name: str) -> None:
    least, below, greatest, above = BOUNDS[name]

    statuses = [
        hospital.client.post(PLANNING, json=a_plan(**{name: value})).status_code
        for value in (least, greatest, below, above)
    ]

    assert statuses == [200, 200, 422, 422]


@pytest.mark.parametrize(
    "asked",
    [
        {"survival": {"median_months": 0.09}},
        {"survival": {"median_months": 10, "shape": 11}},
        {"ctc_driven": {"high": 0.0009, "retested": 1, "still_high": 1}},
        {"ctc_driven": {"high": 1.1, "retested": 1, "still_high": 1}},
        {"simulation": {"trials": 1001}},
        {"simulation": {"trials": 0}},
        {"simulation": {"seed": -1}},
        {"arms": [{"name": "same"}]},
        {"arms": [{"name": "same", "ratio": 21}, {"name": "other"}]},
        {"hazard_ratio": None},
        {"planned_patients": 100},
    ],
)
def test_what_the_schema_does_not_know_is_refused(hospital: Hospital, asked: Json) -> None:
    answer = hospital.client.post(PLANNING, json=a_plan(**asked))

    assert code(answer)[0] == 422
    pointer = answer.json()["errors"][0]["pointer"]
    assert pointer.startswith(f"/{next(iter(asked))}")


def test_the_largest_simulation_takes_less_than_two_seconds_of_a_processor(
    hospital: Hospital,
) -> None:
    """Minimisation in ten factors, with as many places beside each other as ratios make."""
    for cells in range(10):
        tell_candidates(
            hospital.client,
            [f"{cells}-{n}" for n in range(3)],
            ctc_count=cells,
            last_known_alive_on="2026-01-01",
        )
    factors = [{"name": f"at-{cut}", "fact": "ctc_count", "cuts": [cut]} for cut in range(1, 11)]
    arms = [{"name": "same", "ratio": 20}, {"name": "other", "ratio": 19}]
    asked = a_plan(arms=arms, factors=factors)
    patients = hospital.client.post(PLANNING, json=asked).json()["patients"]

    began = time.process_time()
    trials = MOST_ENROLMENTS // patients
    answer = hospital.client.post(PLANNING, json=asked | {"simulation": {"trials": trials}})
    took = time.process_time() - began

    assert answer.status_code == 200, answer.text
    assert trials * patients > 0.99 * MOST_ENROLMENTS
    assert took < 2
