"""Organisations: each sees its own patients, models and clients, and nothing of another."""

from typing import Annotated

import typer

from app.cli.terminal import AsJson, print_items, print_json

commands = typer.Typer(help="Hospitals, or groups of them, that share patients and models.")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="1 to 64 characters.")], as_json: AsJson = False
) -> None:
    """Add an organisation."""
    from app.cli.opened import opened
    from app.usecases.organisations import add_organisation

    with opened() as service:
        content = add_organisation(service, name)
    if as_json:
        print_json(content)
    else:
        print(f"organisation {content['name']} added")


@commands.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the organisations."""
    from app.cli.opened import opened
    from app.usecases.organisations import list_organisations

    with opened() as service:
        print_items(list_organisations(service), as_json)
