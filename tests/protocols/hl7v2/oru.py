"""Messages as laboratories send them, each a valid ORU^R01 unless something is changed."""

from collections.abc import Mapping

FIELDS: Mapping[str, Mapping[int, str]] = {
    "MSH": {
        2: "^~\\&",
        3: "LAB",
        4: "laboratory",
        5: "CTC",
        6: "hospital",
        7: "20251102100000",
        9: "ORU^R01^ORU_R01",
        10: "M-1",
        11: "P",
        12: "2.5.1",
    },
    "PID": {1: "1", 3: "P-000123^^^HOSPITAL^MR", 5: "DOE^JANE", 7: "19680203", 8: "F"},
    "OBR": {
        1: "1",
        2: "ORDER-7",
        3: "LAB-2025-0001",
        4: "67568-6^Circulating tumor cells^LN",
        7: "202511010830",
        22: "20251102095500",
        25: "F",
    },
    "OBX": {
        1: "1",
        2: "NM",
        3: "67568-6^Circulating tumor cells^LN",
        5: "17",
        6: "{cells}/7.5mL",
        11: "F",
    },
}
"""Fields by number, those of MSH counted as HL7 does: the first is the separator itself."""


def segment(name: str, **changed: str | None) -> str:
    """Write a segment; `f5="x"` changes its fifth field, None leaves it out."""
    named = {int(key[1:]): value for key, value in changed.items()}
    fields = {**FIELDS.get(name, {}), **named}
    told = {number: value for number, value in fields.items() if value is not None}
    first = 2 if name == "MSH" else 1
    numbers = range(first, max(told, default=0) + 1)
    return "|".join([name, *(told.get(number, "") for number in numbers)])


def an_oru(*segments: str, **header: str | None) -> bytes:
    """Write a message of some segments after its MSH; else one patient with one count."""
    body = segments or (segment("PID"), segment("OBR"), segment("OBX"))
    return "".join(f"{each}\r" for each in (segment("MSH", **header), *body)).encode()


def a_count(count: str = "17", **observation: str | None) -> tuple[str, str, str]:
    """Write patient, order and count."""
    return segment("PID"), segment("OBR"), segment("OBX", **{"f5": count, **observation})


def said(acknowledgement: bytes | str) -> list[list[str]]:
    """Split an acknowledgement into segments and fields."""
    text = acknowledgement.decode() if isinstance(acknowledgement, bytes) else acknowledgement
    assert text.endswith("\r")
    return [line.split("|") for line in text[:-1].split("\r")]


def outcome(acknowledgement: bytes | str) -> tuple[str, list[str]]:
    """Tell the code of an acknowledgement, and the places of its errors with their codes."""
    _, acknowledged, *errors = said(acknowledgement)
    return acknowledged[1], [f"{each[2]} {each[3].split('^')[0]}" for each in errors]
