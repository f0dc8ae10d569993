"""
Posts results at a rate that does not wait for answers, from a process of its own.

`python -m tests.faults.generator` reads one JSON object from its input: `port`, `key`, `seconds`,
`rate` (posts a second; 0 for as fast as the `connections` are answered) and `first`, the number of
the first post; it prints what was answered.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SECONDS_TO_WAIT = 30


@dataclass
class Load:
    """One run of the generator."""

    port: int
    key: str
    seconds: float
    rate: float
    connections: int
    first: int
    statuses: Counter[str] = field(default_factory=Counter)
    met_closed: int = 0
    took: list[float] = field(default_factory=list)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def run(self) -> dict[str, Any]:
        """Post for so long, and wait for the last answers."""
        began, number = time.monotonic(), self.first
        waiting: set[asyncio.Task[None]] = set()
        while (passed := time.monotonic() - began) < self.seconds:
            due = passed * self.rate - (number - self.first) if self.rate else 1
            if due < 1 or len(waiting) >= self.connections:
                await asyncio.sleep(0.001)
            else:
                waiting.add(task := asyncio.create_task(self._post(number)))
                task.add_done_callback(waiting.discard)
                number += 1
                if number % 8 == 0:
                    await asyncio.sleep(0)
        if waiting:
            await asyncio.wait(waiting)
        took = sorted(self.took)
        return {
            "sent": number - self.first,
            "statuses": dict(self.statuses),
            "met_closed": self.met_closed,
            "p99": took[int(0.99 * len(took))] if took else None,
        }

    async def _post(self, number: int) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(SECONDS_TO_WAIT):
                told = await self._answer(self._request(number))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            told = type(error).__name__
        self.statuses[told] += 1
        if told in ("200", "201"):
            self.took.append(time.monotonic() - began)

    async def _answer(self, request: bytes) -> str:
        while self.idle:
            try:
                return await self._exchange(*self.idle.pop(), request)
            except (OSError, asyncio.IncompleteReadError) as error:
                # Closed by the service, which had nothing to do for it, as this request set out.
                if getattr(error, "partial", b""):
                    raise
                self.met_closed += 1
        return await self._exchange(*await asyncio.open_connection("127.0.0.1", self.port), request)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> str:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        if b"connection: close" in head:
            writer.close()
        else:
            self.idle.append((reader, writer))
        told = head.split(b" ", 2)[1].decode()
        return told if told != "503" or b"\r\nretry-after: " in head else "503 without Retry-After"

    def _request(self, number: int) -> bytes:
        body = json.dumps(
            {
                "patient_id": f"L-{number}",
                "accession_number": f"L-{number}",
                "drawn_at": "2026-01-15T08:30:00Z",
                "ctc_count": number % 1000,
            }
        )
        lines = [
            "POST /v1/blood-tests HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.key}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", body]).encode()


def main() -> None:
    """Run once."""
    found = asyncio.run(Load(**json.loads(sys.stdin.read())).run())
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
