"""
Messages of laboratories are kept with their outcome, and what each said of a result.

Revises 0012, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
TABLES = ("message", "message_result")
INSTANT = sa.DateTime(timezone=True)
ON_POSTGRESQL = (
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in TABLES),
    # Also for the owner of the table.
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES),
    *(f"CREATE POLICY of_organisation ON {table} USING ({OURS})" for table in TABLES),
)
ACCEPTED = sa.text("outcome = 'AA'")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _messages()
    _results()
    if op.get_bind().dialect.name == "postgresql":
        for statement in ON_POSTGRESQL:
            op.execute(statement)


def _of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.organisation_id"],
        name=op.f(f"fk_{table}_organisation"),
    )


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("application", sa.String(256), nullable=False),
        sa.Column("facility", sa.String(256), nullable=False),
        sa.Column("control_id", sa.String(256), nullable=False),
        sa.Column("sent", sa.String(256), nullable=False),
        sa.Column("kind", sa.String(256), nullable=False),
        sa.Column("version", sa.String(256), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(2), nullable=False),
        sa.Column("acknowledgement", sa.Text(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('AA', 'AE', 'AR')", name=op.f("ck_message_outcome_known")),
        _of_organisation("message"),
        sa.PrimaryKeyConstraint("organisation_id", "message_id", name=op.f("pk_message")),
    )
    op.create_index(
        "uq_message_accepted",
        "message",
        ["organisation_id", "application", "facility", "control_id", "sent"],
        unique=True,
        sqlite_where=ACCEPTED,
        postgresql_where=ACCEPTED,
    )
    op.create_index(
        op.f("ix_message_organisation_id_received_at_message_id"),
        "message",
        ["organisation_id", "received_at", "message_id"],
    )


def _results() -> None:
    op.create_table(
        "message_result",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("accession_number", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "message_id"],
            ["message.organisation_id", "message.message_id"],
            name=op.f("fk_message_result_message"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_message_result_patient"),
        ),
        _of_organisation("message_result"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "message_id", "position", name=op.f("pk_message_result")
        ),
    )
    for name in ("accession_number", "patient_id"):
        op.create_index(
            op.f(f"ix_message_result_organisation_id_{name}"),
            "message_result",
            ["organisation_id", name],
        )
