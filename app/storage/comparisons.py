"""Comparisons of sets of predictors: asked for, running, done or failed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from app.storage import tables
from app.storage.jobs import Jobs
from app.storage.statements import insert_or_ignore

_comparison = tables.comparison


@dataclass(frozen=True)
class Comparison:
    """One comparison; request and result are JSON, equal requests equal texts."""

    comparison_id: str
    request: str
    status: str
    progress: float
    result: str | None
    failure_code: str | None
    failure_detail: str | None
    queued_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None


class Comparisons(Jobs):
    """The comparisons of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        super().__init__(connection, organisation_id, _comparison, "comparison_id")

    def add(self, comparison: Comparison) -> bool:
        """Queue a comparison; False where one is unfinished."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _comparison)
            .values(organisation_id=self._organisation_id, **vars(comparison))
            .returning(_comparison.c.comparison_id)
        )
        return added.one_or_none() is not None

    def find(self, comparison_id: str) -> Comparison | None:
        """Find a comparison."""
        return self._one(self._is(comparison_id))

    def unfinished(self) -> Comparison | None:
        """Find the one that waits or runs."""
        return self._one(self._ours() & self._unfinished())

    def finish(self, comparison_id: str, result: str, at: datetime) -> bool:
        """Keep what was found; False where the comparison was given up meanwhile."""
        return self._end(comparison_id, at, status="done", progress=1.0, result=result)

    def _one(self, where: ColumnElement[bool]) -> Comparison | None:
        columns = [_comparison.c[name] for name in Comparison.__dataclass_fields__]
        row = self._connection.execute(select(*columns).where(where)).one_or_none()
        return Comparison(*row) if row is not None else None
