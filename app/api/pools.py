"""The larger study: organisations that consent to one fit, each with its own key."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api import pool_documents
from app.api.names import PoolId, PoolModelId
from app.api.routing import (
    PICTURE,
    CallNow,
    KeyedCall,
    ServiceNow,
    listed,
    needs,
    respond,
    spare_router,
)
from app.api.schemas import Consented, Page, PooledFit, PoolFounded
from app.usecases import pools

spare = spare_router("pools")

OrganisationName = Annotated[str, Path(description="The caller's own organisation.")]


@spare.get(
    "/v1/pools", **needs("models:read", success={200: pool_documents.Pools}, headers=("Link",))
)
def get_pools(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List the pools that the organisation is invited to, the newest first."""
    return listed(pools.list_pools(service, call, page.limit, page.cursor), request, service)


@spare.post(
    "/v1/pools",
    **needs(
        "models:write",
        success={201: pool_documents.Pool},
        headers=("Location", "Idempotent-Replayed"),
    ),
)
def post_pool(service: ServiceNow, call: KeyedCall, body: PoolFounded) -> Response:
    """Found a pool and invite by name; each organisation, the founder too, has to consent."""
    return respond(pools.found_pool(service, call, body.name, body.organisations))


@spare.get(
    "/v1/pools/{pool_id:hex32}",
    **needs(
        "models:read", success={200: pool_documents.Pool}, refusals=(404,), headers=("Location",)
    ),
)
def get_pool(service: ServiceNow, call: CallNow, pool_id: PoolId) -> Response:
    """Read who is in a pool."""
    return respond(pools.read_pool(service, call, pool_id))


@spare.post(
    "/v1/pools/{pool_id:hex32}/consents",
    **needs(
        "models:write",
        success={201: pool_documents.PoolConsent, 200: pool_documents.PoolConsent},
        refusals=(404, 409),
        headers=("Idempotent-Replayed",),
    ),
)
def post_consent(
    service: ServiceNow, call: KeyedCall, pool_id: PoolId, body: Consented
) -> Response:
    """Let the organisation's own rows be fitted with those of the others, until withdrawn."""
    return respond(pools.give_consent(service, call, pool_id, body.reason))


@spare.delete(
    "/v1/pools/{pool_id:hex32}/consents/{organisation:path}",
    **needs("models:write", success={204: None}, refusals=(404,)),
)
def delete_consent(
    service: ServiceNow, call: CallNow, pool_id: PoolId, organisation: OrganisationName
) -> Response:
    """Withdraw the organisation's own consent; fits that rest on it tell nothing any more."""
    return respond(pools.withdraw_consent(service, call, pool_id, organisation))


@spare.get(
    "/v1/pools/{pool_id:hex32}/models",
    **needs(
        "models:read",
        success={200: pool_documents.PoolModels},
        refusals=(404,),
        headers=("Link",),
    ),
)
def get_pool_models(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    pool_id: PoolId,
    page: Annotated[Page, Query()],
) -> Response:
    """List the fits of a pool, the newest first."""
    reply = pools.list_pool_models(service, call, pool_id, page.limit, page.cursor)
    return listed(reply, request, service)


@spare.post(
    "/v1/pools/{pool_id:hex32}/models",
    **needs(
        "models:write",
        success={202: pool_documents.PoolModel},
        refusals=(404, 409),
        headers=("Location", "Idempotent-Replayed"),
    ),
)
def post_pool_model(
    service: ServiceNow, call: KeyedCall, pool_id: PoolId, body: PooledFit | None = None
) -> Response:
    """Fit a model stratified by organisation on all that consent; an equal fit is joined."""
    request = (body or PooledFit()).request()
    return respond(pools.request_pooled_fit(service, call, pool_id, request))


@spare.get(
    "/v1/pools/{pool_id:hex32}/models/{pool_model_id:hex32}",
    **needs(
        "models:read",
        success={200: pool_documents.PoolModel},
        refusals=(404,),
        headers=("Location",),
    ),
)
def get_pool_model(
    service: ServiceNow, call: CallNow, pool_id: PoolId, pool_model_id: PoolModelId
) -> Response:
    """Read how far a fit is, and what the organisation is told of it."""
    return respond(pools.read_pool_model(service, call, pool_id, pool_model_id))


@spare.get(
    "/v1/pools/{pool_id:hex32}/models/{pool_model_id:hex32}/forest.svg",
    **needs("models:read", success={200: None}, refusals=(404,), shows=PICTURE),
)
def get_pool_forest_plot(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    pool_id: PoolId,
    pool_model_id: PoolModelId,
) -> Response:
    """Draw the effect of the count in each organisation, or say in words why there is no figure."""
    told = pools.pool_model_to_show(service, call, pool_id, pool_model_id)
    return Response(request.app.state.pool_picture(told), media_type="image/svg+xml")
