"""Fits of a pool that wait, are joined, are given up, or lose a consent on their way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import Conflict, NotFound
from app.storage.pools import PoolModel
from app.storage.store import reading, writing
from app.usecases.pooling import _part
from app.usecases.pools import (
    PooledRequest,
    end_of_last_month,
    found_pool,
    give_consent,
    read_pool_model,
    request_pooled_fit,
    withdraw_consent,
)
from app.usecases.service import Call, Service

ASKED = PooledRequest("overall_survival", "metastatic", ())
ADJUSTED = PooledRequest("overall_survival", "metastatic", ("age",))


@dataclass
class Waiting:
    """Takes jobs and does none of them."""

    jobs: list[Mapping[str, Any]] = field(default_factory=list)

    def submit(self, job: Mapping[str, Any]) -> None:
        self.jobs.append(job)


@pytest.fixture
def waiting(service: Service) -> Service:
    """A service whose fits never begin."""
    return replace(service, jobs=Waiting())


@pytest.fixture
def calls(waiting: Service, call_of: Callable[[str], Call]) -> tuple[Call, Call]:
    """Calls of two hospitals."""
    return call_of("hospital-a"), call_of("hospital-b")


def a_pool(service: Service, calls: tuple[Call, Call]) -> str:
    """Found a pool in which both consent."""
    told = found_pool(service, calls[0], "Larger study", ["hospital-b"])
    pool_id: str = json.loads(told.body or "")["pool_id"]
    for call in calls:
        give_consent(service, call, pool_id, "The board agreed.")
    return pool_id


def asked(service: Service, call: Call, pool_id: str, request: PooledRequest = ASKED) -> str:
    told = json.loads(request_pooled_fit(service, call, pool_id, request).body or "")
    name: str = told["pool_model_id"]
    return name


def test_an_equal_fit_that_waits_is_joined_and_another_one_is_refused(
    waiting: Service, calls: tuple[Call, Call]
) -> None:
    pool_id = a_pool(waiting, calls)
    first = asked(waiting, calls[0], pool_id)

    again = asked(waiting, calls[0], pool_id)
    with pytest.raises(Conflict) as refused:
        asked(waiting, calls[0], pool_id, ADJUSTED)
    others = asked(waiting, calls[1], pool_id, ADJUSTED)

    assert again == first
    assert refused.value.code == "refit-running"
    assert others != first
    assert isinstance(waiting.jobs, Waiting)
    assert [job["job_id"] for job in waiting.jobs.jobs] == [first, others]


def test_a_fit_whose_process_went_away_is_told_as_abandoned(
    waiting: Service, calls: tuple[Call, Call]
) -> None:
    pool_id = a_pool(waiting, calls)
    name = asked(waiting, calls[0], pool_id)
    long_ago = waiting.now() - timedelta(days=1)
    with writing(waiting.database, calls[0].caller.organisation_id) as store:
        store.pools.wait(name, long_ago)

    told = json.loads(read_pool_model(waiting, calls[0], pool_id, name).body or "")

    assert (told["status"], told["code"]) == ("failed", "abandoned")


def test_no_row_is_read_after_a_consent_was_withdrawn(
    waiting: Service, calls: tuple[Call, Call]
) -> None:
    pool_id = a_pool(waiting, calls)
    name = asked(waiting, calls[0], pool_id)
    with reading(waiting.database, calls[0].caller.organisation_id) as store:
        model = store.pools.asked(name)
        given = {each.member: each for each in store.pools.consents([pool_id])}
    assert isinstance(model, PoolModel)
    withdraw_consent(waiting, calls[1], pool_id, "hospital-b")
    # Given anew, for what comes.
    give_consent(waiting, calls[1], pool_id, "The board agreed again.")

    parts = [_part(waiting.database, model, given[f"hospital-{each}"]) for each in "ab"]

    assert [part is None for part in parts] == [False, True]
    for call, reads in zip(calls, (1, 0), strict=True):
        with reading(waiting.database, call.caller.organisation_id) as store:
            actions = [event.action for _, event in store.audit.page(99, 0)]
        assert actions.count("rows read for a pool") == reads


def test_who_is_not_invited_cannot_consent(
    waiting: Service, calls: tuple[Call, Call], call_of: Callable[[str], Call]
) -> None:
    pool_id = a_pool(waiting, calls)

    with pytest.raises(NotFound):
        give_consent(waiting, call_of("hospital-c"), pool_id, "Let us in.")


@pytest.mark.parametrize(
    ("today", "cutoff"),
    [
        (date(2026, 11, 23), date(2026, 10, 31)),
        (date(2026, 3, 1), date(2026, 2, 28)),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_nothing_counts_after_the_end_of_the_month_before(today: date, cutoff: date) -> None:
    assert end_of_last_month(today) == cutoff
