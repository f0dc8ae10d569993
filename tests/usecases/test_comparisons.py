"""One comparison at a time of an organisation; equal ones are joined, silent ones given up."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.errors import Conflict
from app.prognosis.specification import ModelRequest
from app.settings import Settings
from app.storage.database import Database
from app.usecases.comparisons import ComparisonRequest, read_comparison, request_comparison
from app.usecases.jobs import abandon, keep_place
from app.usecases.service import Call, Service

ROWS = ModelRequest(
    "hospital",
    "overall_survival",
    "metastatic",
    "draw",
    date(2025, 1, 1),
    covariates=("log1p_ctc", "age"),
)
ASKED = ComparisonRequest((("ctc", ("log1p_ctc",)), ("age", ("age",))), ROWS, 12)
OTHER = replace(ASKED, horizon_months=24)


class Jobs(list[Mapping[str, Any]]):
    """Takes jobs and does none."""

    submit = list.append


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def service(database: Database, jobs: Jobs) -> Service:
    """The parts of a service whose process that fits never comes to its jobs."""
    return Service(Settings(), database, jobs)


def asked(service: Service, call: Call, request: ComparisonRequest) -> dict[str, Any]:
    reply = request_comparison(service, call, request)
    assert reply.status == 202
    content: dict[str, Any] = json.loads(str(reply.body))
    return content


def test_an_equal_comparison_is_joined_and_another_waits_its_turn(
    service: Service, call: Call, jobs: Jobs
) -> None:
    first, again = asked(service, call, ASKED), asked(service, call, ASKED)

    assert again == first
    assert [job["job_id"] for job in jobs] == [first["comparison_id"]]
    with pytest.raises(Conflict, match="another comparison") as refused:
        request_comparison(service, call, OTHER)
    assert refused.value.code == "comparison-running"


def test_another_hospital_has_a_turn_of_its_own(
    service: Service, call: Call, call_of: Callable[[str], Call]
) -> None:
    first = asked(service, call, ASKED)

    second = asked(service, call_of("other"), ASKED)

    assert second["comparison_id"] != first["comparison_id"]


def test_a_comparison_whose_process_was_lost_makes_room(
    service: Service, call: Call, jobs: Jobs
) -> None:
    first = asked(service, call, ASKED)
    keep_place(service.database, jobs[0])
    abandon(service.database, jobs[0])

    found = json.loads(str(read_comparison(service, call, first["comparison_id"]).body))

    assert (found["status"], found["code"]) == ("failed", "abandoned")
    assert asked(service, call, OTHER)["comparison_id"] != first["comparison_id"]
