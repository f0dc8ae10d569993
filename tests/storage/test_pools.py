"""Who sees a pool, its consents and its fits: by the service's filter, and by PostgreSQL alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.storage import tables
from app.storage.database import Database
from app.storage.pools import Consent, Pool, PoolModel
from app.storage.store import administering, reading, writing
from app.storage.tenancy import BACKUP, DIRECTORY, NOTHING, REFITS, Reach, of_organisation

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = ("founder", "invited", "stranger")
POOL = "0" * 32
FIT = "f" * 32
TABLES = (
    tables.pool,
    tables.pool_member,
    tables.pool_consent,
    tables.pool_model,
    tables.pool_share,
)


def a_consent(consent_id: str, member: str) -> Consent:
    return Consent(consent_id, 0, POOL, member, NOON, "client", "The board agreed.")


def a_fit(pool_model_id: str = FIT) -> PoolModel:
    return PoolModel(
        pool_model_id,
        POOL,
        "founder",
        "{}",
        "queued",
        0.0,
        None,
        None,
        NOON,
        NOON,
        None,
        None,
        None,
    )


@pytest.fixture
def numbers(database: Database) -> dict[str, int]:
    """A founder and one who is invited, who both consent, and one who knows nothing."""
    numbers = {}
    with administering(database) as directory:
        for name in NAMES:
            added = directory.add_organisation(name, NOON)
            assert added is not None
            numbers[name] = added.organisation_id
    with writing(database, numbers["founder"]) as store:
        store.pools.add(Pool(POOL, "Larger study", "founder", NOON), ["founder", "invited", "late"])
        store.pools.consent(a_consent("1", "founder"))
        store.pools.queue(a_fit())
    with writing(database, numbers["invited"]) as store:
        store.pools.consent(a_consent("2", "invited"))
    with writing(database, numbers["founder"]) as store:
        assert store.pools.finish(FIT, '["1","2"]', '{"shared": true}', NOON)
        shares = {numbers[name]: f'"of {name}"' for name in NAMES[:2]}
        store.share(FIT, shares)
    return numbers


def seen(database: Database, organisation_id: int) -> dict[str, Any]:
    with reading(database, organisation_id) as store:
        pools = store.pools
        standing, asked = pools.standing(POOL), pools.asked(FIT)
        return {
            "pools": [pool.pool_id for pool in pools.page(9, None)],
            "pool": pools.find(POOL) is not None,
            "invited": [member for _, member in pools.invited([POOL])],
            "consents": [each.member for each in pools.consents([POOL])],
            "standing": standing and standing.member,
            "fits": [each.pool_model_id for each in pools.models(POOL, 9, None)],
            "fit": (fit := pools.model(POOL, FIT)) and fit.result,
            "asked": asked is not None,
            "share": pools.share(FIT),
        }


def test_the_founder_and_the_invited_see_the_pool_and_each_its_own_share(
    database: Database, numbers: dict[str, int]
) -> None:
    both = {
        "pools": [POOL],
        "pool": True,
        "consents": ["founder", "invited"],
        "fits": [FIT],
        "fit": '{"shared": true}',
    }

    assert seen(database, numbers["founder"]) == both | {
        "invited": ["founder", "invited", "late"],
        "standing": "founder",
        "asked": True,
        "share": '"of founder"',
    }
    assert seen(database, numbers["invited"]) == both | {
        "invited": ["invited"],
        "standing": "invited",
        "asked": False,
        "share": '"of invited"',
    }


def test_who_is_not_invited_sees_nothing(database: Database, numbers: dict[str, int]) -> None:
    assert not any(seen(database, numbers["stranger"]).values())


def test_a_consent_is_given_once_and_withdrawn_by_its_own_organisation(
    database: Database, numbers: dict[str, int]
) -> None:
    with writing(database, numbers["founder"]) as store:
        assert not store.pools.consent(a_consent("3", "founder"))
        assert store.pools.withdraw(POOL, NOON, "client")
        assert not store.pools.withdraw(POOL, NOON, "client")

    with writing(database, numbers["invited"]) as store:
        ended = [each.member for each in store.pools.consents([POOL]) if each.withdrawn_at]
        standing = store.pools.standing(POOL)

    assert ended == ["founder"]
    assert standing is not None
    assert standing.consent_id == "2"


def test_an_organisation_waits_for_one_fit_of_a_pool_at_a_time(
    database: Database, numbers: dict[str, int]
) -> None:
    with writing(database, numbers["founder"]) as store:
        assert store.pools.queue(a_fit("1" * 32))
        assert not store.pools.queue(a_fit("2" * 32))
        waiting = store.pools.unfinished(POOL)
    with writing(database, numbers["invited"]) as store:
        assert store.pools.unfinished(POOL) is None
        assert store.pools.queue(a_fit("3" * 32))

    assert waiting is not None
    assert waiting.pool_model_id == "1" * 32


def test_what_a_fit_tells_is_kept_once(database: Database, numbers: dict[str, int]) -> None:
    with writing(database, numbers["founder"]) as store:
        assert not store.pools.finish(FIT, "[]", "{}", NOON)

    with pytest.raises(IntegrityError), writing(database, numbers["founder"]) as store:
        store.share(FIT, {numbers["invited"]: "again"})


def counted(connection: Connection) -> tuple[int, ...]:
    """Count what there seems to be, without any filter of the service's own."""
    return tuple(
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES
    )


ON_POSTGRES = pytest.mark.parametrize("engine_name", ["postgres"])
"""Of the fence that this database has of its own, whatever is asked."""


@ON_POSTGRES
@pytest.mark.parametrize(
    ("name", "expected"),
    [("founder", (1, 3, 2, 1, 1)), ("invited", (1, 1, 2, 1, 1)), ("stranger", (0, 0, 0, 0, 0))],
)
def test_each_reaches_what_its_invitation_opens(
    database: Database, numbers: dict[str, int], name: str, expected: tuple[int, ...]
) -> None:
    with database.read(of_organisation(numbers[name])) as connection:
        assert counted(connection) == expected


@ON_POSTGRES
@pytest.mark.parametrize("reach", [NOTHING, DIRECTORY, BACKUP, REFITS], ids=str)
def test_nothing_else_reaches_a_pool(
    database: Database, numbers: dict[str, int], reach: Reach
) -> None:
    assert numbers
    with database.read(reach) as connection:
        assert counted(connection) == (0, 0, 0, 0, 0)


@ON_POSTGRES
def test_who_is_invited_changes_nothing_of_the_others(
    database: Database, numbers: dict[str, int]
) -> None:
    with database.begin(of_organisation(numbers["invited"])) as connection:
        changed = [
            connection.execute(statement).rowcount
            for statement in (
                update(tables.pool).values(name="other"),
                update(tables.pool_member).values(member="stranger"),
                update(tables.pool_model).values(result="{}"),
                update(tables.pool_consent).values(reason="other"),
            )
        ]

    # Its own consent alone.
    assert changed == [0, 0, 0, 1]


@ON_POSTGRES
def test_nobody_consents_for_another(database: Database, numbers: dict[str, int]) -> None:
    forged = vars(a_consent("9", "stranger")) | {"organisation_id": numbers["stranger"]}

    with (
        pytest.raises(ProgrammingError, match="violates row-level security"),
        database.begin(of_organisation(numbers["invited"])) as connection,
    ):
        connection.execute(insert(tables.pool_consent).values(forged))
