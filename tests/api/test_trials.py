"""Trials through the API: who is let in, what is frozen, and what stays concealed from whom."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx
import pytest

from app.prognosis.trials.allocation import Allocation, allocate
from app.prognosis.trials.draws import sealed_draws
from app.storage.store import reading
from app.storage.trials import Allocated, Trial
from app.usecases.trials import protocol_of
from tests.api.bodies import Json, a_correction, a_trial, open_a_trial, tell_candidate
from tests.api.conftest import Hospital

TRIALS = "/v1/trials"


def enrolled(client: httpx.Client, at: str, patient_id: str, status: int = 201) -> Json:
    answer = client.post(f"{at}/enrolments", json={"patient_id": patient_id})
    assert answer.status_code == status, answer.text
    content: Json = answer.json()
    return content


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_trial_is_declared_once_and_does_not_change(hospital: Hospital) -> None:
    client = hospital.client

    declared = client.post(TRIALS, json=a_trial())

    assert declared.status_code == 201
    assert client.post(TRIALS, json=a_trial()).status_code == 200
    assert code(client.post(TRIALS, json=a_trial(title="Another"))) == (409, "trial-differs")
    found = hospital.stored(declared.headers["Location"])
    assert found == declared.json()
    assert (found["status"], found["allocated"], found["warnings"]) == ("draft", 0, [])
    assert [(each["name"], each["cuts"]) for each in found["factors"]] == [
        ("ctc", [5.0]),
        ("line", [2.0]),
    ]
    assert hospital.stored(TRIALS)["items"] == [found]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"arms": [{"name": "one"}]}, "too-short"),
        ({"arms": [{"name": "same"}, {"name": "same"}]}, "names-repeated"),
        ({"factors": []}, "factors-missing"),
        ({"factors": [{"name": "sites", "fact": "metastatic_sites"}]}, "cuts-malformed"),
        ({"factors": [{"name": "ctc", "fact": "ctc_count", "cuts": [5, 5]}]}, "cuts-malformed"),
        ({"eligibility": [{"fact": "shoe_size", "at_least": 5}]}, "fact-unknown"),
        ({"eligibility": [{"fact": "ctc_count"}]}, "limits-malformed"),
        ({"eligibility": [{"fact": "er_status", "one_of": ["maybe"]}]}, "limits-malformed"),
        ({"probability": 0.4}, "probability-out-of-range"),
        ({"block_sizes": [4]}, "extra-forbidden"),
        ({"trial_id": "planning"}, "name-taken"),
    ],
)
def test_a_protocol_that_makes_no_sense_is_refused(
    hospital: Hospital, wrong: Json, expected: str
) -> None:
    answer = hospital.client.post(TRIALS, json=a_trial(**wrong))

    problem = answer.json()
    assert answer.status_code == 422
    assert expected in (problem["code"], *(each["code"] for each in problem["errors"]))
    assert "shoe_size" not in answer.text


def test_strata_over_a_quarter_of_the_planned_patients_warn(hospital: Hospital) -> None:
    declared = hospital.client.post(TRIALS, json=a_trial(planned_patients=15)).json()

    assert [each["code"] for each in declared["warnings"]] == ["strata-exceed-a-quarter"]


def test_only_an_open_trial_enrols(hospital: Hospital) -> None:
    client = hospital.client
    tell_candidate(client, "P-1")
    tell_candidate(client, "P-2")
    client.post(TRIALS, json=a_trial())
    at, one = f"{TRIALS}/CTC-SWITCH-1", {"patient_id": "P-1"}

    assert code(client.post(f"{at}/enrolments", json=one)) == (409, "trial-not-open")
    assert code(client.post(f"{at}/closing")) == (409, "trial-not-open")
    assert client.post(f"{at}/opening").json()["status"] == "open"
    assert client.post(f"{at}/opening").status_code == 200
    first = enrolled(client, at, "P-1")
    assert client.post(f"{at}/closing").json()["status"] == "closed"
    assert client.post(f"{at}/closing").status_code == 200
    assert code(client.post(f"{at}/opening")) == (409, "trial-closed")
    assert code(client.post(f"{at}/enrolments", json={"patient_id": "P-2"})) == (
        409,
        "trial-closed",
    )
    assert enrolled(client, at, "P-1", 200) == first


def test_an_enrolment_freezes_what_was_known(hospital: Hospital) -> None:
    client = hospital.client
    tell_candidate(client, "P-1", ctc_count=17)
    at = open_a_trial(client)

    first = enrolled(client, at, "P-1")
    corrected = client.put(
        "/v1/blood-tests/LAB-P-1",
        json=a_correction(patient_id="P-1", ctc_count=2),
        headers={"If-Match": "*"},
    )

    assert corrected.status_code == 200
    assert enrolled(client, at, "P-1", 200) == first
    assert first["number"] == 1
    assert first["arm"] in ("same", "other")
    assert first["blood_test"] == {
        "accession_number": "LAB-P-1",
        "version": 1,
        "drawn_at": "2025-11-01T08:30:00Z",
        "ctc_count": 17,
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
    }
    assert first["risk_group"] == {"scheme": "cellsearch-5", "version": "1", "group": ">=5"}
    assert first["stratum"] == {"ctc": ">=5", "line": "<2"}
    assert first["eligibility"]["verdict"] == "eligible"
    (finding,) = first["eligibility"]["findings"]
    assert (finding["fact"], finding["at_least"], finding["value"]) == ("ctc_count", 5.0, 17)


def refused(client: httpx.Client, at: str, **body: Any) -> tuple[int, str, str]:
    answer = client.post(f"{at}/enrolments", json=body)
    problem = answer.json()
    return answer.status_code, problem["code"], problem["detail"]


def test_who_does_not_fit_or_of_whom_something_is_not_known_is_refused(hospital: Hospital) -> None:
    client = hospital.client
    rules = [{"fact": "ctc_count", "at_least": 5}, {"fact": "her2_status", "one_of": ["negative"]}]
    at = open_a_trial(client, eligibility=rules)
    tell_candidate(client, "P-1", ctc_count=4)
    tell_candidate(client, "P-2", ctc_count=40)
    client.put("/v1/patients/P-3", json={"observed_on": "2025-11-01", "her2_status": "negative"})
    tell_candidate(client, "P-4", assay="parsortix")
    tell_candidate(client, "P-5")
    client.put("/v1/patients/P-5/follow-up", json={"death_on": "2026-01-01"})

    assert refused(client, at, patient_id="P-1") == (
        409,
        "not-eligible",
        "not as the trial asks: ctc_count",
    )
    assert refused(client, at, patient_id="P-2") == (
        409,
        "cannot-be-judged",
        "not known today: her2_status",
    )
    assert refused(client, at, patient_id="P-3") == (
        409,
        "cannot-be-judged",
        "not known today: ctc_count, line_of_therapy",
    )
    assert refused(client, at, patient_id="P-4", accession_number="LAB-P-4")[1] == (
        "result-not-usable"
    )
    assert refused(client, at, patient_id="P-5")[:2] == (409, "recorded-dead")
    assert refused(client, at, patient_id="P-2", accession_number="LAB-P-1")[0] == 404
    assert refused(client, at, patient_id="P-6")[0] == 404
    assert hospital.stored(at)["allocated"] == 0


def test_who_enrols_learns_the_arms_of_his_own_patients_alone(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client)
    enrols, other = (hospital.client_of("trials:write", "trials:read") for _ in range(2))
    tell_candidate(hospital.client, "P-1")

    own = enrolled(enrols, at, "P-1")
    theirs = enrolled(other, at, "P-1", 200)

    assert own["arm_withheld"] is None
    assert theirs == own | {"arm": None, "arm_withheld": "enrolled-by-another-key"}
    for client in (enrols, other):
        assert code(client.get(f"{at}/balance")) == (403, "missing-scope")
        for shown in (client.get(at), client.get(TRIALS)):
            assert "block" not in shown.text
        answer = client.post(f"{at}/unblindings", json={"patient_id": "P-1", "reason": "Just so"})
        assert code(answer) == (403, "missing-scope")


def test_no_key_that_enrols_sees_the_balance_before_the_end(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client)
    reads, watches = (
        hospital.client_of("trials:read", *more) for more in ((), ("trials:unblind",))
    )
    for number in range(8):
        tell_candidate(hospital.client, f"P-{number}")
        enrolled(hospital.client, at, f"P-{number}")

    assert code(reads.get(f"{at}/balance")) == (403, "missing-scope")
    assert code(hospital.client.get(f"{at}/balance")) == (409, "role-separation")
    seen = watches.get(f"{at}/balance").json()
    assert sum(seen["everybody"]["patients"]) == seen["allocated"] == 8
    assert seen["arms"] == ["same", "other"]
    assert [each["patients"] for each in seen["margins"] if each["level"] == "<5"] == [[0, 0]]
    assert seen["largest_imbalance"] == max(each["imbalance"] for each in seen["margins"])
    hospital.client.post(f"{at}/closing")
    assert reads.get(f"{at}/balance").json() == seen | {"status": "closed"}


def test_a_refused_look_at_the_balance_is_audited(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client)

    hospital.client_of("trials:read").get(f"{at}/balance")

    events = hospital.stored("/v1/audit-events?limit=500")["items"]
    assert ("get_balance", 403) in [(each["action"], each["status"]) for each in events]


def test_a_key_that_enrols_cannot_end_what_is_concealed(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client)

    answer = hospital.all_but("trials:unblind").post(f"{at}/closing")

    assert code(answer) == (403, "missing-scope")
    assert hospital.stored(at)["status"] == "open"


def test_a_blinded_arm_is_told_by_unblinding_alone(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client, blinded=True)
    tell_candidate(hospital.client, "P-1")
    tell_candidate(hospital.client, "P-2")
    first, second = (enrolled(hospital.client, at, name) for name in ("P-1", "P-2"))
    unblinds = hospital.client_of("trials:unblind")
    asked = {"patient_id": "P-1", "reason": "Sepsis, ticket 4711"}

    told = unblinds.post(f"{at}/unblindings", json=asked)
    again = unblinds.post(f"{at}/unblindings", json=asked | {"reason": "Pharmacy"}).json()
    own = [
        hospital.stored(f"/v1/patients/{name}/export")["trial_enrolments"][0]
        for name in ("P-1", "P-2")
    ]

    assert (first["arm"], first["arm_withheld"]) == (None, "blinded")
    assert first["allocation_code"] != second["allocation_code"]
    assert told.status_code == 200
    assert told.json()["arm"] in ("same", "other")
    assert told.json() == again
    assert told.json()["allocation_code"] == first["allocation_code"]
    assert (own[0]["arm"], own[0]["unblinding_reason"]) == (again["arm"], "Sepsis, ticket 4711")
    assert (own[1]["arm"], own[1]["arm_withheld"]) == (None, "blinded")
    answer = unblinds.post(f"{at}/unblindings", json=asked | {"patient_id": "P-3"})
    assert answer.status_code == 404
    events = hospital.stored("/v1/audit-events?limit=500")["items"]
    details = [each["detail"] for each in events if each["action"] == "post_unblinding"]
    assert details[:2] == [
        "CTC-SWITCH-1 1: Sepsis, ticket 4711",
        "CTC-SWITCH-1 1: Pharmacy",
    ]


def test_an_erased_patient_leaves_the_log_and_takes_what_was_known(hospital: Hospital) -> None:
    client = hospital.client
    at = open_a_trial(client)
    for name in ("P-1", "P-2"):
        tell_candidate(client, name)
        enrolled(client, at, name)

    assert client.delete("/v1/patients/P-1").status_code == 204

    tell_candidate(client, "P-1")
    assert enrolled(client, at, "P-1")["number"] == 3
    watches = hospital.client_of("trials:read", "trials:unblind")
    seen = watches.get(f"{at}/balance").json()
    assert (seen["allocated"], seen["erased"], sum(seen["everybody"]["patients"])) == (3, 1, 3)


def test_outcomes_of_an_open_trial_stay_out_of_the_cohort(hospital: Hospital) -> None:
    client = hospital.client
    names = [f"P-{number}" for number in range(14)]
    tell_candidates(client, names, last_known_alive_on="2026-01-01")
    at = open_a_trial(client)
    shown = open_a_trial(client, trial_id="SHOWN", interim_outcomes=True)
    before = hospital.stored("/v1/cohort/summary")
    for name in names[:6]:
        enrolled(client, at, name)
        enrolled(client, shown, name)

    during = hospital.stored("/v1/cohort/summary")
    curves = hospital.stored("/v1/cohort/survival")
    client.post(f"{at}/closing")
    after = hospital.stored("/v1/cohort/summary")

    assert (before["patients"], during["patients"], curves["patients"]) == (14, 8, 8)
    assert during["left_out"] == curves["left_out"] == {"open_trial": 6}
    assert after | {"computed_at": 0} == before | {"computed_at": 0}


def tell_candidates(client: httpx.Client, patient_ids: list[str], **more: Any) -> None:
    """Tell of many patients of whom a trial knows enough."""
    row = {"drawn_at": "2025-11-01T08:30:00Z", "ctc_count": 17, "line_of_therapy": 1} | more
    lines = "\n".join(json.dumps({"patient_id": each} | row) for each in patient_ids)
    headers = {"Content-Type": "application/x-ndjson"}
    imported = client.post("/v1/imports", content=lines, headers=headers)
    assert imported.status_code == 200
    assert imported.text.count('"stored"') == len(patient_ids), imported.text


@pytest.mark.parametrize("method", ["permuted-blocks", "minimisation"])
def test_enrolments_at_the_same_time_use_no_slot_twice(hospital: Hospital, method: str) -> None:
    at = open_a_trial(hospital.client, method=method)
    names = [f"P-{number}" for number in range(64)]
    tell_candidates(hospital.client, names)

    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(lambda name: enrolled(hospital.client, at, name), names))

    assert sorted(each["number"] for each in told) == list(range(1, 65))
    assert len({each["allocation_code"] for each in told}) == 64
    _, log = kept(hospital)
    assert [each.number for each in log] == list(range(1, 65))
    by_number = {each["number"]: (each["arm"], each["allocation_code"]) for each in told}
    assert {each.number: (each.allocation.arm, each.code) for each in log} == by_number
    if method == "permuted-blocks":
        assert_blocks_are_exact([each.allocation for each in log])


def kept(hospital: Hospital) -> tuple[Trial, list[Allocated]]:
    """Read what nobody is told."""
    number = hospital.service.number_of(hospital.name)
    with reading(hospital.service.database, number) as store:
        trial = store.trials.find("CTC-SWITCH-1")
        assert trial is not None
        return trial, store.trials.log("CTC-SWITCH-1")


def assert_blocks_are_exact(log: list[Allocation]) -> None:
    blocks = {each.block for each in log}
    full = 0
    for block in blocks:
        arms = [each.arm for each in log if each.block == block]
        (size,) = {each.block_size for each in log if each.block == block}
        assert size in (4, 6, 8)
        assert max(arms.count("same"), arms.count("other")) <= size // 2
        full += len(arms) == size
    assert full >= len(blocks) - 1


def test_who_is_given_a_sealed_seed_can_draw_every_arm_again(hospital: Hospital) -> None:
    at = open_a_trial(hospital.client, draws="sealed-seed", method="permuted-blocks")
    for number in range(5):
        tell_candidate(hospital.client, f"P-{number}", ctc_count=5 * number + 5)
        enrolled(hospital.client, at, f"P-{number}")

    trial, log = kept(hospital)

    assert trial.seed is not None
    assert hospital.stored(at)["seed_sha256"] == sha256(trial.seed).hexdigest()
    design = protocol_of(trial).design({}, trial.block_sizes)
    earlier: list[Allocation] = []
    for entry in log:
        draw = sealed_draws(trial.seed, entry.number)
        earlier.append(allocate(design, earlier, entry.allocation.stratum, draw))
    assert earlier == [entry.allocation for entry in log]
