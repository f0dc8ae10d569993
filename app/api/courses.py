"""Hospital systems: what was given to a patient, how the disease stood, and what the counts did."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api import documents, response_documents
from app.api.routing import (
    PICTURE,
    CallNow,
    IfMatch,
    ServiceNow,
    listed,
    needs,
    respond,
    router,
)
from app.api.schemas import GivenTreatment, Page, ResponseAsked, SeenAssessment
from app.api.types import Identifier
from app.usecases import courses, response

routes = router("hospital")

PatientId = Annotated[Identifier, Path(description="A pseudonym, never a name.")]
TreatmentId = Annotated[Identifier, Path(description="The hospital's name of a treatment.")]
AssessmentId = Annotated[Identifier, Path(description="The hospital's name of an assessment.")]


@routes.put(
    "/v1/patients/{patient_id}/treatments/{treatment_id}",
    **needs(
        "patients:write",
        success={200: documents.Treatment, 201: documents.Treatment},
        refusals=(404, 409, 412, 428),
        headers=("ETag",),
    ),
)
def put_treatment(
    service: ServiceNow,
    call: CallNow,
    patient_id: PatientId,
    treatment_id: TreatmentId,
    body: GivenTreatment,
    if_match: IfMatch,
) -> Response:
    """Say what is given to a patient, and since when."""
    told = body.treatment(treatment_id)
    return respond(courses.tell_treatment(service, call, patient_id, told, if_match))


@routes.get(
    "/v1/patients/{patient_id}/treatments/{treatment_id}",
    **needs(
        "patients:read", success={200: documents.Treatment}, refusals=(404,), headers=("ETag",)
    ),
)
def get_treatment(
    service: ServiceNow, call: CallNow, patient_id: PatientId, treatment_id: TreatmentId
) -> Response:
    """Read a treatment in its current version."""
    return respond(courses.read_treatment(service, call, patient_id, treatment_id))


@routes.get(
    "/v1/patients/{patient_id}/treatments",
    **needs(
        "patients:read", success={200: documents.Treatments}, refusals=(404,), headers=("Link",)
    ),
)
def get_treatments(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    patient_id: PatientId,
    page: Annotated[Page, Query()],
) -> Response:
    """List a patient's treatments by identifier, each in its current version."""
    reply = courses.list_treatments(service, call, patient_id, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.put(
    "/v1/patients/{patient_id}/assessments/{assessment_id}",
    **needs(
        "patients:write",
        success={200: documents.Assessment, 201: documents.Assessment},
        refusals=(404, 409, 412, 428),
        headers=("ETag",),
    ),
)
def put_assessment(
    service: ServiceNow,
    call: CallNow,
    patient_id: PatientId,
    assessment_id: AssessmentId,
    body: SeenAssessment,
    if_match: IfMatch,
) -> Response:
    """Say how the disease stood on a day."""
    told = body.assessment(assessment_id)
    return respond(courses.tell_assessment(service, call, patient_id, told, if_match))


@routes.get(
    "/v1/patients/{patient_id}/assessments/{assessment_id}",
    **needs(
        "patients:read", success={200: documents.Assessment}, refusals=(404,), headers=("ETag",)
    ),
)
def get_assessment(
    service: ServiceNow, call: CallNow, patient_id: PatientId, assessment_id: AssessmentId
) -> Response:
    """Read an assessment in its current version."""
    return respond(courses.read_assessment(service, call, patient_id, assessment_id))


@routes.get(
    "/v1/patients/{patient_id}/assessments",
    **needs(
        "patients:read", success={200: documents.Assessments}, refusals=(404,), headers=("Link",)
    ),
)
def get_assessments(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    patient_id: PatientId,
    page: Annotated[Page, Query()],
) -> Response:
    """List a patient's assessments by identifier, each in its current version."""
    reply = courses.list_assessments(service, call, patient_id, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.get(
    "/v1/patients/{patient_id}/response",
    **needs(
        "prognoses:read", success={200: response_documents.PatientResponse}, refusals=(404, 409)
    ),
)
def get_patient_response(
    service: ServiceNow,
    call: CallNow,
    patient_id: PatientId,
    asked: Annotated[ResponseAsked, Query()],
) -> Response:
    """Read the serial group of two draws of a line of therapy, and how far the count changed."""
    return respond(response.read_response(service, call, patient_id, asked.scheme))


@routes.get(
    "/v1/patients/{patient_id}/response.svg",
    **needs("prognoses:read", success={200: None}, refusals=(404,), shows=PICTURE),
)
def get_patient_response_picture(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    patient_id: PatientId,
    asked: Annotated[ResponseAsked, Query()],
) -> Response:
    """Draw the counts over time above what was given and what was seen."""
    told = response.shown_response(service, call, patient_id, asked.scheme)
    return Response(request.app.state.response_picture(told), media_type="image/svg+xml")
