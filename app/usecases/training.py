"""The rows of a fit: derived once, kept packed, and derived again only where something changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from app import __version__
from app.prognosis.clock_starts import CLOCKS, clock_starts
from app.prognosis.covariates import REGISTRY, Covariate
from app.prognosis.packing import (
    Layout,
    Record,
    Records,
    layout_of,
    packed_starts,
    read_blocks,
    records_of,
)
from app.prognosis.patient import Patient
from app.prognosis.specification import ModelRequest
from app.prognosis.training import TrainingTable, training_table
from app.storage.database import Database
from app.storage.store import Store, reading, writing

PATIENTS_AT_ONCE = 2048
"""Patients whose clock starts are derived from one snapshot and kept in one transaction."""


def registry_of(store: Store) -> dict[str, Covariate]:
    """Collect the covariates that every organisation has and those that this one declared."""
    return {**store.declared.all(), **REGISTRY}


def renew(database: Database, organisation_id: int, progress: Callable[[float], None]) -> None:
    """Derive again what changed since the last fit, some patients at a time."""
    with reading(database, organisation_id) as store:
        layout = layout_of(registry_of(store))
        is_ours = store.starts.packed_by() == _packed_by(layout)
    if not is_ours:
        with writing(database, organisation_id) as store:
            store.starts.begin_again(_packed_by(layout))
    with reading(database, organisation_id) as store:
        expected = store.starts.stale_count()
    after, done = "", 0
    while True:
        with reading(database, organisation_id) as store:
            marks = store.starts.stale(PATIENTS_AT_ONCE, after)
            people = store.cohort.people(marks)
        if not marks:
            return
        found = {
            patient_id: _derived(layout, person.patient) for patient_id, person in people.items()
        }
        with writing(database, organisation_id) as store:
            # Blocks are rewritten whole: by one process at a time, and by no erasure meanwhile.
            store.directory.erasures(organisation_id, locked=True)
            if store.starts.packed_by() != _packed_by(layout):
                return
            store.starts.renew(marks, found)
        after, done = list(marks)[-1], done + len(marks)
        # More may have been told meanwhile.
        progress(done / max(done, expected))


def read_rows(
    store: Store, request: ModelRequest, registry: Mapping[str, Covariate]
) -> TrainingTable:
    """Read the rows of a fit from one snapshot, whatever in it was not derived yet included."""
    layout = layout_of(registry)
    return training_table(
        _records(store, layout, request),
        store.patients.count(),
        endpoint=request.endpoint,
        setting=request.setting,
        clock=request.clock,
        data_cutoff=request.data_cutoff,
        open_trial=store.trials.concealed(),
    )


def _records(store: Store, layout: Layout, request: ModelRequest) -> Records:
    if store.starts.packed_by() != _packed_by(layout):
        return records_of(layout, _packed(layout, store.patients.cohort(), request))
    kept = read_blocks(layout, store.starts.all(request.clock))
    stale = store.starts.stale()
    if not stale:
        return kept
    fresh = np.flatnonzero([patient_id not in stale for patient_id in kept.patient_ids])
    told = (person.patient for person in store.cohort.people(stale).values())
    return kept.taken(fresh).joined(records_of(layout, _packed(layout, told, request)))


def _packed(layout: Layout, patients: Iterable[Patient], request: ModelRequest) -> list[Record]:
    return [
        record
        for patient in patients
        for record in packed_starts(
            layout, patient.patient_id, clock_starts(patient, request.clock)
        )
    ]


def _derived(layout: Layout, patient: Patient) -> Mapping[str, Sequence[Record]]:
    return {
        clock: packed_starts(layout, patient.patient_id, clock_starts(patient, clock))
        for clock in CLOCKS
    }


def _packed_by(layout: Layout) -> str:
    # Another version may derive other starts from the same records.
    return f"{__version__} {layout.digest}"
