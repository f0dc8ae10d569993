"""MLLP: messages between two bytes, one after the other, on connections that stay open."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter, Task
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

BEGIN, END = b"\x0b", b"\x1c\r"

MARK = b"\x1c"
"""What ends a message; not every sender sends the CR after it."""

BLOCK = 64 * 1024

MOST_CONNECTIONS = 1000
"""Connections of the process; whoever comes above it is hung up on."""

TAKING_S = 30.0
"""Seconds within which a sender has to take its answer."""

Respond = Callable[[bytes], Awaitable[bytes | None]]
"""What answers a message; None where the sender wants no answer."""


@dataclass(frozen=True)
class Limits:
    """The longest message in bytes, and how long a connection may be silent in seconds."""

    longest: int
    idle_s: float


class Frames:
    """Cuts what comes in into messages; of one that is too long, only that it came is kept."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._searched = 0
        self._is_too_long = False

    def add(self, block: bytes) -> None:
        """Take what came in."""
        self._begun += block

    def next(self) -> bytes | None:
        """Give the next whole message, empty where it was too long; None until there is one."""
        while (end := self._begun.find(MARK, self._searched)) >= 0:
            # After the last beginning: a sender that broke off has begun anew.
            content = bytes(self._begun[self._begun.rfind(BEGIN, 0, end) + 1 : end]).strip(b"\r\n")
            del self._begun[: end + 1]
            self._searched, is_too_long = 0, self._is_too_long or len(content) > self._longest
            self._is_too_long = False
            if is_too_long:
                return b""
            if content:
                return content
        self._searched = len(self._begun)
        if self._searched > self._longest + len(BEGIN):
            self._is_too_long = True
            self._begun.clear()
            self._searched = 0
        return None


class Connection:
    """One sender: its messages are answered in the order in which they come."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, limits: Limits) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._frames = Frames(limits.longest)
        self.is_waiting = False
        self.is_ending = False

    async def serve(self, respond: Respond) -> None:
        """Answer until the sender hangs up, or says nothing for too long."""
        with suppress(TimeoutError, ConnectionError, ssl.SSLError):
            while (content := await self._next()) is not None:
                answer = await respond(content)
                if answer is not None:
                    self._writer.write(BEGIN + answer + END)
                    async with asyncio.timeout(TAKING_S):
                        await self._writer.drain()
                if self.is_ending:
                    return

    async def _next(self) -> bytes | None:
        while (content := self._frames.next()) is None:
            self.is_waiting = True
            try:
                async with asyncio.timeout(self._limits.idle_s):
                    block = await self._reader.read(BLOCK)
            finally:
                self.is_waiting = False
            if not block:
                return None
            self._frames.add(block)
        return content


class MllpServer:
    """Listens for senders; a message that goes wrong ends no connection."""

    def __init__(self, respond: Respond, limits: Limits) -> None:
        self._respond = respond
        self._limits = limits
        self._served: dict[Task[None], Connection] = {}
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> int:
        """Begin to listen, and tell the port."""
        self._server = await asyncio.start_server(self._serve, host, port, ssl=tls)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def stop(self, seconds: float) -> None:
        """Take no more messages, and answer those that are at work."""
        if self._server is not None:
            self._server.close()
        for task, connection in self._served.items():
            connection.is_ending = True
            if connection.is_waiting:
                task.cancel()
        if self._served:
            await asyncio.wait(self._served, timeout=seconds)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._served) >= MOST_CONNECTIONS:
            writer.close()
            return
        connection = Connection(reader, writer, self._limits)
        self._served[task] = connection
        try:
            await connection.serve(self._respond)
        except asyncio.CancelledError:
            # The service stops while nothing of this sender is at work.
            return
        finally:
            del self._served[task]
            writer.close()
