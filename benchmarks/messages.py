"""`python -m benchmarks.messages`: HL7 v2 over MLLP beside a bare receiver of python-hl7.

The bare one parses, writes one durable row and acknowledges; both on SQLite, by turns.
"""

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import hl7
from hl7.mllp import HL7StreamReader, HL7StreamWriter, start_hl7_server

from app.storage.database import Database
from app.storage.schema import migrate
from app.storage.store import administering, writing
from app.usecases.clients import NewClient, add_client

BEGIN, END = b"\x0b", b"\x1c\r"
GOAL = 0.5


@dataclass(frozen=True)
class Load:
    """So many connections, each with so many messages one after the other."""

    connections: int
    messages: int


def a_message(run: int, connection: int, number: int) -> bytes:
    """Report a result that no other message reports."""
    name = f"{run}-{connection}-{number}"
    return (
        f"MSH|^~\\&|LAB{connection}|hospital-a|CTC|hospital-a|20251102100000||ORU^R01^ORU_R01"
        f"|{name}|P|2.5.1\rPID|1||P-{name}^^^HOSPITAL^MR||DOE^JANE||19680203|F\r"
        f"OBR|1|ORDER|A-{name}|67568-6^Circulating tumor cells^LN|||202511010830||||||||||"
        "|||||20251102095500|||F\r"
        "OBX|1|NM|67568-6^Circulating tumor cells^LN||17|{cells}/7.5mL|||||F\r"
    ).encode()


async def send(port: int, load: Load, run: int) -> float:
    """Send everything and give messages per second; an answer that is not AA ends it."""

    async def one(connection: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(load.messages):
            writer.write(BEGIN + a_message(run, connection, number) + END)
            answer = await reader.readuntil(END)
            if b"MSA|AA|" not in answer:
                raise SystemExit("a message was not acknowledged")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(each) for each in range(load.connections)))
    return load.connections * load.messages / (time.perf_counter() - began)


async def bare(path: str) -> None:
    """Receive as python-hl7 does, with one durable row a message."""
    rows = sqlite3.connect(path, isolation_level=None)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=FULL")
    rows.execute("CREATE TABLE message (control_id TEXT PRIMARY KEY, count TEXT, content TEXT)")

    async def receive(reader: HL7StreamReader, writer: HL7StreamWriter) -> None:
        while not writer.is_closing():
            try:
                message = await reader.readmessage()
            except asyncio.IncompleteReadError:
                break
            count = str(message.segment("OBX")[5])
            control_id = str(message.segment("MSH")[10])
            rows.execute("INSERT INTO message VALUES (?, ?, ?)", (control_id, count, str(message)))
            writer.writemessage(message.create_ack())
            await writer.drain()
        writer.close()

    server = await start_hl7_server(receive, host="127.0.0.1", port=0, encoding="utf-8")
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


@contextmanager
def process(*command: str, **environment: str) -> Iterator[int]:
    """Run a receiver that prints its port last on its first line."""
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as receiver:
        try:
            assert receiver.stdout is not None
            for line in receiver.stdout:
                if "port " in line:
                    yield int(line.split()[-1])
                    break
        finally:
            receiver.terminate()


def prepare(folder: Path) -> dict[str, str]:
    """Make a database with a hospital and a key of it."""
    url, key = f"sqlite:///{folder / 'ours.db'}", folder / "key"
    migrate(url)
    new, now = NewClient("analyser", ("results:write", "patients:write")), datetime.now(UTC)
    key.touch(mode=0o600)
    with closing(Database(url, pool_size=1)) as database:
        with administering(database) as directory:
            added = directory.add_organisation("hospital-a", now)
            assert added is not None
        with writing(database, added.organisation_id) as store:
            key.write_text(add_client(store.directory, added.organisation_id, new, now)[1])
    return {"PROGNOSIS_DATABASE_URL": url, "PROGNOSIS_MLLP_KEY_FILE": str(key)}


def main() -> None:
    """Measure by turns and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.messages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--messages", type=int, default=100, help="of each connection and round")
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        asyncio.run(bare(arguments.bare))
        return
    print(f"python-hl7 {hl7.__version__}, {arguments.connections} connections, messages a second")
    load = Load(arguments.connections, arguments.messages)
    with TemporaryDirectory() as name:
        ours = process("app.cli", "mllp", "--port", "0", **prepare(Path(name)))
        theirs = process("benchmarks.messages", "--bare", f"{name}/bare.db")
        with ours as our_port, theirs as bare_port:
            ratios = []
            for run in range(arguments.rounds):
                found = [asyncio.run(send(port, load, run)) for port in (our_port, bare_port)]
                ratios.append(found[0] / found[1])
                print(f"ours {found[0]:8.0f}   bare {found[1]:8.0f}   ratio {ratios[-1]:.2f}")
    print(f"median ratio {median(ratios):.2f}, goal {GOAL}")


if __name__ == "__main__":
    main()
