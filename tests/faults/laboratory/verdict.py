"""The end of a run: what was heard is held against what is stored."""

from pathlib import Path

from tests.faults.laboratory.callers import Callers
from tests.faults.laboratory.checker import Stored, complaints, is_result
from tests.faults.laboratory.history import write_history
from tests.faults.laboratory.stored import read_stored

SHOWN = 20
"""Complaints in the message of a failure; the history has the rest."""


def check_run(callers: Callers, database_url: str, folder: Path) -> Stored:
    """Fail with what is wrong, and leave the history behind; else give what is stored."""
    stored = read_stored(database_url)
    found = [f"{each.kind} {each.number} was never settled" for each in callers.unsettled]
    found += complaints(callers.history, stored)
    results = sum(map(is_result, stored.versions))
    if results != callers.acknowledged:
        found.append(f"{results} results are stored, and {callers.acknowledged} were posted")
    if found:
        path = folder / "history.ndjson"
        write_history(callers.history, path)
        shown = "\n".join(found[:SHOWN])
        seed = callers.plan.seed
        raise AssertionError(f"seed {seed}: {len(found)} complaints; {path}\n{shown}")
    return stored
