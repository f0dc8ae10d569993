"""One key, one piece of work: a repeat is answered from what was kept, to the last member."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

from app.errors import Conflict, InvalidInput, RefitFailed
from app.storage import tables
from app.storage.store import Store, reading, writing
from app.usecases.service import (
    Call,
    IdempotencyKey,
    Reply,
    Service,
    amend_first_answer,
    answered,
    pseudonym,
)
from tests.owner import as_owner

KEY = IdempotencyKey("key-1", "POST /v1/blood-tests", "digest-1")
TOLD = Reply(201, '{"n":1}', etag="e1", location="/v1/blood-tests/A")


@dataclass
class Work:
    """Answers the same each time, and counts how often it was asked."""

    reply: Reply = TOLD
    about: str | None = None
    done: int = field(default=0)

    def __call__(self, store: Store) -> Reply:
        self.done += 1
        if self.about is None:
            return self.reply
        patient = store.patients.locked(self.about)
        if patient is None:
            raise Conflict("nobody", code="nobody")
        return replace(self.reply, patient=patient)


@pytest.fixture
def keyed(call: Call) -> Call:
    """A call under a key."""
    return replace(call, idempotency=KEY)


def persons(service: Service) -> list[str | None]:
    """List the pseudonyms in the trail."""
    event = tables.audit_event
    with as_owner(service.database) as connection:
        return list(connection.scalars(select(event.c.person).order_by(event.c.sequence)))


def test_without_a_key_everything_is_done_again(service: Service, call: Call) -> None:
    work = Work()

    replies = [answered(service, call, work) for _ in range(2)]

    assert (replies, work.done) == ([TOLD, TOLD], 2)


def test_a_repeat_is_the_first_answer_and_does_nothing(service: Service, keyed: Call) -> None:
    work = Work()

    replies = [answered(service, keyed, work) for _ in range(3)]

    assert replies == [TOLD, replace(TOLD, replayed=True), replace(TOLD, replayed=True)]
    assert work.done == 1


def test_what_the_first_answer_had_not_the_repeat_has_not(service: Service, keyed: Call) -> None:
    work = Work(Reply(204))
    answered(service, keyed, work)

    assert answered(service, keyed, work) == Reply(204, None, replayed=True)


def test_a_repeat_is_told_what_holds_no_secret(service: Service, keyed: Call) -> None:
    work = Work(replace(TOLD, body='{"key":"ctc"}', secret_free_body='{"key":null}'))
    answered(service, keyed, work)

    assert answered(service, keyed, work).body == '{"key":null}'


def test_a_key_asks_one_thing(service: Service, keyed: Call) -> None:
    answered(service, keyed, Work())
    other = replace(keyed, idempotency=replace(KEY, request_digest="digest-2"))
    work = Work()

    with pytest.raises(InvalidInput) as refusal:
        answered(service, other, work)

    assert (refusal.value.code, work.done) == ("idempotency-key-reused", 0)
    assert answered(service, keyed, Work()).replayed


def test_a_key_is_its_client_s_its_route_s_and_its_hospital_s(
    service: Service, keyed: Call, call_of: Callable[[str], Call]
) -> None:
    answered(service, keyed, Work())
    others = [
        replace(keyed, caller=replace(keyed.caller, client_id="another")),
        replace(keyed, idempotency=replace(KEY, route="POST /v1/prognoses")),
        replace(keyed, idempotency=replace(KEY, key="key-2")),
        replace(call_of("another hospital"), idempotency=KEY),
    ]

    for number, other in enumerate(others):
        own = Work(Reply(200, f"{number}"))
        assert answered(service, other, own) == own.reply
        assert answered(service, other, own).body == f"{number}"
        assert own.done == 1
    assert answered(service, keyed, Work(Reply(500))).body == TOLD.body


def test_what_is_refused_leaves_the_key_free(service: Service, keyed: Call) -> None:
    with pytest.raises(Conflict):
        answered(service, keyed, Work(about="P-1"))

    assert answered(service, keyed, Work()) == TOLD


def test_a_repeat_is_told_of_the_same_person(service: Service, keyed: Call) -> None:
    with writing(service.database, keyed.caller.organisation_id) as store:
        patient = store.patients.locked_or_added("P-1", service.now())
    work = Work(about="P-1")

    replies = [answered(service, keyed, work) for _ in range(2)]

    assert [each.patient and each.patient.patient_id for each in replies] == ["P-1", "P-1"]
    assert persons(service) == [pseudonym(patient)] * 2
    with reading(service.database, keyed.caller.organisation_id) as store:
        first = store.idempotency.first_answer("test", KEY.route, KEY.key)
    assert first is not None
    assert first.patient_id == "P-1"


def test_a_failed_refit_fails_again_and_says_that_it_is_told_again(
    service: Service, keyed: Call
) -> None:
    why = json.dumps({"code": "separation", "detail": "a covariate tells the outcome"})
    answered(service, keyed, Work(Reply(RefitFailed.status, why)))

    with pytest.raises(RefitFailed) as failure:
        answered(service, keyed, Work())

    assert (failure.value.code, failure.value.replayed) == ("separation", True)
    assert str(failure.value) == "a covariate tells the outcome"


def test_what_was_told_after_waiting_is_what_a_repeat_is_told(
    service: Service, keyed: Call
) -> None:
    answered(service, keyed, Work(Reply(202, "queued", location="/v1/refits/1")))

    amend_first_answer(service, keyed, Reply(201, "fitted", etag="e2"))

    repeat = answered(service, keyed, Work())
    assert repeat == Reply(201, "fitted", etag="e2", replayed=True)


def test_without_a_key_nothing_is_amended(service: Service, call: Call) -> None:
    amend_first_answer(service, call, TOLD)

    with as_owner(service.database) as connection:
        assert connection.execute(select(tables.idempotency_record)).all() == []
