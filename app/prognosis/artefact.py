"""A fit as plain JSON values, and back with its numbers checked."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from app.prognosis.fitted import Fit
from app.prognosis.survival import Baseline, Floats

_TEXTS = ("covariates", "strata")
_VECTORS = ("means", "deviations", "minima", "maxima", "coefficients")
_COUNTS = ("patients", "events")
_NUMBERS = (
    "log_likelihood",
    "log_likelihood_null",
    "concordance",
    "concordance_se",
    "penalizer",
)
_OF_BASELINE = ("days", "cumulative_hazard", "variance", "drift", "exit_days")


def fit_to_artefact(fit: Fit) -> dict[str, Any]:
    """
    Write a fit as plain values.

    Parameters
    ----------
    fit : Fit
        The whole fit of a model, or a submodel.

    Returns
    -------
    dict
        Every number of it, unrounded.
    """
    return {
        **{name: list(getattr(fit, name)) for name in _TEXTS},
        **{name: getattr(fit, name).tolist() for name in (*_VECTORS, "covariance")},
        **{name: getattr(fit, name) for name in (*_COUNTS, *_NUMBERS)},
        "baselines": [_baseline_to_artefact(baseline) for baseline in fit.baselines],
    }


def _baseline_to_artefact(baseline: Baseline) -> dict[str, Any]:
    return {
        "stratum": None if baseline.stratum is None else list(baseline.stratum),
        **{name: getattr(baseline, name).tolist() for name in (*_OF_BASELINE, "remaining")},
    }


def fit_from_artefact(values: Mapping[str, Any]) -> Fit:
    """
    Read a fit from plain values.

    Parameters
    ----------
    values : mapping
        As `fit_to_artefact` writes them.

    Returns
    -------
    Fit
        With the same numbers to the last bit.

    Raises
    ------
    ValueError, TypeError, LookupError
        If a value is absent, is no number, or contradicts the others.
    """
    p = len(values["covariates"])
    means, deviations, minima, maxima, coefficients = (
        _array(values[name], (p,)) for name in _VECTORS
    )
    value, value_at_zero, c, c_error, penalizer = (float(values[name]) for name in _NUMBERS)
    fit = Fit(
        covariates=_texts(values["covariates"]),
        means=means,
        deviations=deviations,
        minima=minima,
        maxima=maxima,
        coefficients=coefficients,
        covariance=_array(values["covariance"], (p, p)),
        strata=_texts(values["strata"]),
        baselines=tuple(_baseline_from_artefact(found, p) for found in values["baselines"]),
        patients=int(values["patients"]),
        events=int(values["events"]),
        log_likelihood=value,
        log_likelihood_null=value_at_zero,
        concordance=c,
        concordance_se=c_error,
        penalizer=penalizer,
    )
    _check(fit)
    return fit


def _baseline_from_artefact(values: Mapping[str, Any], p: int) -> Baseline:
    stratum, times, exits = values["stratum"], len(values["days"]), len(values["exit_days"])
    return Baseline(
        stratum=None if stratum is None else tuple(float(value) for value in stratum),
        days=_array(values["days"], (times,)),
        cumulative_hazard=_array(values["cumulative_hazard"], (times,)),
        variance=_array(values["variance"], (times,)),
        drift=_array(values["drift"], (times, p)),
        exit_days=_array(values["exit_days"], (exits,)),
        remaining=_array(values["remaining"], (exits,)).astype(np.int64),
    )


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _array(values: object, shape: tuple[int, ...]) -> Floats:
    # An empty list of rows has lost its width.
    array = np.array(values, dtype=np.float64)
    array = array.reshape(shape) if array.size == 0 else array
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"not finite numbers of shape {shape}")
    return array


def _check(fit: Fit) -> None:
    strata = [baseline.stratum for baseline in fit.baselines]
    lengths = {len(stratum) if stratum else 0 for stratum in strata}
    claims = {
        "each covariate stands once": 0 < len(set(fit.covariates)) == len(fit.covariates),
        "deviations are positive": bool((fit.deviations > 0).all()),
        "ranges are in order": bool((fit.minima <= fit.maxima).all()),
        "variances are positive": bool((np.diag(fit.covariance) > 0).all()),
        "events are among the patients": 0 < fit.events <= fit.patients,
        "the penalty is not negative": fit.penalizer >= 0.0,
        "each stratum stands once": len(set(strata)) == len(strata),
        "every stratum has its values": lengths == {len(fit.strata)},
        "baselines rise": all(_rises(baseline) for baseline in fit.baselines),
    }
    broken = [claim for claim, holds in claims.items() if not holds]
    if broken:
        raise ValueError(f"not so: {', '.join(broken)}")


def _rises(baseline: Baseline) -> bool:
    ascending = all((np.diff(days) > 0).all() for days in (baseline.days, baseline.exit_days))
    sums = (baseline.cumulative_hazard, baseline.variance)
    growing = all((np.diff(total, prepend=0.0) >= 0).all() for total in sums)
    falling = (np.diff(baseline.remaining) < 0).all() and (baseline.remaining > 0).all()
    return bool(ascending and growing and falling and len(baseline.exit_days))
