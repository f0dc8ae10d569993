"""Calls that were denied: told in the audit trail as surely as those that were not."""

from app.storage.attempts import Attempts
from app.storage.audit import AuditEvent, AuditTrail
from app.usecases.limits import Guess, count_guess
from app.usecases.service import Caller, Service


def record_denial(
    service: Service,
    caller: Caller | None,
    action: str,
    status: int,
    request_id: str,
    guess: Guess | None = None,
) -> None:
    """Append the denied call, and count what was guessed, in a transaction of its own."""
    client_id = caller.client_id if caller else None
    event = AuditEvent(service.now(), client_id, action, status, None, request_id)
    try:
        with service.database.begin() as connection:
            if guess is not None:
                # One too many leaves nothing: whoever guesses on fills neither table.
                count_guess(service, Attempts(connection), guess, event.at)
            AuditTrail(connection, caller.organisation_id if caller else None).add(event)
    finally:
        if guess is not None and guess.client_id is not None:
            service.limits.forget(guess.address)
