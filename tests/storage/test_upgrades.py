"""What a release stored, a later one serves."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.storage.database import Database
from app.storage.schema import check_schema, migrate
from app.storage.store import reading
from tests.owner import owned
from tests.postgres_server import PostgresServer
from tests.releases import releases, remembered, restored
from tests.running import running
from tests.storage.contents import columns_of, rows_of


def test_the_present_release_or_an_earlier_one_left_a_dump() -> None:
    assert "0.1.0" in releases()


MOVED = {"alembic_version", "model_row"}
"""Tables of 0.1.0 that have another form since; the rows of models are compared one by one."""


def rows_of_models(database_url: str) -> list[dict[str, Any]]:
    """Read what 0.1.0 kept of each row of each model, ordered."""
    database = owned(database_url)
    with database.read() as connection:
        found = connection.execute(text("SELECT patient_id, row FROM model_row ORDER BY 1"))
        rows = [json.loads(row) | {"patient_id": patient_id} for patient_id, row in found]
    database.close()
    return rows


@pytest.mark.parametrize("version", releases())
def test_an_upgrade_keeps_every_row_to_the_last_byte(
    version: str, engine_name: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = restored(version, engine_name, tmp_path, postgres_server)
    columns = {name: found for name, found in columns_of(url).items() if name not in MOVED}
    before, rows = rows_of(url, columns), rows_of_models(url)

    migrate(url)

    assert rows_of(url, columns) == before
    assert sum(number for number, _ in before.values()) > 500
    database = owned(url)
    with reading(database, 1) as store:
        (model,) = store.models.page(2, None)
        kept = store.model_rows.page(model.model_id, 1_000, None)
    database.close()
    assert len(kept) == len(rows) > 50
    for now, then in zip(kept, rows, strict=True):
        assert now.items() >= then.items()


@pytest.mark.parametrize("version", releases())
def test_a_release_is_upgraded_and_answers_as_it_did(
    version: str, engine_name: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    database_url = restored(version, engine_name, tmp_path, postgres_server)
    migrate(database_url)
    database = Database(database_url, pool_size=2)
    check_schema(database)
    database.close()
    before = remembered(version)[engine_name]

    with running(database_url) as service:
        client = service.client_with(before["key"])
        after = {path: client.get(path).json() for path in before["answers"]}

    # A later release may say more than an earlier one, never something else.
    covariates = after["/v1/covariates"]["items"]
    known = before["answers"].pop("/v1/covariates")["items"]
    assert [each for each in covariates if each in known] == known
    for path, answer in before["answers"].items():
        assert after[path].items() >= answer.items(), path
