"""Artefacts that were stored once stay the models that they were."""

import json
from pathlib import Path

import pytest

from app.prognosis.gates import judge_checks
from app.prognosis.measured import CHECKS, measured, not_measured
from app.prognosis.model import canonical_json, from_artefact, to_artefact

KEPT = sorted((Path(__file__).parents[1] / "data" / "artefacts").glob("*.json"))


def test_every_kind_is_kept() -> None:
    assert [path.stem for path in KEPT] == ["2-apparent", "2-corrected"]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_stored_artefact_is_read_and_written_to_the_last_byte(path: Path) -> None:
    text = path.read_text()

    model = from_artefact(json.loads(text))

    assert canonical_json(to_artefact(model)) == text.rstrip("\n")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_the_checks_of_a_stored_artefact_are_judged_and_told(path: Path) -> None:
    model = from_artefact(json.loads(path.read_text()))

    assert model.checks is not None
    assert {each.gate for each in judge_checks(model.checks)} >= {"calibration", "discrimination"}
    told = {*measured(model.checks), *not_measured(model.checks)}
    assert told == set(CHECKS)


def test_the_integrated_score_is_absent_before_it_was_measured_and_told_since() -> None:
    before, since = (from_artefact(json.loads(path.read_text())).checks for path in KEPT)

    assert "integrated_brier" in not_measured(before)
    assert measured(since)["integrated_brier"]["corrected"]["resamples"] == 200
