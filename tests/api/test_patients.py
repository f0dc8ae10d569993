"""Hospital systems tell of patients day by day, follow them up, list them and erase them."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.api.bodies import a_prognosis_request, a_result, facts
from tests.api.conftest import Hospital

ONE = "/v1/patients/P-000123"
FOLLOW_UP = f"{ONE}/follow-up"


def test_a_new_patient_is_created_and_an_old_one_needs_its_version(client: httpx.Client) -> None:
    created = client.put(ONE, json=facts(ecog=1))
    blind = client.put(ONE, json=facts(ecog=2))
    stale = client.put(ONE, json=facts(ecog=2), headers={"If-Match": '"9"'})
    seen = client.put(ONE, json=facts(ecog=2), headers={"If-Match": created.headers["etag"]})

    assert [each.status_code for each in (created, blind, stale, seen)] == [201, 428, 412, 200]
    assert seen.headers["etag"] != created.headers["etag"]


def test_a_version_of_a_patient_that_is_not_there_is_stale(client: httpx.Client) -> None:
    """Else a system that had not heard of an erasure would undo it."""
    answer = client.put(ONE, json=facts(ecog=1), headers={"If-Match": '"1"'})

    assert answer.status_code == 412
    assert client.get(ONE).status_code == 404


def test_a_patient_is_read_as_told(hospital: Hospital) -> None:
    told = a_prognosis_request()["patient"]
    created = hospital.client.put(ONE, json=told)

    patient = hospital.stored(ONE)

    assert patient == created.json()
    assert {name: patient[name] for name in told} == told | {"metastatic_sites": ["bone", "liver"]}
    assert patient["observed"]["er_status"] == "2025-11-01"
    assert "birth_year" not in patient["observed"]


def test_the_etag_of_a_read_is_that_of_the_write(client: httpx.Client) -> None:
    created = client.put(ONE, json=facts(ecog=1))

    assert client.get(ONE).headers["etag"] == created.headers["etag"]


def test_within_a_day_present_overwrites_null_clears_absent_stays(client: httpx.Client) -> None:
    client.put(ONE, json=facts(ecog=1, er_status="positive", line_of_therapy=2))

    later = facts(ecog=2, er_status=None)
    patient = client.put(ONE, json=later, headers={"If-Match": "*"}).json()

    assert (patient["ecog"], patient["er_status"], patient["line_of_therapy"]) == (2, None, 2)


def test_the_same_again_changes_no_version(client: httpx.Client) -> None:
    created = client.put(ONE, json=facts(ecog=1))

    again = client.put(ONE, json=facts(ecog=1), headers={"If-Match": created.headers["etag"]})

    assert (again.status_code, again.headers["etag"]) == (200, created.headers["etag"])


def test_an_observation_before_the_last_leaves_what_is_known_now(client: httpx.Client) -> None:
    client.put(ONE, json=facts(er_status="positive"))

    earlier = {"observed_on": "2024-01-01", "er_status": "negative", "pr_status": "negative"}
    patient = client.put(ONE, json=earlier, headers={"If-Match": "*"}).json()

    assert (patient["er_status"], patient["pr_status"]) == ("positive", "negative")
    assert patient["observed"]["pr_status"] == "2024-01-01"


def test_what_is_observed_later_changes_no_earlier_answer(client: httpx.Client) -> None:
    """The setting decides the scheme, so a look ahead would change the group."""
    client.post("/v1/prognoses", json=a_prognosis_request())
    before = client.post("/v1/prognoses/preview", json=a_prognosis_request()).json()

    later = {"observed_on": "2025-12-01", "disease_setting": "neoadjuvant", "ecog": 4}
    client.put(ONE, json=later, headers={"If-Match": "*"}).raise_for_status()

    after = client.post("/v1/prognoses/preview", json=a_prognosis_request()).json()
    assert after | {"computed_at": None} == before | {"computed_at": None}


def test_another_hospital_sees_nothing_and_may_use_the_same_names(
    client: httpx.Client, other_hospital: Hospital
) -> None:
    client.put(ONE, json=facts(ecog=1))

    assert other_hospital.client.get(ONE).status_code == 404
    assert other_hospital.client.put(ONE, json=facts(ecog=3)).status_code == 201
    assert client.get(ONE).json()["ecog"] == 1


def test_undeclared_covariates_are_refused_by_code(client: httpx.Client) -> None:
    answer = client.put(ONE, json=facts(extra={"nodes": 3}))

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-covariate")
    assert client.get(ONE).status_code == 404


def test_declared_covariates_are_kept(client: httpx.Client) -> None:
    client.post("/v1/covariates", json={"name": "nodes", "kind": "continuous", "max": 50})

    kept = client.put(ONE, json=facts(extra={"nodes": 3}))
    beyond = client.put(ONE, json=facts(extra={"nodes": 51}), headers={"If-Match": "*"})

    assert kept.json()["extra"] == {"nodes": 3.0}
    assert beyond.json()["errors"][0]["pointer"] == "/extra/nodes"
    assert (beyond.status_code, beyond.json()["code"]) == (422, "out-of-range")


def test_follow_up_is_told_once_and_then_by_version(client: httpx.Client) -> None:
    client.put(ONE, json=facts())

    told = client.put(FOLLOW_UP, json={"last_known_alive_on": "2026-01-01"})
    blind = client.put(FOLLOW_UP, json={"death_on": "2026-02-01"})
    stale = client.put(FOLLOW_UP, json={"death_on": "2026-02-01"}, headers={"If-Match": '"5"'})
    seen = client.put(FOLLOW_UP, json={"death_on": "2026-02-01"}, headers={"If-Match": '"1"'})

    assert [each.status_code for each in (told, blind, stale, seen)] == [201, 428, 412, 200]
    assert client.get(FOLLOW_UP).json() == seen.json()
    assert (seen.json()["version"], seen.json()["last_known_alive_on"]) == (2, None)


def test_follow_up_of_nobody_is_not_found(client: httpx.Client) -> None:
    assert client.put(FOLLOW_UP, json={"death_on": "2026-02-01"}).status_code == 404
    client.put(ONE, json=facts())
    assert client.get(FOLLOW_UP).status_code == 404


def test_a_death_before_a_draw_is_refused(client: httpx.Client) -> None:
    client.post("/v1/blood-tests", json=a_result())

    answer = client.put(FOLLOW_UP, json={"death_on": "2025-10-31"})

    assert (answer.status_code, answer.json()["code"]) == (409, "contradicts-follow-up")
    assert client.get(FOLLOW_UP).status_code == 404


def test_a_draw_after_death_is_refused_from_the_laboratory_too(client: httpx.Client) -> None:
    client.put(ONE, json=facts())
    client.put(FOLLOW_UP, json={"death_on": "2025-10-31"})

    answer = client.post("/v1/blood-tests", json=a_result())

    assert (answer.status_code, answer.json()["code"]) == (409, "contradicts-follow-up")


def test_a_death_on_the_day_of_the_draw_is_no_contradiction(client: httpx.Client) -> None:
    client.post("/v1/blood-tests", json=a_result())

    assert client.put(FOLLOW_UP, json={"death_on": "2025-11-01"}).status_code == 201


@pytest.mark.parametrize("later", ["last_known_alive_on", "progression_on"])
def test_nobody_is_seen_after_death(client: httpx.Client, later: str) -> None:
    client.put(ONE, json=facts())

    answer = client.put(FOLLOW_UP, json={"death_on": "2025-11-02", later: "2025-11-03"})

    assert (answer.status_code, answer.json()["code"]) == (422, "after-death")


def test_a_line_may_start_sixty_days_ahead_and_no_more(client: httpx.Client) -> None:
    today = datetime.now(UTC).date()
    near, far = today + timedelta(days=59), today + timedelta(days=62)

    planned = client.put(ONE, json=facts(line_started_on=f"{near}"))
    dreamt = client.put("/v1/patients/P-2", json=facts(line_started_on=f"{far}"))

    assert (planned.status_code, dreamt.status_code) == (201, 422)
    assert dreamt.json()["code"] == "in-the-future"


def test_the_history_tells_everything_in_the_order_it_was_told(hospital: Hospital) -> None:
    client = hospital.client
    client.post("/v1/blood-tests", json=a_result())
    client.put(ONE, json=facts(ecog=1), headers={"If-Match": "*"})
    client.put(ONE, json={"observed_on": "2025-10-01", "ecog": 0}, headers={"If-Match": "*"})
    client.put(ONE, json=facts(ecog=None), headers={"If-Match": "*"})
    client.put(FOLLOW_UP, json={"last_known_alive_on": "2026-01-01"})

    history = hospital.stored(f"{ONE}/history")

    said = [(each["observed_on"], each["said"]) for each in history["observations"]]
    assert said == [
        ("2025-11-01", {"ecog": 1}),
        ("2025-10-01", {"ecog": 0}),
        ("2025-11-01", {"ecog": None}),
    ]
    assert [each["version"] for each in history["blood_tests"]] == [1]
    assert [each["last_known_alive_on"] for each in history["follow_up"]] == ["2026-01-01"]


def test_erasure_leaves_nothing_to_read(client: httpx.Client) -> None:
    given = client.post("/v1/prognoses", json=a_prognosis_request()).json()
    client.put(FOLLOW_UP, json={"last_known_alive_on": "2026-01-01"})

    erased, again = client.delete(ONE), client.delete(ONE)

    assert (erased.status_code, erased.content, again.status_code) == (204, b"", 404)
    gone = [ONE, FOLLOW_UP, f"{ONE}/history", f"{ONE}/prognosis", f"{ONE}/blood-tests"]
    gone += ["/v1/blood-tests/LAB-2025-0001", f"/v1/prognoses/{given['prognosis_id']}"]
    assert {path: client.get(path).status_code for path in gone} == dict.fromkeys(gone, 404)


def test_erasure_of_a_changed_patient_can_be_guarded(client: httpx.Client) -> None:
    client.put(ONE, json=facts(ecog=1))

    assert client.delete(ONE, headers={"If-Match": '"9"'}).status_code == 412
    assert client.delete(ONE, headers={"If-Match": '"1"'}).status_code == 204


def test_patients_are_listed_page_by_page(client: httpx.Client) -> None:
    for number in range(5):
        client.put(f"/v1/patients/P{number}", json=facts())

    pages = [client.get("/v1/patients?limit=2")]
    while "next" in pages[-1].links:
        pages.append(client.get(pages[-1].links["next"]["url"]))

    shown = [[item["patient_id"] for item in page.json()["items"]] for page in pages]
    assert shown == [["P0", "P1"], ["P2", "P3"], ["P4"]]
    assert pages[-1].json()["next"] is None


def test_the_cursor_of_a_page_is_the_next_of_the_one_before(client: httpx.Client) -> None:
    for number in range(3):
        client.put(f"/v1/patients/P{number}", json=facts())
    first = client.get("/v1/patients", params={"limit": 2}).json()

    second = client.get("/v1/patients", params={"limit": 2, "cursor": first["next"]}).json()

    assert [item["patient_id"] for item in second["items"]] == ["P2"]


def test_the_results_of_a_patient_are_listed_by_draw(client: httpx.Client) -> None:
    for number, day in enumerate(("2025-03-01", "2025-01-01", "2025-01-01")):
        drawn = {"drawn_at": f"{day}T08:00:00Z", "accession_number": f"A{number}"}
        client.post("/v1/blood-tests", json=a_result(**drawn)).raise_for_status()

    first = client.get(f"{ONE}/blood-tests", params={"limit": 1})
    second = client.get(first.links["next"]["url"])
    third = client.get(second.links["next"]["url"])

    pages = [page.json()["items"][0]["accession_number"] for page in (first, second, third)]
    assert pages == ["A1", "A2", "A0"]
    assert "next" not in third.links
