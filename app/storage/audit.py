"""The append-only record of who did what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from app.storage import tables

_event = tables.audit_event
_APPEND = insert(_event).inline()


@dataclass(frozen=True)
class AuditEvent:
    """One touch or refusal; the person is a pseudonym."""

    at: datetime
    client_id: str | None
    action: str
    status: int
    person: str | None
    request_id: str
    detail: str | None = None


class AuditTrail:
    """The audit events of one organisation, or of callers that belong to none."""

    def __init__(self, connection: Connection, organisation_id: int | None) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, event: AuditEvent) -> None:
        """Append an event in the transaction of what it tells."""
        self._connection.execute(_APPEND, {"organisation_id": self._organisation_id, **vars(event)})

    def add_all(self, events: Iterable[AuditEvent]) -> None:
        """Append many events in the transaction of what they tell."""
        values = [{"organisation_id": self._organisation_id, **vars(event)} for event in events]
        if values:
            self._connection.execute(_APPEND, values)

    def page(self, limit: int, after: int) -> list[tuple[int, AuditEvent]]:
        """List events in the order they were appended."""
        return self._found(self._ours.where(_event.c.sequence > after).limit(limit))

    def naming(self, person: str | None) -> list[tuple[int, AuditEvent]]:
        """List the events that name one person by the pseudonym, as they were appended."""
        return self._found(self._ours.where(_event.c.person == person))

    @property
    def _ours(self) -> Select[Any]:
        query = select(_event).where(_event.c.organisation_id == self._organisation_id)
        return query.order_by(_event.c.sequence)

    def _found(self, query: Select[Any]) -> list[tuple[int, AuditEvent]]:
        return [
            (
                row.sequence,
                AuditEvent(
                    row.at,
                    row.client_id,
                    row.action,
                    row.status,
                    row.person,
                    row.request_id,
                    row.detail,
                ),
            )
            for row in self._connection.execute(query)
        ]
