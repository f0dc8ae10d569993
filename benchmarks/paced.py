"""A load generator that asks at fixed times, whether or not the answers keep up."""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass

import uvloop

from benchmarks.load import LENGTH


@dataclass(frozen=True)
class Pace:
    """What to send where, how often, and for how long."""

    port: int
    requests: list[str]
    per_second: float
    seconds: float


@dataclass(frozen=True)
class Latencies:
    """Milliseconds from when each request was due to its answer, and the statuses met."""

    milliseconds: list[float]
    statuses: list[str]

    def quantile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the answers kept within."""
        return sorted(self.milliseconds)[int(share * (len(self.milliseconds) - 1))]


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def paced(pace: Pace) -> Latencies:
    """Ask at the pace and measure."""
    free: list[Streams] = []
    began = time.perf_counter()
    milliseconds: list[float] = []
    statuses: set[str] = set()

    async def ask(number: int) -> None:
        due = began + number / pace.per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        while free and free[-1][0].at_eof():
            # The server hangs up on a connection that was idle for some seconds.
            free.pop()[1].close()
        streams = free.pop() if free else await asyncio.open_connection("127.0.0.1", pace.port)
        statuses.add(await _answer(streams, pace.requests[number % len(pace.requests)]))
        milliseconds.append(1000 * (time.perf_counter() - due))
        free.append(streams)

    await asyncio.gather(*(ask(n) for n in range(int(pace.per_second * pace.seconds))))
    for _, writer in free:
        writer.close()
    return Latencies(milliseconds, sorted(statuses))


async def _answer(streams: Streams, request: str) -> str:
    reader, writer = streams
    writer.write(request.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    await reader.readexactly(int(length[1]) if length else 0)
    return head[9:12].decode()


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(paced(Pace(**json.load(sys.stdin)))))))
