"""Clients: the programs that may call, and their keys."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.terminal import AsJson, OrganisationName, print_items
from app.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from app.storage.directory import Organisation
    from app.usecases.service import Service

commands = typer.Typer(help="Programs that may call; a key is shown once and kept as a hash.")

ClientId = Annotated[str, typer.Argument(help="As `client list` names it.")]


@commands.command()
def add(
    organisation: OrganisationName,
    name: Annotated[str, typer.Option(help="What people call the program.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; may be repeated.")],
    jwks: Annotated[
        Path | None, typer.Option(help="File with its public keys (JWKS), for private_key_jwt.")
    ] = None,
    jwks_url: Annotated[
        str | None, typer.Option(help="Where they are instead; one that PROGNOSIS_JWKS_URLS lists.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When its key ends: a date, or an instant with offset.")
    ] = None,
) -> None:
    """Add a client and print it with its key, once, as one JSON object."""
    from app.cli.opened import calling, opened, organisation_named
    from app.usecases.clients import NewClient, post_client

    expires_at = _instant(expires) if expires else None
    keys = _public_keys(jwks) if jwks else None
    new = NewClient(name, tuple(dict.fromkeys(scope)), expires_at, keys, jwks_url)
    with opened() as service:
        call = calling(organisation_named(service, organisation), "client add")
        print(post_client(service, call, new).body)


@commands.command("list")
def list_all(
    organisation: Annotated[str | None, typer.Option(help="Only of this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the clients, without their keys."""
    from app.cli.opened import opened
    from app.storage.store import administering, reading
    from app.usecases.clients import clients_content

    items = []
    with opened() as service:
        with administering(service.database) as directory:
            organisations = directory.organisations()
        for each in organisations:
            if organisation in (None, each.name):
                with reading(service.database, each.organisation_id) as store:
                    clients = store.directory.clients(each.organisation_id)
                    contents = clients_content(store.directory, clients)
                items += [{**content, "organisation": each.name} for content in contents]
    print_items(items if as_json else [_in_one_line(item) for item in items], as_json)


def _in_one_line(item: dict[str, Any]) -> dict[str, Any]:
    shown = ("client_id", "organisation", "name", "created_at", "revoked_at")
    uses = [key["last_used_at"] for key in item["keys"] if key["last_used_at"]]
    # Versions that forgot the keys of whom they revoked have left none.
    ends = [key["expires_at"] for key in item["keys"][-1:]]
    told = {"last_used_at": max(uses, default=None), "expires_at": next(iter(ends), None)}
    return {name: item[name] for name in shown} | told | {"scopes": item["scopes"]}


@commands.command()
def revoke(client_id: ClientId) -> None:
    """Let a client call no more; its next request is refused in every process."""
    from app.cli.opened import calling, opened
    from app.usecases.clients import revoke_client

    with opened() as service:
        call = calling(_organisation_of(service, client_id), "client revoke")
        revoke_client(service, call, client_id)
    print(f"client {client_id} revoked")


@commands.command()
def rotate(
    client_id: ClientId,
    overlap_minutes: Annotated[
        int, typer.Option(min=0, max=10_080, help="How long the old key works on.")
    ] = 0,
    expires: Annotated[
        str | None, typer.Option(help="When the new key ends; else when the old one would.")
    ] = None,
) -> None:
    """Give a client a new key and print it, once, as one JSON object."""
    from app.cli.opened import calling, opened
    from app.usecases.clients import Rotation, rotate_client

    expires_at = _instant(expires) if expires else None
    rotation = Rotation(timedelta(minutes=overlap_minutes), expires_at)
    with opened() as service:
        call = calling(_organisation_of(service, client_id), "client rotate")
        print(rotate_client(service, call, client_id, rotation).body)


def _organisation_of(service: "Service", client_id: str) -> "Organisation":
    from app.storage.store import administering

    with administering(service.database) as directory:
        client = directory.client(client_id)
        for organisation in directory.organisations():
            if client and organisation.organisation_id == client.organisation_id:
                return organisation
    raise NotFound("no such client")


def _instant(text: str) -> datetime:
    from app.usecases.intake import read_date, read_instant

    day = read_date(text)
    at = datetime.combine(day, time(), UTC) if day else read_instant(text)
    if at is None:
        raise InvalidInput("--expires is a date YYYY-MM-DD or an RFC 3339 instant with an offset")
    if at <= datetime.now(UTC):
        raise InvalidInput("--expires lies in the past")
    return at


def _public_keys(path: Path) -> str:
    from app.usecases.key_sets import read_key_set

    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise InvalidInput("--jwks names no file with a JSON Web Key Set") from None
    return json.dumps({"keys": read_key_set(content)})
