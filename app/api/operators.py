"""Those who keep the service: refits, models, covariates, clients, audit, health."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from app.api import documents, metrics
from app.api.names import ClientId, ModelId, RefitId
from app.api.report_documents import Report
from app.api.routing import (
    NUMBERS,
    PAGE,
    PICTURE,
    PROBLEMS,
    CallNow,
    KeyedCall,
    MetricsNow,
    ReportViewsNow,
    ServiceNow,
    listed,
    needs,
    respond,
    route_name,
    router,
    spare_router,
)
from app.api.schemas import About, ClientRequest, Declaration, Page, Promotion, Refit, Rotation
from app.api.waiting import Prefer, waited
from app.usecases import catalogue, clients, models, reports, sealing
from app.usecases.due import due_everywhere

routes = router("operators")
spare = spare_router("operators")
"""Lists and reports that somebody reads at leisure."""
health = APIRouter(tags=["health"], generate_unique_id_function=route_name)

OPEN: dict[str, Any] = {"security": []}
"""For anybody, without a key."""

LOADS_NOTHING = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""Of a page whose style stands in it: a browser neither runs nor fetches anything for it."""


@routes.post(
    "/v1/models",
    **needs(
        "models:write",
        success={201: documents.Model, 202: documents.Refit},
        refusals=(409,),
        headers=("Location", "ETag", "Idempotent-Replayed"),
    ),
)
async def post_model(
    service: ServiceNow,
    call: KeyedCall,
    body: Refit | None = None,
    prefer: Prefer = None,
) -> Response:
    """Refit on the organisation's own cohort; an equal refit that runs is joined."""
    request = (body or Refit()).request(call.caller.organisation, service.today())
    reply = await run_sync(models.request_refit, service, call, request)
    return respond(await waited(service, call, reply, models.refit_outcome, prefer))


@routes.get(
    "/v1/refits/{refit_id:hex32}",
    **needs("models:read", success={200: documents.Refit}, refusals=(404,), headers=("Location",)),
)
def get_refit(service: ServiceNow, call: CallNow, refit_id: RefitId) -> Response:
    """Read how far a refit is, and what came of it."""
    return respond(models.read_refit(service, call, refit_id))


@spare.get("/v1/models", **needs("models:read", success={200: documents.Models}, headers=("Link",)))
def get_models(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List models, the newest first, without their baselines."""
    return listed(models.list_models(service, call, page.limit, page.cursor), request, service)


@routes.get(
    "/v1/models/current",
    **needs("models:read", success={200: documents.Model}, refusals=(404,), headers=("ETag",)),
)
def get_current_model(
    service: ServiceNow, call: CallNow, about: Annotated[About, Query()]
) -> Response:
    """Read the model in use."""
    return respond(
        models.read_current_model(service, call, about.endpoint, about.setting, about.clock)
    )


@routes.get(
    "/v1/models/{model_id:digest}",
    **needs("models:read", success={200: documents.Model}, refusals=(404,), headers=("ETag",)),
)
def get_model(service: ServiceNow, call: CallNow, model_id: ModelId) -> Response:
    """Read a model as it was fitted and as it stands."""
    return respond(models.read_model(service, call, model_id))


@spare.get(
    "/v1/models/{model_id:digest}/rows",
    **needs("models:write", success={200: documents.ModelRows}, refusals=(404,), headers=("Link",)),
)
def get_model_rows(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    model_id: ModelId,
    page: Annotated[Page, Query()],
) -> Response:
    """Read the values that a model used of each patient; none is dated after the clock's start."""
    reply = models.list_model_rows(service, call, model_id, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.post(
    "/v1/models/{model_id:digest}/promotion",
    **needs(
        "models:write",
        success={201: documents.Model},
        refusals=(404, 409),
        headers=("ETag", "Idempotent-Replayed"),
    ),
)
def promote_model(
    service: ServiceNow, call: KeyedCall, model_id: ModelId, body: Promotion
) -> Response:
    """Put a candidate or superseded model into use, in the caller's name."""
    return respond(models.promote_model(service, call, model_id, body.reason))


@spare.get(
    "/v1/models/{model_id:digest}/report",
    **needs("models:read", success={200: Report}, refusals=(404,), headers=("ETag",)),
)
def get_model_report(service: ServiceNow, call: CallNow, model_id: ModelId) -> Response:
    """Read what a model is, what was checked of it, and what limits it."""
    return respond(reports.read_report(service, call, model_id))


@spare.get(
    "/v1/models/{model_id:digest}/report.html",
    **needs("models:read", success={200: None}, refusals=(404,), shows=PAGE),
)
def get_model_report_page(
    service: ServiceNow, call: CallNow, views: ReportViewsNow, model_id: ModelId
) -> Response:
    """Read the report of a model as one page to show or to print."""
    report = reports.report_to_show(service, call, model_id)
    return Response(views.page(report), headers=LOADS_NOTHING, media_type="text/html")


@spare.get(
    "/v1/models/{model_id:digest}/forest.svg",
    **needs("models:read", success={200: None}, refusals=(404,), shows=PICTURE),
)
def get_model_forest_plot(
    service: ServiceNow, call: CallNow, views: ReportViewsNow, model_id: ModelId
) -> Response:
    """Draw the hazard ratios of a model with their intervals."""
    report = reports.report_to_show(service, call, model_id)
    return Response(views.forest(report), media_type="image/svg+xml")


@spare.get(
    "/v1/models/{model_id:digest}/calibration.svg",
    **needs("models:read", success={200: None}, refusals=(404,), shows=PICTURE),
)
def get_model_calibration_plot(
    service: ServiceNow, call: CallNow, views: ReportViewsNow, model_id: ModelId
) -> Response:
    """Draw predicted against observed risk, or say in words why there is no such figure."""
    report = reports.report_to_show(service, call, model_id)
    return Response(views.calibration(report), media_type="image/svg+xml")


@routes.get("/v1/risk-schemes", **needs("models:read", success={200: documents.RiskSchemes}))
def get_risk_schemes(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List the risk schemes with cut-offs, sources and published figures."""
    reply = catalogue.list_risk_schemes(service, call, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.get("/v1/covariates", **needs("models:read", success={200: documents.Covariates}))
def get_covariates(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List the covariates, built in and declared."""
    reply = catalogue.list_covariates(service, call, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.post(
    "/v1/covariates",
    **needs(
        "models:write",
        success={201: documents.Covariate, 200: documents.Covariate},
        refusals=(409,),
        headers=("Idempotent-Replayed",),
    ),
)
def post_covariate(service: ServiceNow, call: KeyedCall, body: Declaration) -> Response:
    """Declare a covariate of the organisation's own."""
    declaration = catalogue.Declaration(body.name, body.kind, body.unit, body.min, body.max)
    return respond(catalogue.declare_covariate(service, call, declaration))


@routes.get(
    "/v1/clients", **needs("clients:write", success={200: documents.Clients}, headers=("Link",))
)
def get_clients(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List the programs that may call."""
    return listed(clients.list_clients(service, call, page.limit, page.cursor), request, service)


@routes.post(
    "/v1/clients",
    **needs(
        "clients:write",
        success={201: documents.ClientWithKey},
        headers=("Location", "Idempotent-Replayed"),
    ),
)
def post_client(service: ServiceNow, call: KeyedCall, body: ClientRequest) -> Response:
    """Add a program that may call; its key is told this once."""
    return respond(clients.post_client(service, call, body.new_client()))


@routes.delete(
    "/v1/clients/{client_id:hex16}",
    **needs("clients:write", success={204: None}, refusals=(404,)),
)
def delete_client(service: ServiceNow, call: CallNow, client_id: ClientId) -> Response:
    """Revoke a client; its next request is refused in every process."""
    return respond(clients.revoke_client(service, call, client_id))


@routes.post(
    "/v1/clients/{client_id:hex16}/rotation",
    **needs(
        "clients:write",
        success={201: documents.ClientWithKey},
        refusals=(404, 409),
        headers=("Idempotent-Replayed",),
    ),
)
def rotate_client(
    service: ServiceNow, call: KeyedCall, client_id: ClientId, body: Rotation | None = None
) -> Response:
    """Give a client a new key; the old one ends now, or after the overlap: two work at most."""
    rotation = (body or Rotation()).rotation()
    return respond(clients.rotate_client(service, call, client_id, rotation))


@spare.get(
    "/v1/audit-events",
    **needs("audit:read", success={200: documents.AuditEvents}, headers=("Link",)),
)
def get_audit_events(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List who did what, oldest first."""
    reply = catalogue.list_audit_events(service, call, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.get("/metrics", **needs("audit:read", success={200: None}, shows=NUMBERS))
def get_metrics(service: ServiceNow, counted: MetricsNow) -> Response:
    """Read what the whole server has done, all its processes together; it names no organisation."""
    gauges = metrics.Gauges(
        models.refits_by_state(service.database),
        due_everywhere(service.database),
        sealing.seconds_unsealed(service.database),
        service.database.disk.space(),
    )
    text = counted.text(gauges)
    return Response(text, media_type=metrics.MEDIA_TYPE)


@health.get("/livez", responses={400: PROBLEMS[400]}, openapi_extra=OPEN)
async def get_livez() -> documents.Alive:
    """Tell that the process answers."""
    return documents.Alive(status="alive")


@health.get("/readyz", responses={400: PROBLEMS[400], 503: PROBLEMS[503]}, openapi_extra=OPEN)
def get_readyz(service: ServiceNow) -> documents.Ready:
    """Tell that the database answers and has the schema that this release knows."""
    catalogue.check_ready(service)
    return documents.Ready(status="ready")
