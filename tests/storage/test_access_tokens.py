"""Tokens and taken statements: kept for one hospital, and forgotten when they say nothing more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.storage import tables
from app.storage.database import Database
from app.storage.directory import AccessToken, Client, Secret
from app.storage.store import administering, writing
from tests.owner import as_owner

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def hospitals(database: Database) -> list[int]:
    """Two hospitals, each with a client that has a token and has signed a statement."""
    numbers = []
    with administering(database) as directory:
        for name in ("a", "b"):
            added = directory.add_organisation(name, NOON)
            assert added is not None
            numbers.append(added.organisation_id)
    for number in numbers:
        with writing(database, number) as store:
            client = Client(f"client {number}", number, "Ward", (), NOON, None)
            store.directory.add_client(client, Secret(b"secret", None))
            store.tokens.add(client.client_id, AccessToken(b"token", "", NOON), NOON)
            assert store.tokens.take(client.client_id, b"jti", NOON)
    return numbers


def kept(database: Database) -> list[tuple[str, str]]:
    with as_owner(database) as connection:
        return [
            (table.name, client_id)
            for table in (tables.access_token, tables.used_assertion)
            for client_id in connection.scalars(select(table.c.client_id).order_by(table.c[1]))
        ]


def test_a_statement_is_taken_once_of_each_client(database: Database, hospitals: list[int]) -> None:
    with writing(database, hospitals[0]) as store:
        assert not store.tokens.take(f"client {hospitals[0]}", b"jti", NOON)
        assert store.tokens.take(f"client {hospitals[0]}", b"other", NOON)


def test_what_has_ended_is_forgotten_by_the_hospital_whose_it_was(
    database: Database, hospitals: list[int]
) -> None:
    everything = kept(database)
    with writing(database, hospitals[0]) as store:
        store.tokens.sweep(NOON - SECOND, NOON - SECOND)
    assert kept(database) == everything
    assert len(everything) == 4

    with writing(database, hospitals[0]) as store:
        store.tokens.sweep(NOON, NOON)

    theirs = f"client {hospitals[1]}"
    assert kept(database) == [("access_token", theirs), ("used_assertion", theirs)]
