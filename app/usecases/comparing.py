"""One comparison from its rows to what was found; only the process that fits imports this."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from app.prognosis.cohort import Cohort
from app.prognosis.cohort_survival import at_least
from app.prognosis.comparison import Comparison, compare, sentence
from app.prognosis.fitting import SEED, provenance_of
from app.prognosis.log_rank import ChiSquared
from app.prognosis.model import DAYS_PER_MONTH
from app.prognosis.refusals import RefitRefused
from app.prognosis.training import cohort_of
from app.prognosis.validation.estimates import NotEstimable
from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.store import reading, writing
from app.usecases.comparisons import ComparisonRequest, comparison_of
from app.usecases.service import to_json
from app.usecases.training import read_rows, registry_of, renew


def compare_and_keep(
    database: Database, organisation_id: int, comparison_id: str, progress: Callable[[float], None]
) -> None:
    """Compare what was asked on the rows that know all of it, and keep what was found."""
    renew(database, organisation_id, lambda fraction: progress(0.1 * fraction))
    with reading(database, organisation_id) as store:
        asked = store.comparisons.find(comparison_id)
        if asked is None:
            return
        organisation = store.directory.name_of(organisation_id)
        request = comparison_of(json.loads(asked.request), organisation)
        registry = registry_of(store)
        table = read_rows(store, request.rows, registry)
    names = request.rows.candidates()
    everybody = cohort_of(table, [registry[name] for name in names])
    known = everybody.knowing(names)
    progress(0.2)
    found = _compared(request, known, lambda fraction: progress(0.2 + 0.8 * fraction))
    left_out = Counter({**table.left_out, "missing_covariate": len(everybody) - len(known)})
    missing = Counter(
        {name: int(np.isnan(everybody.columns[name]).sum()) for name in sorted(names)}
    )
    content = {
        **_told(found),
        "sentence": sentence(found, request.rows.endpoint),
        "left_out": {reason: at_least(n) for reason, n in sorted((+left_out).items())},
        "missing": [{"covariate": name, "patients": at_least(n)} for name, n in (+missing).items()],
        "provenance": provenance_of(everybody),
    }
    with writing(database, organisation_id) as store:
        now = database.now()
        if store.comparisons.finish(comparison_id, to_json(content), now):
            event = AuditEvent(now, None, "predictors compared", 200, None, comparison_id, None)
            store.audit.add(event)


def _compared(
    request: ComparisonRequest, known: Cohort, progress: Callable[[float], None]
) -> Comparison:
    try:
        return compare(
            known.days,
            known.events,
            {name: known.matrix(covariates) for name, covariates in request.predictors},
            seed=SEED,
            horizon=request.horizon_months * DAYS_PER_MONTH,
            progress=progress,
        )
    except NotEstimable as error:
        raise RefitRefused("too-few-events", str(error)) from error


def _told(found: Comparison) -> dict[str, Any]:
    content = asdict(found)
    content["together"] = _test(found.together)
    for told, one in zip(content["sets"], found.sets, strict=True):
        told |= {"alone": _test(one.alone), "added": _test(one.added)}
    return content


def _test(found: ChiSquared) -> dict[str, Any]:
    return {**asdict(found), "p": found.p}
