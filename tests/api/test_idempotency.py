"""A client names its request; however often it comes, it is done once."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.api.bodies import a_prognosis_request, a_result
from tests.api.conftest import Hospital

KEY = {"Idempotency-Key": "7d1c9a3e-order-1"}
CLIENT = {"name": "Laboratory", "scopes": ["results:write"]}


def test_a_repeat_answers_the_stored_first_answer(client: httpx.Client) -> None:
    first = client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)

    repeat = client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)

    assert (repeat.status_code, repeat.content) == (201, first.content)
    assert repeat.headers["idempotent-replayed"] == "true"
    assert repeat.headers["etag"] == first.headers["etag"]
    assert "idempotent-replayed" not in first.headers


def test_the_same_key_for_another_request_is_refused(client: httpx.Client) -> None:
    client.post("/v1/blood-tests", json=a_result(), headers=KEY)

    other = client.post("/v1/blood-tests", json=a_result(accession_number="B"), headers=KEY)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert client.get("/v1/blood-tests/B").status_code == 404


def test_the_same_key_a_hundred_times_at_once_makes_one_record(hospital: Hospital) -> None:
    def post(_: int) -> httpx.Response:
        return hospital.client.post("/v1/clients", json=CLIENT, headers=KEY)

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(post, range(100)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["client_id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    named = [each["name"] for each in hospital.stored("/v1/clients")["items"]]
    assert named.count("Laboratory") == 1


def test_the_same_key_at_once_gives_equal_bodies(hospital: Hospital) -> None:
    def post(_: int) -> bytes:
        body = a_prognosis_request()
        return hospital.client.post("/v1/prognoses", json=body, headers=KEY).content

    with ThreadPoolExecutor(32) as pool:
        bodies = set(pool.map(post, range(100)))

    assert len(bodies) == 1


def test_a_repeat_never_tells_a_key_again(client: httpx.Client) -> None:
    first = client.post("/v1/clients", json=CLIENT, headers=KEY)

    repeat = client.post("/v1/clients", json=CLIENT, headers=KEY)

    assert first.json()["key"].startswith("ctc_")
    assert repeat.json() == first.json() | {"key": None}


def test_a_key_belongs_to_one_client_and_one_route(hospital: Hospital) -> None:
    another = hospital.client_of("results:write", "patients:write", "prognoses:read")
    hospital.client.post("/v1/blood-tests", json=a_result(), headers=KEY)

    elsewhere = hospital.client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)
    by_another = another.post("/v1/blood-tests", json=a_result(accession_number="B"), headers=KEY)

    assert (elsewhere.status_code, by_another.status_code) == (201, 201)


def test_a_refused_request_leaves_its_key_free(client: httpx.Client) -> None:
    refused = client.post("/v1/blood-tests", json=a_result(ctc_count=-1), headers=KEY)

    mended = client.post("/v1/blood-tests", json=a_result(), headers=KEY)

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_erasure_purges_the_record_that_names_the_person(client: httpx.Client) -> None:
    client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)
    client.delete("/v1/patients/P-000123").raise_for_status()

    anew = client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)

    assert anew.status_code == 201
    assert "idempotent-replayed" not in anew.headers


def test_a_repeated_refit_names_the_first(client: httpx.Client) -> None:
    first = client.post("/v1/models", json={}, headers=KEY)

    repeat = client.post("/v1/models", json={}, headers=KEY)

    assert (first.status_code, repeat.status_code) == (202, 202)
    assert repeat.headers["location"] == first.headers["location"]
