"""The bare twin: FastAPI, the same body, one durable row, the same answer, and nothing else."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pysqlite3 import dbapi2
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
)

from app.api.schemas import PrognosisRequest
from app.storage.engines import SQLITE_PRAGMAS

metadata = MetaData()
result = Table(
    "result",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("accession_number", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
audit_event = Table(
    "audit_event",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("action", String(200), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


def open_database(url: str) -> Engine:
    """Open SQLite or PostgreSQL as durably as the service does."""
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, module=dbapi2, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in (*SQLITE_PRAGMAS, "PRAGMA foreign_keys=ON", "PRAGMA journal_mode=WAL"):
            connection.execute(pragma).fetchall()

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def create_app() -> FastAPI:
    """Build the twin around one answer of the service."""
    answer = Path(os.environ["TWIN_ANSWER"]).read_text()
    content: dict[str, Any] = json.loads(answer)
    engine = open_database(os.environ["TWIN_DATABASE_URL"])
    app = FastAPI()

    @app.post("/v1/prognoses", status_code=201)
    def post_prognosis(body: PrognosisRequest) -> dict[str, Any]:
        row = {
            "patient_id": body.patient.patient_id,
            "accession_number": body.blood_test.accession_number,
            "answer": answer,
            "at": datetime.now(UTC),
        }
        with engine.begin() as connection:
            connection.execute(insert(result).values(row))
        return content

    @app.get("/v1/patients/{patient_id}/prognosis")
    def get_prognosis(patient_id: str) -> dict[str, Any]:
        row = {"action": "get_prognosis", "patient_id": patient_id, "at": datetime.now(UTC)}
        with engine.begin() as connection:
            connection.execute(insert(audit_event).values(row))
        return content

    return app
