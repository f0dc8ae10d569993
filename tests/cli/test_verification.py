"""`prognosis verify` recomputes what was answered."""

import json

import pytest

from tests.api.bodies import a_prognosis_request
from tests.cli.conftest import Prognosis
from tests.running import running


@pytest.fixture
def answered(sqlite_url: str) -> str:
    """A database with one stored answer."""
    with running(sqlite_url) as service:
        service.add_organisation("hospital-a")
        posted = service.client().post("/v1/prognoses", json=a_prognosis_request())
    assert posted.status_code == 201
    return str(posted.json()["prognosis_id"])


def test_what_comes_out_again_is_counted(answered: str, embedded: Prognosis) -> None:
    found = embedded("verify")

    assert answered
    assert found.status == 0
    assert found.out.split() == [
        *("organisation", "answers", "equal", "close", "unrecorded", "differing"),
        *("hospital-a", "1", "1", "0", "0"),
    ]


def test_what_comes_out_differently_is_named(
    answered: str, embedded: Prognosis, sqlite_url: str
) -> None:
    with running(sqlite_url) as service, service.database.begin() as connection:
        connection.exec_driver_sql("UPDATE blood_test SET ctc_count = ctc_count + 1")

    found = embedded("verify", "--organisation", "hospital-a", "--json")

    assert found.status == 1
    assert json.loads(found.out)[0]["differing"] == [answered]


def test_an_unknown_organisation_is_refused(embedded: Prognosis) -> None:
    found = embedded("verify", "--organisation", "nobody")

    assert found.status == 1
    assert "no such organisation" in found.err
