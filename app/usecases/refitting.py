"""One refit from its snapshot to its model; only the process that fits imports this."""

import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import numpy as np

from app.prognosis.covariates import Covariate
from app.prognosis.fitting import fit_model
from app.prognosis.gates import GateOutcome, judge
from app.prognosis.model import CoxModel, canonical_json, model_id, to_artefact
from app.prognosis.specification import ModelRequest
from app.prognosis.training import TrainingTable
from app.prognosis.training_values import TrainingValues, laid_open
from app.storage.audit import AuditEvent
from app.storage.blood_tests import Told
from app.storage.database import Database
from app.storage.model_rows import Block, blocks_of
from app.storage.models import ModelStanding
from app.storage.refits import Refit
from app.storage.store import Store, reading, writing
from app.usecases.models import request_of
from app.usecases.training import read_rows, registry_of, renew

LONGEST_WRITE = timedelta(minutes=2)
"""From the instant that a write bears to its commit; no statement takes more than half of it."""


@dataclass(frozen=True, eq=False)
class _Snapshot:
    """What one refit reads, all of it at one moment."""

    at: datetime
    told: AbstractSet[Told]
    erasures: int
    asked: Refit
    request: ModelRequest
    registry: Mapping[str, Covariate]
    rows: TrainingTable


@dataclass(frozen=True, eq=False)
class _Kept:
    """What is kept of a refit, made ready while nobody waits for it to be written."""

    name: str
    artefact: str
    gates: tuple[GateOutcome, ...]
    values: TrainingValues
    blocks: Sequence[Block]
    patient_ids: frozenset[str]


def refit(
    database: Database, organisation_id: int, refit_id: str, progress: Callable[[float], None]
) -> None:
    """Fit what was asked, judge it, keep it, and put it into use when no gate refuses."""
    renew(database, organisation_id, lambda fraction: progress(0.1 * fraction))
    snapshot = _snapshot(database, organisation_id, refit_id)
    if snapshot is None:
        return
    progress(0.2)
    rows, registry = snapshot.rows, snapshot.registry
    model = fit_model(
        snapshot.request, rows, registry, lambda fraction: progress(0.2 + 0.7 * fraction)
    )
    gates = judge(model, rows)
    kept = _kept(model, gates, _values(model, rows, registry))
    # Alone: what is told of a patient is in the snapshot, is seen now, or sees the model's rows.
    with writing(database, organisation_id, alone=True) as store:
        _keep(store, snapshot, kept, database.now())


def _snapshot(database: Database, organisation_id: int, refit_id: str) -> _Snapshot | None:
    with reading(database, organisation_id) as store:
        at = database.now()
        asked = store.refits.find(refit_id)
        if asked is None:
            return None
        organisation = store.directory.name_of(organisation_id)
        registry = registry_of(store)
        request = request_of(json.loads(asked.request), organisation)
        erasures = store.directory.erasures(organisation_id)
        rows = read_rows(store, request, registry)
        told = store.told_since(at - LONGEST_WRITE)
    return _Snapshot(at, told, erasures, asked, request, registry, rows)


def _values(
    model: CoxModel, rows: TrainingTable, registry: Mapping[str, Covariate]
) -> TrainingValues:
    names = (*model.specification.covariates, *model.specification.strata)
    values = laid_open(rows, [registry[name] for name in names])
    return values.taken(np.flatnonzero(~np.isnan(values.values).any(axis=1)))


def _kept(model: CoxModel, gates: tuple[GateOutcome, ...], values: TrainingValues) -> _Kept:
    artefact = canonical_json(to_artefact(model))
    patient_ids = frozenset(values.patient_ids)
    return _Kept(model_id(artefact), artefact, gates, values, blocks_of(values), patient_ids)


def _keep(store: Store, snapshot: _Snapshot, kept: _Kept, now: datetime) -> None:
    asked, name, gates, blocks = snapshot.asked, kept.name, kept.gates, kept.blocks
    if not store.refits.finish(asked.refit_id, name, now):
        return
    erased = store.erased_since(snapshot.erasures, kept.patient_ids)
    if erased:
        places = [each not in erased for each in kept.values.patient_ids]
        blocks = blocks_of(kept.values.taken(np.flatnonzero(places)))
    told = store.told_since(snapshot.at - LONGEST_WRITE) - snapshot.told
    changed = ({patient_id for patient_id, *_ in told} & kept.patient_ids) - erased
    passed = all(gate.verdict != "refused" for gate in gates)
    if passed:
        store.models.supersede(asked.endpoint, asked.setting, asked.clock_kind)
    standing = ModelStanding(
        name,
        asked.endpoint,
        asked.setting,
        "current" if passed else "candidate",
        now,
        [asdict(gate) for gate in gates],
        None,
        len(erased) + len(changed),
        asked.clock_kind,
    )
    store.models.add(standing, kept.artefact)
    store.model_rows.replace(name, blocks, changed)
    action = "model put into use" if passed else "model kept as a candidate"
    store.audit.add(AuditEvent(now, None, action, 200, None, asked.refit_id, name))
