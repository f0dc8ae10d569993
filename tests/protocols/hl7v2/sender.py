"""A sender over MLLP, byte by byte as a test wants it."""

import socket
import ssl
from types import TracebackType
from typing import Self

BEGIN, END = b"\x0b", b"\x1c\r"


class Sender:
    """One connection to a receiver."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        if tls is not None:
            self._socket = tls.wrap_socket(self._socket)
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def write(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(content)

    def read(self) -> bytes:
        """Wait for one answer, and give it without its frame; empty where the receiver hung up."""
        while END not in self._received:
            block = self._socket.recv(65_536)
            if not block:
                return b""
            self._received += block
        answer, _, self._received = self._received.partition(END)
        assert answer.startswith(BEGIN)
        return answer.removeprefix(BEGIN)

    def send(self, message: bytes) -> bytes:
        """Send one message and wait for its answer."""
        self.write(BEGIN + message + END)
        return self.read()
