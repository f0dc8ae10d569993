"""The command itself: how it answers, and how it refuses."""

import subprocess
import sys

import pytest

from app import __version__
from app.main import create_app
from app.settings import Settings
from app.storage.schema import REVISIONS
from tests.cli.conftest import Prognosis, runner


def test_help_is_there_at_once() -> None:
    program = (
        "import sys; sys.argv = ['prognosis', '--help']; from app.cli import main;"
        " import atexit; atexit.register(lambda: print({'sqlalchemy', 'numpy', 'fastapi',"
        " 'lifelines'} & {*sys.modules})); main()"
    )

    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "import" in found.stdout
    assert found.stdout.strip().endswith("set()")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("refit",),
        ("refit", "--organisation", "a", "--setting", "early"),
        ("refit", "--organisation", "a", "--penalizer", "-1"),
        ("refit", "--organisation", "a", "--data-cutoff", "yesterday"),
        ("import", "cohort.csv"),
        ("serve", "--port", "70000"),
        ("client", "add", "--organisation", "a", "--name", "b"),
    ],
)
def test_wrong_usage_ends_with_status_2(embedded: Prognosis, arguments: tuple[str, ...]) -> None:
    assert embedded(*arguments).status == 2


def test_a_refusal_is_one_line_on_standard_error(embedded: Prognosis) -> None:
    found = embedded("refit", "--organisation", "nobody")

    assert (found.status, found.out) == (1, "")
    assert found.err == (
        "prognosis: not-found: no such organisation; `prognosis organisation add` adds one\n"
    )


def test_a_wrong_setting_is_told(embedded: Prognosis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROGNOSIS_WORKER", "2")

    found = embedded("settings")

    assert found.status == 1
    assert found.err == (
        "prognosis: PROGNOSIS_WORKER is unknown, did you mean PROGNOSIS_WORKERS?\n"
    )


def test_a_database_without_a_schema_names_the_command_that_makes_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_database_url: str
) -> None:
    run = runner(monkeypatch, capsys, empty_database_url)

    refused = run("organisation", "list")
    assert refused.status == 1
    assert "run `prognosis migrate`" in refused.err

    assert run("migrate").out == f"the database has now schema {REVISIONS[-1]}\n"
    assert run("migrate").out == f"the database has schema {REVISIONS[-1]}\n"
    assert run("organisation", "list", "--json").json() == []


def test_settings_are_told_with_secrets_masked(
    embedded: Prognosis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGNOSIS_DATABASE_URL", "postgresql+psycopg://me:secret@host/db")

    told = embedded("settings")
    rows = {row["name"]: row for row in embedded("settings", "--json").json()}

    assert "secret" not in told.out
    assert rows["PROGNOSIS_DATABASE_URL"]["present"] == "postgresql+psycopg://me:***@host/db"
    assert rows["PROGNOSIS_WORKERS"]["default"] == "2"


def test_the_description_is_that_of_the_default_settings(
    embedded: Prognosis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGNOSIS_RISK_SCHEME", "any-ctc")

    assert embedded("openapi").json() == create_app(Settings()).openapi()


def test_the_version_is_told(embedded: Prognosis) -> None:
    assert embedded("version").out == f"{__version__}\n"
