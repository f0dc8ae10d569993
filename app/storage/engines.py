"""How a SQLite file and a PostgreSQL database are opened so that no acknowledged result is lost."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

WAIT_SECONDS = 30
"""How long a transaction waits for its turn or for a connection."""

OLDEST_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a WAL file that several connections write or checkpoint.

https://www.sqlite.org/wal.html#walresetbug
"""

NETWORK_FILE_SYSTEMS = frozenset(
    {"afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "lustre", "nfs", "nfs4", "smb3"}
)
"""WAL needs memory shared by all processes on the file, which these do not give.

https://www.sqlite.org/wal.html
"""

MOUNTS = Path("/proc/self/mounts")
"""Where Linux lists what is mounted; elsewhere nothing is refused."""

SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}",
    "PRAGMA synchronous=FULL",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)
"""A commit survives a power cut; what is erased is overwritten and never spilt to other files."""

POSTGRES_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=120s"
)

LINK = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""A server that fell silent is given up after a minute, not after a quarter of an hour."""

IN_BINARY = "in_binary"
"""Execution option of a query for many bytes, of which PostgreSQL else sends two digits each."""

BINARY = 1
"""PostgreSQL's code for results in binary form."""


class DatabaseProblem(Exception):
    """Why the service cannot use this database, in words for the people who run it."""


def parse_url(url: str) -> URL:
    """Read a database's address; it may hold a password, so no message repeats it."""
    try:
        address = make_url(url)
        kind = address.get_backend_name()
    except ArgumentError:
        raise DatabaseProblem("the database's address is not a URL") from None
    if kind == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise DatabaseProblem(f"the database has to be SQLite or PostgreSQL, not {kind}")
    if not address.database or address.database == ":memory:" or address.query:
        raise DatabaseProblem("SQLite needs a file, as in sqlite:////absolute/path.db")
    return address


def dialect_of(url: str) -> str:
    """Tell which of the two databases an address names."""
    return parse_url(url).get_backend_name()


def sqlite_engine(address: URL, *, begin: str, pragmas: tuple[str, ...], pool_size: int) -> Engine:
    """Make an engine on a SQLite file; `begin` is the statement that opens a transaction."""
    _refuse_old_library()
    _make_file(Path(str(address.database)).resolve())
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"),
        module=dbapi2,
        connect_args={"isolation_level": None, "timeout": WAIT_SECONDS},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for statement in (*SQLITE_PRAGMAS, *pragmas):
            cursor.execute(statement)
        _enter_wal(cursor)
        cursor.close()

    # The driver's own BEGIN comes late and takes no lock: increments of two threads got lost.
    def open_transaction(connection: Any) -> None:
        connection.execute(begin)

    engine.dialect.do_begin = open_transaction  # type: ignore[assignment,method-assign]
    return engine


def postgres_engine(
    address: URL, *, pool_size: int, isolation: str = "READ COMMITTED", options: str = ""
) -> Engine:
    """Make an engine on PostgreSQL that finds broken connections before a transaction does."""
    asked = address.query.get("options", "")
    engine = create_engine(
        address,
        isolation_level=isolation,
        connect_args={
            "options": f"{POSTGRES_OPTIONS} {options} {asked}",
            "application_name": "prognosis",
            "connect_timeout": 10,
            **LINK,
        },
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @event.listens_for(engine, "before_cursor_execute")
    def ask_for_binary(
        _connection: object,
        cursor: Any,
        _statement: str,
        _values: object,
        context: Any,
        _many: bool,
    ) -> None:
        if context is not None and context.execution_options.get(IN_BINARY):
            cursor.format = BINARY

    return engine


def _refuse_old_library() -> None:
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise DatabaseProblem(
            f"SQLite {dbapi2.sqlite_version} can corrupt a database; {oldest} or newer is needed"
        )


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only ever a new file: closing a second handle on an open one drops SQLite's locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise DatabaseProblem(f"{path} cannot be made: {error.strerror}") from error
    if (kind := _file_system(path)) in NETWORK_FILE_SYSTEMS:
        raise DatabaseProblem(f"{path} is on a network file system ({kind}); use PostgreSQL")


def _file_system(path: Path) -> str | None:
    if not MOUNTS.exists():
        return None
    lines = [line.split() for line in MOUNTS.read_text(errors="replace").splitlines()]
    kinds = {Path(point): kind for _, point, kind, *_ in lines}
    return next((kinds[folder] for folder in path.parents if folder in kinds), None)


def _enter_wal(cursor: Any) -> None:
    # Of two processes that open a new file at once, SQLite refuses one without letting it wait.
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except dbapi2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
