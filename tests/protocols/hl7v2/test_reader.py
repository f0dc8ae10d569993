"""Framings, charsets, separators and escapes: one content, one reading."""

import time

import pytest

from app.protocols.hl7v2.reader import Message, Unreadable, read
from tests.protocols.hl7v2.oru import a_count, an_oru, segment

ORU = an_oru()
FRAMINGS = {
    "CR": ORU,
    "LF": ORU.replace(b"\r", b"\n"),
    "CRLF": ORU.replace(b"\r", b"\r\n"),
    "no end": ORU.rstrip(b"\r"),
    "BOM": b"\xef\xbb\xbf" + ORU,
    "MLLP": b"\x0b" + ORU + b"\x1c\r",
    "MLLP around BOM": b"\x0b\xef\xbb\xbf" + ORU + b"\x1c\r",
    "blank lines": b"\n\n" + ORU.replace(b"\r", b"\r\n\r\n") + b"\n",
    "UTF-16": ORU.decode().encode("utf-16"),
}
"""Of 163 messages saved by laboratories that interop.md measured, 161 end lines with LF."""


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_message_is_the_same_however_it_is_framed(framing: str) -> None:
    message = read(FRAMINGS[framing])

    assert [each.name for each in message.segments] == ["MSH", "PID", "OBR", "OBX"]
    assert message.segments == read(ORU).segments
    assert message.digest == read(ORU).digest


@pytest.mark.parametrize(
    ("named", "codec"),
    [
        ("", "utf-8"),
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/15", "iso8859-15"),
        ("ASCII~8859/2", "utf-8"),
        ("GB 18030-2000", "gb18030"),
    ],
)
def test_the_charset_is_the_one_that_the_message_names(named: str, codec: str) -> None:
    content = an_oru(segment("PID", f5="MÜLLER"), f18=named).decode().encode(codec)

    assert read(content).segments[1].text(5) == "MÜLLER"


def test_the_charset_of_http_goes_before_that_of_the_message() -> None:
    content = an_oru(segment("PID", f5="MÜLLER"), f18="UNICODE UTF-8").decode().encode("latin-1")

    assert read(content, "iso-8859-1").segments[1].text(5) == "MÜLLER"


def test_what_cannot_be_decoded_spoils_nothing_else() -> None:
    content = an_oru(segment("PID", f5="M\u00dcLLER"), segment("OBR")).replace(b"\xc3", b"")

    assert read(content).segments[2].text(3) == "LAB-2025-0001"


@pytest.mark.parametrize("declared", ["^~\\&", "^~\\&#", "^~\\", "^~", "^"])
def test_separators_are_those_that_are_declared(declared: str) -> None:
    message = read(an_oru(segment("PID", f3="P-1^^^A^MR"), f2=declared))

    assert message.segments[1].text(3) == "P-1"
    assert message.segments[1].text(3, 5) == "MR"


def test_other_separators_separate_and_the_usual_ones_do_not() -> None:
    text = an_oru().decode().replace("^", "@").replace("|", "!").replace("~", "%")

    message = read(text.replace("DOE@JANE", "DOE^|~@JANE").encode())

    assert message.segments[1].text(5) == "DOE^|~"
    assert message.segments[1].text(5, 2) == "JANE"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b", "a|b"),
        (r"\S\\T\\R\\E\ ".rstrip(), "^&~\\"),
        (r"one\.br\two", "one\ntwo"),
        (r"\X4d43\ ".rstrip(), "MC"),
        (r"\Xc3bc\ ".rstrip(), "ü"),
        (r"\H\bold\N\ ".rstrip(), "bold"),
        (r"\Zfoo\x", "x"),
        (r"half \E", r"half \E"),
        (r"C:\F\x\y", r"C:|x\y"),
        (r"\X00\ ".rstrip(), "\ufffd"),
        ("no escape", "no escape"),
    ],
)
def test_escapes_are_read(written: str, meant: str) -> None:
    assert read(an_oru(segment("PID", f5=written))).segments[1].text(5) == meant


def test_a_missing_field_is_empty() -> None:
    (_, short) = read(an_oru("PID|1")).segments

    assert (short.raw(30), short.text(30), short.text(30, 4)) == ("", "", "")
    assert short.repetitions(30) == [""]


def test_repetitions_and_subcomponents_are_split() -> None:
    patient = read(an_oru(segment("PID", f3="A&x^^^H^PI~B^^^H^MR"))).segments[1]

    assert patient.repetitions(3) == ["A&x^^^H^PI", "B^^^H^MR"]
    assert patient.text(3) == "A"


def test_a_line_that_begins_no_segment_goes_on_with_the_one_before() -> None:
    message = read(an_oru(*a_count(), segment("NTE", f3="first")) + b"second line\n")

    assert message.segments[-1].raw(3) == "first\nsecond line"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\x0b\x1c\r",
        b"MSH",
        b"MSH|",
        b"MSH|^~\\&",
        b"MSHX^~\\&X",
        b"MSH|^^\\&|x",
        b"MSH|aaaa|x",
        b"BHS|^~\\&|x\rMSH|^~\\&|x",
        b"\x00\xff\xfe",
        b'{"resourceType": "Observation"}',
    ],
)
def test_what_is_no_message_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


@pytest.mark.parametrize("size", [2_000_000])
def test_a_long_field_and_many_segments_are_read_in_time(size: int) -> None:
    """Well under the second that interop.md allows for all of it."""
    contents = (
        an_oru(*a_count(), segment("OBX", f5="x" * size)),
        an_oru(*a_count(), segment("OBX", f5="\\" * size)),
        an_oru(*a_count(), *["OBX|1|NM|718-7^Hb^LN||14.1|g/dL|||||F"] * 20_000),
        an_oru(*a_count(), *["x"] * 500_000),
        b"MSH|" + b"|" * size,
        b"MSH|^~\\&" + b"|" * size,
        b"MSH" + b"|^" * size,
    )

    for content in contents:
        began = time.perf_counter()
        try:
            message: Message | None = read(content)
        except Unreadable:
            message = None
        if message is not None:
            assert [each.text(5) for each in message.segments[-2:]]
        assert time.perf_counter() - began < 2, content[:80]
