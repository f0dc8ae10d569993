"""The rows that a model was fitted on, in blocks of some thousand patients."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from io import BytesIO
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, update

from app.prognosis.training_values import TrainingValues
from app.storage import tables
from app.storage.statements import insert_if_absent

_model = tables.model
_block = tables.model_block
_change = tables.model_change

ROWS_A_BLOCK = 2048
"""Rows packed together; a block is read whole where one row of it is asked for."""

Block = dict[str, Any]


def blocks_of(rows: TrainingValues) -> list[Block]:
    """Pack the rows of a model; done before the transaction, which others wait for."""
    places = np.arange(len(rows))
    starts = range(0, len(rows), ROWS_A_BLOCK)
    return [_packed(rows.taken(places[start : start + ROWS_A_BLOCK])) for start in starts]


class ModelRows:
    """The training rows of one organisation's models."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def replace(self, model_id: str, blocks: Collection[Block], changed: Collection[str]) -> None:
        """Keep the rows of a model; of some patients something changed meanwhile."""
        named = {"organisation_id": self._organisation_id, "model_id": model_id}
        for table in (_block, _change):
            self._connection.execute(delete(table).where(self._of(table, model_id)))
        if blocks:
            self._connection.execute(insert(_block), [{**named, **block} for block in blocks])
        if changed:
            values = [{**named, "patient_id": patient_id} for patient_id in sorted(changed)]
            self._connection.execute(insert(_change), values)

    def page(self, model_id: str, limit: int, after: str | None) -> list[dict[str, Any]]:
        """List the rows of a model by patient."""
        found: list[dict[str, Any]] = []
        query = (
            select(_block.c.rows)
            .where(self._of(_block, model_id), _block.c.last_patient_id > (after or ""))
            .order_by(_block.c.first_patient_id)
        )
        for packed in self._connection.execute(query).scalars():
            rows = _opened(packed)
            following = [n for n, each in enumerate(rows.patient_ids) if each > (after or "")]
            found += [rows.row(place) for place in following[: limit - len(found)]]
            if len(found) == limit:
                break
        return found

    def of_patient(self, patient_id: str) -> list[tuple[str, dict[str, Any]]]:
        """List the rows of one patient, each with its model."""
        found = []
        for block in self._holding(patient_id):
            rows = _opened(block.rows)
            found.append((block.model_id, rows.row(rows.patient_ids.index(patient_id))))
        return found

    def corrected(self, model_id: str) -> int:
        """Count the patients whose row was corrected and who are still there."""
        query = select(func.count()).where(self._of(_change, model_id))
        return self._connection.execute(query).scalar_one()

    def note_change(self, patient_id: str) -> None:
        """Count one changed row in every model that was fitted on this patient."""
        for block in self._holding(patient_id):
            change = {
                "organisation_id": self._organisation_id,
                "model_id": block.model_id,
                "patient_id": patient_id,
            }
            if insert_if_absent(self._connection, _change, change):
                self._connection.execute(
                    update(_model)
                    .where(self._of(_model, block.model_id))
                    .values(changed_rows=_model.c.changed_rows + 1)
                )

    def forget(self, patient_id: str) -> None:
        """Take a patient out of every block."""
        for block in self._holding(patient_id):
            rows = _opened(block.rows)
            left = rows.taken(np.flatnonzero([each != patient_id for each in rows.patient_ids]))
            this = self._of(_block, block.model_id) & (
                _block.c.first_patient_id == block.first_patient_id
            )
            if len(left):
                self._connection.execute(update(_block).where(this).values(_packed(left)))
            else:
                self._connection.execute(delete(_block).where(this))

    def _holding(self, patient_id: str) -> Iterator[Row[Any]]:
        models = select(_model.c.model_id).where(_model.c.organisation_id == self._organisation_id)
        for model_id in self._connection.execute(models).scalars().all():
            row = self._connection.execute(
                select(_block)
                .where(self._of(_block, model_id), _block.c.first_patient_id <= patient_id)
                .order_by(_block.c.first_patient_id.desc())
                .limit(1)
            ).one_or_none()
            if row is not None and f"\n{patient_id}\n" in row.patient_ids:
                yield row

    def _of(self, table: Table, model_id: str) -> ColumnElement[bool]:
        return (table.c.organisation_id == self._organisation_id) & (table.c.model_id == model_id)


def _packed(rows: TrainingValues) -> Block:
    content = BytesIO()
    arrays = {field.name: getattr(rows, field.name) for field in fields(rows)}
    texts = {
        "patient_ids": np.array(tuple(rows.patient_ids), dtype=np.str_),
        "accession_numbers": np.array(tuple(rows.accession_numbers), dtype=np.str_),
        "names": np.array(rows.names, dtype=np.str_),
    }
    np.savez_compressed(content, **(arrays | texts))
    return {
        "first_patient_id": rows.patient_ids[0],
        "last_patient_id": rows.patient_ids[-1],
        "patient_ids": "\n".join(("", *rows.patient_ids, "")),
        "rows": content.getvalue(),
    }


def _opened(packed: bytes) -> TrainingValues:
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        found = {field.name: arrays[field.name] for field in fields(TrainingValues)}
    texts = ("patient_ids", "accession_numbers", "names")
    return TrainingValues(**found | {name: tuple(found[name].tolist()) for name in texts})
