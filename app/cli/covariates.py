"""Covariates that an organisation declares for itself."""

import json
import sys
from typing import Annotated, Literal

import typer

from app.cli.terminal import AsJson, OrganisationName, print_items

commands = typer.Typer(help="Covariates: those of every organisation, and declared ones.")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="a to z, 0 to 9 and _; a letter first.")],
    organisation: OrganisationName,
    kind: Annotated[
        Literal["continuous", "binary", "ordinal"], typer.Option(help="Ordinal enters linearly.")
    ],
    unit: Annotated[str, typer.Option(help="As the organisation writes it.")] = "",
    minimum: Annotated[float | None, typer.Option("--min", help="Least value taken.")] = None,
    maximum: Annotated[float | None, typer.Option("--max", help="Greatest value taken.")] = None,
    as_json: AsJson = False,
) -> None:
    """Declare a covariate; the same declaration again changes nothing."""
    from app.cli.opened import calling, opened, organisation_named
    from app.usecases.catalogue import Declaration, declare_covariate

    with opened() as service:
        call = calling(organisation_named(service, organisation), "covariate add")
        declaration = Declaration(name, kind, unit, minimum, maximum)
        reply = declare_covariate(service, call, declaration)
    if as_json:
        print(reply.body)
    else:
        print(f"covariate {name} {'declared' if reply.status == 201 else 'was declared before'}")


@commands.command("list")
def list_all(organisation: OrganisationName, as_json: AsJson = False) -> None:
    """List the covariates that a model of an organisation can have."""
    from app.cli.opened import calling, opened, organisation_named
    from app.usecases.catalogue import list_covariates

    with opened() as service:
        call = calling(organisation_named(service, organisation), "covariate list")
        reply = list_covariates(service, call, limit=sys.maxsize, cursor=None)
    print_items(json.loads(reply.body or "{}")["items"], as_json)
