"""The page docs/the-2003-questions.md, call by call as it stands there."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Prognosis, runner
from tests.running import running

PAGE = (Path(__file__).parent.parent / "docs/the-2003-questions.md").read_text()

POOLED = 4
"""Of the sections, the one whose calls take the keys of two hospitals."""


def asked_and_told() -> Iterator[tuple[list[str], Any]]:
    """Pair each call of the page with what is shown of its answer."""
    for number, section in enumerate(PAGE.split("\n## ")):
        blocks = re.findall(r"^```(sh|json)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
        if number in (0, POOLED):
            continue
        for (_, calls), (_, shown) in zip(blocks[::2], blocks[1::2], strict=True):
            lines = calls.splitlines()
            answers = shown.splitlines() if len(lines) > 1 else [shown]
            yield from zip(map(shlex.split, lines), map(json.loads, answers), strict=True)


def sent(words: list[str], url: str, key: str) -> httpx.Response:
    """Send what a curl of the page sends."""
    told = [word.replace("$URL", url).replace("$KEY", key) for word in words]
    headers = dict(told[n + 1].split(": ") for n, word in enumerate(told) if word == "-H")
    method = told[told.index("-X") + 1] if "-X" in told else "GET"
    body = told[told.index("-d") + 1] if "-d" in told else None
    return httpx.request(method, told[-1], headers=headers, content=body, timeout=300)


def assert_shown(shown: Any, told: Any, at: str) -> None:
    """What the page shows is part of the answer, its numbers to the digits shown."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert_shown(value, told[name], f"{at}/{name}")
    elif isinstance(shown, list):
        for place, (one, other) in enumerate(zip(shown, told, strict=True)):
            assert_shown(one, other, f"{at}/{place}")
    elif isinstance(shown, float):
        assert told == pytest.approx(shown, rel=5e-3, abs=5e-4), at
    else:
        assert told == shown, at


@pytest.fixture
def embedded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> Prognosis:
    """Runs a command on a migrated file."""
    return runner(monkeypatch, capsys, sqlite_url)


@pytest.mark.soak
def test_every_answer_of_the_page_comes_out(embedded: Prognosis, sqlite_url: str) -> None:
    key = embedded("demo", "--json").json()["key"]
    with running(sqlite_url) as service:
        for words, shown in asked_and_told():
            answer = sent(words, service.url, key)
            assert_shown(shown, answer.json(), words[-1])


def test_the_page_asks_all_four_questions() -> None:
    calls = [words[-1] for words, _ in asked_and_told()]

    assert len(calls) == 10
    for part in ("survival", "comparisons", "models", "response", "planning", "enrolments"):
        assert any(part in call for call in calls), part
    assert "/v1/pools" in PAGE
