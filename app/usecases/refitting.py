"""One refit from its snapshot to its model; only the process that fits imports this."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from app.prognosis.covariates import REGISTRY, Covariate
from app.prognosis.fitting import fit_model
from app.prognosis.gates import GateOutcome, judge
from app.prognosis.model import CoxModel, canonical_json, model_id, to_artefact
from app.prognosis.refusals import RefitRefused
from app.prognosis.training import Rows, cohort_of, row_values, training_rows
from app.storage.audit import AuditEvent
from app.storage.database import Database
from app.storage.models import ModelRow, ModelStanding
from app.storage.refits import Refit
from app.storage.store import Store, reading, writing
from app.usecases.models import request_of
from app.usecases.refits import fail

HEARTBEAT_S = 2.0
"""Seconds between two signs of life of a refit."""

log = logging.getLogger(__name__)


def start(setup: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """Open the database once and give the function that does one refit after another."""
    database = Database(setup["database_url"], pool_size=4)
    return lambda job: refit(database, job["organisation_id"], job["refit_id"])


def refit(database: Database, organisation_id: int, refit_id: str) -> None:
    """Fit what was asked, judge it, keep it, and put it into use when no gate refuses."""
    progress = Progress()
    with _alive(database, organisation_id, refit_id, progress):
        try:
            _fit_and_keep(database, organisation_id, refit_id, progress)
        except RefitRefused as refusal:
            fail(database, organisation_id, refit_id, refusal.code, str(refusal))
        except Exception as error:  # noqa: BLE001 - a refit that met a fault must not look alive
            # The kind alone: a message or a traceback could quote a row.
            log.error("refit failed: %s", type(error).__name__)  # noqa: TRY400
            fail(database, organisation_id, refit_id, "abandoned", "the refit met an error")


class Progress:
    """How far a refit is, told by the fit and read by the heartbeat."""

    def __init__(self) -> None:
        self.fraction = 0.0

    def __call__(self, fraction: float) -> None:
        """Move on, never back."""
        self.fraction = min(1.0, max(self.fraction, fraction))


def _fit_and_keep(
    database: Database, organisation_id: int, refit_id: str, progress: Progress
) -> None:
    snapshot_at = datetime.now(UTC)
    with reading(database, organisation_id) as store:
        asked = store.refits.find(refit_id)
        if asked is None:
            return
        organisation = store.directory.name_of(organisation_id)
        registry = {**store.declared.all(), **REGISTRY}
        request = request_of(json.loads(asked.request), organisation)
        rows = training_rows(
            store.patients.cohort(),
            endpoint=request.endpoint,
            setting=request.setting,
            clock=request.clock,
            data_cutoff=request.data_cutoff,
        )
    progress(0.2)
    model = fit_model(request, rows, registry, lambda fraction: progress(0.2 + 0.7 * fraction))
    gates = judge(model, rows)
    with writing(database, organisation_id) as store:
        _keep(store, asked, model, gates, _model_rows(model, rows, registry), snapshot_at)


def _keep(
    store: Store,
    asked: Refit,
    model: CoxModel,
    gates: tuple[GateOutcome, ...],
    rows: list[ModelRow],
    snapshot_at: datetime,
) -> None:
    now = datetime.now(UTC)
    artefact = canonical_json(to_artefact(model))
    name = model_id(artefact)
    if not store.refits.finish(asked.refit_id, name, now):
        return
    erased, changed = _changed_since(store, rows, snapshot_at)
    passed = all(gate.verdict != "refused" for gate in gates)
    if passed:
        store.models.supersede(asked.endpoint, asked.setting)
    standing = ModelStanding(
        name,
        asked.endpoint,
        asked.setting,
        "current" if passed else "candidate",
        now,
        [asdict(gate) for gate in gates],
        None,
        len(erased) + len(changed),
    )
    store.models.add(standing, artefact)
    kept = [row for row in rows if row.patient_id not in erased]
    store.models.replace_rows(name, kept, changed)
    action = "model put into use" if passed else "model kept as a candidate"
    store.audit.add(AuditEvent(now, None, action, 200, None, asked.refit_id, name))


def _changed_since(
    store: Store, rows: list[ModelRow], snapshot_at: datetime
) -> tuple[set[str], set[str]]:
    trained = {row.patient_id for row in rows}
    erased = trained - store.patients.all_ids()
    told = store.blood_tests.corrected_since(snapshot_at) | store.patients.told_since(snapshot_at)
    return erased, (trained - erased) & told


def _model_rows(model: CoxModel, rows: Rows, registry: Mapping[str, Covariate]) -> list[ModelRow]:
    names = (*model.specification.covariates, *model.specification.strata)
    covariates = [registry[name] for name in names]
    knowing = set(cohort_of(rows, covariates).knowing(names).keys)
    return [
        ModelRow(
            row.patient_id,
            row.accession_number,
            {
                "clock_start": row.start.isoformat(),
                "days": row.days,
                "event": row.event,
                "values": row_values(row, covariates),
            },
        )
        for row in rows.rows
        if row.patient_id in knowing
    ]


@contextmanager
def _alive(
    database: Database, organisation_id: int, refit_id: str, progress: Progress
) -> Iterator[None]:
    ended = Event()

    def beat() -> None:
        while True:
            with writing(database, organisation_id) as store:
                store.refits.beat(refit_id, progress.fraction, datetime.now(UTC))
            if ended.wait(HEARTBEAT_S):
                return

    thread = Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
