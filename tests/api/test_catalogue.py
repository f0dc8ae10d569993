"""Risk schemes and covariates: what there is to choose from."""

import httpx
import pytest

from tests.api.conftest import Hospital

PATH = "/v1/covariates"
NODES = {"name": "nodes", "kind": "continuous", "unit": "nodes", "min": 0, "max": 50}


def test_every_scheme_is_told_with_its_cut_offs_and_source(hospital: Hospital) -> None:
    schemes = hospital.stored("/v1/risk-schemes")["items"]

    groups = {each["scheme"]: [group["group"] for group in each["groups"]] for each in schemes}
    assert groups == {
        "mdacc-2003": ["0", "1-3", "4-50", ">50"],
        "cellsearch-5": ["<5", ">=5"],
        "stage-iv-2019": ["<5", ">=5"],
        "any-ctc": ["0", ">=1"],
        "dose-nact": ["0", "1", "2", "3-4", ">=5"],
    }
    assert all(each["source"] for each in schemes)


def test_a_covariate_is_declared_once(client: httpx.Client) -> None:
    first, again = client.post(PATH, json=NODES), client.post(PATH, json=NODES)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {**NODES, "declared": True}


def test_a_covariate_declared_otherwise_is_refused(client: httpx.Client) -> None:
    client.post(PATH, json=NODES)

    other = client.post(PATH, json={**NODES, "max": 60})

    assert (other.status_code, other.json()["code"]) == (409, "covariate-differs")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "age"}, "name-taken"),
        ({"name": "ctc_count"}, "name-taken"),
        ({"name": "birth_year"}, "name-taken"),
        ({"min": 51}, "bounds-crossed"),
        ({"kind": "binary"}, "bounds-of-binary"),
        ({"name": "positive nodes"}, "invalid-input"),
        ({"name": "9nodes"}, "invalid-input"),
        ({"kind": "nominal"}, "invalid-input"),
    ],
)
def test_what_cannot_be_declared(
    client: httpx.Client, change: dict[str, object], code: str
) -> None:
    answer = client.post(PATH, json=NODES | change)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_covariates_are_those_built_in_and_those_declared(
    hospital: Hospital, other_hospital: Hospital
) -> None:
    hospital.client.post(PATH, json=NODES)

    items = hospital.stored(PATH)["items"]
    elsewhere = other_hospital.stored(PATH)["items"]

    assert [each["name"] for each in items if each["declared"]] == ["nodes"]
    assert {each["name"] for each in items} >= {"log1p_ctc", "age", "ecog", "visceral_metastasis"}
    assert not any(each["declared"] for each in elsewhere)
