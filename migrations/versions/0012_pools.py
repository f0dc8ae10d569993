"""
Pools of organisations: invitations, consents, models fitted on all that consent.

Revises 0011, 2026-11-23.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
UNFINISHED = sa.text("status IN ('queued', 'running')")
STANDING = sa.text("withdrawn_at IS NULL")

OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
# The row whole: with a policy on the column, no migration could change the column.
BY_NAME = (
    "EXISTS (SELECT FROM organisation"
    f" WHERE to_jsonb(organisation) ->> 'name' = member AND organisation.{OURS})"  # nosec B608
)
INVITED = "EXISTS (SELECT FROM pool_member WHERE pool_member.pool_id = {}.pool_id)"

FENCED = ("pool", "pool_member", "pool_consent", "pool_model", "pool_share")
SEEN_BY_INVITED = ("pool", "pool_consent", "pool_model")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _pools()
    _consents()
    _models()
    if op.get_bind().dialect.name == "postgresql":
        _fence()


def _organisation() -> sa.Column[int]:
    return sa.Column("organisation_id", sa.Integer(), nullable=False)


def _keys(table: str, *names: str) -> Iterator[Any]:
    yield sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.organisation_id"],
        name=op.f(f"fk_{table}_organisation"),
    )
    yield sa.PrimaryKeyConstraint("organisation_id", *names, name=op.f(f"pk_{table}"))


def _of(table: str, other: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{other}.{name}"], name=op.f(f"fk_{table}_{other}"))


def _pools() -> None:
    op.create_table(
        "pool",
        _organisation(),
        sa.Column("pool_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("founder", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        *_keys("pool", "pool_id"),
        sa.UniqueConstraint("pool_id", name=op.f("uq_pool_pool_id")),
    )
    op.create_table(
        "pool_member",
        _organisation(),
        sa.Column("pool_id", sa.String(32), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "pool_id"],
            ["pool.organisation_id", "pool.pool_id"],
            name=op.f("fk_pool_member_pool"),
        ),
        *_keys("pool_member", "pool_id", "member"),
    )
    op.create_index("ix_pool_member_member", "pool_member", ["member"])


def _consents() -> None:
    op.create_table(
        "pool_consent",
        _organisation(),
        sa.Column("pool_id", sa.String(32), nullable=False),
        sa.Column("consent_id", sa.String(32), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", sa.String(32)),
        _of("pool_consent", "pool", "pool_id"),
        *_keys("pool_consent", "pool_id", "consent_id"),
    )
    op.create_index(
        "uq_pool_consent_standing",
        "pool_consent",
        ["organisation_id", "pool_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index("ix_pool_consent_pool_id", "pool_consent", ["pool_id"])


def _models() -> None:
    op.create_table(
        "pool_model",
        _organisation(),
        sa.Column("pool_model_id", sa.String(32), nullable=False),
        sa.Column("pool_id", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("failure_code", sa.String(64)),
        sa.Column("failure_detail", sa.Text()),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("heartbeat_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("consents", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')",
            name=op.f("ck_pool_model_status_known"),
        ),
        sa.CheckConstraint(
            "progress BETWEEN 0 AND 1", name=op.f("ck_pool_model_progress_in_range")
        ),
        _of("pool_model", "pool", "pool_id"),
        *_keys("pool_model", "pool_model_id"),
        sa.UniqueConstraint("pool_model_id", name=op.f("uq_pool_model_pool_model_id")),
    )
    op.create_index(
        "uq_pool_model_running",
        "pool_model",
        ["organisation_id", "pool_id"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index("ix_pool_model_pool_id_queued_at", "pool_model", ["pool_id", "queued_at"])
    op.create_table(
        "pool_share",
        _organisation(),
        sa.Column("pool_model_id", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _of("pool_share", "pool_model", "pool_model_id"),
        *_keys("pool_share", "pool_model_id"),
    )


def _fence() -> None:
    for table in FENCED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # Also for the owner of the table.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_organisation ON {table} USING ({OURS})")
    for table in SEEN_BY_INVITED:
        op.execute(
            f"CREATE POLICY of_invited ON {table} FOR SELECT USING ({INVITED.format(table)})"
        )
    op.execute(f"CREATE POLICY of_invited ON pool_member FOR SELECT USING ({BY_NAME})")
