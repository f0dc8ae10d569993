"""Whether a model's assumptions hold, and who and how many stand behind it, as plain values."""

from typing import Any

import numpy as np

from app.prognosis.checks.refits import Refits
from app.prognosis.covariates import count_terms
from app.prognosis.engine.maximum import maximise
from app.prognosis.engine.proportional_hazards import proportional_hazards_test
from app.prognosis.engine.residuals import dfbetas
from app.prognosis.engine.rows import Floats, survival_rows
from app.prognosis.functional_form import functional_form
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.sample_size import events_per_parameter, overfitting, riley

DAYS_OF_A_YEAR = 12 * DAYS_PER_MONTH
"""Days of the horizon at which influence and sample size are told."""

LEFT_OUT = 20
"""Patients left out one at a time: those of the largest standardised dfbeta."""

MANY_ROWS = 20_000
"""Rows above which fewer are left out, as one in so many moves little."""

FEW_LEFT_OUT = 3
"""So many then."""

MOVED = 0.05
"""Change of a survival probability that counts as moved."""


def proportional_hazards(refits: Refits) -> dict[str, Any]:
    """
    Test whether the hazards are proportional.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    dict
        By covariate and for all, or why events cannot tell.
    """
    try:
        found = proportional_hazards_test(refits.all_rows, refits.fit.coefficients)
    except ValueError as error:
        return {"detail": str(error)}
    return {
        "transform": found.clock,
        "covariates": [
            {"covariate": name, "chi_square": chi, "p": p}
            for name, chi, p in zip(
                refits.fit.covariates,
                found.chi_squared.tolist(),
                found.p_values.tolist(),
                strict=True,
            )
        ],
        "global": {
            "chi_square": found.chi_squared_global,
            "degrees_of_freedom": len(refits.fit.covariates),
            "p": found.p_value_global,
        },
        "detail": None,
    }


def influence(refits: Refits) -> dict[str, Any]:
    """
    Measure how far single patients move the model.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    dict
        The largest standardised dfbeta and its covariate; and the largest
        share of patients whose survival at a year moves by more than five
        points when one patient is left out.
    """
    fit, rows = refits.fit, refits.all_rows
    moves = np.abs(rows.given_order(dfbetas(rows, fit.coefficients, fit.covariance)))
    place = int(moves.max(axis=0).argmax())
    most = LEFT_OUT if len(refits) <= MANY_ROWS else FEW_LEFT_OUT
    candidates = np.argsort(moves.max(axis=1), kind="stable")[::-1][:most]
    before = refits.survival_by(np.array([DAYS_OF_A_YEAR]))[:, 0]
    return {
        "largest_dfbetas": float(moves.max()),
        "covariate": fit.covariates[place],
        "moved_share": max(_moved(refits, before, int(each)) for each in candidates),
        "detail": None if most == LEFT_OUT else f"{most} patients left out, as the rows are many",
    }


def sample_size(refits: Refits) -> dict[str, Any]:
    """
    Compare the cohort with what a model of its size asks for.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    dict
        Events per parameter; patients by Riley's criteria and the shrinkage
        to expect, or why they are not told.
    """
    fit = refits.fit
    gain = 2 * (fit.log_likelihood - fit.log_likelihood_null)
    parameters = len(fit.covariates)
    found: dict[str, Any] = {
        "events_per_parameter": events_per_parameter(fit.events, parameters),
        **dict.fromkeys(("riley_patients", "riley_events", "shrinkage", "detail")),
    }
    if fit.penalizer:
        return found | {"detail": "the likelihood ratio of a penalised fit is not one"}
    try:
        needed = riley(
            parameters,
            -float(np.expm1(-gain / fit.patients)),
            rate=fit.events / float(refits.days.sum()),
            horizon=DAYS_OF_A_YEAR,
            mean_follow_up=float(refits.days.mean()),
        )
        expected = overfitting(gain, fit.patients, parameters)
    except ValueError as error:
        return found | {"detail": str(error)}
    return found | {
        "riley_patients": needed.patients,
        "riley_events": needed.events,
        "shrinkage": expected.shrinkage,
    }


def form_of_the_count(refits: Refits) -> dict[str, Any]:
    """
    Compare forms in which the count could have entered.

    Parameters
    ----------
    refits : Refits
        The fit and its rows.

    Returns
    -------
    dict
        Log likelihood and AIC by form, and the likelihood ratio of the
        spline; or why they cannot be compared.
    """
    terms = count_terms(refits.fit.covariates)
    if "log1p_ctc" not in terms:
        return {"detail": "the count is no covariate of the model"}
    if refits.fit.penalizer:
        return {"detail": "the likelihoods of penalised fits are not compared"}
    names = list(refits.fit.covariates)
    counts = np.round(np.expm1(refits.x[:, names.index("log1p_ctc")]))
    others = refits.x[:, [names.index(name) for name in names if name not in terms]]
    try:
        found = functional_form(counts, others, lambda x: _likelihood(refits, x))
    except RefitRefused as refusal:
        return {"detail": f"{refusal.code}: {refusal.detail}"}
    except ValueError as error:
        return {"detail": str(error)}
    forms = (found.linear, found.log1p, found.spline)
    return {
        "preferred": found.preferred,
        "forms": [
            {"form": form.name, "log_likelihood": form.log_likelihood, "aic": form.aic}
            for form in forms
        ],
        "spline_lr": {
            "chi_square": found.chi_square,
            "degrees_of_freedom": found.degrees,
            "p": found.p,
        },
        "detail": None,
    }


def _likelihood(refits: Refits, x: Floats) -> tuple[float, int]:
    rows = survival_rows(x, refits.days, refits.events, strata=refits.strata)
    return maximise(rows).log_likelihood, x.shape[1]


def _moved(refits: Refits, before: Floats, place: int) -> float:
    everybody = np.arange(len(refits))
    try:
        risk = refits.risk_by(np.delete(everybody, place), DAYS_OF_A_YEAR)
    except RefitRefused:
        # A model that hangs on one patient moves everybody.
        return 1.0
    moved = np.abs((1 - risk(everybody)) - before)
    return float((np.isnan(moved) | (moved > MOVED)).mean())
