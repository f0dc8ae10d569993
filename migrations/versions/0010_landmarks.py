"""
A model of later draws is in use beside that of the baseline draws, and so are their refits.

Revises 0009, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PLACES = (
    ("model", "uq_model_current", "status = 'current'"),
    ("refit", "uq_refit_running", "status IN ('queued', 'running')"),
)
"""Which rows have a place that only one can hold, and its index."""


def _clock_kind() -> sa.Column[str]:
    return sa.Column("clock_kind", sa.String(16), nullable=False, server_default="baseline")


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    if is_postgres:
        op.execute("SET LOCAL lock_timeout = '5s'")
    for _, index, _ in PLACES:
        op.drop_index(index)
    op.add_column("refit", _clock_kind())
    if is_postgres:
        op.add_column("model", _clock_kind())
    else:
        # SQLite would read through the artefact, to the end of it, to what stands behind.
        with op.batch_alter_table("model", recreate="always") as model:
            model.add_column(_clock_kind(), insert_before="artefact")
    for table, index, holds in PLACES:
        op.create_index(
            index,
            table,
            ["organisation_id", "endpoint", "setting", "clock_kind"],
            unique=True,
            sqlite_where=sa.text(holds),
            postgresql_where=sa.text(holds),
        )
