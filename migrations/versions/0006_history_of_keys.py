"""
Keys have a history: who made and ended them, and when they were last used.

Revises 0005, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("client", sa.Column("revoked_by", sa.String(32)))
    op.add_column("client_secret", sa.Column("issued_by", sa.String(32)))
    op.add_column("client_secret", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column("client_secret", sa.Column("ended_by", sa.String(32)))
    op.add_column("client_secret", sa.Column("last_used_at", sa.DateTime(timezone=True)))
