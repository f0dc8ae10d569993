"""Whatever is taken away from the promises, a test notices; and the mutants are what they say."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.areas import AREAS, EQUIVALENT, REPOSITORY
from tests.mutants.listed import LISTED, Listed
from tests.mutants.mutations import lost_conditions, mutations

NEEDED = ("app", "migrations", "openapi", "tests", "pyproject.toml", "CHANGELOG.md")
"""What the tests of a copy stand on."""

DECIDES = '''
LIMIT = 5

def admits(key, scopes, *, now):
    """Tell whether a key is good."""
    if key is None or key.ends_at >= now:
        raise ValueError("no longer good")
    log(key, level=1)
    return "read" in scopes
'''


def test_a_module_is_changed_wherever_it_decides() -> None:
    changes = {(each.function, each.change.split(": ", 1)[1]) for each in mutations(DECIDES)}

    assert changes >= {
        ("LIMIT", "6"),
        ("admits", "key is not None"),
        ("admits", "key.ends_at > now"),
        ("admits", "key is None and key.ends_at >= now"),
        ("admits", "nothing raised"),
        ("admits", "not done"),
        ("admits", "left out of log"),
        ("admits", "None returned"),
        ("admits", "'read' not in scopes"),
    }
    assert not any("Tell whether" in text for _, text in changes)


@pytest.mark.parametrize("name", AREAS)
def test_every_mutant_is_another_module_that_can_be_read(name: str) -> None:
    sources = {path: (REPOSITORY / path).read_text() for path in _paths(name)}
    found = list(AREAS[name].mutations())

    for subject, mutation in found[:: max(1, len(found) // 10)]:
        mutated = mutation.applied(sources[subject.path])
        ast.parse(mutated)
        assert mutated != ast.unparse(ast.parse(sources[subject.path]))

    assert len(found) > 30


def _paths(name: str) -> set[str]:
    return {subject.path for subject in AREAS[name].subjects}


def test_every_condition_on_the_organisation_is_a_mutant() -> None:
    source = (
        "select(a).where(a.c.organisation_id == mine, a.c.organisation_id == b.c.organisation_id)"
    )

    (lost,) = lost_conditions(source, "organisation_id")

    assert "a.c.organisation_id + mine == a.c.organisation_id + mine" in lost.applied(source)


def test_a_change_that_changes_nothing_is_still_made() -> None:
    made = {
        (subject.path, mutation.function, mutation.change)
        for area in AREAS.values()
        for subject, mutation in area.mutations()
    }

    assert EQUIVALENT.keys() <= made, EQUIVALENT.keys() - made


@pytest.mark.parametrize("mutant", LISTED, ids=lambda mutant: mutant.name)
def test_a_listed_mutant_has_one_place_and_tests_that_exist(mutant: Listed) -> None:
    source = (REPOSITORY / mutant.path).read_text()

    assert source.count(mutant.old) == 1
    ast.parse(source.replace(mutant.old, mutant.new))
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert re.search(rf"^def {name}", (REPOSITORY / path).read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, in which the tests of the mutants pass."""
    folder = tmp_path_factory.mktemp("mutants") / "repository"
    folder.mkdir()
    for name in NEEDED:
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
    return folder


@pytest.fixture
def mutated(copy: Path, mutant: Listed) -> Iterator[Path]:
    """The copy with one mutant in it."""
    path = copy / mutant.path
    source = path.read_text()
    path.write_text(source.replace(mutant.old, mutant.new))
    yield copy
    path.write_text(source)


def run(folder: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    # What the repository itself is compiled to would be taken for the mutant's.
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-k", "not postgres", *tests],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.soak
def test_without_a_mutant_the_copy_s_tests_pass(copy: Path) -> None:
    found = run(copy, tuple(sorted({test for mutant in LISTED for test in mutant.tests})))

    assert found.returncode == pytest.ExitCode.OK, found.stdout[-5000:]


@pytest.mark.soak
@pytest.mark.parametrize("mutant", LISTED, ids=lambda mutant: mutant.name)
def test_a_listed_mutant_is_noticed(mutated: Path, mutant: Listed) -> None:
    found = run(mutated, mutant.tests)

    assert found.returncode == pytest.ExitCode.TESTS_FAILED, found.stdout[-5000:]


@pytest.mark.soak
def test_a_query_that_forgets_whose_rows_are_asked_for_is_noticed() -> None:
    command = [sys.executable, "-m", "tests.mutants", "--least", "100", "tenancy"]
    found = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=1200, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr[-3000:]
