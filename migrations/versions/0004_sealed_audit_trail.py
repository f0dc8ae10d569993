"""
Audit events are chained by seals, and neither can be changed or removed.

Revises 0003, 2026-11-23.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ON_POSTGRESQL = (
    (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only, no ' || TG_OP;"
        " END $$"
    ),
    (
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
    (
        "CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
    # Also in a session that says it only replicates.
    "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only",
    "ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_append_only",
)

ON_SQLITE = (
    (
        "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event"
        " BEGIN SELECT RAISE(ABORT, 'audit_event is append-only, no UPDATE'); END"
    ),
    (
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event"
        " BEGIN SELECT RAISE(ABORT, 'audit_event is append-only, no DELETE'); END"
    ),
    # REPLACE removes a row without asking the trigger above.
    (
        "CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event"
        " WHEN EXISTS (SELECT 1 FROM audit_event WHERE sequence = NEW.sequence)"
        " BEGIN SELECT RAISE(ABORT, 'audit_event is append-only, no REPLACE'); END"
    ),
    (
        "CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal"
        " BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only, no UPDATE'); END"
    ),
    (
        "CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal"
        " BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only, no DELETE'); END"
    ),
    (
        "CREATE TRIGGER audit_seal_no_replace BEFORE INSERT ON audit_seal"
        " WHEN EXISTS (SELECT 1 FROM audit_seal WHERE place = NEW.place OR sequence = NEW.sequence)"
        " BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only, no REPLACE'); END"
    ),
)


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "audit_seal",
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_seal_sequence")),
    )
    for statement in ON_POSTGRESQL if is_postgresql else ON_SQLITE:
        op.execute(statement)
