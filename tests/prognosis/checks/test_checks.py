"""Every check of a fit says what it should on cohorts whose truth is known, and never fails."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.prognosis.checks.assumptions import (
    form_of_the_count,
    influence,
    proportional_hazards,
    sample_size,
)
from app.prognosis.checks.check import check
from app.prognosis.checks.opinion import opinion
from app.prognosis.checks.performance import brier, calibration, discrimination, subgroups
from app.prognosis.checks.refits import Refits, refits_of
from app.prognosis.cohort import Cohort
from app.prognosis.fitting import fit
from app.prognosis.gates import judge_checks
from app.prognosis.refusals import RefitRefused
from tests.prognosis.cohorts import START, cohort, rossi, veteran

HORIZON = 12 * 30.4375


def simulated(patients: int, seed: int, effect: float = 0.7, drift: float = 0.0) -> Cohort:
    """
    Patients over six years with a hazard of exp(effect * x) a year, one in five censored.

    With a drift, the effect after a year is `effect + drift`.
    """
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, patients))
    early, late = np.exp(effect * x) / 365.25, np.exp((effect + drift) * x) / 365.25
    spent = random.exponential(size=patients)
    days = np.where(spent < early * 365.25, spent / early, 365.25 + (spent - early * 365.25) / late)
    ends = random.uniform(200, 2000, patients)
    found = cohort(
        np.ceil(np.minimum(days, ends)),
        days <= ends,
        {"x": x, "noise": noise, "age": np.round(60 + 10 * noise)},
    )
    starts = np.datetime64(START, "D") + random.integers(0, 2000, patients)
    return replace(found, starts=starts.astype("datetime64[D]"))


def refits(found: Cohort, *names: str, penalizer: float = 0.0) -> Refits:
    return refits_of(fit(found, names or ("x", "noise"), (), penalizer), found)


def none(_: float) -> None:
    """Watch no progress."""


def test_lifelines_finds_the_same_model() -> None:
    found = opinion(refits(rossi(), "fin", "age", "prio"), 0)

    assert (found["verdict"], found["rows"]) == ("agrees", 432)


def test_lifelines_does_not_find_a_model_that_was_moved() -> None:
    right = fit(rossi(), ("fin", "age", "prio"), (), 0.0)
    wrong = replace(right, coefficients=right.coefficients + 0.01 * right.standard_errors)

    assert opinion(refits_of(wrong, rossi()), 0)["verdict"] == "disagrees"


def test_what_chance_adds_is_taken_off() -> None:
    # Twelve covariates of noise on 150 patients.
    random = np.random.default_rng(3)
    names = tuple(f"n{number}" for number in range(12))
    columns = {name: random.normal(size=150) for name in names}
    found = cohort(np.arange(1, 151), random.random(150) < 0.8, columns)

    told = discrimination(refits(found, *names), 0, none)

    # The standard error of C is about 0.03 here.
    assert told["concordance"] - told["corrected"] > 0.04
    assert told["corrected"] == pytest.approx(0.5, abs=0.09)
    assert told["slope_corrected"] < 0.5
    assert told["resamples"] == 200


def test_resamples_are_seeded_and_told_as_they_go() -> None:
    told: list[float] = []
    subject = refits(simulated(120, 1))

    one, same = discrimination(subject, 5, told.append), discrimination(subject, 5, none)

    assert one == same
    assert one != discrimination(subject, 6, none)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_right_model_is_calibrated_in_patients_that_it_has_not_seen() -> None:
    cohorts = [simulated(1000, seed) for seed in range(12)]

    told = [calibration(refits(found), found.starts) for found in cohorts]

    held_out = [each[0] for each in told]
    assert all((at["held_out"], at["months"]) == (True, 12) for at in held_out)
    # A fifth, and who started on the day of the cut.
    assert all(200 <= at["patients"] <= 206 for at in held_out)
    for interval in ("o_e_ci95", "slope_ci95"):
        within = sum(at[interval][0] < 1 < at[interval][1] for at in held_out)
        # Of twelve intervals of 95 %, four or more miss in two of a thousand such dozens.
        assert within >= 9
    on_rows = told[0][1:]
    assert [at["months"] for at in on_rows] == [6, 12, 24, 36]
    # Over the rows of the fit, expected and observed agree but for the form of the estimate.
    assert all(at["o_e"] == pytest.approx(1, abs=0.02) for at in on_rows)


def test_a_model_of_other_times_is_not() -> None:
    # The latest patients die at twice the rate of those before them.
    found = simulated(1500, 12)
    late = found.starts >= np.sort(found.starts)[1200]
    days = np.where(late, np.ceil(found.days / 2), found.days)

    (held_out, *_) = calibration(refits(replace(found, days=days)), found.starts)

    assert held_out["o_e_ci95"][0] > 1.1


def test_a_share_of_the_error_is_explained() -> None:
    (year,) = [at for at in brier(refits(simulated(800, 4))) if at["months"] == 12]

    # S (1 - S) at a survival of one half is 0.25.
    assert 0.2 < year["null"] < 0.25
    assert year["ipa"] == pytest.approx(1 - year["brier"] / year["null"], rel=1e-12)
    assert year["ipa"] > 0.05


def test_the_test_of_proportional_hazards_is_that_of_r() -> None:
    # cox.zph of survival 3 prints 0.288, 2.168, 12.138 and 18.073 for this model.
    found = proportional_hazards(refits(veteran(), "trt", "prior", "karno"))

    assert found is not None
    statistics = [each["chi_square"] for each in found["covariates"]]
    assert statistics == pytest.approx([0.288, 2.168, 12.138], abs=5e-4)
    assert found["global"]["chi_square"] == pytest.approx(18.073, abs=5e-4)
    assert found["global"]["degrees_of_freedom"] == 3


@pytest.mark.parametrize(("drift", "flagged"), [(0.0, False), (-1.4, True)])
def test_crossing_hazards_are_found(drift: float, flagged: bool) -> None:
    found = proportional_hazards(refits(simulated(1000, 21, drift=drift)))

    assert found is not None
    assert (found["global"]["p"] < 0.01) == flagged


def test_one_patient_on_whom_everything_hangs_is_found() -> None:
    found = simulated(200, 31)
    x = found.columns["x"].copy()
    # Of all the one at the highest risk by far lives the longest.
    x[np.argmax(found.days)] = 6.0
    wild = replace(found, columns={**found.columns, "x": x})

    calm, hanging = influence(refits(simulated(400, 31))), influence(refits(wild, "x"))

    assert calm["largest_dfbetas"] < 0.5
    assert calm["moved_share"] == 0.0
    assert hanging["largest_dfbetas"] > 1
    assert hanging["covariate"] == "x"
    assert hanging["moved_share"] > 0.05


def test_the_sample_size_is_told_with_the_shrinkage_to_expect() -> None:
    subject = refits(simulated(600, 41))

    found = sample_size(subject)

    gain = 2 * (subject.fit.log_likelihood - subject.fit.log_likelihood_null)
    assert found is not None
    assert found["events_per_parameter"] == subject.fit.events / 2
    # Van Houwelingen and le Cessie: (LR - p) / LR.
    assert found["shrinkage"] == pytest.approx(1 - 2 / gain, abs=0.01)
    assert sample_size(refits(simulated(600, 41), penalizer=0.1)) is None


def test_the_form_of_the_count_is_compared_where_there_is_a_count() -> None:
    random = np.random.default_rng(51)
    counts = np.floor(random.lognormal(1.5, 1.5, 1000))
    days = np.ceil(random.exponential(900 * np.exp(-0.5 * np.log1p(counts)))) + 1
    found = cohort(days, np.ones(1000, bool), {"log1p_ctc": np.log1p(counts)})

    told = form_of_the_count(refits(found, "log1p_ctc"))

    assert told is not None
    aic = {form["form"]: form["aic"] for form in told["forms"]}
    assert aic["linear"] > aic["log1p"] + 10
    assert told["spline_lr"]["p"] > 0.01
    assert form_of_the_count(refits(simulated(200, 1))) is None


def test_groups_by_age_have_their_own_figures() -> None:
    found = simulated(1000, 61)

    told = subgroups(refits(found), found)

    assert [each["group"] for each in told] == ["50 to 69", "70 and over", "under 50"]
    assert sum(each["patients"] for each in told) == 1000
    assert all(0.6 < each["concordance"] < 0.85 for each in told)


def test_a_short_follow_up_leaves_every_horizon_unmeasured() -> None:
    found = simulated(200, 71)
    short = replace(found, days=np.minimum(found.days, 90), events=found.days < 90)

    checks = check(fit(short, ("x",), (), 0.0), short, 0, none)

    assert (checks["calibration"], checks["brier"], checks["subgroups"]) == ([], [], [])
    verdicts = {each.gate: each.verdict for each in judge_checks(checks)}
    assert verdicts["calibration"] == "qualified"


COLUMN = st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, 1e6]), min_size=8, max_size=25)


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Small cohorts of any kind, ties, outliers and equal patients among them."""
    x = draw(COLUMN)
    n = len(x)
    days = draw(st.lists(st.sampled_from([0.5, 1, 2, 30, 400, 800]), min_size=n, max_size=n))
    events = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    age = draw(st.lists(st.sampled_from([30.0, 55.0, 90.0]), min_size=n, max_size=n))
    return cohort(days, events, {"x": x, "age": age})


def fit_and_check(found: Cohort, names: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        subject = fit(found, names, (), 0.0)
    except RefitRefused:
        return None
    return check(subject, found, 0, none)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts(), st.sampled_from([("x",), ("x", "age")]))
def test_a_cohort_ends_in_a_refusal_or_in_checks_that_can_be_judged(
    found: Cohort, names: tuple[str, ...]
) -> None:
    checks = fit_and_check(found, names)

    if checks is not None:
        json.dumps(checks, allow_nan=False)
        assert len(judge_checks(checks)) == 5


@pytest.mark.soak
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts(), st.sampled_from([("x",), ("x", "age")]))
def test_many_cohorts_end_in_a_refusal_or_in_checks(found: Cohort, names: tuple[str, ...]) -> None:
    checks = fit_and_check(found, names)

    if checks is not None:
        json.dumps(checks, allow_nan=False)
        judge_checks(checks)
