"""Fitted models and how they stand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    select,
    update,
)

from app.prognosis.clock_starts import BASELINE
from app.storage import tables
from app.storage.statements import insert_or_ignore

_model = tables.model


@dataclass(frozen=True)
class ModelStanding:
    """How a model stands, beside the artefact that never changes."""

    model_id: str
    endpoint: str
    setting: str
    status: str
    fitted_at: datetime
    gates: Sequence[Mapping[str, Any]]
    promotion: dict[str, Any] | None
    changed_rows: int
    clock_kind: str = BASELINE


_standing = [_model.c[name] for name in ModelStanding.__dataclass_fields__]
_CURRENT = select(*_standing).where(
    _model.c.organisation_id == bindparam("of_organisation"),
    _model.c.endpoint == bindparam("of"),
    _model.c.setting == bindparam("within"),
    _model.c.clock_kind == bindparam("from_kind"),
    _model.c.status == "current",
)


class Models:
    """The models of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, standing: ModelStanding, artefact: str) -> None:
        """Keep a model; the same artefact fitted again takes the new standing."""
        values = {
            "status": standing.status,
            "fitted_at": standing.fitted_at,
            "gates": json.dumps(list(standing.gates)),
            "changed_rows": standing.changed_rows,
        }
        added = self._connection.execute(
            insert_or_ignore(self._connection, _model)
            .values(
                organisation_id=self._organisation_id,
                model_id=standing.model_id,
                endpoint=standing.endpoint,
                setting=standing.setting,
                clock_kind=standing.clock_kind,
                artefact=artefact,
                **values,
            )
            .returning(_model.c.model_id)
        )
        if added.one_or_none() is None:
            # What stands there may have been damaged; this text has the digest that names it.
            values["artefact"] = artefact
            if standing.status == "candidate":
                # A person may have put this very model into use; the same fit undoes no promotion.
                del values["status"]
            self._connection.execute(
                update(_model).where(self._is(standing.model_id)).values(values)
            )

    def standing(self, model_id: str, *, locked: bool = False) -> ModelStanding | None:
        """Find how a model stands."""
        query = select(*_standing).where(self._is(model_id))
        row = self._connection.execute(query.with_for_update() if locked else query).one_or_none()
        return _standing_of(row) if row is not None else None

    def current(
        self, endpoint: str, setting: str, clock_kind: str = BASELINE
    ) -> ModelStanding | None:
        """Find the model in use."""
        asked = {
            "of_organisation": self._organisation_id,
            "of": endpoint,
            "within": setting,
            "from_kind": clock_kind,
        }
        row = self._connection.execute(_CURRENT, asked).one_or_none()
        return _standing_of(row) if row is not None else None

    def in_use(self) -> list[ModelStanding]:
        """List the models in use."""
        rows = self._connection.execute(
            select(*_standing)
            .where(_model.c.organisation_id == self._organisation_id, _model.c.status == "current")
            .order_by(_model.c.endpoint, _model.c.setting, _model.c.clock_kind)
        )
        return [_standing_of(row) for row in rows]

    def newest_candidate(
        self, endpoint: str, setting: str, clock_kind: str = BASELINE
    ) -> ModelStanding | None:
        """Find the candidate that was fitted last."""
        row = self._connection.execute(
            select(*_standing)
            .where(self._about(endpoint, setting, clock_kind), _model.c.status == "candidate")
            .order_by(_model.c.fitted_at.desc())
            .limit(1)
        ).one_or_none()
        return _standing_of(row) if row is not None else None

    def artefact(self, model_id: str) -> str | None:
        """Read the text whose digest is the model's identifier."""
        return self._connection.execute(
            select(_model.c.artefact).where(self._is(model_id))
        ).scalar_one_or_none()

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[ModelStanding]:
        """List models, the newest first."""
        query = select(*_standing).where(_model.c.organisation_id == self._organisation_id)
        if after is not None:
            fitted_at, model_id = after
            query = query.where(
                (_model.c.fitted_at < fitted_at)
                | ((_model.c.fitted_at == fitted_at) & (_model.c.model_id > model_id))
            )
        rows = self._connection.execute(
            query.order_by(_model.c.fitted_at.desc(), _model.c.model_id).limit(limit)
        )
        return [_standing_of(row) for row in rows]

    def supersede(self, endpoint: str, setting: str, clock_kind: str = BASELINE) -> None:
        """Take the model in use out of it."""
        self._connection.execute(
            update(_model)
            .where(self._about(endpoint, setting, clock_kind), _model.c.status == "current")
            .values(status="superseded")
        )

    def put_into_use(self, model_id: str, promotion: Mapping[str, Any] | None = None) -> None:
        """Let a model answer; with a promotion, who said so and why."""
        self._connection.execute(
            update(_model)
            .where(self._is(model_id))
            .values(status="current", promotion=promotion and json.dumps(dict(promotion)))
        )

    def _is(self, model_id: str) -> ColumnElement[bool]:
        return (_model.c.organisation_id == self._organisation_id) & (_model.c.model_id == model_id)

    def _about(self, endpoint: str, setting: str, clock_kind: str) -> ColumnElement[bool]:
        return (
            (_model.c.organisation_id == self._organisation_id)
            & (_model.c.endpoint == endpoint)
            & (_model.c.setting == setting)
            & (_model.c.clock_kind == clock_kind)
        )


@lru_cache(maxsize=256)
def _gates(text: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(text))


def _standing_of(row: Row[Any]) -> ModelStanding:
    return ModelStanding(
        row.model_id,
        row.endpoint,
        row.setting,
        row.status,
        row.fitted_at,
        _gates(row.gates),
        row.promotion and json.loads(row.promotion),
        row.changed_rows,
        row.clock_kind,
    )
