"""Whether what was answered can be answered again."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.terminal import AsJson, print_items, progress_bar

if TYPE_CHECKING:
    from app.storage.directory import Organisation
    from app.usecases.service import Service


def verify(
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Whose; all unless one is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every stored answer; 1 if one comes out differently."""
    from app.cli.opened import opened, organisation_named
    from app.storage.store import administering

    with opened() as service:
        if organisation:
            chosen = [organisation_named(service, organisation)]
        else:
            with administering(service.database) as directory:
                chosen = directory.organisations()
        found = [_replayed(service, each) for each in chosen]
    print_items(found, as_json)
    if any(each["differing"] for each in found):
        sys.exit(1)


def _replayed(service: "Service", organisation: "Organisation") -> dict[str, Any]:
    from app.usecases.replays import answers, replayed

    number, verdicts, differing = organisation.organisation_id, Counter[str](), []
    with progress_bar(answers(service, number), "answer") as bar:
        for replay in replayed(service, number):
            verdicts[replay.verdict] += 1
            if replay.verdict == "differs":
                differing.append(replay.prognosis_id)
            bar.update(1)
    return {
        "organisation": organisation.name,
        "answers": verdicts.total(),
        "equal": verdicts["equal"],
        "close": verdicts["close"],
        "unrecorded": verdicts["unrecorded"],
        "differing": differing,
    }
