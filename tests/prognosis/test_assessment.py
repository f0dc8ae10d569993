"""A patient and a model become a prognosis: given, qualified, or withheld for its reasons."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, isfinite, log, log1p, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from app.prognosis.answer import Reason, to_json
from app.prognosis.assessment import assess, survival_curve
from app.prognosis.gates import GateOutcome
from app.prognosis.patient import FollowUp
from app.prognosis.risk_group import SCHEMES, repeat_draw_quantiles
from tests.prognosis.answers import (
    ASKED_ON,
    LINE,
    a_baseline,
    a_fit,
    a_model,
    a_submodel,
    ask,
    asked,
    codes,
    demo_model,
    given,
    in_use,
    with_at_risk,
    withheld,
)
from tests.prognosis.cohorts import START, a_patient, a_test, said

LOG_RATIO = 0.5 * (log(18) - 1.5) - 0.4 * (0 - 0.25)
"""Of 17 cells and HER2 negative, by hand."""


def test_the_hazard_ratio_is_against_a_patient_at_the_means() -> None:
    hazard = given(assess(asked(17), in_use()))

    assert hazard.status == "given"
    assert hazard.reasons == ()
    assert hazard.hazard_ratio == pytest.approx(exp(LOG_RATIO))


def test_the_interval_of_the_hazard_ratio_takes_the_means_as_given() -> None:
    # By hand: variance (log 18 - 1.5)^2 0.0025 + 0.25^2 0.01.
    reach = 1.959964 * sqrt((log(18) - 1.5) ** 2 * 0.0025 + 0.0625 * 0.01)

    hazard = given(assess(asked(17), in_use()))

    assert hazard.ci95 == pytest.approx((exp(LOG_RATIO - reach), exp(LOG_RATIO + reach)))


def test_the_contributions_sum_to_the_log_of_the_hazard_ratio() -> None:
    hazard = given(assess(asked(17), in_use()))

    parts = [part.log_hazard_ratio for part in hazard.contributions]

    assert parts == pytest.approx([0.5 * (log(18) - 1.5), 0.1])
    assert sum(parts) == pytest.approx(log(hazard.hazard_ratio))


def test_survival_is_the_step_function_at_whole_days() -> None:
    # 6, 12, 24, 36 and 60 months are days 182, 365, 730, 1095 and 1826: 1, 3, 7, 10, 18 events.
    hazard = given(assess(asked(17), in_use()))

    at = {horizon.months: horizon for horizon in hazard.survival}

    expected = {
        m: exp(-0.05 * n * exp(LOG_RATIO)) for m, n in zip(at, (1, 3, 7, 10, 18), strict=True)
    }
    assert {m: horizon.probability for m, horizon in at.items()} == pytest.approx(expected)
    assert at[12].cumulative_hazard == pytest.approx(0.15 * exp(LOG_RATIO))
    assert at[12].deaths_per_100 == round(100 * (1 - expected[12]))


def test_the_at_risk_are_those_followed_to_the_horizon_or_longer() -> None:
    # Day 365 lies before the fourth exit day, at which 340 were left; day 1826 before the 19th.
    hazard = given(assess(asked(17), in_use()))

    assert [horizon.at_risk for horizon in hazard.survival] == [380, 340, 260, 200, 40]


def test_the_interval_of_survival_joins_baseline_and_coefficients() -> None:
    # By hand at 3 events: H 0.15, v 0.0003, drift 0 - 0.15 (x - mean), r the hazard ratio.
    ratio, x = exp(LOG_RATIO), np.array([log(18) - 1.5, -0.25])
    error = ratio * sqrt(0.0003 + (0.15 * x) @ np.diag([0.0025, 0.01]) @ (0.15 * x))

    interval = given(assess(asked(17), in_use())).survival[1].ci95

    reach = 1.959964 * error
    assert interval == pytest.approx((exp(-0.15 * ratio - reach), exp(-0.15 * ratio + reach)))


def test_before_the_first_event_everybody_lives() -> None:
    horizon = given(assess(asked(17, horizons_months=(1,)), in_use())).survival[0]

    assert (horizon.probability, horizon.ci95, horizon.deaths_per_100) == (1.0, (1.0, 1.0), 0)


def test_a_repeat_draw_moves_survival_as_far_as_its_counts_do() -> None:
    hazard = given(assess(asked(17), in_use())).survival[1].cumulative_hazard
    low, high = repeat_draw_quantiles(17)

    found = given(assess(asked(17), in_use())).survival[1].repeat_draw_range

    # Survival at the high count, then at the low one; half a log unit of count is e^0.5.
    assert found == pytest.approx(
        tuple(exp(-hazard * exp(0.5 * (log1p(n) - log(18)))) for n in (high, low))
    )


def test_the_median_is_where_survival_comes_down_to_one_half() -> None:
    # exp(-0.05 n r) <= 1/2 from n = ln 2 / (0.05 * 2.215) = 6.3 on: at the seventh event, day 700.
    median = given(assess(asked(17), in_use())).median_survival

    assert median.months == pytest.approx(700 / 30.4375)
    assert median.lower_bound_months is None
    low, high = median.ci95 or (None, None)
    assert low is not None
    assert high is not None
    assert low <= 700 / 30.4375 <= high


def test_a_median_out_of_reach_is_longer_than_the_follow_up() -> None:
    # With no cells the ratio is 0.52: survival on day 2000, with 20 at risk, is still 0.59.
    median = to_json(assess(asked(0), in_use()))["hazard"]["median_survival"]

    assert median == {
        "status": "not_reached",
        "months": None,
        "ci95": None,
        "lower_bound_months": 2000 / 30.4375,
    }


def test_a_median_in_the_unsupported_tail_is_not_told() -> None:
    # Fewer than ten are left from day 900 on; with 5 cells one half is reached on day 1100.
    model = with_at_risk(a_model(), [400 - 45 * n for n in range(8)] + [9] * 12)

    median = given(assess(asked(5), in_use(model))).median_survival

    assert (median.months, median.lower_bound_months) == (None, 800 / 30.4375)


def test_horizons_past_the_follow_up_are_left_out_and_the_rest_stands() -> None:
    model = with_at_risk(a_model(), [400 - 45 * n for n in range(8)] + [9] * 12)

    hazard = given(assess(asked(17), in_use(model)))

    assert [horizon.months for horizon in hazard.survival] == [6, 12, 24]
    assert [reason.code for reason in hazard.reasons] == ["horizon-beyond-follow-up"]
    assert "36 months (9 at risk), 60 months (9 at risk)" in hazard.reasons[0].detail
    assert hazard.status == "given"


def test_a_horizon_with_few_at_risk_qualifies() -> None:
    model = with_at_risk(a_model(), [400 - 45 * n for n in range(8)] + [19] * 12)

    hazard = given(assess(asked(17), in_use(model)))

    assert hazard.status == "qualified"
    assert "36 months, 19 at risk" in hazard.reasons[0].detail
    assert len(hazard.survival) == 5


def test_a_wide_interval_qualifies() -> None:
    wide = replace(a_baseline(), variance=np.linspace(0.02, 0.4, 20))

    prognosis = assess(asked(17), in_use(a_model(a_fit(baselines=(wide,)))))

    assert given(prognosis).status == "qualified"
    assert codes(prognosis) == ["horizon-beyond-follow-up"]


def test_a_penalised_model_gives_no_interval() -> None:
    hazard = given(assess(asked(17), in_use(a_model(a_fit(penalizer=0.1)))))

    assert hazard.ci95 is None
    assert all(horizon.ci95 is None for horizon in hazard.survival)
    assert hazard.median_survival.ci95 is None


def test_someone_known_alive_later_is_told_the_survival_from_then() -> None:
    # Alive on day 400, four events in: S(24 months) / S(400) leaves events 5 to 7.
    alive_on = START + timedelta(days=400)
    question = asked(17, follow_up=FollowUp(alive_on), asked_on=START + timedelta(days=410))

    at = {h.months: h.conditional for h in given(assess(question, in_use())).survival}

    assert at[24] is not None
    assert at[24].given_alive_on == alive_on
    assert at[24].probability == pytest.approx(exp(-0.15 * exp(LOG_RATIO)))
    assert at[12] is not None
    assert (at[12].probability, at[12].ci95) == (1.0, (1.0, 1.0))


@pytest.mark.parametrize(("alive_after", "asked_after"), [(400, 30), (0, 410), (None, 410)])
def test_nothing_is_conditional_early_or_without_a_later_day_alive(
    alive_after: int | None, asked_after: int
) -> None:
    alive_on = None if alive_after is None else START + timedelta(days=alive_after)
    asked_on = START + timedelta(days=asked_after)

    question = asked(17, follow_up=FollowUp(alive_on), asked_on=asked_on)

    assert all(h.conditional is None for h in given(assess(question, in_use())).survival)


@pytest.mark.parametrize(("days", "is_withheld"), [(-1, False), (0, True), (100, True)])
def test_a_progression_since_the_start_ends_freedom_from_it(days: int, is_withheld: bool) -> None:
    progressed_on = START + timedelta(days=days)
    question = asked(
        17,
        follow_up=FollowUp(START + timedelta(days=100), None, progressed_on),
        asked_on=START + timedelta(days=200),
        endpoint="progression_free_survival",
    )

    hazard = assess(question, in_use()).hazard

    if is_withheld:
        assert [reason.code for reason in hazard.reasons] == ["endpoint-reached"]
    else:
        assert all(h.conditional is not None for h in given(assess(question, in_use())).survival)


def test_similar_patients_are_of_the_same_group_and_line() -> None:
    similar = given(assess(asked(17), in_use())).similar_patients

    assert similar is not None
    assert (similar.definition, similar.patients) == ("same risk group, same line", 84)
    assert similar.km_12_months == 0.55


def test_with_few_of_the_same_line_similar_patients_are_of_the_same_group() -> None:
    facts = {"her2_status": "negative", **LINE, "line_of_therapy": 2}

    similar = given(assess(asked(17, facts=facts), in_use())).similar_patients

    assert similar is not None
    assert (similar.definition, similar.patients) == ("same risk group", 130)


def test_fewer_than_five_similar_patients_are_not_shown() -> None:
    assert given(assess(asked(0), in_use())).similar_patients is None


def test_without_a_model_the_candidate_s_gates_are_told_first() -> None:
    refusals = [Reason("events-too-few", "events in the training rows: 29; at least 50 needed.")]

    prognosis = assess(asked(17), None, refusals)

    assert codes(prognosis) == ["events-too-few", "no-model"]
    assert prognosis.model is None
    assert prognosis.risk_group is not None
    assert prognosis.risk_group.group == "4-50"


def test_a_withheld_hazard_has_no_number_at_all() -> None:
    told = to_json(assess(asked(17), None))["hazard"]

    assert set(told) == {"status", "reasons"}
    assert told["status"] == "withheld"
    assert all(set(reason) == {"code", "detail"} for reason in told["reasons"])


def test_a_person_recorded_dead_gets_no_hazard() -> None:
    follow_up = FollowUp(death_on=START + timedelta(days=3))

    assert withheld(asked(17, follow_up=follow_up), in_use()) == ["recorded-dead"]
    assert withheld(asked(17, follow_up=follow_up), None) == ["recorded-dead"]


@pytest.mark.parametrize(
    ("test", "code"),
    [
        ({"status": "cancelled"}, "missing-covariate"),
        ({"status": "entered_in_error"}, "missing-covariate"),
        ({"assay": "parsortix"}, "assay-not-comparable"),
        ({"blood_volume_ml": 10.0}, "assay-not-comparable"),
    ],
)
def test_a_count_that_cannot_stand_beside_the_cohort_s_gets_no_hazard(
    test: dict[str, object], code: str
) -> None:
    assert withheld(asked(17, test=test), in_use()) == [code]


def test_a_preliminary_count_is_answered() -> None:
    prognosis = assess(asked(17, test={"status": "preliminary"}), in_use())

    assert given(prognosis).status == "given"
    assert prognosis.risk_group is not None
    assert prognosis.risk_group.cautions == ("preliminary-result",)


def test_a_draw_in_the_middle_of_a_line_gets_no_hazard() -> None:
    started = START - timedelta(days=60)
    facts = {"line_of_therapy": 1, "line_started_on": started.isoformat()}

    assert withheld(asked(17, facts=facts), in_use()) == ["draw-not-baseline"]


def test_a_draw_whose_line_start_nobody_told_is_qualified() -> None:
    prognosis = assess(asked(17, facts={"her2_status": "negative"}), in_use())

    assert (given(prognosis).status, codes(prognosis)) == ("qualified", ["line-start-unknown"])


def test_a_missing_covariate_is_answered_by_the_submodel_without_it() -> None:
    prognosis = assess(asked(17, facts=LINE), in_use())

    hazard = given(prognosis)
    assert hazard.hazard_ratio == pytest.approx(exp(0.45 * (log(18) - 1.5)))
    assert hazard.unused_covariates == ("her2_positive",)
    assert (hazard.status, codes(prognosis)) == ("qualified", ["submodel-used"])
    assert "420 patients with 310 events" in hazard.reasons[0].detail


def test_a_submodel_answers_for_its_own_gates() -> None:
    model = a_model(submodels=(a_submodel(events=80),))

    prognosis = assess(asked(17, facts=LINE), in_use(model))

    assert codes(prognosis) == ["submodel-used", "events-too-few"]


def test_a_count_of_a_patient_of_whom_nothing_else_is_known_is_answered() -> None:
    hazard = given(assess(asked(17, facts={}), in_use(demo_model())))

    assert {part.covariate for part in hazard.contributions} == {
        "log1p_ctc",
        "log1p_ctc_spline_1",
        "log1p_ctc_spline_2",
    }


def test_a_missing_covariate_without_a_submodel_gets_no_hazard() -> None:
    assert withheld(asked(17, facts=LINE), in_use(a_model(submodels=()))) == ["missing-covariate"]


def test_a_patient_without_a_count_gets_no_hazard_from_a_model_of_counts() -> None:
    patient = a_patient(said(START, index_date=START.isoformat(), her2_status="negative"))

    assert withheld(ask(patient, None), in_use()) == ["missing-covariate"]


def test_a_patient_without_any_day_to_count_from_gets_no_hazard() -> None:
    assert withheld(ask(a_patient(said()), None), in_use()) == ["missing-covariate"]


def test_a_model_from_the_index_date_answers_without_a_count() -> None:
    fit = a_submodel(covariates=("her2_positive",), maxima=np.array([1.0]))
    model = a_model(fit, clock="index_date", submodels=())
    patient = a_patient(said(START, index_date=START.isoformat(), her2_status="positive"))

    prognosis = assess(ask(patient, None), in_use(model))

    assert given(prognosis).hazard_ratio == pytest.approx(exp(0.45 * (1 - 1.5)))
    assert given(prognosis).survival[0].repeat_draw_range is None
    assert (prognosis.blood_test, prognosis.risk_group) == (None, None)
    assert prognosis.clock_start == START


def test_a_model_from_the_index_date_counts_from_it_even_when_asked_of_a_draw() -> None:
    fit = a_submodel(covariates=("her2_positive",), maxima=np.array([1.0]))
    model = a_model(fit, clock="index_date", submodels=())
    index = START - timedelta(days=90)
    facts = said(index, index_date=index.isoformat(), her2_status="positive")
    test = a_test(START, 17)

    prognosis = assess(ask(a_patient(facts, tests=[test]), test), in_use(model))

    assert prognosis.clock_start == index
    assert given(prognosis).status == "given"


def test_a_count_above_the_training_range_gets_the_course_of_the_top_decile() -> None:
    prognosis = assess(asked(5_000), in_use())

    told = to_json(prognosis)
    assert set(told["hazard"]) == {"status", "reasons"}
    assert [reason.detail for reason in prognosis.hazard.reasons] == [
        "The count is 5,000; the model is of counts from 0 to 200."
    ]
    assert told["similar_patients"] == {
        "definition": "the tenth of the cohort with the highest counts",
        "patients": 40,
        "events": 38,
        "km_12_months": 0.21,
    }


def test_a_covariate_outside_the_training_range_gets_no_hazard() -> None:
    fit = a_fit(
        covariates=("log1p_ctc", "age"),
        minima=np.array([0.0, 40.0]),
        maxima=np.array([log1p(200), 80.0]),
    )
    prognosis = assess(asked(17, facts={"birth_year": 1930, **LINE}), in_use(a_model(fit)))

    assert codes(prognosis) == ["covariate-out-of-range"]
    assert prognosis.hazard.reasons[0].detail == "age is 90; the model is of values from 40 to 80."
    assert prognosis.similar_patients is None


def test_a_hazard_ratio_beyond_all_sense_is_not_told() -> None:
    fit = a_fit(coefficients=np.array([60.0, -0.4]))

    assert withheld(asked(17), in_use(a_model(fit))) == ["covariate-out-of-range"]


def stratified() -> Any:
    """A model with a baseline hazard for each HER2 status, of which only negative occurred."""
    fit = a_submodel(strata=("her2_positive",), baselines=(a_baseline((0.0,), 1),))
    return in_use(a_model(fit, submodels=()))


def test_the_stratum_of_the_patient_picks_the_baseline() -> None:
    hazard = given(assess(asked(17), stratified()))

    assert hazard.status == "given"
    assert hazard.reference.endswith("of the same stratum")


def test_an_unknown_stratum_gets_no_hazard() -> None:
    assert withheld(asked(17, facts=LINE), stratified()) == ["missing-covariate"]


def test_a_stratum_without_training_patients_gets_no_hazard() -> None:
    facts = {"her2_status": "positive", **LINE}

    assert withheld(asked(17, facts=facts), stratified()) == ["covariate-out-of-range"]


def test_gates_that_qualify_the_model_qualify_its_answers() -> None:
    gates = (
        GateOutcome("events", 80, 100, "qualified"),
        GateOutcome("convergence", 0.1, 10, "passed"),
        GateOutcome("follow-up-lag", 0.12, 0.10, "qualified"),
    )

    prognosis = assess(asked(17), in_use(gates=gates))

    assert codes(prognosis) == ["events-too-few", "follow-up-lag"]
    assert given(prognosis).status == "qualified"


def test_a_model_promoted_against_a_gate_says_so_in_every_answer() -> None:
    gates = (GateOutcome("events", 30, 50, "refused"),)

    prognosis = assess(asked(17), in_use(gates=gates, promoted_despite_gate=True))

    assert codes(prognosis) == ["promoted-despite-gate", "events-too-few"]


@pytest.mark.parametrize(("days", "expected"), [(365, []), (366, ["model-stale"])])
def test_a_model_older_than_a_year_qualifies(days: int, expected: list[str]) -> None:
    fitted_at = datetime.combine(ASKED_ON, datetime.min.time(), UTC) - timedelta(days=days)

    assert codes(assess(asked(17), in_use(fitted_at=fitted_at))) == expected


@pytest.mark.parametrize(("rows", "expected"), [(8, []), (9, ["training-data-changed"])])
def test_more_than_two_in_a_hundred_changed_rows_qualify(rows: int, expected: list[str]) -> None:
    # 2 % of 400 rows are 8.
    assert codes(assess(asked(17), in_use(changed_rows=rows))) == expected


def test_the_json_has_every_key_of_the_contract() -> None:
    told = to_json(assess(asked(17), in_use()))

    assert set(told) == {
        "prognosis_id", "patient_id", "computed_at", "endpoint", "clock_start", "blood_test",
        "risk_group", "other_risk_groups", "hazard", "similar_patients", "model", "use",
    }  # fmt: skip
    assert set(told["hazard"]) == {
        "status", "reasons", "hazard_ratio", "ci95", "reference", "contributions", "survival",
        "median_survival", "unused_covariates", "similar_patients",
    }  # fmt: skip
    assert set(told["hazard"]["survival"][0]) == {
        "months", "cumulative_hazard", "probability", "ci95", "deaths_per_100", "at_risk",
        "repeat_draw_range", "conditional",
    }  # fmt: skip
    assert set(told["model"]) == {
        "model_id", "fitted_at", "data_cutoff", "patients", "events", "median_follow_up_months",
        "concordance", "concordance_corrected", "held_out_o_e_12_months", "results_since_fit",
    }  # fmt: skip


def test_an_answer_tells_how_its_model_did_on_patients_it_had_not_seen() -> None:
    checks = {
        "discrimination": {"corrected": 0.68},
        "calibration": [
            {"months": 24, "held_out": True, "o_e": 1.3},
            {"months": 12, "held_out": False, "o_e": 1.0},
            {"months": 12, "held_out": True, "o_e": 1.1},
        ],
    }
    model = in_use()

    checked = to_json(assess(asked(17), replace(model, model=replace(model.model, checks=checks))))
    unchecked = to_json(assess(asked(17), model))

    assert checked["model"]["concordance_corrected"] == 0.68
    assert checked["model"]["held_out_o_e_12_months"] == 1.1
    assert unchecked["model"]["concordance_corrected"] is None
    assert unchecked["model"]["held_out_o_e_12_months"] is None


def test_the_json_says_when_and_what_for() -> None:
    told = to_json(assess(asked(17), in_use()))

    assert told["computed_at"] == "2020-01-08T00:00:00Z"
    assert told["blood_test"]["drawn_at"] == "2020-01-01T08:00:00Z"
    assert told["clock_start"] == "2020-01-01"
    assert told["use"] == "prognostic; does not select treatment"


def test_reasons_never_name_the_patient() -> None:
    answers = [assess(asked(5_000), in_use()), assess(asked(17, facts=LINE), in_use())]

    details = [reason.detail for answer in answers for reason in answer.hazard.reasons]

    assert details
    assert not any("P-1" in detail or "L-1" in detail for detail in details)


def test_the_curve_starts_at_one_and_ends_with_the_support() -> None:
    steps = survival_curve(asked(17), in_use())

    assert (steps[0].months, steps[0].probability, steps[0].ci95) == (0.0, 1.0, (1.0, 1.0))
    assert steps[-1].months == 2000 / 30.4375
    assert len(steps) == 22


def test_the_curve_and_the_horizons_agree() -> None:
    question = asked(17)
    steps = survival_curve(question, in_use())

    for horizon in given(assess(question, in_use())).survival:
        step = [step for step in steps if step.months <= horizon.months][-1]
        assert (step.probability, step.ci95) == (horizon.probability, horizon.ci95)


def test_a_withheld_hazard_has_no_curve() -> None:
    assert survival_curve(asked(17), None) == ()


def _numbers(told: Any) -> list[float]:
    if isinstance(told, dict):
        return [number for value in told.values() for number in _numbers(value)]
    if isinstance(told, list):
        return [number for value in told for number in _numbers(value)]
    return [told] if isinstance(told, float) else []


STATUSES = st.sampled_from(["positive", "negative", "unknown"])

FACTS = st.fixed_dictionaries(
    {},
    optional={
        "birth_year": st.integers(1880, 2100),
        "er_status": STATUSES,
        "pr_status": STATUSES,
        "her2_status": STATUSES,
        "ecog": st.integers(0, 4),
        "line_of_therapy": st.integers(1, 20),
        "line_started_on": st.just(START.isoformat()),
        "metastatic_sites": st.lists(st.sampled_from(["bone", "liver", "brain"]), unique=True),
        "disease_setting": st.sampled_from(["metastatic", "non_metastatic", "neoadjuvant"]),
    },
)


@settings(deadline=None)
@for_all(
    count=st.integers(0, 1_000_000),
    facts=FACTS,
    horizons=st.lists(st.integers(1, 600), min_size=1, max_size=6, unique=True),
    alive_after=st.none() | st.integers(0, 3_000),
    scheme=st.sampled_from(list(SCHEMES.values())),
)
def test_any_count_and_covariates_give_finite_numbers_or_none(
    count: int,
    facts: dict[str, object],
    horizons: list[int],
    alive_after: int | None,
    scheme: object,
) -> None:
    alive_on = None if alive_after is None else START + timedelta(days=alive_after)
    question = asked(
        count,
        facts=facts,
        follow_up=FollowUp(alive_on),
        horizons_months=tuple(horizons),
        asked_on=START + timedelta(days=3_000),
        scheme=scheme,
    )

    told = json.loads(json.dumps(to_json(assess(question, in_use(demo_model()))), allow_nan=False))

    hazard = told["hazard"]
    assert all(isfinite(number) for number in _numbers(told))
    assert (hazard["status"] == "withheld") == ("hazard_ratio" not in hazard)
    assert hazard["status"] == "given" or hazard["reasons"]
    for horizon in hazard.get("survival", []):
        low, high = horizon["ci95"]
        assert 0 <= low <= horizon["probability"] <= high <= 1
