"""Messages received, what came of each, and what each said of a result, and when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, tuple_, update

from app.storage import tables
from app.storage.statements import insert_if_absent

_message = tables.message
_result = tables.message_result
_SAY = insert(_result).inline()


@dataclass(frozen=True)
class Heading:
    """Who sent a message, under which number and when by its own words, and its digest."""

    application: str
    facility: str
    control_id: str
    sent: str
    kind: str
    version: str
    digest: str


@dataclass(frozen=True)
class Message:
    """One message and its outcome: AA, AE or AR; errors are JSON."""

    message_id: str
    client_id: str
    heading: Heading
    received_at: datetime
    outcome: str
    acknowledgement: str
    errors: str


@dataclass(frozen=True)
class Said:
    """When a result was stated, with how much weight, and which version it had then."""

    accession_number: str
    stated_at: datetime
    rank: int
    sent_at: datetime
    version: int


@dataclass(frozen=True)
class Saying:
    """What one message did to one result."""

    outcome: str
    said: Said


class Messages:
    """The messages of one organisation."""

    def __init__(self, connection: Connection, organisation_id: int) -> None:
        self._connection = connection
        self._organisation_id = organisation_id

    def add(self, message: Message) -> bool:
        """Keep a message; False where an accepted one has its sender, number and time."""
        values = {name: value for name, value in vars(message).items() if name != "heading"}
        return insert_if_absent(
            self._connection,
            _message,
            {"organisation_id": self._organisation_id, **values, **vars(message.heading)},
        )

    def accepted(self, heading: Heading) -> Message | None:
        """Find the accepted message of a sender, number and time."""
        row = self._connection.execute(
            self._ours.where(
                _message.c.outcome == "AA",
                *(
                    _message.c[name] == getattr(heading, name)
                    for name in ("application", "facility", "control_id", "sent")
                ),
            )
        ).one_or_none()
        return None if row is None else _message_of(row)

    def say(self, message_id: str, position: int, patient_id: str, saying: Saying) -> None:
        """Keep what a message did to a result of a patient."""
        values = {
            "organisation_id": self._organisation_id,
            "message_id": message_id,
            "position": position,
            "patient_id": patient_id,
            "outcome": saying.outcome,
            **vars(saying.said),
        }
        self._connection.execute(_SAY, values)

    def last_said(self, accession_number: str) -> Said | None:
        """Find what messages said last of a result, by the time of which they speak."""
        columns = _result.c
        row = self._connection.execute(
            select(_result)
            .where(
                columns.organisation_id == self._organisation_id,
                columns.accession_number == accession_number,
                columns.outcome != "superseded",
            )
            .order_by(columns.stated_at.desc(), columns.rank.desc(), columns.sent_at.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _saying_of(row).said

    def page(self, limit: int, after: tuple[datetime, str] | None) -> list[Message]:
        """List messages, the newest first."""
        query = self._ours
        key = tuple_(_message.c.received_at, _message.c.message_id)
        if after is not None:
            query = query.where(key < after)
        newest = (_message.c.received_at.desc(), _message.c.message_id.desc())
        rows = self._connection.execute(query.order_by(*newest).limit(limit))
        return [_message_of(row) for row in rows]

    def sayings(self, message_ids: Sequence[str]) -> Mapping[str, list[Saying]]:
        """Tell what some messages did to results, in the order in which they name them."""
        found: defaultdict[str, list[Saying]] = defaultdict(list)
        rows = self._connection.execute(
            select(_result)
            .where(
                _result.c.organisation_id == self._organisation_id,
                _result.c.message_id.in_(message_ids),
            )
            .order_by(_result.c.message_id, _result.c.position)
        )
        for row in rows:
            found[row.message_id].append(_saying_of(row))
        return found

    def of_patient(self, patient_id: str) -> list[tuple[str, Saying]]:
        """List what messages did to the results of one patient."""
        rows = self._connection.execute(
            select(_result)
            .where(
                _result.c.organisation_id == self._organisation_id,
                _result.c.patient_id == patient_id,
            )
            .order_by(_result.c.stated_at, _result.c.message_id, _result.c.position)
        )
        return [(row.message_id, _saying_of(row)) for row in rows]

    def forget(self, patient_id: str) -> None:
        """Remove what messages said of a person, and what would tell one of them again."""
        of_person = select(_result.c.message_id).where(
            _result.c.organisation_id == self._organisation_id, _result.c.patient_id == patient_id
        )
        about = [*self._connection.execute(of_person.distinct()).scalars()]
        self._connection.execute(
            delete(_result).where(
                _result.c.organisation_id == self._organisation_id,
                _result.c.patient_id == patient_id,
            )
        )
        shared = self.sayings(about).keys()
        ours = _message.c.organisation_id == self._organisation_id
        alone = [each for each in about if each not in shared]
        self._connection.execute(delete(_message).where(ours, _message.c.message_id.in_(alone)))
        self._connection.execute(
            update(_message).where(ours, _message.c.message_id.in_(list(shared))).values(digest="")
        )

    @property
    def _ours(self) -> Select[Any]:
        return select(_message).where(_message.c.organisation_id == self._organisation_id)


def _message_of(row: Row[Any]) -> Message:
    heading = Heading(**{name: getattr(row, name) for name in Heading.__dataclass_fields__})
    names = [name for name in Message.__dataclass_fields__ if name != "heading"]
    return Message(heading=heading, **{name: getattr(row, name) for name in names})


def _saying_of(row: Row[Any]) -> Saying:
    return Saying(
        row.outcome, Said(**{name: getattr(row, name) for name in Said.__dataclass_fields__})
    )
