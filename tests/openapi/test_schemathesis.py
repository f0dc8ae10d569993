"""The service under Schemathesis: what its OpenAPI document says is what it does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.bodies import tell_cohort
from tests.running import Running, running

REPOSITORY = Path(__file__).parent.parent.parent

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
"""Examples of each operation; CI asks for 100, and 10,000 take a night."""

# A valid body can still name a date to come, a key used before, or a version that is not there;
# tests.openapi.fuzz_hooks lists the codes of such refusals and lets no other pass. An import has
# an outcome for every line, and HL7 v2 is refused with 200, so that no body as a whole is. No
# token without a signature.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "409", "412", "422", "428"]

[[operations]]
include-path = "/v1/imports"
checks.negative_data_rejection.enabled = false

[[operations]]
include-path = "/oauth2/token"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/hl7v2"
checks.negative_data_rejection.enabled = false
"""


def fuzz(
    service: Running, phases: str, folder: Path, examples: int
) -> subprocess.CompletedProcess[str]:
    """Run every check, which is the default, on data that fits and on data that does not."""
    key = service.key("hospital-a")
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    options = {
        "--header": f"Authorization: Bearer {key}",
        "--phases": phases,
        "--mode": "all",
        "--max-examples": f"{examples}",
        "--request-timeout": "30",
        "--suppress-health-check": "all",
    }
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={configuration}",
            "run",
            f"{service.url}/openapi.json",
            *(f"{name}={value}" for name, value in options.items()),
            "--generation-deterministic",
            "--continue-on-failure",
            "--no-color",
        ],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.openapi.fuzz_hooks",
            "FUZZ_CLIENT_ID": key.split("_")[1],
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        text=True,
        timeout=300 + 3 * examples,
        check=False,
    )


PHASES = ("examples,coverage,fuzzing", "stateful")


def check_document(phases: str, database_url: str, folder: Path, examples: int) -> None:
    with running(database_url) as service:
        service.add_organisation("hospital-a")
        client = service.client("hospital-a")
        tell_cohort(client, patients=80)
        fitted = client.post("/v1/models", json={}, headers={"Prefer": "wait=60"})
        assert fitted.status_code == 201, fitted.text

        found = fuzz(service, phases, folder, examples)

    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-5_000:]


@pytest.mark.parametrize("phases", PHASES)
def test_the_document_holds_under_every_check(phases: str, sqlite_url: str, tmp_path: Path) -> None:
    check_document(phases, sqlite_url, tmp_path, EXAMPLES)


@pytest.mark.soak
@pytest.mark.parametrize("phases", PHASES)
def test_the_document_holds_under_many_more_examples(
    phases: str, database_url: str, tmp_path: Path
) -> None:
    check_document(phases, database_url, tmp_path, max(EXAMPLES, 200))
