"""The simulated cohort looks like the published ones, and the published ones come back."""

from datetime import date, timedelta
from functools import cache
from math import exp, log, log2, sqrt

import numpy as np
import pytest

from app.prognosis.cox import fit
from app.prognosis.kaplan_meier import Curve, survival
from app.prognosis.patient import Patient, clock_of_draw
from app.prognosis.simulation import simulate_cohort
from tests.prognosis.answers import demo_model
from tests.prognosis.cohorts import cohort
from tests.prognosis.published_cohorts import DAYS_PER_MONTH, PREDICT, STAGE_IV, PublishedCohort

UNTIL = date(2026, 10, 31)

PATIENTS = 3_000


@cache
def simulated() -> tuple[Patient, ...]:
    return simulate_cohort(PATIENTS, 0, UNTIL)


@cache
def counts() -> np.ndarray:
    return np.array([patient.blood_tests[0].ctc_count for patient in simulated()])


@cache
def follow_ups() -> tuple[np.ndarray, np.ndarray]:
    """Days since the baseline draw, and whether they ended in death."""
    days, died = [], []
    for patient in simulated():
        assert patient.follow_up is not None
        death_on, seen_on = patient.follow_up.death_on, patient.follow_up.last_known_alive_on
        end = death_on or seen_on
        assert end is not None
        days.append((end - patient.blood_tests[0].drawn_on).days)
        died.append(death_on is not None)
    return np.array(days), np.array(died)


def curve_of(chosen: np.ndarray) -> Curve:
    days, died = follow_ups()
    return survival(days[chosen], died[chosen])


def error_at(curve: Curve, day: float) -> float:
    return float(np.sqrt(curve.variance[np.searchsorted(curve.times, day, side="right") - 1]))


def test_the_same_seed_gives_the_same_cohort() -> None:
    assert simulate_cohort(20, 7, UNTIL) == simulate_cohort(20, 7, UNTIL)
    assert simulate_cohort(20, 7, UNTIL) != simulate_cohort(20, 8, UNTIL)


def test_a_larger_cohort_begins_with_the_smaller_one() -> None:
    assert simulate_cohort(30, 7, UNTIL)[:20] == simulate_cohort(20, 7, UNTIL)


def test_every_patient_and_result_is_labelled_as_simulated() -> None:
    assert all(patient.patient_id.startswith("SIM-") for patient in simulated())
    assert all(
        test.accession_number.startswith("SIM-")
        for patient in simulated()
        for test in patient.blood_tests
    )


@pytest.mark.parametrize(
    ("above", "share"),
    [
        # 1 - 3198/4436 had no cells in PREDICT (Clin Cancer Res 2025).
        (0, 1 - 0.279),
        # The tails of floor(exp(N(1.543, 2.635))): five or more 49 %, over fifty 18 %; published
        # shares of five or more run from 47 to 54 %.
        (4, 0.490),
        (50, 0.182),
    ],
)
def test_counts_are_distributed_as_published(above: int, share: float) -> None:
    found = float((counts() > above).mean())

    assert abs(found - share) <= 4 * sqrt(share * (1 - share) / PATIENTS)


@pytest.mark.parametrize(("low", "high", "median_months"), [(0, 4, 36.3), (5, 10**6, 16.0)])
def test_survival_by_group_is_near_the_published_medians(
    low: int, high: int, median_months: float
) -> None:
    # Crit Rev Oncol Hematol 2019;134:39-45: 36.3 and 16.0 months. The cohort mixes covariates as
    # hospitals do, so a tenth beside 4 standard errors is allowed for its being another population.
    curve = curve_of((counts() >= low) & (counts() <= high))
    day = median_months * DAYS_PER_MONTH

    assert abs(curve.at(day) - 0.5) <= 4 * error_at(curve, day) + 0.02


def test_survival_falls_from_group_to_group_as_in_2003() -> None:
    bounds = [(0, 0), (1, 3), (4, 50), (51, 10**6)]

    medians = [curve_of((counts() >= low) & (counts() <= high)).median() for low, high in bounds]

    assert None not in medians
    assert medians == sorted(medians, reverse=True)  # type: ignore[type-var]
    assert medians[0] is not None
    assert medians[0] > 24 * DAYS_PER_MONTH


def test_the_hazard_rises_with_time_as_no_exponential_does() -> None:
    # A Weibull of shape k has H(2t) / H(t) = 2^k, here 2^1.2 = 2.30, among patients alike: at the
    # covariate means. 400 deaths by t leave a standard error near 0.05 of the ratio's logarithm.
    baseline = demo_model().fit.baselines[0]

    early, late = (baseline.cumulative_hazard[baseline.before(day) - 1] for day in (365, 730))

    assert 1.2 - 4 * 0.05 / log(2) <= log2(late / early) <= 1.2 + 4 * 0.05 / log(2)
    assert log2(late / early) > 1.05


def test_nothing_is_told_after_the_last_day() -> None:
    for patient in simulated():
        assert all(told.observed_on <= UNTIL for told in patient.observations)
        assert all(
            test.drawn_on <= UNTIL - timedelta(days=60) + timedelta(days=36)
            for test in patient.blood_tests
        )


def test_nobody_is_drawn_seen_or_told_of_after_death() -> None:
    for patient in simulated():
        follow_up = patient.follow_up
        assert follow_up is not None
        death_on = follow_up.death_on or date.max
        days = [test.drawn_on for test in patient.blood_tests]
        days += [day for day in (follow_up.last_known_alive_on, follow_up.progression_on) if day]
        assert max(days) <= death_on
        assert max(told.observed_on for told in patient.observations) <= death_on


def test_the_living_were_seen_lately_but_for_a_few() -> None:
    lagging = [
        patient.follow_up.last_known_alive_on < UNTIL - timedelta(days=90)
        for patient in simulated()
        if patient.follow_up
        and patient.follow_up.last_known_alive_on
        and not patient.follow_up.death_on
    ]

    assert 0 < sum(lagging) < 0.10 * len(lagging)


def test_every_first_draw_can_be_a_row() -> None:
    standings = [
        [clock_of_draw(patient, test).standing for test in patient.blood_tests]
        for patient in simulated()
    ]

    first = [standing[0] for standing in standings]
    assert set(first) == {"baseline", "line-start-unknown"}
    assert first.count("line-start-unknown") < 0.05 * PATIENTS
    assert any(len(standing) > 1 for standing in standings)


def test_what_is_told_later_differs_from_what_held_at_the_draw() -> None:
    later_line = 0
    for patient in simulated():
        clock = clock_of_draw(patient, patient.blood_tests[0])
        at_draw = clock.known["line_of_therapy"].value
        told = [
            o.values["line_of_therapy"]
            for o in patient.observations
            if "line_of_therapy" in o.values
        ]
        later_line += told[-1] != at_draw

    assert later_line > 0.3 * PATIENTS


@pytest.mark.parametrize("name", ["er_status", "pr_status", "ecog", "metastatic_sites"])
def test_each_covariate_is_missing_in_few_patients_but_in_some(name: str) -> None:
    known = [clock_of_draw(p, p.blood_tests[0]).known.get(name) for p in simulated()]

    assert 0 < known.count(None) < 0.1 * PATIENTS


@pytest.mark.parametrize(
    ("published", "log_ratios"),
    [
        # 0.48 (0.44 to 0.53) is published; the two others follow from the medians.
        (
            PREDICT,
            {
                "negative_negative": log(0.320),
                "negative_positive": log(0.617),
                "positive_negative": log(0.480),
            },
        ),
        (STAGE_IV, {"five_or_more": log(2.76)}),
    ],
    ids=["predict", "stage-iv"],
)
def test_the_published_cohorts_have_the_published_ratios(
    published: PublishedCohort, log_ratios: dict[str, float]
) -> None:
    assert published.log_hazard_ratios() == pytest.approx(log_ratios, abs=0.01)


def columns_of(published: PublishedCohort, seed: int) -> dict[str, np.ndarray]:
    rows = list(published.rows(seed))
    columns = {name: np.array([row[name] for row in rows]) for name in published.covariates}
    days = np.maximum([float(row["follow_up_days"]) for row in rows], 0.5)
    return {**columns, "days": days, "died": np.array([row["died"] == "true" for row in rows])}


@pytest.mark.parametrize("published", [PREDICT, STAGE_IV], ids=["predict", "stage-iv"])
def test_a_fit_of_a_published_cohort_finds_the_truth(published: PublishedCohort) -> None:
    columns = columns_of(published, seed=20)
    days, died = columns.pop("days"), columns.pop("died")

    found = fit(cohort(days, died, columns), published.covariates, (), 0.0)

    truth = np.array([published.log_hazard_ratios()[name] for name in found.covariates])
    assert (np.abs(found.coefficients - truth) <= 4 * found.standard_errors).all()


@pytest.mark.parametrize("published", [PREDICT, STAGE_IV], ids=["predict", "stage-iv"])
def test_half_of_each_group_survive_its_published_median(published: PublishedCohort) -> None:
    columns = columns_of(published, seed=21)

    for arm in published.arms:
        others = [columns[name] for name in published.covariates]
        chosen = columns[arm.covariate] == 1 if arm.covariate else ~np.any(others, axis=0)
        curve = survival(columns["days"][chosen], columns["died"][chosen])
        day = arm.median_months * DAYS_PER_MONTH
        assert chosen.sum() == arm.patients
        assert abs(curve.at(day) - 0.5) <= 4 * error_at(curve, day)


def test_an_exponential_simulation_could_not_give_the_published_ratio() -> None:
    exponential = 17.3 / 32.3

    assert exp(PREDICT.log_hazard_ratios()["positive_negative"]) < 0.53 < exponential
