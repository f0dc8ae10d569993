"""A TCP proxy that delays, cuts, swallows and half-closes, as its seed says."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Self

from tests.faults.laboratory.seed import chance_of

BLOCK = 65_536
OPERATION = re.compile(rb"\r\nX-Operation: ([0-9.]+)\r\n")


@dataclass(frozen=True)
class Action:
    """What becomes of one block of bytes, and of its connection after it."""

    passed: bytes
    delay_s: float = 0.0
    cuts: bool = False
    half_closes: bool = False


class Passage:
    """What happens on one connection; this one lets everything through."""

    def sent(self, block: bytes) -> Action:
        """Decide about a block on its way to the server."""
        return Action(block)

    def answered(self, block: bytes) -> Action:
        """Decide about a block on its way back."""
        return Action(block)


class UnheardAnswers(Passage):
    """Swallows a share of all answers to requests, and with each its connection."""

    def __init__(self, seed: int, share: float, tally: "Counter[str]") -> None:
        self._seed = seed
        self._share = share
        self._tally = tally
        self._swallows = False

    def sent(self, block: bytes) -> Action:
        """Draw for a new request by its own number: the same run swallows the same answers."""
        if (named := OPERATION.search(block)) is not None:
            chance = chance_of(self._seed, "answer", named[1].decode())
            self._swallows = chance.random() < self._share
        return Action(block)

    def answered(self, block: bytes) -> Action:
        """Swallow what the server says after it has committed."""
        if not self._swallows:
            return Action(block)
        self._tally["answer swallowed"] += 1
        return Action(b"", cuts=True)


class TroubledRequests(Passage):
    """Delays, tears, swallows and half-closes requests and answers of HTTP, each as drawn."""

    def __init__(self, seed: int, share: float, tally: "Counter[str]") -> None:
        self._seed = seed
        self._share = share
        self._tally = tally
        self._fate = "none"
        self._chance = Random(seed)

    def sent(self, block: bytes) -> Action:
        """Draw a new request's fate, and carry out what meets the request itself."""
        if (named := OPERATION.search(block)) is not None:
            self._chance = chance_of(self._seed, "trouble", named[1].decode())
            self._fate = "none"
            if self._chance.random() < self._share:
                self._fate = self._chance.choice(list(FATES))
                self._tally[self._fate] += 1
        if self._fate == "request torn":
            return Action(block[: self._chance.randrange(len(block))], cuts=True)
        delay_s = self._chance.random() / 20 if self._fate == "request delayed" else 0.0
        return Action(block, delay_s, half_closes=self._fate == "request half-closed")

    def answered(self, block: bytes) -> Action:
        """Carry out what meets the answer."""
        if self._fate == "answer swallowed":
            return Action(b"", cuts=True)
        if self._fate == "answer torn":
            return Action(block[: self._chance.randrange(len(block))], cuts=True)
        delay_s = self._chance.random() / 20 if self._fate == "answer delayed" else 0.0
        return Action(block, delay_s)


FATES = (
    *("request torn", "request delayed", "request half-closed"),
    *("answer torn", "answer delayed", "answer swallowed"),
)


class CutTransactions(Passage):
    """Cuts PostgreSQL's connections: before a commit, after it unheard, or anywhere within."""

    def __init__(self, chance: Random, share: float, tally: "Counter[str]") -> None:
        self._chance = chance
        self._share = share
        self._tally = tally
        self._swallows = False
        self._left = chance.randrange(200_000)

    def sent(self, block: bytes) -> Action:
        """Cut before a commit, or in the middle of anything once so many bytes are sent."""
        self._left -= len(block)
        if self._left < 0:
            self._tally["cut within"] += 1
            return Action(block[: self._chance.randrange(len(block))], cuts=True)
        if b"COMMIT" in block and self._chance.random() < self._share:
            if self._chance.random() < 0.5:
                self._tally["cut before a commit"] += 1
                return Action(b"", cuts=True)
            self._tally["commit unheard"] += 1
            self._swallows = True
        return Action(block)

    def answered(self, block: bytes) -> Action:
        """Swallow the answer to a commit."""
        return Action(b"", cuts=True) if self._swallows else Action(block)


class Proxy:
    """Stands before a port or a socket file, on a port and a thread of its own."""

    def __init__(self, target: int | Path, passage: Callable[[int], Passage]) -> None:
        self._target = target
        self._passage = passage
        self._passed = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run)
        self._started = threading.Event()
        self._ended: asyncio.Event | None = None
        self._pairs: set[asyncio.Task[None]] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10), "the proxy did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._ended is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def cut_all(self) -> None:
        """Cut every connection that is open."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._cancel_all)

    def _cancel_all(self) -> None:
        for pair in self._pairs:
            pair.cancel()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended.wait()
        server.close()
        self._cancel_all()
        await asyncio.gather(*self._pairs, return_exceptions=True)
        await server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pairs.add(task)
        try:
            await self._connect(reader, writer)
        except (OSError, asyncio.CancelledError):
            # Nobody is there, or the proxy is closed: either way the caller hears nothing.
            pass
        finally:
            writer.transport.abort()
            self._pairs.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._passed += 1
        passage = self._passage(self._passed)
        if isinstance(self._target, Path):
            upstream = await asyncio.open_unix_connection(str(self._target))
        else:
            upstream = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(_pump(upstream[0], writer, passage.answered))
                there = group.create_task(_pump(reader, upstream[1], passage.sent))
                # Who hangs up has both sides hung up; a half-close leaves the way back open.
                there.add_done_callback(lambda done: None if _half(done) else back.cancel())
                back.add_done_callback(lambda _: there.cancel())
        finally:
            upstream[1].transport.abort()


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    decide: Callable[[bytes], Action],
) -> bool:
    """Pass blocks on until one side ends; true where the other way stays open."""
    with suppress(OSError):
        while block := await reader.read(BLOCK):
            action = decide(block)
            await asyncio.sleep(action.delay_s)
            writer.write(action.passed)
            await writer.drain()
            if action.half_closes:
                writer.write_eof()
                return True
            if action.cuts:
                return False
    return False


def _half(done: "asyncio.Task[bool]") -> bool:
    return not done.cancelled() and done.exception() is None and done.result()
