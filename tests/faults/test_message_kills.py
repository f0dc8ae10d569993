"""A receiver killed at any step of a message: sent again, it is one result and one outcome."""

from contextlib import closing
from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy import func, select

from app.storage import tables
from app.storage.database import Database
from app.storage.store import administering, writing
from app.usecases.clients import NewClient, add_client
from tests.faults.laboratory.seed import chance_of, choose_seed
from tests.faults.receiver import AFTER_COMMIT, receive
from tests.owner import owned
from tests.protocols.hl7v2.oru import an_oru, outcome, segment

MOST_STEPS = 40
"""Statements and commits of one message; the test finds out how many there are."""


def a_key(database_url: str) -> str:
    """Make a key of a new hospital."""
    new, now = NewClient("analyser", ("results:write", "patients:write")), datetime.now(UTC)
    with closing(Database(database_url, pool_size=1)) as database:
        with administering(database) as directory:
            added = directory.add_organisation("hospital-a", now)
            assert added is not None
        with writing(database, added.organisation_id) as store:
            return add_client(store.directory, added.organisation_id, new, now)[1]


def a_message(number: int) -> bytes:
    """Report a result of its own."""
    order = segment("OBR", f3=f"A-{number}")
    return an_oru(segment("PID"), order, segment("OBX"), f10=f"M-{number}")


def check_each_is_there_once(database_url: str, messages: int) -> None:
    with closing(owned(database_url)) as database, database.read() as connection:
        for table, column in (
            (tables.blood_test, tables.blood_test.c.accession_number),
            (tables.message, tables.message.c.control_id),
            (tables.message_result, tables.message_result.c.accession_number),
        ):
            query = select(func.count(), func.count(column.distinct())).select_from(table)
            assert tuple(connection.execute(query).one()) == (messages, messages), table.name


def test_a_receiver_killed_at_each_step_loses_nothing_and_stores_nothing_twice(
    database_url: str,
) -> None:
    key, told = a_key(database_url), 0
    for step in (AFTER_COMMIT, *range(1, MOST_STEPS)):
        first = receive(database_url, key, a_message(told), step)
        again = first or receive(database_url, key, a_message(told))
        assert outcome(again) == ("AA", [])
        told += 1
        if first:
            break

    assert 5 < told < MOST_STEPS
    check_each_is_there_once(database_url, told)


@pytest.mark.soak
def test_a_thousand_kills_lose_nothing_and_store_nothing_twice(database_url: str) -> None:
    key, chance = a_key(database_url), chance_of(choose_seed(), "steps")
    kills = 0
    for told in count():
        while not receive(
            database_url, key, a_message(told), chance.choice((AFTER_COMMIT, *range(1, 20)))
        ):
            kills += 1
        if kills >= 1000:
            break

    check_each_is_there_once(database_url, told + 1)
