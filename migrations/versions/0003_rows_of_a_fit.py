"""
The rows of a fit are kept packed, and those of a model in blocks.

Revises 0002, 2026-11-22.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EPOCH = date(1970, 1, 1).toordinal()
UNKNOWN, UNDATED = -(2**31), 1 - 2**31
BASES = (None, "draw", "timeless", "line", "observed")
ROWS_A_BLOCK = 2048
IN_CODE_POINTS = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "organisation", sa.Column("packed_by", sa.String(64), nullable=False, server_default="none")
    )
    op.add_column(
        "organisation", sa.Column("erasures", sa.Integer(), nullable=False, server_default="0")
    )
    for table in ("observation", "follow_up"):
        columns = ["organisation_id", "recorded_at"]
        op.create_index(op.f(f"ix_{table}_organisation_id_recorded_at"), table, columns)
    _create_start_block()
    _create_stale_patient()
    _create_model_change()
    _create_model_block()
    _move_model_rows()
    op.drop_index(op.f("ix_model_row_organisation_id_patient_id"), table_name="model_row")
    op.drop_table("model_row")


def _keys(table: str, *names: str) -> Iterator[Any]:
    yield sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.organisation_id"],
        name=op.f(f"fk_{table}_organisation"),
    )
    yield sa.PrimaryKeyConstraint("organisation_id", *names, name=op.f(f"pk_{table}"))


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    columns = ["organisation_id", f"{other}_id"]
    there = [f"{other}.{column}" for column in columns]
    return sa.ForeignKeyConstraint(columns, there, name=op.f(f"fk_{table}_{other}"))


def _create_start_block() -> None:
    op.create_table(
        "start_block",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("first_patient_id", IN_CODE_POINTS, nullable=False),
        sa.Column("patient_ids", sa.Text(), nullable=False),
        sa.Column("accession_numbers", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        *_keys("start_block", "clock", "first_patient_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Compressed, the rows of a fit would take twice as long to read.
        op.execute("ALTER TABLE start_block ALTER COLUMN packed SET STORAGE EXTERNAL")


def _create_stale_patient() -> None:
    op.create_table(
        "stale_patient",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", IN_CODE_POINTS, nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        _of("stale_patient", "patient"),
        *_keys("stale_patient", "patient_id"),
    )


def _create_model_change() -> None:
    op.create_table(
        "model_change",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(71), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        _of("model_change", "model"),
        _of("model_change", "patient"),
        *_keys("model_change", "model_id", "patient_id"),
    )


def _create_model_block() -> None:
    op.create_table(
        "model_block",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(71), nullable=False),
        sa.Column("first_patient_id", IN_CODE_POINTS, nullable=False),
        sa.Column("last_patient_id", IN_CODE_POINTS, nullable=False),
        sa.Column("patient_ids", sa.Text(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        _of("model_block", "model"),
        *_keys("model_block", "model_id", "first_patient_id"),
    )


def _move_model_rows() -> None:
    """Put the rows of each model into blocks, and name those that were changed."""
    connection = op.get_bind()
    metadata = sa.MetaData()
    old, block, change = (
        sa.Table(name, metadata, autoload_with=connection)
        for name in ("model_row", "model_block", "model_change")
    )
    models = connection.execute(sa.select(old.c.organisation_id, old.c.model_id).distinct()).all()
    for named in models:
        of_model = (old.c.organisation_id == named[0]) & (old.c.model_id == named[1])
        rows = sorted(
            connection.execute(sa.select(old).where(of_model)), key=lambda row: row.patient_id
        )
        keys = {"organisation_id": named[0], "model_id": named[1]}
        for start in range(0, len(rows), ROWS_A_BLOCK):
            packed = _packed(rows[start : start + ROWS_A_BLOCK])
            connection.execute(block.insert().values(**keys, **packed))
        changed = [{**keys, "patient_id": row.patient_id} for row in rows if row.is_changed]
        if changed:
            connection.execute(change.insert(), changed)


def _packed(rows: Sequence[Any]) -> dict[str, Any]:
    told = [json.loads(row.row) for row in rows]
    patient_ids = [row.patient_id for row in rows]
    values = [row["values"] for row in told]
    content = BytesIO()
    np.savez_compressed(
        content,
        patient_ids=np.array(patient_ids, dtype=np.str_),
        accession_numbers=np.array([row.accession_number or "" for row in rows], dtype=np.str_),
        names=np.array([value["covariate"] for value in values[0]], dtype=np.str_),
        starts=np.array([_day(row["clock_start"]) for row in told], dtype=np.int32),
        days=np.array([row["days"] for row in told], dtype=np.float64),
        events=np.array([row["event"] for row in told], dtype=np.bool_),
        values=np.array([[each["value"] for each in row] for row in values], dtype=np.float64),
        observed=np.array([[_observed(each) for each in row] for row in values], dtype=np.int32),
        bases=np.array(
            [[BASES.index(each["basis"]) for each in row] for row in values], dtype=np.uint8
        ),
    )
    return {
        "first_patient_id": patient_ids[0],
        "last_patient_id": patient_ids[-1],
        "patient_ids": "\n".join(("", *patient_ids, "")),
        "rows": content.getvalue(),
    }


def _observed(value: dict[str, Any]) -> int:
    if value["observed_on"] is not None:
        return _day(value["observed_on"])
    return UNKNOWN if value["basis"] is None else UNDATED


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH
