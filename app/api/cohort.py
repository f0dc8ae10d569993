"""Those who look at all of a hospital's patients together."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Query, Request, Response

from app.api import cohort_documents, comparison_documents, response_documents
from app.api.names import ComparisonId
from app.api.routing import (
    PICTURE,
    CallNow,
    KeyedCall,
    ServiceNow,
    needs,
    respond,
    router,
    spare_router,
)
from app.api.schemas import CohortAsked, CohortResponseAsked, PredictorSets
from app.api.waiting import Prefer, waited
from app.usecases import cohort, cohort_response, comparisons

routes = router("cohort")
spare = spare_router("cohort")


@spare.get(
    "/v1/cohort/survival",
    **needs("cohort:read", success={200: cohort_documents.CohortSurvival}, refusals=(409,)),
)
def get_cohort_survival(
    service: ServiceNow, call: CallNow, asked: Annotated[CohortAsked, Query()]
) -> Response:
    """Read how long the patients lived, by group, with the tests that compare the groups."""
    return respond(cohort.read_survival(service, call, asked.question(service.today())))


@spare.get(
    "/v1/cohort/summary",
    **needs("cohort:read", success={200: cohort_documents.CohortSummary}, refusals=(409,)),
)
def get_cohort_summary(
    service: ServiceNow, call: CallNow, asked: Annotated[CohortAsked, Query()]
) -> Response:
    """Read who the patients are, how long they were followed and what is known of them."""
    return respond(cohort.read_summary(service, call, asked.question(service.today())))


@spare.get(
    "/v1/cohort/survival.svg",
    **needs("cohort:read", success={200: None}, refusals=(409,), shows=PICTURE),
)
def get_cohort_survival_picture(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    asked: Annotated[CohortAsked, Query()],
) -> Response:
    """Draw the survival curves with their bands and the numbers at risk."""
    told = cohort.survival_content(service, call, asked.question(service.today()))
    return Response(request.app.state.cohort_picture(told), media_type="image/svg+xml")


@spare.get(
    "/v1/cohort/response",
    **needs("cohort:read", success={200: response_documents.CohortResponse}, refusals=(409,)),
)
def get_cohort_response(
    service: ServiceNow, call: CallNow, asked: Annotated[CohortResponseAsked, Query()]
) -> Response:
    """Read whether counts went with progression, with survival after imaging and with response."""
    question = asked.question(service.today())
    return respond(cohort_response.read_cohort_response(service, call, question))


@routes.post(
    "/v1/comparisons",
    **needs(
        "cohort:read",
        success={201: comparison_documents.Comparison, 202: comparison_documents.Comparison},
        refusals=(409,),
        headers=("Location", "Idempotent-Replayed"),
    ),
)
async def post_comparison(
    service: ServiceNow, call: KeyedCall, body: PredictorSets | None = None, prefer: Prefer = None
) -> Response:
    """Compare sets of predictors on the same patients; an equal comparison that runs is joined."""
    request = (body or PredictorSets()).request(call.caller.organisation, service.today())
    reply = await run_sync(comparisons.request_comparison, service, call, request)
    return respond(await waited(service, call, reply, comparisons.comparison_outcome, prefer))


@routes.get(
    "/v1/comparisons/{comparison_id:hex32}",
    **needs(
        "cohort:read",
        success={200: comparison_documents.Comparison},
        refusals=(404,),
        headers=("Location",),
    ),
)
def get_comparison(service: ServiceNow, call: CallNow, comparison_id: ComparisonId) -> Response:
    """Read how far a comparison is, and what it found."""
    return respond(comparisons.read_comparison(service, call, comparison_id))
