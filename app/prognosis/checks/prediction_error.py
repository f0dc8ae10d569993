"""How far predicted probabilities lie from what happened, as plain values."""

from math import inf
from typing import Any

from app.prognosis.checks.horizons import by_horizon, corrected_content, day_of, horizons
from app.prognosis.checks.judgement import A_QUARTER, named
from app.prognosis.checks.refits import Refits
from app.prognosis.checks.resampled import Resampled
from app.prognosis.validation.brier import brier_scores

AT_MOST_ONE = (-inf, 1.0)
"""Where an index of prediction accuracy can lie."""

SCORE = dict.fromkeys(
    ("months", "brier", "ci95", "null", "ipa", "ipa_ci95", "corrected", "ipa_corrected", "detail")
)
"""A Brier score that is not measured."""

INTEGRATED = ("brier", "null", "ipa", "corrected", "ipa_corrected")
"""Figures of the integrated Brier score."""


def brier(refits: Refits, resamples: Resampled) -> list[dict[str, Any]]:
    """
    Measure the error of the predicted probabilities.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    resamples : Resampled
        Of the model.

    Returns
    -------
    list of dict
        By horizon: Brier score, that of the Kaplan-Meier estimate, and IPA,
        apparent and corrected, or why there is none.
    """
    return by_horizon(refits, SCORE, lambda months: _brier(refits, resamples, months))


def _brier(refits: Refits, resamples: Resampled, months: int) -> dict[str, Any]:
    day, corrected = day_of(months), resamples.corrected
    survival = 1 - refits.risk_at(day)
    (found,) = brier_scores(refits.days, refits.events, survival[:, None], [day])
    score, ipa = corrected.get(named("brier", months)), corrected.get(named("ipa", months))
    return {
        "brier": found.score.value,
        "ci95": found.score.ci95,
        "null": found.null,
        "ipa": found.ipa,
        "ipa_ci95": found.ipa_ci95,
        "corrected": corrected_content(score, found.score.ci95),
        "ipa_corrected": corrected_content(ipa, found.ipa_ci95, AT_MOST_ONE),
    }


def integrated_brier(refits: Refits, resamples: Resampled) -> dict[str, Any]:
    """
    Average the Brier score from the first horizon to the last, by quarters of a year.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    resamples : Resampled
        Of the model.

    Returns
    -------
    dict
        Apparent and corrected, or why there is none.
    """
    months, corrected = horizons(refits), resamples.corrected
    score, null, ipa = (corrected.get(f"integrated_{name}") for name in ("brier", "null", "ipa"))
    if not (score and null and ipa):
        return dict.fromkeys(("from_months", "to_months", *INTEGRATED)) | {
            "detail": _why(months, resamples)
        }
    return {
        "from_months": months[0],
        "to_months": months[-1],
        "brier": score.apparent,
        "null": null.apparent,
        "ipa": ipa.apparent,
        "corrected": corrected_content(score),
        "ipa_corrected": corrected_content(ipa, within=AT_MOST_ONE),
        "detail": None,
    }


def _why(months: tuple[int, ...], resamples: Resampled) -> str:
    if len(months) < 2:
        return f"{len(months)} horizons have enough patients at risk; an average over time needs 2"
    if not resamples.corrected:
        return resamples.detail or "no resample gave a model"
    return f"a score is missing on the way, taken every {A_QUARTER} months"
