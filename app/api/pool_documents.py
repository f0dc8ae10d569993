"""The JSON that is answered of pools, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.documents import Count, Document, Interval, Probability
from app.api.schemas import Endpoint, Setting
from app.api.types import CalendarDate, Instant

NotNegative = Annotated[FiniteFloat, Field(ge=0)]
InFives = Annotated[int, Field(ge=0, description="Rounded down to fives.")]


class PoolConsent(Document):
    """An organisation's consent to a pool, which stands until it is withdrawn."""

    consent_id: str
    pool_id: str
    organisation: str
    given_at: Instant
    given_by: Annotated[str, Field(description="The client that gave it.")]
    reason: str


class PoolMember(Document):
    """How one organisation stands to a pool."""

    organisation: str
    status: Literal["invited", "consented", "withdrawn"]
    since: Instant


class Pool(Document):
    """Organisations that may fit a model together."""

    pool_id: str
    name: str
    founder: str
    created_at: Instant
    organisations: Annotated[
        list[PoolMember],
        Field(
            description="The founder sees everybody whom it invited; the others see themselves and"
            " who consented, now or before."
        ),
    ]
    consent: Annotated[PoolConsent | None, Field(description="The caller's own, where one stands.")]


class Pools(Document):
    """A page of pools, the newest first."""

    items: list[Pool]
    next: str | None


class PooledRequest(Document):
    """What was fitted."""

    endpoint: Endpoint
    setting: Setting
    covariates: list[str]
    data_cutoff: Annotated[CalendarDate, Field(description="The end of the month before.")]


class PooledEffect(Document):
    """A coefficient, and what it makes of a hazard."""

    coefficient: FiniteFloat
    standard_error: NotNegative
    hazard_ratio: NotNegative
    ci95: Interval


class PooledCoefficient(PooledEffect):
    """The effect of one covariate, the same in every organisation."""

    covariate: str


class PoolHeldOut(Document):
    """A model of all the others, judged on the patients of one organisation."""

    concordance: Probability
    concordance_ci95: Interval
    slope: Annotated[FiniteFloat, Field(description="1 where the others' coefficients hold here.")]
    slope_ci95: Interval


class PooledOrganisation(Document):
    """One organisation in a fit."""

    organisation: str
    patients_at_least: InFives
    events_at_least: InFives
    alone: Annotated[
        PooledEffect | None, Field(description="Of `compared_by`, fitted on its patients alone.")
    ]
    held_out: PoolHeldOut | None


class PoolHeterogeneity(Document):
    """How far the estimates of the organisations differ by more than their errors."""

    estimates: Count
    q: NotNegative
    degrees_of_freedom: Count
    p: Probability
    i_squared: Probability
    tau_squared: NotNegative
    common: Annotated[PooledEffect, Field(description="If the effect is the same everywhere.")]
    average: Annotated[PooledEffect, Field(description="Of effects that differ (random effects).")]


class PoolCaution(Document):
    """What limits a fit."""

    code: Literal["events-too-few", "few-organisations", "heterogeneity"]
    detail: str


class PooledResult(Document):
    """What every organisation that is invited is told of a fit."""

    covariates: list[str]
    patients_at_least: InFives
    events_at_least: InFives
    coefficients: list[PooledCoefficient]
    compared_by: str
    organisations: Annotated[
        list[PooledOrganisation] | None,
        Field(description="Null for a caller whose own consent does not stand."),
    ]
    left_out: Annotated[
        list[str] | None, Field(description="Who consents and has fewer than five events.")
    ]
    heterogeneity: PoolHeterogeneity | None
    cautions: list[PoolCaution]


class OwnBaseline(Document):
    """The cumulative baseline hazard of the caller's own patients, five events a step or more."""

    at: Annotated[dict[str, FiniteFloat], Field(description="Covariates at which it stands.")]
    days: list[FiniteFloat]
    cumulative_hazard: list[FiniteFloat]
    at_risk: list[Count]


class OwnPart(Document):
    """What a fit tells the caller's own organisation and nobody else."""

    patients: Count
    events: Count
    left_out: dict[str, Count]
    baseline: OwnBaseline | None


class RiskReason(Document):
    """Why there is no absolute risk."""

    code: Literal["not-fitted", "not-in-the-fit", "too-few-events", "consent-withdrawn"]
    detail: str


class AbsoluteRisk(Document):
    """Whether the caller has a baseline, without which there is no risk but only a ratio."""

    status: Literal["given", "withheld"]
    reasons: list[RiskReason]


class PoolModelListed(Document):
    """How far a fit of a pool is."""

    pool_model_id: str
    pool_id: str
    status: Annotated[
        Literal["queued", "running", "done", "failed", "consent-withdrawn"],
        Field(description="A fit whose patients' organisation withdrew its consent tells nothing."),
    ]
    progress: Probability
    code: Annotated[str | None, Field(description="Why it failed.")]
    reason: str | None
    asked_by: str
    request: PooledRequest
    queued_at: Instant
    finished_at: Instant | None


class PoolModel(PoolModelListed):
    """A fit of a pool, and what the caller is told of it."""

    result: PooledResult | None
    own: OwnPart | None
    absolute_risk: AbsoluteRisk


class PoolModels(Document):
    """A page of the fits of a pool, the newest first."""

    items: list[PoolModelListed]
    next: str | None
