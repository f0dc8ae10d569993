"""The JSON of a comparison, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.cohort_documents import FewOrCount
from app.api.documents import Count, Document, Interval, Probability
from app.api.schemas import Clock, Endpoint, Setting
from app.api.types import CalendarDate, Instant


class LikelihoodRatio(Document):
    """Twice the gain in log likelihood."""

    chi_squared: Annotated[FiniteFloat, Field(ge=0)]
    degrees_of_freedom: Count
    p: Probability
    ci95: Annotated[
        Interval | None, Field(description="Percentiles over the resamples; null with few of them.")
    ]


class Figure(Document):
    """A figure of one set, or of one less another."""

    apparent: Annotated[FiniteFloat, Field(description="On the rows of the fit.")]
    value: Annotated[FiniteFloat, Field(description="Without the optimism of that.")]
    interval: Annotated[Interval, Field(description="At the comparison's `level`.")]


class SetOfPredictors(Document):
    """What one set tells alone, and beside the others."""

    name: str
    parameters: Count
    alone: LikelihoodRatio
    aic: Annotated[FiniteFloat, Field(description="Of the set alone; less is better.")]
    adequacy: Annotated[
        FiniteFloat, Field(description="Share of all sets' likelihood ratio that it has alone.")
    ]
    adequacy_corrected: Annotated[
        Probability, Field(description="The same without optimism, which grows with parameters.")
    ]
    added: Annotated[LikelihoodRatio, Field(description="By the set to all the others.")]
    concordance: Annotated[Figure, Field(description="Harrell's C.")]
    uno: Annotated[Figure, Field(description="Uno's C.")]
    auc: Annotated[Figure | None, Field(description="null where nobody is followed so long.")]
    brier: Figure | None


class Pair(Document):
    """Two sets beside each other; the figures are of `a` less those of `b`."""

    a: str
    b: str
    verdict: Annotated[
        Literal["a-better", "b-better", "not-separated", "not-assessable"],
        Field(description="By the difference of Harrell's C; below 100 events not assessable."),
    ]
    concordance: Figure
    uno: Figure
    auc: Figure | None
    brier: Figure | None


class MissingCovariate(Document):
    """Of how many patients a covariate was not known."""

    covariate: str
    patients: FewOrCount


class Provenance(Document):
    """What the figures can be obtained again with."""

    training_fingerprint: str
    software: dict[str, str]
    seed: Count


class ComparisonResult(Document):
    """What was found, all of it on the patients of whom every covariate is known."""

    sentence: str
    patients: Count
    events: Count
    left_out: Annotated[
        dict[str, Count | None],
        Field(description="Patients without a row, by reason; null where few."),
    ]
    missing: list[MissingCovariate]
    together: Annotated[LikelihoodRatio, Field(description="All sets against none.")]
    aic: FiniteFloat
    sets: list[SetOfPredictors]
    pairs: list[Pair]
    level: Annotated[
        Probability, Field(description="0.95 for two sets, 0.983 for three: pairs share the error.")
    ]
    resamples: Count
    provenance: Provenance


class ComparisonAsked(Document):
    """What was compared, on whom."""

    predictors: dict[str, list[str]]
    endpoint: Endpoint
    setting: Setting
    clock: Clock
    data_cutoff: CalendarDate
    horizon_months: Count


class Comparison(Document):
    """How far a comparison is, and what it found."""

    comparison_id: str
    status: Literal["queued", "running", "done", "failed"]
    progress: Annotated[FiniteFloat, Field(ge=0, le=1)]
    code: Annotated[str | None, Field(description="Why it failed.")]
    reason: str | None
    request: ComparisonAsked
    queued_at: Instant
    finished_at: Instant | None
    result: ComparisonResult | None
