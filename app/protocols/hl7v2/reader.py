"""Bytes as they come from a wire or a file, read as segments, fields and components."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

FRAME = b"\x0b\x1c\r\n\t "
"""What may stand around a message: the bytes of MLLP, ends of lines, blanks."""

LONGEST_ESCAPED = 4096
"""Characters of a text whose escapes are read; nothing that is stored is nearly as long."""

CHARSETS: Mapping[str, str] = {
    "ASCII": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    **{f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_2",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
}
"""HL7's table 0211, as far as Python has it; ASCII is read as what contains it."""

_LINE_END = re.compile(r"\r\n?|\n")
_SEPARATORS = re.compile(r"[!-/:-@\[-`{-~]{2,6}")
_ESCAPED: Mapping[str, str] = {".br": "\n", ".sp": "\n", "H": "", "N": ""}
_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")


class Unreadable(Exception):
    """What came is no HL7 v2 message: nobody can be told by it who sent it."""


@dataclass(frozen=True)
class Separators:
    """The characters that MSH-1 and MSH-2 declare; one that is absent separates nothing."""

    field: str
    component: str
    repetition: str = ""
    escape: str = ""
    subcomponent: str = ""
    truncation: str = ""


@dataclass(frozen=True)
class Segment:
    """One segment and which of its name it is, counted from 1."""

    name: str
    sequence: int
    parts: tuple[str, ...]
    separators: Separators

    def raw(self, field: int) -> str:
        """Give a field as it was written; empty where it is missing."""
        return self.parts[field - 1] if field <= len(self.parts) else ""

    def repetitions(self, field: int) -> list[str]:
        """Split a field into its repetitions, as they were written."""
        return _split(self.raw(field), self.separators.repetition)

    def text(self, field: int, component: int = 1) -> str:
        """Give a component of a field's first repetition, unescaped."""
        return component_of(self.repetitions(field)[0], component, self.separators)


@dataclass(frozen=True)
class Message:
    """The segments of one message in their order, the first of them MSH."""

    segments: tuple[Segment, ...]
    charset: str

    @cached_property
    def header(self) -> Segment:
        """The segment that says who sends what to whom."""
        return self.segments[0]

    @cached_property
    def digest(self) -> str:
        """Name the content, however it was framed."""
        lines = ("|".join((each.name, *each.parts)) for each in self.segments)
        return sha256("\r".join(lines).encode()).hexdigest()


def read(content: bytes, charset: str | None = None) -> Message:
    """Read a message; a charset that is given goes before the one that the message names."""
    text, used = _decoded(content, charset)
    if not text.startswith("MSH"):
        raise Unreadable("the message does not begin with MSH")
    separators = _separators(text)
    return Message(tuple(_segments(text, separators)), used)


def component_of(repetition: str, component: int, separators: Separators) -> str:
    """Give a component of one repetition, unescaped; of its subcomponents the first."""
    components = _split(repetition, separators.component)
    if component > len(components):
        return ""
    first = _split(components[component - 1], separators.subcomponent)[0]
    return _unescaped(first, separators).strip()


def _decoded(content: bytes, charset: str | None) -> tuple[str, str]:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        used = "utf-16"
    else:
        content = content.strip(FRAME).removeprefix(BOM_UTF8).strip(FRAME)
        used = charset or _named_charset(content)
    # Of what cannot be decoded nothing is kept: names are dropped, identifiers are ASCII.
    text = content.decode(used, errors="replace").replace("\x00", "\ufffd")
    return text.lstrip("\ufeff\x0b\r\n\t ").rstrip("\x1c\r\n\t "), used


def _named_charset(content: bytes) -> str:
    header = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    fields = header.split(header[3:4], 18) if len(header) > 3 else []
    named = re.split(rb"[~^]", fields[17])[0] if len(fields) > 17 else b""
    return CHARSETS.get(named.decode("ascii", errors="replace").strip().upper(), "utf-8")


def _separators(text: str) -> Separators:
    end = text.find(text[3:4], 4) if len(text) > 3 else -1
    declared = text[3:end] if end > 0 else ""
    if not _SEPARATORS.fullmatch(declared) or len(set(declared)) != len(declared):
        raise Unreadable("MSH-1 and MSH-2 declare no separators")
    return Separators(*declared)


def _segments(text: str, separators: Separators) -> Iterator[Segment]:
    counts: dict[str, int] = {}
    for line in _lines(text, separators.field):
        name, *parts = line.split(separators.field)
        counts[name] = counts.get(name, 0) + 1
        fields = (separators.field, *parts) if name == "MSH" else tuple(parts)
        yield Segment(name.strip(), counts[name], fields, separators)


def _lines(text: str, field: str) -> Iterator[str]:
    begins = re.compile(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(field)}|\s*$)")
    begun: list[str] = []
    for line in _LINE_END.split(text):
        # A line that begins no segment goes on with the text of the one before.
        if begun and not begins.match(line):
            begun.append(line)
            continue
        if begun:
            yield "\n".join(begun).rstrip()
        begun = [line]
    yield "\n".join(begun).rstrip()


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else [text]


def _unescaped(text: str, separators: Separators) -> str:
    mark = separators.escape
    if not mark or mark not in text or len(text) > LONGEST_ESCAPED:
        return text
    meant = {
        "F": separators.field,
        "S": separators.component,
        "R": separators.repetition,
        "E": mark,
        "T": separators.subcomponent,
        "P": separators.truncation,
        **_ESCAPED,
    }
    first, *rest = text.split(mark)
    if len(rest) % 2:
        # An escape that does not end is no escape.
        rest[-1] = mark + rest[-1]
    told = [first]
    for place, part in enumerate(rest):
        told.append(part if place % 2 or part.startswith(mark) else _meant(part, meant))
    return "".join(told)


def _meant(escaped: str, meant: Mapping[str, str]) -> str:
    if found := _HEX.fullmatch(escaped):
        return bytes.fromhex(found[1]).decode("utf-8", errors="replace").replace("\x00", "\ufffd")
    return meant.get(escaped, "")
