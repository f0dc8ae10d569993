"""A model whose stored text was changed answers nothing, is named, and is mended by a refit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.storage import tables
from tests.api.bodies import a_prognosis_request, a_result, tell_cohort
from tests.api.conftest import Hospital
from tests.cli.conftest import Prognosis, runner
from tests.faults.serving import Served
from tests.owner import owned
from tests.running import running

Change = Callable[[str], str]


def another_digit(artefact: str) -> str:
    """Change the last digit of the first coefficient."""
    coefficient = json.dumps(json.loads(artefact)["fit"]["coefficients"][0])
    last = "1" if coefficient[-1] != "1" else "2"
    return artefact.replace(coefficient, coefficient[:-1] + last, 1)


CHANGES: dict[str, Change] = {
    "one digit of a coefficient": another_digit,
    "one digit of the last number": lambda text: text[:-2] + chr(ord(text[-2]) ^ 1) + text[-1],
    "one space": lambda text: text + " ",
    "one key": lambda text: text.replace('"events"', '"Events"', 1),
    "not a number": lambda text: text.replace('"penalizer":0.0', '"penalizer":NaN', 1),
    "cut off": lambda text: text[: len(text) // 2],
    "nothing": lambda _: "",
    "another organisation's": lambda text: text.replace("hospital", "hospitaI", 1),
}


def damage(database_url: str, change: Change) -> str:
    """Change the stored text of the only model, and name it."""
    database = owned(database_url)
    with database.begin() as connection:
        row = connection.execute(select(tables.model.c.model_id, tables.model.c.artefact)).one()
        changed = change(row.artefact)
        assert changed != row.artefact
        connection.execute(update(tables.model).values(artefact=changed))
    database.close()
    return str(row.model_id)


def fitted(client: httpx.Client) -> None:
    """Tell of a cohort and fit its model, which has a number to give."""
    tell_cohort(client, patients=60)
    client.post("/v1/prognoses", json=a_prognosis_request()).raise_for_status()
    model = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
    assert model.json()["status"] == "current", model.text
    assert hazard(client)["hazard_ratio"] > 0


def hazard(client: httpx.Client) -> Any:
    """Ask without a trace, and give the hazard or the code."""
    answer = client.post("/v1/prognoses/preview", json=a_prognosis_request())
    return answer.json()["hazard"] if answer.is_success else answer.json()["code"]


NEW = {"patient_id": "NEW", "accession_number": "NEW"}


def questions(model_id: str) -> list[tuple[str, str, Any]]:
    """List every call that would give a number of the model."""
    about = f"/v1/models/{model_id}"
    return [
        (
            "POST",
            "/v1/prognoses",
            a_prognosis_request({"patient_id": "NEW"}, {"accession_number": "NEW"}),
        ),
        ("POST", "/v1/prognoses/preview", a_prognosis_request()),
        ("POST", "/v1/blood-tests", a_result(**NEW)),
        ("GET", "/v1/patients/P-000123/prognosis", None),
        ("GET", "/v1/patients/P-000123/prognosis.svg", None),
        ("GET", "/v1/models", None),
        ("GET", "/v1/models/current", None),
        ("GET", about, None),
        *(("GET", f"{about}/{name}", None) for name in ("report", "report.html")),
        *(("GET", f"{about}/{name}", None) for name in ("forest.svg", "calibration.svg")),
    ]


def check_damage_and_mending(database_url: str, key: str, prognosis: Prognosis) -> None:
    """Damage the model between two runs of the service, ask everything of it, and refit."""
    with running(database_url) as service:
        client = service.client_with(key)
        asked = hazard(client)
        posted = client.post("/v1/prognoses", json=a_prognosis_request({"ecog": 2})).json()
    model_id = damage(database_url, another_digit)

    with running(database_url) as service:
        client = service.client_with(key)
        refused = [_sent(client, *call) for call in questions(model_id)]
        kept = client.get(f"/v1/prognoses/{posted['prognosis_id']}").json()
        unknown = client.get("/v1/patients/NEW").status_code
        found = prognosis("verify", "--json")
        refit = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
        mended = hazard(client)

    assert {(each.status_code, each.json()["code"]) for each in refused} == {(503, "model-damaged")}
    assert {each.headers["retry-after"] for each in refused} == {"60"}
    assert (kept, unknown) == (posted, 404)
    told = json.loads(found.out)[0]
    assert (found.status, told["damaged_models"]) == (1, [model_id])
    assert posted["prognosis_id"] in told["differing"]
    assert f"{model_id} of {told['organisation']} is not the model that was fitted" in found.err
    assert (refit.status_code, refit.json()["model_id"]) == (201, model_id)
    assert mended == asked
    assert prognosis("verify", "--json").status == 0


def _sent(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    return client.request(method, path, json=body)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> tuple[Path, str]:
    """A file with one model in use, and the key to it."""
    path = tmp_path_factory.mktemp("filled") / "prognosis.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with running(f"sqlite:///{path}") as service:
        hospital = Hospital(service, "hospital")
        fitted(hospital.client)
        return path, service.key("hospital")


@pytest.fixture
def copied(filled: tuple[Path, str], tmp_path: Path) -> tuple[str, str]:
    """The address of a copy of that file, and the key to it."""
    path, key = filled
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    return f"sqlite:///{copy}", key


def test_a_damaged_model_answers_nothing_until_a_refit_mends_it(
    copied: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database_url, key = copied

    check_damage_and_mending(database_url, key, runner(monkeypatch, capsys, database_url))


@pytest.mark.soak
def test_a_damaged_model_answers_nothing_on_postgresql_either(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(postgres_url) as service:
        hospital = Hospital(service, "hospital")
        fitted(hospital.client)
        key = service.key("hospital")

    check_damage_and_mending(postgres_url, key, runner(monkeypatch, capsys, postgres_url))


@pytest.mark.parametrize("change", CHANGES)
def test_any_changed_byte_is_seen(copied: tuple[str, str], change: str) -> None:
    database_url, key = copied
    damage(database_url, CHANGES[change])

    with running(database_url) as service:
        told = hazard(service.client_with(key))

    assert told == "model-damaged"


@pytest.mark.soak
def test_of_several_processes_none_gives_a_number_of_the_changed_text(
    database_url: str, tmp_path: Path
) -> None:
    with Served(database_url, tmp_path) as served, served.client() as client:
        fitted(client)
        asked = hazard(client)
        damage(database_url, another_digit)
        during = [_anew(served) for _ in range(20)]
        served.kill_all()
        served.start()
        after = [_anew(served) for _ in range(10)]

    # A process that read the model before goes on with what it read and found right.
    assert [each for each in during if each not in (asked, "model-damaged")] == []
    assert set(after) == {"model-damaged"}


def _anew(served: Served) -> Any:
    """Ask on a connection of its own, so that either process may answer."""
    with served.client() as client:
        return hazard(client)
