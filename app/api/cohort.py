"""Those who look at all of a hospital's patients together."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api import cohort_documents
from app.api.routing import PICTURE, CallNow, ServiceNow, needs, respond, spare_router
from app.api.schemas import CohortAsked
from app.usecases import cohort

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
