"""Reports small enough to follow by hand, with every check or with none."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.prognosis.covariates import Covariate
from app.prognosis.model import CoxModel, describe
from app.storage.models import ModelStanding
from app.usecases.reports import report_content
from tests.prognosis.answers import a_model

CORRECTED: dict[str, Any] = {
    "value": 0.67,
    "optimism": 0.01,
    "ci95": [0.63, 0.71],
    "resamples": 200,
}
"""A figure without its optimism."""

CALIBRATION: dict[str, Any] = {
    "months": 12,
    "held_out": True,
    "patients": 80,
    "events": 24,
    "observed": 0.30,
    "expected": 0.32,
    "o_e": 0.94,
    "o_e_ci95": [0.62, 1.37],
    "slope": 0.71,
    "slope_ci95": [0.52, 0.93],
    "ici": 0.034,
    "e50": 0.03,
    "e90": 0.06,
    "concordance": 0.66,
    "curve": [
        {"predicted": 0.05, "observed": 0.08, "corrected": 0.09},
        {"predicted": 0.45, "observed": 0.40, "corrected": None},
    ],
    "groups": [
        {"predicted": 0.10, "observed": 0.12, "ci95": [0.04, 0.25], "patients": 40},
        {"predicted": 0.40, "observed": 0.35, "ci95": [0.20, 0.50], "patients": 38},
        {"predicted": 0.90, "observed": None, "ci95": None, "patients": 2},
    ],
    "corrected": None,
    "detail": None,
}
"""The latest fifth of 400 patients at one year."""

CHECKS: dict[str, Any] = {
    "second_opinion": {
        "verdict": "agrees",
        "detail": "lifelines finds the same coefficients",
        "differences": {"covariate": "log1p_ctc", "coefficient": 3e-9, "from_the_whole": None},
        "rows": 400,
        "lifelines": "0.30.3",
    },
    "discrimination": {
        "concordance": 0.68,
        "standard_error": 0.02,
        "corrected": 0.67,
        "corrected_ci95": [0.63, 0.71],
        "optimism": 0.01,
        "slope_corrected": 0.95,
        "resamples": 200,
        "refused": 0,
        "uno": None,
        "uno_months": None,
        "uno_corrected": None,
        "auc": [
            {
                "months": 12,
                "auc": 0.72,
                "ci95": [0.66, 0.78],
                "corrected": CORRECTED | {"value": 0.71, "ci95": None},
                "detail": None,
            },
            {
                "months": 60,
                "auc": None,
                "ci95": None,
                "corrected": None,
                "detail": "3 patients at risk after 60 months; 10 needed",
            },
        ],
        "detail": "Uno's concordance: no two patients can be compared before the last horizon.",
    },
    "calibration": [
        CALIBRATION,
        CALIBRATION
        | {
            "months": 36,
            "held_out": False,
            "corrected": {
                "o_e": CORRECTED | {"value": 0.95, "ci95": [0.7, 1.3]},
                "ici": CORRECTED | {"value": 0.04},
                "e50": CORRECTED | {"value": 0.035},
            },
        },
    ],
    "brier": [
        {
            "months": 12,
            "brier": 0.17,
            "ci95": [0.15, 0.19],
            "null": 0.21,
            "ipa": 0.19,
            "ipa_ci95": [0.1, 0.28],
            "corrected": CORRECTED | {"value": 0.175, "ci95": [0.16, 0.2]},
            "ipa_corrected": CORRECTED | {"value": 0.17, "ci95": None},
            "detail": None,
        }
    ],
    "integrated_brier": {
        "from_months": 6,
        "to_months": 36,
        "brier": 0.18,
        "null": 0.2,
        "ipa": 0.1,
        "corrected": CORRECTED | {"value": 0.185, "ci95": [0.17, 0.2]},
        "ipa_corrected": None,
        "detail": None,
    },
    "proportional_hazards": {
        "transform": "km",
        "covariates": [{"covariate": "log1p_ctc", "chi_square": 1.2, "p": 0.27}],
        "global": {"chi_square": 3.4, "degrees_of_freedom": 2, "p": 0.00003},
    },
    "influence": {"largest_dfbetas": 0.3, "covariate": "log1p_ctc", "moved_share": 0.0},
    "sample_size": {
        "events_per_parameter": 150.0,
        "riley_patients": 210,
        "riley_events": 90.0,
        "shrinkage": 0.97,
    },
    "functional_form": {
        "preferred": "log1p",
        "forms": [{"form": "log1p", "log_likelihood": -1500.0, "aic": 3004.0}],
        "spline_lr": {"chi_square": 2.0, "degrees_of_freedom": 2, "p": 0.37},
    },
    "subgroups": [
        {
            "by": "age",
            "group": "<50",
            "patients": 90,
            "events": 60,
            "concordance": None,
            "concordance_ci95": None,
            "o_e": 1.1,
            "o_e_ci95": [0.9, 1.35],
            "detail": "no two rows are comparable; 60 events",
        }
    ],
}
"""Every check with a figure."""


def a_report(
    model: CoxModel | None = None, own: dict[str, Covariate] | None = None, **changes: Any
) -> dict[str, Any]:
    """Report a model as the service does, as a candidate that nothing befell."""
    model = model or a_model()
    model = replace(
        model,
        provenance={
            "training_fingerprint": "sha256:" + "cd" * 32,
            "software": {"numpy": "2.4.6"},
            "seed": 0,
        },
    )
    standing = ModelStanding(
        model_id="sha256:" + "ab" * 32,
        endpoint=model.endpoint,
        setting=model.setting,
        status="candidate",
        fitted_at=datetime(2026, 11, 1, tzinfo=UTC),
        gates=({"gate": "events", "value": 300.0, "limit": 100.0, "verdict": "passed"},),
        promotion=None,
        changed_rows=0,
    )
    return {
        "model": {
            "model_id": standing.model_id,
            "status": standing.status,
            "fitted_at": "2026-11-01T00:00:00Z",
            **describe(model),
            "gates": list(standing.gates),
            "promotion": None,
            "changed_rows": 0,
        },
        **report_content(model, standing, own or {}),
        "use": "prognostic; does not select treatment",
        **changes,
    }


def with_coefficients(report: dict[str, Any], *told: dict[str, Any]) -> dict[str, Any]:
    """Put other covariates into a report: name, ratio and interval of each."""
    coefficients = [
        {"mean": 0.0, "coefficient": 0.0, "standard_error": 0.1, "z": 0.0, "p": 1.0} | each
        for each in told
    ]
    covariates = [
        {
            "covariate": each["covariate"],
            "role": "covariate",
            "kind": "continuous",
            "unit": "years",
            "definition": "declared",
            "training_minimum": 0.0,
            "training_maximum": 1.0,
        }
        for each in told
    ]
    return report | {
        "model": report["model"] | {"coefficients": coefficients},
        "covariates": covariates,
    }
