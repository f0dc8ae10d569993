"""Calls that were denied: told in the audit trail as surely as those that were not."""

from app.storage.audit import AuditEvent, AuditTrail
from app.usecases.service import Caller, Service


def record_denial(
    service: Service, caller: Caller | None, action: str, status: int, request_id: str
) -> None:
    """Append the denied call in a transaction of its own."""
    with service.database.begin() as connection:
        AuditTrail(connection, caller.organisation_id if caller else None).add(
            AuditEvent(
                service.now(),
                caller.client_id if caller else None,
                action,
                status,
                None,
                request_id,
            )
        )
