"""The audit trail is chained behind those who write it, and nobody waits for that."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from app import logs
from app.errors import InvalidInput
from app.storage.audit import AuditTrail
from app.storage.database import Database
from app.storage.schema import migrate
from app.storage.seals import SEAL_LOCK
from app.storage.tenancy import of_organisation
from app.usecases import sealing
from app.usecases.chain import check_chain, read_anchor
from app.usecases.sealing import AT_ONCE, Anchor, Sealer, anchor, seal, seal_recent
from tests.postgres_server import PostgresServer
from tests.storage.tampering import (
    all_seals,
    all_sequences,
    an_event,
    append,
    found,
    seal_all,
    sealed_trail,
)

SOON_S = 60
"""What takes longer has failed; what is usual is a hundredth of it."""


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def assert_sealed_once(database: Database, events: int) -> None:
    """Every event has one seal, the places have no gap, and the chain holds."""
    seals = all_seals(database)
    assert [each.place for each in seals] == list(range(1, events + 1))
    assert sorted(each.sequence for each in seals) == all_sequences(database)
    report = found(database)
    assert (report.sealed, report.unsealed, report.fault) == (events, 0, None)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealers that look a hundred times a second."""
    monkeypatch.setattr(sealing, "EVERY_S", 0.01)
    monkeypatch.setattr(sealing, "BETWEEN_S", 0.0)


@pytest.fixture
def sealer(database: Database, eager: None) -> Iterator[Sealer]:
    """A running sealer."""
    sealer = Sealer(database)
    sealer.start()
    yield sealer
    sealer.close()


@pytest.fixture
def statements(database: Database) -> list[str]:
    """What is asked of the database from here on."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    # On PostgreSQL, who reads and who writes share one engine.
    for engine in {database.writer, database.reader} if database.is_file else {database.writer}:
        event.listen(engine, "before_cursor_execute", note)
    return asked


def test_nothing_to_seal_costs_one_read(database: Database, statements: list[str]) -> None:
    sealed_trail(database)
    statements.clear()

    assert seal(database) == 0

    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


def test_one_transaction_seals_a_bounded_number(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 3)
    append(database, *map(an_event, range(7)))

    sealed = [seal(database) for _ in range(4)]

    assert sealed == [3, 3, 1, 0]
    assert_sealed_once(database, 7)


def test_a_failed_commit_leaves_the_chain_as_it_was(database: Database) -> None:
    sealed_trail(database, 3)
    append(database, an_event(3))

    @event.listens_for(database.writer, "commit", once=True)
    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    with pytest.raises(OperationalError):
        seal(database)

    assert len(all_seals(database)) == 3
    assert seal(database) == 1
    assert_sealed_once(database, 4)


def test_who_finds_somebody_sealing_leaves_it_to_them(postgres_url: str) -> None:
    database = Database(postgres_url)
    append(database, an_event(0))

    with database.begin() as other:
        other.execute(select(func.pg_advisory_xact_lock(SEAL_LOCK)))
        while_held = seal(database)

    assert (while_held, seal(database)) == (0, 1)
    database.close()


def test_an_event_committed_after_a_later_one_is_sealed_after_it(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.begin(of_organisation(1)) as slow:
        AuditTrail(slow, 1).add(an_event(0))
        append(database, an_event(1))
        seal_all(database)
    seal_all(database)

    assert [each.sequence for each in all_seals(database)] == [2, 1]
    assert_sealed_once(database, 2)
    database.close()


def test_an_event_that_comes_very_late_is_sealed_in_its_turn(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "RECENT", 2)
    database = Database(postgres_url)
    with database.begin(of_organisation(1)) as slow:
        AuditTrail(slow, 1).add(an_event(0))
        append(database, *map(an_event, range(5)))
        seal_all(database)

    sealed = seal_recent(database), seal(database)

    assert sealed == (0, 1)
    assert_sealed_once(database, 6)
    database.close()


def test_a_sealer_looks_for_what_comes_very_late_from_time_to_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, eager: None
) -> None:
    monkeypatch.setattr(sealing, "RECENT", 2)
    monkeypatch.setattr(sealing, "LATE_EVERY_S", 0.1)
    database = Database(postgres_url)
    sealer = Sealer(database)
    with database.begin(of_organisation(1)) as slow:
        AuditTrail(slow, 1).add(an_event(0))
        append(database, *map(an_event, range(5)))
        sealer.start()
        wait_until(lambda: len(all_seals(database)) == 5)

    wait_until(lambda: len(all_seals(database)) == 6)

    sealer.close()
    assert_sealed_once(database, 6)
    database.close()


def test_a_sequence_that_was_rolled_back_leaves_no_gap_in_the_chain(database: Database) -> None:
    def fail_after_an_event() -> None:
        with database.begin(of_organisation(1)) as connection:
            AuditTrail(connection, 1).add(an_event(0))
            raise ZeroDivisionError

    append(database, an_event(1))
    with pytest.raises(ZeroDivisionError):
        fail_after_an_event()
    append(database, an_event(2))

    seal_all(database)

    assert_sealed_once(database, 2)


def test_several_sealers_make_one_chain(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 7)
    append(database, *map(an_event, range(500)))
    other = Database(database_url)

    def seal_on(mine: Database) -> int:
        sealed = 0
        while len(all_sequences(mine)) > len(all_seals(mine)):
            sealed += seal(mine)
        return sealed

    with ThreadPoolExecutor(6) as threads:
        sealed = list(threads.map(seal_on, [database, other] * 3))

    assert sum(sealed) == 500
    assert_sealed_once(database, 500)
    other.close()


def test_a_hundred_writers_and_two_sealers_seal_every_event_once(
    database: Database, sealer: Sealer
) -> None:
    second = Sealer(database)
    second.start()

    def write(number: int) -> None:
        for each in range(5):
            append(database, an_event(10 * number + each))

    with ThreadPoolExecutor(100) as threads:
        list(threads.map(write, range(100)))
    wait_until(lambda: len(all_seals(database)) == 500)
    second.close()

    assert_sealed_once(database, 500)


def test_events_keep_coming_while_a_long_trail_is_sealed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "EVERY_S", 0.01)
    append(database, *map(an_event, range(4 * AT_ONCE)))
    sealer = Sealer(database)
    sealer.start()
    behind = []

    for number in range(20):
        append(database, an_event(number))
        behind.append(len(all_sequences(database)) - len(all_seals(database)))
    wait_until(lambda: len(all_seals(database)) == 4 * AT_ONCE + 20)
    sealer.close()

    assert behind[0] > 0
    assert_sealed_once(database, 4 * AT_ONCE + 20)


def test_a_sealer_stops_at_once_and_goes_on_after_a_restart(
    database: Database, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "EVERY_S", 3600)
    first, second = Sealer(database), Sealer(database)
    first.start()
    append(database, an_event(0))

    began = time.monotonic()
    first.close()
    taken = time.monotonic() - began
    second.start()
    wait_until(lambda: len(all_seals(database)) == 1)
    second.close()

    assert taken < 2
    assert_sealed_once(database, 1)


def test_a_sealer_that_was_never_started_closes(database: Database) -> None:
    Sealer(database).close()

    assert all_seals(database) == []


def warnings(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (each.getMessage(), vars(each)["error"])
        for each in caplog.records
        if each.name == sealing.__name__ and each.levelno >= logging.WARNING
    ]


def test_a_sealer_outlives_an_outage_and_tells_it_once(
    eager: None, caplog: pytest.LogCaptureFixture
) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database())
        migrate(url)
        database = Database(url, pool_size=4)
        sealer = Sealer(database)
        sealer.start()
        append(database, an_event(0))
        wait_until(lambda: len(all_seals(database)) == 1)

        server.stop()
        wait_until(lambda: bool(warnings(caplog)))
        time.sleep(0.2)
        told = warnings(caplog)
        server.start()
        append(database, an_event(1))
        wait_until(lambda: len(all_seals(database)) == 2)
        sealer.close()

        assert len(told) == 1
        assert told[0][0] == "the audit trail is not being sealed"
        assert_sealed_once(database, 2)
        database.close()


def test_the_anchor_is_logged_once_a_day(
    database: Database, eager: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sealed_trail(database)
    sealer = Sealer(database)

    sealer.start()
    append(database, an_event(8))
    wait_until(lambda: len(all_seals(database)) == 9)
    append(database, an_event(9))
    wait_until(lambda: len(all_seals(database)) == 10)
    sealer.close()

    told = [each for each in caplog.records if each.getMessage() == "audit anchor"]
    assert len(told) == 1
    line = logs._Lines().format(told[0])
    assert read_anchor(line) == read_anchor(json.dumps(vars(told[0]), default=str))
    assert read_anchor(line).digest in {each.digest.hex() for each in all_seals(database)}
    assert json.loads(line).keys() == {
        *("at", "level", "message"),
        *Anchor.__dataclass_fields__,
    }


def test_an_empty_trail_has_an_anchor_that_is_not_logged(
    database: Database, sealer: Sealer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    Flag().wait(0.1)

    found = anchor(database)

    assert (found.place, found.digest, found.events) == (0, "00" * 32, 0)
    assert [each for each in caplog.records if each.getMessage() == "audit anchor"] == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"day": "2026-11-01", "place": "x", "digest": "", "events": 1}'],
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_anchor(text)

    assert refused.value.code == "no-anchor"


def test_a_long_chain_is_checked_page_by_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.usecases.chain.PAGE", 3)
    sealed_trail(database, 8)
    pages: list[Any] = []

    report = check_chain(database, pages.append)

    assert pages == [3, 3, 2]
    assert (report.sealed, report.fault) == (8, None)
