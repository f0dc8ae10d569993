"""The JSON of trials that we answer, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.cohort_documents import ChiSquared
from app.api.documents import Count, Document, Interval, Probability, Rule, Stratum
from app.api.types import Identifier, Instant
from app.prognosis.trials import design
from app.usecases.trials import Draws


class Arm(Document):
    """One treatment that is compared."""

    name: str
    ratio: Count


class Factor(Document):
    """What the arms are to be alike in."""

    name: str
    fact: str
    cuts: list[FiniteFloat]


class Warned(Document):
    """What of a design is seldom meant."""

    code: str
    detail: str


class Trial(Document):
    """A trial as it was declared and as it stands; nothing here foretells an arm."""

    trial_id: Identifier
    title: str
    arms: list[Arm]
    method: design.Method
    probability: Annotated[FiniteFloat | None, Field(description="Under minimisation.")]
    imbalance: Annotated[design.Imbalance | None, Field(description="Under minimisation.")]
    factors: list[Factor]
    eligibility: list[Rule]
    planned_patients: Count
    risk_scheme: str
    blinded: bool
    interim_outcomes: bool
    draws: Draws
    status: Literal["draft", "open", "closed"]
    created_at: Instant
    opened_at: Instant | None
    closed_at: Instant | None
    allocated: Annotated[Count, Field(description="Patients, those erased since among them.")]
    seed_sha256: Annotated[
        str | None, Field(description="Of the sealed seed, by which it can be known again.")
    ]
    warnings: list[Warned]


class Trials(Document):
    """A page of trials."""

    items: list[Trial]
    next: str | None


class Unblinding(Document):
    """The arm of one patient."""

    trial_id: Identifier
    patient_id: Identifier
    number: Count
    arm: str
    allocation_code: str
    first_unblinded_at: Instant


class Share(Document):
    """Patients of each arm beside what the ratio asks for."""

    patients: Annotated[list[Count], Field(description="In the order of `arms`.")]
    expected: list[FiniteFloat]
    imbalance: Annotated[FiniteFloat, Field(description="Of the arm that is farthest off.")]
    chi_squared: Annotated[
        ChiSquared | None,
        Field(description="Uniform p under simple allocation alone; others are more even."),
    ]


class Margin(Share):
    """All patients at one level of one factor."""

    factor: str
    level: str


class StratumShare(Share):
    """All patients of one stratum."""

    stratum: Stratum


class Balance(Document):
    """How even the allocation is."""

    trial_id: Identifier
    status: Literal["draft", "open", "closed"]
    allocated: Count
    erased: Annotated[Count, Field(description="Allocations whose patients were erased.")]
    arms: list[str]
    everybody: Share
    margins: list[Margin]
    strata: Annotated[list[StratumShare], Field(description="Those with a patient.")]
    largest_imbalance: FiniteFloat


class Screened(Document):
    """What a design is expected to be left with that randomises those whose count stays high."""

    registered: Annotated[Count, Field(description="Whose blood is drawn.")]
    high: FiniteFloat
    retested: FiniteFloat
    randomised: FiniteFloat
    events: FiniteFloat
    power: Probability


class ExpectedStratum(Document):
    """What share of the patients one stratum is expected to have; null where few were seen."""

    stratum: Stratum
    seen: Count | None
    share: Probability | None
    ci95: Annotated[Interval | None, Field(description="Wilson's.")]
    expected: FiniteFloat | None


class OwnPatients(Document):
    """The hospital's own patients as the trial would have taken them at their baseline draws."""

    smallest_cell: Count
    not_eligible: Annotated[Count | None, Field(description="null, as what follows, where few.")]
    not_known: Count | None
    strata: Annotated[list[ExpectedStratum], Field(description="None where nobody fits.")]


class Frequency(Document):
    """How often something came about in simulated trials, and by how much chance moves that."""

    share: Probability
    standard_error: FiniteFloat


class Simulation(Document):
    """What came of simulated trials, analysed by the log-rank test over the strata."""

    power: Frequency
    type_one_error: Annotated[Frequency, Field(description="Where the arms do not differ.")]
    events: FiniteFloat
    imbalance: Annotated[FiniteFloat, Field(description="Patients, at the level farthest off.")]
    trials: Count
    patients: Count


class Planned(Document):
    """What a trial takes."""

    events: Annotated[FiniteFloat, Field(description="Schoenfeld's, not rounded.")]
    event_probability: Probability
    patients: Count
    power: Probability
    model_id: Annotated[str | None, Field(description="Whose survival it is; null: as told.")]
    ctc_driven: Screened | None
    own_patients: OwnPatients
    warnings: list[Warned]
    simulation: Simulation | None
