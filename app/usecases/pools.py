"""Pools of organisations: founded, consented to, fitted, and told to those who are invited."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from app.errors import Conflict, InvalidInput, NotFound
from app.prognosis.covariates import COUNT, REGISTRY
from app.prognosis.training import Endpoint
from app.storage.pools import Consent, Pool, PoolModel
from app.storage.store import Store
from app.usecases.cursor import decoded, decoded_instant, encoded
from app.usecases.jobs import job_of
from app.usecases.prognoses import METASTATIC_ONLY, OTHERS_ONLY
from app.usecases.service import (
    Call,
    Reply,
    Service,
    answered,
    answered_even_if_full,
    instant,
    page_reply,
    to_json,
)

COMPARED_BY = "log1p_ctc"
"""The covariate of every pooled model, by whose effect the organisations are compared."""

ADJUSTABLE = tuple(name for name, each in REGISTRY.items() if each.source != COUNT)
"""What a pooled model can be adjusted for: what every organisation has, and means alike."""

WITHDRAWN = "consent-withdrawn"

NOT_FITTED = ("not-fitted", "there is no fit yet")
NOT_IN_THE_FIT = (
    "not-in-the-fit",
    "this organisation's patients are not in the fit, so that it has no baseline of its own",
)
NO_BASELINE = ("too-few-events", "the baseline of this organisation has no step of five events")
NO_CONSENT = (
    WITHDRAWN,
    "an organisation in this fit has withdrawn its consent since; a new fit leaves it out",
)


@dataclass(frozen=True)
class PooledRequest:
    """What is fitted on all that consent; the count is always a covariate."""

    endpoint: Endpoint
    setting: str
    adjusted_for: tuple[str, ...]

    @property
    def covariates(self) -> tuple[str, ...]:
        """The count and what its effect is adjusted for."""
        return (COMPARED_BY, *self.adjusted_for)


def found_pool(service: Service, call: Call, name: str, organisations: Sequence[str]) -> Reply:
    """Found a pool and invite by name; the founder has to consent like everybody."""
    if len(set(organisations)) < len(organisations):
        raise InvalidInput("an organisation is named twice", code="duplicate-organisation")

    def work(store: Store) -> Reply:
        pool = Pool(uuid4().hex, name, call.caller.organisation, service.now())
        store.pools.add(pool, sorted({call.caller.organisation, *organisations}))
        return _pool_reply(201, store, call, pool)

    return answered(service, call, work)


def list_pools(service: Service, call: Call, limit: int, cursor: str | None) -> Reply:
    """List the pools that the organisation is invited to, the newest first."""
    after = _place(cursor)

    def work(store: Store) -> Reply:
        found = store.pools.page(limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encoded(instant(last.created_at), last.pool_id)
        return page_reply(list(_contents(store, call, found[:limit])), following)

    return answered_even_if_full(service, call, work)


def read_pool(service: Service, call: Call, pool_id: str) -> Reply:
    """Tell who is in a pool."""
    return answered_even_if_full(
        service, call, lambda store: _pool_reply(200, store, call, _found(store, pool_id))
    )


def give_consent(service: Service, call: Call, pool_id: str, reason: str) -> Reply:
    """Let the rows of the caller's own organisation be fitted with those of the others."""

    def work(store: Store) -> Reply:
        _found(store, pool_id)
        caller = call.caller
        consent = Consent(
            consent_id=uuid4().hex,
            organisation_id=caller.organisation_id,
            pool_id=pool_id,
            member=caller.organisation,
            given_at=service.now(),
            given_by=caller.client_id,
            reason=reason,
        )
        is_new = store.pools.consent(consent)
        standing = store.pools.standing(pool_id)
        if standing is None:
            raise Conflict("the consent was withdrawn meanwhile", code=WITHDRAWN)
        return Reply(
            201 if is_new else 200, to_json(_consent_content(standing)), audit_detail=pool_id
        )

    return answered(service, call, work)


def withdraw_consent(service: Service, call: Call, pool_id: str, organisation: str) -> Reply:
    """End the consent of the caller's own organisation; what was fitted with it is told no more."""

    def work(store: Store) -> Reply:
        _found(store, pool_id)
        is_own = organisation == call.caller.organisation
        if not is_own or not store.pools.withdraw(pool_id, service.now(), call.caller.client_id):
            raise NotFound("no such consent")
        return Reply(204, audit_detail=pool_id)

    return answered(service, call, work)


def request_pooled_fit(service: Service, call: Call, pool_id: str, request: PooledRequest) -> Reply:
    """Queue a fit on all that consent, or join the equal one that runs."""
    _check(request)
    queued: list[str] = []

    def work(store: Store) -> Reply:
        _found(store, pool_id)
        if store.pools.standing(pool_id) is None:
            raise Conflict("who does not consent cannot ask for a fit", code="not-consented")
        model, is_new = _queue(service, store, call, pool_id, request)
        if is_new:
            queued.append(model.pool_model_id)
        return _model_reply(202, store, model)

    reply = answered(service, call, work)
    for pool_model_id in queued:
        service.jobs.submit(job_of("pooling", call.caller.organisation_id, pool_model_id))
    return reply


def _queue(
    service: Service, store: Store, call: Call, pool_id: str, request: PooledRequest
) -> tuple[PoolModel, bool]:
    now = service.now()
    _abandon_lost(service, store)
    content = {
        "endpoint": request.endpoint,
        "setting": request.setting,
        "covariates": request.covariates,
        "data_cutoff": end_of_last_month(service.today()).isoformat(),
    }
    model = PoolModel(
        pool_model_id=uuid4().hex,
        pool_id=pool_id,
        asked_by=call.caller.organisation,
        request=json.dumps(content, allow_nan=False, sort_keys=True),
        status="queued",
        progress=0.0,
        failure_code=None,
        failure_detail=None,
        queued_at=now,
        heartbeat_at=now,
        finished_at=None,
        consents=None,
        result=None,
    )
    if store.pools.queue(model):
        return model, True
    running = store.pools.unfinished(pool_id)
    if running is None or running.request != model.request:
        raise Conflict("another fit of this pool is running", code="refit-running")
    return running, False


def _abandon_lost(service: Service, store: Store) -> None:
    now = service.now()
    lease = timedelta(seconds=service.settings.refit_lease_seconds)
    store.pools.abandon_silent_since(now - lease, now)


def end_of_last_month(today: date) -> date:
    """Give the day after which nothing counts.

    Nobody chooses it: two fits with cut-offs a day apart would tell what happened
    on that day to the patients of the others.
    """
    return today.replace(day=1) - timedelta(days=1)


def list_pool_models(
    service: Service, call: Call, pool_id: str, limit: int, cursor: str | None
) -> Reply:
    """List the fits of a pool, the newest first, without their numbers."""
    after = _place(cursor)

    def work(store: Store) -> Reply:
        _found(store, pool_id)
        found = store.pools.models(pool_id, limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encoded(instant(last.queued_at), last.pool_model_id)
        ended = _ended(store.pools.consents([pool_id]))
        return page_reply([_standing(model, ended) for model in found[:limit]], following)

    return answered_even_if_full(service, call, work)


def read_pool_model(service: Service, call: Call, pool_id: str, pool_model_id: str) -> Reply:
    """Tell how far a fit is, and what came of it."""

    def work(store: Store) -> Reply:
        _abandon_lost(service, store)
        return _model_reply(200, store, _model(store, pool_id, pool_model_id))

    return answered(service, call, work)


def pool_model_to_show(
    service: Service, call: Call, pool_id: str, pool_model_id: str
) -> dict[str, Any]:
    """Give a fit to those who draw it."""
    reply = read_pool_model(service, call, pool_id, pool_model_id)
    content: dict[str, Any] = json.loads(reply.body or "{}")
    return content


def _check(request: PooledRequest) -> None:
    wrong = OTHERS_ONLY if request.setting == "metastatic" else METASTATIC_ONLY
    if request.endpoint == wrong:
        raise InvalidInput(
            f"{request.endpoint} is not an endpoint of the {request.setting} setting",
            code="endpoint-not-applicable",
        )
    if len(set(request.covariates)) < len(request.covariates):
        raise InvalidInput("a covariate is named twice", code="duplicate-covariate")


def _found(store: Store, pool_id: str) -> Pool:
    pool = store.pools.find(pool_id)
    if pool is None:
        raise NotFound("no such pool")
    return pool


def _model(store: Store, pool_id: str, pool_model_id: str) -> PoolModel:
    model = store.pools.model(pool_id, pool_model_id)
    if model is None:
        raise NotFound("no such fit of a pool")
    return model


def _place(cursor: str | None) -> tuple[Any, str] | None:
    if not cursor:
        return None
    at, name = decoded(cursor, 2)
    return decoded_instant(at), name


def _pool_reply(status: int, store: Store, call: Call, pool: Pool) -> Reply:
    (content,) = _contents(store, call, [pool])
    return Reply(
        status, to_json(content), location=f"/v1/pools/{pool.pool_id}", audit_detail=pool.pool_id
    )


def _contents(store: Store, call: Call, pools: Sequence[Pool]) -> Iterator[dict[str, Any]]:
    caller = call.caller.organisation
    names = [pool.pool_id for pool in pools]
    invited: dict[str, set[str]] = defaultdict(set)
    for pool_id, member in store.pools.invited(names):
        invited[pool_id].add(member)
    consents: dict[str, list[Consent]] = defaultdict(list)
    for consent in store.pools.consents(names):
        consents[consent.pool_id].append(consent)
    for pool in pools:
        given = consents[pool.pool_id]
        standing = [each for each in given if each.member == caller and not each.withdrawn_at]
        yield {
            "pool_id": pool.pool_id,
            "name": pool.name,
            "founder": pool.founder,
            "created_at": instant(pool.created_at),
            "organisations": _organisations(pool, invited[pool.pool_id], given),
            "consent": _consent_content(standing[0]) if standing else None,
        }


def _organisations(
    pool: Pool, invited: Iterable[str], consents: Iterable[Consent]
) -> list[dict[str, Any]]:
    """Tell the founder of everybody, and the others of themselves and of who ever consented."""
    told = dict.fromkeys(invited, ("invited", pool.created_at))
    # In their order: the last consent of each says how it stands.
    for each in consents:
        ended = each.withdrawn_at
        told[each.member] = ("withdrawn", ended) if ended else ("consented", each.given_at)
    return [
        {"organisation": member, "status": status, "since": instant(since)}
        for member, (status, since) in sorted(told.items())
    ]


def _consent_content(consent: Consent) -> dict[str, Any]:
    return {
        "consent_id": consent.consent_id,
        "pool_id": consent.pool_id,
        "organisation": consent.member,
        "given_at": instant(consent.given_at),
        "given_by": consent.given_by,
        "reason": consent.reason,
    }


def _ended(consents: Iterable[Consent]) -> frozenset[str]:
    return frozenset(each.consent_id for each in consents if each.withdrawn_at is not None)


def _standing(model: PoolModel, ended: frozenset[str]) -> dict[str, Any]:
    failed = model.status == "failed"
    return {
        "pool_model_id": model.pool_model_id,
        "pool_id": model.pool_id,
        "status": WITHDRAWN if _rests_on(model, ended) else model.status,
        "progress": model.progress,
        "code": model.failure_code if failed else None,
        "reason": model.failure_detail if failed else None,
        "asked_by": model.asked_by,
        "request": json.loads(model.request),
        "queued_at": instant(model.queued_at),
        "finished_at": model.finished_at and instant(model.finished_at),
    }


def _rests_on(model: PoolModel, ended: frozenset[str]) -> bool:
    return not ended.isdisjoint(json.loads(model.consents or "[]"))


def _model_reply(status: int, store: Store, model: PoolModel) -> Reply:
    standing = _standing(model, _ended(store.pools.consents([model.pool_id])))
    is_told = standing["status"] == "done"
    result = json.loads(model.result) if model.result and is_told else None
    share = store.pools.share(model.pool_model_id) if is_told else None
    own = json.loads(share) if share else None
    if result and store.pools.standing(model.pool_id) is None:
        # What each organisation is like is for those who show the same of theirs.
        result |= {"organisations": None, "left_out": None}
    content = {
        **standing,
        "result": result,
        "own": own,
        "absolute_risk": _absolute_risk(standing["status"], own),
    }
    location = f"/v1/pools/{model.pool_id}/models/{model.pool_model_id}"
    return Reply(status, to_json(content), location=location, audit_detail=model.pool_model_id)


def _absolute_risk(status: str, own: dict[str, Any] | None) -> dict[str, Any]:
    why = None
    if status != "done":
        why = NO_CONSENT if status == WITHDRAWN else NOT_FITTED
    elif own is None:
        why = NOT_IN_THE_FIT
    elif own["baseline"] is None:
        why = NO_BASELINE
    reasons = [dict(zip(("code", "detail"), why, strict=True))] if why else []
    return {"status": "withheld" if why else "given", "reasons": reasons}
