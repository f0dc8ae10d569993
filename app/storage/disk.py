"""What a failed write says of the disk: a full one takes writes again, one that fails may not.

After a failed write or fsync nobody knows what reached the disk: the kernel can have dropped it and
report success the next time. A process that met one writes no more.
"""

import os
from collections.abc import Iterator
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from threading import Event

from pysqlite3 import dbapi2

from app.errors import StorageFailed, StorageFull, Unavailable

DISK_FULL = "53100"
"""PostgreSQL's SQLSTATE disk_full."""

FULL = frozenset({ENOSPC, EDQUOT, EFBIG})
"""Of these SQLite calls the last two an I/O error: a quota, and a limit on the size of files."""

PAGE = 4096
"""Bytes that are asked for to learn whether the disk takes any."""


class Disk:
    """The disk under one database, as far as failed writes tell of it."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.failed = Event()

    def refuse_after_failure(self) -> None:
        """Let nothing more be written after a write that failed."""
        if self.failed.is_set():
            raise StorageFailed

    def fault(self, error: BaseException | None) -> Unavailable | None:
        """Tell what a driver's error says of the disk; None where it says nothing."""
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return StorageFull()
        # The low byte: the rest of an extended code says during what.
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == dbapi2.SQLITE_FULL:
            return StorageFull()
        if code != dbapi2.SQLITE_IOERR:
            return None
        if self._is_full():
            return StorageFull()
        self.failed.set()
        return StorageFailed()

    def space(self) -> tuple[int, int] | None:
        """Tell the bytes that are free and those that there are; None where a server has them."""
        if self._file is None:
            return None
        found = os.statvfs(self._file.parent)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize

    def _is_full(self) -> bool:
        """Ask for one page more where the longer of the database's files ends."""
        probe = Path(f"{self._file}-space")
        # Asked of the folder: closing a second handle on a file would drop SQLite's locks on it.
        ends = max((path.stat().st_size for path in self._files()), default=0)
        try:
            file = os.open(probe, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                return os.pwrite(file, bytes(PAGE), ends) < PAGE
            finally:
                os.close(file)
                probe.unlink(missing_ok=True)
        except OSError as error:
            return error.errno in FULL

    def _files(self) -> Iterator[Path]:
        files = (Path(f"{self._file}{suffix}") for suffix in ("", "-wal"))
        return (path for path in files if path.exists())
