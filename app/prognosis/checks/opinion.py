"""The second opinion on a model, as plain values."""

from dataclasses import asdict
from typing import Any

import numpy as np

from app.prognosis.checks.refits import Refits, hazards_at
from app.prognosis.engine.baseline import baselines
from app.prognosis.engine.rows import SurvivalRows
from app.prognosis.lifelines_fit import Estimates
from app.prognosis.second_opinion import Method, second_opinion


def opinion(refits: Refits, seed: int) -> dict[str, Any]:
    """
    Ask lifelines for the same model.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.
    seed : int
        Of the sample, where there are more rows than lifelines is given.

    Returns
    -------
    dict
        Verdict, reason, differences, rows, seed, and lifelines' version.
    """
    fit = refits.fit
    ours = Estimates(
        fit.coefficients,
        fit.standard_errors,
        fit.log_likelihood,
        lambda days: np.exp(-hazards_at(fit.baselines, days)),
    )
    found = second_opinion(
        refits.all_rows,
        ours,
        lambda rows: _estimates(refits, rows),
        names=fit.covariates,
        method=Method(fit.penalizer),
        seed=seed,
    )
    return {
        "verdict": found.verdict,
        "detail": found.reason,
        "differences": asdict(found.differences) if found.differences else None,
        "rows": found.rows,
        "lifelines": found.lifelines,
    }


def _estimates(refits: Refits, rows: SurvivalRows) -> Estimates:
    maximum = refits.maximum(rows)
    steps = baselines(rows, maximum.beta)

    return Estimates(
        maximum.beta,
        np.sqrt(np.diag(maximum.covariance)),
        maximum.log_likelihood,
        lambda days: np.exp(-hazards_at(steps, days)),
    )
