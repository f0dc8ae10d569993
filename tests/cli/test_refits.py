"""Refits from the command line: the same models as over HTTP."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.storage.database import Database
from app.storage.store import reading
from tests.cli.conftest import Prognosis
from tests.cli.files import a_cohort, csv_of
from tests.prognosis.cohorts import CUTOFF
from tests.running import running
from tests.usecases.rows import a_serial_file


def test_a_refit_prints_the_model_that_the_service_answers_from(
    prognosis: Prognosis, tmp_path: Path, database_url: str
) -> None:
    prognosis("organisation", "add", "a")
    path = csv_of(tmp_path / "cohort.csv", a_cohort(150))
    assert prognosis("import", path, "--organisation", "a").status == 0
    options = ("--organisation", "a", "--covariates", "log1p_ctc")

    model = prognosis("refit", *options, "--json").json()
    told = prognosis("refit", *options)

    assert (model["status"], model["patients"], model["events"]) == ("current", 150, 120)
    with running(database_url) as service:
        answered = service.client("a").get("/v1/models/current").json()
        service.close_clients()
    assert model | {"fitted_at": None} == answered | {"fitted_at": None}
    assert re.search(
        r"^covariate +coefficient +se +hazard ratio +95% CI +p$", told.out, re.MULTILINE
    )
    assert f"{model['coefficients'][0]['coefficient']:.5f}" in told.out


def test_a_candidate_is_no_failure(embedded: Prognosis, tmp_path: Path) -> None:
    embedded("organisation", "add", "a")
    path = csv_of(tmp_path / "cohort.csv", a_cohort(41))
    embedded("import", path, "--organisation", "a")

    # 41 patients with 32 deaths: below the 50 events of the gate.
    model = embedded("refit", "--organisation", "a", "--json").json()

    assert (model["status"], model["events"]) == ("candidate", 32)
    refused = [gate["gate"] for gate in model["gates"] if gate["verdict"] == "refused"]
    assert refused == ["events"]


def test_a_refit_that_yields_no_model_says_why(embedded: Prognosis) -> None:
    embedded("organisation", "add", "a")

    found = embedded("refit", "--organisation", "a", "--json")

    assert (found.status, found.out) == (1, "")
    assert found.err == ("prognosis: too-few-events: 0 events in 0 rows; more than 1 needed\n")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--covariates", "shoe_size"), "unknown-covariate"),
        (("--endpoint", "disease_free_survival"), "endpoint-not-applicable"),
        (("--clock", "index_date", "--covariates", "log1p_ctc"), "count-without-draw"),
        (("--data-cutoff", "2999-01-01"), "invalid-input"),
    ],
)
def test_a_refit_that_cannot_be_meant_is_refused(
    embedded: Prognosis, options: tuple[str, ...], code: str
) -> None:
    embedded("organisation", "add", "a")

    found = embedded("refit", "--organisation", "a", *options)

    assert found.status == 1
    assert found.err.startswith(f"prognosis: {code}") or "in-the-future" in found.err


def test_a_refit_whose_command_is_stopped_gives_its_place_free(
    embedded: Prognosis, tmp_path: Path, sqlite_url: str
) -> None:
    embedded("organisation", "add", "a")
    embedded("import", csv_of(tmp_path / "cohort.csv", a_cohort(600)), "--organisation", "a")
    command = [sys.executable, "-m", "app.cli", "refit", "--organisation", "a"]
    database = Database(sqlite_url, pool_size=1)

    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        (refit,) = eventually(database, "SELECT refit_id FROM refit")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) != 0

    with reading(database, 1) as store:
        found = store.refits.find(refit)
    database.close()
    assert found is not None
    assert (found.status, found.failure_code) == ("failed", "cancelled")


def eventually(database: Database, query: str) -> list[str]:
    """Ask until there is an answer."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with database.read() as connection:
            found = connection.exec_driver_sql(query).scalars().all()
        if found:
            return [str(each) for each in found]
        time.sleep(0.005)
    raise TimeoutError


def test_a_refit_of_later_draws_stands_beside_the_other(
    embedded: Prognosis, tmp_path: Path
) -> None:
    embedded("organisation", "add", "a")
    rows = a_serial_file(250, 11)
    columns = dict.fromkeys(name for row in rows for name in row)
    path = csv_of(tmp_path / "serial.csv", [{**dict.fromkeys(columns, ""), **row} for row in rows])
    assert embedded("import", path, "--organisation", "a").status == 0
    options = ("--organisation", "a", "--data-cutoff", CUTOFF.isoformat())

    models = [
        embedded("refit", *options, "--clock", clock, "--covariates", names, "--json").json()
        for clock, names in (("draw", "log1p_ctc"), ("weeks-3-5", "auto"))
    ]

    assert [(model["status"], model["clock"]) for model in models] == [
        ("current", "draw"),
        ("current", "weeks-3-5"),
    ]
    assert models[1]["specification"]["rung"] == "landmark-2"
    assert embedded("verify").status == 0
