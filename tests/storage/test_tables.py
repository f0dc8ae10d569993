"""Which rows the tables take: the rules that hold whatever the service does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from app.storage.database import Database
from app.storage.tables import (
    assessment,
    blood_test,
    declared_covariate,
    follow_up,
    model,
    organisation,
    patient,
    pool,
    pool_consent,
    pool_model,
    refit,
    treatment,
)
from tests.owner import owned

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database as its owner has it, on each engine in turn."""
    database = owned(database_url)
    yield database
    database.close()


@pytest.mark.parametrize("hours", [-5, 0, 14])
def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database, hours: int) -> None:
    local = datetime(2026, 3, 29, 1, 30, 15, 123456, tzinfo=timezone(timedelta(hours=hours)))
    with database.begin() as connection:
        connection.execute(insert(organisation).values(name="hospital", created_at=local))

    with database.read() as connection:
        stored = connection.scalar(select(organisation.c.created_at))
        found = connection.scalar(
            select(organisation.c.name).where(organisation.c.created_at == local.astimezone(UTC))
        )

    assert stored == local
    assert stored.utcoffset() == timedelta(0)
    assert found == "hospital"


def test_an_instant_without_an_offset_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 1, 12)  # noqa: DTZ001

    with pytest.raises(StatementError, match="offset"), database.begin() as connection:
        connection.execute(insert(organisation).values(name="hospital", created_at=naive))


def a_refit(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "refit_id": "r1",
        "endpoint": "overall_survival",
        "setting": "metastatic",
        "request": "{}",
        "status": "running",
        "progress": 0.0,
        "queued_at": NOON,
        "heartbeat_at": NOON,
    }
    return row | changed


def a_blood_test(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "accession_number": "LAB-1",
        "version": 1,
        "is_current": True,
        "patient_id": "P",
        "drawn_at": NOON,
        "drawn_on": date(2026, 11, 1),
        "ctc_count": 17,
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
        "status": "final",
        "recorded_at": NOON,
    }
    return row | changed


def a_model(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "model_id": "sha256:1",
        "endpoint": "overall_survival",
        "setting": "metastatic",
        "status": "current",
        "fitted_at": NOON,
        "artefact": "{}",
        "gates": "[]",
        "changed_rows": 0,
    }
    return row | changed


def a_follow_up(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "patient_id": "P",
        "version": 1,
        "is_current": True,
        "recorded_at": NOON,
    }
    return row | changed


def a_treatment(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "patient_id": "P",
        "treatment_id": "T",
        "version": 1,
        "is_current": True,
        "line": 1,
        "regimen": "paclitaxel",
        "started_on": date(2026, 1, 1),
        "recorded_at": NOON,
    }
    return row | changed


def an_assessment(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "patient_id": "P",
        "assessment_id": "S",
        "version": 1,
        "is_current": True,
        "assessed_on": date(2026, 1, 1),
        "method": "imaging",
        "status": "stable",
        "recorded_at": NOON,
    }
    return row | changed


def a_consent(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "pool_id": "pool",
        "consent_id": "c1",
        "member": "hospital",
        "given_at": NOON,
        "given_by": "client",
        "reason": "The board agreed.",
    }
    return row | changed


def a_pooled_fit(**changed: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "pool_model_id": "m1",
        "pool_id": "pool",
        "asked_by": "hospital",
        "request": "{}",
        "status": "running",
        "progress": 0.5,
        "queued_at": NOON,
        "heartbeat_at": NOON,
    }
    return row | changed


@pytest.fixture
def ward(database: Database) -> Database:
    """A database with one organisation (1), one patient (P) and one pool."""
    with database.begin() as connection:
        connection.execute(
            insert(organisation).values(organisation_id=1, name="hospital", created_at=NOON)
        )
        connection.execute(
            insert(patient).values(
                organisation_id=1, patient_id="P", version=1, person_key=b"", created_at=NOON
            )
        )
        connection.execute(
            insert(pool).values(
                organisation_id=1, pool_id="pool", name="x", founder="hospital", created_at=NOON
            )
        )
    return database


@pytest.mark.parametrize(
    ("table", "first", "second"),
    [
        (blood_test, a_blood_test(), a_blood_test(version=2)),
        (blood_test, a_blood_test(is_current=False), a_blood_test()),
        (follow_up, a_follow_up(), a_follow_up(version=2)),
        (treatment, a_treatment(), a_treatment(version=2)),
        (assessment, an_assessment(), an_assessment(version=2)),
        (refit, a_refit(), a_refit(refit_id="r2", status="queued")),
        (model, a_model(), a_model(model_id="sha256:2")),
        (pool_consent, a_consent(), a_consent(consent_id="c2")),
        (pool_model, a_pooled_fit(), a_pooled_fit(pool_model_id="m2", status="queued")),
    ],
    ids=[
        *("accession number", "version of a result", "follow-up", "treatment", "assessment"),
        *("running refit", "current model", "standing consent", "running fit of a pool"),
    ],
)
def test_there_is_only_one(
    ward: Database, table: Any, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with ward.begin() as connection:
        connection.execute(insert(table).values(first))

    with pytest.raises(IntegrityError), ward.begin() as connection:
        connection.execute(insert(table).values(second))


@pytest.mark.parametrize(
    ("table", "first", "second"),
    [
        (blood_test, a_blood_test(is_current=False), a_blood_test(version=2)),
        (refit, a_refit(status="done"), a_refit(refit_id="r2")),
        (refit, a_refit(), a_refit(refit_id="r2", endpoint="progression_free_survival")),
        (model, a_model(status="superseded"), a_model(model_id="sha256:2")),
        (pool_consent, a_consent(withdrawn_at=NOON), a_consent(consent_id="c2")),
        (pool_model, a_pooled_fit(status="failed"), a_pooled_fit(pool_model_id="m2")),
    ],
    ids=[
        *("corrected result", "refit after refit", "refit of another endpoint", "new model"),
        *("consent after consent", "fit after fit"),
    ],
)
def test_there_may_be_another(
    ward: Database, table: Any, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with ward.begin() as connection:
        connection.execute(insert(table).values(first))
        connection.execute(insert(table).values(second))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (blood_test, a_blood_test(ctc_count=-1)),
        (blood_test, a_blood_test(ctc_count=1_000_001)),
        (blood_test, a_blood_test(blood_volume_ml=0.0)),
        (blood_test, a_blood_test(patient_id="nobody")),
        (blood_test, a_blood_test(organisation_id=2)),
        (treatment, a_treatment(ended_on=date(2025, 12, 31))),
        (treatment, a_treatment(patient_id="nobody")),
        (assessment, an_assessment(method="guess")),
        (assessment, an_assessment(status="cured")),
        (refit, a_refit(status="lost")),
        (refit, a_refit(progress=1.01)),
        (model, a_model(status="best")),
        (pool_consent, a_consent(pool_id="nowhere")),
        (pool_model, a_pooled_fit(status="lost")),
        (pool_model, a_pooled_fit(pool_id="nowhere")),
        (
            declared_covariate,
            {
                "organisation_id": 1,
                "name": "ki67",
                "kind": "percent",
                "unit": "%",
                "declared_at": NOON,
            },
        ),
    ],
)
def test_what_breaks_a_rule_is_not_stored(ward: Database, table: Any, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), ward.begin() as connection:
        connection.execute(insert(table).values(row))


def test_an_organisation_with_patients_cannot_vanish(ward: Database) -> None:
    with pytest.raises(IntegrityError), ward.begin() as connection:
        connection.execute(delete(organisation))
