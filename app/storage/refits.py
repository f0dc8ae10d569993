"""Refits: asked for, running, done or failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from app.prognosis.clock_starts import BASELINE
from app.storage import tables
from app.storage.jobs import STATES, UNFINISHED, Jobs
from app.storage.statements import insert_or_ignore

_refit = tables.refit


@dataclass(frozen=True)
class Refit:
    """One refit; the request is canonical JSON, so equal requests are equal texts."""

    refit_id: str
    endpoint: str
    setting: str
    request: str
    status: str
    progress: float
    model_id: str | None
    failure_code: str | None
    failure_detail: str | None
    queued_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    clock_kind: str = BASELINE


def count_by_state(connection: Connection) -> dict[str, int]:
    """Count the refits of all organisations, those states included in which there is none."""
    rows = connection.execute(select(_refit.c.status, func.count()).group_by(_refit.c.status))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


class Refits(Jobs):
    """The refits of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        super().__init__(connection, organisation_id, _refit, "refit_id")

    def add(self, refit: Refit) -> bool:
        """Queue a refit; False where one for the same place is unfinished."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _refit)
            .values(organisation_id=self._organisation_id, **vars(refit))
            .returning(_refit.c.refit_id)
        )
        return added.one_or_none() is not None

    def find(self, refit_id: str) -> Refit | None:
        """Find a refit."""
        row = self._connection.execute(select(*_columns).where(self._is(refit_id))).one_or_none()
        return _refit_of(row) if row is not None else None

    def unfinished(self, endpoint: str, setting: str, clock_kind: str = BASELINE) -> Refit | None:
        """Find the refit that holds the place of an endpoint, a setting and a kind of clock."""
        row = self._connection.execute(
            select(*_columns).where(
                _refit.c.organisation_id == self._organisation_id,
                _refit.c.endpoint == endpoint,
                _refit.c.setting == setting,
                _refit.c.clock_kind == clock_kind,
                _refit.c.status.in_(UNFINISHED),
            )
        ).one_or_none()
        return _refit_of(row) if row is not None else None

    def finish(self, refit_id: str, model_id: str, at: datetime) -> bool:
        """Name the model that a refit made; False where it was given up meanwhile."""
        return self._end(refit_id, at, status="done", progress=1.0, model_id=model_id)


_columns = [_refit.c[name] for name in Refit.__dataclass_fields__]


def _refit_of(row: Any) -> Refit:
    return Refit(*row)
