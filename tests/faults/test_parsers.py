"""Whatever is sent to what reads it first: a value or a refusal of its own, and soon."""

import json
import os
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.api import strict_json
from app.errors import InvalidInput, MalformedRequest, ServiceError
from app.prognosis.model import MalformedModel, canonical_json, from_artefact, to_artefact
from app.storage.cohort_file import json_row
from app.usecases.cohort_rows import row_of
from app.usecases.cursor import decoded, decoded_instant, decoded_number

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5000"))
"""Inputs of each long run."""

LONGEST_S = 0.1
"""Processor time that one input may take."""

LARGEST = 1 << 20
"""Bytes of the largest body that is read whole."""

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

KEPT = Path(__file__).parents[1] / "data" / "artefacts" / "2-apparent.json"


@cache
def kept_artefact() -> bytes:
    return KEPT.read_bytes()


def read_body(sent: bytes) -> None:
    with suppress(MalformedRequest):
        strict_json.parse(sent)


def read_line(sent: bytes) -> None:
    cells = json_row(1, sent, strict_json.parse).cells
    if isinstance(cells, Mapping):
        with suppress(ServiceError):
            row_of(cells, {}, NOON, NOON.date())


def read_cursor(sent: bytes) -> None:
    with suppress(InvalidInput):
        for part in decoded(urlsafe_b64encode(sent).decode().rstrip("="), 2):
            part.encode()
            decoded_instant(part)
            decoded_number(part)


def read_artefact(sent: bytes) -> None:
    """Put what is sent in the place of a part of an artefact that was kept."""
    artefact = kept_artefact()
    place = int.from_bytes(sent[:3], "big") % len(artefact)
    end = place + (sent[3] if len(sent) > 3 else 0)
    try:
        values = json.loads(artefact[:place] + sent[4:] + artefact[end:])
    except (ValueError, RecursionError):
        return
    with suppress(MalformedModel):
        assert canonical_json(to_artefact(from_artefact(values))) == canonical_json(values)


READERS: dict[str, Callable[[bytes], None]] = {
    "body": read_body,
    "line": read_line,
    "cursor": read_cursor,
    "artefact": read_artefact,
}
"""What takes bytes that others made; each raises nothing but its own refusals."""

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(str)
    | st.dates().map(str)
)
NAMES = st.sampled_from(
    ["patient_id", "drawn_at", "ctc_count", "index_date", "observed_on", "age", "died", "ecog",
     "follow_up_days", "death_on", "metastatic_sites", "line_of_therapy", "extra"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda each: st.lists(each) | st.dictionaries(st.text() | NAMES, each), max_leaves=20
)
WRITTEN = st.builds(json.dumps, VALUES, ensure_ascii=st.booleans()).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
ROWS = st.builds(json.dumps, st.dictionaries(NAMES, LEAVES)).map(str.encode)
SPOILT = st.builds(
    lambda text, place, more: (
        text[: place % (len(text) + 1)] + more + text[place % (len(text) + 1) :]
    ),
    WRITTEN | ROWS,
    st.integers(0, 10_000),
    st.binary(max_size=8),
)
SENT = st.binary(max_size=2000) | WRITTEN | ROWS | SPOILT


def seconds(read: Callable[[bytes], None], sent: bytes) -> float:
    """Measure the processor time of reading, again where others may have been in the way."""
    took = LONGEST_S
    for _ in range(5):
        started = time.thread_time()
        read(sent)
        took = time.thread_time() - started
        if took < LONGEST_S:
            break
    return took


def fuzz(reader: str, examples: int) -> None:
    """Read many inputs; the one that takes too long is an error like any other."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(SENT)
    def read(sent: bytes) -> None:
        assert seconds(READERS[reader], sent) < LONGEST_S

    read()


@pytest.mark.parametrize("reader", READERS)
def test_whatever_is_sent_is_read_or_refused(reader: str) -> None:
    fuzz(reader, 100)


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS)
def test_whatever_is_sent_is_read_or_refused_for_long(reader: str) -> None:
    fuzz(reader, EXAMPLES)


def repeated(part: bytes, around: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    begin, end = around
    return begin + part * ((LARGEST - len(begin) - len(end)) // len(part)) + end


ARRAY = (b"[0", b"]")
TEXT = (b'"', b'"')

HARD = {
    "arrays in arrays": repeated(b"["),
    "objects in objects": repeated(b'{"a":'),
    "one number": repeated(b"1"),
    "a long fraction": repeated(b"1", (b"1.", b"")),
    "a long exponent": repeated(b"9", (b"1e", b"")),
    "long numbers": repeated(b"," + b"9" * 4300, ARRAY),
    "many numbers": repeated(b",1e1", ARRAY),
    "the same key": repeated(b'"a":1,', (b"{", b'"b":1}')),
    "escapes": repeated(b"\\u0041", TEXT),
    "lone surrogates": repeated(b"\\ud800", TEXT),
    "a text without an end": repeated(b"a", (b'"', b"")),
    "backslashes": repeated(b"\\", (b'"', b"")),
    "blanks": repeated(b" "),
    "zeros": bytes(LARGEST),
}
"""Bodies of the greatest length that is read, each hard in its own way."""


@pytest.mark.parametrize("case", HARD)
def test_the_hardest_bodies_are_read_soon(case: str) -> None:
    assert seconds(read_body, HARD[case]) < LONGEST_S
