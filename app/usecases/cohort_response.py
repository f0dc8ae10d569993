"""Whether the counts of a hospital's patients went with their response to treatment."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.prognosis.cohort_response import (
    CELLS,
    CUT_OFF,
    EARLY_DRAW,
    EARLY_IMAGING,
    CohortResponse,
    OddsAtLag,
    Window,
    cohort_response,
)
from app.prognosis.cohort_survival import SMALLEST_CELL
from app.prognosis.courses import Course
from app.prognosis.risk_group import SCHEMES
from app.storage.store import Store, reading
from app.usecases.cohort import scheme_for, test_content
from app.usecases.service import Call, Reply, Service, answered, instant, to_json

AT_ONCE = 500
"""Patients read together."""

CAUTION = (
    "what went together in these patients, assessed when their care had it so; nothing here says"
    " what a treatment would do"
)
"""What no figure of a cohort's response says."""


@dataclass(frozen=True)
class ResponseQuestion:
    """Whose response is asked for; the scheme is for groups of the baseline count."""

    scheme: str | None
    setting: str
    data_cutoff: date


def read_cohort_response(service: Service, call: Call, question: ResponseQuestion) -> Reply:
    """Give what the counts of the organisation's patients had to do with response."""
    default = SCHEMES[question.scheme or service.settings.risk_scheme]
    scheme = scheme_for(question.setting, question.scheme, default)
    answered(service, call, lambda _: Reply(200))
    # After the commit and from a snapshot: a large cohort is read while others write.
    with reading(service.database, call.caller.organisation_id) as store:
        found = cohort_response(
            assessed_courses(store),
            setting=question.setting,
            scheme=scheme,
            data_cutoff=question.data_cutoff,
        )
    asked = {
        "scheme": scheme.name,
        "setting": question.setting,
        "data_cutoff": question.data_cutoff.isoformat(),
        "computed_at": instant(service.now()),
    }
    return Reply(200, to_json({**asked, **_content(found)}))


def assessed_courses(store: Store) -> Iterator[Course]:
    """Read all of the patients with an assessment, some at a time; of open trials nobody."""
    concealed = store.trials.concealed()
    ids = store.assessments.whose(AT_ONCE, "")
    while ids:
        people = store.cohort.people(ids)
        given, seen = store.treatments.of_patients(ids), store.assessments.of_patients(ids)
        for name in ids:
            if name in concealed:
                continue
            yield Course(people[name].patient, given.get(name, ()), seen.get(name, ()))
        ids = store.assessments.whose(AT_ONCE, ids[-1])


def _content(found: CohortResponse) -> dict[str, Any]:
    return {
        "cut_off": CUT_OFF,
        "smallest_cell": SMALLEST_CELL,
        "progression_by_count": [_lag(each) for each in found.lags],
        "count_by_imaging": _by_imaging(found),
        "response_rate": {
            "groups": [
                {
                    "group": each.group,
                    "label": each.label,
                    "patients": each.patients,
                    "responders": each.responders,
                    "share": each.rate and each.rate.share,
                    "ci95": each.rate and each.rate.ci95,
                }
                for each in found.rates
            ],
            "suppressed_groups": list(found.suppressed_groups),
        },
        "caution": CAUTION,
    }


def _lag(found: OddsAtLag) -> dict[str, Any]:
    names = "progression", "no_progression"
    high, low = (
        [dict(zip(names, row, strict=True)) for row in found.table] if found.table else (None, None)
    )
    return {
        "lag": found.lag.name,
        "draw_days_before_imaging": _days(found.lag),
        "patients": found.patients,
        "high": high,
        "low": low,
        "odds_ratio": found.odds and asdict(found.odds),
        "published": asdict(found.published),
    }


def _by_imaging(found: CohortResponse) -> dict[str, Any]:
    cells = {cell.name: cell for cell in CELLS}
    survival = found.by_imaging
    return {
        "draw_days_after_line_start": _days(EARLY_DRAW),
        "imaging_days_after_line_start": _days(EARLY_IMAGING),
        "patients": survival.patients,
        "events": survival.events,
        "cells": [
            {
                "cell": each.group,
                "progression": cells[each.group].progression,
                "count": f"{'>=' if cells[each.group].is_high else '<'}{CUT_OFF}",
                "patients": each.patients,
                "events": each.events,
                "median": {"months": each.median, "ci95": list(each.median_ci95)},
                "survival": [asdict(mark) for mark in each.survival],
                "published": asdict(cells[each.group].published),
            }
            for each in survival.groups
        ],
        "suppressed_cells": list(survival.suppressed),
        "log_rank": test_content(survival.log_rank),
    }


def _days(window: Window) -> list[int]:
    return [window.first, window.last]
