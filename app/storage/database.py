"""The database: one transaction is one `with`, and it is committed before the block is left."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import Unavailable
from app.storage.clock import ASKED_EVERY_S, OwnClock, ServerClock
from app.storage.disk import Disk
from app.storage.engines import (
    WAIT_SECONDS,
    DatabaseProblem,
    parse_url,
    postgres_engine,
    sqlite_engine,
)
from app.storage.retried import Retried
from app.storage.tenancy import (
    NOTHING,
    ROLE,
    Reach,
    begin_with,
    explain_refusal,
    reaches_on_begin,
)
from app.storage.turns import Turns

KEEPS_COMMITS = {
    "sqlite": ("PRAGMA journal_mode", frozenset({"wal"})),
    "postgresql": ("SHOW synchronous_commit", frozenset({"on", "remote_apply"})),
}
"""What is asked at the start, and the answers with which a commit survives a crash."""

BEGINS = "begins"
"""Execution option of PostgreSQL's engines: how a transaction begins."""

WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

READERS_MS = 100
"""How long a reader may hold back the emptying of the log, and that all writers."""

LOOK_AGAIN_S = 0.5
"""Until the log is looked at again that a reader held."""


class Database:
    """A SQLite file or a PostgreSQL database; threads share it, a process opens its own."""

    def __init__(
        self, url: str, *, pool_size: int = 48, clock_asked_every_s: float = ASKED_EVERY_S
    ) -> None:
        address = parse_url(url)
        self.dialect = address.get_backend_name()
        self.writer, self.reader = _engines(address, pool_size)
        is_file = self.dialect == "sqlite"
        self.disk = Disk(Path(str(address.database)).resolve() if is_file else None)
        self._clock = OwnClock() if is_file else ServerClock(clock_asked_every_s)
        self._turns = Turns(f"{address.database}-turn") if is_file else None
        self._emptying = Retried(self._empty_log, LOOK_AGAIN_S)
        self._process = os.getpid()
        try:
            self._refuse_lost_commits()
        except BaseException:
            self.close()
            raise

    @property
    def is_file(self) -> bool:
        """Whether reading takes less than waking a thread, and one transaction writes at a time."""
        return self.dialect == "sqlite"

    def now(self) -> datetime:
        """Tell the instant by the clock that every process of this database goes by."""
        return self._clock.now()

    @contextmanager
    def begin(self, reach: Reach = NOTHING) -> Iterator[Connection]:
        """Open a write transaction; when the block ends it is committed, or rolled back."""
        self.disk.refuse_after_failure()
        with self._faults_told(), ExitStack() as stack:
            try:
                # Threads and processes queue here; SQLite would let them poll the file.
                if self._turns:
                    stack.enter_context(self._turns.turn(WAIT_SECONDS))
                connection = self._open(stack, self.writer, reach)
            except TimeoutError as error:
                raise Unavailable("the database is busy") from error
            yield connection

    @contextmanager
    def read(self, reach: Reach = NOTHING) -> Iterator[Connection]:
        """Open a snapshot, which sees one state throughout and cannot write."""
        with ExitStack() as stack:
            yield self._open(stack, self.reader, reach)

    def checkpoint(self) -> bool:
        """Empty SQLite's write-ahead log of what was erased; false: once no reader holds it."""
        if self._empty_log():
            return True
        self._emptying.later()
        return False

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._emptying.close()
        self.writer.dispose()
        self.reader.dispose()
        if self._turns:
            self._turns.close()

    def _open(self, stack: ExitStack, engine: Engine, reach: Reach) -> Connection:
        if os.getpid() != self._process:
            raise RuntimeError("a database was opened before a fork; open it in each process")
        try:
            connection = stack.enter_context(engine.connect())
            if self.dialect == "postgresql":
                begin_with(connection, engine.get_execution_options()[BEGINS], reach)
            stack.enter_context(connection.begin())
            self._clock.ask(connection)
        except (OperationalError, PoolTimeout) as error:
            raise Unavailable("the database is busy or cannot be reached") from error
        return connection

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            fault = self.disk.fault(error.orig)
            if fault is None:
                raise
            raise fault from error

    def _empty_log(self) -> bool:
        if self._turns is None:
            return True
        if self.disk.failed.is_set():
            return False
        with ExitStack() as stack:
            try:
                stack.enter_context(self._turns.turn(WAIT_SECONDS))
            except TimeoutError:
                return False
            cursor = stack.enter_context(closing(self.writer.raw_connection())).cursor()
            # SQLite waits for every reader, and who wants to write waits meanwhile.
            cursor.execute(f"PRAGMA busy_timeout={READERS_MS}")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return bool(cursor.fetchall()[0][0] == 0)
            except dbapi2.OperationalError as error:
                # The change is committed; the log still holds it, and is emptied later.
                if self.disk.fault(error) is None:
                    raise
                return False
            finally:
                cursor.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")

    def _refuse_lost_commits(self) -> None:
        question, answers = KEEPS_COMMITS[self.dialect]
        try:
            with self.reader.connect() as connection:
                answer = connection.exec_driver_sql(question).scalar_one()
                self._clock.ask(connection)
        except DBAPIError as error:
            login = self.reader.url.username or "the login"
            raise DatabaseProblem(explain_refusal(str(error.orig), login)) from error
        if answer not in answers:
            raise DatabaseProblem(
                f"{question} says {answer!r}, so a result could be lost after it was acknowledged;"
                f" it has to be {' or '.join(sorted(answers))}"
            )


def _engines(address: URL, pool_size: int) -> tuple[Engine, Engine]:
    if address.get_backend_name() == "postgresql":
        # The driver's own BEGIN could not tell what the transaction reaches.
        engine = postgres_engine(
            address, pool_size=pool_size, isolation="AUTOCOMMIT", options=f"-c role={ROLE}"
        )
        reaches_on_begin(engine)
        engine.update_execution_options(**{BEGINS: WRITE})
        return engine, engine.execution_options(**{BEGINS: READ})
    writer = sqlite_engine(
        address, begin="BEGIN IMMEDIATE", pragmas=("PRAGMA foreign_keys=ON",), pool_size=1
    )
    reader = sqlite_engine(
        address, begin="BEGIN", pragmas=("PRAGMA query_only=ON",), pool_size=pool_size
    )
    return writer, reader
