"""The JSON of responses, of a person's and of a cohort's, for the reader of the description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.cohort_documents import ChiSquared, FewOrCount, MedianObserved, ObservedAt
from app.api.documents import Count, Document, Interval, Probability, Reason
from app.api.schemas import Assay, DiseaseStatus, Method, Setting, TestStatus
from app.api.types import CalendarDate, Identifier, Instant
from app.prognosis.patient import WINDOWS
from app.prognosis.response import CAUTIONS

SerialSchemeName = Literal["serial-5", "serial-1"]
Days = Annotated[list[int], Field(min_length=2, max_length=2)]


class LineTold(Document):
    """A line of therapy; its number is null where nobody told it."""

    line: int | None
    started_on: CalendarDate


class PublishedMedian(Document):
    """A median survival as it was published, in months."""

    endpoint: Literal["overall_survival", "progression_free_survival"]
    months: FiniteFloat


class OtherSerialGroup(Document):
    """The same two draws in another scheme."""

    scheme: SerialSchemeName
    version: str
    group: str


class SerialGroup(OtherSerialGroup):
    """The group of the first and the latest comparable draw of a line of therapy."""

    label: str
    cut_off: Count
    first: Identifier
    second: Identifier
    repeat_draws_other_group: Annotated[
        Probability, Field(description="Chance that repeats of both draws make another group.")
    ]
    published: list[PublishedMedian]
    source: str


class CountChange(Document):
    """From the first count to the second, on the scale of 1 + count."""

    days: Count
    log_ratio: FiniteFloat
    ratio: Annotated[FiniteFloat, Field(ge=0, description="(1 + second) / (1 + first).")]
    ci95: Annotated[
        Interval, Field(description="Of that ratio of the mean counts; counting noise alone.")
    ]
    repeat_draw_range: Annotated[
        Interval, Field(description="95 % of second draws of a patient in whom nothing changed.")
    ]
    beyond_counting_noise: bool


class Landmark(Document):
    """What the landmark model of the second draw's weeks says of it."""

    window: Literal[tuple(WINDOWS)]  # type: ignore[valid-type]
    model_id: str
    status: Literal["given", "qualified"]
    reasons: list[Reason]
    hazard_ratio: FiniteFloat
    ci95: Interval | None
    reference: str


class NoLandmarkModel(Document):
    """No model of the second draw's weeks is in use."""

    code: Literal["no-landmark-model"]
    detail: str


class DrawInCourse(Document):
    """One draw in the course of a patient."""

    accession_number: Identifier
    drawn_at: Instant
    drawn_on: Annotated[CalendarDate, Field(description="The day where the blood was drawn.")]
    ctc_count: Count
    blood_volume_ml: FiniteFloat
    assay: Assay
    status: TestStatus
    line_started_on: CalendarDate | None
    is_comparable: Annotated[
        bool, Field(description="A released CellSearch count in 7.0 to 8.0 mL.")
    ]
    serial: Annotated[
        Literal["first", "second"] | None, Field(description="Its part in the serial group.")
    ]


class TreatmentInCourse(Document):
    """One regimen in the course of a patient."""

    treatment_id: Identifier
    line: Count
    regimen: str
    started_on: CalendarDate
    ended_on: CalendarDate | None


class AssessmentInCourse(Document):
    """How the disease stood on one day of the course."""

    assessment_id: Identifier
    assessed_on: CalendarDate
    method: Method
    status: DiseaseStatus


class PatientResponse(Document):
    """What the counts of one person did under treatment, counted from the second draw."""

    patient_id: Identifier
    computed_at: Instant
    line: Annotated[LineTold | None, Field(description="null where no start of a line is known.")]
    counted_from: Annotated[CalendarDate, Field(description="The second draw's day.")]
    serial_group: SerialGroup
    change: CountChange
    other_serial_groups: list[OtherSerialGroup]
    cautions: list[Literal[tuple(CAUTIONS)]]  # type: ignore[valid-type]
    landmark: Annotated[Landmark | None, Field(description="Its clock starts at the second draw.")]
    landmark_reason: Annotated[
        Reason | NoLandmarkModel | None, Field(description="Why there is no `landmark`.")
    ]
    draws: list[DrawInCourse]
    treatments: list[TreatmentInCourse]
    assessments: list[AssessmentInCourse]
    use: Literal["prognostic; does not select treatment"]


class OnImaging(Document):
    """Patients by what imaging showed."""

    progression: Count
    no_progression: Count


class Odds(Document):
    """Odds of progression with a high count against a low one."""

    odds_ratio: Annotated[FiniteFloat, Field(ge=0)]
    ci95: Annotated[Interval, Field(description="Wald, on the log scale.")]
    corrected: Annotated[
        bool, Field(description="One half was added to each cell, for one is empty.")
    ]


class PublishedOdds(Document):
    """An odds ratio as it was published."""

    odds_ratio: FiniteFloat
    source: str


class ProgressionByCount(Document):
    """Progression by the count before it: of each patient the first imaging with such a draw."""

    lag: Literal["at-imaging", "3-5-weeks-before", "7-9-weeks-before"]
    draw_days_before_imaging: Days
    patients: FewOrCount
    high: Annotated[
        OnImaging | None,
        Field(description="At or above `cut_off`; null where any of four cells is of few."),
    ]
    low: OnImaging | None
    odds_ratio: Odds | None
    published: PublishedOdds


class PublishedCell(Document):
    """Patients and median months as they were published."""

    patients: Count
    months: FiniteFloat
    source: str


class ImagingCell(Document):
    """Overall survival from the imaging of one of four cells."""

    cell: str
    progression: bool
    count: Literal["<5", ">=5"]
    patients: Count
    events: Count
    median: MedianObserved
    survival: list[ObservedAt]
    published: PublishedCell


class CountByImaging(Document):
    """The count after 3 to 5 weeks of a line by its imaging after 8 to 12; survival from then."""

    draw_days_after_line_start: Days
    imaging_days_after_line_start: Days
    patients: Annotated[Count, Field(description="In the cells shown.")]
    events: Count
    cells: list[ImagingCell]
    suppressed_cells: list[str]
    log_rank: ChiSquared | None


class ResponseRate(Document):
    """Complete or partial response by imaging as the best of a line, by its baseline count."""

    group: str
    label: str
    patients: Count
    responders: Annotated[
        Count | None, Field(description="null, as what follows, where they or the others are few.")
    ]
    share: Probability | None
    ci95: Annotated[Interval | None, Field(description="Wilson's score limits.")]


class ResponseRates(Document):
    """Response rates by group of the baseline count."""

    groups: list[ResponseRate]
    suppressed_groups: list[str]


class CohortResponse(Document):
    """What the counts of a cohort had to do with response; few are in no number."""

    scheme: str
    setting: Setting
    data_cutoff: CalendarDate
    computed_at: Instant
    cut_off: Count
    smallest_cell: Count
    progression_by_count: list[ProgressionByCount]
    count_by_imaging: CountByImaging
    response_rate: ResponseRates
    caution: Literal[
        "what went together in these patients, assessed when their care had it so; nothing here"
        " says what a treatment would do"
    ]
