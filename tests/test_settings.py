"""What the environment may say, and what stops the start."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from app.settings import Settings, SettingsProblem, describe, load_settings, masked


def problem_of(**environment: str) -> str:
    with pytest.raises(SettingsProblem) as refused:
        load_settings({f"PROGNOSIS_{name}": value for name, value in environment.items()})
    return str(refused.value)


def test_an_empty_environment_gives_the_defaults_of_the_contract() -> None:
    settings = load_settings({})

    assert settings == Settings()
    assert settings.database_url == "sqlite:///var/prognosis.db"
    assert settings.risk_scheme == "mdacc-2003"
    assert (settings.max_body_bytes, settings.max_import_line_bytes) == (1_048_576, 65_536)


def test_settings_are_typed_and_frozen() -> None:
    settings = load_settings(
        {
            "PROGNOSIS_WORKERS": "8",
            "PROGNOSIS_BEHIND_TLS_PROXY": "true",
            "PROGNOSIS_PUBLIC_URL": "https://prognosis.example.org/",
            "PROGNOSIS_TIME_ZONE": "Europe/Paris",
        }
    )

    assert (settings.workers, settings.behind_tls_proxy) == (8, True)
    assert settings.public_url == "https://prognosis.example.org"
    with pytest.raises(FrozenInstanceError):
        settings.workers = 9  # type: ignore[misc]


def test_other_programs_variables_are_left_alone() -> None:
    assert load_settings({"WORKERS": "many", "PATH": "/bin"}) == Settings()


def test_an_unknown_setting_is_refused_with_the_nearest_known_one() -> None:
    problem = problem_of(DATABSE_URL="sqlite:///x.db")

    assert problem == ("PROGNOSIS_DATABSE_URL is unknown, did you mean PROGNOSIS_DATABASE_URL?")


def test_every_offender_is_named_at_once() -> None:
    problem = problem_of(WORKERS="0", LOG_FORMAT="xml", ZZZ="1", TIME_ZONE="UTC")

    assert problem.count(";") == 2
    for name in ("PROGNOSIS_WORKERS", "PROGNOSIS_LOG_FORMAT", "PROGNOSIS_ZZZ"):
        assert name in problem
    assert "PROGNOSIS_TIME_ZONE" not in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://host/prognosis"),
        ("DATABASE_URL", ""),
        ("PUBLIC_URL", "prognosis.example.org"),
        ("PUBLIC_URL", "https://host:port"),
        ("PUBLIC_URL", "https://user@host"),
        ("RISK_SCHEME", "MDACC 2003"),
        ("WORKERS", "two"),
        ("WORKERS", "-1"),
        ("WORKERS", "65"),
        ("WORKERS", "٢"),
        ("MAX_BODY_BYTES", "1e6"),
        ("MAX_IMPORT_LINE_BYTES", "0"),
        ("BEHIND_TLS_PROXY", "maybe"),
        ("LOG_FORMAT", "JSON"),
        ("TIME_ZONE", "Paris"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("REFIT_LEASE_SECONDS", "1"),
        ("RATE_LIMIT", "600"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "600/day"),
        ("WRONG_KEYS_PER_MINUTE", "0"),
        ("TRUSTED_PROXIES", "10.0.0.7/16"),
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("JWKS_URLS", "https://ehr.example.org"),
        ("JWKS_URLS", "http://ehr.example.org/jwks.json"),
        ("JWKS_URLS", "https://user@ehr.example.org/jwks.json"),
        ("JWKS_URLS", "https://ehr.example.org/jwks.json,"),
        ("JWKS_URLS", "https://ehr.example.org/a jwks"),
        ("JWKS_URLS", "file:///etc/passwd"),
    ],
)
def test_a_malformed_value_is_refused(name: str, value: str) -> None:
    assert problem_of(**{name: value}).startswith(f"PROGNOSIS_{name} ")


def test_a_refused_address_is_not_repeated() -> None:
    assert "hunter2" not in problem_of(DATABASE_URL="postgres//u:hunter2@host/prognosis")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://user:hunter2@host:5432/prognosis",
        "postgresql+psycopg://user:hunter2@2/@host/prognosis",
        "postgresql+psycopg://:hunter2@host/prognosis",
        "postgresql+psycopg://host/prognosis?user=u&password=hunter2&sslmode=require",
        "postgresql+psycopg://host/prognosis?sslpassword=hunter2",
    ],
)
def test_a_password_is_masked(url: str) -> None:
    shown = masked(url)

    assert "hunter2" not in shown
    assert shown.startswith("postgresql+psycopg://")
    assert "host" in shown


def test_settings_are_described_with_meaning_default_and_masked_value() -> None:
    rows = describe(Settings(database_url="postgresql+psycopg://u:hunter2@host/prognosis"))

    by_name = {row.name: row for row in rows}
    address = by_name["PROGNOSIS_DATABASE_URL"]
    assert address.default == "sqlite:///var/prognosis.db"
    assert address.present == "postgresql+psycopg://u:***@host/prognosis"
    assert by_name["PROGNOSIS_PUBLIC_URL"].present == "none"
    assert by_name["PROGNOSIS_BEHIND_TLS_PROXY"].present == "false"
    assert all(row.meaning.endswith(".") for row in rows)


def test_what_is_described_can_be_set() -> None:
    rows = [row for row in describe(Settings()) if row.default != "none"]

    assert load_settings({row.name: row.default for row in rows}) == Settings()


def test_settings_load_no_framework() -> None:
    program = "import sys, app.settings; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()

    assert not {"pydantic", "sqlalchemy", "fastapi", "alembic"} & set(loaded)
