"""Calls that share a commit: each is whole or not at all, and one's error is nobody else's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from app.errors import NotFound
from app.prognosis.patient import BloodTest, Value
from app.storage.store import Store, reading
from app.usecases.intake import Statement
from app.usecases.prognoses import Asked, give_prognosis, prognosis_of_patient
from app.usecases.service import (
    Call,
    IdempotencyKey,
    Prepared,
    Reply,
    Service,
    answered_alone,
    answered_together,
)

DRAWN = datetime(2025, 3, 5, 8, 30, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A file: on PostgreSQL each call has a commit of its own."""
    return sqlite_url


def given(service: Service, call: Call, number: int = 1, ecog: int = 1) -> Prepared[Any]:
    """A new patient's first count."""
    test = BloodTest(f"LAB-{number}", DRAWN, date(2025, 3, 5), ctc_count=number)
    told: dict[str, Value | None] = {"disease_setting": "metastatic", "ecog": ecog}
    return give_prognosis(service, call, Statement(f"P-{number}", None, told, {}), test, Asked())


def asked(service: Service, call: Call, number: int = 1) -> Prepared[Reply]:
    return prognosis_of_patient(service, call, f"P-{number}", Asked())


def failing(prepared: Prepared[Any]) -> Prepared[Any]:
    """The same call with a fault after everything was written."""

    def fail(store: Store, decision: object) -> Reply:
        prepared.carry_out(store, decision)
        raise ZeroDivisionError

    return replace(prepared, carry_out=fail)


def statuses(outcomes: list[Reply | Exception]) -> list[int | type[Exception]]:
    return [each.status if isinstance(each, Reply) else type(each) for each in outcomes]


def patients(service: Service, call: Call) -> list[str]:
    with reading(service.database, call.caller.organisation_id) as store:
        return [row.patient_id for row in store.patients.page(100, None)]


def audited(service: Service, call: Call) -> list[int]:
    with reading(service.database, call.caller.organisation_id) as store:
        return [each.status for _, each in store.audit.page(100, 0)]


@contextmanager
def commits(service: Service, then: Callable[[], None] = lambda: None) -> Iterator[list[None]]:
    """Count the commits of write transactions."""
    made: list[None] = []

    def note(_: Connection) -> None:
        made.append(None)
        then()

    event.listen(service.database.writer, "commit", note)
    try:
        yield made
    finally:
        event.remove(service.database.writer, "commit", note)


def test_calls_together_make_one_commit_and_an_audit_event_each(
    service: Service, call: Call
) -> None:
    with commits(service) as made:
        outcomes = answered_together(service, [given(service, call, n) for n in (1, 2, 3)])

    assert statuses(outcomes) == [201, 201, 201]
    assert len(made) == 1
    assert patients(service, call) == ["P-1", "P-2", "P-3"]
    assert audited(service, call) == [201, 201, 201]


def test_replies_are_those_of_calls_made_alone(service: Service, call: Call) -> None:
    for number in (1, 2):
        answered_alone(service, given(service, call, number))
    alone = [answered_alone(service, asked(service, call, number)) for number in (1, 2)]

    together = answered_together(service, [asked(service, call, n) for n in (1, 2)])

    def said(reply: Reply | Exception) -> str:
        assert isinstance(reply, Reply)
        assert reply.body is not None
        return reply.body.partition('"computed_at"')[0]

    assert [said(reply) for reply in together] == [said(reply) for reply in alone]
    assert len({said(reply) for reply in together}) == 2


def test_who_is_refused_takes_nobody_along(service: Service, call: Call) -> None:
    answered_alone(service, given(service, call, 1))

    with commits(service) as made:
        outcomes = answered_together(
            service, [asked(service, call, 1), asked(service, call, 9), given(service, call, 2)]
        )

    assert statuses(outcomes) == [200, NotFound, 201]
    assert len(made) == 1


def test_a_fault_in_one_undoes_that_one_alone(service: Service, call: Call) -> None:
    outcomes = answered_together(
        service,
        [given(service, call, 1), failing(given(service, call, 2)), given(service, call, 3)],
    )

    assert statuses(outcomes) == [201, ZeroDivisionError, 201]
    assert patients(service, call) == ["P-1", "P-3"]
    assert audited(service, call) == [201, 201]


def test_a_failed_commit_acknowledges_none(service: Service, call: Call) -> None:
    def fail() -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    with commits(service, fail):
        outcomes = answered_together(service, [given(service, call, n) for n in (1, 2)])

    assert statuses(outcomes) == [OperationalError, OperationalError]
    assert patients(service, call) == []


def test_the_second_of_two_equal_calls_sees_the_first(service: Service, call: Call) -> None:
    first, second = answered_together(service, [given(service, call), given(service, call)])

    assert statuses([first, second]) == [201, 200]
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert first.body == second.body


def answered_body(service: Service, call: Call, reply: Reply) -> str:
    """The answer now, as of the instant of an answer given before."""
    now = answered_alone(service, asked(service, call))
    assert now.body is not None
    assert reply.body is not None
    return now.body.replace(computed_at(now.body), computed_at(reply.body))


def computed_at(body: str) -> str:
    return body.partition('"computed_at":"')[2].partition('"')[0]


def test_what_one_overwrites_the_other_is_answered_from(service: Service, call: Call) -> None:
    answered_alone(service, given(service, call, ecog=1))

    told, read = answered_together(service, [given(service, call, ecog=2), asked(service, call)])

    assert statuses([told, read]) == [201, 200]
    assert isinstance(read, Reply)
    assert read.body == answered_body(service, call, read)


@pytest.mark.parametrize("others", [0, 2])
def test_a_key_is_answered_once(service: Service, call: Call, others: int) -> None:
    key = IdempotencyKey("key-1", "/v1/prognoses", "digest")
    keyed = replace(call, idempotency=key)
    beside = [given(service, call, n) for n in range(2, 2 + others)]
    answered_together(service, [given(service, keyed), *beside])

    again = answered_together(service, [given(service, keyed), *beside])

    assert statuses(again) == [201] + [200] * others
    assert isinstance(again[0], Reply)
    assert again[0].replayed
