"""The file of a backup: a zip with one NDJSON file a table, and a manifest that tells of each."""

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Literal, get_args
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

Kind = Literal["boolean", "bytes", "date", "instant", "integer", "number", "text"]
Row = Sequence[Any]

FORMAT = "ctc-prognosis backup 1"
"""Counted up when a reader of the old form could not read the new one."""

MANIFEST = "manifest.json"

ROWS_AT_ONCE = 50
"""Rows in memory at a time; some hold a block of two thousand patients, a third of a megabyte."""

LONGEST_MANIFEST = 1024**2
"""Bytes; ours has some kilobytes."""

FASTEST = 1
"""The level of compression; a higher one takes five times as long for a tenth less."""

READ: dict[Kind, Callable[[Any], Any]] = {
    "bytes": b64decode,
    "date": date.fromisoformat,
    "instant": datetime.fromisoformat,
}
"""How a value that JSON has no form of is read; the others stand as they are."""


UNREADABLE = (BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError)
"""What a damaged file makes of reading a zip."""


class BackupProblem(Exception):
    """Why a backup cannot be made or restored, in words for the people who run the service."""


@dataclass(frozen=True)
class TableLayout:
    """A table as a backup holds it: what its columns hold, and which of them put it in order."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]


@dataclass(frozen=True)
class TableContent:
    """How many rows a backup holds of a table, and the digest of their lines."""

    layout: TableLayout
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is of: everything that was committed before `made_at` is in it."""

    version: str
    schema: str
    database: str
    made_at: datetime
    tables: tuple[TableContent, ...]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(content.rows for content in self.tables)


@dataclass
class Tally:
    """Counts rows as they pass, and takes the digest of their lines."""

    rows: int = 0
    _digest: Any = field(default_factory=sha256)

    def lines(self, rows: Iterable[Row]) -> bytes:
        """Write some rows, a line each."""
        written = [_encode(tuple(row)) for row in rows]
        self.rows += len(written)
        text = "".join(f"{line}\n" for line in written).encode()
        self._digest.update(text)
        return text

    def note(self, line: bytes) -> None:
        """Pass one line that is written already."""
        self.rows += 1
        self._digest.update(line)

    def content(self, layout: TableLayout) -> TableContent:
        """Tell what passed."""
        return TableContent(layout, self.rows, self._digest.hexdigest())


class BackupFile:
    """A backup that is open for reading."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self._path = path
        self._archive = archive
        self.manifest = self._read_manifest()

    def lines(self, content: TableContent) -> Iterator[bytes]:
        """Read the lines of a table, and refuse the file where they are not those written."""
        tally = Tally()
        try:
            with self._archive.open(_entry(content.layout)) as entry:
                for line in entry:
                    tally.note(line)
                    yield line
        except UNREADABLE as error:
            raise _damaged(self._path, f"{content.layout.name} cannot be read") from error
        if tally.content(content.layout) != content:
            raise _damaged(self._path, f"{content.layout.name} has other rows than were written")

    def rows(self, content: TableContent) -> Iterator[list[Any]]:
        """Read the rows of a table."""
        readers = [READ.get(kind) for kind in content.layout.columns.values()]
        for line in self.lines(content):
            try:
                yield [
                    value if read is None or value is None else read(value)
                    for read, value in zip(readers, json.loads(line), strict=True)
                ]
            except (ValueError, TypeError) as error:
                raise _damaged(self._path, f"a row of {content.layout.name}") from error

    def check(self) -> None:
        """Read everything once, and refuse the file where something is not as it was written."""
        for content in self.manifest.tables:
            for _ in self.lines(content):
                pass

    def _read_manifest(self) -> Manifest:
        try:
            with self._archive.open(MANIFEST) as entry:
                told = json.loads(entry.read(LONGEST_MANIFEST))
            if told["format"] != FORMAT:
                raise BackupProblem(f"{self._path} is of another format: {told['format']!r}")
            return _manifest_of(told)
        except (*UNREADABLE, TypeError, ValueError) as error:
            raise _damaged(self._path, "its manifest cannot be read") from error


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._contents: list[TableContent] = []

    def add(
        self, layout: TableLayout, rows: Iterator[Row], progress: Callable[[int], object]
    ) -> None:
        """Write a table."""
        tally = Tally()
        with self._archive.open(_entry(layout), "w", force_zip64=True) as entry:
            for some in parts(rows):
                entry.write(tally.lines(some))
                progress(len(some))
        self._contents.append(tally.content(layout))

    def end(self, version: str, schema: str, database: str, made_at: datetime) -> Manifest:
        """Write the manifest, last: only now is it known what it tells."""
        manifest = Manifest(version, schema, database, made_at, tuple(self._contents))
        told = {"format": FORMAT, **asdict(manifest), "made_at": _instant(made_at)}
        self._archive.writestr(MANIFEST, json.dumps(told, indent=1))
        return manifest


@contextmanager
def reading_backup(path: Path) -> Iterator[BackupFile]:
    """Open a backup."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(ZipFile(stack.enter_context(path.open("rb"))))
        except OSError as error:
            raise BackupProblem(f"{path} cannot be read: {error.strerror or error}") from error
        except (*UNREADABLE, ValueError) as error:
            raise BackupProblem(f"{path} is no backup, or not all of one") from error
        yield BackupFile(path, archive)


@contextmanager
def writing_backup(path: Path) -> Iterator[BackupWriter]:
    """Write a backup: whole, read again and on the disk, or not at all; only ever a new file."""
    try:
        with _new_file(path) as unfinished:
            with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:
                yield BackupWriter(archive)
            with reading_backup(unfinished) as backup:
                backup.check()
    except FileExistsError as error:
        raise BackupProblem(f"{path} is there already; name another file") from error
    except OSError as error:
        raise BackupProblem(f"{path} cannot be written: {error.strerror or error}") from error


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, readable by its owner alone, which becomes the named one."""
    if path.exists():
        raise FileExistsError
    folder = path.absolute().parent
    number, name = mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
    os.close(number)
    unfinished = Path(name)
    try:
        yield unfinished
        sync(unfinished)
        _publish(unfinished, path)
        sync(folder)
    finally:
        unfinished.unlink(missing_ok=True)


def _publish(unfinished: Path, path: Path) -> None:
    try:
        # Unlike a renaming, this never takes the place of a file that came meanwhile.
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, as some network shares are.
        if path.exists():
            raise FileExistsError from None
        unfinished.rename(path)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _entry(layout: TableLayout) -> str:
    return f"{layout.name}.ndjson"


def parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Part rows so that some are in memory at a time."""
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _written(value: Any) -> str:
    match value:
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case _:
            raise TypeError(f"a backup has no form for {type(value).__name__}")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_written
).encode


def _manifest_of(told: dict[str, Any]) -> Manifest:
    tables = tuple(
        TableContent(_layout_of(each["layout"]), int(each["rows"]), str(each["sha256"]))
        for each in told["tables"]
    )
    made_at = datetime.fromisoformat(told["made_at"])
    return Manifest(
        str(told["version"]), str(told["schema"]), str(told["database"]), made_at, tables
    )


def _layout_of(told: dict[str, Any]) -> TableLayout:
    columns = {str(name): kind for name, kind in told["columns"].items()}
    if unknown := set(columns.values()) - set(get_args(Kind)):
        raise ValueError(f"unknown kinds: {unknown}")
    return TableLayout(str(told["name"]), columns, tuple(told["key"]))


def _damaged(path: Path, what: str) -> BackupProblem:
    return BackupProblem(f"{path} is damaged: {what}; restore another backup")
