"""What is known to limit a model, in plain sentences for those who read its report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.prognosis.covariates import count_terms
from app.prognosis.gates import AT_RISK_NEEDED, GATES, Gate, GateOutcome
from app.prognosis.measured import measured
from app.prognosis.model import DAYS_PER_MONTH, CoxModel
from app.prognosis.survival import Baseline


@dataclass(frozen=True)
class Limit:
    """
    One limit of a model.

    Attributes
    ----------
    code : str
        Stable, for programs; that of the reason in an answer where there is one.
    sentence : str
        For a person.
    """

    code: str
    sentence: str


def limits_of(
    model: CoxModel, gates: Sequence[GateOutcome], changed_rows: int, *, promoted: bool
) -> tuple[Limit, ...]:
    """
    Say what limits a model.

    Parameters
    ----------
    model : CoxModel
        Any model.
    gates : sequence of GateOutcome
        What the gates said of it at its refit.
    changed_rows : int
        Training rows corrected or erased since.
    promoted : bool
        Whether a named person put it into use.

    Returns
    -------
    tuple of Limit
        The use first, what befell the model after its fit last.
    """
    return (
        Limit(
            "use",
            "The model is prognostic: it tells what is likely, not what helps. It does "
            "not select treatment.",
        ),
        *_validation(model),
        _horizon(model),
        *_missing_data(model),
        _range(model),
        *_estimates(model),
        *_gates(gates, promoted),
        *_changes(changed_rows),
    )


def _validation(model: CoxModel) -> Iterator[Limit]:
    if not measured(model.checks).keys() & {"discrimination", "calibration"}:
        yield Limit(
            "validation",
            "The model was not validated: how well it discriminates and is calibrated was not "
            "measured beyond the concordance in the very rows that it was fitted on.",
        )
        return
    yield Limit(
        "validation",
        "Validation is internal: every figure comes from patients of one organisation. How the "
        "model does in patients of another one is not known.",
    )


def _horizon(model: CoxModel) -> Limit:
    months = max(map(supported_months, model.fit.baselines))
    return Limit(
        "horizon",
        f"At least {AT_RISK_NEEDED} training patients are at risk until {months:.1f} months; "
        "nothing is said beyond.",
    )


def supported_months(baseline: Baseline) -> float:
    """
    Tell until when enough training patients are at risk.

    Parameters
    ----------
    baseline : Baseline
        Of one stratum.

    Returns
    -------
    float
        Months; 0.0 where there never are.
    """
    supported = baseline.exit_days[baseline.remaining >= AT_RISK_NEEDED]
    return float(supported[-1]) / DAYS_PER_MONTH if len(supported) else 0.0


def _missing_data(model: CoxModel) -> Iterator[Limit]:
    missing = model.left_out.get("missing_covariate", 0)
    of = model.fit.patients + missing
    yield Limit(
        "missing-data",
        f"Only patients whose covariates are all known were fitted on: {missing:,} of {of:,} were "
        "left out for a missing one. Where what is missing is related to the prognosis, the "
        "coefficients are biased.",
    )
    lacking = [sub for sub in model.submodels if len(sub.covariates) < len(model.fit.covariates)]
    yield Limit(
        "submodel-used",
        f"A patient who lacks a covariate is answered from a submodel with fewer covariates "
        f"(there are {len(lacking)}), and the answer says so; where none fits, the hazard is "
        "withheld."
        if lacking
        else "There is no submodel: a patient who lacks a covariate gets no hazard.",
    )


def _range(model: CoxModel) -> Limit:
    fit = model.fit
    rows = zip(fit.covariates, fit.minima.tolist(), fit.maxima.tolist(), strict=True)
    told = ", ".join(f"{name} from {low:.4g} to {high:.4g}" for name, low, high in rows)
    return Limit(
        "covariate-out-of-range", f"In training ranged {told}; outside, the hazard is withheld."
    )


def _estimates(model: CoxModel) -> Iterator[Limit]:
    if model.fit.penalizer:
        yield Limit(
            "penalised",
            f"The coefficients are shrunk by a ridge penalty of {model.fit.penalizer:g}; intervals "
            "and p values of such a fit would be misleading and are withheld.",
        )
    terms = count_terms(model.fit.covariates)
    if len(terms) > 1:
        yield Limit(
            "count-terms",
            f"{', '.join(terms)} are terms of one count: their hazard ratios mean something "
            "together, none of them alone.",
        )
    if model.line_start_unknown:
        yield Limit(
            "line-start-unknown",
            f"In {model.line_start_unknown:,} patients no start of the line of therapy was told; "
            "their first draw counts as the baseline draw.",
        )


def _gates(gates: Sequence[GateOutcome], promoted: bool) -> Iterator[Limit]:
    for outcome in gates:
        if outcome.verdict == "passed":
            continue
        gate = _gate(outcome)
        value = "not finite" if outcome.value is None else f"{outcome.value:.4g}"
        measured = f"{gate.measures} {value}" if gate else value
        why = f" {gate.why}" if gate else ""
        yield Limit(
            gate.code if gate else outcome.gate,
            f"The gate {outcome.gate} says {outcome.verdict}: {measured}, limit "
            f"{outcome.limit:.4g}.{why}",
        )
    if promoted and any(outcome.verdict == "refused" for outcome in gates):
        yield Limit(
            "promoted-despite-gate",
            "A gate refused this model and a named person put it into use nevertheless.",
        )


def _gate(outcome: GateOutcome) -> Gate | None:
    # Some names stand for two measures; the limit tells which of them was judged.
    named = [gate for gate in GATES if gate.name == outcome.gate]
    limited = [gate for gate in named if outcome.limit in (gate.refused, gate.qualified)]
    return next(iter([*limited, *named]), None)


def _changes(changed_rows: int) -> Iterator[Limit]:
    if changed_rows:
        yield Limit(
            "training-data-changed",
            f"{changed_rows:,} of the training rows were corrected or erased since the fit.",
        )
