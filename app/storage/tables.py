"""The tables; every one that holds a hospital's data has the organisation in its key."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from app.storage.append_only import refuse_changes
from app.storage.row_security import fence

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC: SQLite drops the offset, so nothing naive goes in."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("an instant needs an offset")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


IN_CODE_POINTS = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Text that a database puts in the order that Python does."""


def _organisation(primary_key: bool = True) -> Column[int]:
    return Column(
        "organisation_id",
        Integer,
        ForeignKey("organisation.organisation_id"),
        primary_key=primary_key,
        nullable=False,
    )


def _of_patient() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organisation_id", "patient_id"], ["patient.organisation_id", "patient.patient_id"]
    )


organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("packed_by", String(64), nullable=False, server_default="none"),
    Column("erasures", Integer, nullable=False, server_default="0"),
)
"""How its clock starts are packed, and how many persons were erased."""

client = Table(
    "client",
    metadata,
    _organisation(primary_key=False),
    Column("client_id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("jwks", Text),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(32)),
    Column("jwks_url", Text),
    Index(None, "organisation_id"),
)
"""Scopes are separated by blanks; the key set is JSON for private_key_jwt, or where it is."""

client_secret = Table(
    "client_secret",
    metadata,
    Column("client_id", String(32), ForeignKey("client.client_id"), primary_key=True),
    Column("secret_hash", LargeBinary(32), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("issued_by", String(32)),
    Column("ended_at", Instant),
    Column("ended_by", String(32)),
    Column("last_used_at", Instant),
)
"""Rows stay when their key has ended: what it was, who made and ended it, and when it was used."""

access_token = Table(
    "access_token",
    metadata,
    _organisation(),
    Column("client_id", String(32), ForeignKey("client.client_id"), primary_key=True),
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("scopes", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "organisation_id", "expires_at"),
)
"""A row outlives its token for a while: who sends it then is told apart from a guesser."""

used_assertion = Table(
    "used_assertion",
    metadata,
    _organisation(),
    Column("client_id", String(32), ForeignKey("client.client_id"), primary_key=True),
    Column("jti_hash", LargeBinary(32), primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Index(None, "organisation_id", "ends_at"),
)
"""Signed statements of clients that were taken once, until they have expired anyway."""

patient = Table(
    "patient",
    metadata,
    _organisation(),
    Column("patient_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("person_key", LargeBinary(16), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""The person key makes the pseudonym that audit events carry; it goes with the person."""

observation = Table(
    "observation",
    metadata,
    _organisation(),
    Column("patient_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("observed_on", Date, nullable=False),
    Column("facts", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    _of_patient(),
    Index(None, "organisation_id", "recorded_at"),
)
"""Append-only: what was said of a patient, with the patient's version that it made."""

blood_test = Table(
    "blood_test",
    metadata,
    _organisation(),
    Column("accession_number", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("drawn_on", Date, nullable=False),
    Column("ctc_count", BigInteger, nullable=False),
    Column("blood_volume_ml", Float, nullable=False),
    Column("assay", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    _of_patient(),
    CheckConstraint("ctc_count BETWEEN 0 AND 1000000", name="count_in_range"),
    CheckConstraint("blood_volume_ml > 0", name="volume_positive"),
    Index(
        "uq_blood_test_current",
        "organisation_id",
        "accession_number",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
    Index(None, "organisation_id", "patient_id"),
    Index(None, "organisation_id", "recorded_at", "version"),
)
"""One row per version of a result; a correction adds a row and the old one stays."""

follow_up = Table(
    "follow_up",
    metadata,
    _organisation(),
    Column("patient_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("last_known_alive_on", Date),
    Column("death_on", Date),
    Column("progression_on", Date),
    Column("recorded_at", Instant, nullable=False),
    _of_patient(),
    Index(None, "organisation_id", "recorded_at"),
    Index(
        "uq_follow_up_current",
        "organisation_id",
        "patient_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)


def _current(table: str, *key: str) -> Index:
    return Index(
        f"uq_{table}_current",
        "organisation_id",
        *key,
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    )


treatment = Table(
    "treatment",
    metadata,
    _organisation(),
    Column("patient_id", String(64), primary_key=True),
    Column("treatment_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("line", Integer, nullable=False),
    Column("regimen", String(100), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("recorded_at", Instant, nullable=False),
    _of_patient(),
    CheckConstraint("ended_on >= started_on", name="ends_after_start"),
    _current("treatment", "patient_id", "treatment_id"),
)

assessment = Table(
    "assessment",
    metadata,
    _organisation(),
    Column("patient_id", String(64), primary_key=True),
    Column("assessment_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("assessed_on", Date, nullable=False),
    Column("method", String(16), nullable=False),
    Column("status", String(32), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    _of_patient(),
    CheckConstraint("method IN ('imaging', 'clinical')", name="method_known"),
    CheckConstraint(
        "status IN ('complete-response', 'partial-response', 'stable', 'progression')",
        name="status_known",
    ),
    _current("assessment", "patient_id", "assessment_id"),
)
"""One row per version, as of results; what was told before stays."""

declared_covariate = Table(
    "declared_covariate",
    metadata,
    _organisation(),
    Column("name", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("minimum", Float),
    Column("maximum", Float),
    Column("declared_at", Instant, nullable=False),
    CheckConstraint("kind IN ('continuous', 'binary', 'ordinal')", name="kind_known"),
)

model = Table(
    "model",
    metadata,
    _organisation(),
    Column("model_id", String(71), primary_key=True),
    Column("endpoint", String(32), nullable=False),
    Column("setting", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("fitted_at", Instant, nullable=False),
    Column("gates", Text, nullable=False),
    Column("promotion", Text),
    Column("changed_rows", Integer, nullable=False),
    # Last but for PostgreSQL: SQLite reads through it to whatever stands behind it.
    Column("artefact", Text, nullable=False),
    Column("clock_kind", String(16), nullable=False, server_default="baseline"),
    CheckConstraint("status IN ('candidate', 'current', 'superseded')", name="status_known"),
    Index(
        "uq_model_current",
        "organisation_id",
        "endpoint",
        "setting",
        "clock_kind",
        unique=True,
        sqlite_where=text("status = 'current'"),
        postgresql_where=text("status = 'current'"),
    ),
)
"""The artefact never changes; status, gates, promotion and changed rows stand beside it."""

model_block = Table(
    "model_block",
    metadata,
    _organisation(),
    Column("model_id", String(71), primary_key=True),
    Column("first_patient_id", IN_CODE_POINTS, primary_key=True),
    Column("last_patient_id", IN_CODE_POINTS, nullable=False),
    Column("patient_ids", Text, nullable=False),
    Column("rows", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "model_id"], ["model.organisation_id", "model.model_id"]
    ),
)
"""The rows of some thousand training patients: the values used and the day of each."""

model_change = Table(
    "model_change",
    metadata,
    _organisation(),
    Column("model_id", String(71), primary_key=True),
    Column("patient_id", String(64), primary_key=True),
    ForeignKeyConstraint(
        ["organisation_id", "model_id"], ["model.organisation_id", "model.model_id"]
    ),
    _of_patient(),
)
"""Training patients of whom something was corrected since."""

start_block = Table(
    "start_block",
    metadata,
    _organisation(),
    Column("clock", String(16), primary_key=True),
    Column("first_patient_id", IN_CODE_POINTS, primary_key=True),
    Column("patient_ids", Text, nullable=False),
    Column("accession_numbers", Text, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)
"""What a fit can use of some thousand patients, derived from the tables above, to be read fast."""

stale_patient = Table(
    "stale_patient",
    metadata,
    _organisation(),
    Column("patient_id", IN_CODE_POINTS, primary_key=True),
    Column("mark", BigInteger, nullable=False),
    _of_patient(),
)
"""Patients whose clock starts are to be derived again; every change sets another mark."""

refit = Table(
    "refit",
    metadata,
    _organisation(),
    Column("refit_id", String(32), primary_key=True),
    Column("endpoint", String(32), nullable=False),
    Column("setting", String(16), nullable=False),
    Column("request", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("progress", Float, nullable=False),
    Column("model_id", String(71)),
    Column("failure_code", String(64)),
    Column("failure_detail", Text),
    Column("queued_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("clock_kind", String(16), nullable=False, server_default="baseline"),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
    CheckConstraint("progress BETWEEN 0 AND 1", name="progress_in_range"),
    Index(
        "uq_refit_running",
        "organisation_id",
        "endpoint",
        "setting",
        "clock_kind",
        unique=True,
        sqlite_where=text("status IN ('queued', 'running')"),
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
)

comparison = Table(
    "comparison",
    metadata,
    _organisation(),
    Column("comparison_id", String(32), primary_key=True),
    Column("request", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("progress", Float, nullable=False),
    Column("result", Text),
    Column("failure_code", String(64)),
    Column("failure_detail", Text),
    Column("queued_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("finished_at", Instant),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
    CheckConstraint("progress BETWEEN 0 AND 1", name="progress_in_range"),
    Index(
        "uq_comparison_running",
        "organisation_id",
        unique=True,
        sqlite_where=text("status IN ('queued', 'running')"),
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
)
"""One at a time of an organisation: each keeps the process that fits for a while."""

pool = Table(
    "pool",
    metadata,
    _organisation(),
    Column("pool_id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("founder", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("pool_id"),
)
"""Of the organisation that founded it; those that it invited see it too."""

pool_member = Table(
    "pool_member",
    metadata,
    _organisation(),
    Column("pool_id", String(32), primary_key=True),
    Column("member", String(64), primary_key=True),
    ForeignKeyConstraint(["organisation_id", "pool_id"], ["pool.organisation_id", "pool.pool_id"]),
    Index(None, "member"),
)
"""Whom a founder invited, by name: nobody learns whether there is such an organisation."""

pool_consent = Table(
    "pool_consent",
    metadata,
    _organisation(),
    Column("pool_id", String(32), ForeignKey("pool.pool_id"), primary_key=True),
    Column("consent_id", String(32), primary_key=True),
    Column("member", String(64), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("given_by", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", String(32)),
    Index(
        "uq_pool_consent_standing",
        "organisation_id",
        "pool_id",
        unique=True,
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    Index(None, "pool_id"),
)
"""Who consents again does so anew: what rested on the consent before stays without it."""

pool_model = Table(
    "pool_model",
    metadata,
    _organisation(),
    Column("pool_model_id", String(32), primary_key=True),
    Column("pool_id", String(32), ForeignKey("pool.pool_id"), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("request", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("progress", Float, nullable=False),
    Column("failure_code", String(64)),
    Column("failure_detail", Text),
    Column("queued_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("consents", Text),
    Column("result", Text),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
    CheckConstraint("progress BETWEEN 0 AND 1", name="progress_in_range"),
    UniqueConstraint("pool_model_id"),
    Index(
        "uq_pool_model_running",
        "organisation_id",
        "pool_id",
        unique=True,
        sqlite_where=text("status IN ('queued', 'running')"),
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
    Index(None, "pool_id", "queued_at"),
)
"""A fit of all that consent, from its request to what every one of them is told of it."""

pool_share = Table(
    "pool_share",
    metadata,
    _organisation(),
    Column("pool_model_id", String(32), ForeignKey("pool_model.pool_model_id"), primary_key=True),
    Column("content", Text, nullable=False),
)
"""What a fit tells one organisation alone: of its own rows, and its own baseline."""

prognosis = Table(
    "prognosis",
    metadata,
    _organisation(),
    Column("prognosis_id", String(32), primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("accession_number", String(64), nullable=False),
    Column("request_digest", String(64), nullable=False),
    Column("model_id", String(71)),
    Column("computed_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),
    Column("circumstances", Text),
    _of_patient(),
    Index(None, "organisation_id", "accession_number"),
    Index(None, "organisation_id", "patient_id"),
)
"""Every answer as it was given; the digest tells a repeat from a new question."""

idempotency_record = Table(
    "idempotency_record",
    metadata,
    _organisation(),
    Column("client_id", String(32), primary_key=True),
    Column("route", String(200), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("patient_id", String(64)),
    Column("created_at", Instant, nullable=False),
    Index(None, "organisation_id", "patient_id"),
)
"""The first answer to a key, written in the transaction that it answers."""

trial = Table(
    "trial",
    metadata,
    _organisation(),
    Column("trial_id", String(64), primary_key=True),
    Column("protocol", Text, nullable=False),
    Column("block_sizes", Text, nullable=False),
    Column("seed", LargeBinary(32)),
    Column("interim_outcomes", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Column("closed_at", Instant),
    CheckConstraint("status IN ('draft', 'open', 'closed')", name="status_known"),
)
"""What was declared before the first patient; its block sizes and its seed are never served."""

trial_allocation = Table(
    "trial_allocation",
    metadata,
    _organisation(),
    Column("trial_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("arm", String(64), nullable=False),
    Column("stratum", Text, nullable=False),
    Column("block", Integer),
    Column("block_size", Integer),
    Column("place", Integer),
    Column("code", String(16), nullable=False),
    Column("allocated_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "trial_id"], ["trial.organisation_id", "trial.trial_id"]
    ),
)
"""Append-only: which arm was given to whom it came to, who is named in the next table alone."""

trial_enrolment = Table(
    "trial_enrolment",
    metadata,
    _organisation(),
    Column("trial_id", String(64), primary_key=True),
    Column("patient_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("frozen", Text, nullable=False),
    Column("client_id", String(32), nullable=False),
    Column("enrolled_at", Instant, nullable=False),
    Column("unblinded_at", Instant),
    Column("unblinded_by", String(32)),
    Column("unblinding_reason", Text),
    ForeignKeyConstraint(
        ["organisation_id", "trial_id", "number"],
        [
            "trial_allocation.organisation_id",
            "trial_allocation.trial_id",
            "trial_allocation.number",
        ],
    ),
    _of_patient(),
    UniqueConstraint("organisation_id", "trial_id", "number"),
    Index(None, "organisation_id", "patient_id"),
)
"""Whose an allocation is, and what was known of the person that day; it goes with the person."""

message = Table(
    "message",
    metadata,
    _organisation(),
    Column("message_id", String(32), primary_key=True),
    Column("client_id", String(32), nullable=False),
    Column("application", String(256), nullable=False),
    Column("facility", String(256), nullable=False),
    Column("control_id", String(256), nullable=False),
    Column("sent", String(256), nullable=False),
    Column("kind", String(256), nullable=False),
    Column("version", String(256), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("outcome", String(2), nullable=False),
    Column("acknowledgement", Text, nullable=False),
    Column("errors", Text, nullable=False),
    CheckConstraint("outcome IN ('AA', 'AE', 'AR')", name="outcome_known"),
    Index(
        "uq_message_accepted",
        "organisation_id",
        "application",
        "facility",
        "control_id",
        "sent",
        unique=True,
        sqlite_where=text("outcome = 'AA'"),
        postgresql_where=text("outcome = 'AA'"),
    ),
    Index(None, "organisation_id", "received_at", "message_id"),
)
"""What laboratories sent and were answered; of a message itself, its digest alone is kept."""

message_result = Table(
    "message_result",
    metadata,
    _organisation(),
    Column("message_id", String(32), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("accession_number", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("stated_at", Instant, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("sent_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "message_id"], ["message.organisation_id", "message.message_id"]
    ),
    _of_patient(),
    Index(None, "organisation_id", "accession_number"),
    Index(None, "organisation_id", "patient_id"),
)
"""When each message stated a result, so that a late one undoes nothing; it goes with the person."""

attempt_window = Table(
    "attempt_window",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "ends_at"),
)
"""How often somebody called or sent a wrong secret; after its end a row says nothing."""

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("organisation_id", Integer),
    Column("at", Instant, nullable=False),
    Column("client_id", String(32)),
    Column("action", String(200), nullable=False),
    Column("status", Integer, nullable=False),
    Column("person", String(64)),
    Column("request_id", String(64), nullable=False),
    Column("detail", Text),
    Index(None, "organisation_id", "sequence"),
    sqlite_autoincrement=True,
)
"""Who did what, denied callers included; the person stands as a pseudonym whose key goes too."""

audit_seal = Table(
    "audit_seal",
    metadata,
    Column(
        "place",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("sequence", BigInteger, nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False),
)
"""A chain over the audit events: each digest is of the one before it and of one event."""

refuse_changes(metadata, audit_event, audit_seal, trial_allocation)
fence(metadata, client_secret)
