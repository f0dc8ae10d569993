"""The JSON of trials that we accept."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from app.api.schemas import Endpoint, Number, Setting
from app.api.types import TEXT, Identifier, Label, Strict
from app.prognosis.risk_group import BY_FIVE, SCHEMES
from app.prognosis.trials import design, eligibility, strata
from app.prognosis.trials.ctc_driven import LEAST_SHARE
from app.prognosis.trials.design import LARGEST_RATIO, MOST_ARMS, MOST_LEVELS, PREFERRED
from app.usecases.planning import PlanningQuestion, Simulation
from app.usecases.trials import Draws, Grouping, Protocol

MOST_FACTORS, MOST_RULES, MOST_VALUES, MOST_PLANNED = 10, 50, 50, 100_000

ArmName = Annotated[str, Field(pattern=TEXT, min_length=1, max_length=64)]
FactName = Annotated[str, Field(pattern=TEXT, min_length=1, max_length=64)]


def _allowed(value: Any) -> str | float:
    if isinstance(value, str) and 1 <= len(value) <= 64:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and -1e15 <= value <= 1e15:
        return float(value)
    raise PydanticCustomError("allowed_type", "a number or a code is required")


# One check rather than a union, whose errors would point at places that the body does not have.
Allowed = Annotated[
    str | float,
    WrapValidator(lambda value, _: _allowed(value)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": -1e15, "maximum": 1e15},
                {"type": "string", "minLength": 1, "maxLength": 64},
            ]
        }
    ),
]


class Arm(Strict):
    """One treatment that is compared."""

    name: ArmName
    ratio: Annotated[
        int, Field(ge=1, le=LARGEST_RATIO, description="Patients beside those of the other arms.")
    ] = 1

    def arm(self) -> design.Arm:
        """Take the arm."""
        return design.Arm(self.name, self.ratio)


class Factor(Strict):
    """What the arms are to be alike in."""

    name: ArmName
    fact: Annotated[
        FactName, Field(description="`ctc_count`, a field of a patient, or a covariate.")
    ]
    cuts: Annotated[
        list[Number],
        Field(
            max_length=MOST_LEVELS - 1,
            description="The lowest number of each level but the first, ascending; none where"
            " the fact is a choice.",
        ),
    ] = []

    def factor(self) -> strata.Stratifier:
        """Take the factor."""
        return strata.Stratifier(self.name, self.fact, tuple(map(float, self.cuts)))


class Rule(Strict):
    """One thing that is asked of a patient: limits of a number, or values."""

    fact: Annotated[
        FactName, Field(description="`ctc_count`, a field of a patient, or a covariate.")
    ]
    at_least: Number | None = None
    at_most: Number | None = None
    one_of: Annotated[list[Allowed], Field(max_length=MOST_VALUES)] = []

    def rule(self) -> eligibility.Rule:
        """Take the rule."""
        return eligibility.Rule(
            self.fact,
            None if self.at_least is None else float(self.at_least),
            None if self.at_most is None else float(self.at_most),
            tuple(self.one_of),
        )


DEFAULT_FACTORS = [
    Factor(name=each.name, fact=each.fact, cuts=list(each.cuts)) for each in strata.DEFAULT_STRATA
]


class Grouped(Strict):
    """Who is let in, and how; sizes of blocks are drawn by the service and told to nobody."""

    arms: Annotated[
        list[Arm],
        Field(min_length=2, max_length=MOST_ARMS, description="The others against the first."),
    ]
    method: design.Method = "minimisation"
    probability: Annotated[
        float,
        Field(gt=0, lt=1, description="Under minimisation, of the arm that leaves it most even."),
    ] = PREFERRED
    imbalance: design.Imbalance = "range"
    factors: Annotated[
        list[Factor],
        Field(max_length=MOST_FACTORS, description="Default: the count at 5, first or later line."),
    ] = DEFAULT_FACTORS
    eligibility: Annotated[list[Rule], Field(max_length=MOST_RULES)] = []

    def grouped(self) -> dict[str, Any]:
        """Take who is let in and how they are allocated."""
        return {
            "arms": tuple(arm.arm() for arm in self.arms),
            "method": self.method,
            "probability": float(self.probability),
            "imbalance": self.imbalance,
            "factors": tuple(factor.factor() for factor in self.factors),
            "eligibility": tuple(rule.rule() for rule in self.eligibility),
        }


class TrialRequest(Grouped):
    """A trial before its first patient; what is declared here does not change any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trial_id": "CTC-SWITCH-1",
                    "title": "Early change of chemotherapy where the count stays high",
                    "arms": [{"name": "same treatment"}, {"name": "other treatment"}],
                    "eligibility": [{"fact": "ctc_count", "at_least": 5}],
                    "planned_patients": 120,
                }
            ]
        }
    )

    trial_id: Annotated[Identifier, Field(description="For example that of a register of trials.")]
    title: Label
    planned_patients: Annotated[int, Field(ge=2, le=MOST_PLANNED)]
    risk_scheme: Annotated[
        Literal[tuple(SCHEMES)],  # type: ignore[valid-type]
        Field(description="Of the risk group that is kept of each patient."),
    ] = BY_FIVE
    blinded: Annotated[
        bool, Field(description="Who enrols is told a code; the arm by unblinding alone.")
    ] = False
    interim_outcomes: Annotated[
        bool,
        Field(description="Let fits and cohorts use the outcomes while the trial is open."),
    ] = False
    draws: Annotated[
        Draws,
        Field(
            description="From the operating system, which nobody can repeat, or from a seed that"
            " is sealed in the database, by which the list of arms can be verified afterwards."
        ),
    ] = "operating-system"

    def protocol(self) -> Protocol:
        """Take what is declared."""
        return Protocol(
            **self.grouped(),
            trial_id=self.trial_id,
            title=self.title,
            planned_patients=self.planned_patients,
            risk_scheme=self.risk_scheme,
            blinded=self.blinded,
            interim_outcomes=self.interim_outcomes,
            draws=self.draws,
        )


class EnrolmentRequest(Strict):
    """A patient to be allocated."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"patient_id": "P-000123"}]})

    patient_id: Identifier
    accession_number: Annotated[
        Identifier | None,
        Field(description="The result that counts; default: the latest that can."),
    ] = None


class UnblindingRequest(Strict):
    """Whose arm has to be known, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"patient_id": "P-000123", "reason": "Sepsis, ticket 4711"}]
        }
    )

    patient_id: Identifier
    reason: Annotated[Label, Field(min_length=3)]


Months = Annotated[float, Field(ge=0, le=600)]
"""Taken to the thousandth."""

Part = Annotated[float, Field(gt=0, le=1)]
Share = Annotated[float, Field(ge=LEAST_SHARE, le=1)]


class Law(Strict):
    """A survival that was published, by its median."""

    median_months: Annotated[float, Field(ge=0.1, le=1000)]
    shape: Annotated[
        float, Field(ge=0.1, le=10, description="Of Weibull's law; 1 is the exponential.")
    ] = 1.0


class Screened(Strict):
    """Who is left where only those are randomised whose count stays high."""

    high: Annotated[Share, Field(description="Of the registered, at the first draw.")]
    retested: Annotated[Share, Field(description="Of these, with a second draw.")]
    still_high: Annotated[Share, Field(description="Of the retested, high again.")]


class Simulated(Strict):
    """How often the trial is simulated."""

    trials: Annotated[int, Field(ge=1, le=1000)] = 200
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class PlanningRequest(Grouped):
    """A trial to be planned; the second arm is compared with the first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "arms": [{"name": "same treatment"}, {"name": "other treatment"}],
                    "hazard_ratio": 0.6,
                    "accrual_months": 24,
                    "follow_up_months": 12,
                    "survival": {"median_months": 10.1},
                }
            ]
        }
    )

    hazard_ratio: Annotated[
        float, Field(ge=0.01, le=100, description="Of the second arm against the first; not 1.")
    ]
    power: Annotated[float, Field(ge=0.01, le=0.999)] = 0.8
    alpha: Annotated[float, Field(ge=1e-6, le=0.5, description="Two-sided.")] = 0.05
    r2: Annotated[
        float, Field(ge=0, le=0.99, description="Share of the arm's variance that others explain.")
    ] = 0.0
    accrual_months: Months
    follow_up_months: Annotated[Months, Field(description="After the last has entered.")]
    lost_per_month: Annotated[float, Field(ge=0, le=1)] = 0.0
    survival: Annotated[
        Law | None,
        Field(description="Of the first arm; null: as the model in use expects of own patients."),
    ] = None
    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    ctc_driven: Screened | None = None
    simulation: Simulated | None = None

    def question(self) -> PlanningQuestion:
        """Take what is asked."""
        law, screened, simulated = self.survival, self.ctc_driven, self.simulation
        return PlanningQuestion(
            grouping=Grouping(**self.grouped()),
            endpoint=self.endpoint,
            setting=self.setting,
            hazard_ratio=float(self.hazard_ratio),
            alpha=float(self.alpha),
            power=float(self.power),
            r2=float(self.r2),
            recruitment=(
                round(float(self.accrual_months), 3),
                round(float(self.follow_up_months), 3),
                round(float(self.lost_per_month), 6),
            ),
            law=None if law is None else (float(law.median_months), float(law.shape)),
            screening=None
            if screened is None
            else (screened.high, screened.retested, screened.still_high),
            simulation=None if simulated is None else Simulation(simulated.trials, simulated.seed),
        )
