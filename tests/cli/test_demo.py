"""The demonstration: what it prints works."""

import re
import shlex
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Prognosis
from tests.running import running


def test_the_demonstration_is_labelled_and_prints_a_call_that_works_each_time(
    embedded: Prognosis, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(sqlite_url) as service:
        monkeypatch.setenv("PROGNOSIS_PUBLIC_URL", service.url)
        first, second = embedded("demo"), embedded("demo")

        assert "simulated patients; no real person is among them" in first.out
        assert "simulated" not in second.out
        answers = [curl(second.out), curl(second.out)]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].text == answers[1].text
        prognosis = answers[0].json()
        assert prognosis["hazard"]["status"] == "given"
        assert prognosis["risk_group"]["group"] == "4-50"
        picture = re.findall(r"^http\S+\.svg$", second.out, re.MULTILINE)[0]
        key = {"Authorization": f"Bearer {key_in(second.out)}"}
        assert httpx.get(picture, headers=key).status_code == 200
        assert curl(first.out).status_code == 401
    told = embedded("demo", "--json").json()
    assert told["request"]["patient"]["patient_id"].startswith("SIM-")
    embedded("export", tmp_path / "demo.csv", "--organisation", "demo")
    rows = (tmp_path / "demo.csv").read_text().splitlines()[1:]
    assert len(rows) > 2000
    assert all(row.startswith("SIM-") for row in rows)


def key_in(text: str) -> str:
    (key,) = re.findall(r"^ctc_\S+$", text, re.MULTILINE)
    return str(key)


def curl(text: str) -> httpx.Response:
    """Make the printed call; its only options are headers and the body."""
    (line,) = re.findall(r"^curl .*$", text, re.MULTILINE)
    words = shlex.split(line)
    headers = dict(words[n + 1].split(": ") for n, word in enumerate(words) if word == "-H")
    return httpx.post(words[-1], headers=headers, content=words[words.index("-d") + 1], timeout=30)
