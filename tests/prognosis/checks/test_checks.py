"""Every check of a fit says what it should on cohorts whose truth is known, and never fails."""

import json
from collections.abc import Callable
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
from app.prognosis.checks.calibration import calibration
from app.prognosis.checks.check import check
from app.prognosis.checks.discrimination import discrimination
from app.prognosis.checks.horizons import MONTHS, horizons
from app.prognosis.checks.opinion import opinion
from app.prognosis.checks.refits import Refits, refits_of
from app.prognosis.checks.resampled import resampled
from app.prognosis.checks.subgroups import subgroups
from app.prognosis.cohort import Cohort
from app.prognosis.cox import fit
from app.prognosis.gates import judge_checks
from app.prognosis.measured import has_figure, measured, not_measured
from app.prognosis.refusals import RefitRefused
from tests.prognosis.cohorts import START, cohort, rossi, veteran
from tests.resamples import few_resamples

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


def ranked(subject: Refits, seed: int = 0, progress: Callable[[float], None] = none) -> Any:
    """Measure how well a model ranks, over resamples without a calibration curve."""
    return discrimination(subject, resampled(subject, horizons(subject), {}, seed, progress))


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

    told = ranked(refits(found, *names))

    # The standard error of C is about 0.03 here.
    assert told["concordance"] - told["corrected"] > 0.04
    assert told["corrected"] == pytest.approx(0.5, abs=0.09)
    assert told["slope_corrected"] < 0.5
    assert told["resamples"] == 200


def test_resamples_are_seeded_and_told_as_they_go() -> None:
    told: list[float] = []
    subject = refits(simulated(120, 1))

    one, same = ranked(subject, 5, told.append), ranked(subject, 5)

    assert one == same
    assert one != ranked(subject, 6)
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
    on_rows = [at for at in told[0][1:] if at["detail"] is None]
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
    checks = fully_checked(simulated(800, 4))

    (year,) = [at for at in checks["brier"] if at["months"] == 12]
    # S (1 - S) at a survival of one half is 0.25.
    assert 0.2 < year["null"] < 0.25
    assert year["ipa"] == pytest.approx(1 - year["brier"] / year["null"], rel=1e-12)
    assert year["ipa"] > 0.05
    whole = checks["integrated_brier"]
    assert (whole["from_months"], whole["to_months"]) == (6, 36)
    assert 0.1 < whole["brier"] < whole["null"] < 0.25
    assert whole["ipa"] == pytest.approx(1 - whole["brier"] / whole["null"], rel=1e-12)


def test_the_test_of_proportional_hazards_is_that_of_r() -> None:
    # cox.zph of survival 3 prints 0.288, 2.168, 12.138 and 18.073 for this model.
    found = proportional_hazards(refits(veteran(), "trt", "prior", "karno"))

    statistics = [each["chi_square"] for each in found["covariates"]]
    assert statistics == pytest.approx([0.288, 2.168, 12.138], abs=5e-4)
    assert found["global"]["chi_square"] == pytest.approx(18.073, abs=5e-4)
    assert found["global"]["degrees_of_freedom"] == 3


@pytest.mark.parametrize(("drift", "flagged"), [(0.0, False), (-1.4, True)])
def test_crossing_hazards_are_found(drift: float, flagged: bool) -> None:
    found = proportional_hazards(refits(simulated(1000, 21, drift=drift)))

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
    assert found["events_per_parameter"] == subject.fit.events / 2
    # Van Houwelingen and le Cessie: (LR - p) / LR.
    assert found["shrinkage"] == pytest.approx(1 - 2 / gain, abs=0.01)
    penalised = sample_size(refits(simulated(600, 41), penalizer=0.1))
    assert (penalised["riley_patients"], penalised["shrinkage"]) == (None, None)
    assert penalised["detail"] == "the likelihood ratio of a penalised fit is not one"


def test_the_form_of_the_count_is_compared_where_there_is_a_count() -> None:
    random = np.random.default_rng(51)
    counts = np.floor(random.lognormal(1.5, 1.5, 1000))
    days = np.ceil(random.exponential(900 * np.exp(-0.5 * np.log1p(counts)))) + 1
    found = cohort(days, np.ones(1000, bool), {"log1p_ctc": np.log1p(counts)})

    told = form_of_the_count(refits(found, "log1p_ctc"))

    aic = {form["form"]: form["aic"] for form in told["forms"]}
    assert aic["linear"] > aic["log1p"] + 10
    assert told["spline_lr"]["p"] > 0.01
    uncounted = form_of_the_count(refits(simulated(200, 1)))
    assert uncounted == {"detail": "the count is no covariate of the model"}


def test_groups_by_age_have_their_own_figures() -> None:
    found = simulated(1000, 61)

    told = subgroups(refits(found), found)

    assert isinstance(told, list)
    assert [each["group"] for each in told] == ["50 to 69", "70 and over", "under 50"]
    assert sum(each["patients"] for each in told) == 1000
    for each in told:
        assert 0.6 < each["concordance"] < 0.85
        for figure in ("concordance", "o_e"):
            low, high = each[f"{figure}_ci95"]
            assert low < each[figure] < high
        assert each["detail"] is None


def test_a_small_group_and_a_cohort_without_groups_say_why_there_is_no_figure() -> None:
    found = simulated(300, 62)
    age = np.where(np.arange(300) < 7, 80.0, 60.0)
    ungrouped = replace(found, columns={name: found.columns[name] for name in ("x", "noise")})

    aged = replace(found, columns={**found.columns, "age": age})
    told = subgroups(refits(aged), aged)

    assert isinstance(told, list)
    (small,) = [each for each in told if each["group"] == "70 and over"]
    assert (small["concordance"], small["o_e"]) == (None, None)
    assert small["detail"] == "7 patients; 10 needed"
    assert subgroups(refits(ungrouped), ungrouped) == {
        "detail": "no row knows what would part it: age, receptor subtype, line of therapy"
    }


def fully_checked(found: Cohort, names: tuple[str, ...] = ("x", "noise"), **how: Any) -> Any:
    """Check a model, and take the checks through JSON as an artefact does."""
    subject = fit(found, names, how.get("strata", ()), how.get("penalizer", 0.0))
    return json.loads(json.dumps(check(subject, found, 0, none), allow_nan=False))


def test_a_short_follow_up_leaves_every_horizon_unmeasured_and_says_so() -> None:
    found = simulated(200, 71)
    short = replace(found, days=np.minimum(found.days, 90), events=found.days < 90)

    checks = fully_checked(short, ("x",))

    assert not measured(checks).keys() & {"calibration", "brier", "integrated_brier"}
    reasons = not_measured(checks)
    assert "0 patients at risk after 6 months; 10 needed" in (reasons["brier"] or "")
    assert reasons["integrated_brier"] == (
        "0 horizons have enough patients at risk; an average over time needs 2"
    )
    assert "no horizon has enough patients" in checks["discrimination"]["detail"]
    assert checks["discrimination"]["uno"] is None
    groups = checks["subgroups"]
    assert all(each["concordance"] is not None for each in groups)
    assert all("follow-up ends on day 90" in each["detail"] for each in groups)
    verdicts = {each.gate: each.verdict for each in judge_checks(checks)}
    assert verdicts["calibration"] == "qualified"


def test_nothing_is_absent_without_a_reason() -> None:
    checks = fully_checked(simulated(120, 72), ("x",))

    for name in ("calibration", "brier"):
        entries = checks[name]
        assert [at["months"] for at in entries][-len(MONTHS) :] == list(MONTHS)
        for at in entries:
            assert (at["detail"] is None) == has_figure(at)
    for at in checks["discrimination"]["auc"]:
        assert (at["detail"] is None) == (at["auc"] is not None)
    assert all(why for why in not_measured(checks).values())


FIGURES = ("ici", "e50", "e90", "o_e")


def test_every_figure_is_told_without_its_optimism() -> None:
    checks = fully_checked(simulated(250, 73), ("x", "noise", "age"))

    corrected = [
        *(at["corrected"] for at in checks["discrimination"]["auc"] if at["auc"]),
        checks["discrimination"]["uno_corrected"],
        *(at[name] for at in checks["brier"] if at["brier"] for name in CORRECTED),
        *(checks["integrated_brier"][name] for name in CORRECTED),
        *(
            at["corrected"][name]
            for at in checks["calibration"]
            if at["o_e"] and not at["held_out"]
            for name in FIGURES
        ),
    ]
    assert len(corrected) > 20
    for each in corrected:
        assert each["resamples"] in (200, 50)
        assert each["ci95"][0] <= each["value"] <= each["ci95"][1]
    for area in checks["discrimination"]["auc"]:
        if area["auc"]:
            told = area["corrected"]
            assert told["value"] == pytest.approx(area["auc"] - told["optimism"], abs=1e-12)


CORRECTED = ("corrected", "ipa_corrected")


def test_noise_owes_its_accuracy_to_chance() -> None:
    random = np.random.default_rng(74)
    found = simulated(200, 75, effect=0.0)
    columns = {f"n{number}": random.normal(size=200) for number in range(8)}

    checks = fully_checked(replace(found, columns=columns), tuple(columns))

    # Of eight covariates that say nothing, every apparent gain is optimism.
    whole = checks["integrated_brier"]
    assert whole["ipa"] > 0.02
    assert whole["ipa_corrected"]["value"] < 0.0 < whole["ipa_corrected"]["optimism"]
    (year,) = [at for at in checks["discrimination"]["auc"] if at["months"] == 12]
    assert year["auc"] > 0.55
    assert year["corrected"]["value"] == pytest.approx(0.5, abs=0.1)
    (curve,) = [at for at in checks["calibration"] if at["months"] == 12 and not at["held_out"]]
    assert curve["corrected"]["ici"]["value"] > 1.5 * curve["ici"]


def test_a_stratified_model_is_corrected_too() -> None:
    found = simulated(300, 76)
    line = np.random.default_rng(77).integers(1, 3, 300)
    stratified = replace(found, columns={**found.columns, "line_of_therapy": line.astype(float)})

    checks = fully_checked(stratified, ("x", "noise"), strata=("line_of_therapy",))

    (year,) = [at for at in checks["calibration"] if at["months"] == 12 and not at["held_out"]]
    assert set(year["corrected"]) == set(FIGURES)
    assert checks["discrimination"]["uno_corrected"]["resamples"] == 200
    assert checks["discrimination"]["slope_corrected"] == pytest.approx(1.0, abs=0.15)


def test_a_penalised_model_is_corrected_too() -> None:
    checks = fully_checked(simulated(300, 78), penalizer=0.1)

    # A ridge pulls predictions together, so they differ less than the risks do.
    assert checks["discrimination"]["slope_corrected"] > 1.05
    assert checks["integrated_brier"]["corrected"]["resamples"] == 200


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
    with few_resamples():
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
