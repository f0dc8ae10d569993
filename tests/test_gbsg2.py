"""The walk of docs/gbsg2.md, command by command as it stands there."""

import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Prognosis, runner
from tests.running import running

REPOSITORY = Path(__file__).parent.parent
PAGE = (REPOSITORY / "docs/gbsg2.md").read_text()

COEFFICIENTS = {
    "horth": -0.34628,
    "age": -0.00946,
    "post": 0.25844,
    "tsize": 0.00780,
    "tgrade_ii": 0.63611,
    "tgrade_iii": 0.77965,
    "pnodes": 0.04879,
    "progrec": -0.00222,
    "estrec": 0.00020,
}
"""R: coxph(Surv(time, cens) ~ horTh + age + menostat + tsize + tgrade + pnodes + progrec + estrec)
on TH.data::GBSG2 with dummies against grade I, ties = "efron"; published to five decimals."""


def commands(program: str) -> list[list[str]]:
    """The page's commands of one program, word by word."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return [words[1:] for words in lines if words[0] == program]


@pytest.fixture
def walked(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Prognosis:
    """Runs commands where the walk has come as far as the refit."""
    monkeypatch.chdir(tmp_path)
    prognosis = runner(monkeypatch, capsys, sqlite_url)
    ((script, file),) = commands("python")
    subprocess.run([sys.executable, REPOSITORY / script, file], check=True)
    for words in commands("prognosis"):
        if words[0] in ("migrate", "organisation", "import"):
            found = prognosis(*words)
            assert found.status == 0, found.err
    return prognosis


def test_the_coefficients_are_those_that_r_publishes(walked: Prognosis) -> None:
    (refit,) = [words for words in commands("prognosis") if words[0] == "refit"]

    model = walked(*refit, "--json").json()

    assert (model["status"], model["patients"], model["events"]) == ("current", 686, 299)
    found = {row["covariate"]: row["coefficient"] for row in model["coefficients"]}
    assert found == pytest.approx(COEFFICIENTS, abs=1e-4, rel=0)
    # Printed by R to four decimals.
    assert model["log_likelihood"] == pytest.approx(-1735.7321, abs=5e-5)
    assert model["concordance"] == pytest.approx(0.69185, abs=5e-6)


def test_the_page_shows_what_is_printed_and_asked(walked: Prognosis, sqlite_url: str) -> None:
    *_, refit, add_client, _ = commands("prognosis")

    assert [line for line in walked(*refit).out.splitlines() if line not in PAGE][1:] == [
        "disease_free_survival, non_metastatic, clock index_date, data cut-off 1992-03-31",
    ]
    key = walked(*add_client).json()["key"]
    with running(sqlite_url) as service:
        told, asked, drawn = (curl(words, service.url, key) for words in commands("curl"))
    assert told.status_code == 201
    hazard = asked.json()["hazard"]
    # Three gates qualify this model, as the page says.
    assert hazard["status"] == "qualified"
    assert [reason["code"] for reason in hazard["reasons"]][:3] == [
        "influence",
        "calibration",
        "proportional-hazards",
    ]
    figures = (hazard["hazard_ratio"], *hazard["ci95"])
    assert "{:.2f} (95 % interval {:.2f} to {:.2f})".format(*figures) in PAGE
    assert f"{hazard['survival'][2]['probability']:.0%}".replace("%", " %") in PAGE
    assert undated(drawn.text) == undated((REPOSITORY / "docs/gbsg2.svg").read_text())


def undated(picture: str) -> str:
    """Leave out the day of the fit, which is that of the test."""
    return re.sub(r"fitted \d{4}-\d{2}-\d{2}", "fitted", picture)


def curl(words: list[str], url: str, key: str) -> httpx.Response:
    """Make one of the page's calls."""
    (address,) = [word for word in words if word.startswith("http://")]
    after = list(pairwise(words))
    headers = dict(value.split(": ") for option, value in after if option == "-H")
    return httpx.request(
        next((value for option, value in after if option == "-X"), "GET"),
        address.replace("http://127.0.0.1:8000", url),
        headers={name: value.replace("$KEY", key) for name, value in headers.items()},
        content=next((value for option, value in after if option == "-d"), None),
        timeout=30,
    )
