"""Cohorts for the tests: published ones, and patients built to order."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from lifelines.datasets import load_gbsg2, load_lung, load_rossi
from numpy.typing import ArrayLike

from app.prognosis.clock_starts import ClockStart, clock_starts
from app.prognosis.cohort import Cohort
from app.prognosis.covariates import REGISTRY, fact_of
from app.prognosis.fitting import fit_model
from app.prognosis.model import CoxModel
from app.prognosis.packing import UNDATED, Layout, layout_of, packed_starts, records_of
from app.prognosis.patient import BloodTest, FollowUp, Known, Observation, Patient, Value
from app.prognosis.specification import ModelRequest
from app.prognosis.training import TrainingTable, training_table

VETERAN = Path(__file__).parents[1] / "data" / "veteran.csv"

CUTOFF = date(2024, 1, 1)

START = date(2020, 1, 1)

LAYOUT = layout_of(REGISTRY)


@dataclass(frozen=True)
class TrainingRow:
    """One row of a training table, or what is to become one."""

    patient_id: str
    accession_number: str | None
    start: date
    days: float
    event: bool
    known: Mapping[str, Known]
    line_start_unknown: bool = False


def a_table(rows: Iterable[TrainingRow]) -> TrainingTable:
    """Build the table that has these rows, as it is built of packed starts."""
    given = list(rows)
    records = [
        record for row in given for record in packed_starts(LAYOUT, row.patient_id, [_start(row)])
    ]
    return training_table(
        records_of(LAYOUT, records),
        len(given),
        endpoint="overall_survival",
        setting="metastatic",
        clock="draw",
        data_cutoff=date(2200, 1, 1),
    )


def _start(row: TrainingRow) -> ClockStart:
    end = row.start + timedelta(days=int(row.days))
    return ClockStart(
        setting="metastatic",
        start=row.start,
        accession_number=row.accession_number,
        eligible_from=row.start,
        passed_over_from=None,
        known=row.known,
        follow_up=FollowUp(death_on=end) if row.event else FollowUp(last_known_alive_on=end),
        line_start_unknown=row.line_start_unknown,
    )


def opened(table: TrainingTable) -> tuple[TrainingRow, ...]:
    """Read every row of a table."""
    return tuple(
        TrainingRow(
            table.patient_ids[place],
            table.accession_numbers[place] or None,
            table.starts[place].item(),
            float(table.days[place]),
            bool(table.events[place]),
            _known(table, place),
        )
        for place in range(len(table))
    )


def _known(table: TrainingTable, place: int) -> dict[str, Known]:
    return {
        name: Known(
            fact_of(name, int(facts.codes[place])),
            None
            if facts.observed[place] == UNDATED
            else date(1970, 1, 1) + timedelta(days=int(facts.observed[place])),
        )
        for name, facts in table.facts.items()
        if facts.known[place]
    }


def cohort(days: ArrayLike, events: ArrayLike, columns: Mapping[str, ArrayLike]) -> Cohort:
    """Build a cohort of numbered patients who start on one day."""
    times = np.asarray(days, dtype=np.float64)
    return Cohort(
        keys=tuple(f"P{number:05}" for number in range(len(times))),
        accessions=("",) * len(times),
        starts=np.full(len(times), START, dtype="datetime64[D]"),
        days=times,
        events=np.asarray(events, dtype=np.bool_),
        columns={name: np.asarray(column, np.float64) for name, column in columns.items()},
    )


@cache
def lung() -> Cohort:
    """Advanced lung cancer, 228 patients (Loprinzi CL et al. J Clin Oncol 1994;12:601-7)."""
    frame = load_lung()
    columns = {"age": frame["age"], "sex": frame["sex"], "ecog": frame["ph.ecog"]}
    return cohort(frame["time"], frame["status"], columns)


@cache
def rossi() -> Cohort:
    """Re-arrest after prison, 432 persons (Rossi PH et al. Money, Work and Crime. 1980)."""
    frame = load_rossi()
    names = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    return cohort(frame["week"], frame["arrest"], {name: frame[name] for name in names})


@cache
def gbsg2() -> Cohort:
    """Node-positive breast cancer, 686 patients (Schumacher M et al. J Clin Oncol 1994)."""
    frame = load_gbsg2()
    columns = {
        "horTh": frame["horTh"] == "yes",
        "age": frame["age"],
        "post": frame["menostat"] == "Post",
        "tsize": frame["tsize"],
        "II": frame["tgrade"] == "II",
        "III": frame["tgrade"] == "III",
        "pnodes": frame["pnodes"],
        "progrec": frame["progrec"],
        "estrec": frame["estrec"],
    }
    return cohort(frame["time"], frame["cens"], columns)


@cache
def veteran() -> Cohort:
    """Lung cancer, 137 patients; `tests/data/README.md` says where from."""
    with VETERAN.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {
        "trt": [float(row["trt"]) for row in rows],
        "small": [float(row["celltype"] == "smallcell") for row in rows],
        "adeno": [float(row["celltype"] == "adeno") for row in rows],
        "large": [float(row["celltype"] == "large") for row in rows],
        **{
            name: [float(row[name]) for row in rows]
            for name in ("karno", "diagtime", "age", "prior")
        },
    }
    days = [float(row["time"]) for row in rows]
    return cohort(days, [row["status"] == "1" for row in rows], columns)


def a_test(
    drawn_on: date = START, ctc_count: int = 5, accession_number: str = "L-1", **changes: object
) -> BloodTest:
    """Build a final CellSearch result of 7.5 mL."""
    drawn_at = datetime(drawn_on.year, drawn_on.month, drawn_on.day, 8, tzinfo=UTC)
    values = {"drawn_at": drawn_at, "drawn_on": drawn_on, **changes}
    return BloodTest(accession_number, ctc_count=ctc_count, **values)  # type: ignore[arg-type]


def said(observed_on: date = START, **values: Value | None) -> Observation:
    """Build what was said of a patient as of a day."""
    return Observation(observed_on, values)


def a_patient(
    *observations: Observation,
    tests: Iterable[BloodTest] = (),
    follow_up: FollowUp | None = None,
    patient_id: str = "P-1",
) -> Patient:
    """Build a patient drawn once, at the start of a first line, and followed for a year."""
    return Patient(
        patient_id=patient_id,
        observations=observations or (said(line_of_therapy=1, line_started_on=START.isoformat()),),
        blood_tests=tuple(tests) or (a_test(),),
        follow_up=follow_up or FollowUp(last_known_alive_on=START + timedelta(days=365)),
    )


def rows_of(
    *patients: Patient,
    endpoint: str = "overall_survival",
    setting: str = "metastatic",
    clock: str = "draw",
    data_cutoff: date = CUTOFF,
    layout: Layout = LAYOUT,
) -> TrainingTable:
    """Make training rows with the usual question."""
    records = [
        record
        for patient in patients
        for record in packed_starts(
            layout,
            patient.patient_id,
            clock_starts(patient, clock),  # type: ignore[arg-type]
        )
    ]
    return training_table(
        records_of(layout, records),
        len(patients),
        endpoint=endpoint,  # type: ignore[arg-type]
        setting=setting,
        clock=clock,  # type: ignore[arg-type]
        data_cutoff=data_cutoff,
    )


def simulated_rows(n: int = 300, seed: int = 1, missing: float = 0.05) -> TrainingTable:
    """
    Draw patients whose hazard rises by 0.3 with each log(1 + count) and with nothing else.

    The year of birth is always known; oestrogen receptor, site and ECOG are not.
    """
    random = np.random.default_rng(seed)
    return a_table(_simulated(random, number, missing) for number in range(n))


def _simulated(random: np.random.Generator, number: int, missing: float) -> TrainingRow:
    count = int(np.floor(np.exp(random.normal(1.0, 1.8))))
    survival = random.exponential(900 * np.exp(-0.3 * np.log1p(count)))
    followed = random.uniform(200, 2000)
    told: dict[str, Value] = {
        "er_status": str(random.choice(["positive", "negative"])),
        "metastatic_sites": [str(random.choice(["liver", "bone"]))],
        "ecog": int(random.integers(0, 3)),
    }
    known = {name: Known(v, START) for name, v in told.items() if random.random() >= missing}
    known |= {
        "ctc_count": Known(count, START),
        "birth_year": Known(int(random.integers(1935, 1985)), None),
        "line_of_therapy": Known(int(random.integers(1, 4)), START),
    }
    return TrainingRow(
        patient_id=f"P{number:05}",
        accession_number=f"L{number:05}",
        start=START,
        days=float(np.ceil(min(survival, followed))),
        event=bool(survival <= followed),
        known=known,
    )


def request(**changes: object) -> ModelRequest:
    """Build the usual request for a model."""
    usual: dict[str, object] = {
        "organisation": "A hospital",
        "endpoint": "overall_survival",
        "setting": "metastatic",
        "clock": "draw",
        "data_cutoff": CUTOFF,
    }
    return ModelRequest(**(usual | changes))  # type: ignore[arg-type]


@cache
def a_model() -> CoxModel:
    """Fit a model of three hundred simulated patients, with submodels."""
    return fit_model(request(), simulated_rows(), REGISTRY, lambda _: None)
