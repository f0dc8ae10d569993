"""The JSON that we answer, for the reader of the OpenAPI description."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, create_model

from app.api.schemas import Assay, Clock, DiseaseStatus, Endpoint, Method, Setting, TestStatus
from app.api.types import CalendarDate, Identifier, Instant
from app.prognosis.covariates import FIELDS

Interval = Annotated[list[FiniteFloat], Field(min_length=2, max_length=2)]
OpenInterval = Annotated[list[FiniteFloat | None], Field(min_length=2, max_length=2)]
Probability = Annotated[FiniteFloat, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Document(BaseModel):
    """An answer; every member is always there."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(Document):
    """One refused field."""

    pointer: Annotated[str, Field(description="JSON pointer to the field.")]
    code: str
    detail: str


class Problem(Document):
    """RFC 9457 problem details; no value that was sent is told back."""

    type: Annotated[str, Field(description="Stable URI of the code.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(description="Stable, for programs.")]
    request_id: str
    errors: list[FieldProblem]


class TestAnswered(Document):
    """The result that an answer is about."""

    accession_number: Identifier
    ctc_count: Count
    blood_volume_ml: FiniteFloat
    assay: Assay
    drawn_at: Instant


class Published(Document):
    """A figure as its source words it."""

    statistic: str
    comparator: str | None
    months: FiniteFloat


class PublishedSuperset(Document):
    """A figure published of a wider group."""

    group: str
    statistic: str
    months: FiniteFloat
    source: str


class RiskGroup(Document):
    """The group of one count in one scheme; best first, rank 1 is the best."""

    scheme: str
    group: str | None
    label: str | None
    rank: int | None
    of: int
    published: Published | None
    published_superset: PublishedSuperset | None
    repeat_draw_other_group: Annotated[
        Probability | None,
        Field(description="Chance that a repeat draw falls into another group."),
    ]
    cautions: list[str]


class OtherRiskGroup(Document):
    """The same count in another scheme."""

    scheme: str
    group: str
    rank: int
    of: int


class Reason(Document):
    """Why a hazard is qualified or withheld."""

    code: Literal[
        "no-model",
        "events-too-few",
        "draw-not-baseline",
        "horizon-beyond-follow-up",
        "covariate-out-of-range",
        "missing-covariate",
        "submodel-used",
        "proportional-hazards",
        "calibration",
        "discrimination",
        "influence",
        "model-stale",
        "follow-up-lag",
        "training-data-changed",
        "promoted-despite-gate",
        "assay-not-comparable",
        "recorded-dead",
        "endpoint-reached",
        "line-start-unknown",
    ]
    detail: str


class Contribution(Document):
    """What one covariate adds to the log hazard ratio."""

    covariate: str
    value: FiniteFloat
    mean: FiniteFloat
    coefficient: FiniteFloat
    log_hazard_ratio: FiniteFloat


class Conditional(Document):
    """Survival given that the person was alive on a later day."""

    given_alive_on: CalendarDate
    probability: Probability
    ci95: Interval | None


class SurvivalAt(Document):
    """Survival at one horizon."""

    months: Count
    cumulative_hazard: FiniteFloat
    probability: Probability
    ci95: Interval | None
    deaths_per_100: Annotated[int, Field(ge=0, le=100)]
    at_risk: Count
    repeat_draw_range: Annotated[
        Interval | None, Field(description="95 % range over the noise of the count itself.")
    ]
    conditional: Conditional | None


class MedianSurvival(Document):
    """The median, or how long it is known not to be reached."""

    status: Literal["reached", "not_reached"]
    months: FiniteFloat | None
    ci95: OpenInterval | None
    lower_bound_months: FiniteFloat | None


class SimilarPatients(Document):
    """What was observed in training patients like this one."""

    definition: str
    patients: Count
    events: Count
    km_12_months: Probability | None


class HazardGiven(Document):
    """A person's hazard; with reasons where it is qualified."""

    status: Literal["given", "qualified"]
    reasons: list[Reason]
    hazard_ratio: FiniteFloat
    ci95: Interval | None
    reference: str
    contributions: list[Contribution]
    survival: list[SurvivalAt]
    median_survival: MedianSurvival
    unused_covariates: list[str]
    similar_patients: SimilarPatients | None


class HazardWithheld(Document):
    """No hazard, and why; there is no number in it."""

    status: Literal["withheld"]
    reasons: list[Reason]


class ModelFacts(Document):
    """The model that an answer rests on."""

    model_id: str
    fitted_at: Instant
    data_cutoff: CalendarDate
    patients: Count
    events: Count
    median_follow_up_months: FiniteFloat | None
    concordance: FiniteFloat
    concordance_corrected: FiniteFloat | None
    held_out_o_e_12_months: FiniteFloat | None
    results_since_fit: Count


class Prognosis(Document):
    """A risk group and a hazard, with what is known to be wrong with them."""

    prognosis_id: str | None
    patient_id: Identifier
    computed_at: Instant
    endpoint: Endpoint
    clock_start: CalendarDate | None
    blood_test: TestAnswered | None
    risk_group: RiskGroup | None
    other_risk_groups: list[OtherRiskGroup]
    hazard: HazardGiven | HazardWithheld
    similar_patients: Annotated[
        SimilarPatients | None,
        Field(description="The top tenth of counts, where a count is above every trained one."),
    ]
    model: ModelFacts | None
    use: Literal["prognostic; does not select treatment"]


class Result(Document):
    """A laboratory's result in one of its versions."""

    accession_number: Identifier
    patient_id: Identifier
    version: int
    drawn_at: Instant
    ctc_count: Count
    blood_volume_ml: FiniteFloat
    assay: Assay
    status: TestStatus
    recorded_at: Instant


class ResultAnswered(Document):
    """The stored result; the prognosis is null without the scope prognoses:read."""

    blood_test: Result
    prognosis: Prognosis | None


class Results(Document):
    """A page of results."""

    items: list[Result]
    next: str | None


class ResultVersions(Document):
    """Every version of a result, oldest first."""

    items: list[Result]
    next: str | None


class MessageResult(Document):
    """What a message did to one result."""

    accession_number: Identifier
    outcome: Annotated[
        Literal["stored", "corrected", "unchanged", "superseded"],
        Field(description="superseded: stated before what is stored, so that nothing changed."),
    ]
    version: Annotated[int, Field(description="The result's version when this was said.")]
    stated_at: Annotated[Instant, Field(description="When the laboratory says it was so.")]


class Message(Document):
    """An HL7 v2 message that was received; its content is not kept."""

    message_id: str
    received_at: Instant
    client_id: str
    sending_application: str
    sending_facility: str
    control_id: Annotated[str, Field(description="MSH-10, by which the sender knows it.")]
    sent: Annotated[str, Field(description="MSH-7 as it was written.")]
    message_type: str
    version: str
    outcome: Annotated[
        Literal["AA", "AE", "AR"],
        Field(description="AA: all of it is stored. AE, AR: nothing is, for these errors."),
    ]
    errors: Annotated[
        list[FieldProblem], Field(description="Pointers are places as in ERR-2: OBX^1^5.")
    ]
    results: list[MessageResult]


class Messages(Document):
    """A page of messages, the newest first."""

    items: list[Message]
    next: str | None


class OwnMessageResult(MessageResult):
    """What a message did to one result of the person."""

    message_id: str


_fact_fields: dict[str, Any] = {
    fact.name: (
        (int | None)
        if fact.kind == "integer"
        else (list[str] | None)
        if fact.kind == "sites"
        else (str | None),
        Field(description=fact.description),
    )
    for fact in FIELDS
}

PatientKnown = create_model(
    "PatientKnown",
    __base__=Document,
    __doc__="What is known of a patient, and the day each fact was last observed.",
    patient_id=(Identifier, ...),
    observed_on=(CalendarDate | None, ...),
    **_fact_fields,
    extra=(dict[str, FiniteFloat], ...),
    observed=(dict[str, CalendarDate], ...),
)


class PatientListed(Document):
    """One patient of a list."""

    patient_id: Identifier
    version: int
    created_at: Instant


class Patients(Document):
    """A page of patients."""

    items: list[PatientListed]
    next: str | None


class FollowUp(Document):
    """What became of a patient."""

    version: int
    last_known_alive_on: CalendarDate | None
    death_on: CalendarDate | None
    progression_on: CalendarDate | None
    recorded_at: Instant


class Treatment(Document):
    """A regimen of a line of therapy, in one of its versions."""

    treatment_id: Identifier
    line: Annotated[int, Field(ge=1, le=20)]
    regimen: str
    started_on: CalendarDate
    ended_on: CalendarDate | None
    version: int
    recorded_at: Instant


class Treatments(Document):
    """A page of treatments."""

    items: list[Treatment]
    next: str | None


class Assessment(Document):
    """How the disease stood on one day, in one of its versions."""

    assessment_id: Identifier
    assessed_on: CalendarDate
    method: Method
    status: DiseaseStatus
    version: int
    recorded_at: Instant


class Assessments(Document):
    """A page of assessments."""

    items: list[Assessment]
    next: str | None


class Observation(Document):
    """What was said of a patient at one time; null means that a fact was cleared."""

    version: int
    recorded_at: Instant
    observed_on: CalendarDate
    said: dict[str, str | int | list[str] | None]
    extra: dict[str, FiniteFloat | None]


class History(Document):
    """Everything that was told of a patient, in the order it was told."""

    patient_id: Identifier
    observations: list[Observation]
    blood_tests: list[Result]
    follow_up: list[FollowUp]
    treatments: list[Treatment]
    assessments: list[Assessment]


class Gate(Document):
    """One check of a model against its written limit."""

    model_config = ConfigDict(extra="allow")

    gate: str
    value: FiniteFloat | None
    limit: FiniteFloat | None
    verdict: Literal["passed", "qualified", "refused"]


class Coefficient(Document):
    """One covariate of a model."""

    covariate: str
    mean: FiniteFloat
    coefficient: FiniteFloat
    standard_error: FiniteFloat
    hazard_ratio: FiniteFloat
    ci95: Interval | None
    z: FiniteFloat | None
    p: FiniteFloat | None


class Baseline(Document):
    """The cumulative baseline hazard of one stratum, a step function."""

    stratum: list[FiniteFloat] | None
    at: Literal["means"]
    days: list[FiniteFloat]
    cumulative_hazard: list[FiniteFloat]


class RefitReason(Document):
    """Why a refit of the model in use is due."""

    code: Literal["training-data-changed", "model-stale"]
    detail: str


class ModelListed(Document):
    """A fitted Cox model and how it stands."""

    model_config = ConfigDict(extra="allow")

    model_id: str
    status: Literal["candidate", "current", "superseded"]
    endpoint: Endpoint
    setting: Setting
    clock: Clock
    fitted_at: Instant
    data_cutoff: CalendarDate
    specification: dict[str, Any]
    patients: Count
    events: Count
    left_out: dict[str, int]
    line_start_unknown: Count
    coefficients: list[Coefficient]
    log_likelihood: FiniteFloat
    log_likelihood_null: FiniteFloat
    concordance: FiniteFloat
    concordance_se: FiniteFloat
    gates: list[Gate]
    provenance: dict[str, Any]
    changed_rows: Annotated[
        Count, Field(description="Rows corrected or erased since the fit, those erased included.")
    ]
    erased_rows: Annotated[Count, Field(description="Rows of persons erased since the fit.")]
    refit_due: Annotated[
        list[RefitReason], Field(description="Empty where no refit is due or it is not in use.")
    ]


class Model(ModelListed):
    """A fitted Cox model, whole."""

    baseline: list[Baseline]


class Models(Document):
    """A page of models, the newest first, without their baselines."""

    items: list[ModelListed]
    next: str | None


class ModelRowValue(Document):
    """One value that a model used, and the day it was observed."""

    covariate: str
    value: FiniteFloat | None
    observed_on: CalendarDate | None
    basis: str | None


class ModelRow(Document):
    """What a model used of one patient."""

    patient_id: Identifier
    accession_number: Identifier | None
    clock_start: CalendarDate
    days: FiniteFloat
    event: bool
    values: list[ModelRowValue]


class ModelRows(Document):
    """A page of training rows."""

    items: list[ModelRow]
    next: str | None


class Refit(Document):
    """How far a refit is, and what came of it."""

    refit_id: str
    status: Literal["queued", "running", "done", "failed"]
    progress: Annotated[FiniteFloat, Field(ge=0, le=1)]
    model_id: str | None
    code: Annotated[str | None, Field(description="Why it failed.")]
    reason: str | None
    request: dict[str, Any]
    queued_at: Instant
    finished_at: Instant | None


class RiskSchemes(Document):
    """The schemes with their cut-offs, sources and published figures."""

    items: list[dict[str, Any]]
    next: str | None


class Covariate(Document):
    """A covariate, built in or declared."""

    name: str
    kind: Literal["continuous", "binary", "ordinal"]
    unit: str
    min: FiniteFloat | None
    max: FiniteFloat | None
    declared: bool


class Covariates(Document):
    """Every covariate that a model of this organisation can have."""

    items: list[Covariate]
    next: str | None


class Key(Document):
    """One key of a client: who made it, until when it works, and when it was used."""

    issued_at: Instant
    issued_by: Annotated[str | None, Field(description="A client, or who ran a command.")]
    expires_at: Instant | None
    ended_at: Annotated[
        Instant | None, Field(description="When it was replaced or revoked before its expiry.")
    ]
    ended_by: Annotated[
        str | None, Field(description="Who replaced or revoked it, with an overlap or at once.")
    ]
    last_used_at: Annotated[
        Instant | None, Field(description="To the minute, some seconds after the use.")
    ]


class TrainingRow(ModelRow):
    """What one model used of the person."""

    model_id: str


class KeptKey(Document):
    """That a client used an Idempotency-Key for a request that named the person."""

    client_id: str
    route: str
    key: str
    status: int
    created_at: Instant


class DatedResult(Result):
    """A result with the day that it was where the draw was made."""

    drawn_on: CalendarDate


Stratum = Annotated[dict[str, str], Field(description="The level of each factor.")]


class Rule(Document):
    """One thing that is asked of a patient."""

    fact: str
    at_least: FiniteFloat | None
    at_most: FiniteFloat | None
    one_of: list[str | FiniteFloat]


class FrozenTest(Document):
    """The result as it was when the patient was enrolled; a later correction leaves it alone."""

    accession_number: Identifier
    version: Count
    drawn_at: Instant
    ctc_count: Count
    blood_volume_ml: FiniteFloat
    assay: Assay


class FrozenGroup(Document):
    """The risk group of the frozen count, by a version of a scheme."""

    scheme: str
    version: str
    group: Annotated[str | None, Field(description="null where the scheme does not fit.")]


class Finding(Rule):
    """A rule beside what was seen of the patient."""

    value: str | FiniteFloat | bool | list[str] | None
    met: bool | None


class Eligibility(Document):
    """By what a patient was let in."""

    verdict: Literal["eligible"]
    findings: list[Finding]


class Enrolment(Document):
    """An allocation, and what was known of the patient that day."""

    trial_id: Identifier
    patient_id: Identifier
    number: Annotated[Count, Field(description="Place among the trial's allocations, from 1.")]
    enrolled_at: Instant
    enrolled_on: CalendarDate
    arm: str | None
    arm_withheld: Literal["blinded", "enrolled-by-another-key", "trial-open"] | None
    allocation_code: Annotated[str, Field(description="Of this allocation alone, for a label.")]
    blood_test: FrozenTest | None
    risk_group: FrozenGroup | None
    stratum: Stratum
    eligibility: Eligibility
    software: str


class OwnEnrolment(Enrolment):
    """An enrolment in a person's export."""

    client_id: str
    first_unblinded_at: Instant | None
    unblinded_by: str | None
    unblinding_reason: str | None


class PersonExport(Document):
    """Everything stored of one person; `cohort_rows` are lines that `POST /v1/imports` takes."""

    patient_id: Identifier
    version: int
    created_at: Instant
    exported_at: Instant
    observations: list[Observation]
    blood_tests: list[DatedResult]
    follow_up: list[FollowUp]
    treatments: list[Treatment]
    assessments: list[Assessment]
    prognoses: list[Prognosis]
    training_rows: list[TrainingRow]
    messages: list[OwnMessageResult]
    trial_enrolments: list[OwnEnrolment]
    idempotency_keys: list[KeptKey]
    pseudonym: Annotated[str, Field(description="Names the person in the audit trail.")]
    audit_events: list["AuditEvent"]
    cohort_rows: list[dict[str, str | FiniteFloat | bool]]


class Client(Document):
    """A program that may call, with the history of its keys, the oldest first."""

    client_id: str
    name: str
    scopes: list[str]
    created_at: Instant
    revoked_at: Instant | None
    revoked_by: str | None
    jwks: dict[str, Any] | None
    jwks_url: str | None
    keys: list[Key]


class ClientWithKey(Client):
    """A program that may call, with the key that is told this once."""

    key: str | None


class Clients(Document):
    """A page of clients."""

    items: list[Client]
    next: str | None


class AuditEvent(Document):
    """Who did what; the person is a pseudonym."""

    sequence: int
    at: Instant
    client_id: str | None
    action: str
    status: int
    person: str | None
    request_id: str
    detail: str | None


class AuditEvents(Document):
    """A page of audit events, oldest first."""

    items: list[AuditEvent]
    next: str | None


class Alive(Document):
    """The process answers."""

    status: Literal["alive"]


class Ready(Document):
    """The database answers and its schema is the one this release knows."""

    status: Literal["ready"]
