"""`prognosis backup` and `restore`: everything out into one file, and all of it back or nothing."""

import json
import resource
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import inspect, text

from app.storage import schema
from app.storage.backup_file import BackupProblem, Manifest, reading_backup
from app.storage.backups import write_backup
from app.storage.database import Database
from app.storage.schema import REVISIONS, migrations_folder
from app.storage.store import administering
from tests.api.bodies import a_prognosis_request
from tests.cli.conftest import Prognosis, runner
from tests.owner import owned
from tests.running import running

KEY = {"Idempotency-Key": "the first"}


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = owned(url)
    yield database
    database.close()


@pytest.fixture
def filled(database_url: str) -> str:
    """A database with rows in nearly every table, on each engine in turn."""
    with running(database_url) as service:
        service.add_organisation("hospital-a")
        service.add_organisation("Hôpital ‹b›")
        client = service.client()
        declared = {"name": "nodes", "kind": "continuous", "min": 0.5, "max": 100}
        client.post("/v1/covariates", json=declared).raise_for_status()
        posted = client.post("/v1/prognoses", json=a_prognosis_request(), headers=KEY)
        assert posted.status_code == 201, posted.text
        other = a_prognosis_request({"patient_id": "p-2"}, {"accession_number": "a-2"})
        client.post("/v1/prognoses", json=other).raise_for_status()
        outcome = {"death_on": "2026-02-28"}
        client.put("/v1/patients/P-000123/follow-up", json=outcome).raise_for_status()
    return database_url


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The backups made so far, by the engine of what they hold: to fill a database takes long."""
    return {}


@pytest.fixture
def backup(
    made: dict[str, bytes], engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Path:
    """A backup of a filled database."""
    path = tmp_path / "backup.zip"
    if engine_name not in made:
        request.getfixturevalue("filled")
        assert request.getfixturevalue("prognosis")("backup", path).status == 0
        made[engine_name] = path.read_bytes()
    path.write_bytes(made[engine_name])
    return path


@pytest.fixture
def into(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_sqlite_url: str
) -> Prognosis:
    """Runs a command where no database is yet."""
    return runner(monkeypatch, capsys, empty_sqlite_url)


@pytest.fixture
def elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_database_url: str
) -> Prognosis:
    """Runs a command where no database is yet, on each engine in turn."""
    return runner(monkeypatch, capsys, empty_database_url)


def manifest_of(path: Path) -> Manifest:
    with reading_backup(path) as backup:
        return backup.manifest


def retold(path: Path, other: Path, **members: Any) -> Path:
    """Copy a backup with other words in its manifest."""
    return with_entry(path, other, "manifest.json", {**told_in(path), **members})


def told_in(path: Path) -> dict[str, Any]:
    with ZipFile(path) as archive:
        told: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return told


def with_entry(path: Path, other: Path, entry: str, content: dict[str, Any] | str) -> Path:
    """Copy a backup with another content of one entry."""
    with ZipFile(path) as old, ZipFile(other, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != entry:
                new.writestr(name, old.read(name))
        new.writestr(entry, content if isinstance(content, str) else json.dumps(content))
    return other


def answers_again(command: Prognosis) -> int:
    return sum(int(each["equal"]) for each in command("verify", "--json").json())


def tables_in(url: str) -> list[str]:
    with opened(url) as database, database.read() as connection:
        return inspect(connection).get_table_names()


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_what_either_database_holds_comes_back_the_same_in_both(
    backup: Path,
    target: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = runner(monkeypatch, capsys, request.getfixturevalue(f"empty_{target}_url"))

    assert elsewhere("restore", backup).status == 0
    assert elsewhere("backup", tmp_path / "again.zip").status == 0

    before, after = (
        {each.layout.name: each for each in manifest_of(path).tables}
        for path in (backup, tmp_path / "again.zip")
    )
    # The restoring and the second backup were told to both hospitals.
    assert after.pop("audit_event").rows == before.pop("audit_event").rows + 4
    assert after == before
    assert before["prognosis"].rows == 2
    assert answers_again(elsewhere) == 2


def test_no_table_and_no_column_is_left_out(backup: Path, database_url: str) -> None:
    with opened(database_url) as database, database.read() as connection:
        inspector = inspect(connection)
        found = {
            name: {each["name"] for each in inspector.get_columns(name)}
            for name in inspector.get_table_names()
            if name != "alembic_version"
        }

    assert found == {
        each.layout.name: {*each.layout.columns} for each in manifest_of(backup).tables
    }
    assert all(each.layout.key for each in manifest_of(backup).tables)


def test_a_restored_database_goes_on_counting(
    backup: Path,
    empty_database_url: str,
    elsewhere: Prognosis,
) -> None:
    elsewhere("restore", backup)

    assert elsewhere("organisation", "add", "c").status == 0

    with running(empty_database_url) as service:
        assert service.client("c").get("/v1/patients").json()["items"] == []
        assert len(service.client("hospital-a").get("/v1/patients").json()["items"]) == 2


def test_both_commands_are_told_to_every_hospital(
    backup: Path, into: Prognosis, empty_sqlite_url: str
) -> None:
    into("restore", backup)

    with running(empty_sqlite_url) as service:
        for name in ("hospital-a", "Hôpital ‹b›"):
            events = service.client(name).get("/v1/audit-events").json()["items"]
            told = [each["action"] for each in events if each["action"].startswith("command")]
            assert told == ["command backup", "command restore"]


def test_a_backup_is_of_one_instant(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"

    def add_another(_rows: int) -> None:
        with administering(database) as directory:
            directory.add_organisation("late", datetime.now(UTC))

    manifest = write_backup(database, path, datetime.now(UTC), add_another, int)

    assert manifest.rows == 0
    with administering(database) as directory:
        assert directory.organisation("late")


def test_a_backup_is_told_as_json(filled: str, prognosis: Prognosis, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"

    told = prognosis("backup", path, "--json").json()

    assert told["bytes"] == path.stat().st_size
    assert told["schema"] == REVISIONS[-1]
    assert told["tables"]["patient"] == 2
    assert told["rows"] == sum(told["tables"].values())
    assert datetime.fromisoformat(told["made_at"]).tzinfo is not None


def test_a_backup_is_its_owners_alone_and_nothing_else_is_left(
    filled: str, prognosis: Prognosis, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    assert prognosis("backup", backup).status == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup.zip"]


def test_a_backup_takes_the_place_of_no_file(backup: Path, prognosis: Prognosis) -> None:
    before = backup.read_bytes()

    again = prognosis("backup", backup)

    assert (again.status, again.out) == (1, "")
    assert again.err == f"prognosis: {backup} is there already; name another file\n"
    assert backup.read_bytes() == before


def test_a_backup_that_cannot_be_written_is_refused(prognosis: Prognosis, tmp_path: Path) -> None:
    found = prognosis("backup", tmp_path / "nowhere" / "backup.zip")

    assert found.status == 1
    assert "cannot be written: No such file or directory" in found.err


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond some bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_file(sqlite_url: str, embedded: Prognosis, tmp_path: Path) -> None:
    embedded("organisation", "add", "hospital-a")

    with opened(sqlite_url) as database, full_disk(), pytest.raises(BackupProblem, match="large"):
        write_backup(database, tmp_path / "backup.zip", datetime.now(UTC), int, int)

    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_a_file_system_without_links_will_do(
    sqlite_url: str, embedded: Prognosis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    assert embedded("backup", tmp_path / "backup.zip").status == 0
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup.zip"]


def test_a_database_in_use_is_not_restored_into(
    backup: Path, prognosis: Prognosis, filled: str
) -> None:
    found = prognosis("restore", backup)

    assert (found.status, found.out) == (1, "")
    assert "in use (audit_event has rows); restore into a new one" in found.err
    assert answers_again(prognosis) == 2


def test_tables_of_something_else_are_left_alone(
    backup: Path,
    empty_database_url: str,
    elsewhere: Prognosis,
) -> None:
    with opened(empty_database_url) as database, database.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))

    found = elsewhere("restore", backup)

    assert found.status == 1
    assert "tables of something else" in found.err
    assert tables_in(empty_database_url) == ["theirs"]


def test_a_migrated_database_without_rows_is_empty_enough(backup: Path, into: Prognosis) -> None:
    into("migrate")

    assert into("restore", backup).status == 0


def test_a_row_that_is_not_the_written_one_is_refused_and_nothing_kept(
    backup: Path,
    empty_database_url: str,
    tmp_path: Path,
    elsewhere: Prognosis,
) -> None:
    told = told_in(backup)["tables"]
    told[-1]["sha256"] = "0" * 64
    damaged = retold(backup, tmp_path / "damaged.zip", tables=told)

    found = elsewhere("restore", damaged)

    assert found.status == 1
    assert "is damaged" in found.err
    assert tables_in(empty_database_url) == []
    assert elsewhere("restore", backup).status == 0


def test_what_the_database_refuses_half_way_leaves_nothing(
    backup: Path,
    empty_database_url: str,
    tmp_path: Path,
    elsewhere: Prognosis,
) -> None:
    told = told_in(backup)["tables"]
    (patients,) = (each for each in told if each["layout"]["name"] == "patient")
    with ZipFile(backup) as archive:
        line = archive.read("patient.ndjson").decode().splitlines(keepends=True)[0]
    patients |= {"rows": 2, "sha256": sha256((2 * line).encode()).hexdigest()}
    twice = with_entry(backup, tmp_path / "rows.zip", "patient.ndjson", 2 * line)

    found = elsewhere("restore", retold(twice, tmp_path / "twice.zip", tables=told))

    assert (found.status, found.err.count("\n")) == (1, 1)
    assert found.err.startswith("prognosis: nothing was restored: ")
    assert "P-000123" not in found.err
    assert tables_in(empty_database_url) == []


def test_rows_that_a_database_changes_are_noticed(
    backup: Path, into: Prognosis, empty_sqlite_url: str
) -> None:
    into("migrate")
    with opened(empty_sqlite_url) as database, database.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER change AFTER INSERT ON organisation BEGIN"
                " UPDATE organisation SET name = name || '!'; END"
            )
        )

    found = into("restore", backup)

    assert found.status == 1
    assert "organisation came back otherwise (2 rows of 2); nothing was restored" in found.err
    assert into("organisation", "list", "--json").json() == []


def test_a_backup_that_lacks_a_table_is_refused(
    backup: Path, into: Prognosis, tmp_path: Path, empty_sqlite_url: str
) -> None:
    told = told_in(backup)["tables"]

    found = into("restore", retold(backup, tmp_path / "less.zip", tables=told[:-1]))

    assert found.status == 1
    assert f"does not fit schema {REVISIONS[-1]}: {told[-1]['layout']['name']}" in found.err
    assert tables_in(empty_sqlite_url) == []


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ({"schema": "9999"}, "schema 9999, which this version does not know"),
        ({"format": "another"}, "of another format: 'another'"),
        ({"tables": 1}, "manifest cannot be read"),
        ({"made_at": "noon"}, "manifest cannot be read"),
    ],
)
def test_what_this_version_cannot_read_is_refused(
    backup: Path, into: Prognosis, tmp_path: Path, member: dict[str, Any], says: str
) -> None:
    found = into("restore", retold(backup, tmp_path / "other.zip", **member))

    assert found.status == 1
    assert says in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused(into: Prognosis, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "backup.zip"
    path.write_bytes(content)

    found = into("restore", path)

    assert (found.status, found.err.count("\n")) == (1, 1)
    assert found.err.startswith(f"prognosis: {path} is ")


def test_a_file_that_is_not_there_is_refused(into: Prognosis, tmp_path: Path) -> None:
    assert "cannot be read: No such file" in into("restore", tmp_path / "backup.zip").err


def test_no_changed_byte_goes_unnoticed_where_it_changes_a_row(
    sqlite_url: str, embedded: Prognosis, tmp_path: Path
) -> None:
    embedded("organisation", "add", "hospital-a")
    embedded("backup", tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    rows = rows_in(tmp_path / "backup.zip")

    noticed = 0
    for place in range(0, len(whole), 7):
        changed = tmp_path / "changed.zip"
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            assert rows_in(changed) == rows, place
        except BackupProblem:
            noticed += 1

    assert noticed > len(whole) // 14


def rows_in(path: Path) -> list[Any]:
    with reading_backup(path) as backup:
        return [row for content in backup.manifest.tables for row in backup.rows(content)]


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_part_of_a_backup_is_refused(
    backup: Path, into: Prognosis, tmp_path: Path, part: float
) -> None:
    whole = backup.read_bytes()
    (tmp_path / "part.zip").write_bytes(whole[: int(len(whole) * part)])

    found = into("restore", tmp_path / "part.zip")

    assert found.status == 1
    assert "is no backup, or not all of one" in found.err


def test_an_older_backup_gets_the_schema_of_this_version(
    backup: Path,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: Prognosis,
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder)
    (folder / "versions" / "next.py").write_text(
        f"from alembic import op\nrevision, down_revision = 'next', {REVISIONS[-1]!r}\n"
        "def upgrade():\n    op.execute('CREATE TABLE later AS SELECT name FROM organisation')\n"
    )
    monkeypatch.setattr(schema, "migrations_folder", lambda: folder)
    monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "next"))
    monkeypatch.setattr("app.storage.restoring.REVISIONS", (*REVISIONS, "next"))

    found = elsewhere("restore", backup)

    assert f"the backup has schema {REVISIONS[-1]}; the database has now next" in found.out
    with opened(empty_database_url) as database, database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM later")) == 2
