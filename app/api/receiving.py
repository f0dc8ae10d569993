"""A request has to come in time: whoever keeps the server waiting is told so and hung up on.

The server itself waits for ever, and a stop of it would wait for the slowest.
"""

import logging
from asyncio import BaseTransport, TimerHandle, timeout
from time import monotonic
from typing import Any
from uuid import uuid4

from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api.problems import problem
from app.errors import RequestTimeout, TooLarge, Unavailable

HEADERS_S = 10.0
"""Seconds from the opening of a connection, or the first byte of a request, to its last header."""

IDLE_S = 5
"""Seconds that a connection may be open between an answer and the next request."""

BODY_S = 30.0
"""Seconds to wait for a body; for one that is streamed, from each part to the next."""

SLOWEST = 16 * 1024
"""Bytes that earn another second: a body of the usual limit has a minute and a half."""

TAKING_S = 30.0
LEAST_TAKEN = 16 * 1024
"""In so many seconds a caller has to take so many bytes of a long answer, or gets no more."""


access = logging.getLogger("app.access")


class TimedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a deadline for headers, and for those who do not take their answer.

    The deadline also runs while what is left of a refused body comes in.
    """

    headers_s = HEADERS_S
    taking_s = TAKING_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # The server's own refusal does not tell when to come again.
        self._most, self.limit_concurrency = self.limit_concurrency, None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._has_begun = False
        self._taking: TimerHandle | None = None
        self._deadline: TimerHandle | None = self.loop.call_later(self.headers_s, self._cut)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        self._stop_taking()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._deadline is None and self._is_waiting():
            self._deadline = self.loop.call_later(self.headers_s, self._cut)

    @override
    def on_message_begin(self) -> None:
        self._has_begun = True
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._has_begun = False
        self._stop_deadline()
        served = self.app
        if self._most is not None and len(self.connections) >= self._most:
            self.app = _overloaded
        super().on_headers_complete()
        self.app = served

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_taking()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_taking()

    def _watch_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(self.taking_s, self._drop_unless_taken, left)

    def _drop_unless_taken(self, left: int) -> None:
        if left - self.transport.get_write_buffer_size() < LEAST_TAKEN:
            _tell("reading of the answer")
            self.transport.abort()
        else:
            self._watch_taking()

    def _is_waiting(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        is_answered = cycle is None or cycle.response_complete
        # Between two requests the server's own clock runs until something comes.
        is_timed = self.timeout_keep_alive_task is not None
        return is_answered and not is_timed and not self.transport.is_closing()

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _cut(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self._has_begun:
            request_id = uuid4().hex
            self.transport.write(_refusal(request_id))
            _tell("headers", 408, request_id)
        else:
            _tell("request")
        self.transport.close()


async def _overloaded(scope: Scope, receive: Receive, send: Send) -> None:
    response = problem(Unavailable("too many connections", code="overloaded"), uuid4().hex)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


class TimedBody:
    """Receives a body in time, and no more of it than is allowed."""

    def __init__(self, receive: Receive, most: int | None) -> None:
        self._receive = receive
        self._most = most
        self._received = 0
        self._waited = 0.0
        self._is_whole = False

    async def __call__(self) -> Message:
        """Wait for the next part; without a limit on the whole, there is none on its time."""
        if self._is_whole:
            # Whoever asks now waits for the caller to hang up.
            return await self._receive()
        began = monotonic()
        try:
            async with timeout(self._left()):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeout("the body did not come in time") from None
        self._waited += monotonic() - began
        self._received += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._most is not None and self._received > self._most:
            raise TooLarge(f"the body is larger than {self._most} bytes")
        return message

    def _left(self) -> float:
        if self._most is None:
            return BODY_S
        return BODY_S + self._received / SLOWEST - self._waited


def _tell(waited_for: str, status: int | None = None, request_id: str | None = None) -> None:
    told = {"waited_for": waited_for, "status": status, "request_id": request_id}
    access.info("slow client cut off", extra=told)


def _refusal(request_id: str) -> bytes:
    response = problem(RequestTimeout("the headers did not come in time"), request_id)
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
    return b"HTTP/1.1 408 Request Timeout\r\n" + headers + b"\r\n" + bytes(response.body)
