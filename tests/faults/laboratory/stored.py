"""The stored state as the checker holds it against a history."""

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, func, select, text

from app.storage import tables
from tests.faults.laboratory.checker import Numbers, Stored, Version
from tests.faults.laboratory.plan import value_of
from tests.owner import owned


def read_stored(database_url: str) -> Stored:
    """Read everything from one snapshot."""
    database = owned(database_url)
    with database.read() as connection:
        stored = Stored(
            {**_results(connection), **_outcomes(connection)},
            _answers(connection),
            _models(connection),
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


def _outcomes(connection: Connection) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = defaultdict(list)
    row = tables.follow_up.c
    for each in connection.execute(select(tables.follow_up).order_by(row.version)):
        version = Version(each.version, str(each.last_known_alive_on), each.is_current)
        found[f"follow-up {each.patient_id}"].append(version)
    return found


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
