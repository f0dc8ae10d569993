"""What the service asks of the database, in the words of the clinic, for one organisation."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from app.storage import tables
from app.storage.access_tokens import AccessTokens
from app.storage.answers import IdempotencyRecords, Prognoses
from app.storage.audit import AuditTrail
from app.storage.blood_tests import BloodTests, Told
from app.storage.clock_starts import ClockStarts
from app.storage.cohort_writes import CohortWrites
from app.storage.comparisons import Comparisons
from app.storage.courses import assessments, treatments
from app.storage.database import Database
from app.storage.declared import DeclaredCovariates
from app.storage.directory import Directory
from app.storage.jobs import Jobs
from app.storage.messages import Messages
from app.storage.model_rows import ModelRows
from app.storage.models import Models
from app.storage.patients import Patients
from app.storage.pools import Pools, keep_shares
from app.storage.refits import Refits
from app.storage.tenancy import DIRECTORY, of_organisation, of_writer
from app.storage.trials import Trials


def _ours(table: Table) -> ColumnElement[bool]:
    return table.c.organisation_id == bindparam("of_organisation")


def _theirs(table: Table) -> ColumnElement[bool]:
    return _ours(table) & (table.c.patient_id == bindparam("of_patient"))


def _count(table: Table) -> ScalarSelect[int]:
    return select(func.count()).where(_theirs(table)).scalar_subquery()


_model = tables.model
# A refit is the newest model; a promotion changes which are in use.
_MODELS = (
    select(
        func.max(_model.c.fitted_at).label("fitted_at"),
        func.sum(_model.c.changed_rows).label("changed_rows"),
        func.aggregate_strings(
            case((_model.c.status == "current", _model.c.model_id)),
            literal_column("','"),  # type: ignore[arg-type]
        ).label("in_use"),
    )
    .where(_ours(_model))
    .subquery()
)
# Results, follow-up and answers are only ever added; who was erased and told anew has another key.
_STATE = select(
    _MODELS,
    tables.patient.c.version,
    tables.patient.c.person_key,
    _count(tables.blood_test),
    _count(tables.follow_up),
    _count(tables.prognosis),
).select_from(_MODELS.outerjoin(tables.patient, _theirs(tables.patient)))


class Store:
    """Everything kept for one organisation, inside one transaction."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self.patients = Patients(connection, organisation_id)
        self.blood_tests = BloodTests(connection, organisation_id)
        self.treatments = treatments(connection, organisation_id)
        self.assessments = assessments(connection, organisation_id)
        self.cohort = CohortWrites(connection, organisation_id)
        self.messages = Messages(connection, organisation_id)
        self.declared = DeclaredCovariates(connection, organisation_id)
        self.starts = ClockStarts(connection, organisation_id)
        self.models = Models(connection, organisation_id)
        self.model_rows = ModelRows(connection, organisation_id)
        self.refits = Refits(connection, organisation_id)
        self.comparisons = Comparisons(connection, organisation_id)
        self.pools = Pools(connection, organisation_id)
        self.jobs: Mapping[str, Jobs] = {
            "refit": self.refits,
            "comparison": self.comparisons,
            "pooling": self.pools,
        }
        self.prognoses = Prognoses(connection, organisation_id)
        self.trials = Trials(connection, organisation_id)
        self.idempotency = IdempotencyRecords(connection, organisation_id)
        self.directory = Directory(connection)
        self.tokens = AccessTokens(connection, organisation_id)
        self.audit = AuditTrail(connection, organisation_id)

    def state_of(self, patient_id: str) -> Hashable:
        """Tell apart any two states in which an answer about a patient could differ."""
        asked = {"of_organisation": self._organisation_id, "of_patient": patient_id}
        return tuple(self._connection.execute(_STATE, asked).one())

    def hold_models(self) -> None:
        """Let nobody else put a model into use, keep one or erase until the transaction ends."""
        self.directory.erasures(self._organisation_id, locked=True)

    def told_since(self, at: datetime) -> set[Told]:
        """Name what was told of patients, and the results that were corrected, since then."""
        return self.blood_tests.corrected_since(at) | self.patients.told_since(at)

    def erased_since(self, erasures: int, patient_ids: Iterable[str]) -> set[str]:
        """Name those of some patients who were erased; until the end nobody else is."""
        if self.directory.erasures(self._organisation_id, locked=True) == erasures:
            return set()
        return set(patient_ids) - self.patients.all_ids()

    def share(self, pool_model_id: str, shares: Mapping[int, str]) -> None:
        """Leave with each organisation what a fit tells it alone: the last act of a transaction."""
        keep_shares(self._connection, pool_model_id, shares)

    def erase(self, patient_id: str) -> None:
        """Remove every row that speaks of one person, and count that in the models."""
        # First: a model that is being kept waits here, or has this one wait for its rows.
        self.directory.count_erasure(self._organisation_id)
        self.model_rows.note_change(patient_id)
        self.model_rows.forget(patient_id)
        self.starts.forget(patient_id)
        self.messages.forget(patient_id)
        self.patients.erase(patient_id)


@contextmanager
def writing(database: Database, organisation_id: int, *, alone: bool = False) -> Iterator[Store]:
    """Open one transaction that is committed when the block ends, or not at all."""
    with database.begin(of_writer(organisation_id, alone=alone)) as connection:
        yield Store(connection, organisation_id)


@contextmanager
def reading(database: Database, organisation_id: int) -> Iterator[Store]:
    """Open one read-only snapshot."""
    with database.read(of_organisation(organisation_id)) as connection:
        yield Store(connection, organisation_id)


@contextmanager
def administering(database: Database) -> Iterator[Directory]:
    """Open one transaction on the directory of organisations and clients."""
    with database.begin(DIRECTORY) as connection:
        yield Directory(connection)
