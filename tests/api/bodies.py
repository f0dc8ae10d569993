"""Builders of request bodies, each a valid one, and what many tests tell and wait for."""

import json
import random
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

Json = dict[str, Any]

PATIENT: Json = {
    "patient_id": "P-000123",
    "observed_on": "2025-11-01",
    "birth_year": 1968,
    "disease_setting": "metastatic",
    "er_status": "positive",
    "pr_status": "negative",
    "her2_status": "unknown",
    "metastatic_sites": ["liver", "bone"],
    "metastatic_diagnosis_date": "2025-09-14",
    "line_of_therapy": 1,
    "line_started_on": "2025-11-03",
    "ecog": 1,
    "extra": {},
}
BLOOD_TEST: Json = {
    "accession_number": "LAB-2025-0001",
    "drawn_at": "2025-11-01T08:30:00Z",
    "ctc_count": 17,
    "blood_volume_ml": 7.5,
    "assay": "cellsearch",
    "status": "final",
}


def a_patient(**members: Any) -> Json:
    """Say what is known of a patient."""
    return PATIENT | members


def a_test(**members: Any) -> Json:
    """Give a laboratory's result without its patient."""
    return BLOOD_TEST | members


def a_prognosis_request(patient: Json | None = None, test: Json | None = None) -> Json:
    """Ask for the prognosis of a patient with a blood test."""
    return {"patient": PATIENT | (patient or {}), "blood_test": BLOOD_TEST | (test or {})}


def a_result(**members: Any) -> Json:
    """Give a laboratory's result as its software posts it."""
    return {"patient_id": "P-000123", **BLOOD_TEST, **members}


def a_correction(**members: Any) -> Json:
    """Give the whole result anew; the path names it."""
    content = a_result(status="corrected", **members)
    del content["accession_number"]
    return content


def a_treatment(**members: Any) -> Json:
    """Say what is given to a patient."""
    return {"line": 1, "regimen": "paclitaxel", "started_on": "2025-11-03", **members}


def an_assessment(**members: Any) -> Json:
    """Say how the disease stood."""
    seen = {"assessed_on": "2026-01-12", "method": "imaging", "status": "stable"}
    return {**seen, **members}


def facts(**members: Any) -> Json:
    """Say something of a patient as of one day."""
    return {"observed_on": "2025-11-01", **members}


def tell_cohort(client: httpx.Client, patients: int, seed: int = 1) -> None:
    """Tell of patients whose counts shorten their lives, all followed to death or to today."""
    chance = random.Random(seed)
    today = datetime.now(UTC).date()
    lines = []
    for number in range(patients):
        count = int(chance.expovariate(1 / 20))
        drawn = date(2021, 1, 1) + timedelta(days=chance.randrange(700))
        days = int(chance.weibullvariate(900 / (1 + count) ** 0.3, 1.2))
        died = drawn + timedelta(days=days)
        outcome = {"death_on": f"{died}"} if died < today else {"last_known_alive_on": f"{today}"}
        line = {
            "patient_id": f"P{number}",
            "birth_year": 1950,
            "line_started_on": f"{drawn + timedelta(days=2)}",
            "accession_number": f"A-P{number}",
            "drawn_at": f"{drawn}T09:00:00+01:00",
            "ctc_count": count,
            **outcome,
        }
        lines.append(json.dumps(line))
    headers = {"Content-Type": "application/x-ndjson"}
    told = client.post("/v1/imports", content="\n".join(lines), headers=headers)
    assert told.text.count('"stored"') == patients, told.text


def tell_patient(
    client: httpx.Client, patient_id: str, count: int, drawn: date, outcome: Json
) -> None:
    """Tell of one patient, the draw and the outcome."""
    request = {
        "patient": {
            "patient_id": patient_id,
            "birth_year": 1950,
            "line_started_on": f"{drawn + timedelta(days=2)}",
        },
        "blood_test": {
            "accession_number": f"A-{patient_id}",
            "drawn_at": f"{drawn}T09:00:00+01:00",
            "ctc_count": count,
        },
    }
    posted = client.post("/v1/prognoses", json=request)
    assert posted.status_code == 201, posted.text
    told = client.put(f"/v1/patients/{patient_id}/follow-up", json=outcome)
    assert told.status_code == 201, told.text


def ended(client: httpx.Client, location: str, seconds: float = 60) -> Json:
    """Look at a refit until it is done or failed, whatever becomes of the service meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            found: Json = client.get(location).json()
            if found["status"] in ("done", "failed"):
                return found
        time.sleep(0.05)
    raise TimeoutError("the refit did not end")


def a_trial(**members: Any) -> Json:
    """Declare a trial of two arms, for patients with five cells or more."""
    trial: Json = {
        "trial_id": "CTC-SWITCH-1",
        "title": "Early change of chemotherapy",
        "arms": [{"name": "same"}, {"name": "other"}],
        "eligibility": [{"fact": "ctc_count", "at_least": 5}],
        "planned_patients": 120,
    }
    return trial | members


def open_a_trial(client: httpx.Client, **members: Any) -> str:
    """Declare a trial and open it; gives its address."""
    body = a_trial(**members)
    declared = client.post("/v1/trials", json=body)
    assert declared.status_code == 201, declared.text
    at = f"/v1/trials/{body['trial_id']}"
    opened = client.post(f"{at}/opening")
    assert opened.status_code == 200, opened.text
    return at


def tell_candidate(client: httpx.Client, patient_id: str, **test: Any) -> None:
    """Tell of a patient of whom a trial knows enough."""
    patient = {"patient_id": patient_id}
    drawn = {"accession_number": f"LAB-{patient_id}"} | test
    told = client.post("/v1/prognoses", json=a_prognosis_request(patient, drawn))
    assert told.status_code == 201, told.text


def a_plan(**members: Any) -> Json:
    """Ask what a trial of two arms takes, with a survival that was published."""
    told: Json = {
        "arms": [{"name": "same"}, {"name": "other"}],
        "hazard_ratio": 0.6,
        "accrual_months": 24,
        "follow_up_months": 12,
        "survival": {"median_months": 10.1},
    }
    return told | members
