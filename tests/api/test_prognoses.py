"""A patient and a count come in, a prognosis goes out and stays as it was given."""

from math import exp, isclose

import httpx
import pytest

from tests.api.bodies import a_prognosis_request, facts, tell_cohort
from tests.api.conftest import Hospital

PATH = "/v1/prognoses"

MEMBERS = {
    "prognosis_id",
    "patient_id",
    "computed_at",
    "endpoint",
    "clock_start",
    "blood_test",
    "risk_group",
    "other_risk_groups",
    "hazard",
    "similar_patients",
    "model",
    "use",
}


def test_a_count_is_stored_and_answered_with_every_member(client: httpx.Client) -> None:
    answer = client.post(PATH, json=a_prognosis_request())

    prognosis = answer.json()
    assert answer.status_code == 201
    assert prognosis.keys() == MEMBERS
    assert answer.headers["etag"] == f'"{prognosis["prognosis_id"]}"'
    assert prognosis["patient_id"] == "P-000123"
    assert prognosis["endpoint"] == "overall_survival"
    assert prognosis["clock_start"] == "2025-11-01"
    assert prognosis["computed_at"].endswith("Z")
    assert prognosis["use"] == "prognostic; does not select treatment"
    assert prognosis["blood_test"] == {
        "accession_number": "LAB-2025-0001",
        "ctc_count": 17,
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
        "drawn_at": "2025-11-01T08:30:00Z",
    }


def test_the_risk_group_is_that_of_the_default_scheme(client: httpx.Client) -> None:
    group = client.post(PATH, json=a_prognosis_request()).json()["risk_group"]

    # The published figure is the wider group's: the 2003 report tells none of 4 to 50.
    assert group["label"] == "4 to 50 CTC (2003 report, 41 patients, volume not stated)"
    assert (group["scheme"], group["group"], group["rank"], group["of"]) == (
        ("mdacc-2003", "4-50", 3, 4)
    )
    assert group["published"] is None
    assert group["published_superset"]["months"] == 13.6
    assert group["cautions"] == []


def test_without_a_model_the_hazard_is_withheld_and_holds_no_number(client: httpx.Client) -> None:
    prognosis = client.post(PATH, json=a_prognosis_request()).json()

    assert prognosis["hazard"].keys() == {"status", "reasons"}
    assert prognosis["hazard"]["status"] == "withheld"
    assert [reason["code"] for reason in prognosis["hazard"]["reasons"]] == ["no-model"]
    assert prognosis["model"] is None


def test_a_repeat_answers_the_stored_prognosis_byte_for_byte(client: httpx.Client) -> None:
    first = client.post(PATH, json=a_prognosis_request())

    repeat = client.post(PATH, json=a_prognosis_request())

    assert (first.status_code, repeat.status_code) == (201, 200)
    assert repeat.content == first.content
    assert repeat.headers["etag"] == first.headers["etag"]


def test_other_covariates_make_a_new_prognosis(client: httpx.Client) -> None:
    first = client.post(PATH, json=a_prognosis_request())

    other = client.post(PATH, json=a_prognosis_request(patient={"ecog": 2}))

    assert other.status_code == 201
    assert other.json()["prognosis_id"] != first.json()["prognosis_id"]


def test_another_question_about_the_same_test_makes_a_new_prognosis(client: httpx.Client) -> None:
    client.post(PATH, json=a_prognosis_request())

    other = client.post(PATH, json=a_prognosis_request(), params={"risk_scheme": "cellsearch-5"})

    assert other.status_code == 201
    assert other.json()["risk_group"]["group"] == ">=5"


@pytest.mark.parametrize(
    "difference",
    [
        {"ctc_count": 18},
        {"drawn_at": "2025-11-01T08:31:00Z"},
        {"blood_volume_ml": 7.4},
        {"assay": "other"},
        {"status": "preliminary"},
    ],
    ids=str,
)
def test_other_content_of_the_same_test_is_refused(
    client: httpx.Client, difference: dict[str, object]
) -> None:
    client.post(PATH, json=a_prognosis_request())

    other = client.post(PATH, json=a_prognosis_request(test=difference))

    assert (other.status_code, other.json()["code"]) == (409, "result-differs")
    assert client.get("/v1/blood-tests/LAB-2025-0001").json()["ctc_count"] == 17


def test_a_test_of_one_patient_is_refused_for_another(client: httpx.Client) -> None:
    client.post(PATH, json=a_prognosis_request())

    other = client.post(PATH, json=a_prognosis_request(patient={"patient_id": "P-2"}))

    assert (other.status_code, other.json()["code"]) == (409, "result-differs")
    assert client.get("/v1/patients/P-2").status_code == 404


def test_the_same_instant_in_another_offset_is_another_local_day(client: httpx.Client) -> None:
    # 23:30 in New York is half past four in the morning of the next day in London.
    late = {"drawn_at": "2025-11-01T23:30:00-05:00"}

    answer = client.post(PATH, json=a_prognosis_request(test=late)).json()

    assert answer["clock_start"] == "2025-11-01"
    assert answer["blood_test"]["drawn_at"] == "2025-11-02T04:30:00Z"


def test_instants_with_nanoseconds_are_read(client: httpx.Client) -> None:
    precise = {"drawn_at": "2025-11-01T08:30:00.0000000Z"}

    answer = client.post(PATH, json=a_prognosis_request(test=precise))

    assert answer.json()["blood_test"]["drawn_at"] == "2025-11-01T08:30:00Z"


def test_a_preview_equals_the_answer_but_for_its_name_and_time(client: httpx.Client) -> None:
    preview = client.post(f"{PATH}/preview", json=a_prognosis_request())

    answer = client.post(PATH, json=a_prognosis_request())

    assert preview.status_code == 200
    assert preview.json()["prognosis_id"] is None
    changing = {"prognosis_id": None, "computed_at": None}
    assert preview.json() | changing == answer.json() | changing


def test_a_preview_stores_nothing(client: httpx.Client) -> None:
    client.post(f"{PATH}/preview", json=a_prognosis_request())

    assert client.get("/v1/patients/P-000123").status_code == 404
    assert client.get("/v1/blood-tests/LAB-2025-0001").status_code == 404
    assert client.get("/v1/patients").json()["items"] == []


def test_a_preview_takes_what_is_stored_of_the_patient(client: httpx.Client) -> None:
    client.put("/v1/patients/P-000123", json=facts(disease_setting="neoadjuvant"))
    request = {
        "patient": {"patient_id": "P-000123"},
        "blood_test": a_prognosis_request()["blood_test"],
    }

    preview = client.post(f"{PATH}/preview", json=request, params={"risk_scheme": "dose-nact"})

    assert preview.json()["risk_group"]["group"] == ">=5"


def test_a_stored_prognosis_is_read_as_it_was_given(client: httpx.Client) -> None:
    given = client.post(PATH, json=a_prognosis_request())
    prognosis_id = given.json()["prognosis_id"]
    client.put(
        "/v1/patients/P-000123", json=facts(ecog=4), headers={"If-Match": '"1"'}
    ).raise_for_status()

    read = client.get(f"{PATH}/{prognosis_id}")

    assert (read.status_code, read.content) == (200, given.content)


def test_a_prognosis_that_is_not_there_is_not_found(client: httpx.Client) -> None:
    names = ("0" * 32, "preview", "P-000123")

    answers = [client.get(f"{PATH}/{name}").status_code for name in names]

    assert answers == [404, 405, 404]


def test_a_draw_after_death_is_refused(client: httpx.Client) -> None:
    client.put("/v1/patients/P-000123", json=facts())
    client.put("/v1/patients/P-000123/follow-up", json={"death_on": "2025-10-31"})

    answer = client.post(PATH, json=a_prognosis_request())

    assert (answer.status_code, answer.json()["code"]) == (409, "contradicts-follow-up")
    assert client.get("/v1/blood-tests/LAB-2025-0001").status_code == 404


def test_a_scheme_asked_by_name_that_does_not_apply_is_refused(client: httpx.Client) -> None:
    answer = client.post(PATH, json=a_prognosis_request(), params={"risk_scheme": "dose-nact"})

    assert (answer.status_code, answer.json()["code"]) == (409, "scheme-not-applicable")
    assert client.get("/v1/patients/P-000123").status_code == 404


def test_an_endpoint_of_another_setting_is_refused(client: httpx.Client) -> None:
    answer = client.post(
        PATH, json=a_prognosis_request(), params={"endpoint": "disease_free_survival"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "endpoint-not-applicable")


def test_a_count_of_another_assay_has_no_group_and_no_hazard(client: httpx.Client) -> None:
    answer = client.post(PATH, json=a_prognosis_request(test={"assay": "parsortix"})).json()

    assert answer["risk_group"]["group"] is None
    assert answer["risk_group"]["cautions"] != []
    assert answer["hazard"]["reasons"][0]["code"] == "assay-not-comparable"


def test_the_latest_test_that_can_be_answered_is_answered(client: httpx.Client) -> None:
    client.post(PATH, json=a_prognosis_request())
    cancelled = {
        "accession_number": "LAB-2",
        "drawn_at": "2025-11-04T08:00:00Z",
        "status": "cancelled",
    }
    client.post(PATH, json=a_prognosis_request(test=cancelled)).raise_for_status()

    answer = client.get("/v1/patients/P-000123/prognosis")

    assert answer.status_code == 200
    assert answer.json()["prognosis_id"] is None
    assert answer.json()["blood_test"]["accession_number"] == "LAB-2025-0001"


def test_a_patient_without_a_test_is_answered_from_the_index_date(client: httpx.Client) -> None:
    client.put("/v1/patients/P-000123", json=facts(index_date="2025-10-20"))

    answer = client.get("/v1/patients/P-000123/prognosis").json()

    assert (answer["blood_test"], answer["risk_group"]) == (None, None)
    assert answer["clock_start"] == "2025-10-20"


def test_the_picture_is_svg_even_where_there_is_no_curve(client: httpx.Client) -> None:
    client.post(PATH, json=a_prognosis_request())

    picture = client.get("/v1/patients/P-000123/prognosis.svg")

    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert picture.text.lstrip().startswith("<svg")


def test_a_model_in_use_gives_a_hazard_whose_parts_add_up(hospital: Hospital) -> None:
    tell_cohort(hospital.client, patients=90)
    fitted = hospital.client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert (fitted.status_code, fitted.json()["status"]) == (201, "current"), fitted.text
    request = a_prognosis_request(
        patient={"patient_id": "new"}, test={"accession_number": "new", "ctc_count": 9}
    )

    answer = hospital.client.post(PATH, json=request, params={"horizons_months": "12,6,12"}).json()

    preview = hospital.client.post(f"{PATH}/preview", json=request).json()
    assert preview["model"] == answer["model"]
    hazard = answer["hazard"]
    log_ratio = sum(part["log_hazard_ratio"] for part in hazard["contributions"])
    assert isclose(hazard["hazard_ratio"], exp(log_ratio), rel_tol=1e-12)
    assert [point["months"] for point in hazard["survival"]] == [6, 12]
    assert answer["model"]["model_id"] == fitted.json()["model_id"]
    assert answer["model"]["results_since_fit"] == 0


def test_the_dead_are_given_no_hazard(hospital: Hospital) -> None:
    hospital.client.post(PATH, json=a_prognosis_request())
    hospital.client.put("/v1/patients/P-000123/follow-up", json={"death_on": "2026-01-05"})

    hazard = hospital.stored("/v1/patients/P-000123/prognosis")["hazard"]

    assert hazard["status"] == "withheld"
    assert [reason["code"] for reason in hazard["reasons"]] == ["recorded-dead"]
