"""Every limit beyond which an answer is qualified or no model is used, in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np

from app.prognosis.fitted import Fit
from app.prognosis.model import CoxModel
from app.prognosis.training import TrainingTable

Verdict = Literal["passed", "qualified", "refused"]

NOT_SEEN_FOR = timedelta(days=90)
"""How long before the cut-off a patient last seen alive counts as lagging."""

A_YEAR = 12
"""Months at which a model is judged on patients that it has not seen."""

AT_RISK_NEEDED = 10
"""Training patients at risk below which a horizon is left out."""

AT_RISK_FIRM = 20
"""Training patients at risk below which a horizon qualifies the answer."""

WIDEST_HALF = 0.15
"""Half-width of a survival probability's interval above which the answer is qualified."""

STALE_AFTER = timedelta(days=365)
"""Age of a model above which its answers are qualified."""

CHANGED_ROWS = 5
"""Rows of any model that may be corrected or erased before its answers are qualified."""

CHANGED_SHARE = 0.02
"""Share of a model's rows that may be, where that is more."""


@dataclass(frozen=True)
class Gate:
    """
    One limit, and why it is there.

    Attributes
    ----------
    name : str
        As in a model's list of gates.
    when : {'refit', 'answer'}
        Judged once for a model, or for every answer.
    measures : str
        What the value is, in words that end before the value.
    worse : {'below', 'above', 'from'}
        On which side of a limit the verdict changes; `from`: at it and above.
    refused, qualified : float or None
        The limits; at a limit the better verdict holds, but with `from`.
    code : str
        Reason code in an answer.
    why : str
        The sentence that justifies the limits.
    """

    name: str
    when: Literal["refit", "answer"]
    measures: str
    worse: Literal["below", "above", "from"]
    refused: float | None
    qualified: float | None
    code: str
    why: str

    def is_beyond(self, value: float, limit: float | None) -> bool:
        """
        Tell whether a value lies on the wrong side of a limit.

        Parameters
        ----------
        value : float
            What was measured; NaN is always beyond.
        limit : float or None
            One of the two limits.

        Returns
        -------
        bool
            False without a limit.
        """
        if limit is None:
            return False
        # Asked this way round, for NaN is on no side of a limit.
        better = {"below": value >= limit, "above": value <= limit, "from": value < limit}
        return not better[self.worse]

    def verdict(self, value: float) -> Verdict:
        """
        Judge a value.

        Parameters
        ----------
        value : float
            What was measured.

        Returns
        -------
        {'passed', 'qualified', 'refused'}
            The verdict.
        """
        if self.is_beyond(value, self.refused):
            return "refused"
        return "qualified" if self.is_beyond(value, self.qualified) else "passed"


@dataclass(frozen=True)
class GateOutcome:
    """
    What one gate said of one model.

    Attributes
    ----------
    gate : str
        Name in the table.
    value : float or None
        What was measured; None where it is not a finite number.
    limit : float
        The limit that was crossed, or the first one that was not.
    verdict : {'passed', 'qualified', 'refused'}
        Refused keeps a model from going into use by itself.
    """

    gate: str
    value: float | None
    limit: float
    verdict: Verdict


EVENTS = Gate(
    name="events",
    when="refit",
    measures="events in the training rows",
    worse="below",
    refused=50,
    qualified=100,
    code="events-too-few",
    why="Coefficients and baseline are too uncertain on few events; validation asks for at "
    "least 100 (Vergouwe Y et al. J Clin Epidemiol 2005;58:475-83).",
)

STANDARD_ERROR = Gate(
    name="convergence",
    when="refit",
    measures="largest standard error of a coefficient",
    worse="from",
    refused=10,
    qualified=None,
    code="no-model",
    why="A log hazard ratio known to within 20 either way is not an estimate but the sign of a "
    "likelihood without a maximum.",
)

CONDITION = Gate(
    name="convergence",
    when="refit",
    measures="condition number of the standardised information",
    worse="above",
    refused=1e8,
    qualified=None,
    code="no-model",
    why="Half of the sixteen digits of a coefficient are lost there, so that rounding decides.",
)

FOLLOW_UP_LAG = Gate(
    name="follow-up-lag",
    when="refit",
    measures="share of patients alive and not seen in the 90 days before the cut-off",
    worse="above",
    refused=0.25,
    qualified=0.10,
    code="follow-up-lag",
    why="Deaths are told sooner than visits, so old last visits among the living make "
    "survival look shorter at the end than it is.",
)

SECOND_OPINION = Gate(
    name="second-opinion",
    when="refit",
    measures="an independent fit agrees (0) or does not, or cannot be compared (1)",
    worse="above",
    refused=0,
    qualified=None,
    code="no-model",
    why="Two programs that compute the same model have to find the same numbers.",
)

LARGEST_DFBETA = Gate(
    name="influence",
    when="refit",
    measures="largest standardised dfbeta",
    worse="above",
    refused=None,
    qualified=1,
    code="influence",
    why="One patient moves a coefficient by more than its standard error (Belsley DA et al. "
    "Regression Diagnostics. Wiley 1980).",
)

MOVED_SHARE = Gate(
    name="influence",
    when="refit",
    measures="largest share of patients whose survival at a year moves by more than 5 points when "
    "one patient is left out",
    worse="from",
    refused=0.05,
    qualified=None,
    code="influence",
    why="An answer to one patient may not hang on another one.",
)

CERTAIN_MISS = Gate(
    name="calibration",
    when="refit",
    measures="factor by which observed and expected events differ at least, on the latest fifth of "
    "the patients at a year",
    worse="above",
    refused=1.25,
    qualified=None,
    code="calibration",
    why="The whole interval of observed over expected lies outside 0.8 to 1.25: risks are wrong.",
)

POSSIBLE_MISS = Gate(
    name="calibration",
    when="refit",
    measures="factor by which observed and expected events may differ, on the latest fifth of the "
    "patients at a year",
    worse="above",
    refused=None,
    qualified=1.5,
    code="calibration",
    why="The interval of observed over expected is not within 0.67 to 1.5, or was not measurable: "
    "the risks are not shown to be right.",
)

DISCRIMINATION = Gate(
    name="discrimination",
    when="refit",
    measures="concordance, corrected for optimism",
    worse="below",
    refused=0.55,
    qualified=0.6,
    code="discrimination",
    why="At 0.5 the order of the patients is that of chance.",
)

PROPORTIONAL_HAZARDS = Gate(
    name="proportional-hazards",
    when="refit",
    measures="p of the global test of proportional hazards",
    worse="below",
    refused=None,
    qualified=0.01,
    code="proportional-hazards",
    why="The effect of a covariate changes with time, so one hazard ratio is an average of several "
    "(Grambsch PM, Therneau TM. Biometrika 1994;81:515-26).",
)

GATES: tuple[Gate, ...] = (
    EVENTS,
    STANDARD_ERROR,
    CONDITION,
    SECOND_OPINION,
    LARGEST_DFBETA,
    MOVED_SHARE,
    CERTAIN_MISS,
    POSSIBLE_MISS,
    DISCRIMINATION,
    PROPORTIONAL_HAZARDS,
    FOLLOW_UP_LAG,
    Gate(
        name="covariate-range",
        when="answer",
        measures="covariates outside the range of the training rows",
        worse="above",
        refused=0,
        qualified=None,
        code="covariate-out-of-range",
        why="Nobody in the cohort was like that: the model would extrapolate.",
    ),
    Gate(
        name="at-risk",
        when="answer",
        measures="training patients at risk at the horizon",
        worse="below",
        refused=AT_RISK_NEEDED,
        qualified=AT_RISK_FIRM,
        code="horizon-beyond-follow-up",
        why="The tail of a survival curve rests on the few still followed; curves are commonly cut "
        "where 10 to 20 % remain (Pocock SJ et al. Lancet 2002;359:1686-9).",
    ),
    Gate(
        name="half-width",
        when="answer",
        measures="half-width of the interval of the survival probability",
        worse="above",
        refused=None,
        qualified=WIDEST_HALF,
        code="horizon-beyond-follow-up",
        why="An interval 30 points wide spans a good and a poor prognosis.",
    ),
    Gate(
        name="model-age",
        when="answer",
        measures="days since the model was fitted",
        worse="above",
        refused=None,
        qualified=STALE_AFTER.days,
        code="model-stale",
        why="Treatments, and with them survival, change from year to year.",
    ),
    Gate(
        name="changed-rows",
        when="answer",
        measures="share of the model's rows corrected or erased since",
        worse="above",
        refused=None,
        qualified=CHANGED_SHARE,
        code="training-data-changed",
        why="A model may not outlive the records that it was made from.",
    ),
)
"""The table."""


def judge(model: CoxModel, rows: TrainingTable) -> tuple[GateOutcome, ...]:
    """
    Judge a model at its refit.

    Parameters
    ----------
    model : CoxModel
        Just fitted.
    rows : TrainingTable
        That it was fitted on, those lacking a covariate among them.

    Returns
    -------
    tuple of GateOutcome
        One for each gate of the refit; the submodels are judged by themselves.
    """
    last_day = model.data_cutoff - NOT_SEEN_FOR
    lagging = ~rows.events & (rows.last_seen < np.datetime64(last_day))
    share = float(lagging.mean()) if len(rows) else 0.0
    checked = judge_checks(model.checks) if model.checks is not None else ()
    return (*judge_fit(model.fit), *checked, _outcome(FOLLOW_UP_LAG, share))


def judge_fit(fit: Fit) -> tuple[GateOutcome, ...]:
    """
    Judge a fit by its own numbers, a submodel's as well as a whole one's.

    Parameters
    ----------
    fit : Fit
        Any fit.

    Returns
    -------
    tuple of GateOutcome
        Of the gates on events and on convergence.
    """
    standard_error = _outcome(STANDARD_ERROR, float(fit.standard_errors.max()))
    condition = _outcome(CONDITION, _condition(fit))
    return _outcome(EVENTS, fit.events), _worse(standard_error, condition)


def judge_checks(checks: Mapping[str, Any]) -> tuple[GateOutcome, ...]:
    """
    Judge what was measured of a fit.

    Parameters
    ----------
    checks : mapping
        As the model's artefact holds them; what could not be measured is
        judged as the worst.

    Returns
    -------
    tuple of GateOutcome
        Of second opinion, influence, calibration, discrimination and
        proportional hazards.
    """
    influence, trend = checks["influence"], checks["proportional_hazards"]
    at_least, at_most = _misses(checks["calibration"])
    return (
        _outcome(SECOND_OPINION, float(checks["second_opinion"]["verdict"] != "agrees")),
        _worse(
            _outcome(LARGEST_DFBETA, influence["largest_dfbetas"]),
            _outcome(MOVED_SHARE, influence["moved_share"]),
        ),
        _worse(_outcome(CERTAIN_MISS, at_least), _outcome(POSSIBLE_MISS, at_most)),
        _outcome(DISCRIMINATION, _number(checks["discrimination"]["corrected"])),
        _outcome(PROPORTIONAL_HAZARDS, _number(((trend or {}).get("global") or {}).get("p"))),
    )


def _worse(one: GateOutcome, other: GateOutcome) -> GateOutcome:
    """Take the worse of two outcomes of one gate, the first of equals."""
    ranks: Sequence[Verdict] = ("passed", "qualified", "refused")
    return max(one, other, key=lambda outcome: ranks.index(outcome.verdict))


def _misses(calibration: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Tell by what factor the held-out risks miss at least, and at most."""
    held_out = next((at for at in calibration if at["held_out"]), None)
    if held_out is None or held_out["o_e_ci95"] is None:
        return 1.0, np.nan
    low, high = held_out["o_e_ci95"]
    return max(low, 1 / high, 1.0), max(high, 1 / low if low > 0.0 else np.inf)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def reason(outcome: GateOutcome) -> tuple[str, str]:
    """
    Say why a gate qualifies an answer or keeps a model from use.

    Parameters
    ----------
    outcome : GateOutcome
        Of a verdict other than `passed`.

    Returns
    -------
    tuple of str
        The reason code, and a sentence with the numbers in it.
    """
    gate = next(
        gate
        for gate in GATES
        if gate.name == outcome.gate and outcome.limit in (gate.refused, gate.qualified)
    )
    value = "not a finite number" if outcome.value is None else f"{outcome.value:g}"
    bound = {"below": "at least", "above": "at most", "from": "less than"}[gate.worse]
    return gate.code, f"{gate.measures}: {value}; {bound} {outcome.limit:g} asked for. {gate.why}"


def too_many_changed(changed: int, patients: int) -> bool:
    """
    Tell whether too many of a model's rows have been corrected or erased.

    Parameters
    ----------
    changed : int
        Rows corrected or erased since the refit.
    patients : int
        Rows of the model.

    Returns
    -------
    bool
        True above five rows and above 2 % of them.
    """
    return changed > max(CHANGED_ROWS, CHANGED_SHARE * patients)


def _condition(fit: Fit) -> float:
    standardised = fit.covariance * np.outer(fit.deviations, fit.deviations)
    return float(np.linalg.cond(standardised)) if np.isfinite(standardised).all() else np.inf


def _outcome(gate: Gate, value: float) -> GateOutcome:
    verdict = gate.verdict(value)
    limits: Sequence[float | None] = (gate.qualified, gate.refused)
    if verdict == "refused":
        limits = (gate.refused,)
    limit = next(limit for limit in limits if limit is not None)
    return GateOutcome(gate.name, value if np.isfinite(value) else None, limit, verdict)
