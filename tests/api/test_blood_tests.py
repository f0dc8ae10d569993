"""Laboratory software posts results, repeats them and corrects them."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.api.bodies import a_correction, a_prognosis_request, a_result
from tests.api.conftest import Hospital

PATH = "/v1/blood-tests"
ONE = f"{PATH}/LAB-2025-0001"


def test_a_result_is_stored_and_answered_with_the_prognosis(client: httpx.Client) -> None:
    answer = client.post(PATH, json=a_result())

    content = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert content["blood_test"] == {
        **a_result(),
        "version": 1,
        "recorded_at": content["blood_test"]["recorded_at"],
    }
    assert content["prognosis"]["risk_group"]["group"] == "4-50"


def test_the_defaults_are_those_of_the_contract(client: httpx.Client) -> None:
    least = {"patient_id": "P", "accession_number": "A", "drawn_at": "2025-11-01T08:30:00+01:00"}

    test = client.post(PATH, json={**least, "ctc_count": 0}).json()["blood_test"]

    assert (test["blood_volume_ml"], test["assay"], test["status"]) == (7.5, "cellsearch", "final")
    assert test["drawn_at"] == "2025-11-01T07:30:00Z"


def test_a_result_makes_a_patient_of_whom_nothing_is_known(hospital: Hospital) -> None:
    hospital.client.post(PATH, json=a_result())

    patient = hospital.stored("/v1/patients/P-000123")

    assert patient["observed_on"] is None
    assert patient["observed"] == {}


def test_an_identical_repeat_gives_the_first_answer(client: httpx.Client) -> None:
    first = client.post(PATH, json=a_result())

    repeat = client.post(PATH, json=a_result())

    assert (repeat.status_code, repeat.content) == (200, first.content)


def test_the_same_number_with_other_content_is_refused(client: httpx.Client) -> None:
    client.post(PATH, json=a_result())

    other = client.post(PATH, json=a_result(ctc_count=18))

    assert (other.status_code, other.json()["code"]) == (409, "result-differs")
    assert client.get(ONE).json()["ctc_count"] == 17


def test_without_the_scope_the_prognosis_is_null(hospital: Hospital) -> None:
    laboratory = hospital.client_of("results:write")

    answer = laboratory.post(PATH, json=a_result())

    assert answer.status_code == 201
    assert answer.json()["prognosis"] is None


def test_two_laboratories_posting_one_result_make_one_row(hospital: Hospital) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: hospital.client.post(PATH, json=a_result()), range(16)))

    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert len(hospital.stored(f"{ONE}/versions")["items"]) == 1


def test_a_correction_needs_the_version_it_replaces(client: httpx.Client) -> None:
    client.post(PATH, json=a_result())

    blind = client.put(ONE, json=a_correction(ctc_count=18))
    stale = client.put(ONE, json=a_correction(ctc_count=18), headers={"If-Match": '"7"'})

    assert (blind.status_code, blind.json()["code"]) == (428, "version-required")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert client.get(ONE).json()["ctc_count"] == 17


def test_a_correction_makes_a_new_version_and_the_old_stays_readable(hospital: Hospital) -> None:
    first = hospital.client.post(PATH, json=a_result())

    corrected = hospital.client.put(
        ONE, json=a_correction(ctc_count=18), headers={"If-Match": first.headers["etag"]}
    )

    assert (corrected.status_code, corrected.headers["etag"]) == (200, '"2"')
    assert corrected.json()["prognosis"]["blood_test"]["ctc_count"] == 18
    versions = hospital.stored(f"{ONE}/versions")["items"]
    counts = [(each["version"], each["ctc_count"], each["status"]) for each in versions]
    assert counts == [(1, 17, "final"), (2, 18, "corrected")]
    assert hospital.stored(ONE) == versions[1]


def test_a_correction_leaves_the_answer_that_was_given(hospital: Hospital) -> None:
    given = hospital.client.post(PATH, json=a_result()).json()["prognosis"]
    correction = a_correction(ctc_count=900)
    hospital.client.put(ONE, json=correction, headers={"If-Match": '"1"'}).raise_for_status()

    read = hospital.stored(f"/v1/prognoses/{given['prognosis_id']}")

    assert read == given


def test_of_two_corrections_at_once_one_is_stale(hospital: Hospital) -> None:
    hospital.client.post(PATH, json=a_result())

    def correct(count: int) -> int:
        headers = {"If-Match": '"1"'}
        return hospital.client.put(
            ONE, json=a_correction(ctc_count=count), headers=headers
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(correct, range(8)))

    assert statuses == [200] + [412] * 7
    assert len(hospital.stored(f"{ONE}/versions")["items"]) == 2


def test_a_result_can_be_put_under_its_number(client: httpx.Client) -> None:
    answer = client.put(ONE, json=a_result())

    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')


def test_a_version_of_a_result_that_is_not_there_is_stale(client: httpx.Client) -> None:
    answer = client.put(ONE, json=a_result(), headers={"If-Match": '"1"'})

    assert answer.status_code == 412
    assert client.get(ONE).status_code == 404


def test_a_correction_cannot_move_a_result_to_another_patient(client: httpx.Client) -> None:
    client.post(PATH, json=a_result())

    moved = client.put(ONE, json=a_correction(patient_id="P-2"), headers={"If-Match": '"1"'})

    assert (moved.status_code, moved.json()["code"]) == (409, "result-differs")
    assert client.get("/v1/patients/P-2").status_code == 404


def test_a_body_that_names_another_result_than_the_path_is_refused(client: httpx.Client) -> None:
    answer = client.put(ONE, json=a_result(accession_number="LAB-2"))

    assert (answer.status_code, answer.json()["code"]) == (422, "differs-from-path")


def test_a_death_cannot_be_overtaken_by_a_correction(client: httpx.Client) -> None:
    client.post(PATH, json=a_result())
    client.put("/v1/patients/P-000123/follow-up", json={"death_on": "2025-11-02"})

    late = a_correction(drawn_at="2025-11-03T08:00:00Z")
    answer = client.put(ONE, json=late, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["code"]) == (409, "contradicts-follow-up")


def test_a_result_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    assert client.get(f"{PATH}/nothing").status_code == 404
    assert client.get(f"{PATH}/nothing/versions").status_code == 404


def test_a_hospital_and_its_laboratory_may_tell_of_the_same_test(client: httpx.Client) -> None:
    client.post(PATH, json=a_result()).raise_for_status()

    answer = client.post("/v1/prognoses", json=a_prognosis_request())

    assert answer.status_code == 201
