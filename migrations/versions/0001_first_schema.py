"""
The schema of version 0.1.0.

Revises nothing, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _create_audit_event()
    _create_organisation()
    _create_client()
    _create_declared_covariate()
    _create_idempotency_record()
    _create_model()
    _create_patient()
    _create_refit()
    _create_blood_test()
    _create_client_secret()
    _create_follow_up()
    _create_model_row()
    _create_observation()
    _create_prognosis()


def _create_audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_audit_event_organisation_id_sequence"),
        "audit_event",
        ["organisation_id", "sequence"],
        unique=False,
    )


def _create_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )


def _create_client() -> None:
    op.create_table(
        "client",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("jwks", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_client_organisation"),
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client")),
    )
    op.create_index(op.f("ix_client_organisation_id"), "client", ["organisation_id"], unique=False)


def _create_declared_covariate() -> None:
    op.create_table(
        "declared_covariate",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("minimum", sa.Float(), nullable=True),
        sa.Column("maximum", sa.Float(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('continuous', 'binary', 'ordinal')",
            name=op.f("ck_declared_covariate_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_declared_covariate_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "name", name=op.f("pk_declared_covariate")),
    )


def _create_idempotency_record() -> None:
    op.create_table(
        "idempotency_record",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_idempotency_record_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "client_id", "route", "key", name=op.f("pk_idempotency_record")
        ),
    )
    op.create_index(
        op.f("ix_idempotency_record_organisation_id_patient_id"),
        "idempotency_record",
        ["organisation_id", "patient_id"],
        unique=False,
    )


def _create_model() -> None:
    op.create_table(
        "model",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(length=71), nullable=False),
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("setting", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gates", sa.Text(), nullable=False),
        sa.Column("promotion", sa.Text(), nullable=True),
        sa.Column("changed_rows", sa.Integer(), nullable=False),
        sa.Column("artefact", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('candidate', 'current', 'superseded')", name=op.f("ck_model_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_model_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "model_id", name=op.f("pk_model")),
    )
    op.create_index(
        "uq_model_current",
        "model",
        ["organisation_id", "endpoint", "setting"],
        unique=True,
        sqlite_where=sa.text("status = 'current'"),
        postgresql_where=sa.text("status = 'current'"),
    )


def _create_patient() -> None:
    op.create_table(
        "patient",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_patient_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "patient_id", name=op.f("pk_patient")),
    )


def _create_refit() -> None:
    op.create_table(
        "refit",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("refit_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("setting", sa.String(length=16), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("model_id", sa.String(length=71), nullable=True),
        sa.Column("failure_code", sa.String(length=64), nullable=True),
        sa.Column("failure_detail", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_refit_status_known")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_refit_progress_in_range")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_refit_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "refit_id", name=op.f("pk_refit")),
    )
    op.create_index(
        "uq_refit_running",
        "refit",
        ["organisation_id", "endpoint", "setting"],
        unique=True,
        sqlite_where=sa.text("status IN ('queued', 'running')"),
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )


def _create_blood_test() -> None:
    op.create_table(
        "blood_test",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("accession_number", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("ctc_count", sa.BigInteger(), nullable=False),
        sa.Column("blood_volume_ml", sa.Float(), nullable=False),
        sa.Column("assay", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("blood_volume_ml > 0", name=op.f("ck_blood_test_volume_positive")),
        sa.CheckConstraint(
            "ctc_count BETWEEN 0 AND 1000000", name=op.f("ck_blood_test_count_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_blood_test_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_blood_test_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "accession_number", "version", name=op.f("pk_blood_test")
        ),
    )
    op.create_index(
        op.f("ix_blood_test_organisation_id_patient_id"),
        "blood_test",
        ["organisation_id", "patient_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_blood_test_organisation_id_recorded_at_version"),
        "blood_test",
        ["organisation_id", "recorded_at", "version"],
        unique=False,
    )
    op.create_index(
        "uq_blood_test_current",
        "blood_test",
        ["organisation_id", "accession_number"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def _create_client_secret() -> None:
    op.create_table(
        "client_secret",
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.client_id"], name=op.f("fk_client_secret_client")
        ),
        sa.PrimaryKeyConstraint("client_id", "secret_hash", name=op.f("pk_client_secret")),
    )


def _create_follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("last_known_alive_on", sa.Date(), nullable=True),
        sa.Column("death_on", sa.Date(), nullable=True),
        sa.Column("progression_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_follow_up_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_follow_up_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "patient_id", "version", name=op.f("pk_follow_up")
        ),
    )
    op.create_index(
        "uq_follow_up_current",
        "follow_up",
        ["organisation_id", "patient_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def _create_model_row() -> None:
    op.create_table(
        "model_row",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(length=71), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("accession_number", sa.String(length=64), nullable=True),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_id"],
            ["model.organisation_id", "model.model_id"],
            name=op.f("fk_model_row_model"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_model_row_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_model_row_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "model_id", "patient_id", name=op.f("pk_model_row")
        ),
    )
    op.create_index(
        op.f("ix_model_row_organisation_id_patient_id"),
        "model_row",
        ["organisation_id", "patient_id"],
        unique=False,
    )


def _create_observation() -> None:
    op.create_table(
        "observation",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_observation_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_observation_organisation"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "patient_id", "version", name=op.f("pk_observation")
        ),
    )


def _create_prognosis() -> None:
    op.create_table(
        "prognosis",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("prognosis_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=64), nullable=False),
        sa.Column("accession_number", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=71), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "patient_id"],
            ["patient.organisation_id", "patient.patient_id"],
            name=op.f("fk_prognosis_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_prognosis_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "prognosis_id", name=op.f("pk_prognosis")),
    )
    op.create_index(
        op.f("ix_prognosis_organisation_id_accession_number"),
        "prognosis",
        ["organisation_id", "accession_number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_prognosis_organisation_id_patient_id"),
        "prognosis",
        ["organisation_id", "patient_id"],
        unique=False,
    )
