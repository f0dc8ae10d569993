"""Published cohorts, simulated, imported and refit through the service: the truth comes back."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from app.prognosis.kaplan_meier import survival
from tests.prognosis.published_cohorts import DAYS_PER_MONTH, PREDICT, STAGE_IV, PublishedCohort

COHORTS = {"predict": PREDICT, "stage-iv": STAGE_IV}


@dataclass(frozen=True)
class Seen:
    """What the service made of one simulated cohort."""

    coefficients: dict[str, float]
    standard_errors: dict[str, float]
    exported: list[dict[str, str]]


def prognosis(database_url: str, *words: str) -> str:
    """Run the command as an operator would."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env={"PROGNOSIS_DATABASE_URL": database_url, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def through_the_service(
    cohort: PublishedCohort, seed: int, organisation: str, database_url: str, folder: Path
) -> Seen:
    """Import a cohort, refit on its groups, and export it again."""
    rows = list(cohort.rows(seed))
    sent, got = folder / f"{organisation}.csv", folder / f"{organisation}-exported.csv"
    with sent.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    prognosis(database_url, "organisation", "add", organisation)
    prognosis(database_url, "import", str(sent), "--organisation", organisation, "--declare")
    model: dict[str, Any] = json.loads(
        prognosis(
            database_url,
            *("refit", "--organisation", organisation, "--clock", "index_date", "--json"),
            *("--covariates", ",".join(cohort.covariates)),
        )
    )
    prognosis(database_url, "export", str(got), "--organisation", organisation)
    with got.open(newline="") as file:
        exported = list(csv.DictReader(file))
    assert model["patients"] == len(exported) == len(rows)
    found = model["coefficients"]
    return Seen(
        {term["covariate"]: term["coefficient"] for term in found},
        {term["covariate"]: term["standard_error"] for term in found},
        exported,
    )


def outcomes(seen: Seen, covariates: tuple[str, ...], of: str | None) -> Iterator[tuple[int, bool]]:
    """Yield days and death of one group; the reference bears none of the marks."""
    for row in seen.exported:
        marks = {name for name in covariates if float(row[name])}
        if marks == ({of} if of else set()):
            died = bool(row["death_on"])
            end = date.fromisoformat(row["death_on"] if died else row["last_known_alive_on"])
            yield (end - date.fromisoformat(row["index_date"])).days, died


@pytest.mark.parametrize("name", COHORTS)
def test_the_simulated_truth_comes_back(name: str, sqlite_url: str, tmp_path: Path) -> None:
    cohort = COHORTS[name]

    seen = through_the_service(cohort, 20_260_101, name, sqlite_url, tmp_path)

    # Four standard errors: a right service fails one seed in 16,000 for each figure.
    for covariate, truth in cohort.log_hazard_ratios().items():
        error = seen.standard_errors[covariate]
        assert abs(seen.coefficients[covariate] - truth) <= 4 * error, covariate
    for arm in cohort.arms:
        days, died = zip(*outcomes(seen, cohort.covariates, arm.covariate), strict=True)
        assert len(days) == arm.patients
        curve = survival(days, died)
        at = int(curve.times.searchsorted(arm.median_months * DAYS_PER_MONTH)) - 1
        error = sqrt(curve.variance[at])
        assert abs(curve.probability[at] - 0.5) <= 4 * error, arm.covariate


@pytest.mark.soak
@pytest.mark.parametrize("name", COHORTS)
def test_the_mean_of_twenty_seeds_is_the_truth(name: str, sqlite_url: str, tmp_path: Path) -> None:
    cohort = COHORTS[name]

    seen = [
        through_the_service(cohort, seed, f"{name}-{seed}", sqlite_url, tmp_path)
        for seed in range(20)
    ]

    for covariate, truth in cohort.log_hazard_ratios().items():
        found = [one.coefficients[covariate] for one in seen]
        assert abs(mean(found) - truth) <= 4 * stdev(found) / sqrt(20), covariate
