"""The JSON that we accept; what can be said of a patient comes from the registry."""

from collections.abc import Mapping
from datetime import date
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from app.api.types import CalendarDate, CovariateName, Identifier, Instant, Label, Strict
from app.prognosis.covariates import FIELDS
from app.prognosis.covariates import Field as Fact
from app.prognosis.patient import BloodTest, FollowUp, Value
from app.prognosis.risk_group import SCHEMES
from app.prognosis.specification import ModelRequest
from app.usecases.clients import NewClient
from app.usecases.intake import Statement
from app.usecases.prognoses import Asked

Assay = Literal["cellsearch", "parsortix", "other"]
TestStatus = Literal["preliminary", "final", "corrected", "cancelled", "entered_in_error"]
Endpoint = Literal["overall_survival", "progression_free_survival", "disease_free_survival"]
Setting = Literal["metastatic", "non_metastatic", "neoadjuvant"]
HORIZONS = r"^[1-9][0-9]{0,2}(,[1-9][0-9]{0,2}){0,19}$"
"""One to twenty whole numbers of months, separated by commas."""

Number = Annotated[float, Field(ge=-1e15, le=1e15)]


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
        dict[CovariateName, Number | bool | None],
        Field(description="Declared covariates by name.", max_length=200),
    ] = {}

    def statement(self) -> Statement:
        """Take what was said, and only that."""
        return Statement(self.patient_id, self.observed_on, _said(self), self.extra)


class PatientUpdate(Facts):
    """What is said of the patient in the path as of one day."""

    patient_id: Annotated[Identifier | None, Field(description="If sent, the one in the path.")] = (
        None
    )
    observed_on: Annotated[CalendarDate, Field(description="Day the facts held.")]
    extra: Annotated[
        dict[CovariateName, Number | bool | None],
        Field(description="Declared covariates by name.", max_length=200),
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

    patient_id: Identifier


class CorrectedTest(Test):
    """A correction of the result in the path, whole."""

    patient_id: Identifier
    accession_number: Annotated[
        Identifier | None, Field(description="If sent, the one in the path.")
    ] = None


class PrognosisRequest(Strict):
    """A patient and a blood test, for which an answer is wanted."""

    patient: Patient
    blood_test: NumberedTest


class Outcome(Strict):
    """What became of a patient; replaces what was said before."""

    last_known_alive_on: CalendarDate | None = None
    death_on: CalendarDate | None = None
    progression_on: CalendarDate | None = None

    def follow_up(self) -> FollowUp:
        """Take the dates."""
        return FollowUp(self.last_known_alive_on, self.death_on, self.progression_on)


class Refit(Strict):
    """What to fit; all of it optional."""

    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"
    clock: Literal["draw", "index_date"] = "draw"
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

    reason: Annotated[Label, Field(min_length=3)]


class Declaration(Strict):
    """A covariate that the organisation declares for itself."""

    name: CovariateName
    kind: Literal["continuous", "binary", "ordinal"]
    unit: Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    min: Number | None = None
    max: Number | None = None


class ClientRequest(Strict):
    """A program that may call, by a label that people know it by."""

    name: Label
    scopes: Annotated[list[str], Field(min_length=1, max_length=20)]
    expires_at: Instant | None = None

    def new_client(self) -> NewClient:
        """Take what is asked."""
        return NewClient(self.name, tuple(dict.fromkeys(self.scopes)), self.expires_at)


class Rotation(Strict):
    """How a key is replaced."""

    overlap_minutes: Annotated[
        int, Field(ge=0, le=10_080, description="How long the old key works on.")
    ] = 0


def _horizons(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not fullmatch(HORIZONS, value):
        raise PydanticCustomError("string_pattern_mismatch", "months, separated by commas")
    return tuple(sorted({int(months) for months in value.split(",")}))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise PydanticCustomError("int_type", "an integer is required")
        return int(value)
    return value


Horizons = Annotated[
    tuple[int, ...],
    BeforeValidator(_horizons),
    WithJsonSchema({"type": "string", "pattern": HORIZONS}),
]


class Asking(Strict):
    """How an answer is wanted."""

    endpoint: Annotated[Endpoint, Field(description="What is predicted.")] = "overall_survival"
    risk_scheme: Annotated[
        Literal[tuple(SCHEMES)] | None,  # type: ignore[valid-type]
        Field(description="Scheme of the risk group; default: the service's."),
    ] = None
    horizons_months: Annotated[
        Horizons, Field(description="Whole months, separated by commas, each from 1 to 999.")
    ] = (6, 12, 24, 36, 60)

    def asked(self) -> Asked:
        """Take what is asked."""
        return Asked(self.endpoint, self.risk_scheme, tuple(self.horizons_months))


class About(Strict):
    """Which model is meant."""

    endpoint: Endpoint = "overall_survival"
    setting: Setting = "metastatic"


class Page(Strict):
    """Which part of a list is wanted."""

    limit: Annotated[
        int, BeforeValidator(_whole), Field(ge=1, le=500, description="Items on the page.")
    ] = 50
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="The `next` of the page before; opaque."),
    ] = None
