"""What a transaction promises, on SQLite and on PostgreSQL."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.errors import Unavailable
from app.storage import database as database_module
from app.storage.database import Database
from app.storage.tables import organisation, patient
from tests.owner import owned

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database as its owner has it, on each engine in turn."""
    database = owned(database_url)
    yield database
    database.close()


def add_organisation(database: Database, name: str = "hospital") -> int:
    row = insert(organisation).values(name=name, created_at=NOON)
    with database.begin() as connection:
        added = connection.execute(row.returning(organisation.c.organisation_id))
        number: int = added.scalar_one()
    return number


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(
            connection.scalars(select(organisation.c.name).order_by(organisation.c.organisation_id))
        )


def test_a_transaction_is_committed_when_its_block_ends(database: Database) -> None:
    other = Database(database.writer.url.render_as_string(hide_password=False))

    with database.begin() as connection:
        connection.execute(insert(organisation).values(name="hospital", created_at=NOON))
        assert names(other) == []

    assert names(other) == ["hospital"]
    other.close()


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def fail_half_way() -> None:
        with database.begin() as connection:
            connection.execute(insert(organisation).values(name="hospital", created_at=NOON))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert names(database) == []
    add_organisation(database)


def test_a_commit_that_fails_is_told_and_leaves_nothing(database: Database) -> None:
    @event.listens_for(database.writer, "commit", once=True)
    def fail(_connection: Connection) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        add_organisation(database)

    assert names(database) == []
    add_organisation(database)


def test_increments_of_four_threads_all_count(database: Database) -> None:
    number = add_organisation(database)
    with database.begin() as connection:
        connection.execute(
            insert(patient).values(
                organisation_id=number, patient_id="P", version=0, person_key=b"", created_at=NOON
            )
        )

    def increment(times: int) -> None:
        for _ in range(times):
            with database.begin() as connection:
                # SQLite leaves FOR UPDATE out: there, whoever writes is alone.
                row = connection.execute(select(patient.c.version).with_for_update())
                connection.execute(update(patient).values(version=row.scalar_one() + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(increment, [50] * 4))

    with database.read() as connection:
        assert connection.scalar(select(patient.c.version)) == 200


def test_a_snapshot_sees_one_state_throughout(database: Database) -> None:
    with database.read() as connection:
        before = list(
            connection.scalars(select(organisation.c.name).order_by(organisation.c.organisation_id))
        )
        add_organisation(database)
        after = list(
            connection.scalars(select(organisation.c.name).order_by(organisation.c.organisation_id))
        )

    assert before == after == []
    assert names(database) == ["hospital"]


def test_a_snapshot_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), database.read() as connection:
        connection.execute(insert(organisation).values(name="hospital", created_at=NOON))

    assert names(database) == []


def test_a_transaction_after_a_snapshot_can_write_again(database: Database) -> None:
    for name in ("one", "two", "three"):
        names(database)
        add_organisation(database, name)

    assert names(database) == ["one", "two", "three"]


def test_forty_threads_read_while_one_writes(database: Database) -> None:
    with database.begin() as connection, ThreadPoolExecutor(40) as threads:
        connection.execute(insert(organisation).values(name="hospital", created_at=NOON))
        seen = list(threads.map(lambda _: names(database), range(80)))

    assert seen == [[]] * 80


def test_an_error_repeats_no_value(database: Database) -> None:
    add_organisation(database, "marker-4711")

    with pytest.raises(IntegrityError) as refused:
        add_organisation(database, "marker-4711")

    assert "[parameters" not in str(refused.value) or "hidden" in str(refused.value)


def test_a_writer_whose_turn_does_not_come_is_told_to_come_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 0.05)
    database = Database(sqlite_url)

    with ThreadPoolExecutor(1) as threads, database.begin():
        refused = threads.submit(add_organisation, database).exception()

    assert isinstance(refused, Unavailable)
    assert add_organisation(database) == 1
    database.close()


def test_writers_of_another_process_are_waited_for(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url)
    started = Event()

    def write_second() -> int:
        started.set()
        return add_organisation(second, "second")

    with ThreadPoolExecutor(1) as threads:
        with first.begin() as connection:
            waiting = threads.submit(write_second)
            started.wait()
            connection.execute(insert(organisation).values(name="first", created_at=NOON))
        waiting.result()

    assert names(first) == ["first", "second"]
    first.close()
    second.close()


def test_a_broken_connection_is_replaced_before_it_is_used(postgres_url: str) -> None:
    database = owned(postgres_url)
    add_organisation(database, "before")

    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as killer:
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'prognosis'"
        )

    assert add_organisation(database, "after") == 2
    database.close()


def _use_after_fork(database: Database, answer: Any) -> None:
    try:
        names(database)
    except RuntimeError as error:
        answer.put(str(error))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_database_is_not_used_across_a_fork(database: Database) -> None:
    context = multiprocessing.get_context("fork")
    answer = context.SimpleQueue()

    child = context.Process(target=_use_after_fork, args=(database, answer))
    child.start()
    child.join()

    assert "fork" in answer.get()
    assert names(database) == []
