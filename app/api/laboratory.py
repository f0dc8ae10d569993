"""Laboratory software: results posted, corrected and read."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api import documents
from app.api.routing import (
    CallNow,
    IfMatch,
    KeyedCall,
    ServiceNow,
    listed,
    needs,
    respond,
    router,
)
from app.api.schemas import Asking, CorrectedTest, Page, PostedTest
from app.api.types import Identifier
from app.errors import FieldError, InvalidInput
from app.usecases import results

routes = router("laboratory")

AccessionNumber = Annotated[Identifier, Path(description="The laboratory's own number.")]


@routes.post(
    "/v1/blood-tests",
    **needs(
        "results:write",
        success={201: documents.ResultAnswered, 200: documents.ResultAnswered},
        refusals=(409,),
        headers=("ETag", "Idempotent-Replayed"),
    ),
)
def post_blood_test(
    service: ServiceNow, call: KeyedCall, body: PostedTest, asking: Annotated[Asking, Query()]
) -> Response:
    """Store a result and answer with the prognosis; an identical repeat gives the first answer."""
    test = body.blood_test(body.accession_number)
    reply = results.record_result(service, call, body.patient_id, test, asking.asked())
    return respond(reply)


@routes.put(
    "/v1/blood-tests/{accession_number}",
    **needs(
        "results:write",
        success={200: documents.ResultAnswered, 201: documents.ResultAnswered},
        refusals=(409, 412, 428),
        headers=("ETag",),
    ),
)
def put_blood_test(
    service: ServiceNow,
    call: CallNow,
    accession_number: AccessionNumber,
    body: CorrectedTest,
    if_match: IfMatch,
    asking: Annotated[Asking, Query()],
) -> Response:
    """Correct a result: a new version; the one before stays readable."""
    check_same(body.accession_number, accession_number, "accession_number")
    test = body.blood_test(accession_number)
    reply = results.correct_result(service, call, body.patient_id, test, if_match, asking.asked())
    return respond(reply)


@routes.get(
    "/v1/blood-tests/{accession_number}",
    **needs("patients:read", success={200: documents.Result}, refusals=(404,), headers=("ETag",)),
)
def get_blood_test(
    service: ServiceNow, call: CallNow, accession_number: AccessionNumber
) -> Response:
    """Read a result in its current version."""
    return respond(results.read_result(service, call, accession_number))


@routes.get(
    "/v1/blood-tests/{accession_number}/versions",
    **needs("patients:read", success={200: documents.ResultVersions}, refusals=(404,)),
)
def get_blood_test_versions(
    service: ServiceNow,
    call: CallNow,
    request: Request,
    accession_number: AccessionNumber,
    page: Annotated[Page, Query()],
) -> Response:
    """Read every version of a result, oldest first."""
    reply = results.read_result_versions(service, call, accession_number, page.limit, page.cursor)
    return listed(reply, request, service)


def check_same(sent: str | None, named: str, field: str) -> None:
    """Refuse a body that names another resource than the path."""
    if sent is not None and sent != named:
        error = FieldError(f"/{field}", "differs-from-path", "the body names another resource")
        raise InvalidInput(error.detail, code=error.code, errors=(error,))
