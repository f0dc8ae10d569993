"""What a sender is answered: ACK in its own separators, in original or in enhanced mode."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from app.errors import FieldError
from app.protocols.hl7v2.reader import Message, Segment, Separators
from app.protocols.hl7v2.refusals import CONDITION_TEXTS, CONDITIONS

COMMITS = {"AA": "CA", "AE": "CE", "AR": "CR"}
"""Codes of enhanced mode, in which a sender asks whether its message was kept."""

OTHERS = 207
"""The code of table 0357 for what has no other."""

FIRST_WITH_ERR_3 = (2, 5)
"""The version since which ERR says place, code and severity in fields of their own."""

NOBODY = Segment("MSH", 1, ("|", "^~\\&"), Separators("|", "^", "~", "\\", "&"))
"""The heading of what is no message."""


def acknowledged(
    message: Message | None, outcome: str, errors: Sequence[FieldError], now: datetime
) -> str:
    """Write an acknowledgement; its segments end with CR, the last one too."""
    header = message.header if message else NOBODY
    separator, version = header.separators.field, _version(header)
    segments = [
        _heading(header, now),
        ["MSA", _code(header, outcome), header.raw(10)],
        *(_error(header.separators, each, version) for each in errors),
    ]
    if errors and version < FIRST_WITH_ERR_3:
        segments[1].append(_written(errors[0].detail, header.separators))
    return "".join(separator.join(fields) + "\r" for fields in segments)


def asks_for_answer(message: Message | None, outcome: str) -> bool:
    """Tell whether a sender in enhanced mode wants any answer to this outcome."""
    if message is None or not _is_enhanced(message.header):
        return True
    return any(_asks(message.header.text(number), outcome) for number in (15, 16))


def _is_enhanced(header: Segment) -> bool:
    return bool(header.raw(15) or header.raw(16))


def _asks(condition: str, outcome: str) -> bool:
    wanted = {"AL": True, "SU": outcome == "AA", "ER": outcome != "AA"}
    return wanted.get(condition, False)


def _code(header: Segment, outcome: str) -> str:
    if not _is_enhanced(header):
        return outcome
    # The message is worked on before it is answered, so that one answer says both.
    is_application = _asks(header.text(16), outcome) and not _asks(header.text(15), outcome)
    return outcome if is_application else COMMITS[outcome]


def _heading(header: Segment, now: datetime) -> list[str]:
    component = header.separators.component
    event = header.text(9, 2) or "R01"
    fields = {
        2: header.raw(2),
        3: header.raw(5),
        4: header.raw(6),
        5: header.raw(3),
        6: header.raw(4),
        7: now.strftime("%Y%m%d%H%M%S+0000"),
        9: component.join(("ACK", _written(event, header.separators), "ACK")),
        10: uuid4().hex[:20],
        11: header.raw(11) or "P",
        12: header.raw(12) or "2.5.1",
    }
    return ["MSH", *(fields.get(number, "") for number in range(2, 13))]


def _error(separators: Separators, error: FieldError, version: tuple[int, ...]) -> list[str]:
    number = CONDITIONS.get(error.code, OTHERS)
    condition = (str(number), CONDITION_TEXTS[number], "HL70357")
    coded = separators.component.join(condition)
    place = error.pointer.replace("^", separators.component)
    detail = _written(error.detail, separators)
    if version < FIRST_WITH_ERR_3:
        joined = separators.subcomponent.join(condition) if separators.subcomponent else str(number)
        parts = [*error.pointer.split("^"), "", ""][:3]
        return ["ERR", separators.component.join((*parts, joined))]
    return ["ERR", "", place, coded, "E", "", "", "", detail]


def _version(header: Segment) -> tuple[int, ...]:
    numbers = header.text(12).split(".")
    if all(each.isascii() and each.isdigit() and len(each) < 4 for each in numbers):
        return tuple(map(int, numbers))
    return FIRST_WITH_ERR_3


def _written(text: str, separators: Separators) -> str:
    """Write text without what would separate in it: it is ours, and needs none of that."""
    for each in (*vars(separators).values(), "\r", "\n"):
        if each:
            text = text.replace(each, " ")
    return text
