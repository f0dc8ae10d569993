"""The load generator, a process of its own: some connections, each with one request at a time."""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import cast

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
NUMBER = b"0000000000"
"""In a request, what stands for its own number: ten digits, so that no length changes."""


@dataclass(frozen=True)
class Job:
    """What to send where, and for how long; requests are taken in turn."""

    port: int
    requests: list[str]
    connections: int
    seconds: float
    first_number: int


@dataclass(frozen=True)
class Measured:
    """What came back: latencies in milliseconds, statuses, and answers without a number."""

    seconds: float
    milliseconds: list[float]
    statuses: dict[str, int]
    withheld: int

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.milliseconds) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the answers kept within."""
        return sorted(self.milliseconds)[int(share * (len(self.milliseconds) - 1))]


class Connection(asyncio.Protocol):
    """One connection that sends the next request when the last was answered."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._received = bytearray()
        self._sent_at = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start to send."""
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = LENGTH.search(self._received, 0, head)
        if length is None or len(self._received) < head + 4 + int(length[1]):
            return
        answer = bytes(self._received)
        self._received.clear()
        self._run.note(answer, time.perf_counter() - self._sent_at)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        """Tell that this connection sends no more."""
        self._run.ended()

    def _send(self) -> None:
        request = next(self._run.requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


class Run:
    """The connections of one job together."""

    def __init__(self, job: Job) -> None:
        self.requests = _until(job)
        self._open = job.connections
        self.done = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.withheld = 0

    def note(self, answer: bytes, seconds: float) -> None:
        """Count one answer."""
        self.latencies.append(1000 * seconds)
        self.statuses[answer[9:12].decode()] += 1
        self.withheld += b'"status":"withheld"' in answer

    def ended(self) -> None:
        """Finish with the last connection."""
        self._open -= 1
        if not self._open:
            self.done.set_result(None)


def _until(job: Job) -> Iterator[bytes]:
    templates = [request.encode() for request in job.requests]
    number, ends_at = job.first_number, time.perf_counter() + job.seconds
    while time.perf_counter() < ends_at:
        template = templates[number % len(templates)]
        yield template.replace(NUMBER, b"%010d" % number)
        number += 1


async def measure(job: Job) -> Measured:
    """Load the server and measure."""
    loop, run, started = asyncio.get_running_loop(), Run(job), time.perf_counter()
    for _ in range(job.connections):
        await loop.create_connection(partial(Connection, run), "127.0.0.1", job.port)
    await run.done
    seconds = time.perf_counter() - started
    return Measured(seconds, run.latencies, dict(run.statuses), run.withheld)


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(measure(Job(**json.load(sys.stdin)))))))
