"""All checks of one model together."""

from collections.abc import Callable
from typing import Any

from app.prognosis.checks.assumptions import (
    form_of_the_count,
    influence,
    proportional_hazards,
    sample_size,
)
from app.prognosis.checks.calibration import calibration, shown, without_optimism
from app.prognosis.checks.discrimination import discrimination
from app.prognosis.checks.horizons import horizons
from app.prognosis.checks.opinion import opinion
from app.prognosis.checks.prediction_error import brier, integrated_brier
from app.prognosis.checks.refits import refits_of
from app.prognosis.checks.resampled import resampled
from app.prognosis.checks.subgroups import subgroups
from app.prognosis.cohort import Cohort
from app.prognosis.fitted import Fit


def check(fit: Fit, cohort: Cohort, seed: int, progress: Callable[[float], None]) -> dict[str, Any]:
    """
    Measure a fit before it may answer.

    Parameters
    ----------
    fit : Fit
        Of this cohort.
    cohort : Cohort
        Rows that know every covariate and stratum of the fit, with every
        column that the refit could have used.
    seed : int
        Of the resamples and of the sample for the second opinion.
    progress : callable
        Called with the fraction done, between 0 and 1.

    Returns
    -------
    dict
        Plain values; where something cannot be measured, a `detail` that says why.
    """
    refits = refits_of(fit, cohort)
    agreed, agreement = opinion(refits, seed), calibration(refits, cohort.starts)
    progress(0.2)
    resamples = resampled(
        refits,
        horizons(refits),
        shown(agreement),
        seed,
        lambda fraction: progress(0.2 + 0.6 * fraction),
    )
    found = {
        "second_opinion": agreed,
        "discrimination": discrimination(refits, resamples),
        "calibration": without_optimism(agreement, resamples),
        "brier": brier(refits, resamples),
        "integrated_brier": integrated_brier(refits, resamples),
        "proportional_hazards": proportional_hazards(refits),
        "influence": influence(refits),
        "sample_size": sample_size(refits),
        "functional_form": form_of_the_count(refits),
        "subgroups": subgroups(refits, cohort),
    }
    progress(1.0)
    return found
