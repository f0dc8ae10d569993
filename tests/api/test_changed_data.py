"""What became of the data a model was made from, and its age, is said in every answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.storage import tables
from tests.api.bodies import a_correction, a_prognosis_request, tell_cohort
from tests.api.conftest import Hospital
from tests.owner import as_owner

WAIT = {"Prefer": "wait=60"}


def told(hospital: Hospital) -> tuple[str, set[str]]:
    """Ask for a prognosis, and give its status and the codes of what is said of the model."""
    answer = hospital.client.post("/v1/prognoses/preview", json=a_prognosis_request())
    hazard: dict[str, Any] = answer.json()["hazard"]
    codes = {reason["code"] for reason in hazard["reasons"]}
    return hazard["status"], codes & {"training-data-changed", "model-stale"}


def correct(hospital: Hospital, number: int) -> None:
    path = f"/v1/blood-tests/A-P{number}"
    stored = hospital.stored(path)
    drawn_at, count = stored["drawn_at"], stored["ctc_count"] + 1
    body = a_correction(patient_id=f"P{number}", drawn_at=drawn_at, ctc_count=count)
    seen = {"If-Match": "*"}
    hospital.client.put(path, json=body, headers=seen).raise_for_status()


def refit(hospital: Hospital) -> None:
    answer = hospital.client.post("/v1/models", json={}, headers=WAIT)
    assert (answer.status_code, answer.json()["status"]) == (201, "current"), answer.text


def test_corrections_erasures_and_age_of_a_model_qualify_its_answers_until_a_refit(
    hospital: Hospital,
) -> None:
    tell_cohort(hospital.client, patients=60)
    refit(hospital)
    fresh = told(hospital)
    for number in range(5):
        correct(hospital, number)
    five = told(hospital)
    hospital.client.delete("/v1/patients/P5").raise_for_status()
    six = told(hospital)
    with as_owner(hospital.service.database) as connection:
        then = datetime.now(UTC) - timedelta(days=366, hours=1)
        connection.execute(update(tables.model).values(fitted_at=then))
    old = told(hospital)
    refit(hospital)

    assert (fresh[1], five[1]) == (set(), set())
    assert six == ("qualified", {"training-data-changed"})
    assert old == ("qualified", {"training-data-changed", "model-stale"})
    assert told(hospital)[1] == set()
