"""
Access tokens, the signed statements that they were given for, and addresses of key sets.

Revises 0013, 2026-11-23.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
NAMED = "client_id = NULLIF(current_setting('prognosis.client', true), '')"

FENCE = (
    "ALTER TABLE access_token ENABLE ROW LEVEL SECURITY",
    # Also for the owner of the table.
    "ALTER TABLE access_token FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY of_organisation ON access_token USING ({OURS})",
    f"CREATE POLICY of_client ON access_token FOR SELECT USING ({NAMED})",
    "ALTER TABLE used_assertion ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE used_assertion FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY of_organisation ON used_assertion USING ({OURS})",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("client", sa.Column("jwks_url", sa.Text()))
    op.create_table(
        "access_token",
        *_owner(),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        *_keys("access_token", "token_hash"),
    )
    op.create_index(
        op.f("ix_access_token_organisation_id_expires_at"),
        "access_token",
        ["organisation_id", "expires_at"],
    )
    op.create_table(
        "used_assertion",
        *_owner(),
        sa.Column("jti_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        *_keys("used_assertion", "jti_hash"),
    )
    op.create_index(
        op.f("ix_used_assertion_organisation_id_ends_at"),
        "used_assertion",
        ["organisation_id", "ends_at"],
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in FENCE:
            op.execute(statement)


def _owner() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(32), nullable=False),
    )


def _keys(table: str, name: str) -> tuple[Any, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f(f"fk_{table}_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.client_id"], name=op.f(f"fk_{table}_client")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "client_id", name, name=op.f(f"pk_{table}")),
    )
