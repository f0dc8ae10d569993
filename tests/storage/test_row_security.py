"""PostgreSQL keeps organisations apart by itself, also where the service's own filter is gone."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.storage import tables
from app.storage.audit import AuditEvent
from app.storage.backups import write_backup
from app.storage.database import Database
from app.storage.engines import DatabaseProblem
from app.storage.restoring import restore_backup
from app.storage.schema import check_schema, migrate
from app.storage.tenancy import (
    AUDIT,
    BACKUP,
    DIRECTORY,
    NOTHING,
    REFITS,
    ROLE,
    Reach,
    of_client,
    of_organisation,
    refuse_open_fence,
)
from tests.owner import as_owner
from tests.postgres_server import PostgresServer

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

OF_NOBODY = {"alembic_version", "attempt_window", "audit_seal"}
"""The tables that hold nothing of an organisation."""

FENCED = [each for each in tables.metadata.sorted_tables if each.name not in OF_NOBODY]

OURS, THEIRS = 1, 2

SAID = {
    "kind": "binary",
    "method": "imaging",
    "patient_id": "P",
    "model_id": "sha256:1",
    "progress": 0.5,
    "outcome": "AA",
    "sequence": None,
}
"""What a column holds where not anything will do."""

STATUS = {
    "refit": "done",
    "comparison": "done",
    "model": "candidate",
    "blood_test": "final",
    "assessment": "stable",
    "pool_model": "done",
    "trial": "draft",
}


def a_row(table: Table, organisation_id: int) -> dict[str, Any]:
    """Make a row of an organisation, of any table; the next table may need no line for it."""
    values = {each.name: _value(each) for each in table.columns} | {
        name: said for name, said in SAID.items() if name in table.columns
    }
    if "status" in table.columns:
        values["status"] = STATUS.get(table.name, 200)
    for name in {"client_id", "pool_id", "pool_model_id"} & {*table.columns.keys()}:
        values[name] = f"c{organisation_id}"
    if "organisation_id" in table.columns:
        values["organisation_id"] = organisation_id
    if table is tables.organisation:
        values["name"] = f"hospital-{organisation_id}"
    return {name: value for name, value in values.items() if value is not None}


def _value(column: Column[Any]) -> Any:
    kinds = (Boolean, True), (Date, date(2026, 11, 1)), (Float, 1.0), (LargeBinary, b"1")
    for kind, value in (*kinds, (Integer, 1), (tables.Instant, NOON)):
        if isinstance(column.type, kind):
            return value
    return "1"


def fill(connection: Connection) -> None:
    """Give two organisations a row each in every table."""
    for organisation_id in (OURS, THEIRS):
        for table in FENCED:
            connection.execute(insert(table).values(a_row(table, organisation_id)))


@pytest.fixture(scope="module")
def filled_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    """A database with two organisations, which every test leaves as it was."""
    name = postgres_server.create_database(migrated_postgres)
    url = postgres_server.url(name)
    with closing(Database(url, pool_size=1)) as database, as_owner(database) as connection:
        fill(connection)
    yield url
    postgres_server.drop_database(name)


@pytest.fixture
def database(filled_url: str) -> Iterator[Database]:
    """The service's way into it, by one connection."""
    with closing(Database(filled_url, pool_size=1)) as database:
        yield database


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Undo what the block does, and what it failed at."""
    point = connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def rows(connection: Connection, table: Table) -> int:
    """Count the rows that there seem to be; nothing is asked for one organisation."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def reached(database: Database, reach: Reach) -> dict[str, int]:
    """Count what a reach shows of each table, and leave out where that is nothing."""
    with database.read(reach) as connection:
        found = {table.name: rows(connection, table) for table in FENCED}
    return {name: number for name, number in found.items() if number}


def test_every_table_with_an_organisation_is_fenced(database: Database) -> None:
    with database.read() as connection:
        fences = connection.execute(
            text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity,"
                " array_agg(DISTINCT polcmd::text) FROM pg_class"
                " LEFT JOIN pg_policy ON polrelid = pg_class.oid"
                " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
                " GROUP BY 1, 2"
            )
        ).all()

    open_to_all = {name for name, is_fenced, _ in fences if not is_fenced}
    assert open_to_all == OF_NOBODY
    assert {name for name, _, _ in fences} == {*tables.metadata.tables, "alembic_version"}
    policies = {name: set(commands) for name, is_fenced, commands in fences if is_fenced}
    # "*" is a policy on every command; audit events are read and appended, and nothing else.
    assert policies.pop("audit_event") == {"r", "a"}
    assert all("*" in commands for commands in policies.values())


def test_a_transaction_that_names_no_organisation_sees_none(database: Database) -> None:
    assert reached(database, NOTHING) == {}


def test_without_any_filter_only_the_organisations_own_rows_are_there(database: Database) -> None:
    for organisation_id in (OURS, THEIRS):
        assert reached(database, of_organisation(organisation_id)) == {
            table.name: 1 for table in FENCED
        }
        with database.read(of_organisation(organisation_id)) as connection:
            for table in FENCED:
                (found,) = connection.execute(select(table)).all()
                expected = a_row(table, organisation_id)
                assert {name: getattr(found, name) for name in expected} == expected


def test_what_reaches_across_organisations_shows_what_it_is_for(database: Database) -> None:
    both = dict.fromkeys
    assert reached(database, AUDIT) == both(("audit_event",), 2)
    assert reached(database, REFITS) == both(("refit",), 2)
    assert reached(database, DIRECTORY) == both(("organisation", "client"), 2)
    assert reached(database, BACKUP) == both(
        ("organisation", "client", "client_secret", "audit_event"), 2
    )
    assert reached(database, of_client("c1")) == both(
        ("organisation", "client", "client_secret", "access_token"), 1
    )
    assert reached(database, of_client("nobody")) == {}
    assert reached(database, of_client("")) == {}


REACHES = (NOTHING, of_organisation(OURS), of_client("c1"), of_client("c2"), AUDIT, BACKUP)


@pytest.mark.parametrize("reach", REACHES, ids=str)
def test_no_row_can_be_written_for_another_organisation(database: Database, reach: Reach) -> None:
    with database.begin(reach) as connection:
        for table in FENCED:
            with (
                pytest.raises(ProgrammingError, match="violates row-level security policy"),
                undone(connection),
            ):
                connection.execute(insert(table).values(a_row(table, THEIRS)))


def test_no_row_can_be_given_to_another_organisation(database: Database) -> None:
    with database.begin(of_organisation(OURS)) as connection:
        for table in FENCED:
            name = "client_id" if table is tables.client_secret else "organisation_id"
            moved = {name: a_row(table, THEIRS)[name]}
            with (
                pytest.raises(ProgrammingError, match=r"row-level security|permission denied"),
                undone(connection),
            ):
                connection.execute(update(table).values(moved))


APPEND_ONLY = {
    *(("audit_event", "UPDATE"), ("audit_event", "DELETE"), ("organisation", "DELETE")),
    *(("trial_allocation", "UPDATE"), ("trial_allocation", "DELETE")),
}
"""What the role may do to nobody's rows."""


def touched(connection: Connection, statement: Any) -> int | None:
    """Count the rows that a statement without a condition reaches; None where others refer."""
    try:
        with undone(connection):
            return connection.execute(statement).rowcount
    except IntegrityError:
        return None


def test_what_changes_or_removes_every_row_leaves_the_others_alone(database: Database) -> None:
    for reach in REACHES:
        own = (1, None) if reach == of_organisation(OURS) else (0,)
        with database.begin(reach) as connection:
            for table in FENCED:
                last = list(table.columns)[-1]
                for statement in (update(table).values({last: last}), delete(table)):
                    if (table.name, str(statement)[:6]) in APPEND_ONLY:
                        with pytest.raises(ProgrammingError, match="permission denied"):
                            touched(connection, statement)
                    else:
                        assert touched(connection, statement) in own, (reach, str(statement))


def test_a_setting_does_not_outlive_its_transaction(database: Database) -> None:
    def broken() -> None:
        with database.begin(of_organisation(OURS)) as connection:
            connection.execute(text("SELECT 1 / 0"))

    def process() -> Any:
        with database.read() as connection:
            shown = connection.execute(
                text(
                    "SELECT pg_backend_pid(), current_user,"
                    " current_setting('prognosis.organisation', true)"
                )
            ).one()
            assert rows(connection, tables.patient) == 0
        assert tuple(shown)[1:] in ((ROLE, None), (ROLE, ""))
        return shown[0]

    before = process()
    assert reached(database, of_organisation(OURS))["patient"] == 1
    committed = process()
    with pytest.raises(Exception, match="division by zero"):
        broken()

    assert before == committed == process()


def test_the_role_is_the_one_that_a_reset_goes_back_to(database: Database) -> None:
    with database.begin() as connection:
        for statement in ("RESET ROLE", "RESET ALL"):
            connection.exec_driver_sql(statement)
            assert connection.scalar(text("SELECT current_user")) == ROLE
        assert rows(connection, tables.patient) == 0


OPENED = {
    "which is a superuser": f"ALTER ROLE {ROLE} SUPERUSER",
    "which bypasses row-level security": f"ALTER ROLE {ROLE} BYPASSRLS",
    "which owns patient": f"ALTER TABLE patient OWNER TO {ROLE}",
    "and with a policy on patient": "ALTER TABLE patient NO FORCE ROW LEVEL SECURITY",
    "and with a policy on refit": "ALTER TABLE refit DISABLE ROW LEVEL SECURITY",
    "and with a policy on model_block": "DROP POLICY of_organisation ON model_block",
    "and with a policy on new": "CREATE TABLE new (organisation_id INTEGER)",
    "lacks rights on blood_test": f"REVOKE INSERT ON blood_test FROM {ROLE}",
}


def test_the_service_does_not_start_where_the_fence_is_open(database: Database) -> None:
    with as_owner(database) as connection:
        for told, opening in OPENED.items():
            with undone(connection):
                connection.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
                refuse_open_fence(connection)
                connection.exec_driver_sql(f"RESET ROLE; {opening}; SET LOCAL ROLE {ROLE}")
                with pytest.raises(DatabaseProblem, match=told):
                    refuse_open_fence(connection)


def test_rights_that_were_lost_come_back_with_migrate(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        with as_owner(database) as connection:
            connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
            connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {ROLE}")
        with pytest.raises(DatabaseProblem, match="run `prognosis migrate`"):
            check_schema(database)

        assert migrate(postgres_url) is False

        check_schema(database)


@contextmanager
def a_login(server: PostgresServer, name: str, *rights: str) -> Iterator[tuple[str, str]]:
    """Two databases of an owner who is no superuser, by the address it reaches them at."""
    server.execute(f"CREATE ROLE {name} LOGIN")
    for right in rights:
        server.execute(f"GRANT {right} TO {name}")
    databases = [server.create_database() for _ in range(2)]
    for each in databases:
        server.execute(f"ALTER DATABASE {each} OWNER TO {name}")
    one, other = (server.url(each).replace("postgres@", f"{name}@") for each in databases)
    try:
        yield one, other
    finally:
        for each in databases:
            server.drop_database(each)
        server.execute(f"DROP ROLE {name}")


def test_an_owner_who_is_no_superuser_migrates_serves_backs_up_and_restores(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    told = AuditEvent(NOON, "test", "command restore", 200, None, "r")
    with a_login(postgres_server, "hospital_owner", ROLE) as (one, other):
        assert migrate(one) is True
        with closing(Database(one)) as database:
            check_schema(database)
            with as_superuser(postgres_server, one) as connection:
                fill(connection)
            kept = write_backup(database, tmp_path / "backup.zip", NOON, int, int)
        assert {each.layout.name: each.rows for each in kept.tables} == {
            table.name: 0 if table.name in OF_NOBODY else 2
            for table in tables.metadata.sorted_tables
        }

        restore_backup(other, tmp_path / "backup.zip", told, int, int)

        with closing(Database(other)) as database:
            check_schema(database)
            own = {table.name: 1 for table in FENCED}
            assert reached(database, of_organisation(THEIRS)) == own | {"audit_event": 2}
        with pytest.raises(Exception, match="the database is in use"):
            restore_backup(other, tmp_path / "backup.zip", told, int, int)


@contextmanager
def as_superuser(server: PostgresServer, url: str) -> Iterator[Connection]:
    """Open a transaction that reaches every row of somebody else's database."""
    name = url.partition("@/")[2].partition("?")[0]
    with closing(Database(server.url(name))) as database, as_owner(database) as connection:
        yield connection


def test_a_plain_member_of_the_role_is_let_in_and_is_nobody_more_without_it(
    filled_url: str, postgres_server: PostgresServer
) -> None:
    plain = filled_url.replace("postgres@", "plain@")
    postgres_server.execute("CREATE ROLE plain LOGIN")
    try:
        with pytest.raises(DatabaseProblem, match=f"GRANT {ROLE} TO plain"):
            Database(plain)
        postgres_server.execute(f"GRANT {ROLE} TO plain")

        assert migrate(plain) is False
        with closing(Database(plain)) as database:
            check_schema(database)
            with database.read(of_organisation(OURS)) as connection:
                connection.exec_driver_sql("SET ROLE NONE")
                assert connection.scalar(text("SELECT current_user")) == "plain"
                assert [rows(connection, table) for table in FENCED] == [1] * len(FENCED)
    finally:
        postgres_server.execute("DROP ROLE plain")


def test_who_may_not_make_the_role_is_told_what_an_administrator_has_to_run(
    postgres_server: PostgresServer, migrated_postgres: str
) -> None:
    assert migrated_postgres
    with (
        a_login(postgres_server, "poor") as (url, _),
        pytest.raises(DatabaseProblem, match=f"CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO poor;"),
    ):
        migrate(url)


def test_the_service_does_not_start_as_the_owner(filled_url: str) -> None:
    with (
        closing(Database(f"{filled_url}&options=-c%20role%3Dnone")) as database,
        pytest.raises(DatabaseProblem, match="as the role postgres, which is a superuser"),
    ):
        check_schema(database)


def test_a_migration_of_rows_that_would_not_see_them_fails(
    postgres_server: PostgresServer, migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert migrated_postgres

    def careless(config: Any, _revision: str) -> None:
        rows(config.attributes["connection"], tables.patient)

    with a_login(postgres_server, "careless", ROLE) as (url, _):
        migrate(url)
        with as_superuser(postgres_server, url) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
        monkeypatch.setattr(command, "upgrade", careless)

        with pytest.raises(DatabaseProblem, match="would be affected by row-level security"):
            migrate(url)
