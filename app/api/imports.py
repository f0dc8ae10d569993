"""A cohort over HTTP: lines in, one outcome a line out, neither held in memory whole."""

import json
from collections.abc import Iterator
from math import inf
from typing import Any

from anyio import (
    BrokenResourceError,
    EndOfStream,
    create_memory_object_stream,
    create_task_group,
    move_on_after,
)
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.api import strict_json
from app.api.routing import CallNow, ServiceNow, needs, router
from app.errors import RequestTimeout, TooLarge, UnsupportedMediaType
from app.storage.cohort_file import NumberedRow, json_row
from app.usecases.imports import ROWS_AT_ONCE, Outcome, import_chunk
from app.usecases.service import Call, Service

routes = router("operators")

MEDIA_TYPE = "application/x-ndjson"

PATIENCE_S = 0.2
"""Seconds after which the lines that have come are stored, though more may follow."""

LINES_AHEAD = 64
"""Lines read while others are being stored; then the caller waits."""

Line = tuple[int, bytes | None]
"""A line under its number; None where it was longer than allowed."""


def _described() -> dict[str, Any]:
    described = needs("results:write", "patients:write", success={200: None}, refusals=(413, 415))
    described["openapi_extra"]["requestBody"] = {
        "required": True,
        "description": "One JSON object a line, each one row of a cohort file; any number of "
        "lines. An empty line is passed over.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string"},
                "example": '{"patient_id":"P-000123","drawn_at":"2025-11-01T08:30:00Z",'
                '"ctc_count":17,"er_status":"positive","follow_up_days":240,"died":false}\n',
            }
        },
    }
    described["responses"][200] = {
        "description": "One JSON object for each line, in order: `line` counted from 1; `status` "
        "`stored`, `unchanged` or `refused`; `code` and `reason` of a refusal, else null. It is "
        "told once the row is committed, while further lines are read. An answer that breaks off "
        "tells of all that was stored but its last lines; the same lines may be sent again.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string"},
                "example": '{"line":1,"status":"stored","code":null,"reason":null}\n',
            }
        },
    }
    return described


@routes.post("/v1/imports", **_described())
async def post_import(service: ServiceNow, call: CallNow, request: Request) -> Response:
    """Store a cohort row by row; good rows are stored, each refused one is named with its reason.

    A row has the columns of a cohort file: `patient_id`; `drawn_at` (a date alone stands for its
    noon in UTC) and `ctc_count`, or `index_date`; what else is known of the patient as of
    `observed_on` (default: the draw's local date, or the index date); follow-up as dates or as
    days. Any other member is a declared covariate; null says nothing. A repeated row is
    `unchanged`, so a broken import is begun again from its first line.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        raise UnsupportedMediaType(f"send the body as {MEDIA_TYPE}")
    return _Outcomes(service, call, request)


class LineSplitter:
    """Cuts what comes in into lines; of a line that is too long only its number is kept."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._line = 0
        self._begun = bytearray()
        self._is_too_long = False

    def lines(self, block: bytes) -> Iterator[Line]:
        """Yield the lines that this block ends."""
        *ended, begun = block.split(b"\n")
        for part in ended:
            self._add(part)
            yield from self.last()
        self._add(begun)

    def last(self) -> Iterator[Line]:
        """Yield the line that has begun, where there is anything in it."""
        self._line += 1
        text, is_too_long = bytes(self._begun), self._is_too_long
        self._begun, self._is_too_long = bytearray(), False
        if is_too_long or text.strip():
            yield self._line, None if is_too_long else text

    def _add(self, part: bytes) -> None:
        self._is_too_long |= len(self._begun) + len(part) > self._longest
        if self._is_too_long:
            self._begun.clear()
        else:
            self._begun += part


class _Outcomes(Response):
    """The answer that is written while the request is still read."""

    media_type: str | None = MEDIA_TYPE

    def __init__(self, service: Service, call: Call, request: Request) -> None:
        self.status_code = 200
        self.background = None
        # No body is known yet, so that no length is told.
        self.init_headers()
        self._service = service
        self._call = call
        self._request = request
        self._failure: Exception | None = None

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Read, store and tell at the same time: a caller may not listen before it has sent all."""
        line_in, line_out = create_memory_object_stream[Line](LINES_AHEAD)
        told_in, told_out = create_memory_object_stream[bytes](inf)
        async with create_task_group() as tasks:
            tasks.start_soon(self._read, line_in)
            tasks.start_soon(self._store, line_out, told_in)
            has_begun = await self._tell(told_out, send)
            tasks.cancel_scope.cancel()
        if self._failure is not None:
            raise self._failure
        if not has_begun:
            await self._begin(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read(self, lines: MemoryObjectSendStream[Line]) -> None:
        splitter = LineSplitter(self._service.settings.max_import_line_bytes)
        with lines:
            try:
                async for block in self._request.stream():
                    for line in splitter.lines(block):
                        await lines.send(line)
                for line in splitter.last():
                    await lines.send(line)
            except RequestTimeout as late:
                # The whole lines before are stored and told; then the caller reads of it.
                self._failure = late
            except (BrokenResourceError, ClientDisconnect):
                # What the caller began and did not end is no line; nor is one that nobody stores.
                return

    async def _store(
        self, lines: MemoryObjectReceiveStream[Line], told: MemoryObjectSendStream[bytes]
    ) -> None:
        with lines, told:
            try:
                while chunk := await _next_lines(lines):
                    told.send_nowait(await run_sync(self._stored, chunk))
            except Exception as failure:  # noqa: BLE001 - told by the task that answers
                self._failure = failure

    def _stored(self, chunk: list[Line]) -> bytes:
        rows = [self._row(line, text) for line, text in chunk]
        outcomes = import_chunk(self._service, self._call, rows)
        return b"".join(map(_written, outcomes))

    def _row(self, line: int, text: bytes | None) -> NumberedRow:
        if text is None:
            limit = self._service.settings.max_import_line_bytes
            return NumberedRow(
                line, TooLarge(f"the line is longer than {limit} bytes", code="line-too-long")
            )
        return json_row(line, text, strict_json.parse)

    async def _tell(self, told: MemoryObjectReceiveStream[bytes], send: Send) -> bool:
        # The status waits for the first commit: before it, a failure is still an error's status.
        has_begun = False
        with told:
            async for block in told:
                if not has_begun:
                    await self._begin(send)
                    has_begun = True
                await send({"type": "http.response.body", "body": block, "more_body": True})
        return has_begun

    async def _begin(self, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": list(self.raw_headers)}
        )


async def _next_lines(lines: MemoryObjectReceiveStream[Line]) -> list[Line]:
    chunk: list[Line] = []
    try:
        chunk.append(await lines.receive())
        with move_on_after(PATIENCE_S):
            while len(chunk) < ROWS_AT_ONCE:
                chunk.append(await lines.receive())
    except EndOfStream:
        pass
    return chunk


def _written(outcome: Outcome) -> bytes:
    return json.dumps(vars(outcome), allow_nan=False, separators=(",", ":")).encode() + b"\n"
