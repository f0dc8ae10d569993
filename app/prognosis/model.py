"""A fitted Cox model: a fit, its submodels and where they come from, as canonical JSON."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from math import erfc, sqrt
from typing import Any

import numpy as np

from app.prognosis.artefact import fit_from_artefact, fit_to_artefact
from app.prognosis.covariates import counted_terms, ladder_position
from app.prognosis.fitted import Fit
from app.prognosis.survival import Z95

DAYS_PER_MONTH = 30.4375
"""Days: a year of 365.25 days over twelve."""

UNCHECKED, CHECKED = 1, 2
"""Formats of the artefact: that of version 0.1.0, and that with the checks of the fit."""

_PLAIN = (
    "organisation",
    "endpoint",
    "setting",
    "clock",
    "line_start_unknown",
    "median_follow_up_months",
)


@dataclass(frozen=True)
class SimilarPatients:
    """Kaplan-Meier of the training patients of one cell; None in small cells."""

    scheme: str
    group: str
    line: int | None
    patients: int
    events: int
    km_12_months: float | None


@dataclass(frozen=True)
class Specification:
    """What was asked of a refit, as it was resolved."""

    covariates: tuple[str, ...]
    rung: str | None
    strata: tuple[str, ...]
    penalizer: float
    passed_over: Mapping[str, str]
    ties: str = "efron"


@dataclass(frozen=True, eq=False)
class CoxModel:
    """Everything a model is, without its status: the artefact whose digest is its id."""

    organisation: str
    endpoint: str
    setting: str
    clock: str
    data_cutoff: date
    specification: Specification
    fit: Fit
    submodels: tuple[Fit, ...]
    left_out: Mapping[str, int]
    line_start_unknown: int
    median_follow_up_months: float | None
    similar: tuple[SimilarPatients, ...]
    top_decile: SimilarPatients | None
    provenance: Mapping[str, Any]
    checks: Mapping[str, Any] | None = None

    def submodel_for(self, known: Collection[str]) -> Fit | None:
        """
        Choose the fit for a patient of whom only some covariates are known.

        Parameters
        ----------
        known : collection of str
            Covariates known of the patient.

        Returns
        -------
        Fit or None
            The whole fit where everything is known; else the submodel of the
            known covariates, the one that the ladder adds last dropped until
            there is one. None where there is none, where the fit has a count
            and the patient has not, or where a stratum is unknown.
        """
        kept = [name for name in self.fit.covariates if name in known]
        needed = {*counted_terms(self.fit.covariates), *self.fit.strata}
        if not needed.issubset(known):
            return None
        if len(kept) == len(self.fit.covariates):
            return self.fit
        submodels = {frozenset(fit.covariates): fit for fit in self.submodels}
        # The count's own terms stay to the end, the spline's though the ladder adds them last.
        droppable = [name for name in kept if name not in needed]
        droppable.sort(key=ladder_position)
        while frozenset(kept) not in submodels and droppable:
            kept.remove(droppable.pop())
        return submodels.get(frozenset(kept))


class MalformedModel(ValueError):
    """An artefact that this service did not write."""


def to_artefact(model: CoxModel) -> dict[str, Any]:
    """
    Write a model as plain values, whose canonical JSON is the model's identity.

    Parameters
    ----------
    model : CoxModel
        Any model.

    Returns
    -------
    dict
        Every number of it, unrounded; neither status nor gates nor rows.
    """
    return {
        "format": UNCHECKED if model.checks is None else CHECKED,
        **({} if model.checks is None else {"checks": dict(model.checks)}),
        **{name: getattr(model, name) for name in _PLAIN},
        "data_cutoff": model.data_cutoff.isoformat(),
        "specification": _specification_to_artefact(model.specification),
        "fit": fit_to_artefact(model.fit),
        "submodels": [fit_to_artefact(fit) for fit in model.submodels],
        "left_out": dict(model.left_out),
        "similar": [asdict(cell) for cell in model.similar],
        "top_decile": asdict(model.top_decile) if model.top_decile else None,
        "provenance": dict(model.provenance),
    }


def from_artefact(values: Mapping[str, Any]) -> CoxModel:
    """
    Read a model from plain values.

    Parameters
    ----------
    values : mapping
        As `to_artefact` writes them.

    Returns
    -------
    CoxModel
        With the same artefact to the last byte.

    Raises
    ------
    MalformedModel
        If these are not the values of a model, whatever they are.
    """
    try:
        model = _model_of(values)
        # Writing it again settles every type, name and superfluous key at once.
        same = canonical_json(to_artefact(model)) == canonical_json(values)
    except (ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise MalformedModel("not the values of a model") from error
    except (TypeError, ValueError) as error:
        raise MalformedModel(f"not the values of a model: {error}") from error
    if not same:
        raise MalformedModel("not the values of a model: types or names differ")
    return model


def canonical_json(values: Mapping[str, Any]) -> str:
    """
    Write plain values as JSON in one way only.

    Parameters
    ----------
    values : mapping
        Of a model.

    Returns
    -------
    str
        ASCII, keys sorted, no white space, numbers in their shortest exact form.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(values, allow_nan=False, separators=(",", ":"), sort_keys=True)


def model_id(artefact: str) -> str:
    """
    Name a model by its content.

    Parameters
    ----------
    artefact : str
        Canonical JSON of the model's values.

    Returns
    -------
    str
        `sha256:` and the hexadecimal digest.
    """
    return f"sha256:{sha256(artefact.encode()).hexdigest()}"


def describe(model: CoxModel) -> dict[str, Any]:
    """
    Write of a model what its readers are shown.

    Parameters
    ----------
    model : CoxModel
        Any model.

    Returns
    -------
    dict
        Everything that does not depend on how the model stands: no status,
        no gates, no instant. Intervals and p are None when penalised.
    """
    fit = model.fit
    return {
        "endpoint": model.endpoint,
        "setting": model.setting,
        "clock": model.clock,
        "data_cutoff": model.data_cutoff.isoformat(),
        "specification": _specification_to_artefact(model.specification),
        "patients": fit.patients,
        "events": fit.events,
        "left_out": dict(model.left_out),
        "line_start_unknown": model.line_start_unknown,
        "median_follow_up_months": model.median_follow_up_months,
        "coefficients": [_coefficient(fit, place) for place in range(len(fit.covariates))],
        "log_likelihood": fit.log_likelihood,
        "log_likelihood_null": fit.log_likelihood_null,
        "concordance": fit.concordance,
        "concordance_se": fit.concordance_se,
        "baseline": [
            {
                "stratum": None if baseline.stratum is None else list(baseline.stratum),
                "at": "means",
                "days": baseline.days.tolist(),
                "cumulative_hazard": baseline.cumulative_hazard.tolist(),
            }
            for baseline in fit.baselines
        ],
        "submodels": [
            {"covariates": list(sub.covariates), "patients": sub.patients, "events": sub.events}
            for sub in model.submodels
        ],
        "provenance": dict(model.provenance),
    }


def _coefficient(fit: Fit, place: int) -> dict[str, Any]:
    beta = float(fit.coefficients[place])
    error = float(fit.standard_errors[place])
    limits = np.exp([beta - Z95 * error, beta + Z95 * error]).tolist()
    return {
        "covariate": fit.covariates[place],
        "mean": float(fit.means[place]),
        "coefficient": beta,
        "standard_error": error,
        "hazard_ratio": float(np.exp(beta)),
        "ci95": None if fit.penalizer else limits,
        "z": None if fit.penalizer else beta / error,
        "p": None if fit.penalizer else erfc(abs(beta / error) / sqrt(2)),
    }


def _specification_to_artefact(specification: Specification) -> dict[str, Any]:
    return {
        "covariates": list(specification.covariates),
        "rung": specification.rung,
        "strata": list(specification.strata),
        "penalizer": specification.penalizer,
        "ties": specification.ties,
        "passed_over": dict(specification.passed_over),
    }


def _model_of(values: Mapping[str, Any]) -> CoxModel:
    if values["format"] not in (UNCHECKED, CHECKED):
        raise ValueError("another format")
    specification, provenance = values["specification"], values["provenance"]
    top_decile = values["top_decile"]
    model = CoxModel(
        **{name: values[name] for name in _PLAIN},
        data_cutoff=date.fromisoformat(values["data_cutoff"]),
        specification=Specification(
            **{
                **specification,
                "covariates": tuple(specification["covariates"]),
                "strata": tuple(specification["strata"]),
            }
        ),
        fit=fit_from_artefact(values["fit"]),
        submodels=tuple(fit_from_artefact(fit) for fit in values["submodels"]),
        left_out={reason: int(patients) for reason, patients in values["left_out"].items()},
        similar=tuple(SimilarPatients(**cell) for cell in values["similar"]),
        top_decile=SimilarPatients(**top_decile) if top_decile is not None else None,
        provenance={
            "training_fingerprint": str(provenance["training_fingerprint"]),
            "software": {name: str(version) for name, version in provenance["software"].items()},
            "seed": int(provenance["seed"]),
        },
        checks=dict(values["checks"]) if values["format"] == CHECKED else None,
    )
    _check(model)
    return model


def _check(model: CoxModel) -> None:
    cells = [*model.similar, *([model.top_decile] if model.top_decile else [])]
    texts = [model.organisation, model.endpoint, model.setting, model.clock]
    texts += [text for cell in cells for text in (cell.scheme, cell.group)]
    counts = [model.line_start_unknown]
    counts += [count for cell in cells for count in (cell.patients, cell.events)]
    counts += [cell.line for cell in cells if cell.line is not None]
    numbers = [model.median_follow_up_months, *(cell.km_12_months for cell in cells)]
    claims = {
        "names are strings": all(type(text) is str for text in texts),
        "counts are whole": all(type(count) is int for count in counts),
        "numbers are numbers": all(type(n) in (float, type(None)) for n in numbers),
        "the covariates are those fitted": model.specification.covariates == model.fit.covariates,
        "the strata are those fitted": model.specification.strata == model.fit.strata,
    }
    broken = [claim for claim, holds in claims.items() if not holds]
    if broken:
        raise ValueError(f"not so: {', '.join(broken)}")
