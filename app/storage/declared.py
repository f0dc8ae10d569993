"""Covariates that an organisation declares for itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from app.prognosis.covariates import Covariate, declared
from app.storage import tables
from app.storage.statements import insert_or_ignore

_declared = tables.declared_covariate


class DeclaredCovariates:
    """The declared covariates of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def all(self) -> dict[str, Covariate]:
        """Collect the declared covariates by name."""
        rows = self._connection.execute(
            select(_declared)
            .where(_declared.c.organisation_id == self._organisation_id)
            .order_by(_declared.c.name)
        )
        return {row.name: _covariate(row) for row in rows}

    def add(
        self,
        covariate: Covariate,
        bounds: tuple[float | None, float | None],
        at: datetime,
    ) -> bool:
        """Declare a covariate; False where the name is taken."""
        added = self._connection.execute(
            insert_or_ignore(self._connection, _declared)
            .values(
                organisation_id=self._organisation_id,
                name=covariate.name,
                kind=covariate.kind,
                unit=covariate.unit,
                minimum=bounds[0],
                maximum=bounds[1],
                declared_at=at,
            )
            .returning(_declared.c.name)
        )
        return added.one_or_none() is not None


def _covariate(row: Row[Any]) -> Covariate:
    return declared(row.name, row.kind, row.unit, row.minimum, row.maximum)
