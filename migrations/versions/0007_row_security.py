"""
PostgreSQL shows a transaction only the rows of the organisation that it named.

Revises 0006, 2026-11-23.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OURS = "organisation_id = NULLIF(current_setting('prognosis.organisation', true), '')::integer"
NAMED = "client_id = NULLIF(current_setting('prognosis.client', true), '')"
ACROSS = "current_setting('prognosis.across', true)"

OF_ONE_ORGANISATION = (
    *("patient", "observation", "blood_test", "follow_up", "declared_covariate"),
    *("model", "model_block", "model_change", "start_block", "stale_patient"),
    *("refit", "prognosis", "idempotency_record", "organisation", "client"),
)
FENCED = (*OF_ONE_ORGANISATION, "client_secret", "audit_event")

POLICIES = (
    *(f"of_organisation ON {table} USING ({OURS})" for table in OF_ONE_ORGANISATION),
    (
        "of_client ON organisation FOR SELECT USING (EXISTS (SELECT FROM client"
        " WHERE client.organisation_id = organisation.organisation_id"
        " AND client.client_id = NULLIF(current_setting('prognosis.client', true), '')))"
    ),
    f"of_directory ON organisation FOR SELECT USING ({ACROSS} IN ('directory', 'backup'))",
    f"added ON organisation FOR INSERT WITH CHECK ({ACROSS} = 'directory')",
    f"of_client ON client FOR SELECT USING ({NAMED})",
    f"of_directory ON client FOR SELECT USING ({ACROSS} IN ('directory', 'backup'))",
    f"locked ON client FOR UPDATE USING ({ACROSS} = 'directory') WITH CHECK (false)",
    (
        "of_organisation ON client_secret USING (EXISTS (SELECT FROM client"
        f" WHERE client.client_id = client_secret.client_id AND client.{OURS}))"  # nosec B608
    ),
    f"of_client ON client_secret FOR SELECT USING ({NAMED})",
    f"of_backup ON client_secret FOR SELECT USING ({ACROSS} = 'backup')",
    f"counted ON refit FOR SELECT USING ({ACROSS} = 'refits')",
    f"of_organisation ON audit_event FOR SELECT USING ({OURS})",
    (
        "appended ON audit_event FOR INSERT"
        f" WITH CHECK ({OURS.replace('=', 'IS NOT DISTINCT FROM', 1)})"
    ),
    f"of_audit ON audit_event FOR SELECT USING ({ACROSS} IN ('audit', 'backup'))",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in FENCED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # Also for the owner of the table.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in POLICIES:
        op.execute(f"CREATE POLICY {policy}")
