"""What a release stored, a later one serves."""

from pathlib import Path

import pytest

from app.storage.database import Database
from app.storage.schema import check_schema, migrate
from tests.postgres_server import PostgresServer
from tests.releases import releases, remembered, restored
from tests.running import running


def test_the_present_release_or_an_earlier_one_left_a_dump() -> None:
    assert "0.1.0" in releases()


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
    for path, answer in before["answers"].items():
        assert after[path].items() >= answer.items(), path
