"""What the service asks of the database, in the words of the clinic, for one organisation."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.storage.answers import IdempotencyRecords, Prognoses
from app.storage.audit import AuditTrail
from app.storage.blood_tests import BloodTests
from app.storage.cohort_writes import CohortWrites
from app.storage.database import Database
from app.storage.declared import DeclaredCovariates
from app.storage.directory import Directory
from app.storage.models import Models
from app.storage.patients import Patients
from app.storage.refits import Refits


class Store:
    """Everything kept for one organisation, inside one transaction."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self.patients = Patients(connection, organisation_id)
        self.blood_tests = BloodTests(connection, organisation_id)
        self.cohort = CohortWrites(connection, organisation_id)
        self.declared = DeclaredCovariates(connection, organisation_id)
        self.models = Models(connection, organisation_id)
        self.refits = Refits(connection, organisation_id)
        self.prognoses = Prognoses(connection, organisation_id)
        self.idempotency = IdempotencyRecords(connection, organisation_id)
        self.directory = Directory(connection)
        self.audit = AuditTrail(connection, organisation_id)


@contextmanager
def writing(database: Database, organisation_id: int) -> Iterator[Store]:
    """Open one transaction that is committed when the block ends, or not at all."""
    with database.begin() as connection:
        yield Store(connection, organisation_id)


@contextmanager
def reading(database: Database, organisation_id: int) -> Iterator[Store]:
    """Open one read-only snapshot."""
    with database.read() as connection:
        yield Store(connection, organisation_id)


@contextmanager
def administering(database: Database) -> Iterator[Directory]:
    """Open one transaction on the directory of organisations and clients."""
    with database.begin() as connection:
        yield Directory(connection)
