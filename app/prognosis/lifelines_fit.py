"""A Cox model by lifelines, in the terms of the service's own engine; pandas stays in here."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from numpy.linalg import LinAlgError

from app.prognosis.engine.rows import Floats, SurvivalRows

STEP_SIZES = (0.95, 0.5, 0.1, 0.01)
"""First steps as a share of Newton's, tried in turn: lifelines never halves one that overshoots."""

PRECISION = {"precision": 1e-12, "r_precision": 0.0, "max_steps": 500}
"""How closely lifelines climbs; a small gain alone, as of a short step, is no end to it."""

HEURISTICS = ("variance when conditioned on death", "high sample correlation with the duration")
"""Warnings with which lifelines guesses why it failed, ahead of saying that it did."""


@dataclass(frozen=True, eq=False)
class Estimates:
    """
    What one engine makes of the rows.

    Attributes
    ----------
    beta, standard_errors : ndarray, shape (p,)
        Log hazard ratios per unit of the covariates; of a ridge fit, the
        errors are those of the penalised information.
    log_likelihood : float
        Efron's log partial likelihood at `beta`, without the penalty.
    survival : callable
        Of days, shape (k,), the probabilities at `rows.means`, shape (s, k):
        a step function with Efron's ties for each of the s strata.
    """

    beta: Floats
    standard_errors: Floats
    log_likelihood: float
    survival: Callable[[Floats], Floats]


class NoMaximum(ArithmeticError):
    """Rows of which lifelines finds no maximum, with what it says of them."""


def enter_late(rows: SurvivalRows) -> bool:
    """
    Tell whether any row enters after time zero.

    Parameters
    ----------
    rows : SurvivalRows
        Of a fit.

    Returns
    -------
    bool
        True if lifelines' baseline, which takes no notice of entries, is wrong.
    """
    return rows.starts is not None and bool(rows.starts.any())


def fit_by_lifelines(rows: SurvivalRows, penalizer: float) -> Estimates:
    """
    Fit the rows with lifelines, from zero and to the last digits.

    Parameters
    ----------
    rows : SurvivalRows
        Without weights or offset, of which this fit takes no notice.
    penalizer : float
        Ridge penalty L in n * L / 2 * ||beta * sd||^2, the deviations with
        n - 1 as divisor.

    Returns
    -------
    Estimates
        With Efron's ties throughout; where rows enter late, the survival is
        not to be used.

    Raises
    ------
    NoMaximum
        If lifelines fails, or warns, at every step size.

    Notes
    -----
    lifelines' baseline has Breslow's ties under Efron's coefficients, and is
    drawn as straight lines between event times. Its increments d / S0 give the
    risk sets' sums S0 back, and these give Efron's steps; see Therneau TM,
    Grambsch PM. Modeling Survival Data. Springer 2000, 10.2.
    """
    deviations = rows.x.std(axis=0, ddof=1)
    if not deviations.all():
        raise NoMaximum("a covariate is the same in every row")
    frame = _frame(rows, deviations)
    fitter = _climb(frame, penalizer)
    hazards, ratios = fitter.baseline_hazard_, fitter.predict_partial_hazard(frame).to_numpy()
    beta = fitter.params_.to_numpy(dtype=np.float64)
    # lifelines reports the penalised likelihood.
    penalty = len(rows) * penalizer / 2 * float(beta @ beta)
    return Estimates(
        beta=beta / deviations,
        standard_errors=fitter.standard_errors_.to_numpy(dtype=np.float64) / deviations,
        log_likelihood=float(fitter.log_likelihood_) + penalty,
        survival=lambda days: _survival(rows, hazards, ratios, days),
    )


def _frame(rows: SurvivalRows, deviations: Floats) -> pd.DataFrame:
    # Standardised, or lifelines would warn of a covariate whose unit makes its numbers small.
    columns = {f"x{place}": x for place, x in enumerate((rows.x / deviations).T)}
    frame = pd.DataFrame(columns | {"stop": rows.stops, "event": rows.events})
    if rows.strata[-1] > 0:
        frame["stratum"] = rows.strata
    if enter_late(rows):
        frame["start"] = rows.starts
    return frame


def _climb(frame: pd.DataFrame, penalizer: float) -> CoxPHFitter:
    failure: Exception | None = None
    for step_size in STEP_SIZES:
        try:
            return _fitted(frame, penalizer, step_size)
        except (ConvergenceError, LinAlgError, RuntimeWarning) as error:
            failure = error
    raise NoMaximum(str(failure).split(". ")[0]) from failure


def _fitted(frame: pd.DataFrame, penalizer: float, step_size: float) -> CoxPHFitter:
    fitter = CoxPHFitter(
        penalizer=penalizer, strata=["stratum"] if "stratum" in frame.columns else None
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for heuristic in HEURISTICS:
            warnings.filterwarnings("ignore", message=f"(?s).*{heuristic}")
        fitter.fit(
            frame,
            "stop",
            "event",
            entry_col="start" if "start" in frame.columns else None,
            batch_mode=True,
            fit_options=PRECISION | {"step_size": step_size},
        )
    return fitter


def _survival(rows: SurvivalRows, hazards: pd.DataFrame, ratios: Floats, days: Floats) -> Floats:
    """Turn lifelines' baseline hazards into Efron's curves, stratum by stratum."""
    curves = []
    for place, block in enumerate(rows.blocks()):
        dead = rows.events[block]
        died = rows.stops[block][dead]
        breslow = hazards.to_numpy()[np.searchsorted(hazards.index.to_numpy(), died), place]
        steps = _efron_steps(died, ratios[block][dead], breslow)
        hazard = np.append(0.0, np.cumsum(steps))
        curves.append(np.exp(-hazard[np.searchsorted(died, days, side="right")]))
    return np.array(curves)


def _efron_steps(died: Floats, ratios: Floats, breslow: Floats) -> Floats:
    """Step once a death, given the hazard ratios of the dead and Breslow's step at their time."""
    _, first, tie, deaths = np.unique(
        died, return_index=True, return_inverse=True, return_counts=True
    )
    at_risk = deaths[tie] / breslow
    dying = np.bincount(tie, ratios)[tie]
    share = (np.arange(len(died)) - first[tie]) / deaths[tie]
    return np.asarray(1 / (at_risk - share * dying))
