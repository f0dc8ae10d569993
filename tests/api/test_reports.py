"""The report of a model over HTTP: as JSON, as a page, in pictures, to its own hospital alone."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema_rs import Draft202012Validator

from app.main import create_app
from app.prognosis.model import CoxModel, canonical_json, from_artefact, model_id, to_artefact
from app.settings import Settings
from app.storage.models import ModelStanding
from app.storage.store import administering, writing
from tests.api.bodies import tell_cohort
from tests.api.conftest import Hospital, new_hospital
from tests.pages.reports import CHECKS
from tests.prognosis.answers import a_fit, a_model
from tests.running import Running

SCHEMAS = create_app(Settings()).openapi()["components"]["schemas"]
REPORT = Draft202012Validator(
    {"$ref": "#/components/schemas/Report", "components": {"schemas": SCHEMAS}},
    validate_formats=True,
)

KEPT = sorted((Path(__file__).parents[1] / "data" / "artefacts").glob("*.json"))
"""Artefacts as they were stored once, by format and what they held."""

KINDS = {
    "report": "application/json",
    "report.html": "text/html; charset=utf-8",
    "forest.svg": "image/svg+xml",
    "calibration.svg": "image/svg+xml",
}
PROVENANCE = {"training_fingerprint": "sha256:" + "cd" * 32, "software": {}, "seed": 0}


@pytest.fixture(scope="module")
def stored(service: Running) -> tuple[Hospital, str]:
    """A hospital whose model was fully checked."""
    hospital = new_hospital(service)
    return hospital, store_model(hospital, a_model(checks=CHECKS))


@pytest.fixture(scope="module")
def refitted(service: Running) -> tuple[Hospital, str]:
    """A hospital with a model of its own cohort."""
    hospital = new_hospital(service)
    tell_cohort(hospital.client, patients=60)
    made = hospital.client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert made.status_code == 201, made.text
    return hospital, made.json()["model_id"]


def store_model(
    hospital: Hospital, model: CoxModel, gates: tuple[Mapping[str, Any], ...] = ()
) -> str:
    """Keep a model as a refit would, and give its name."""
    artefact = canonical_json(
        to_artefact(replace(model, organisation=hospital.name, provenance=PROVENANCE))
    )
    standing = ModelStanding(
        model_id=model_id(artefact),
        endpoint=model.endpoint,
        setting=model.setting,
        status="candidate",
        fitted_at=datetime(2026, 1, 1, tzinfo=UTC),
        gates=gates,
        promotion=None,
        changed_rows=0,
    )
    database = hospital.service.database
    with administering(database) as directory:
        organisation = directory.organisation(hospital.name)
        assert organisation is not None
    with writing(database, organisation.organisation_id) as store:
        store.models.add(standing, artefact)
    return standing.model_id


def path(name: str, kind: str = "report") -> str:
    return f"/v1/models/{name}/{kind}"


def test_the_report_has_the_model_as_the_model_is_read(stored: tuple[Hospital, str]) -> None:
    hospital, name = stored

    report = hospital.stored(path(name))

    assert report["model"] == hospital.stored(f"/v1/models/{name}")
    assert report["organisation"] == hospital.name
    assert report["use"] == "prognostic; does not select treatment"
    assert len({item["item"].rstrip("abcdefg") for item in report["tripod_ai"]["items"]}) == 27


def test_the_checks_are_reported_as_they_stand(stored: tuple[Hospital, str]) -> None:
    hospital, name = stored

    report = hospital.stored(path(name))

    assert report["checks"] == CHECKS
    assert report["not_measured"] == []


def test_a_model_of_today_reports_every_check_or_that_there_is_none(
    refitted: tuple[Hospital, str],
) -> None:
    hospital, name = refitted

    report = hospital.stored(path(name))

    absent = {each["check"] for each in report["not_measured"]}
    assert {check for check, part in report["checks"].items() if part is None} == absent
    assert report["checks"].keys() == CHECKS.keys()


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_an_artefact_of_each_kind_that_was_ever_stored_is_reported(
    hospital: Hospital, kept: Path
) -> None:
    model = replace(from_artefact(json.loads(kept.read_text())), organisation=hospital.name)
    name = store_model(hospital, model)

    report = hospital.stored(path(name))

    REPORT.validate(report)
    assert report["checks"]["discrimination"]["concordance"] == model.fit.concordance
    for kind in ("report.html", "calibration.svg"):
        assert hospital.client.get(path(name, kind)).status_code == 200


def test_a_model_without_checks_has_a_report(hospital: Hospital) -> None:
    name = store_model(hospital, a_model())

    report = hospital.stored(path(name))

    assert set(report["checks"].values()) == {None}
    assert {each["detail"] for each in report["not_measured"]} == {
        "the model was fitted by a version that did not check it"
    }
    assert "No calibration is shown" in hospital.client.get(path(name, "calibration.svg")).text


def test_a_report_fits_its_schema(
    stored: tuple[Hospital, str], refitted: tuple[Hospital, str]
) -> None:
    for hospital, name in (stored, refitted):
        errors = REPORT.iter_errors(hospital.stored(path(name)))

        assert [error.message for error in errors] == []


def test_the_covariates_are_told_with_definition_and_range(stored: tuple[Hospital, str]) -> None:
    hospital, name = stored

    _, covariate = hospital.stored(path(name))["covariates"]

    assert covariate == {
        "covariate": "her2_positive",
        "role": "covariate",
        "kind": "binary",
        "unit": "",
        "definition": "read from her2_status (HER2); 1 where it holds, else 0",
        "training_minimum": 0.0,
        "training_maximum": 1.0,
    }


def test_a_declared_covariate_keeps_its_unit(hospital: Hospital) -> None:
    declaration = {"name": "nodes", "kind": "continuous", "unit": "nodes <3"}
    hospital.client.post("/v1/covariates", json=declaration)
    fit = a_fit(covariates=("log1p_ctc", "nodes"))
    name = store_model(hospital, a_model(fit, submodels=()))

    report = hospital.stored(path(name))
    drawn = hospital.client.get(path(name, "forest.svg")).text

    assert report["covariates"][1]["unit"] == "nodes <3"
    assert report["covariates"][1]["definition"].startswith("declared by the organisation")
    assert "per +1 in nodes &lt;3" in drawn


def test_a_gate_that_refused_is_among_the_limits(hospital: Hospital) -> None:
    gate = {"gate": "follow-up-lag", "value": 0.4, "limit": 0.25, "verdict": "refused"}
    name = store_model(hospital, a_model(), (gate,))

    limits = hospital.stored(path(name))["limits"]

    (said,) = [limit["sentence"] for limit in limits if limit["code"] == "follow-up-lag"]
    assert "says refused" in said
    assert "0.4, limit 0.25" in said


@pytest.mark.parametrize(("kind", "media_type"), KINDS.items())
def test_each_kind_has_its_media_type(
    stored: tuple[Hospital, str], kind: str, media_type: str
) -> None:
    hospital, name = stored

    answer = hospital.client.get(path(name, kind))

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize("kind", ["forest.svg", "calibration.svg"])
def test_a_picture_of_a_model_is_well_formed(
    stored: tuple[Hospital, str], refitted: tuple[Hospital, str], kind: str
) -> None:
    for hospital, name in (stored, refitted):
        svg = ET.fromstring(hospital.client.get(path(name, kind)).text)

        assert svg.tag == "{http://www.w3.org/2000/svg}svg"


def test_the_page_holds_the_pictures_and_the_limits(stored: tuple[Hospital, str]) -> None:
    hospital, name = stored
    report = hospital.stored(path(name))

    text = hospital.client.get(path(name, "report.html")).text

    assert all(f"<li>{escape(limit['sentence'])}</li>" in text for limit in report["limits"])
    assert hospital.client.get(path(name, "forest.svg")).text in text
    assert text.count("predicted risk</text>") == len(report["checks"]["calibration"])


def test_a_browser_is_told_that_the_page_loads_nothing(stored: tuple[Hospital, str]) -> None:
    hospital, name = stored

    answer = hospital.client.get(path(name, "report.html"))

    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_of_another_hospital_is_not_there(
    stored: tuple[Hospital, str], other_hospital: Hospital, kind: str
) -> None:
    _, name = stored

    answer = other_hospital.client.get(path(name, kind))

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_of_no_model_is_not_there(hospital: Hospital, kind: str) -> None:
    unknown = hospital.client.get(path("sha256:" + "0" * 64, kind))
    malformed = hospital.client.get(path("sha256:0", kind))

    assert (unknown.status_code, malformed.status_code) == (404, 404)


@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_report_asks_for_the_scope_of_models(
    stored: tuple[Hospital, str], kind: str
) -> None:
    hospital, name = stored

    assert hospital.client_of("models:read").get(path(name, kind)).status_code == 200
    assert hospital.all_but("models:read").get(path(name, kind)).status_code == 403


def test_reading_a_report_is_audited_in_every_form(hospital: Hospital) -> None:
    name = store_model(hospital, a_model())
    for kind in KINDS:
        hospital.client.get(path(name, kind))

    events = hospital.stored("/v1/audit-events?limit=500")["items"]

    assert [(each["action"], each["status"]) for each in events] == [
        ("get_model_report", 200),
        ("get_model_report_page", 200),
        ("get_model_forest_plot", 200),
        ("get_model_calibration_plot", 200),
    ]


def test_a_report_has_the_same_etag_until_the_model_stands_otherwise(hospital: Hospital) -> None:
    name = store_model(hospital, a_model())

    first, second = (hospital.client.get(path(name)) for _ in range(2))
    hospital.client.post(f"/v1/models/{name}/promotion", json={"reason": "Seen by the board."})
    third = hospital.client.get(path(name))

    assert first.headers["etag"] == second.headers["etag"] != third.headers["etag"]
    assert json.loads(third.text)["model"]["status"] == "current"
