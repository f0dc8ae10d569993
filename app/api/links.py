"""Which call can follow which, for readers and programs of the OpenAPI document."""

from typing import Any

PATIENT = {"patient_id": "$response.body#/patient_id"}
SAME_PATIENT = {"patient_id": "$request.path.patient_id"}
SAME_TREATMENT = SAME_PATIENT | {"treatment_id": "$request.path.treatment_id"}
SAME_ASSESSMENT = SAME_PATIENT | {"assessment_id": "$request.path.assessment_id"}
TEST = {"accession_number": "$response.body#/blood_test/accession_number"}
MODEL = {"model_id": "$response.body#/model_id"}
NEWEST_MODEL = {"model_id": "$response.body#/items/0/model_id"}
POOL = {"pool_id": "$response.body#/pool_id"}
SAME_POOL = {"pool_id": "$request.path.pool_id"}
FIT_OF_POOL = {**POOL, "pool_model_id": "$response.body#/pool_model_id"}
CLIENT = {"client_id": "$response.body#/client_id"}

LINKS: dict[str, dict[int, dict[str, dict[str, str]]]] = {
    "post_prognosis": {
        201: {
            "get_prognosis": {"prognosis_id": "$response.body#/prognosis_id"},
            "get_patient": PATIENT,
            "get_history": PATIENT,
            "get_patient_prognosis": PATIENT,
            "get_patient_prognosis_picture": PATIENT,
            "get_patient_blood_tests": PATIENT,
            "put_follow_up": PATIENT,
            "put_treatment": PATIENT,
            "put_assessment": PATIENT,
            "delete_patient": PATIENT,
            "get_blood_test": TEST,
        }
    },
    "post_blood_test": {
        201: {
            "get_blood_test": TEST,
            "get_blood_test_versions": TEST,
            "put_blood_test": TEST,
            "get_patient": {"patient_id": "$response.body#/blood_test/patient_id"},
        }
    },
    "put_patient": {
        201: {
            "get_patient": SAME_PATIENT,
            "get_patient_prognosis": SAME_PATIENT,
            "put_follow_up": SAME_PATIENT,
            "get_treatments": SAME_PATIENT,
            "get_assessments": SAME_PATIENT,
            "get_patient_response": SAME_PATIENT,
            "get_patient_response_picture": SAME_PATIENT,
            "delete_patient": SAME_PATIENT,
        }
    },
    "put_follow_up": {201: {"get_follow_up": SAME_PATIENT}},
    "put_treatment": {201: {"get_treatment": SAME_TREATMENT, "put_treatment": SAME_TREATMENT}},
    "put_assessment": {201: {"get_assessment": SAME_ASSESSMENT, "put_assessment": SAME_ASSESSMENT}},
    "post_model": {
        201: {
            "get_model": MODEL,
            "get_model_report": MODEL,
            "get_model_rows": MODEL,
            "promote_model": MODEL,
        },
        202: {"get_refit": {"refit_id": "$response.body#/refit_id"}},
    },
    "get_models": {
        200: {
            "get_model": NEWEST_MODEL,
            "get_model_report": NEWEST_MODEL,
            "get_model_report_page": NEWEST_MODEL,
            "get_model_forest_plot": NEWEST_MODEL,
            "get_model_calibration_plot": NEWEST_MODEL,
            "get_model_rows": NEWEST_MODEL,
            "promote_model": NEWEST_MODEL,
        }
    },
    "get_refit": {200: {"get_model": MODEL}},
    "post_pool": {
        201: {"get_pool": POOL, "post_consent": POOL, "get_pool_models": POOL},
    },
    "post_consent": {
        201: {
            "post_pool_model": SAME_POOL,
            "delete_consent": {**SAME_POOL, "organisation": "$response.body#/organisation"},
        }
    },
    "post_pool_model": {202: {"get_pool_model": FIT_OF_POOL, "get_pool_forest_plot": FIT_OF_POOL}},
    "post_client": {201: {"rotate_client": CLIENT, "delete_client": CLIENT}},
}
"""By operation and status: the operation that can follow, and where its parameters come from."""


def add_links(document: dict[str, Any]) -> None:
    """Write the links beside the responses that they start from."""
    operations = [each for path in document["paths"].values() for each in path.values()]
    for operation in operations:
        for status, following in LINKS.get(operation["operationId"], {}).items():
            operation["responses"][str(status)]["links"] = {
                name: {"operationId": name, "parameters": parameters}
                for name, parameters in following.items()
            }
