"""
Fuzz what reads bytes that others made, led by what it covers: `python -m tools.fuzz READER`.

The readers are those of tests/faults/test_parsers.py: body, line, cursor, artefact. Needs atheris
beside what `make develop` installs (`.venv/bin/pip install atheris==3.1.0`). An input that raises
anything but a refusal, or takes more than 0.1 s of the processor, ends the run and is kept.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app", "json"]):
    from tests.faults import test_parsers

SEEDS = {
    "body": [b'{"a":[1,2.5e3,"x\\u00e9",null,true]}'],
    "line": [
        (
            b'{"patient_id":"P-1","drawn_at":"2024-03-05T09:30:00+01:00","ctc_count":17,'
            b'"died":true,"follow_up_days":90,"metastatic_sites":"liver;bone","age":61}'
        )
    ],
    "cursor": [b'["2026-01-01T12:00:00Z","17"]'],
    "artefact": [b"\x00\x00\x10\x021.5", b"\x00\x01\x00\x10null"],
}


def main() -> None:
    """Fuzz one reader for so many seconds."""
    name, seconds = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "600")
    read = test_parsers.READERS[name]

    def once(sent: bytes) -> None:
        if test_parsers.seconds(read, sent) >= test_parsers.LONGEST_S:
            raise TimeoutError("an input took too long")

    corpus = tempfile.mkdtemp()
    for number, seed in enumerate(SEEDS[name]):
        Path(corpus, str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, corpus], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
