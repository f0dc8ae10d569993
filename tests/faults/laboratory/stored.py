"""The stored state as the checker holds it against a history."""

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, exists, func, select, text

from app.storage import tables
from tests.faults.laboratory.checker import Numbers, Stored, Version
from tests.faults.laboratory.comparisons import compared_by
from tests.faults.laboratory.plan import value_of
from tests.faults.laboratory.trial import TRIAL, Enrolled, Log, Slot, allocation
from tests.owner import owned

TOLD_OF_PATIENTS = (
    ("follow-up", tables.follow_up, "last_known_alive_on"),
    ("treatment", tables.treatment, "regimen"),
    ("assessment", tables.assessment, "assessed_on"),
)
"""What records are called, where they are, and what in them names the step that wrote it."""


def read_stored(database_url: str) -> Stored:
    """Read everything from one snapshot."""
    database = owned(database_url)
    with database.read() as connection:
        stored = Stored(
            {**_results(connection), **_told(connection), **_enrolments(connection)},
            _answers(connection),
            _models(connection),
            _comparisons(connection),
            _log(connection),
            damage_of(connection),
        )
    database.close()
    return stored


def damage_of(connection: Connection) -> list[str]:
    """Ask the database what is wrong with its pages, and look for rows that name none."""
    found = [
        f"{orphans} rows of {table.name} name a {target.name} that is not there"
        for table in tables.metadata.sorted_tables
        for target, orphans in _orphans(connection, table)
        if orphans
    ]
    if connection.dialect.name == "sqlite":
        checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        return found + [line for line in checked if line != "ok"]
    failures = "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
    if connection.execute(text(failures)).scalar_one():
        found.append("pages whose checksum is wrong")
    return found


def _orphans(connection: Connection, table: Table) -> list[tuple[Table, int]]:
    counted = []
    for key in table.foreign_key_constraints:
        target = key.referred_table
        pairs = [(each.parent, each.column) for each in key.elements]
        is_there = exists().where(*(theirs == ours for ours, theirs in pairs))
        names = and_(*(ours.is_not(None) for ours, _ in pairs))
        query = select(func.count()).select_from(table).where(names, ~is_there)
        counted.append((target, int(connection.execute(query).scalar_one())))
    return counted


def _results(connection: Connection) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    row = tables.blood_test.c
    for each in connection.execute(select(tables.blood_test).order_by(row.version)):
        version = Version(each.version, value_of(each.drawn_at, each.ctc_count), each.is_current)
        found[each.accession_number].append(version)
    return found


def _told(connection: Connection) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    for name, table, what in TOLD_OF_PATIENTS:
        for each in connection.execute(select(table).order_by(table.c.version)):
            version = Version(each.version, str(getattr(each, what)), each.is_current)
            found[f"{name} {each.patient_id}"].append(version)
    for each in connection.execute(select(tables.comparison)):
        value = compared_by(json.loads(each.request))
        found[_comparison(value)].append(Version(1, value, is_current=True))
    return found


def _comparison(value: str) -> str:
    return f"comparison {value.rpartition('-')[2]}"


def _comparisons(connection: Connection) -> dict[str, dict[str, Any]]:
    return {
        _comparison(compared_by(json.loads(each.request))): {
            "comparison_id": each.comparison_id,
            "status": each.status,
            "code": each.failure_code,
            "reason": each.failure_detail,
            "result": each.result and json.loads(each.result),
        }
        for each in connection.execute(select(tables.comparison))
    }


def _enrolments(connection: Connection) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    log, row = tables.trial_allocation.c, tables.trial_enrolment.c
    query = (
        select(row.patient_id, row.frozen, log.number, log.arm, log.code)
        .join(tables.trial_allocation, (log.trial_id == row.trial_id) & (log.number == row.number))
        .where(row.trial_id == TRIAL)
    )
    for each in connection.execute(query):
        value = allocation(each.number, each.arm, each.code, json.loads(each.frozen))
        found[f"enrolment {each.patient_id}"].append(Version(1, value, is_current=True))
    return found


def _log(connection: Connection) -> Log:
    log, row = tables.trial_allocation, tables.trial_enrolment
    slots = connection.execute(select(log).where(log.c.trial_id == TRIAL).order_by(log.c.number))
    enrolled = connection.execute(select(row).where(row.c.trial_id == TRIAL))
    return Log(tuple(map(_slot, slots)), tuple(map(_enrolled, enrolled)))


def _slot(row: Row[Any]) -> Slot:
    stratum = json.loads(row.stratum)["count"]
    return Slot(row.number, row.arm, row.code, stratum, row.block, row.block_size)


def _enrolled(row: Row[Any]) -> Enrolled:
    frozen = json.loads(row.frozen)
    test = frozen["blood_test"]
    return Enrolled(
        *(row.patient_id, row.number, test["accession_number"], test["version"]),
        *(test["ctc_count"], frozen["stratum"]["count"]),
    )


def _answers(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    row = tables.prognosis.c
    for each in connection.execute(select(row.accession_number, row.answer)):
        found[each.accession_number].append(json.loads(each.answer))
    return found


def _models(connection: Connection) -> dict[str, Numbers]:
    row = tables.model.c
    return {
        each.model_id: _numbers(json.loads(each.artefact)["fit"])
        for each in connection.execute(select(row.model_id, row.artefact))
    }


def _numbers(fit: dict[str, Any]) -> Numbers:
    pairs = zip(fit["coefficients"], fit["means"], strict=True)
    (baseline,) = fit["baselines"]
    return Numbers(
        dict(zip(fit["covariates"], pairs, strict=True)),
        dict(zip(baseline["days"], baseline["cumulative_hazard"], strict=True)),
    )
