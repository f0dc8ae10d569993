"""How a database is opened, and which one the service refuses to start on."""

import multiprocessing
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pysqlite3 import dbapi2
from sqlalchemy import delete, insert

from app.storage import engines
from app.storage.database import Database
from app.storage.engines import DatabaseProblem
from app.storage.schema import migrate
from app.storage.tables import organisation


def pragma(database: Database, name: str) -> list[Any]:
    with database.begin() as write, database.read() as read:
        return [each.exec_driver_sql(f"PRAGMA {name}").scalar() for each in (write, read)]


def test_sqlite_is_set_so_that_commits_last_and_erasures_too(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    assert pragma(database, "journal_mode") == ["wal", "wal"]
    assert pragma(database, "synchronous") == [2, 2]
    assert pragma(database, "foreign_keys") == [1, 0]
    assert pragma(database, "query_only") == [0, 1]
    assert pragma(database, "trusted_schema") == [0, 0]
    assert pragma(database, "secure_delete") == [1, 1]
    assert pragma(database, "busy_timeout") == [30_000, 30_000]
    database.close()


def test_postgresql_is_set_to_wait_briefly_and_to_speak_utc(postgres_url: str) -> None:
    database = Database(postgres_url)

    with database.begin() as write, database.read() as read:
        for connection, isolation in ((write, "read committed"), (read, "repeatable read")):
            shown = {
                name: connection.exec_driver_sql(f"SHOW {name}").scalar()
                for name in ("transaction_isolation", "TimeZone", "lock_timeout")
            }
            assert shown == {
                "transaction_isolation": isolation,
                "TimeZone": "UTC",
                "lock_timeout": "10s",
            }
    database.close()


def test_a_new_file_belongs_to_its_owner_alone(empty_sqlite_url: str) -> None:
    Database(empty_sqlite_url).close()

    path = Path(empty_sqlite_url.removeprefix("sqlite:///"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_relative_address_is_under_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    Database("sqlite:///var/prognosis.db").close()

    assert (tmp_path / "var" / "prognosis.db").is_file()


def test_what_was_erased_is_in_no_file_after_a_checkpoint(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.begin() as connection:
        connection.execute(
            insert(organisation).values(name="marker-4711", created_at=datetime.now(UTC))
        )

    with database.begin() as connection:
        connection.execute(delete(organisation))
    assert database.checkpoint()

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    files = [path for path in folder.iterdir() if path.name.startswith("prognosis.db")]
    assert len(files) == 4
    assert all(b"marker-4711" not in path.read_bytes() for path in files)
    database.close()


def test_a_checkpoint_of_postgresql_is_its_own_affair(postgres_url: str) -> None:
    database = Database(postgres_url)

    assert database.checkpoint()
    database.close()


def refusal(open_database: Callable[[], object]) -> str:
    with pytest.raises(DatabaseProblem) as refused:
        open_database()
    return str(refused.value)


def test_an_old_sqlite_library_is_refused(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))

    assert "3.51.3 or newer" in refusal(lambda: Database(sqlite_url))
    assert "3.51.3 or newer" in refusal(lambda: migrate(sqlite_url))


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///x.db?mode=ro", "mysql://host/x", "x", ""],
)
def test_an_address_of_nothing_durable_is_refused(url: str) -> None:
    refusal(lambda: Database(url))


def test_a_refused_address_does_not_show_its_password() -> None:
    assert "hunter2" not in refusal(lambda: Database("postgres//u:hunter2@host/x"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear colleague, " * 64)

    assert "not a database" in refusal(lambda: Database(f"sqlite:///{tmp_path}/letter.db"))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")

    assert "cannot be made" in refusal(lambda: Database(f"sqlite:///{tmp_path}/var/x.db"))


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nfiler:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(engines, "MOUNTS", mounts)

    assert "nfs4" in refusal(lambda: Database(f"sqlite:///{tmp_path}/x.db"))


def test_a_server_that_is_not_there_is_refused(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://u:hunter2@/x?host={tmp_path}"

    problem = refusal(lambda: Database(url))

    assert "cannot be opened" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("level", ["off", "local", "remote_write"])
def test_a_server_that_acknowledges_too_early_is_refused(postgres_url: str, level: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET synchronous_commit = {level}")

    assert f"'{level}'" in refusal(lambda: Database(postgres_url))


def test_a_server_that_waits_for_its_standby_is_welcome(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET synchronous_commit = remote_apply")

    Database(postgres_url).close()


def _open_and_write(url: str) -> int:
    database = Database(url)
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS opened (process INTEGER)")
        connection.exec_driver_sql(f"INSERT INTO opened VALUES ({os.getpid()})")
    database.close()
    return os.getpid()


def test_processes_that_open_a_new_file_at_once_all_succeed(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(10) for _ in range(4)]

    with multiprocessing.get_context("spawn").Pool(4) as processes:
        opened = processes.map(_open_and_write, urls, chunksize=1)

    assert len(opened) == 40
