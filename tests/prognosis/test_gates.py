"""The limits at which a model is qualified or refused."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.prognosis.cox import fit
from app.prognosis.gates import (
    A_YEAR,
    GATES,
    STALE_AFTER,
    judge,
    judge_checks,
    judge_fit,
    reason,
    too_many_changed,
)
from app.prognosis.model import CoxModel, from_artefact
from tests.prognosis.cohorts import CUTOFF, START, TrainingRow, a_table, lung

KEPT = Path(__file__).parents[1] / "data" / "artefacts" / "2-corrected.json"

NAMES = [
    *("events", "convergence", "convergence", "second-opinion", "influence", "influence"),
    *("calibration", "calibration", "discrimination", "proportional-hazards", "follow-up-lag"),
    *("covariate-range", "at-risk", "half-width", "model-age", "changed-rows"),
]

FIRST_VALUES = {
    "events": ("refit", "below", 50, 100, "events-too-few"),
    "largest standard error": ("refit", "from", 10, None, "no-model"),
    "condition number": ("refit", "above", 1e8, None, "no-model"),
    "an independent fit": ("refit", "above", 0, None, "no-model"),
    "largest standardised dfbeta": ("refit", "above", None, 1, "influence"),
    "largest share of patients": ("refit", "from", 0.05, None, "influence"),
    "factor by which observed and expected events differ": (
        *("refit", "above", 1.25, None, "calibration"),
    ),
    "factor by which observed and expected events may": (
        *("refit", "above", None, 1.5, "calibration"),
    ),
    "concordance": ("refit", "below", 0.55, 0.6, "discrimination"),
    "p of the global test": ("refit", "below", None, 0.01, "proportional-hazards"),
    "share of patients alive": ("refit", "above", 0.25, 0.1, "follow-up-lag"),
    "covariates outside": ("answer", "above", 0, None, "covariate-out-of-range"),
    "training patients at risk": ("answer", "below", 10, 20, "horizon-beyond-follow-up"),
    "half-width": ("answer", "above", None, 0.15, "horizon-beyond-follow-up"),
    "days since": ("answer", "above", None, 365, "model-stale"),
    "share of the model's rows": ("answer", "above", None, 0.02, "training-data-changed"),
}
"""What each gate measures, when, on which side it is worse, its limits and its code."""


@cache
def a_model() -> CoxModel:
    """Read a model that was kept, with a fit of two covariates and 165 events."""
    kept = from_artefact(json.loads(KEPT.read_text()))
    return replace(kept, fit=fit(lung(), ("age", "sex"), (), 0.0))


def outcomes(**changes: object) -> dict[str, str]:
    """Judge the usual fit with some of its numbers changed."""
    found = judge_fit(replace(a_model().fit, **changes))  # type: ignore[arg-type]
    return {outcome.gate: outcome.verdict for outcome in found}


@pytest.mark.parametrize(
    ("events", "verdict"),
    [(0, "refused"), (49, "refused"), (50, "qualified"), (99, "qualified"), (100, "passed")],
)
def test_events(events: int, verdict: str) -> None:
    assert outcomes(events=events)["events"] == verdict


@pytest.mark.parametrize(("error", "verdict"), [(9.9, "passed"), (10.0, "refused")])
def test_a_standard_error_of_ten_is_too_large(error: float, verdict: str) -> None:
    covariance = a_model().fit.covariance.copy()
    covariance[0, 0] = error**2

    assert outcomes(covariance=covariance)["convergence"] == verdict


def test_a_standard_error_that_is_no_number_is_refused() -> None:
    covariance = np.full_like(a_model().fit.covariance, np.nan)

    (_, convergence) = judge_fit(replace(a_model().fit, covariance=covariance))

    assert (convergence.verdict, convergence.value) == ("refused", None)


@pytest.mark.parametrize(("condition", "verdict"), [(1e7, "passed"), (1e9, "refused")])
def test_an_information_near_singular_is_refused(condition: float, verdict: str) -> None:
    # Standardised, the eigenvalues of the covariance are the numbers on this diagonal.
    fit = a_model().fit
    spread = np.diag([1.0, *[1.0] * (len(fit.covariates) - 2), 1 / condition])
    covariance = spread / np.outer(fit.deviations, fit.deviations)

    assert outcomes(covariance=covariance)["convergence"] == verdict


def a_row(number: int, days_before_cutoff: int, *, event: bool = False) -> TrainingRow:
    """Build a row that ends some days before the cut-off."""
    days = (CUTOFF - START).days - days_before_cutoff
    return TrainingRow(f"P{number:03}", None, START, float(days), event, {})


@pytest.mark.parametrize(
    ("lagging", "verdict"), [(10, "passed"), (11, "qualified"), (25, "qualified"), (26, "refused")]
)
def test_patients_not_seen_for_90_days_before_the_cut_off(lagging: int, verdict: str) -> None:
    rows = [a_row(number, 91 if number < lagging else 90) for number in range(100)]

    outcome = judge(a_model(), a_table(rows))[-1]

    assert outcome.gate == "follow-up-lag"
    assert outcome.value == lagging / 100
    assert outcome.verdict == verdict


def test_of_nobody_nobody_lags() -> None:
    assert judge(a_model(), a_table(()))[-1].value == 0.0


def test_the_dead_do_not_lag() -> None:
    rows = tuple(a_row(number, 500, event=True) for number in range(10))

    assert judge(a_model(), a_table(rows))[-1].value == 0.0


def test_each_gate_of_a_refit_speaks_once() -> None:
    found = judge(a_model(), a_table(()))

    assert [outcome.gate for outcome in found] == list(
        dict.fromkeys(gate.name for gate in GATES if gate.when == "refit")
    )


def test_a_model_of_the_first_release_is_judged_without_checks() -> None:
    found = judge(replace(a_model(), checks=None), a_table(()))

    assert [outcome.gate for outcome in found] == ["events", "convergence", "follow-up-lag"]


def checks(**changes: object) -> dict[str, Any]:
    """Checks that pass every gate, but for some changes."""
    return {
        "second_opinion": {"verdict": "agrees"},
        "influence": {"largest_dfbetas": 0.4, "moved_share": 0.0},
        "calibration": [
            {"months": 12, "held_out": True, "o_e_ci95": [0.9, 1.2]},
            {"months": 12, "held_out": False, "o_e_ci95": [0.1, 0.2]},
        ],
        "discrimination": {"corrected": 0.68},
        "proportional_hazards": {"global": {"p": 0.3}},
        **changes,
    }


def held_out(low: float, high: float) -> dict[str, Any]:
    return {"calibration": [{"months": 12, "held_out": True, "o_e_ci95": [low, high]}]}


@pytest.mark.parametrize(
    ("changes", "gate", "verdict", "value"),
    [
        ({}, "", "passed", None),
        ({"second_opinion": {"verdict": "disagrees"}}, "second-opinion", "refused", 1.0),
        ({"second_opinion": {"verdict": "not-comparable"}}, "second-opinion", "refused", 1.0),
        (
            {"influence": {"largest_dfbetas": 1.1, "moved_share": 0.0}},
            "influence", "qualified", 1.1,
        ),
        (
            {"influence": {"largest_dfbetas": 1.1, "moved_share": 0.06}},
            "influence", "refused", 0.06,
        ),
        ({"influence": {"largest_dfbetas": 1.0, "moved_share": 0.049}}, "", "passed", None),
        (
            {"influence": {"largest_dfbetas": 0.4, "moved_share": 0.05}},
            "influence", "refused", 0.05,
        ),
        (held_out(0.7, 1.4), "", "passed", None),
        (held_out(0.6, 1.4), "calibration", "qualified", 1 / 0.6),
        (held_out(0.7, 1.6), "calibration", "qualified", 1.6),
        (held_out(1.2, 1.7), "calibration", "qualified", 1.7),
        (held_out(1.3, 1.7), "calibration", "refused", 1.3),
        (held_out(0.5, 0.7), "calibration", "refused", 1 / 0.7),
        (held_out(0.0, 0.7), "calibration", "refused", 1 / 0.7),
        (held_out(0.0, 1.0), "calibration", "qualified", None),
        ({"calibration": []}, "calibration", "qualified", None),
        ({"discrimination": {"corrected": 0.59}}, "discrimination", "qualified", 0.59),
        ({"discrimination": {"corrected": 0.54}}, "discrimination", "refused", 0.54),
        ({"discrimination": {"corrected": None}}, "discrimination", "refused", None),
        (
            {"proportional_hazards": {"global": {"p": 0.009}}},
            "proportional-hazards", "qualified", 0.009,
        ),
        ({"proportional_hazards": None}, "proportional-hazards", "qualified", None),
        (
            {"proportional_hazards": {"detail": "too few"}},
            "proportional-hazards", "qualified", None,
        ),
    ],
)  # fmt: skip
def test_what_was_measured_of_a_fit_is_judged(
    changes: dict[str, object], gate: str, verdict: str, value: float | None
) -> None:
    judged = judge_checks(checks(**changes))
    found = {each.gate: each for each in judged if each.verdict != "passed"}

    assert list(found) == ([gate] if gate else [])
    if gate:
        assert (found[gate].verdict, found[gate].value) == (verdict, value)


@pytest.mark.parametrize(("events", "limit"), [(30, 50), (60, 100), (200, 100)])
def test_an_outcome_shows_the_limit_that_was_crossed_or_is_next(events: int, limit: int) -> None:
    assert judge_fit(replace(a_model().fit, events=events))[0].limit == limit


def test_a_reason_has_a_code_and_the_numbers() -> None:
    outcome = judge_fit(replace(a_model().fit, events=41))[0]

    code, detail = reason(outcome)

    assert code == "events-too-few"
    assert detail.startswith("events in the training rows: 41; at least 50 asked for.")
    moved = checks(influence={"largest_dfbetas": 0.4, "moved_share": 0.05})
    (influence,) = [each for each in judge_checks(moved) if each.gate == "influence"]
    assert "one patient is left out: 0.05; less than 0.05 asked for." in reason(influence)[1]


def test_every_verdict_of_every_gate_of_a_refit_has_a_reason() -> None:
    for gate in (gate for gate in GATES if gate.when == "refit"):
        for limit in (gate.refused, gate.qualified):
            if limit is not None:
                outcome = replace(
                    judge_fit(a_model().fit)[0], gate=gate.name, value=None, limit=limit
                )
                assert reason(outcome)[0] == gate.code


def test_the_limits_are_the_first_values_that_were_agreed() -> None:
    found = [
        (gate, (gate.when, gate.worse, gate.refused, gate.qualified, gate.code)) for gate in GATES
    ]

    assert len(found) == len(FIRST_VALUES)
    for (gate, values), (measures, agreed) in zip(found, FIRST_VALUES.items(), strict=True):
        assert gate.measures.startswith(measures)
        assert values == agreed
    assert [gate.name for gate in GATES] == NAMES
    assert A_YEAR == 12
    assert timedelta(days=365) == STALE_AFTER


def test_every_gate_says_why() -> None:
    assert all(gate.why.endswith((".", ").")) for gate in GATES)
    assert all(gate.refused is not None or gate.qualified is not None for gate in GATES)


@pytest.mark.parametrize(
    ("changed", "patients", "too_many"),
    [(5, 41, False), (6, 41, True), (20, 1000, False), (21, 1000, True)],
)
def test_five_rows_or_two_in_a_hundred_may_change(
    changed: int, patients: int, too_many: bool
) -> None:
    assert too_many_changed(changed, patients) is too_many


def test_the_day_of_the_last_visit_is_counted_in_whole_days() -> None:
    rows = a_table([a_row(1, 0), replace(a_row(2, 0), days=0.5)])

    assert rows.last_seen.tolist() == [CUTOFF, START]
