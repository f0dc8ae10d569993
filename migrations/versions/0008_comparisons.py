"""
Sets of predictors are compared by jobs, whose results are kept.

Revises 0007, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FENCE = (
    "ALTER TABLE comparison ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE comparison FORCE ROW LEVEL SECURITY",
    (
        "CREATE POLICY of_organisation ON comparison USING (organisation_id"
        " = NULLIF(current_setting('prognosis.organisation', true), '')::integer)"
    ),
)
UNFINISHED = "status IN ('queued', 'running')"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "comparison",
        sa.Column("organisation_id", sa.Integer, primary_key=True),
        sa.Column("comparison_id", sa.String(32), primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("failure_code", sa.String(64)),
        sa.Column("failure_detail", sa.Text),
        sa.Column("queued_at", instant, nullable=False),
        sa.Column("heartbeat_at", instant, nullable=False),
        sa.Column("finished_at", instant),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_comparison_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "comparison_id", name=op.f("pk_comparison")),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')",
            name=op.f("ck_comparison_status_known"),
        ),
        sa.CheckConstraint(
            "progress BETWEEN 0 AND 1", name=op.f("ck_comparison_progress_in_range")
        ),
    )
    op.create_index(
        "uq_comparison_running",
        "comparison",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text(UNFINISHED),
        postgresql_where=sa.text(UNFINISHED),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in FENCE:
        op.execute(statement)
