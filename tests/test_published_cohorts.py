"""Published cohorts, simulated, imported and refit through the service: the truth comes back."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import log, sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from app.prognosis.kaplan_meier import survival
from tests.cli.conftest import runner
from tests.prognosis.published_cohorts import (
    DAYS_PER_MONTH,
    POOL,
    PREDICT,
    STAGE_IV,
    SWOG,
    PublishedCohort,
)
from tests.resamples import few_resamples

Prognosis = Callable[..., str]

COHORTS = {"predict": PREDICT, "stage-iv": STAGE_IV, "swog": SWOG}


@dataclass(frozen=True)
class Seen:
    """What the service made of one simulated cohort."""

    coefficients: dict[str, float]
    standard_errors: dict[str, float]
    exported: list[dict[str, str]]

    def covers(self, covariate: str, truth: float) -> bool:
        """Whether the 95 % interval holds the truth."""
        reach = 1.96 * self.standard_errors[covariate]
        return abs(self.coefficients[covariate] - truth) <= reach


@pytest.fixture
def embedded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> Iterator[Prognosis]:
    """Runs a command as an operator would, and gives what it printed."""
    run = runner(monkeypatch, capsys, sqlite_url)

    def checked(*words: object) -> str:
        done = run(*words)
        assert done.status == 0, done.err
        return done.out

    with few_resamples():
        yield checked


def refitted(
    cohort: PublishedCohort, organisation: str, prognosis: Prognosis, *strata: str
) -> dict[str, Any]:
    """Refit on the groups of a cohort that was imported."""
    model: dict[str, Any] = json.loads(
        prognosis(
            *("refit", "--organisation", organisation, "--clock", "index_date", "--json"),
            *("--covariates", ",".join(cohort.covariates)),
            *(("--strata", ",".join(strata)) if strata else ()),
        )
    )
    return model


def through_the_service(
    cohort: PublishedCohort,
    seed: int,
    organisation: str,
    prognosis: Prognosis,
    folder: Path,
    *strata: str,
) -> Seen:
    """Import a cohort, refit on its groups, and export it again."""
    rows = list(cohort.rows(seed))
    sent, got = folder / f"{organisation}.csv", folder / f"{organisation}-exported.csv"
    with sent.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    prognosis("organisation", "add", organisation)
    prognosis("import", str(sent), "--organisation", organisation, "--declare")
    model = refitted(cohort, organisation, prognosis, *strata)
    prognosis("export", str(got), "--organisation", organisation)
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
def test_the_simulated_truth_comes_back(name: str, embedded: Prognosis, tmp_path: Path) -> None:
    cohort = COHORTS[name]

    seen = through_the_service(cohort, 20_260_101, name, embedded, tmp_path)

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


def test_a_pool_of_studies_is_stratified_or_attenuated(embedded: Prognosis, tmp_path: Path) -> None:
    truth = POOL.log_hazard_ratios()["five_or_more"]
    assert truth == pytest.approx(log(2.78))

    seen = through_the_service(POOL, 20_260_101, "pool", embedded, tmp_path, "study")
    (pooled,) = refitted(POOL, "pool", embedded)["coefficients"]

    found, error = seen.coefficients["five_or_more"], seen.standard_errors["five_or_more"]
    assert abs(found - truth) <= 4 * error
    # Who lives longest comes from the studies with long times, whatever the count.
    assert pooled["coefficient"] < found


@pytest.mark.soak
@pytest.mark.parametrize("name", COHORTS)
def test_the_mean_of_twenty_seeds_is_the_truth(
    name: str, embedded: Prognosis, tmp_path: Path
) -> None:
    cohort = COHORTS[name]

    seen = [
        through_the_service(cohort, seed, f"{name}-{seed}", embedded, tmp_path)
        for seed in range(20)
    ]

    for covariate, truth in cohort.log_hazard_ratios().items():
        found = [one.coefficients[covariate] for one in seen]
        assert abs(mean(found) - truth) <= 4 * stdev(found) / sqrt(20), covariate
        assert sum(one.covers(covariate, truth) for one in seen) >= 15, covariate
