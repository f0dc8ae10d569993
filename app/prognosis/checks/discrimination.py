"""How well a model ranks patients, as plain values."""

from typing import Any

from app.prognosis.checks.horizons import (
    SHARE,
    by_horizon,
    corrected_content,
    day_of,
    horizons,
)
from app.prognosis.checks.judgement import named
from app.prognosis.checks.refits import Refits
from app.prognosis.checks.resampled import Resampled
from app.prognosis.survival import Z95
from app.prognosis.validation.discrimination import cumulative_dynamic_auc
from app.prognosis.validation.optimism import Corrected

AREA = dict.fromkeys(("months", "auc", "ci95", "corrected", "detail"))
"""An area under the curve that is not measured."""

NO_HORIZON = "Uno's concordance: no horizon has enough patients at risk."
"""Why there is none."""

NO_PAIR = "Uno's concordance: no two patients can be compared before the last horizon."
"""Why there is none, where horizons are."""


def discrimination(refits: Refits, resamples: Resampled) -> dict[str, Any]:
    """
    Measure how well the model ranks patients, optimism taken off.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    resamples : Resampled
        Of the model.

    Returns
    -------
    dict
        Harrell's C with its error, the slope, Uno's C up to the last horizon and
        the AUC at each; why one is absent.
    """
    fit, found = refits.fit, resamples.corrected
    reach = Z95 * fit.concordance_se
    own = fit.concordance - reach, fit.concordance + reach
    harrell = corrected_content(found.get("concordance"), own) or {}
    slope, uno, months = found.get("slope"), found.get("uno"), horizons(refits)
    why = [resamples.detail, None if uno else NO_PAIR if months else NO_HORIZON]
    return {
        "concordance": fit.concordance,
        "standard_error": fit.concordance_se,
        "corrected": harrell.get("value"),
        "corrected_ci95": harrell.get("ci95"),
        "optimism": harrell.get("optimism"),
        "slope_corrected": slope.value if slope else None,
        "resamples": resamples.resamples,
        "refused": resamples.refused,
        "uno": uno.apparent if uno else None,
        "uno_months": months[-1] if uno else None,
        "uno_corrected": corrected_content(uno),
        "auc": by_horizon(refits, AREA, lambda at: _area(refits, found.get(named("auc", at)), at)),
        "detail": " ".join(words for words in why if words) or None,
    }


def _area(refits: Refits, corrected: Corrected | None, months: int) -> dict[str, Any]:
    day = day_of(months)
    # Across strata the predictor alone does not rank: their baselines differ.
    predictor = (
        refits.predictor(slice(None), refits.fit.coefficients)
        if len(refits.fit.baselines) == 1
        else refits.risk_at(day)
    )
    (found,) = cumulative_dynamic_auc(refits.days, refits.events, predictor, [day])
    return {
        "auc": found.value,
        "ci95": found.ci95,
        "corrected": corrected_content(corrected, found.ci95, SHARE),
    }
