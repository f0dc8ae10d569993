"""Where one would look for it, and only there: covariates and risk schemes."""

from pathlib import Path

import pytest

import app
from app.api.documents import PatientKnown
from app.api.schemas import Patient, PatientUpdate
from app.prognosis.covariates import FIELDS, LADDER, REGISTRY
from app.prognosis.risk_group import DEFAULT_SCHEME, SCHEMES

APP = Path(app.__file__).parent

EXAMPLES = {"api/schemas.py", "prognosis/simulation.py", "usecases/demonstration.py"}
"""Files that show or make up a patient; a new covariate may stay out of them."""


def files_that_name(word: str) -> set[str]:
    return {
        str(path.relative_to(APP)) for path in APP.rglob("*.py") if f'"{word}"' in path.read_text()
    }


@pytest.mark.parametrize("name", ["pr_status", "pr_positive", "her2_status", "her2_positive"])
def test_a_covariate_is_named_in_the_registry_alone(name: str) -> None:
    assert files_that_name(name) - EXAMPLES == {"prognosis/covariates.py"}


@pytest.mark.parametrize("scheme", sorted(SCHEMES.keys() - {DEFAULT_SCHEME}))
def test_a_risk_scheme_is_named_in_its_file_alone(scheme: str) -> None:
    assert files_that_name(scheme) == {"prognosis/risk_group.py"}


def test_what_can_be_said_of_a_patient_is_what_the_registry_lists() -> None:
    names = {field.name for field in FIELDS}

    assert Patient.model_fields.keys() - {"patient_id", "observed_on", "extra"} == names
    assert PatientUpdate.model_fields.keys() == Patient.model_fields.keys()
    assert PatientKnown.model_fields.keys() >= names


def test_the_ladder_holds_registered_covariates_once_each() -> None:
    names = [name for rung in LADDER for name in rung.adds]

    assert len(set(names)) == len(names)
    assert set(names) <= REGISTRY.keys()
    assert [rung.patients for rung in LADDER] == [55, 165, 274, 439, 548]
