"""Who is served; added on the command line only, by those who keep the machine."""

from re import fullmatch
from typing import Any

from app.errors import Conflict, InvalidInput
from app.storage.directory import Organisation
from app.storage.store import administering
from app.usecases.service import Service, instant

NAME = r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?"
"""1 to 64 characters without control characters; none that is blank at either end."""


def add_organisation(service: Service, name: str) -> dict[str, Any]:
    """Add an organisation."""
    if not fullmatch(NAME, name):
        raise InvalidInput("a name has 1 to 64 characters and no blank at its ends")
    with administering(service.database) as directory:
        added = directory.add_organisation(name, service.now())
    if added is None:
        raise Conflict("there is an organisation of this name", code="name-taken")
    return _content(added)


def list_organisations(service: Service) -> list[dict[str, Any]]:
    """List the organisations by name."""
    with administering(service.database) as directory:
        return [_content(organisation) for organisation in directory.organisations()]


def _content(organisation: Organisation) -> dict[str, Any]:
    return {"name": organisation.name, "created_at": instant(organisation.created_at)}
