"""The 41 patients of the 2003 report: groups are given, a hazard is not, and it is said why."""

from datetime import date, timedelta
from math import log
from typing import Any

import httpx
import pytest

from tests.running import running

MEDIANS = {"0": 30.0, "1-3": 20.0, "4-50": 13.6, ">50": 3.8}
"""Months. 13.6 and 3.8 are the report's; above 24 stands 30, and 20 for 1 to 3 is in between."""

COUNTS = {
    "0": [0] * 17,
    "1-3": [1, 1, 2, 2, 3, 3, 3],
    "4-50": [4, 4, 5, 7, 9, 12, 18, 26, 40, 49, 50],
    ">50": [51, 60, 88, 150, 900, 2000],
}
"""24 of the 41 have cells, as in the report; every cut-off has a count on both its sides."""

FIRST_DRAW = date(2001, 3, 5)


def cohort() -> list[tuple[str, int, int]]:
    """Give each patient's group, count and days to death: the quantiles of an exponential."""
    return [
        (group, count, round(-MEDIANS[group] * 30.4375 * log(1 - (i + 0.5) / len(counts)) / log(2)))
        for group, counts in COUNTS.items()
        for i, count in enumerate(counts)
    ]


def post(client: httpx.Client, number: int, count: int, days: int) -> httpx.Response:
    drawn_on = FIRST_DRAW + timedelta(days=7 * number)
    patient = {"patient_id": f"SEED-{number:02}", "disease_setting": "metastatic"}
    test = {
        "accession_number": f"SEED-{number:02}",
        "drawn_at": f"{drawn_on}T09:00:00Z",
        "ctc_count": count,
    }
    answer = client.post("/v1/prognoses", json={"patient": patient, "blood_test": test})
    client.put(
        f"/v1/patients/SEED-{number:02}/follow-up",
        json={"death_on": str(drawn_on + timedelta(days=days))},
    ).raise_for_status()
    return answer


def preview(client: httpx.Client) -> dict[str, Any]:
    test = {
        "accession_number": "SEED-NEW",
        "drawn_at": "2003-04-08T09:00:00Z",
        "ctc_count": 17,
    }
    body = {"patient": {"patient_id": "SEED-NEW"}, "blood_test": test}
    answer: dict[str, Any] = client.post("/v1/prognoses/preview", json=body).json()
    return answer


def test_every_group_is_right_and_the_hazard_is_withheld(database_url: str) -> None:
    assert sum(map(len, COUNTS.values())) == 41
    with running(database_url) as service:
        service.add_organisation("hospital-a")
        with service.client() as client:
            groups = [
                post(client, number, count, days).json()["risk_group"]["group"]
                for number, (_, count, days) in enumerate(cohort())
            ]
            refit = client.post("/v1/models", json={}, headers={"Prefer": "wait=120"})
            current = client.get("/v1/models/current")
            answer = preview(client)
            candidate = client.get(f"/v1/models/{refit.json()['model_id']}").json()

    assert groups == [group for group, _, _ in cohort()]
    assert refit.status_code == 201
    assert (candidate["status"], candidate["patients"]) == ("candidate", 41)
    assert candidate["specification"]["covariates"] == ["log1p_ctc"]
    assert candidate["coefficients"][0]["coefficient"] > 0
    gates = {gate["gate"]: gate for gate in candidate["gates"]}
    assert gates["events"] == pytest.approx(
        {"gate": "events", "value": 41, "limit": 50, "verdict": "refused"}
    )
    assert current.status_code == 404
    assert answer["risk_group"]["group"] == "4-50"
    assert answer["hazard"].keys() == {"status", "reasons"}
    assert answer["hazard"]["status"] == "withheld"
    codes = [reason["code"] for reason in answer["hazard"]["reasons"]]
    assert (codes[0], codes[-1]) == ("events-too-few", "no-model")
    assert answer["model"] is None
