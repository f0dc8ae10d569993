"""Jobs of the process that fits: asked for, running, done or failed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, update

UNFINISHED = ("queued", "running")
STATES = (*UNFINISHED, "done", "failed")


class Jobs:
    """The jobs of one kind and one organisation; a kind has a table of its own."""

    def __init__(
        self, connection: Connection, organisation_id: int, table: Table, name: str
    ) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._table = table
        self._name = table.c[name]

    def beat(self, job_id: str, progress: float, at: datetime) -> None:
        """Say that a job is alive; nothing where it was given up meanwhile."""
        self._update(
            self._is(job_id) & self._unfinished(),
            status="running",
            progress=progress,
            heartbeat_at=at,
        )

    def wait(self, job_id: str, at: datetime) -> None:
        """Say that a job waits its turn; nothing where it began or ended meanwhile."""
        self._update(self._is(job_id) & (self._table.c.status == "queued"), heartbeat_at=at)

    def fail(self, job_id: str, code: str, detail: str, at: datetime) -> bool:
        """Say why a job came to nothing; False where it had ended before."""
        return self._end(job_id, at, status="failed", failure_code=code, failure_detail=detail)

    def abandon_silent_since(self, silent_since: datetime, at: datetime) -> None:
        """Give up the jobs whose worker has not been heard of."""
        self._update(
            self._ours() & self._unfinished() & (self._table.c.heartbeat_at < silent_since),
            status="failed",
            failure_code="abandoned",
            failure_detail="the process that ran it went away",
            finished_at=at,
        )

    def _end(self, job_id: str, at: datetime, **values: Any) -> bool:
        where = self._is(job_id) & self._unfinished()
        return self._update(where, finished_at=at, heartbeat_at=at, **values) == 1

    def _update(self, where: ColumnElement[bool], **values: Any) -> int:
        updated = self._connection.execute(update(self._table).where(where).values(values))
        return updated.rowcount

    def _unfinished(self) -> ColumnElement[bool]:
        return self._table.c.status.in_(UNFINISHED)

    def _is(self, job_id: str) -> ColumnElement[bool]:
        return self._ours() & (self._name == job_id)

    def _ours(self) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self._table.c.organisation_id == self._organisation_id
        return found
