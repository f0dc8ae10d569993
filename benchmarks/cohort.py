"""The database that the benchmark asks: the demo's cohort with a model in use."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from app.prognosis.patient import Patient, clock_of_draw, lines_of_therapy
from app.prognosis.simulation import simulate_cohort
from app.prognosis.specification import ModelRequest
from app.storage.database import Database
from app.storage.refits import Refit
from app.storage.schema import migrate
from app.storage.store import Store, administering, writing
from app.usecases.clients import SCOPES, NewClient, add_client
from app.usecases.fitting_process import do
from app.usecases.jobs import job_of
from app.usecases.models import request_content
from benchmarks.load import NUMBER

PATIENTS = 1_000
SEED = 1
ORGANISATION = "benchmark"


def fill(database_url: str) -> str:
    """Store the cohort, fit its model and give a key with every scope."""
    migrate(database_url)
    database, now = Database(database_url, pool_size=4), datetime.now(UTC)
    with administering(database) as directory:
        organisation = directory.add_organisation(ORGANISATION, now)
        assert organisation is not None
    number = organisation.organisation_id
    with writing(database, number) as store:
        key = add_client(store.directory, number, NewClient("load", tuple(SCOPES)), now)[1]
        for patient in simulate_cohort(PATIENTS, SEED, now.date()):
            _add(store, patient, now)
    _fit(database, number, now)
    database.close()
    return key


def new_submissions(patients: int) -> list[str]:
    """Write bodies of new patients with their first count; the numbers are filled in later."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    return [_submission(patient) for patient in simulate_cohort(patients, SEED + 1, yesterday)]


def _add(store: Store, patient: Patient, now: datetime) -> None:
    row = store.patients.locked_or_added(patient.patient_id, now)
    for version, told in enumerate(patient.observations, start=row.version):
        row = replace(row, version=version)
        store.patients.observe(row, told.observed_on, told.values, now)
    for test in patient.blood_tests:
        store.blood_tests.add(patient.patient_id, test, now)
    if patient.follow_up:
        store.patients.follow(patient.patient_id, 1, patient.follow_up, now)


def _fit(database: Database, organisation_id: int, now: datetime) -> None:
    request = ModelRequest(
        organisation=ORGANISATION,
        endpoint="overall_survival",
        setting="metastatic",
        clock="draw",
        data_cutoff=now.date(),
        covariates="auto",
        strata=(),
        penalizer=0.0,
    )
    refit_id = queued(database, organisation_id, request)
    do(database, job_of("refit", organisation_id, refit_id))
    with writing(database, organisation_id) as store:
        standing = store.models.current(request.endpoint, request.setting)
    assert standing is not None, "the demo's model was not put into use"


def queued(database: Database, organisation_id: int, request: ModelRequest) -> str:
    """Queue a refit and give its number."""
    now = datetime.now(UTC)
    text = json.dumps(request_content(request), sort_keys=True)
    asked = Refit(
        uuid4().hex,
        request.endpoint,
        request.setting,
        text,
        "queued",
        0.0,
        None,
        None,
        None,
        now,
        now,
        None,
    )
    with writing(database, organisation_id) as store:
        store.refits.add(asked)
    return asked.refit_id


def _submission(patient: Patient) -> str:
    test = patient.blood_tests[0]
    known = clock_of_draw(patient, test).known
    facts: dict[str, Any] = {name: fact.value for name, fact in known.items()}
    starts = [line.started_on for line in lines_of_therapy(patient.observations)]
    start = min(starts, key=lambda on: abs(on - test.drawn_on), default=None)
    if start is not None:
        facts["line_started_on"] = start.isoformat()
    number = NUMBER.decode()
    return json.dumps(
        {
            "patient": {"patient_id": f"NEW-{number}", **_plain(facts)},
            "blood_test": {
                "accession_number": f"LAB-{number}",
                "drawn_at": test.drawn_at.isoformat().replace("+00:00", "Z"),
                "ctc_count": test.ctc_count,
                "blood_volume_ml": test.blood_volume_ml,
                "assay": test.assay,
                "status": test.status,
            },
        }
    )


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
    }
