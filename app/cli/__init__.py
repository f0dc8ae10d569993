"""The command `prognosis`: for people, for cron and for several machines."""

import sys

import typer

from app.cli import (
    backups,
    clients,
    cohorts,
    covariates,
    demo,
    installation,
    listening,
    organisations,
    refits,
    serving,
    verification,
)
from app.cli.refusals import refusal

app = typer.Typer(
    name="prognosis",
    help="Risk groups and Cox hazards from circulating tumour cell counts in breast cancer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serving.serve)
app.command()(listening.mllp)
app.command()(installation.migrate)
app.command()(demo.demo)
app.command()(installation.settings)
app.command()(installation.openapi)
app.command()(installation.version)
app.add_typer(organisations.commands, name="organisation")
app.add_typer(clients.commands, name="client")
app.add_typer(covariates.commands, name="covariate")
app.command("import")(cohorts.import_cohort)
app.command("export")(cohorts.export)
app.command()(refits.refit)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(verification.verify)
app.command()(verification.anchor)


def main() -> None:
    """Run one command: 0 done, 1 refused with the reason on standard error, 2 usage."""
    try:
        app()
    except Exception as error:
        told = refusal(error)
        if told is None:
            raise
        print(f"prognosis: {told}", file=sys.stderr)
        sys.exit(1)
