"""
Treatments and assessments of a patient are kept, in versions.

Revises 0008, 2026-11-23.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
TABLES = ("treatment", "assessment")


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    if is_postgres:
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "treatment",
        *_versioned("treatment"),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("regimen", sa.String(100), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_treatment_ends_after_start")),
        *_keys("treatment"),
    )
    op.create_table(
        "assessment",
        *_versioned("assessment"),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method IN ('imaging', 'clinical')", name=op.f("ck_assessment_method_known")
        ),
        sa.CheckConstraint(
            "status IN ('complete-response', 'partial-response', 'stable', 'progression')",
            name=op.f("ck_assessment_status_known"),
        ),
        *_keys("assessment"),
    )
    for table in TABLES:
        op.create_index(
            f"uq_{table}_current",
            table,
            ["organisation_id", "patient_id", f"{table}_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )
        if is_postgres:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            # Also for the owner of the table.
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY of_organisation ON {table} USING ({OURS})")


def _versioned(table: str) -> Iterator[sa.Column[Any]]:
    yield sa.Column("organisation_id", sa.Integer(), nullable=False)
    yield sa.Column("patient_id", sa.String(64), nullable=False)
    yield sa.Column(f"{table}_id", sa.String(64), nullable=False)
    yield sa.Column("version", sa.Integer(), nullable=False)
    yield sa.Column("is_current", sa.Boolean(), nullable=False)


def _keys(table: str) -> Iterator[Any]:
    yield sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.organisation_id"],
        name=op.f(f"fk_{table}_organisation"),
    )
    yield sa.ForeignKeyConstraint(
        ["organisation_id", "patient_id"],
        ["patient.organisation_id", "patient.patient_id"],
        name=op.f(f"fk_{table}_patient"),
    )
    yield sa.PrimaryKeyConstraint(
        "organisation_id",
        "patient_id",
        f"{table}_id",
        "version",
        name=op.f(f"pk_{table}"),
    )
