"""Alembic's entry: compares and migrates on the connection, in the transaction, it is handed."""

from alembic import context
from alembic.util import CommandError

from app.storage.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise CommandError("migrations run through `prognosis migrate`, which lets one process migrate")

context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_server_default=True,
    autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
)
with context.begin_transaction():
    context.run_migrations()
