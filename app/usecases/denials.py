"""Calls that were denied: told in the audit trail as surely as those that were not."""

from dataclasses import dataclass, replace

from app.storage.attempts import Attempts
from app.storage.audit import AuditEvent, AuditTrail
from app.storage.tenancy import NOTHING, of_organisation
from app.usecases.limits import Guess, count_guess
from app.usecases.service import Caller, Service


@dataclass(frozen=True)
class Denial:
    """Who was denied what, in which emergency, and what was guessed."""

    caller: Caller | None
    action: str
    status: int
    request_id: str
    reason: str | None = None
    guess: Guess | None = None


def record_denial(service: Service, denial: Denial) -> None:
    """Append the denied call, and count what was guessed, in a transaction of its own."""
    caller, guess = denial.caller, denial.guess
    client_id = caller.client_id if caller else None
    reach = of_organisation(caller.organisation_id) if caller else NOTHING
    named = (None, denial.request_id, denial.reason)
    event = AuditEvent(service.now(), client_id, denial.action, denial.status, *named)
    try:
        with service.database.begin(reach) as connection:
            trail = AuditTrail(connection, caller.organisation_id if caller else None)
            # One too many leaves nothing: whoever guesses on fills neither table.
            used_up = () if guess is None else count_guess(Attempts(connection), guess, service)
            trail.add(event)
            trail.add_all(replace(event, status=429, detail=detail) for detail in used_up)
    finally:
        if guess is not None and guess.client_id is not None:
            service.limits.forget(guess.address)
