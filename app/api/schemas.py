"""The JSON that we accept; what can be said of a patient comes from the registry."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    WrapValidator,
    create_model,
)
from pydantic_core import PydanticCustomError

from app.api.types import CalendarDate, CovariateName, Identifier, Instant, Label, Strict
from app.prognosis.courses import Assessment, Treatment
from app.prognosis.covariates import FIELDS
from app.prognosis.covariates import Field as Fact
from app.prognosis.groupings import GROUPINGS
from app.prognosis.patient import BloodTest, FollowUp, Value
from app.prognosis.risk_group import SCHEMES
from app.prognosis.serial_groups import SERIAL_SCHEMES
from app.prognosis.specification import ModelRequest
from app.usecases import clients
from app.usecases.clients import SCOPES, NewClient
from app.usecases.cohort import CohortQuestion
from app.usecases.cohort_response import ResponseQuestion
from app.usecases.comparisons import ComparisonRequest
from app.usecases.intake import Statement
from app.usecases.key_sets import MOST_KEYS, PRIVATE, read_key_set
from app.usecases.pools import ADJUSTABLE, PooledRequest
from app.usecases.prognoses import Asked
from app.usecases.service import to_json

Assay = Literal["cellsearch", "parsortix", "other"]
TestStatus = Literal["preliminary", "final", "corrected", "cancelled", "entered_in_error"]
Endpoint = Literal["overall_survival", "progression_free_survival", "disease_free_survival"]
Setting = Literal["metastatic", "non_metastatic", "neoadjuvant"]
Clock = Literal["draw", "index_date", "weeks-3-5", "weeks-6-8", "weeks-9-14"]
Grouping = Literal[GROUPINGS]  # type: ignore[valid-type]
Method = Literal["imaging", "clinical"]
DiseaseStatus = Literal["complete-response", "partial-response", "stable", "progression"]
Adjustable = Literal[ADJUSTABLE]  # type: ignore[valid-type]
HORIZONS = r"^[1-9][0-9]{0,2}(,[1-9][0-9]{0,2}){0,19}$"
"""One to twenty whole numbers of months, separated by commas."""

REGIMEN = r"^[A-Za-z0-9][A-Za-z0-9 +/,.()-]{0,99}$"
"""Drugs and what joins them."""

Number = Annotated[float, Field(ge=-1e15, le=1e15)]


def _measured(value: Any) -> Any:
    if isinstance(value, bool | int | float) and -1e15 <= value <= 1e15:
        return value
    raise PydanticCustomError("measured_type", "a number, true or false is required")


# One check rather than a union, whose errors would point at places that the body does not have.
Measured = Annotated[
    bool | int | float,
    WrapValidator(lambda value, _: _measured(value)),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": -1e15, "maximum": 1e15}, {"type": "boolean"}]}
    ),
]


EXAMPLE_TEST = {
    "accession_number": "LAB-2025-0001",
    "drawn_at": "2025-11-01T08:30:00Z",
    "ctc_count": 17,
    "blood_volume_ml": 7.5,
    "assay": "cellsearch",
    "status": "final",
}
EXAMPLE_FACTS = {
    "observed_on": "2025-11-01",
    "birth_year": 1968,
    "disease_setting": "metastatic",
    "er_status": "positive",
    "pr_status": "negative",
    "her2_status": "unknown",
    "metastatic_sites": ["liver", "bone"],
    "metastatic_diagnosis_date": "2025-09-14",
    "line_of_therapy": 1,
    "line_started_on": "2025-11-03",
    "ecog": 1,
    "extra": {},
}
EXAMPLE_PATIENT = "P-000123"


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


def _annotation(fact: Fact) -> Any:
    if fact.kind == "integer":
        return Annotated[int, Field(ge=fact.minimum, le=fact.maximum)]
    if fact.kind == "date":
        return CalendarDate
    choice: Any = Literal[fact.choices]
    return Annotated[list[choice], Field(max_length=8)] if fact.kind == "sites" else choice


def _facts() -> type[Strict]:
    fields: dict[str, Any] = {
        fact.name: (_annotation(fact) | None, Field(None, description=fact.description))
        for fact in FIELDS
    }
    return create_model("Facts", __base__=Strict, **fields)


if TYPE_CHECKING:
    Facts = Strict
else:
    Facts = _facts()


class Patient(Facts):
    """What is said of a patient as of one day: present overwrites, null clears, absent stays."""

    patient_id: Identifier
    observed_on: Annotated[
        CalendarDate | None, Field(description="Day the facts held; default: the draw's day.")
    ] = None
    extra: Annotated[
        dict[CovariateName, Measured | None],
        Field(
            description="Declared covariates by name.",
            max_length=200,
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}

    def statement(self) -> Statement:
        """Take what was said, and only that."""
        return Statement(self.patient_id, self.observed_on, _said(self), self.extra)


class PatientUpdate(Facts):
    """What is said of the patient in the path as of one day."""

    model_config = _example(**EXAMPLE_FACTS)

    patient_id: Annotated[Identifier | None, Field(description="If sent, the one in the path.")] = (
        None
    )
    observed_on: Annotated[CalendarDate, Field(description="Day the facts held.")]
    extra: Annotated[
        dict[CovariateName, Measured | None],
        Field(
            description="Declared covariates by name.",
            max_length=200,
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}

    def statement(self, patient_id: str) -> Statement:
        """Take what was said, and only that."""
        return Statement(patient_id, self.observed_on, _said(self), self.extra)


def _said(told: Strict) -> Mapping[str, Value | None]:
    values = {
        fact.name: getattr(told, fact.name) for fact in FIELDS if fact.name in told.model_fields_set
    }
    return {
        name: value.isoformat() if isinstance(value, date) else _unique(value)
        for name, value in values.items()
    }


def _unique(value: Any) -> Any:
    return sorted(set(value)) if isinstance(value, list) else value


class Test(Strict):
    """A laboratory's count of circulating tumour cells."""

    drawn_at: Annotated[Instant, Field(description="The draw, with its local offset.")]
    ctc_count: Annotated[int, Field(ge=0, le=1_000_000, description="Cells in the volume.")]
    blood_volume_ml: Annotated[float, Field(gt=0, le=100)] = 7.5
    assay: Assay = "cellsearch"
    status: TestStatus = "final"

    def blood_test(self, accession_number: str) -> BloodTest:
        """Take the result under its accession number."""
        return BloodTest(
            accession_number,
            self.drawn_at,
            self.drawn_at.date(),
            self.ctc_count,
            float(self.blood_volume_ml),
            self.assay,
            self.status,
        )


class NumberedTest(Test):
    """A result with the laboratory's accession number."""

    accession_number: Identifier


class PostedTest(NumberedTest):
    """A result as laboratory software posts it."""

    model_config = _example(patient_id=EXAMPLE_PATIENT, **EXAMPLE_TEST)

    patient_id: Identifier


class CorrectedTest(Test):
    """A correction of the result in the path, whole."""

    model_config = _example(
        patient_id=EXAMPLE_PATIENT, **EXAMPLE_TEST | {"ctc_count": 18, "status": "corrected"}
    )

    patient_id: Identifier
    accession_number: Annotated[
        Identifier | None, Field(description="If sent, the one in the path.")
    ] = None


class PrognosisRequest(Strict):
    """A patient and a blood test, for which an answer is wanted."""

    model_config = _example(
        patient={"patient_id": EXAMPLE_PATIENT, **EXAMPLE_FACTS}, blood_test=EXAMPLE_TEST
    )

    patient: Patient
    blood_test: NumberedTest


class Outcome(Strict):
    """What became of a patient; replaces what was said before."""

    model_config = _example(
        last_known_alive_on="2026-05-04", death_on=None, progression_on="2026-03-30"
    )

    last_known_alive_on: CalendarDate | None = None
    death_on: CalendarDate | None = None
    progression_on: CalendarDate | None = None

    def follow_up(self) -> FollowUp:
        """Take the dates."""
        return FollowUp(self.last_known_alive_on, self.death_on, self.progression_on)


class GivenTreatment(Strict):
    """A regimen of one line of therapy; replaces what was said of it before."""

    model_config = _example(
        line=1, regimen="paclitaxel", started_on="2025-11-03", ended_on="2026-03-30"
    )

    line: Annotated[int, Field(ge=1, le=20, description="Line of therapy, 1 for the first.")]
    regimen: Annotated[
        str,
        Field(
            pattern=REGIMEN,
            description="What is given: drugs, not doses; never the name of a person.",
        ),
    ]
    started_on: CalendarDate
    ended_on: Annotated[
        CalendarDate | None, Field(description="The last day; null while it is given.")
    ] = None

    def treatment(self, treatment_id: str) -> Treatment:
        """Take it under its identifier."""
        return Treatment(treatment_id, self.line, self.regimen, self.started_on, self.ended_on)


class SeenAssessment(Strict):
    """How the disease stood on one day; replaces what was said of it before."""

    model_config = _example(assessed_on="2026-01-12", method="imaging", status="stable")

    assessed_on: CalendarDate
    method: Method
    status: DiseaseStatus

    def assessment(self, assessment_id: str) -> Assessment:
        """Take it under its identifier."""
        return Assessment(assessment_id, self.assessed_on, self.method, self.status)


class Refit(Strict):
    """What to fit; all of it optional."""

    model_config = _example(
        endpoint="overall_survival",
        setting="metastatic",
        covariates=["log1p_ctc", "line_of_therapy"],
        data_cutoff="2026-05-31",
    )

    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    clock: Clock = "draw"
    covariates: (
        Literal["auto"] | Annotated[list[CovariateName], Field(min_length=1, max_length=50)]
    ) = "auto"
    strata: Annotated[list[CovariateName], Field(max_length=3)] = []
    penalizer: Annotated[float, Field(ge=0, le=1000)] = 0.0
    data_cutoff: CalendarDate | None = None

    def request(self, organisation: str, today: date) -> ModelRequest:
        """Take what is asked."""
        return ModelRequest(
            organisation=organisation,
            endpoint=self.endpoint,
            setting=self.setting,
            clock=self.clock,
            data_cutoff=self.data_cutoff or today,
            covariates="auto" if self.covariates == "auto" else tuple(self.covariates),
            strata=tuple(self.strata),
            penalizer=float(self.penalizer),
        )


class Promotion(Strict):
    """Why a model is put into use."""

    model_config = _example(reason="Follow-up completed by hand; reviewed at the May board.")

    reason: Annotated[Label, Field(min_length=3)]


class PoolFounded(Strict):
    """Who may fit a model together."""

    model_config = _example(name="Larger study", organisations=["hospital-b", "hospital-c"])

    name: Annotated[Label, Field(min_length=3)]
    organisations: Annotated[
        list[Annotated[Label, Field(max_length=64)]],
        Field(min_length=1, max_length=200, description="Invited by name, beside the founder."),
    ]


class Consented(Strict):
    """Why the organisation lets its rows be fitted with those of the others."""

    model_config = _example(reason="Ethics vote 12/2026; signed by the head of the department.")

    reason: Annotated[Label, Field(min_length=3)]


class PooledFit(Strict):
    """What to fit on all that consent; all of it optional."""

    model_config = _example(endpoint="overall_survival", adjusted_for=["line_of_therapy"])

    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    adjusted_for: Annotated[
        list[Adjustable],
        Field(max_length=len(ADJUSTABLE), description="Covariates beside log1p_ctc."),
    ] = []

    def request(self) -> PooledRequest:
        """Take what is asked."""
        return PooledRequest(self.endpoint, self.setting, tuple(self.adjusted_for))


class Declaration(Strict):
    """A covariate that the organisation declares for itself."""

    model_config = _example(name="positive_nodes", kind="continuous", unit="nodes", min=0, max=100)

    name: CovariateName
    kind: Literal["continuous", "binary", "ordinal"]
    unit: Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    min: Number | None = None
    max: Number | None = None


Scope = Annotated[str, WithJsonSchema({"type": "string", "enum": list(SCOPES)})]

KEY_SET = {
    "anyOf": [
        {
            "type": "object",
            "required": ["keys"],
            "properties": {
                "keys": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_KEYS,
                    "items": {
                        "type": "object",
                        "required": ["kty"],
                        "properties": {
                            "kty": {"type": "string"},
                            **dict.fromkeys(sorted(PRIVATE), False),
                        },
                    },
                }
            },
        },
        {"type": "null"},
    ]
}
"""A JSON Web Key Set (RFC 7517) of public keys."""


class ClientRequest(Strict):
    """A program that may call, by a label that people know it by."""

    model_config = _example(name="Laboratory system", scopes=["results:write"])

    name: Label
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    expires_at: Instant | None = None
    jwks: Annotated[
        dict[str, Any] | None,
        Field(description="Its public keys, with which it signs when it asks for a token."),
        WithJsonSchema(KEY_SET),
    ] = None
    jwks_url: Annotated[
        str | None,
        Field(max_length=2000, description="Where they are instead; one that the settings list."),
    ] = None

    def new_client(self) -> NewClient:
        """Take what is asked."""
        jwks = None if self.jwks is None else to_json({"keys": read_key_set(self.jwks)})
        scopes = tuple(dict.fromkeys(self.scopes))
        return NewClient(self.name, scopes, self.expires_at, jwks, self.jwks_url)


class Rotation(Strict):
    """How a key is replaced."""

    model_config = _example(overlap_minutes=60)

    overlap_minutes: Annotated[
        int, Field(ge=0, le=10_080, description="How long the old key works on.")
    ] = 0
    expires_at: Annotated[
        Instant | None, Field(description="When the new key ends; null: when the old one would.")
    ] = None

    def rotation(self) -> clients.Rotation:
        """Take what is asked."""
        return clients.Rotation(timedelta(minutes=self.overlap_minutes), self.expires_at)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise PydanticCustomError("int_type", "an integer is required")
        return int(value)
    return value


Limit = Annotated[
    int,
    Field(ge=1, le=500),
    BeforeValidator(_whole),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 500}),
]


class Asking(Strict):
    """How an answer is wanted."""

    endpoint: Annotated[Endpoint, Field(description="What is predicted.")] = "overall_survival"
    risk_scheme: Annotated[
        Literal[tuple(SCHEMES)] | None,  # type: ignore[valid-type]
        Field(description="Scheme of the risk group; default: the service's."),
    ] = None
    horizons_months: Annotated[
        str,
        Field(
            pattern=HORIZONS,
            description="Whole months, separated by commas, each from 1 to 999.",
        ),
    ] = "6,12,24,36,60"

    def asked(self) -> Asked:
        """Take what is asked."""
        months = {int(text) for text in self.horizons_months.split(",")}
        return Asked(self.endpoint, self.risk_scheme, tuple(sorted(months)))


class About(Strict):
    """Which model is meant."""

    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    clock: Annotated[
        Clock | None,
        Field(description="Default: that of the baseline model, from a draw or an index date."),
    ] = None


SetName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]

STUDY = {"ctc": ["log1p_ctc"], "site": ["visceral_metastasis"], "er": ["er_positive"]}
"""What the report of 2003 compared: the count, the site of metastasis, the oestrogen receptor."""


class PredictorSets(Strict):
    """Which sets of predictors are compared, and on whom; all of it optional."""

    model_config = _example(predictors=STUDY, endpoint="overall_survival", setting="metastatic")

    predictors: Annotated[
        dict[SetName, Annotated[list[CovariateName], Field(min_length=1, max_length=20)]],
        Field(
            min_length=2,
            max_length=6,
            description="Default: what the report compared.",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = STUDY
    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    clock: Clock = "draw"
    data_cutoff: CalendarDate | None = None
    horizon_months: Annotated[
        int, Field(ge=1, le=120, description="When AUC and Brier score are told.")
    ] = 12

    def request(self, organisation: str, today: date) -> ComparisonRequest:
        """Take what is asked."""
        predictors = tuple((name, tuple(these)) for name, these in self.predictors.items())
        rows = ModelRequest(
            organisation=organisation,
            endpoint=self.endpoint,
            setting=self.setting,
            clock=self.clock,
            data_cutoff=self.data_cutoff or today,
            covariates=tuple(name for _, these in predictors for name in these),
        )
        return ComparisonRequest(predictors, rows, self.horizon_months)


class CohortAsked(Strict):
    """Whose survival is wanted, and by what they are parted."""

    by: Annotated[Grouping, Field(description="What parts the patients.")] = "risk_group"
    scheme: Annotated[
        Literal[tuple(SCHEMES)] | None,  # type: ignore[valid-type]
        Field(description="Scheme of the risk groups; default: one of the setting."),
    ] = None
    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    clock: Clock = "draw"
    data_cutoff: Annotated[
        CalendarDate | None, Field(description="Nothing later counts; default: today.")
    ] = None

    def question(self, today: date) -> CohortQuestion:
        """Take what is asked."""
        return CohortQuestion(
            by=self.by,
            scheme=self.scheme,
            endpoint=self.endpoint,
            setting=self.setting,
            clock=self.clock,
            data_cutoff=self.data_cutoff or today,
        )


class ResponseAsked(Strict):
    """How the serial group is wanted."""

    scheme: Annotated[
        Literal[tuple(SERIAL_SCHEMES)],  # type: ignore[valid-type]
        Field(description="Scheme of the serial group."),
    ] = "serial-5"


class CohortResponseAsked(Strict):
    """Whose response is wanted."""

    scheme: Annotated[
        Literal[tuple(SCHEMES)] | None,  # type: ignore[valid-type]
        Field(description="Groups of the baseline count; default: one of the setting."),
    ] = None
    setting: Setting = "metastatic"
    data_cutoff: Annotated[
        CalendarDate | None, Field(description="Nothing later counts; default: today.")
    ] = None

    def question(self, today: date) -> ResponseQuestion:
        """Take what is asked."""
        return ResponseQuestion(self.scheme, self.setting, self.data_cutoff or today)


class Page(Strict):
    """Which part of a list is wanted."""

    limit: Annotated[Limit, Field(description="Items on the page.")] = 50
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="The `next` of the page before; opaque."),
    ] = None
