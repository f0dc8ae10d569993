"""The JSON of a model's report, for the reader of the OpenAPI description."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from app.api.documents import Count, Document, Interval, Model, Probability


class Check(Document):
    """One check of a model; `detail` says why a member is null or not there."""


class SecondOpinion(Check):
    """What another implementation finds on the same rows."""

    verdict: Literal["agrees", "disagrees", "not-comparable"] | None = None
    detail: str | None = None
    figures: dict[str, FiniteFloat | None] | None = None
    differences: Annotated[
        dict[str, FiniteFloat | str | None] | None,
        Field(description="The largest of each, and the covariate that it is of."),
    ] = None
    rows: Count | None = None
    lifelines: Annotated[str | None, Field(description="Its version.")] = None


class Corrected(Check):
    """A figure without its optimism, by bootstrap."""

    value: FiniteFloat
    optimism: FiniteFloat
    ci95: Interval | None = None
    resamples: Annotated[Count | None, Field(description="Those that gave the figure.")] = None


Reason = Annotated[str | None, Field(description="Why there is no figure.")]


class AreaUnderCurve(Check):
    """Discrimination at one horizon."""

    months: FiniteFloat
    auc: FiniteFloat | None = None
    ci95: Interval | None = None
    corrected: Corrected | None = None
    detail: Reason = None


class Discrimination(Check):
    """How well a model tells apart who has the event sooner."""

    concordance: FiniteFloat | None = None
    standard_error: FiniteFloat | None = None
    corrected: Annotated[
        FiniteFloat | None, Field(description="Concordance without its optimism.")
    ] = None
    corrected_ci95: Interval | None = None
    optimism: FiniteFloat | None = None
    slope_corrected: FiniteFloat | None = None
    resamples: Count | None = None
    refused: Annotated[Count | None, Field(description="Resamples without a fit.")] = None
    uno: FiniteFloat | None = None
    uno_months: Annotated[
        FiniteFloat | None, Field(description="Until when events count in Uno's concordance.")
    ] = None
    uno_corrected: Corrected | None = None
    auc: list[AreaUnderCurve] | None = None
    detail: str | None = None


class CurvePoint(Check):
    """One point of the smoothed calibration curve, as risks."""

    predicted: Probability
    observed: Probability | None = None
    corrected: Annotated[
        Probability | None, Field(description="Observed, without its optimism.")
    ] = None


class CorrectedCalibration(Check):
    """Calibration on the rows of the fit without its optimism."""

    o_e: Corrected | None = None
    ici: Corrected | None = None
    e50: Corrected | None = None
    e90: Corrected | None = None


class CalibrationGroup(Check):
    """Patients of similar predicted risk."""

    predicted: Probability
    observed: Annotated[
        Probability | None, Field(description="Null where too few were followed so long.")
    ] = None
    ci95: Interval | None = None
    patients: Count | None = None


class Calibration(Check):
    """Predicted against observed risk at one horizon."""

    months: FiniteFloat
    held_out: bool | None = None
    patients: Count | None = None
    events: Count | None = None
    observed: FiniteFloat | None = None
    expected: FiniteFloat | None = None
    o_e: Annotated[FiniteFloat | None, Field(description="Observed over expected.")] = None
    o_e_ci95: Interval | None = None
    slope: Annotated[
        FiniteFloat | None,
        Field(
            description="Of patients held out; on the rows of the fit it is 1 by construction, "
            "and `slope_corrected` of the discrimination tells it without its optimism."
        ),
    ] = None
    slope_ci95: Interval | None = None
    ici: FiniteFloat | None = None
    e50: FiniteFloat | None = None
    e90: FiniteFloat | None = None
    concordance: Annotated[FiniteFloat | None, Field(description="Of patients held out.")] = None
    curve: list[CurvePoint] | None = None
    groups: list[CalibrationGroup] | None = None
    corrected: Annotated[
        CorrectedCalibration | None,
        Field(description="On the rows of the fit; patients held out need no correction."),
    ] = None
    detail: Reason = None


class Brier(Check):
    """Error of the predictions at one horizon."""

    months: FiniteFloat
    brier: FiniteFloat | None = None
    ci95: Interval | None = None
    null: Annotated[FiniteFloat | None, Field(description="Without covariates.")] = None
    ipa: Annotated[
        FiniteFloat | None, Field(description="Index of prediction accuracy, 1 - brier / null.")
    ] = None
    ipa_ci95: Interval | None = None
    corrected: Annotated[Corrected | None, Field(description="The Brier score.")] = None
    ipa_corrected: Corrected | None = None
    detail: Reason = None


class IntegratedBrier(Check):
    """Error of the predictions, averaged from the first horizon to the last."""

    from_months: FiniteFloat | None = None
    to_months: FiniteFloat | None = None
    brier: FiniteFloat | None = None
    null: Annotated[FiniteFloat | None, Field(description="Without covariates.")] = None
    ipa: FiniteFloat | None = None
    corrected: Annotated[Corrected | None, Field(description="The Brier score.")] = None
    ipa_corrected: Corrected | None = None
    detail: Reason = None


class ResidualTest(Check):
    """A test of proportional hazards."""

    covariate: str | None = None
    chi_square: FiniteFloat | None = None
    degrees_of_freedom: FiniteFloat | None = None
    p: Probability | None = None


class ProportionalHazards(Check):
    """Whether hazard ratios change with time."""

    transform: str | None = None
    covariates: list[ResidualTest] | None = None
    together: Annotated[ResidualTest | None, Field(alias="global")] = None
    detail: str | None = None


class Influence(Check):
    """What leaving out one patient changes."""

    largest_dfbetas: FiniteFloat | None = None
    covariate: str | None = None
    moved_share: Probability | None = None
    detail: str | None = None


class SampleSize(Check):
    """Whether there are patients and events enough."""

    events_per_parameter: FiniteFloat | None = None
    riley_patients: Count | None = None
    riley_events: FiniteFloat | None = None
    shrinkage: FiniteFloat | None = None
    detail: str | None = None


class Form(Check):
    """One form in which the count could enter."""

    form: str
    log_likelihood: FiniteFloat | None = None
    aic: FiniteFloat | None = None


class FunctionalForm(Check):
    """Which form of the count fits best."""

    preferred: str | None = None
    forms: list[Form] | None = None
    spline_lr: ResidualTest | None = None
    detail: str | None = None


class Subgroup(Check):
    """Performance in some of the patients."""

    by: str
    group: str
    patients: Count | None = None
    events: Count | None = None
    concordance: FiniteFloat | None = None
    concordance_ci95: Interval | None = None
    o_e: Annotated[FiniteFloat | None, Field(description="Observed over expected.")] = None
    o_e_ci95: Interval | None = None
    detail: Reason = None


class Checks(Document):
    """What was measured of a model; null where `not_measured` may say why."""

    second_opinion: SecondOpinion | None
    discrimination: Discrimination | None
    calibration: list[Calibration] | None
    brier: list[Brier] | None
    integrated_brier: IntegratedBrier | None
    proportional_hazards: ProportionalHazards | None
    influence: Influence | None
    sample_size: SampleSize | None
    functional_form: FunctionalForm | None
    subgroups: list[Subgroup] | None


class NotMeasured(Document):
    """A check without a figure."""

    check: str
    detail: Annotated[str | None, Field(description="Why.")]


class ReportedCovariate(Document):
    """A covariate of a model, what it is, and where it lay in training."""

    covariate: str
    role: Literal["covariate", "stratum"]
    kind: Literal["continuous", "binary", "ordinal"]
    unit: str
    definition: str
    training_minimum: FiniteFloat | None
    training_maximum: FiniteFloat | None


class Limit(Document):
    """What limits a model."""

    code: str
    sentence: str


class TripodItem(Document):
    """One item of TRIPOD+AI, filled from the registry or left to the authors."""

    item: str
    section: str
    title: str
    status: Literal["filled", "not applicable", "to be completed by the authors"]
    text: str


class TripodAi(Document):
    """The reporting guideline TRIPOD+AI; items are numbered as there, the titles are ours."""

    source: str
    items: list[TripodItem]


class Report(Document):
    """What a model is, what was checked of it, and what limits it."""

    model: Model
    organisation: str
    covariates: list[ReportedCovariate]
    supported_months: Annotated[
        list[FiniteFloat],
        Field(description="For each baseline, until when 10 training patients are at risk."),
    ]
    checks: Checks
    not_measured: list[NotMeasured]
    limits: list[Limit]
    tripod_ai: TripodAi
    use: Literal["prognostic; does not select treatment"]
