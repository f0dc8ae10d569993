"""Hospital systems: patients, what became of them, and prognoses."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api import documents
from app.api.laboratory import check_same
from app.api.names import PrognosisId
from app.api.routing import (
    PICTURE,
    CallNow,
    IfMatch,
    KeyedCall,
    PicturesNow,
    ServiceNow,
    TogetherNow,
    listed,
    needs,
    respond,
    router,
    spare_router,
)
from app.api.schemas import Asking, Outcome, Page, PatientUpdate, PrognosisRequest
from app.api.types import Identifier
from app.usecases import own_data, patients, prognoses

routes = router("hospital")
spare = spare_router("hospital")
"""What is read at leisure."""

PatientId = Annotated[Identifier, Path(description="A pseudonym, never a name.")]


@routes.post(
    "/v1/prognoses",
    **needs(
        "results:write",
        "patients:write",
        "prognoses:read",
        success={201: documents.Prognosis, 200: documents.Prognosis},
        refusals=(409,),
        headers=("ETag", "Idempotent-Replayed"),
    ),
)
async def post_prognosis(
    service: ServiceNow,
    together: TogetherNow,
    call: KeyedCall,
    body: PrognosisRequest,
    asking: Annotated[Asking, Query()],
) -> Response:
    """Store a patient's covariates and blood test in one transaction; answer the prognosis."""
    test = body.blood_test.blood_test(body.blood_test.accession_number)
    statement = body.patient.statement()
    prepared = prognoses.give_prognosis(service, call, statement, test, asking.asked())
    return respond(await together.answer(prepared))


@routes.get(
    "/v1/patients/{patient_id}/prognosis",
    **needs("prognoses:read", success={200: documents.Prognosis}, refusals=(404, 409)),
)
async def get_patient_prognosis(
    service: ServiceNow,
    together: TogetherNow,
    call: CallNow,
    patient_id: PatientId,
    asking: Annotated[Asking, Query()],
) -> Response:
    """Answer for the latest blood test that can be answered, from the model in use."""
    prepared = prognoses.prognosis_of_patient(service, call, patient_id, asking.asked())
    return respond(await together.answer(prepared))


@routes.post(
    "/v1/prognoses/preview",
    **needs("prognoses:read", success={200: documents.Prognosis}, refusals=(409,)),
)
def preview_prognosis(
    service: ServiceNow,
    call: CallNow,
    body: PrognosisRequest,
    asking: Annotated[Asking, Query()],
) -> Response:
    """Answer as `POST /v1/prognoses` would, and store nothing."""
    test = body.blood_test.blood_test(body.blood_test.accession_number)
    statement = body.patient.statement()
    return respond(prognoses.preview_prognosis(service, call, statement, test, asking.asked()))


@routes.get(
    "/v1/prognoses/{prognosis_id:hex32}",
    **needs(
        "prognoses:read", success={200: documents.Prognosis}, refusals=(404,), headers=("ETag",)
    ),
)
def get_prognosis(service: ServiceNow, call: CallNow, prognosis_id: PrognosisId) -> Response:
    """Read an answer as it was given."""
    return respond(prognoses.read_prognosis(service, call, prognosis_id))


@routes.get(
    "/v1/patients", **needs("patients:read", success={200: documents.Patients}, headers=("Link",))
)
def get_patients(
    service: ServiceNow, call: CallNow, request: Request, page: Annotated[Page, Query()]
) -> Response:
    """List patients by identifier."""
    return listed(patients.list_patients(service, call, page.limit, page.cursor), request, service)


@routes.put(
    "/v1/patients/{patient_id}",
    **needs(
        "patients:write",
        success={200: documents.PatientKnown, 201: documents.PatientKnown},
        refusals=(409, 412, 428),
        headers=("ETag",),
    ),
)
def put_patient(
    service: ServiceNow,
    call: CallNow,
    patient_id: PatientId,
    body: PatientUpdate,
    if_match: IfMatch,
) -> Response:
    """Say what held of a patient on a day; what was known at an earlier draw stays as it was."""
    check_same(body.patient_id, patient_id, "patient_id")
    statement = body.statement(patient_id)
    reply = patients.tell_patient(service, call, statement, body.observed_on, if_match)
    return respond(reply)


@routes.get(
    "/v1/patients/{patient_id}",
    **needs(
        "patients:read", success={200: documents.PatientKnown}, refusals=(404,), headers=("ETag",)
    ),
)
def get_patient(service: ServiceNow, call: CallNow, patient_id: PatientId) -> Response:
    """Read what is known of a patient, and since when."""
    return respond(patients.read_patient(service, call, patient_id))


@routes.delete(
    "/v1/patients/{patient_id}",
    **needs("patients:write", success={204: None}, refusals=(404, 412)),
)
def delete_patient(
    service: ServiceNow, call: CallNow, patient_id: PatientId, if_match: IfMatch
) -> Response:
    """Erase everything recorded of a person (GDPR Art. 17)."""
    return respond(patients.erase_patient(service, call, patient_id, if_match))


@routes.get(
    "/v1/patients/{patient_id}/history",
    **needs("patients:read", success={200: documents.History}, refusals=(404,)),
)
def get_history(service: ServiceNow, call: CallNow, patient_id: PatientId) -> Response:
    """Read everything that was told of a patient, in the order it was told."""
    return respond(patients.read_history(service, call, patient_id))


@spare.get(
    "/v1/patients/{patient_id}/export",
    **needs(
        "patients:read",
        "prognoses:read",
        "audit:read",
        success={200: documents.PersonExport},
        refusals=(404,),
    ),
)
def export_patient(service: ServiceNow, call: CallNow, patient_id: PatientId) -> Response:
    """Read everything that is stored of one person, and who touched it (GDPR Art. 15, 20)."""
    return respond(own_data.export_patient(service, call, patient_id))


@routes.get(
    "/v1/patients/{patient_id}/blood-tests",
    **needs("patients:read", success={200: documents.Results}, refusals=(404,), headers=("Link",)),
)
def get_patient_blood_tests(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    patient_id: PatientId,
    page: Annotated[Page, Query()],
) -> Response:
    """List a patient's results by draw, each in its current version."""
    reply = patients.list_results(service, call, patient_id, page.limit, page.cursor)
    return listed(reply, request, service)


@routes.put(
    "/v1/patients/{patient_id}/follow-up",
    **needs(
        "patients:write",
        success={200: documents.FollowUp, 201: documents.FollowUp},
        refusals=(404, 409, 412, 428),
        headers=("ETag",),
    ),
)
def put_follow_up(
    service: ServiceNow,
    call: CallNow,
    patient_id: PatientId,
    body: Outcome,
    if_match: IfMatch,
) -> Response:
    """Say what became of a patient."""
    return respond(patients.tell_outcome(service, call, patient_id, body.follow_up(), if_match))


@routes.get(
    "/v1/patients/{patient_id}/follow-up",
    **needs("patients:read", success={200: documents.FollowUp}, refusals=(404,), headers=("ETag",)),
)
def get_follow_up(service: ServiceNow, call: CallNow, patient_id: PatientId) -> Response:
    """Read what became of a patient."""
    return respond(patients.read_outcome(service, call, patient_id))


@routes.get(
    "/v1/patients/{patient_id}/prognosis.svg",
    **needs("prognoses:read", success={200: None}, refusals=(404, 409), shows=PICTURE),
)
def get_patient_prognosis_picture(
    service: ServiceNow,
    call: CallNow,
    pictures: PicturesNow,
    patient_id: PatientId,
    asking: Annotated[Asking, Query()],
) -> Response:
    """Draw the survival curve with its band, or say in words why there is none."""
    answer, steps = prognoses.curve_of_patient(service, call, patient_id, asking.asked())
    return Response(pictures.draw(answer, steps), media_type="image/svg+xml")
