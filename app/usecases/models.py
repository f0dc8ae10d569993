"""Refits on demand, and the models that they make."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from app.errors import Conflict, FieldError, InvalidInput, NotFound, RefitFailed
from app.prognosis.clock_starts import BASELINE, kind_of
from app.prognosis.covariates import REGISTRY
from app.prognosis.model import describe
from app.prognosis.specification import ModelRequest, counts_absent
from app.storage.database import Database
from app.storage.jobs import UNFINISHED
from app.storage.models import ModelStanding
from app.storage.refits import Refit, count_by_state
from app.storage.store import Store, reading
from app.storage.tenancy import REFITS
from app.usecases.cursor import decoded, decoded_instant, encoded
from app.usecases.due import erased_rows, refit_reasons
from app.usecases.jobs import job_of
from app.usecases.prognoses import METASTATIC_ONLY, OTHERS_ONLY
from app.usecases.service import (
    Call,
    Reply,
    Service,
    amend_first_answer,
    answered,
    answered_even_if_full,
    digest,
    instant,
    page_reply,
    refit_failure,
    to_json,
)

NOT_PROMOTABLE = frozenset({"convergence", "second-opinion"})
"""Gates whose refusal no person may overrule."""


def request_refit(service: Service, call: Call, request: ModelRequest) -> Reply:
    """Queue a refit, or join the equal one that is running."""
    queued: list[str] = []

    def work(store: Store) -> Reply:
        refit, is_new = queue_refit(service, store, request)
        if is_new:
            queued.append(refit.refit_id)
        return _refit_reply(202, refit)

    reply = answered(service, call, work)
    for refit_id in queued:
        service.jobs.submit(job_of("refit", call.caller.organisation_id, refit_id))
    return reply


def queue_refit(service: Service, store: Store, request: ModelRequest) -> tuple[Refit, bool]:
    """Insert a refit where none is unfinished; tell whether it is new."""
    check_request(service, store, request)
    now = service.now()
    store.refits.abandon_silent_since(now - lease(service), now)
    text = json.dumps(request_content(request), allow_nan=False, sort_keys=True)
    refit = Refit(
        refit_id=uuid4().hex,
        endpoint=request.endpoint,
        setting=request.setting,
        request=text,
        status="queued",
        progress=0.0,
        model_id=None,
        failure_code=None,
        failure_detail=None,
        queued_at=now,
        heartbeat_at=now,
        finished_at=None,
        clock_kind=kind_of(request.clock),
    )
    if store.refits.add(refit):
        return refit, True
    running = store.refits.unfinished(refit.endpoint, refit.setting, refit.clock_kind)
    if running is None or running.request != text:
        raise Conflict(
            "another refit for this endpoint, setting and clock is running", code="refit-running"
        )
    return running, False


def refit_outcome(service: Service, call: Call, refit_id: str) -> Reply | None:
    """Tell a waiting caller what came of a refit; None while it runs."""
    with reading(service.database, call.caller.organisation_id) as store:
        refit = store.refits.find(refit_id)
        if refit is None or refit.status in UNFINISHED:
            return None
        reply = _outcome_reply(service, store, refit)
    amend_first_answer(service, call, reply)
    if reply.body is not None and reply.status == RefitFailed.status:
        raise refit_failure(reply.body)
    return reply


def _outcome_reply(service: Service, store: Store, refit: Refit) -> Reply:
    if refit.status == "failed" or refit.model_id is None:
        detail = refit.failure_detail or "the refit yielded no model"
        code = refit.failure_code or "abandoned"
        return Reply(RefitFailed.status, to_json({"detail": detail, "code": code}))
    content = model_content(service, store, standing_of(store, refit.model_id))
    return replace(tagged_reply(201, content), location=f"/v1/models/{refit.model_id}")


def read_refit(service: Service, call: Call, refit_id: str) -> Reply:
    """Tell how far a refit is and what came of it."""

    def work(store: Store) -> Reply:
        now = service.now()
        store.refits.abandon_silent_since(now - lease(service), now)
        refit = store.refits.find(refit_id)
        if refit is None:
            raise NotFound("no such refit")
        return _refit_reply(200, refit)

    return answered(service, call, work)


def refits_by_state(database: Database) -> dict[str, int]:
    """Count the refits of every organisation by how far they are."""
    with database.read(REFITS) as connection:
        return count_by_state(connection)


def list_models(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the models of the organisation, the newest first."""

    def work(store: Store) -> Reply:
        after = None
        if cursor:
            at, model_id = decoded(cursor, 2)
            after = (decoded_instant(at), model_id)
        found = store.models.page(limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encoded(instant(last.fitted_at), last.model_id)
        items = [_without_baseline(service, store, standing) for standing in found[:limit]]
        return page_reply(items, following)

    return answered_even_if_full(service, call, work)


def read_model(service: Service, call: Call, model_id: str) -> Reply:
    """Give a model as it was fitted and as it stands."""

    def work(store: Store) -> Reply:
        content = model_content(service, store, standing_of(store, model_id))
        return tagged_reply(200, content)

    return answered_even_if_full(service, call, work)


def read_current_model(
    service: Service, call: Call, endpoint: str, setting: str, clock: str | None = None
) -> Reply:
    """Give the model in use; where no clock is named, that of the baseline, whichever it counts."""

    def work(store: Store) -> Reply:
        kind = BASELINE if clock is None else kind_of(clock)
        standing = store.models.current(endpoint, setting, kind)
        if standing is None:
            raise NotFound("no model is in use for this endpoint, setting and clock")
        content = model_content(service, store, standing)
        if clock not in (None, content["clock"]):
            raise NotFound("the model in use counts from another clock")
        return tagged_reply(200, content)

    return answered_even_if_full(service, call, work)


def list_model_rows(
    service: Service, call: Call, model_id: str, limit: int, cursor: str | None
) -> Reply:
    """Give the values that a model used of each patient, and the day of each."""

    def work(store: Store) -> Reply:
        standing_of(store, model_id)
        after = decoded(cursor, 1)[0] if cursor else None
        found = store.model_rows.page(model_id, limit + 1, after)
        following = encoded(found[limit - 1]["patient_id"]) if len(found) > limit else None
        items = found[:limit]
        return page_reply(items, following, audit_detail=f"{len(items)} patients")

    return answered(service, call, work)


def promote_model(service: Service, call: Call, model_id: str, reason: str) -> Reply:
    """Put a candidate or superseded model into use, in the caller's name."""

    def work(store: Store) -> Reply:
        # Two at once would each see the same model in use, and put another beside it.
        store.hold_models()
        standing = standing_of(store, model_id, locked=True)
        if standing.status == "current":
            raise Conflict("the model is in use already", code="already-current")
        _check_promotable(standing)
        store.models.supersede(standing.endpoint, standing.setting, standing.clock_kind)
        promotion = {
            "reason": reason,
            "client_id": call.caller.client_id,
            "promoted_at": instant(service.now()),
        }
        store.models.put_into_use(model_id, promotion)
        content = model_content(service, store, standing_of(store, model_id))
        return replace(tagged_reply(201, content), audit_detail=model_id)

    return answered(service, call, work)


def tagged_reply(status: int, content: dict[str, Any]) -> Reply:
    """Answer with content whose ETag is its digest."""
    return Reply(status, to_json(content), etag=digest(content)[:32])


def model_content(service: Service, store: Store, standing: ModelStanding) -> dict[str, Any]:
    """Write a model as JSON holds it: the artefact's numbers and how it stands."""
    model = service.models.get(standing.model_id, store.models)
    erased = erased_rows(store, standing)
    return {
        "model_id": standing.model_id,
        "status": standing.status,
        "fitted_at": instant(standing.fitted_at),
        **describe(model),
        "gates": standing.gates,
        "promotion": standing.promotion,
        "changed_rows": standing.changed_rows,
        "erased_rows": erased,
        "refit_due": refit_reasons(standing, erased, service.now()),
    }


def _without_baseline(service: Service, store: Store, standing: ModelStanding) -> dict[str, Any]:
    content = model_content(service, store, standing)
    del content["baseline"]
    return content


def standing_of(store: Store, model_id: str, *, locked: bool = False) -> ModelStanding:
    """Find how a model stands, or refuse."""
    standing = store.models.standing(model_id, locked=locked)
    if standing is None:
        raise NotFound("no such model")
    return standing


def _check_promotable(standing: ModelStanding) -> None:
    refused = [gate["gate"] for gate in standing.gates if gate["verdict"] == "refused"]
    hard = [gate for gate in refused if gate in NOT_PROMOTABLE]
    if hard:
        raise Conflict(
            f"the gate {hard[0]} refused this model, which nobody can overrule",
            code="not-promotable",
        )


def check_request(service: Service, store: Store, request: ModelRequest) -> None:
    """Refuse to read rows that there cannot be, or covariates that nobody declared."""
    if request.data_cutoff > service.today():
        error = FieldError("/data_cutoff", "in-the-future", "the date lies in the future")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))
    metastatic = request.setting == "metastatic"
    wrong = OTHERS_ONLY if metastatic else METASTATIC_ONLY
    if request.endpoint == wrong:
        raise InvalidInput(
            f"{request.endpoint} is not an endpoint of the {request.setting} setting",
            code="endpoint-not-applicable",
        )
    named = () if request.covariates == "auto" else request.covariates
    known = REGISTRY.keys() | store.declared.all().keys()
    unknown = sorted({*named, *request.strata} - known)
    if unknown:
        raise InvalidInput(
            f"{len(unknown)} of the covariates are neither built in nor declared",
            code="unknown-covariate",
        )
    if len(set(named)) < len(named) or set(named) & set(request.strata):
        raise InvalidInput("a covariate is named twice", code="duplicate-covariate")
    if counts_absent(request.clock, (*named, *request.strata)):
        raise InvalidInput(
            "the count cannot be a covariate of a clock without that draw",
            code="count-without-draw",
        )


def lease(service: Service) -> timedelta:
    """Tell after how long a silence a job counts as lost."""
    return timedelta(seconds=service.settings.refit_lease_seconds)


def request_content(request: ModelRequest) -> dict[str, Any]:
    """Write what a refit is asked, as the queue holds it."""
    content = asdict(request)
    del content["organisation"]
    return {**content, "data_cutoff": request.data_cutoff.isoformat()}


def request_of(content: dict[str, Any], organisation: str) -> ModelRequest:
    """Read what a refit is asked."""
    names = content["covariates"]
    return ModelRequest(
        organisation=organisation,
        endpoint=content["endpoint"],
        setting=content["setting"],
        clock=content["clock"],
        data_cutoff=date.fromisoformat(content["data_cutoff"]),
        covariates="auto" if names == "auto" else tuple(names),
        strata=tuple(content["strata"]),
        penalizer=content["penalizer"],
    )


def _refit_reply(status: int, refit: Refit) -> Reply:
    failed = refit.status == "failed"
    content = {
        "refit_id": refit.refit_id,
        "status": refit.status,
        "progress": refit.progress,
        "model_id": refit.model_id,
        "code": refit.failure_code if failed else None,
        "reason": refit.failure_detail if failed else None,
        "request": json.loads(refit.request),
        "queued_at": instant(refit.queued_at),
        "finished_at": refit.finished_at and instant(refit.finished_at),
    }
    return Reply(status, to_json(content), location=f"/v1/refits/{refit.refit_id}")
