"""Cohorts in and out as files."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Prognosis
from tests.cli.files import csv_of
from tests.usecases.rows import a_draw, draws


def test_an_import_names_each_refused_row_and_stores_the_others(
    prognosis: Prognosis, tmp_path: Path
) -> None:
    prognosis("organisation", "add", "a")
    rows = draws(1000)
    rows[698]["ctc_count"] = -1
    path = csv_of(tmp_path / "cohort.csv", rows)

    found = prognosis("import", path, "--organisation", "a")

    # The header is line 1, so the 699th row is line 700.
    assert found.err == "line 700: greater-than-equal: ctc_count: the number is too small\n"
    assert found.out == "1000 rows: 999 stored, 0 unchanged, 1 refused\n"
    assert found.status == 1


def test_an_import_is_told_as_json(prognosis: Prognosis, tmp_path: Path) -> None:
    prognosis("organisation", "add", "a")
    path = csv_of(tmp_path / "cohort.csv", [a_draw(), a_draw(patient_id="P 2"), a_draw()])

    found = prognosis("import", path, "--organisation", "a", "--json")

    assert found.status == 1
    assert json.loads(found.out) == {
        "rows": 3,
        "stored": 1,
        "unchanged": 1,
        "refused": 1,
        "declared": {},
        "unknown_columns": [],
        "dry_run": False,
        "refusals": [
            {
                "line": 3,
                "status": "refused",
                "code": "string-pattern-mismatch",
                "reason": "patient_id: 1 to 64 of A-Z a-z 0-9 . _ - are required",
            }
        ],
    }


def test_a_dry_run_stores_and_declares_nothing(prognosis: Prognosis, tmp_path: Path) -> None:
    prognosis("organisation", "add", "a")
    path = csv_of(tmp_path / "cohort.csv", [a_draw(nodes=3)])
    options = ("--organisation", "a", "--declare")

    assert prognosis("import", path, *options, "--dry-run").out == (
        "covariate nodes would be declared as continuous\n"
        "1 rows: 1 stored, 0 unchanged, 0 refused (dry run)\n"
    )
    assert prognosis("import", path, *options).out == (
        "covariate nodes declared as continuous\n1 rows: 1 stored, 0 unchanged, 0 refused\n"
    )


def test_numeric_columns_are_declared_by_what_they_hold(
    prognosis: Prognosis, tmp_path: Path
) -> None:
    prognosis("organisation", "add", "a")
    cells = [
        {"horTh": 1, "post": "true", "size": 0, "note": "x", "few": ""},
        {"horTh": 0, "post": "FALSE", "size": 2.5, "note": "", "few": 1},
    ]
    rows = [a_draw(patient_id=f"P-{n}", accession_number=n) | c for n, c in enumerate(cells)]
    path = csv_of(tmp_path / "cohort.csv", rows)

    found = prognosis("import", path, "--organisation", "a", "--declare", "--json")

    told = json.loads(found.out)
    assert told["declared"] == {
        "horTh": "binary",
        "post": "binary",
        "size": "continuous",
        "few": "binary",
    }
    assert told["unknown_columns"] == ["note"]
    assert [(each["line"], each["code"]) for each in told["refusals"]] == [(2, "unknown-covariate")]


@pytest.mark.parametrize("name", ["out.csv", "out.ndjson", "out.parquet"])
def test_what_goes_out_comes_in_elsewhere(embedded: Prognosis, tmp_path: Path, name: str) -> None:
    for organisation in ("a", "b"):
        embedded("organisation", "add", organisation)
    rows = [row | {"age": 50, "follow_up_days": 90, "died": "true"} for row in draws(20)]
    embedded("import", csv_of(tmp_path / "in.csv", rows), "--organisation", "a")

    out = embedded("export", tmp_path / name, "--organisation", "a")
    assert out.out == f"20 rows of 20 patients written to {tmp_path / name}\n"
    assert embedded("import", tmp_path / name, "--organisation", "b").status == 0
    again = embedded("export", tmp_path / f"again-{name}", "--organisation", "b", "--json").json()
    assert again == {"rows": 20, "patients": 20}
    if name != "out.parquet":
        assert (tmp_path / name).read_text() == (tmp_path / f"again-{name}").read_text()


@pytest.mark.parametrize("command", ["import", "export"])
def test_a_file_of_no_known_format_is_refused(embedded: Prognosis, command: str) -> None:
    embedded("organisation", "add", "a")

    assert embedded(command, "cohort.xlsx", "--organisation", "a").err == (
        "prognosis: cohort.xlsx does not end in .csv, .ndjson or .parquet\n"
    )


def test_all_of_one_person_goes_into_a_file_for_its_owner_alone(
    prognosis: Prognosis, tmp_path: Path
) -> None:
    prognosis("organisation", "add", "a")
    prognosis("import", csv_of(tmp_path / "cohort.csv", draws(3)), "--organisation", "a")
    path = tmp_path / "P-2.json"

    found = prognosis("export", path, "--organisation", "a", "--patient", "P-2")

    told = json.loads(path.read_text())
    assert found.status == 0, found.err
    assert (told["patient_id"], told["blood_tests"][0]["ctc_count"]) == ("P-2", 2)
    assert [each["action"] for each in told["audit_events"]][-1] == "command export patient"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_person_who_is_not_there_has_no_file(prognosis: Prognosis, tmp_path: Path) -> None:
    prognosis("organisation", "add", "a")
    path = tmp_path / "P-2.json"

    found = prognosis("export", path, "--organisation", "a", "--patient", "P-2")

    assert (found.status, path.exists()) == (1, False)
    assert found.err == "prognosis: not-found: no such patient\n"
