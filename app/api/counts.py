"""Numbers of one process, in a file that its siblings read; the sum of all outlives each."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from mmap import mmap
from pathlib import Path

WIDTH = 8
"""Bytes of a number: a double counts exactly up to 2 to the 53."""


@dataclass(frozen=True)
class Share:
    """What one process counted, and whether it still runs."""

    runs: bool
    numbers: Sequence[float]


class Counts:
    """Writes to its own numbers, and reads those of all processes that share the folder.

    A process that starts goes on in the file of one that has ended: no sum ever falls, and there
    are never more files than there were processes at once.
    """

    def __init__(self, folder: Path | None, name: str, size: int) -> None:
        self._pattern = f"{name}-*.counts"
        self._folder = folder
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        memory = mmap(-1, size * WIDTH) if folder is None else _free(folder, name, size * WIDTH)
        # The memory lives as long as its view, and the lock of its file as long as the memory.
        self.own = memoryview(memory).cast("d")

    def shares(self) -> Iterator[Share]:
        """Read what each process counted, this one included."""
        if self._folder is None:
            yield Share(True, self.own)
            return
        for path in sorted(self._folder.glob(self._pattern)):
            with path.open("rb") as file:
                content = file.read()
                if len(content) == len(self.own) * WIDTH:
                    yield Share(_is_locked(file.fileno()), memoryview(content).cast("d"))


def _free(folder: Path, name: str, length: int) -> mmap:
    for number in count():
        path = folder / f"{name}-{number}.counts"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # The kernel lets the lock go when its process dies, however it dies.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file).st_size != length:
                # Written, not only made so long: on a full disk a hole would kill its writer.
                os.pwrite(file, bytes(length), 0)
            return mmap(file, length)
        except BlockingIOError:
            continue
        finally:
            os.close(file)
    raise AssertionError("there is always a next number")


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
