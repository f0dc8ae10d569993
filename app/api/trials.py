"""Those who run trials: what is declared, who is enrolled, and who may know what of it."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api import documents, trial_documents
from app.api.routing import (
    CallNow,
    KeyedCall,
    ServiceNow,
    listed,
    needs,
    respond,
    router,
    spare_router,
)
from app.api.schemas import Page
from app.api.trial_schemas import (
    EnrolmentRequest,
    PlanningRequest,
    TrialRequest,
    UnblindingRequest,
)
from app.api.types import Identifier
from app.usecases import enrolling, planning, trials

routes = router("trials")
spare = spare_router("trials")
"""Planning, which somebody waits for at leisure."""

TrialId = Annotated[Identifier, Path(description="As the trial was declared.")]


@routes.post(
    "/v1/trials",
    **needs(
        "trials:write",
        success={200: trial_documents.Trial, 201: trial_documents.Trial},
        refusals=(409,),
        headers=("Location", "ETag", "Idempotent-Replayed"),
    ),
)
def post_trial(service: ServiceNow, call: KeyedCall, body: TrialRequest) -> Response:
    """Declare a trial, as a draft; what is declared does not change any more."""
    return respond(trials.create_trial(service, call, body.protocol()))


@spare.post(
    "/v1/trials/planning",
    **needs(
        "trials:read",
        "cohort:read",
        success={200: trial_documents.Planned},
        refusals=(409,),
    ),
)
def plan_trial(service: ServiceNow, call: CallNow, body: PlanningRequest) -> Response:
    """Plan a trial with the hospital's own patients; nothing is stored."""
    return respond(planning.plan_trial(service, call, body.question()))


@routes.get(
    "/v1/trials",
    **needs("trials:read", success={200: trial_documents.Trials}, headers=("Link",)),
)
def get_trials(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List trials by identifier."""
    return listed(trials.list_trials(service, call, page.limit, page.cursor), request, service)


@routes.get(
    "/v1/trials/{trial_id:trial}",
    **needs(
        "trials:read", success={200: trial_documents.Trial}, refusals=(404,), headers=("ETag",)
    ),
)
def get_trial(service: ServiceNow, call: CallNow, trial_id: TrialId) -> Response:
    """Read a trial; nothing that is told foretells an arm."""
    return respond(trials.read_trial(service, call, trial_id))


@routes.post(
    "/v1/trials/{trial_id}/opening",
    **needs(
        "trials:write",
        success={200: trial_documents.Trial},
        refusals=(404, 409),
        headers=("ETag", "Idempotent-Replayed"),
    ),
)
def open_trial(service: ServiceNow, call: KeyedCall, trial_id: TrialId) -> Response:
    """Let patients be enrolled; from now on their outcomes are concealed."""
    return respond(trials.open_trial(service, call, trial_id))


@routes.post(
    "/v1/trials/{trial_id}/closing",
    **needs(
        "trials:write",
        "trials:unblind",
        success={200: trial_documents.Trial},
        refusals=(404, 409),
        headers=("ETag", "Idempotent-Replayed"),
    ),
)
def close_trial(service: ServiceNow, call: KeyedCall, trial_id: TrialId) -> Response:
    """End a trial for good: nobody is enrolled any more, outcomes and balance are shown."""
    return respond(trials.close_trial(service, call, trial_id))


@routes.post(
    "/v1/trials/{trial_id}/enrolments",
    **needs(
        "trials:write",
        success={200: documents.Enrolment, 201: documents.Enrolment},
        refusals=(404, 409),
        headers=("Idempotent-Replayed",),
    ),
)
def post_enrolment(
    service: ServiceNow, call: KeyedCall, trial_id: TrialId, body: EnrolmentRequest
) -> Response:
    """Judge a patient and allocate the patient to an arm; again: the first allocation."""
    reply = enrolling.enrol(service, call, trial_id, body.patient_id, body.accession_number)
    return respond(reply)


@routes.post(
    "/v1/trials/{trial_id}/unblindings",
    **needs(
        "trials:unblind",
        success={200: trial_documents.Unblinding},
        refusals=(404,),
        headers=("Idempotent-Replayed",),
    ),
)
def post_unblinding(
    service: ServiceNow, call: KeyedCall, trial_id: TrialId, body: UnblindingRequest
) -> Response:
    """Learn the arm of one patient; who asked and why is kept."""
    reply = enrolling.unblind(service, call, trial_id, body.patient_id, body.reason)
    return respond(reply)


@routes.get(
    "/v1/trials/{trial_id}/balance",
    **needs("trials:read", success={200: trial_documents.Balance}, refusals=(404, 409)),
)
def get_balance(service: ServiceNow, call: CallNow, trial_id: TrialId) -> Response:
    """Read how even the allocation is; of an open trial with `trials:unblind`, not `:write`."""
    return respond(trials.read_balance(service, call, trial_id))
