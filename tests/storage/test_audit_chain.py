"""Whoever edits the audit trail is refused, and who does it all the same is found."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, String, cast, insert, literal, select, update
from sqlalchemy.exc import DBAPIError

from app.storage import seals, tables
from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.seals import START, Event, Seals
from app.storage.tenancy import AUDIT, of_organisation
from app.usecases.chain import Fault, holds
from app.usecases.sealing import anchor, digest_of
from tests.owner import as_owner
from tests.storage.tampering import (
    NOON,
    all_seals,
    all_sequences,
    an_event,
    append,
    forget_all,
    found,
    seal_all,
    sealed_trail,
    tamper,
    tampering,
)

EVENT = tables.audit_event

EDITS: dict[str, Any] = {
    "organisation_id": 2,
    "at": NOON,
    "client_id": "clienT",
    "action": "get_patienT",
    "status": 201,
    "person": None,
    "request_id": "",
    "detail": "detail",
}

REFUSED = (
    "UPDATE audit_event SET status = 404",
    "DELETE FROM audit_event WHERE sequence = 8",
    "UPDATE audit_seal SET digest = digest",
    "DELETE FROM audit_seal WHERE place = 8",
)

REPLACED = """
    INSERT OR REPLACE INTO audit_event (sequence, at, action, status, request_id)
    VALUES (3, '2026-11-01 12:00:00.000000', 'get', 200, 'r')
"""

REFUSED_BY_SQLITE = (
    REPLACED,
    "INSERT OR REPLACE INTO audit_seal VALUES (3, 99, x'00')",
    "INSERT OR REPLACE INTO audit_seal VALUES (99, 3, x'00')",
    "INSERT INTO audit_seal VALUES (3, 99, x'00') ON CONFLICT DO UPDATE SET digest = x'00'",
)

UPSERT = """
    INSERT INTO audit_seal VALUES (3, 99, '')
    ON CONFLICT (place) DO UPDATE SET digest = excluded.digest
"""

REFUSED_BY_POSTGRESQL = (*REFUSED, UPSERT, "TRUNCATE audit_event", "TRUNCATE audit_seal")

UNREADABLE = (
    "at = replace(at, ' ', 'T')",
    "at = 2026",
    "at = at || ' '",
    "action = CAST(action AS BLOB)",
    "action = CAST(x'67657420ff' AS TEXT)",
    "action = action || char(0)",
    "status = 'ok'",
    "status = 200.5",
)

FAR_INSTANTS = ("infinity", "-infinity", "2026-11-01 12:00:00.000003+00 BC", "12026-11-01")


def refusal(database: Database, statement: str) -> str:
    """What the database says to a statement."""
    with pytest.raises(DBAPIError) as refused, as_owner(database) as connection:
        connection.exec_driver_sql(statement)
    return str(refused.value.orig)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_or_remove_a_row(database: Database, statement: str) -> None:
    sealed_trail(database)

    said = refusal(database, statement)

    assert re.search("audit_(event|seal) is append-only, no (UPDATE|DELETE)", said)
    assert found(database).fault is None


@pytest.mark.parametrize("statement", REFUSED_BY_SQLITE)
def test_sqlite_refuses_to_replace_a_row(sqlite_url: str, statement: str) -> None:
    database = Database(sqlite_url)
    sealed_trail(database)

    said = refusal(database, statement)

    assert "is append-only, no REPLACE" in said
    assert found(database).fault is None
    database.close()


@pytest.mark.parametrize("statement", REFUSED_BY_POSTGRESQL)
def test_postgresql_refuses_even_a_session_that_replicates(
    postgres_url: str, statement: str
) -> None:
    database = Database(postgres_url)
    sealed_trail(database)

    said = refusal(database, f"SET LOCAL session_replication_role = replica; {statement}")

    assert "is append-only, no " in said
    assert found(database).fault is None
    database.close()


def test_an_event_is_the_same_bytes_on_both_databases(database: Database) -> None:
    event = replace(an_event(0), at=datetime(2026, 3, 29, 1, 30, 0, 120, UTC), client_id=None)
    append(database, event)

    with database.read(AUDIT) as connection:
        (read,) = Seals(connection).unsealed(10, 0)

    assert read == Event(
        1,
        b'[1,1,"2026-03-29T01:30:00.000120Z",null,"get_patient",200,"person-0","r-0","d\\u00e9tail"]',
    )


def test_a_chain_that_nobody_touched_holds(database: Database) -> None:
    sealed_trail(database)
    append(database, an_event(8))

    report = found(database)

    assert (report.sealed, report.unsealed, report.fault) == (8, 1, None)
    assert report.head == all_seals(database)[-1]
    assert report.head.place == 8


def test_an_empty_trail_holds(database: Database) -> None:
    report = found(database)

    assert (report.sealed, report.unsealed, report.fault, report.head) == (0, 0, None, START)


@pytest.mark.parametrize("column", EDITS)
def test_an_edit_of_any_column_is_found(database: Database, column: str) -> None:
    sealed_trail(database)

    with tampering(database) as connection:
        edit = update(EVENT).where(EVENT.c.sequence == 4)
        connection.execute(edit.values({column: EDITS[column]}))

    assert found(database).fault == Fault("edited", 4, 4)


def test_every_column_of_an_event_is_sealed() -> None:
    assert {*EDITS, "sequence"} == {column.name for column in EVENT.c}


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["UPDATE audit_event SET sequence = 99 WHERE sequence = 4"], Fault("missing", 4, 4)),
        (["DELETE FROM audit_event WHERE sequence = 4"], Fault("missing", 4, 4)),
        (["DELETE FROM audit_event WHERE sequence > 5"], Fault("missing", 6, 6)),
        (
            [
                "UPDATE audit_event SET sequence = 99 WHERE sequence = 4",
                "UPDATE audit_event SET sequence = 4 WHERE sequence = 6",
                "UPDATE audit_event SET sequence = 6 WHERE sequence = 99",
            ],
            Fault("edited", 4, 4),
        ),
        (
            [
                "UPDATE audit_seal SET sequence = 99 WHERE place = 4",
                "UPDATE audit_seal SET sequence = 4 WHERE place = 6",
                "UPDATE audit_seal SET sequence = 6 WHERE place = 4",
            ],
            Fault("edited", 4, 6),
        ),
        (["DELETE FROM audit_seal WHERE place = 4"], Fault("unchained", 4, None)),
        (["DELETE FROM audit_seal WHERE place = 1"], Fault("unchained", 1, None)),
        (["UPDATE audit_seal SET place = -4 WHERE place = 4"], Fault("unchained", 1, None)),
        (
            [
                "DELETE FROM audit_event WHERE sequence = 7",
                "DELETE FROM audit_seal WHERE place = 7",
                "UPDATE audit_seal SET place = 7 WHERE place = 8",
            ],
            Fault("edited", 7, 8),
        ),
        (
            ["UPDATE audit_seal SET digest = substr(digest, 1, 31) WHERE place = 4"],
            Fault("edited", 4, 4),
        ),
    ],
)
def test_what_was_removed_or_moved_is_found(
    database: Database, statements: list[str], fault: Fault
) -> None:
    sealed_trail(database)

    tamper(database, *statements)

    assert found(database).fault == fault


def test_an_edit_with_its_own_seal_made_anew_is_found_at_the_next(database: Database) -> None:
    sealed_trail(database)
    tamper(database, "UPDATE audit_event SET status = 404 WHERE sequence = 4")

    with tampering(database) as connection:
        read = Seals(connection)
        (_, event) = read.page(1, 3)[0]
        assert event is not None
        forged = digest_of(read.at(3).digest, event)
        connection.execute(
            update(tables.audit_seal).where(tables.audit_seal.c.place == 4).values(digest=forged)
        )

    assert found(database).fault == Fault("edited", 5, 5)


def test_the_first_of_several_faults_is_told(database: Database) -> None:
    sealed_trail(database)

    tamper(
        database,
        "DELETE FROM audit_event WHERE sequence = 7",
        "UPDATE audit_event SET status = 404 WHERE sequence = 3",
    )

    report = found(database)
    assert report.fault == Fault("edited", 3, 3)
    assert (report.sealed, report.unsealed) == (7, 0)


def test_a_tail_that_was_cut_off_is_found_by_an_anchor(database: Database) -> None:
    sealed_trail(database)
    kept = anchor(database)

    tamper(
        database,
        "DELETE FROM audit_event WHERE sequence > 5",
        "DELETE FROM audit_seal WHERE place > 5",
    )

    assert found(database).fault is None
    assert not holds(database, kept)


def test_an_unsealed_event_that_was_removed_is_found_by_an_anchor(database: Database) -> None:
    sealed_trail(database)
    append(database, an_event(8))
    kept = anchor(database)

    tamper(database, "DELETE FROM audit_event WHERE sequence = 9")

    assert found(database).fault is None
    assert not holds(database, kept)


def test_a_chain_that_was_made_anew_is_found_by_an_anchor(database: Database) -> None:
    sealed_trail(database)
    kept = anchor(database)

    tamper(
        database,
        "UPDATE audit_event SET person = NULL WHERE sequence = 4",
        "DELETE FROM audit_seal",
    )
    seal_all(database)

    assert found(database).fault is None
    assert not holds(database, kept)


def test_an_anchor_holds_for_as_long_as_the_chain_grows(database: Database) -> None:
    before = anchor(database)
    sealed_trail(database)
    kept = anchor(database)
    append(database, an_event(8))
    seal_all(database)

    assert (kept.place, kept.events, kept.digest) == (8, 8, all_seals(database)[7].digest.hex())
    assert holds(database, kept)
    assert holds(database, before)


def test_seals_made_anew_of_untouched_events_are_the_same(database: Database) -> None:
    sealed_trail(database)
    kept, before = anchor(database), all_seals(database)

    tamper(database, "DELETE FROM audit_seal")
    seal_all(database)

    assert all_seals(database) == before
    assert holds(database, kept)


def tell(database: Database, sequence: int) -> None:
    """Insert an event under a sequence of one's choice, which no trigger refuses."""
    values = {"sequence": sequence, "organisation_id": 1, **vars(an_event(sequence))}
    with database.begin(of_organisation(1)) as connection:
        connection.execute(insert(EVENT).values(values))


@pytest.fixture
def with_a_gap(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A sealed trail in which the sequence 4 was never used, too long ago on both databases."""
    monkeypatch.setitem(seals.LATEST, "postgresql", 2)
    for sequence in (1, 2, 3, 5, 6, 7, 8):
        tell(database, sequence)
    seal_all(database)
    return database


def test_an_event_put_in_between_is_not_sealed_and_found(with_a_gap: Database) -> None:
    tell(with_a_gap, 4)

    seal_all(with_a_gap)

    report = found(with_a_gap)
    assert (report.sealed, report.unsealed) == (7, 1)
    assert report.fault == Fault("inserted", None, 4)


def test_an_event_put_in_between_is_found_with_a_seal_too(
    with_a_gap: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(with_a_gap, 4)

    with monkeypatch.context() as another:
        another.setitem(seals.LATEST, with_a_gap.dialect, 100)
        seal_all(with_a_gap)

    report = found(with_a_gap)
    assert (report.sealed, report.unsealed) == (8, 0)
    assert report.fault == Fault("inserted", 8, 4)


@pytest.mark.parametrize("edit", UNREADABLE)
def test_what_sqlite_keeps_and_no_service_wrote_is_found(sqlite_url: str, edit: str) -> None:
    database = Database(sqlite_url)
    sealed_trail(database)

    tamper(database, f"UPDATE audit_event SET {edit} WHERE sequence = 4")

    assert found(database).fault == Fault("edited", 4, 4)
    database.close()


@pytest.mark.parametrize("digest", ["'text'", "1000000000", "32", "x'00'"])
def test_a_seal_that_is_no_digest_is_found(sqlite_url: str, digest: str) -> None:
    database = Database(sqlite_url)
    sealed_trail(database)

    tamper(database, f"UPDATE audit_seal SET digest = {digest} WHERE place = 4")

    assert found(database).fault == Fault("edited", 4, 4)
    database.close()


@pytest.mark.parametrize("at", FAR_INSTANTS)
def test_an_instant_that_python_does_not_know_is_found(postgres_url: str, at: str) -> None:
    database = Database(postgres_url)
    sealed_trail(database)

    tamper(database, f"UPDATE audit_event SET at = '{at}' WHERE sequence = 4")

    assert found(database).fault == Fault("edited", 4, 4)
    database.close()


def test_an_event_that_nobody_can_read_is_sealed_like_any_other(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    sealed_trail(database, 3)
    with database.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audit_event (at, action, status, request_id)"
            " VALUES ('yesterday', CAST(x'ff' AS TEXT), 'ok', x'00')"
        )
    append(database, an_event(5))

    seal_all(database)

    report = found(database)
    assert (report.sealed, report.unsealed, report.fault) == (5, 0, None)
    database.close()


LETTERS = st.characters(codec="utf-8", exclude_characters="\0")


def texts(most: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, max_size=most)


EVENTS = st.builds(
    AuditEvent,
    at=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    client_id=st.none() | texts(32),
    action=texts(200),
    status=st.integers(100, 599),
    person=st.none() | texts(64),
    request_id=texts(64),
    detail=st.none() | texts(300),
)


def edited(value: Any, data: st.DataObject) -> Any:
    """Another value, one byte of it changed."""
    if isinstance(value, int):
        return value ^ (data.draw(st.integers(1, 255)) << data.draw(st.sampled_from([0, 8, 16])))
    if isinstance(value, datetime):
        return value + timedelta(microseconds=data.draw(st.integers(1, 255)))
    if not value:
        return value + type(value)(b"x") if isinstance(value, bytes) else "x"
    at = data.draw(st.integers(0, len(value) - 1))
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ data.draw(st.integers(1, 255))]) + value[at + 1 :]
    letter = data.draw(LETTERS.filter(lambda each: each != value[at]))
    return value[:at] + letter + value[at + 1 :]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(EVENTS, min_size=1, max_size=12), data=st.data())
def test_one_byte_edited_anywhere_is_found_at_its_row(
    database: Database, events: list[AuditEvent], data: st.DataObject
) -> None:
    forget_all(database)
    append(database, *events)
    seal_all(database)
    place = data.draw(st.integers(1, len(events)))
    sequence = all_sequences(database)[place - 1]
    assert found(database).fault is None

    with tampering(database) as connection:
        row = connection.execute(select(EVENT).where(EVENT.c.sequence == sequence)).one()
        told = [column for column in EVENT.c if row._mapping[column] is not None]
        column = data.draw(st.sampled_from(told))
        value: Any = row._mapping[column]
        if column is EVENT.c.sequence:
            # Its neighbours' sequences are taken.
            new: Any = value ^ (data.draw(st.integers(1, 255)) << 16)
        elif database.dialect == "sqlite" and not isinstance(value, int):
            stored = select(cast(column, LargeBinary)).where(EVENT.c.sequence == sequence)
            new = cast(literal(edited(connection.execute(stored).scalar_one(), data)), String)
        else:
            new = edited(value, data)
        change = update(EVENT).where(EVENT.c.sequence == sequence)
        assert connection.execute(change.values({column.name: new})).rowcount == 1

    fault = found(database).fault
    assert fault is not None
    assert (fault.place, fault.sequence) == (place, sequence)
    assert fault.kind == ("missing" if column is EVENT.c.sequence else "edited")
