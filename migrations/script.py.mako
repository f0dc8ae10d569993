"""
${message}

Revises ${down_revision or "nothing"}, ${create_date.date()}.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A table that is in use is waited for briefly: the queue behind a waiting ALTER stops everyone.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    # A table with an organisation_id needs a fence, as in 0006; rows are changed in unfenced().
    ${upgrades if upgrades else "pass"}
