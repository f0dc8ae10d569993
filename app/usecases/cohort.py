"""What became of a hospital's patients, observed: survival by group, without a model in between."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from app.errors import Conflict
from app.prognosis.clock_starts import ClockName
from app.prognosis.cohort import Floats
from app.prognosis.cohort_survival import (
    NOBODY,
    SMALLEST_CELL,
    CohortSurvival,
    GroupSurvival,
    at_least,
    survival_by_group,
)
from app.prognosis.covariates import COUNT, REGISTRY
from app.prognosis.groupings import RISK_GROUP, Groups, groups_by
from app.prognosis.kaplan_meier import survival
from app.prognosis.log_rank import ChiSquared
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.risk_group import SCHEMES, Group, Scheme
from app.prognosis.specification import ModelRequest, counts_absent
from app.prognosis.training import Endpoint, TrainingTable
from app.storage.store import reading
from app.usecases.service import Call, Reply, Service, answered, instant, to_json
from app.usecases.training import read_rows, registry_of

DAYS_PER_YEAR = 365.25
QUARTILES = (0.25, 0.5, 0.75)

FOLLOWED = (
    *("events", "patient_years", "median_follow_up_months"),
    *("first_start", "last_start", "ctc_count_quartiles"),
)
"""What a summary tells of enough patients."""

CAUTION = (
    "observed survival of these patients; groups differ in more than what parts them, and nothing"
    " here says what a treatment would do"
)
"""What no figure of a cohort says."""


@dataclass(frozen=True)
class CohortQuestion:
    """Whose survival is asked for, and by what they are parted; the scheme is for risk groups."""

    by: str
    scheme: str | None
    endpoint: Endpoint
    setting: str
    clock: ClockName
    data_cutoff: date


def read_survival(service: Service, call: Call, question: CohortQuestion) -> Reply:
    """Give the survival of the organisation's patients by group."""
    return Reply(200, to_json(survival_content(service, call, question)))


def read_summary(service: Service, call: Call, question: CohortQuestion) -> Reply:
    """Say who the organisation's patients are and how long they were followed."""
    scheme = _scheme(service, question)
    answered(service, call, lambda _: Reply(200))
    rows = _rows(service, call, question)
    groups = groups_by(rows, question.by, scheme)
    sizes = Counter(groups.codes.tolist())
    content = {
        **_asked(service, question, scheme),
        "patients": at_least(len(rows)),
        **(_followed(rows) if len(rows) >= SMALLEST_CELL else dict.fromkeys(FOLLOWED)),
        "smallest_cell": SMALLEST_CELL,
        "groups": [
            {"group": name, "patients": at_least(sizes[code])}
            for code, name in enumerate(groups.names)
        ],
        "group_unknown": at_least(sizes[NOBODY]),
        "left_out": {reason: at_least(count) for reason, count in rows.left_out.items()},
        "known": [
            {"covariate": name, "patients": at_least(int(np.isfinite(column).sum()))}
            for name, column in _columns(rows, question.clock)
        ],
    }
    return Reply(200, to_json(content))


def _followed(rows: TrainingTable) -> dict[str, Any]:
    # How long patients would have been followed if nobody had an event.
    median = survival(rows.days, ~rows.events).median()
    counts = rows.facts.get(COUNT)
    quartiles = None
    if counts is not None and counts.known.all():
        quartiles = np.quantile(counts.codes, QUARTILES, method="inverted_cdf").astype(int).tolist()
    told = (
        int(rows.events.sum()),
        float(rows.days.sum()) / DAYS_PER_YEAR,
        None if median is None else median / DAYS_PER_MONTH,
        _day(rows.starts.min()),
        _day(rows.starts.max()),
        quartiles,
    )
    return dict(zip(FOLLOWED, told, strict=True))


def _columns(rows: TrainingTable, clock: ClockName) -> Iterator[tuple[str, Floats]]:
    for covariate in REGISTRY.values():
        if covariate.source != COUNT and not counts_absent(clock, [covariate.name]):
            yield covariate.name, rows.column(covariate)


def _day(at: np.datetime64) -> str:
    return str(np.datetime_as_string(at, unit="D"))


def survival_content(service: Service, call: Call, question: CohortQuestion) -> dict[str, Any]:
    """Write the survival of the organisation's patients by group as JSON holds it."""
    scheme = _scheme(service, question)
    answered(service, call, lambda _: Reply(200, audit_detail=f"by {question.by}"))
    # After the commit and from a snapshot: a large cohort is read while others write.
    rows = _rows(service, call, question)
    groups = groups_by(rows, question.by, scheme)
    found = survival_by_group(
        rows.days, rows.events, groups.codes, groups.names, ordered=groups.ordered
    )
    return {
        **_asked(service, question, scheme),
        **_told(rows, groups, found),
        "groups": [_group_content(each, question, scheme) for each in found.groups],
        "log_rank": test_content(found.log_rank),
        "trend": test_content(found.trend),
        "horizon_months": found.horizon_months,
        "restricted_mean_differences": [asdict(each) for each in found.differences],
        "caution": CAUTION,
    }


def _scheme(service: Service, question: CohortQuestion) -> Scheme:
    asked = SCHEMES[question.scheme or service.settings.risk_scheme]
    if question.by != RISK_GROUP:
        return asked
    if question.clock == "index_date":
        raise Conflict("only a draw has a risk group", code="scheme-not-applicable")
    return scheme_for(question.setting, question.scheme, asked)


def scheme_for(setting: str, named: str | None, asked: Scheme) -> Scheme:
    """Take the scheme that was named, or one of the setting where none was; refuse another's."""
    if named is None and asked.setting != setting:
        asked = next(each for each in SCHEMES.values() if each.setting == setting)
    if asked.setting != setting:
        detail = f"{asked.name} was made for the setting {asked.setting}"
        raise Conflict(detail, code="scheme-not-applicable")
    return asked


def _rows(service: Service, call: Call, question: CohortQuestion) -> TrainingTable:
    request = ModelRequest(
        call.caller.organisation,
        question.endpoint,
        question.setting,
        question.clock,
        question.data_cutoff,
    )
    with reading(service.database, call.caller.organisation_id) as store:
        return read_rows(store, request, registry_of(store))


def _asked(service: Service, question: CohortQuestion, scheme: Scheme) -> dict[str, Any]:
    return {
        "by": question.by,
        "scheme": scheme.name if question.by == RISK_GROUP else None,
        "endpoint": question.endpoint,
        "setting": question.setting,
        "clock": question.clock,
        "data_cutoff": question.data_cutoff.isoformat(),
        "computed_at": instant(service.now()),
    }


def _told(rows: TrainingTable, groups: Groups, found: CohortSurvival) -> dict[str, Any]:
    return {
        "patients": found.patients,
        "events": found.events,
        "suppressed_groups": list(found.suppressed),
        "smallest_cell": SMALLEST_CELL,
        "group_unknown": at_least(int((groups.codes == NOBODY).sum())),
        "left_out": {reason: at_least(count) for reason, count in rows.left_out.items()},
    }


def _group_content(
    found: GroupSurvival, question: CohortQuestion, scheme: Scheme
) -> dict[str, Any]:
    mean = found.restricted_mean
    return {
        "group": found.group,
        **_published(found.group, question, scheme),
        "patients": found.patients,
        "events": found.events,
        "median": {"months": found.median, "ci95": list(found.median_ci95)},
        "survival": [asdict(each) for each in found.survival],
        "restricted_mean": mean and {"months": mean.months, "ci95": mean.ci95},
        "curve": [asdict(step) for step in found.curve],
    }


def _published(name: str, question: CohortQuestion, scheme: Scheme) -> dict[str, Any]:
    group: Group | None = None
    if question.by == RISK_GROUP:
        (group,) = (each for each in scheme.groups if each.name == name)
    # What was published is of overall survival, from a draw before the line.
    is_that = (question.endpoint, question.clock) == ("overall_survival", "draw")
    told = group if is_that else None
    return {
        "label": group.label if group else name,
        "published": asdict(told.published) if told and told.published else None,
        "published_superset": asdict(told.published_superset)
        if told and told.published_superset
        else None,
    }


def test_content(found: ChiSquared | None) -> dict[str, Any] | None:
    """Write a test as JSON holds it."""
    return None if found is None else {**asdict(found), "p": found.p}
