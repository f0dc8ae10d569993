"""A stored cohort as large as wanted, in the service's own tables, and flat beside them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Float, Integer, MetaData, String, Table, insert, text

from app.prognosis.engine.rows import Flags, Floats
from app.storage import tables
from app.storage.clock_starts import mark_stale
from app.storage.database import Database
from app.storage.engines import parse_url
from app.storage.schema import alone, migrate
from app.storage.store import administering, writing
from app.storage.tenancy import of_organisation
from app.usecases.clients import SCOPES, NewClient, add_client

NAMES = (
    "log1p_ctc",
    "age",
    "er_positive",
    "pr_positive",
    "her2_positive",
    "visceral_metastasis",
    "line_of_therapy",
    "ecog",
)
BETA = np.array([0.30, 0.01, -0.30, -0.10, 0.10, 0.30, 0.20, 0.25])
FIRST_DAY = date(2016, 1, 1)
CUTOFF = date(2026, 6, 30)
BATCH = 20_000
ORGANISATION = "benchmark"
STATUSES = ("negative", "positive")

flat = Table(
    "flat",
    MetaData(),
    Column("patient_id", String(64), primary_key=True),
    Column("days", Float, nullable=False),
    Column("event", Integer, nullable=False),
    *(Column(name, Float, nullable=False) for name in NAMES),
)
"""What others read: the rows of the fit as they would wish them, which no hospital has."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """Draws, facts and outcomes of many patients as arrays."""

    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    birth_years: NDArray[np.int64]
    er: Flags
    pr: Flags
    her2: Flags
    visceral: Flags
    lines: NDArray[np.int64]
    ecog: NDArray[np.int64]
    days: NDArray[np.int64]
    events: Flags

    def __len__(self) -> int:
        """Count the patients."""
        return len(self.days)

    def matrix(self) -> Floats:
        """The covariates of the fit, shape (n, 8)."""
        years = np.array([self.start(place).year for place in range(len(self))])
        columns = (
            np.log1p(self.counts),
            years - self.birth_years,
            *(self.er, self.pr, self.her2, self.visceral),
            *(self.lines, self.ecog),
        )
        return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])

    def start(self, place: int) -> date:
        """Day of one patient's draw."""
        return FIRST_DAY + timedelta(days=int(self.starts[place]))


def simulate(patients: int, seed: int) -> Simulated:
    """Draw a cohort with whole days of follow-up and about two thirds of events."""
    random = np.random.default_rng(seed)
    flags = {
        name: random.random(patients) < share
        for name, share in (("er", 0.7), ("pr", 0.6), ("her2", 0.2), ("visceral", 0.55))
    }
    counts = np.floor(np.exp(random.normal(1.2, 1.7, patients))).astype(np.int64)
    lines, ecog = random.integers(1, 5, patients), random.integers(0, 4, patients)
    ages = random.integers(30, 86, patients)
    starts = random.integers(0, 2900, patients)
    columns = (np.log1p(counts), ages, *flags.values(), lines, ecog)
    effects = np.column_stack([np.asarray(c, dtype=np.float64) for c in columns])
    effects = (effects - effects.mean(axis=0)) @ BETA
    survival = np.ceil(random.exponential(1, patients) * np.exp(-effects) * 1000).astype(np.int64)
    # Most of the living are seen to the end; a few are lost on the way.
    to_the_end = (CUTOFF - FIRST_DAY).days - starts
    lost = random.random(patients) < 0.05
    followed = np.where(lost, np.ceil(random.random(patients) * to_the_end), to_the_end)
    followed = np.minimum(followed.astype(np.int64), 1900)
    return Simulated(
        starts=starts,
        counts=counts,
        birth_years=2016 + starts // 365 - ages,
        **flags,
        lines=lines,
        ecog=ecog,
        days=np.minimum(survival, followed),
        events=survival <= followed,
    )


def fill(url: str, patients: int, seed: int) -> tuple[int, str]:
    """Store a cohort and its flat table; give the organisation and a key with every scope."""
    migrate(url)
    with alone(parse_url(url)) as connection:
        flat.metadata.create_all(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO prognosis_app"))
    database, now = Database(url, pool_size=4), datetime.now(UTC)
    with administering(database) as directory:
        organisation = directory.add_organisation(ORGANISATION, now)
        assert organisation is not None
    number = organisation.organisation_id
    with writing(database, number) as store:
        key = add_client(store.directory, number, NewClient("load", tuple(SCOPES)), now)[1]
    cohort = simulate(patients, seed)
    matrix = cohort.matrix()
    for first in range(0, patients, BATCH):
        places = range(first, min(first + BATCH, patients))
        with database.begin(of_organisation(number)) as connection:
            _store(connection, number, cohort, places, now)
            _store_flat(connection, cohort, matrix, places)
    database.close()
    return number, key


def _store(
    connection: Connection, number: int, cohort: Simulated, places: Sequence[int], now: datetime
) -> None:
    rows = [_rows(number, cohort, place, now) for place in places]
    for table, values in zip(
        (tables.patient, tables.observation, tables.blood_test, tables.follow_up),
        zip(*rows, strict=True),
        strict=True,
    ):
        connection.execute(insert(table), list(values))
    mark_stale(connection, number, [_name(place) for place in places])


def _name(place: int) -> str:
    return f"P{place:07d}"


def _rows(number: int, cohort: Simulated, place: int, now: datetime) -> Iterator[dict[str, Any]]:
    of_patient = {"organisation_id": number, "patient_id": _name(place)}
    start = cohort.start(place)
    yield {**of_patient, "version": 1, "person_key": b"0" * 16, "created_at": now}
    facts = {
        "birth_year": int(cohort.birth_years[place]),
        "disease_setting": "metastatic",
        "er_status": STATUSES[int(cohort.er[place])],
        "pr_status": STATUSES[int(cohort.pr[place])],
        "her2_status": STATUSES[int(cohort.her2[place])],
        "metastatic_sites": ["liver"] if cohort.visceral[place] else ["bone"],
        "line_of_therapy": int(cohort.lines[place]),
        "line_started_on": start.isoformat(),
        "ecog": int(cohort.ecog[place]),
    }
    yield {
        **of_patient,
        "version": 1,
        "observed_on": start,
        "facts": json.dumps(facts, sort_keys=True),
        "recorded_at": now,
    }
    yield {
        **of_patient,
        "accession_number": f"L{place:07d}",
        "version": 1,
        "is_current": True,
        "drawn_at": datetime(start.year, start.month, start.day, 9, tzinfo=UTC),
        "drawn_on": start,
        "ctc_count": int(cohort.counts[place]),
        "blood_volume_ml": 7.5,
        "assay": "cellsearch",
        "status": "final",
        "recorded_at": now,
    }
    end = start + timedelta(days=int(cohort.days[place]))
    yield {
        **of_patient,
        "version": 1,
        "is_current": True,
        "last_known_alive_on": None if cohort.events[place] else end,
        "death_on": end if cohort.events[place] else None,
        "progression_on": None,
        "recorded_at": now,
    }


def _store_flat(
    connection: Connection, cohort: Simulated, matrix: Floats, places: Sequence[int]
) -> None:
    connection.execute(
        insert(flat),
        [
            {
                "patient_id": _name(place),
                "days": float(cohort.days[place]) or 0.5,
                "event": int(cohort.events[place]),
                **dict(zip(NAMES, matrix[place].tolist(), strict=True)),
            }
            for place in places
        ],
    )
