"""Messages between two bytes, in whatever pieces they come."""

from hypothesis import given
from hypothesis import strategies as st

from app.protocols.hl7v2.mllp import BEGIN, END, Frames
from tests.protocols.hl7v2.oru import an_oru

ORU = an_oru().rstrip(b"\r")


def cut(*blocks: bytes, longest: int = 10_000) -> list[bytes]:
    frames, found = Frames(longest), []
    for block in blocks:
        frames.add(block)
        while (content := frames.next()) is not None:
            found.append(content)
    return found


@given(st.lists(st.integers(1, 40), max_size=40))
def test_messages_are_the_same_in_whatever_pieces_they_come(sizes: list[int]) -> None:
    sent, blocks = (BEGIN + ORU + END) * 3, []
    for size in sizes:
        blocks.append(sent[:size])
        sent = sent[size:]

    assert cut(*blocks, sent) == [ORU] * 3


def test_what_lies_between_messages_is_no_message() -> None:
    assert cut(b"\r\nnoise" + BEGIN + ORU + END + b"\r\n", BEGIN + ORU + END) == [ORU, ORU]


def test_an_end_without_its_last_byte_ends_a_message() -> None:
    assert cut(BEGIN + ORU + b"\x1c", BEGIN + ORU + b"\x1c\n") == [ORU, ORU]


def test_who_begins_anew_has_broken_off() -> None:
    assert cut(BEGIN + b"MSH|^~\\&|half" + BEGIN + ORU + END) == [ORU]


def test_without_a_beginning_it_is_read_too() -> None:
    assert cut(ORU + END) == [ORU]


def test_nothing_is_no_message() -> None:
    assert cut(BEGIN + END, END, BEGIN + b"\r" + END) == []


def test_of_one_that_is_too_long_nothing_is_kept_but_that_it_came() -> None:
    long = BEGIN + b"x" * 5_000 + END

    found = cut(*[long[n : n + 7] for n in range(0, len(long), 7)], BEGIN + ORU + END, longest=400)
    at_once = cut(long + BEGIN + ORU + END, longest=400)

    assert found == at_once == [b"", ORU]


def test_what_never_ends_takes_no_memory() -> None:
    frames = Frames(1000)
    for _ in range(10_000):
        frames.add(b"x" * 1000)
        assert frames.next() is None
        assert len(frames._begun) <= 2000
