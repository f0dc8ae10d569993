"""The JSON of trials that we answer, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.cohort_documents import ChiSquared
from app.api.documents import Count, Document, Rule, Stratum
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
    code: str
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
