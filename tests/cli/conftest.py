"""The command run in this process, on a database of its own."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.cli import main
from tests.resamples import few_resamples


@dataclass(frozen=True)
class Run:
    """What a command left: its exit status and what it said."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


Prognosis = Callable[..., Run]


@pytest.fixture(autouse=True)
def _few_resamples() -> Iterator[None]:
    """Whatever a command fits in this process is checked by few resamples."""
    with few_resamples():
        yield


@pytest.fixture
def prognosis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str
) -> Prognosis:
    """Runs a command on a migrated database, on each engine in turn."""
    return runner(monkeypatch, capsys, database_url)


@pytest.fixture
def embedded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> Prognosis:
    """Runs a command on a migrated file."""
    return runner(monkeypatch, capsys, sqlite_url)


def runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str
) -> Prognosis:
    monkeypatch.setenv("PROGNOSIS_DATABASE_URL", database_url)

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["prognosis", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Run(status, *capsys.readouterr())

    return run
