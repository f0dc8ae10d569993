"""
Trials are kept: their protocols, the log of allocations, and whose each is.

Revises 0010, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
TABLES = ("trial", "trial_allocation", "trial_enrolment")

ON_POSTGRESQL = (
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in TABLES),
    # Also for the owner of the table.
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES),
    *(f"CREATE POLICY of_organisation ON {table} USING ({OURS})" for table in TABLES),
    (
        "CREATE TRIGGER trial_allocation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON trial_allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
    # Also in a session that says it only replicates.
    "ALTER TABLE trial_allocation ENABLE ALWAYS TRIGGER trial_allocation_append_only",
)

ON_SQLITE = (
    (
        "CREATE TRIGGER trial_allocation_no_update BEFORE UPDATE ON trial_allocation"
        " BEGIN SELECT RAISE(ABORT, 'trial_allocation is append-only, no UPDATE'); END"
    ),
    (
        "CREATE TRIGGER trial_allocation_no_delete BEFORE DELETE ON trial_allocation"
        " BEGIN SELECT RAISE(ABORT, 'trial_allocation is append-only, no DELETE'); END"
    ),
    # REPLACE removes a row without asking the trigger above.
    (
        "CREATE TRIGGER trial_allocation_no_replace BEFORE INSERT ON trial_allocation"
        " WHEN EXISTS (SELECT 1 FROM trial_allocation WHERE"
        " organisation_id = NEW.organisation_id AND trial_id = NEW.trial_id"
        " AND number = NEW.number)"
        " BEGIN SELECT RAISE(ABORT, 'trial_allocation is append-only, no REPLACE'); END"
    ),
)


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute("SET LOCAL lock_timeout = '5s'")
    _create_trial()
    _create_allocation()
    _create_enrolment()
    for statement in ON_POSTGRESQL if is_postgresql else ON_SQLITE:
        op.execute(statement)


def _create_trial() -> None:
    op.create_table(
        "trial",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.String(64), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("block_sizes", sa.Text(), nullable=False),
        sa.Column("seed", sa.LargeBinary(32)),
        sa.Column("interim_outcomes", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'closed')", name=op.f("ck_trial_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_trial_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "trial_id", name=op.f("pk_trial")),
    )


def _create_allocation() -> None:
    op.create_table(
        "trial_allocation",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("arm", sa.String(64), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer()),
        sa.Column("block_size", sa.Integer()),
        sa.Column("place", sa.Integer()),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_trial_allocation_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "trial_id"],
            ["trial.organisation_id", "trial.trial_id"],
            name=op.f("fk_trial_allocation_trial"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "trial_id", "number", name=op.f("pk_trial_allocation")
        ),
    )


def _create_enrolment() -> None:
    op.create_table(
        "trial_enrolment",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.String(64), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unblinded_at", sa.DateTime(timezone=True)),
        sa.Column("unblinded_by", sa.String(32)),
        sa.Column("unblinding_reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["organisation_id", "trial_id", "number"],
            [
                "trial_allocation.organisation_id",
                "trial_allocation.trial_id",
                "trial_allocation.number",
            ],
            name=op.f("fk_trial_enrolment_trial_allocation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_trial_enrolment_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_trial_enrolment_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "trial_id", "patient_id", name=op.f("pk_trial_enrolment")
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "trial_id",
            "number",
            name=op.f("uq_trial_enrolment_organisation_id_trial_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_trial_enrolment_organisation_id_patient_id"),
        "trial_enrolment",
        ["organisation_id", "patient_id"],
    )
