"""Mutate the modules that decide, one change at a time, and count what their tests notice.

That is `make mutants`, or `python -m tests.mutants [--jobs N] [--least PERCENT] [AREA ...]`.
Every mutant runs in a process of its own, forked from one that has loaded the libraries, and of the
service what does not know the mutated modules: a mutant takes as long as its tests do.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from shutil import rmtree
from types import CodeType

import pytest

from tests.mutants.areas import AREAS, EQUIVALENT, REPOSITORY, Area, Subject
from tests.mutants.mutations import Mutation

LIBRARIES = (
    "alembic.command", "fastapi", "httpx", "hypothesis.strategies", "lifelines.datasets",
    "numba", "numpy.testing", "pandas", "psutil", "psycopg", "pysqlite3.dbapi2", "pytest",
    "scipy.special", "scipy.stats", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite",
    "starlette.responses", "uvicorn",
)  # fmt: skip
"""What tests and service are made of, loaded once."""

LEAST_S = 30.0
"""Seconds after which a mutant that goes on counts as noticed, however fast its tests are."""

AS_SLOW = 5.0
"""How many times longer than without a mutant its tests may take."""


class MutatedModule(MetaPathFinder):
    """Gives one module as a mutation has it, to whoever imports it."""

    def __init__(self, subject: Subject, source: str) -> None:
        self._subject = subject
        self._source = source

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Find the mutated module; any other is found elsewhere."""
        if fullname != self._subject.module:
            return None
        path, source = str(REPOSITORY / self._subject.path), self._source

        class Loader(SourceFileLoader):
            def get_code(self, _fullname: str) -> CodeType:
                return compile(source, path, "exec")

        return spec_from_loader(fullname, Loader(fullname, path))


@dataclass
class Attempt:
    """One run of an area's tests, with a mutant or without."""

    area: Area
    subject: Subject | None
    mutation: Mutation | None
    process: int = 0
    started: float = 0.0
    folder: Path = field(default_factory=Path)

    def start(self, folder: Path) -> None:
        """Fork; the child runs the tests and never comes back."""
        self.folder = folder
        self.started = time.monotonic()
        self.process = os.fork()
        if self.process == 0:
            os.setsid()
            os._exit(self._run())

    def _run(self) -> int:
        self.folder.mkdir()
        output = os.open(self.folder.with_suffix(".txt"), os.O_CREAT | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if self.subject and self.mutation:
            source = self.mutation.applied((REPOSITORY / self.subject.path).read_text())
            sys.meta_path.insert(0, MutatedModule(self.subject, source))
        try:
            if self.subject:
                import_module(self.subject.module)
        except Exception:  # noqa: BLE001 - any error of its own
            return int(pytest.ExitCode.INTERRUPTED)
        options = ["-x", "-q", "-p", "no:cacheprovider", "-n", "0", "-p", "no:schemathesis"]
        # The libraries are there already, and need no rewriting.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        options += [f"--basetemp={self.folder}", "-k", self.area.chosen, *self.area.tests]
        try:
            return int(pytest.main(options))
        except BaseException:  # noqa: BLE001 - whatever ends the tests has noticed the mutant
            traceback.print_exc()
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()

    def told(self) -> str:
        """Say which mutant it is."""
        if self.subject is None or self.mutation is None:
            return f"{self.area.name} without a mutant"
        where = f"{self.subject.path}:{self.mutation.line} {self.mutation.function}"
        return f"{where}: {self.mutation.change}"

    def kill(self) -> None:
        """End the child and what it started."""
        os.killpg(self.process, signal.SIGKILL)


@dataclass(frozen=True)
class Ended:
    """What became of an attempt: pytest's exit status, None where it was cut off."""

    attempt: Attempt
    status: int | None
    seconds: float


def run_all(attempts: Sequence[Attempt], jobs: int, seconds: float) -> Iterator[Ended]:
    """Run attempts side by side, and cut off those that take longer than so many seconds."""
    waiting, running = list(reversed(attempts)), dict[int, Attempt]()
    with tempfile.TemporaryDirectory() as folder:
        number = 0
        while waiting or running:
            while waiting and len(running) < jobs:
                number += 1
                attempt = waiting.pop()
                attempt.start(Path(folder) / str(number))
                running[attempt.process] = attempt
            process, status = os.waitpid(-1, os.WNOHANG)
            for attempt in running.values():
                if attempt.process != process and time.monotonic() - attempt.started > seconds:
                    attempt.kill()
            if process == 0:
                time.sleep(0.02)
                continue
            attempt = running.pop(process)
            took = time.monotonic() - attempt.started
            code = os.waitstatus_to_exitcode(status)
            yield Ended(attempt, None if code < 0 else code, took)
            rmtree(attempt.folder, ignore_errors=True)


@dataclass
class Score:
    """How many mutants of an area its tests noticed."""

    area: str
    killed: int = 0
    endless: int = 0
    stillborn: int = 0
    survivors: list[str] = field(default_factory=list)
    equivalent: int = 0

    @property
    def percent(self) -> float:
        """Share that was noticed of those that could be."""
        return 100 * self.killed / max(1, self.killed + len(self.survivors))


def score(area: Area, jobs: int) -> Score:
    """Run every mutant of an area."""
    found = Score(area.name)
    (whole,) = run_all([Attempt(area, None, None)], 1, 600.0)
    if whole.status != 0:
        sys.exit(f"{area.name}: its tests fail without a mutant, or there are none")
    print(f"{area.name}: the tests take {whole.seconds:.1f} s", flush=True)
    attempts = []
    for subject, mutation in area.mutations():
        if (subject.path, mutation.function, mutation.change) in EQUIVALENT:
            found.equivalent += 1
        else:
            attempts.append(Attempt(area, subject, mutation))
    for ended in run_all(attempts, jobs, max(LEAST_S, AS_SLOW * whole.seconds)):
        if ended.status == pytest.ExitCode.INTERRUPTED:
            # It cannot even be imported: no test was needed.
            found.stillborn += 1
        elif ended.status != pytest.ExitCode.OK:
            found.killed += 1
            found.endless += ended.status is None
        else:
            found.survivors.append(ended.attempt.told())
            print(f"  survived  {found.survivors[-1]}", flush=True)
    print(
        f"{area.name}: {found.killed} of {found.killed + len(found.survivors)} noticed,"
        f" {found.percent:.1f} %, {found.endless} of them by tests that did not end; besides,"
        f" {found.stillborn} cannot be loaded and"
        f" {found.equivalent} change nothing",
        flush=True,
    )
    return found


def main() -> None:
    """Score the areas named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], help="default: all")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=85.0, help="percent of each area")
    asked = parser.parse_args()
    names = asked.areas or list(AREAS)
    if len(names) > 1:
        options = ["--jobs", str(asked.jobs), "--least", str(asked.least)]
        command = [sys.executable, "-m", "tests.mutants", *options]
        ended = [subprocess.run([*command, name], check=False).returncode for name in names]
        sys.exit(any(ended))
    area = AREAS[names[0]]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "HYPOTHESIS_STORAGE_DIRECTORY": tempfile.mkdtemp()}
    for name in (*LIBRARIES, *area.loaded):
        import_module(name)
    if sys.modules.keys() & {subject.module for subject in area.subjects}:
        sys.exit(f"{area.name}: what is loaded before the mutants knows the modules to be mutated")
    sys.exit(score(area, asked.jobs).percent < asked.least)


if __name__ == "__main__":
    main()
