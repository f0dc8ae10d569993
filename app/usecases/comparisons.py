"""Which predictors tell more about the hospital's own patients: asked for, and told."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.errors import Conflict, NotFound, RefitFailed
from app.prognosis.specification import ModelRequest
from app.storage.comparisons import Comparison
from app.storage.jobs import UNFINISHED
from app.storage.store import Store, reading
from app.usecases.jobs import job_of
from app.usecases.models import check_request, lease, request_content, request_of
from app.usecases.service import (
    Call,
    Reply,
    Service,
    amend_first_answer,
    answered,
    instant,
    refit_failure,
    to_json,
)

Predictors = tuple[tuple[str, tuple[str, ...]], ...]
"""Sets of covariates by name, in the order asked."""


@dataclass(frozen=True)
class ComparisonRequest:
    """The sets to compare, the rows to compare them on, and when AUC and Brier score are told."""

    predictors: Predictors
    rows: ModelRequest
    horizon_months: int


def request_comparison(service: Service, call: Call, request: ComparisonRequest) -> Reply:
    """Queue a comparison, or join the equal one that is running."""
    queued: list[str] = []

    def work(store: Store) -> Reply:
        check_request(service, store, request.rows)
        now = service.now()
        store.comparisons.abandon_silent_since(now - lease(service), now)
        text = json.dumps(comparison_content(request), allow_nan=False, sort_keys=True)
        asked = Comparison(
            uuid4().hex, text, "queued", 0.0, None, None, None, now, now, finished_at=None
        )
        if store.comparisons.add(asked):
            queued.append(asked.comparison_id)
            return _reply(202, asked)
        running = store.comparisons.unfinished()
        if running is None or running.request != text:
            raise Conflict("another comparison is running", code="comparison-running")
        return _reply(202, running)

    reply = answered(service, call, work)
    for comparison_id in queued:
        service.jobs.submit(job_of("comparison", call.caller.organisation_id, comparison_id))
    return reply


def comparison_outcome(service: Service, call: Call, comparison_id: str) -> Reply | None:
    """Tell a waiting caller what came of a comparison; None while it runs."""
    with reading(service.database, call.caller.organisation_id) as store:
        found = store.comparisons.find(comparison_id)
    if found is None or found.status in UNFINISHED:
        return None
    if found.status == "failed":
        failure = {"detail": found.failure_detail, "code": found.failure_code}
        reply = Reply(RefitFailed.status, to_json(failure))
        amend_first_answer(service, call, reply)
        raise refit_failure(str(reply.body))
    reply = _reply(201, found)
    amend_first_answer(service, call, reply)
    return reply


def read_comparison(service: Service, call: Call, comparison_id: str) -> Reply:
    """Tell how far a comparison is, and what it found."""

    def work(store: Store) -> Reply:
        now = service.now()
        store.comparisons.abandon_silent_since(now - lease(service), now)
        found = store.comparisons.find(comparison_id)
        if found is None:
            raise NotFound("no such comparison")
        return _reply(200, found)

    return answered(service, call, work)


def comparison_content(request: ComparisonRequest) -> dict[str, Any]:
    """Write what a comparison is asked, as the queue holds it."""
    return {
        "predictors": [[name, list(covariates)] for name, covariates in request.predictors],
        "rows": request_content(request.rows),
        "horizon_months": request.horizon_months,
    }


def comparison_of(content: dict[str, Any], organisation: str) -> ComparisonRequest:
    """Read what a comparison is asked."""
    return ComparisonRequest(
        tuple((name, tuple(covariates)) for name, covariates in content["predictors"]),
        request_of(content["rows"], organisation),
        content["horizon_months"],
    )


def _reply(status: int, found: Comparison) -> Reply:
    asked = json.loads(found.request)
    rows = asked["rows"]
    content = {
        "comparison_id": found.comparison_id,
        "status": found.status,
        "progress": found.progress,
        "code": found.failure_code,
        "reason": found.failure_detail,
        "request": {
            "predictors": dict(asked["predictors"]),
            **{name: rows[name] for name in ("endpoint", "setting", "clock", "data_cutoff")},
            "horizon_months": asked["horizon_months"],
        },
        "queued_at": instant(found.queued_at),
        "finished_at": found.finished_at and instant(found.finished_at),
        "result": found.result and json.loads(found.result),
    }
    return Reply(status, to_json(content), location=f"/v1/comparisons/{found.comparison_id}")
