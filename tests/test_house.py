"""What the repository promises of itself: locks, imports, versions, decisions."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import app

REPOSITORY = Path(__file__).parent.parent
LOCKS = (
    *("requirements.lock", "requirements-build.lock", "requirements-dev.lock"),
    *("requirements-scan.lock", "requirements-attack.lock"),
)
DECISIONS = sorted((REPOSITORY / "docs/decisions").glob("0*.md"))


def read(name: str) -> str:
    return (REPOSITORY / name).read_text()


def run(*command: str, cwd: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9._-]+==\S+", read(name), re.MULTILINE))


@pytest.mark.parametrize("lock", [*LOCKS, "tools/openapi-lint/package-lock.json"])
def test_a_lock_holds_no_address(lock: str) -> None:
    assert "://" not in read(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    pinned = re.split(r"\n(?=\S)", read(lock).strip())

    assert [pin.splitlines()[0] for pin in pinned if "--hash=sha256:" not in pin] == []


def test_the_tools_run_on_the_versions_that_serve() -> None:
    assert pins("requirements.lock") | pins("requirements-build.lock") <= pins(LOCKS[2])


def test_the_version_is_the_same_everywhere() -> None:
    (latest, *_) = re.findall(r"^## \[(\d[^\]]*)\]", read("CHANGELOG.md"), re.MULTILINE)

    assert app.__version__ == version("ctc-prognosis") == latest


def test_the_import_contracts_hold() -> None:
    found = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")

    assert found.returncode == 0, found.stdout + found.stderr


def test_serving_loads_no_fitting_library() -> None:
    program = "import sys, app.main; print(*{'lifelines', 'matplotlib', 'pandas'} & {*sys.modules})"

    found = run(sys.executable, "-c", program)

    assert (found.returncode, found.stdout.strip()) == (0, ""), found.stderr


def test_a_skipped_test_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('not here')\n")
    options = ("-p", "tests.no_skips", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))

    found = run(sys.executable, "-m", "pytest", "-c", "/dev/null", *options, str(tmp_path))

    assert found.returncode == pytest.ExitCode.TESTS_FAILED, found.stdout
    assert "1 skipped: a test runs or is not there" in found.stdout


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_names_the_files_where_it_lives(decision: Path) -> None:
    text = decision.read_text()
    files = re.findall(r"^- `([^`]+)`", text.split("## Where it lives")[1], re.MULTILINE)

    assert files
    assert [name for name in files if not (REPOSITORY / name).exists()] == []
    assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences"))


@pytest.mark.parametrize("page", ["docs/hazards.md", "docs/reliability.md", "SECURITY.md"])
def test_every_test_that_a_page_of_risks_names_exists(page: str) -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", read(page)))
    there = {
        name
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_[a-z0-9_]+)", path.read_text(), re.MULTILINE)
    }

    assert len(named) > 20
    assert named <= there, named - there
