"""The items of TRIPOD+AI and the limits of a model: complete, and true of the model at hand."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.prognosis.covariates import REGISTRY, declared
from app.prognosis.gates import GateOutcome
from app.prognosis.limits import limits_of
from app.prognosis.measured import CHECKS, UNCHECKED, measured, not_measured
from app.prognosis.model import CoxModel
from app.prognosis.tripod import ASKED, ASKED_BESIDES, TITLES, TripodItem, tripod_items
from app.prognosis.tripod_facts import Subject, definition
from tests.prognosis.answers import a_fit, a_model, demo_model

# Collins GS et al. BMJ 2024;385:e078378, table 1: 27 items, some of them in parts.
PARTS = {3: "abc", 5: "ab", 6: "abc", 8: "abc", 9: "abc", 12: "abcdefg", 18: "abcdef"} | {
    20: "abc",
    23: "ab",
    27: "abc",
}

VALIDATION: dict[str, Any] = {
    "discrimination": {
        "concordance": 0.68,
        "corrected": 0.67,
        "resamples": 200,
        "auc": [{"months": 12, "auc": 0.72, "corrected": {"value": 0.713, "optimism": 0.007}}],
    },
    "calibration": [{"months": 12, "held_out": True, "o_e": 0.94}],
    "sample_size": {"riley_patients": 210},
    "brier": [
        {
            "months": 12,
            "brier": 0.2,
            "corrected": {"value": 0.21, "optimism": -0.01},
            "ipa_corrected": {"value": 0.1, "optimism": 0.02},
        },
        {"months": 60, "brier": None, "detail": "3 patients at risk after 60 months; 10 needed"},
    ],
    "integrated_brier": {"brier": 0.19, "corrected": {"value": 0.195, "optimism": -0.005}},
    "subgroups": [
        {"by": "age", "group": "<50", "o_e": 1.0},
        {"by": "line", "group": "1", "o_e": None, "detail": "7 patients; 10 needed"},
    ],
}


def items(model: CoxModel | None = None) -> dict[str, TripodItem]:
    """The items of a model by number."""
    model = model or a_model()
    limits = limits_of(model, (), 0, promoted=False)
    subject = Subject(
        model,
        tuple(REGISTRY[name] for name in model.fit.covariates),
        measured(model.checks),
        tuple(limit.sentence for limit in limits),
    )
    return {item.item: item for item in tripod_items(subject)}


def limits(model: CoxModel | None = None, *gates: GateOutcome, **changes: Any) -> dict[str, str]:
    """The limits of a model by code."""
    told = {"changed_rows": 0, "promoted": False} | changes
    found = limits_of(model or a_model(), gates, told["changed_rows"], promoted=told["promoted"])
    return {limit.code: limit.sentence for limit in found}


def test_there_are_27_items_with_their_parts_in_order() -> None:
    expected = [f"{n}{part}" for n in range(1, 28) for part in PARTS.get(n, [""])]

    assert list(items()) == expected
    assert [number for titles in TITLES.values() for number in titles] == expected


@pytest.mark.parametrize("model", [a_model(), a_model(checks=VALIDATION), demo_model()])
def test_every_item_says_something(model: CoxModel) -> None:
    for item in items(model).values():
        assert re.fullmatch(r"\S.*[.]", item.text), item
        assert "None" not in item.text


def test_what_only_the_authors_know_is_left_to_them() -> None:
    left = {
        number
        for number, item in items().items()
        if item.status == "to be completed by the authors"
    }

    assert left == (ASKED.keys() - {"8b", "8c"}) | ASKED_BESIDES.keys()
    assert {"17", "18a", "18b", "18e", "19", "25"} <= left


def test_death_needs_no_judge_and_progression_does() -> None:
    death = items()
    progression = items(a_model(endpoint="progression_free_survival"))

    assert death["8b"].status == death["8c"].status == "not applicable"
    assert progression["8b"].status == "to be completed by the authors"
    assert "progression or death from any cause" in progression["8a"].text


def test_the_formula_is_that_of_the_model() -> None:
    assert items()["22"].text.startswith(
        "Log hazard ratio = 0.5·(log1p_ctc − 1.5) − 0.4·(her2_positive − 0.25)."
    )


def test_the_numbers_are_those_of_the_model() -> None:
    told = items(a_model(left_out={"missing_covariate": 12, "no_follow_up": 30}))

    assert "400 with 300 events, 150.0 events a parameter" in told["10"].text
    assert "12 patients who lack a covariate were left out" in told["11"].text
    assert "missing_covariate: 12; no_follow_up: 30" in told["20a"].text
    assert "median follow-up (reverse Kaplan-Meier) 31.0 months" in told["5b"].text


def test_a_clock_without_a_draw_has_other_eligible_patients() -> None:
    assert "CellSearch draw" in items()["6b"].text
    assert "with an index date" in items(a_model(clock="index_date"))["6b"].text


def test_a_validated_model_reports_its_validation() -> None:
    told = items(a_model(checks=VALIDATION))

    assert "validate it internally" in told["4"].text
    assert "200 bootstrap resamples" in told["12c"].text
    assert "a model fitted on the earlier ones" in told["12a"].text
    assert told["14"].text.startswith("Performance was measured by age, line")
    words = "Corrected for optimism 0.670. Observed over expected at 12 months in held-out patients"
    assert f"{words} 0.94." in told["23a"].text
    assert "ask for 210 patients" in told["10"].text


def test_a_model_without_checks_claims_no_validation() -> None:
    told = items()

    assert told["4"].text == "To develop a model; it was not validated."
    assert told["14"].status == "to be completed by the authors"
    assert told["12e"].text == "Harrell's concordance."
    assert "not validated" in limits()["validation"]


def test_the_ladder_of_a_chosen_rung_is_told() -> None:
    specification = replace(
        a_model().specification, rung="auto-2", passed_over={"ecog": "missing in 40 %"}
    )
    told = items(a_model(specification=specification))["9a"].text

    assert "Rung auto-2" in told
    assert "Passed over: ecog: missing in 40 %." in told


def test_a_covariate_is_defined_by_what_it_is_read_from() -> None:
    assert (
        definition(REGISTRY["age"])
        == "read from birth_year (Year of birth); enters linearly in years"
    )
    assert definition(declared("nodes", "binary")) == (
        "declared by the organisation; 1 where it holds, else 0"
    )


def test_the_limits_name_ranges_horizon_and_missing_values() -> None:
    # 20 are at risk on day 2000, the last: 2000 / 30.4375 = 65.7 months. log(201) = 5.303.
    told = limits(a_model(left_out={"missing_covariate": 100}))

    assert "log1p_ctc from 0 to 5.303, her2_positive from 0 to 1" in told["covariate-out-of-range"]
    assert "until 65.7 months" in told["horizon"]
    assert "100 of 500" in told["missing-data"]
    assert "there are 1" in told["submodel-used"]
    assert "does not select treatment" in told["use"]


def test_a_model_without_submodels_says_so() -> None:
    assert "There is no submodel" in limits(a_model(submodels=()))["submodel-used"]


def test_a_penalty_is_a_limit() -> None:
    assert "ridge penalty of 0.1" in limits(a_model(a_fit(penalizer=0.1)))["penalised"]


def test_the_terms_of_one_count_are_read_together() -> None:
    assert "log1p_ctc_spline_1" in limits(demo_model())["count-terms"]


def test_a_gate_that_did_not_pass_is_a_limit_with_its_reason() -> None:
    told = limits(
        None,
        GateOutcome("events", 80.0, 100.0, "qualified"),
        GateOutcome("follow-up-lag", None, 0.25, "refused"),
        GateOutcome("of-tomorrow", 1.0, 2.0, "qualified"),
        GateOutcome("convergence", 1.0, 10.0, "passed"),
    )

    assert told["events-too-few"].startswith(
        "The gate events says qualified: events in the training rows 80, limit 100. Coefficients"
    )
    assert "not finite" in told["follow-up-lag"]
    assert told["of-tomorrow"] == "The gate of-tomorrow says qualified: 1, limit 2."
    assert "no-model" not in told


@pytest.mark.parametrize(
    ("limit", "measure"),
    [(10.0, "largest standard error of a coefficient"), (1e8, "condition number")],
)
def test_a_gate_with_two_measures_is_told_by_its_limit(limit: float, measure: str) -> None:
    told = limits(None, GateOutcome("convergence", 2e9, limit, "refused"))

    assert f"refused: {measure}" in told["no-model"]


def test_what_befell_the_model_after_its_fit_is_a_limit() -> None:
    refused = GateOutcome("follow-up-lag", 0.3, 0.25, "refused")

    told = limits(None, refused, changed_rows=7, promoted=True)

    assert "7 of the training rows" in told["training-data-changed"]
    assert "promoted-despite-gate" in told
    assert "promoted-despite-gate" not in limits(None, promoted=True)


def test_figures_are_told_without_their_optimism() -> None:
    told = items(a_model(checks=VALIDATION))

    assert "Area under the curve at 12 months, corrected, 0.713." in told["23a"].text
    assert "Brier score at 12 months, corrected, 0.210 (IPA 0.100)." in told["23a"].text
    assert "Integrated Brier score, corrected, 0.195." in told["23a"].text
    assert "at 60 months" not in told["23a"].text
    assert "Uno's concordance" in told["12e"].text
    assert told["12e"].text.endswith("all but those of held-out patients without their optimism.")


def test_patients_held_out_in_vain_are_not_called_a_validation() -> None:
    vain = {"months": 12, "held_out": True, "o_e": None, "detail": "1 date cannot be split"}

    told = items(a_model(checks={**VALIDATION, "calibration": [vain]}))

    assert "latest patients" not in told["12a"].text


def test_a_bare_reason_is_no_figure() -> None:
    beyond = {"months": 60, "brier": None, "detail": "3 patients at risk"}
    found = {"brier": 0.2, "detail": None}
    checks = {
        "influence": {"detail": "too slow"},
        "brier": [beyond, {**beyond, "months": 36}],
        "calibration": [],
        "integrated_brier": found,
        "subgroups": [beyond | {"by": "age"}, {"by": "age", "o_e": 1.0}],
    }

    assert measured(checks).keys() == {"integrated_brier", "subgroups"}
    assert not_measured(checks)["influence"] == "too slow"
    assert not_measured(checks)["brier"] == "3 patients at risk"
    assert not_measured(checks)["calibration"] is None
    assert not_measured(None) == dict.fromkeys(CHECKS, UNCHECKED)
