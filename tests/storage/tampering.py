"""Audit events by the dozen, and somebody with the owner's rights who edits them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select, text

from app.storage import tables
from app.storage.audit import AuditEvent, AuditTrail
from app.storage.database import Database
from app.storage.seals import Seal
from app.storage.tenancy import AUDIT, of_organisation
from app.usecases.chain import ChainReport, check_chain
from app.usecases.sealing import seal
from tests.owner import as_owner

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
AUDITED = (tables.audit_event, tables.audit_seal)


def an_event(number: int) -> AuditEvent:
    """One event, like no other."""
    at = NOON + timedelta(microseconds=number)
    return AuditEvent(at, "client", "get_patient", 200, f"person-{number}", f"r-{number}", "détail")


def append(database: Database, *events: AuditEvent) -> None:
    """Append events in one transaction."""
    with database.begin(of_organisation(1)) as connection:
        AuditTrail(connection, 1).add_all(events)


def seal_all(database: Database) -> None:
    """Seal until nothing is left to seal."""
    while seal(database):
        pass


def sealed_trail(database: Database, events: int = 8) -> None:
    """A trail of some events, all of them sealed: sequence and place are the same number."""
    append(database, *map(an_event, range(events)))
    seal_all(database)


def found(database: Database) -> ChainReport:
    """Check the chain."""
    return check_chain(database, lambda _: None)


def all_seals(database: Database) -> list[Seal]:
    """Read the chain as it is stored."""
    table = tables.audit_seal
    with database.read() as connection:
        return [Seal(*row) for row in connection.execute(select(table).order_by(table.c.place))]


def all_sequences(database: Database) -> list[int]:
    """Read the sequences of all events."""
    column = tables.audit_event.c.sequence
    with database.read(AUDIT) as connection:
        return list(connection.scalars(select(column).order_by(column)))


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """Take away what refuses edits, and put it back afterwards as if nothing had been."""
    with as_owner(database) as connection:
        if database.dialect == "sqlite":
            triggers = connection.execute(text(TRIGGERS)).all()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _, statement in triggers:
                connection.exec_driver_sql(statement)
            return
        for table in AUDITED:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield connection
        for table in AUDITED:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only"
            )


def tamper(database: Database, *statements: str) -> None:
    """Edit in plain SQL."""
    with tampering(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def forget_all(database: Database) -> None:
    """Remove every event and every seal."""
    with tampering(database) as connection:
        for table in AUDITED:
            connection.execute(delete(table))
