"""Whether what was answered can be answered again, and the audit trail is the one written."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.terminal import AsJson, print_items, print_json, progress_bar

if TYPE_CHECKING:
    from app.storage.database import Database
    from app.storage.directory import Organisation
    from app.usecases.sealing import Anchor
    from app.usecases.service import Service


def verify(
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", help="Whose answers; all unless one is named."),
    ] = None,
    anchor_file: Annotated[
        Path | None,
        typer.Option(
            "--anchor",
            exists=True,
            dir_okay=False,
            help="What `prognosis anchor` or the log said of the audit trail before.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every answer and seal of the audit trail, 1 if one differs; name refits due."""
    from app.cli.opened import opened, organisation_named
    from app.storage.store import administering
    from app.usecases.chain import read_anchor

    kept = read_anchor(anchor_file.read_text()) if anchor_file else None
    with opened() as service:
        if organisation:
            chosen = [organisation_named(service, organisation)]
        else:
            with administering(service.database) as directory:
                chosen = directory.organisations()
        found = [_replayed(service, each) for each in chosen]
        trail = _audit_trail(service.database, kept)
    _print(found, trail, as_json)
    broken = [*_damaged(found), *_broken(trail)]
    for sentence in broken:
        print(f"prognosis: {sentence}", file=sys.stderr)
    if broken or any(each["differing"] for each in found):
        sys.exit(1)


def anchor() -> None:
    """Print where the audit trail stands, to be kept on another machine."""
    from app.cli.opened import opened
    from app.usecases.sealing import anchor as present_anchor

    with opened() as service:
        print_json(asdict(present_anchor(service.database)))


def _replayed(service: "Service", organisation: "Organisation") -> dict[str, Any]:
    from app.usecases.due import due
    from app.usecases.replays import answers, damaged_models, replayed

    number, verdicts, differing = organisation.organisation_id, Counter[str](), []
    with progress_bar(answers(service, number), "answer") as bar:
        for replay in replayed(service, number):
            verdicts[replay.verdict] += 1
            if replay.verdict == "differs":
                differing.append(replay.prognosis_id)
            bar.update(1)
    damaged, awaited = list(damaged_models(service, number)), due(service.database, number)
    return _answers(organisation.name, verdicts, differing, damaged, awaited)


def _answers(
    name: str | None,
    verdicts: Counter[str],
    differing: list[str],
    damaged: list[str],
    awaited: list[str],
) -> dict[str, Any]:
    return {
        "organisation": name,
        "answers": verdicts.total(),
        "equal": verdicts["equal"],
        "close": verdicts["close"],
        "unrecorded": verdicts["unrecorded"],
        "differing": differing,
        "damaged_models": damaged,
        "refits_due": awaited,
    }


def _audit_trail(database: "Database", kept: "Anchor | None") -> dict[str, Any]:
    from app.usecases.chain import check_chain, holds, sealed

    with progress_bar(sealed(database), "seal") as bar:
        report = check_chain(database, bar.update)
    is_held = kept and {"day": kept.day, "place": kept.place, "holds": holds(database, kept)}
    return {
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "fault": asdict(report.fault) if report.fault else None,
        "head": {"place": report.head.place, "digest": report.head.digest.hex()},
        "anchor": is_held,
    }


def _damaged(found: list[dict[str, Any]]) -> Iterator[str]:
    for each in found:
        for model_id in each["damaged_models"]:
            yield f"{model_id} of {each['organisation']} is not the model that was fitted"


def _broken(trail: dict[str, Any]) -> Iterator[str]:
    fault, anchor = trail["fault"], trail["anchor"]
    if fault:
        named = [f"{name} {fault[name]}" for name in ("sequence", "place") if fault[name]]
        yield f"the audit trail is broken: {', '.join([fault['kind'], *named])}"
    if anchor and not anchor["holds"]:
        yield (
            f"the audit trail does not hold the anchor of {anchor['day']} at place"
            f" {anchor['place']}: it was cut off or made anew"
        )


def _print(found: list[dict[str, Any]], trail: dict[str, Any], as_json: bool) -> None:
    if as_json:
        # Whoever reads each item as an organisation's finds nothing differing in the last one.
        print_json([*found, {**_answers(None, Counter(), [], [], []), "audit": trail}])
        return
    print_items(found, as_json)
    shown = {name: trail[name] for name in ("sealed", "unsealed")}
    shown["fault"] = trail["fault"] and trail["fault"]["kind"]
    shown["head"] = trail["head"]["digest"]
    print_items([shown], as_json)
