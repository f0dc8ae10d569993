"""The JSON of a cohort's survival, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.documents import (
    Count,
    Document,
    Interval,
    OpenInterval,
    Probability,
    Published,
    PublishedSuperset,
)
from app.api.schemas import Clock, Endpoint, Grouping, Setting
from app.api.types import CalendarDate, Instant

FewOrCount = Annotated[
    Count | None, Field(description="null where it is above zero and below `smallest_cell`.")
]


class MedianObserved(Document):
    """The time at which half were left, in months; null where it is not reached."""

    months: FiniteFloat | None
    ci95: OpenInterval


class ObservedAt(Document):
    """Survival at one horizon."""

    months: Count
    probability: Probability
    ci95: Annotated[Interval | None, Field(description="On the log(-log) scale.")]
    at_risk: Annotated[Count, Field(description="Followed to the horizon or past it.")]


class MeanObserved(Document):
    """Months lived up to the horizon of all groups, on average."""

    months: FiniteFloat
    ci95: Interval


class ObservedStep(Document):
    """One time of a Kaplan-Meier curve; the level holds to the next."""

    months: FiniteFloat
    probability: Probability
    ci95: Interval | None
    at_risk: Annotated[Count, Field(description="Just before this time.")]


class GroupSurvival(Document):
    """What became of one group, beside what was published of it."""

    group: str
    label: str
    published: Published | None
    published_superset: PublishedSuperset | None
    patients: Count
    events: Count
    median: MedianObserved
    survival: list[ObservedAt]
    restricted_mean: MeanObserved | None
    curve: Annotated[
        list[ObservedStep], Field(description="As long as `smallest_cell` are at risk.")
    ]


class ChiSquared(Document):
    """A test of whether the groups differ."""

    chi_squared: Annotated[FiniteFloat, Field(ge=0)]
    degrees_of_freedom: Count
    p: Probability


class MeanDifference(Document):
    """Months that a group lived longer than another, up to `horizon_months`."""

    group: str
    against: str
    months: FiniteFloat
    ci95: Interval


class CohortSurvival(Document):
    """Observed survival by group; what is told of fewer than `smallest_cell` patients is not."""

    by: Grouping
    scheme: Annotated[str | None, Field(description="Of the risk groups.")]
    endpoint: Endpoint
    setting: Setting
    clock: Clock
    data_cutoff: CalendarDate
    computed_at: Instant
    patients: Annotated[Count, Field(description="In the groups shown.")]
    events: Count
    smallest_cell: Count
    suppressed_groups: list[str]
    group_unknown: FewOrCount
    left_out: Annotated[
        dict[str, Count | None],
        Field(description="Patients without a row, by reason; null where few."),
    ]
    groups: list[GroupSurvival]
    log_rank: ChiSquared | None
    trend: Annotated[ChiSquared | None, Field(description="Over ordered groups.")]
    horizon_months: Annotated[
        FiniteFloat | None,
        Field(description="As long as `smallest_cell` of every group are at risk."),
    ]
    restricted_mean_differences: list[MeanDifference]
    caution: Literal[
        "observed survival of these patients; groups differ in more than what parts them, and"
        " nothing here says what a treatment would do"
    ]


class GroupSize(Document):
    """How many patients are in one group."""

    group: str
    patients: FewOrCount


class Known(Document):
    """Of how many patients one covariate was known when the clock started."""

    covariate: str
    patients: FewOrCount


class CohortSummary(Document):
    """Who the patients are whose survival can be told."""

    by: Grouping
    scheme: Annotated[str | None, Field(description="Of the risk groups.")]
    endpoint: Endpoint
    setting: Setting
    clock: Clock
    data_cutoff: CalendarDate
    computed_at: Instant
    patients: FewOrCount
    events: Annotated[Count | None, Field(description="null, as what follows, where few.")]
    patient_years: Annotated[FiniteFloat | None, Field(ge=0)]
    median_follow_up_months: Annotated[
        FiniteFloat | None,
        Field(description="By the reverse Kaplan-Meier method; null where it is not reached."),
    ]
    first_start: Annotated[CalendarDate | None, Field(description="The first time zero.")]
    last_start: CalendarDate | None
    smallest_cell: Count
    groups: list[GroupSize]
    group_unknown: FewOrCount
    ctc_count_quartiles: Annotated[
        list[Count] | None,
        Field(min_length=3, max_length=3, description="25, 50 and 75 %; null without draws."),
    ]
    left_out: Annotated[
        dict[str, Count | None],
        Field(description="Patients without a row, by reason; null where few."),
    ]
    known: list[Known]
