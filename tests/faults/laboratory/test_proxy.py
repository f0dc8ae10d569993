"""The proxy does to connections what it is told, and the same again from the same seed."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

import pytest

from tests.faults.laboratory.plan import draw_kills, draw_plan
from tests.faults.laboratory.proxy import (
    Action,
    CutTransactions,
    Passage,
    Proxy,
    TroubledRequests,
    UnheardAnswers,
)


@contextmanager
def echoing() -> Iterator[tuple[int, list[bytes]]]:
    """A server that says what it hears, and keeps it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=echo, args=(server, heard))
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def echo(server: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            try:
                while block := connection.recv(65_536):
                    heard.append(block)
                    connection.sendall(block)
                connection.sendall(b"the end")
            except OSError:
                continue


def said(port: int, sent: bytes, end: bytes = b"hello") -> bytes:
    """Send something, hear what comes back until the other side has done."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        try:
            while not received.endswith(end) and (block := connection.recv(65_536)):
                received += block
        except ConnectionResetError:
            pass
    return received


class Told(Passage):
    """Does one thing to all that is sent, and one to all that is answered."""

    def __init__(self, sent: Action | None = None, answered: Action | None = None) -> None:
        self._sent = sent
        self._answered = answered

    def sent(self, block: bytes) -> Action:
        return self._sent or Action(block)

    def answered(self, block: bytes) -> Action:
        return self._answered or Action(block)


@pytest.mark.parametrize(
    ("told", "heard", "answer"),
    [
        (Told(), b"hello", b"hello"),
        (Told(sent=Action(b"he", cuts=True)), b"he", b""),
        (Told(answered=Action(b"", cuts=True)), b"hello", b""),
        (Told(answered=Action(b"hel", cuts=True)), b"hello", b"hel"),
    ],
    ids=["through", "request torn", "answer swallowed", "answer torn"],
)
def test_a_connection_meets_its_fate(told: Passage, heard: bytes, answer: bytes) -> None:
    with echoing() as (port, kept), Proxy(port, lambda _: told) as proxy:
        assert said(proxy.port, b"hello") == answer
        deadline = time.monotonic() + 30
        # A caller that was cut off may hear of it before the server has read.
        while b"".join(kept) != heard:
            assert time.monotonic() < deadline, kept
            time.sleep(0.01)


def test_after_a_half_close_the_answer_still_comes() -> None:
    told = Told(sent=Action(b"hello", half_closes=True))
    with echoing() as (port, _), Proxy(port, lambda _: told) as proxy:
        assert said(proxy.port, b"hello", b"the end") == b"hellothe end"


def test_all_connections_can_be_cut_at_once() -> None:
    with (
        echoing() as (port, _),
        Proxy(port, lambda _: Passage()) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as connection,
    ):
        connection.sendall(b"hello")
        assert connection.recv(65_536) == b"hello"
        proxy.cut_all()

        with suppress(ConnectionResetError):
            assert connection.recv(65_536) == b""


def requests(attempts: int) -> list[bytes]:
    return [b"POST / HTTP/1.1\r\nX-Operation: %d.1\r\n\r\n" % n for n in range(attempts)]


@pytest.mark.parametrize("kind", [UnheardAnswers, TroubledRequests])
def test_the_same_seed_does_the_same(kind: type[UnheardAnswers | TroubledRequests]) -> None:
    def fates(seed: int) -> list[Action]:
        passage = kind(seed, 0.2, Counter())
        return [
            each
            for sent in requests(500)
            for each in (passage.sent(sent), passage.answered(b"HTTP/1.1 201 Created"))
        ]

    troubled = sum(each.cuts or each.half_closes or each.delay_s > 0 for each in fates(1))

    assert 60 < troubled < 170
    assert fates(1) == fates(1) != fates(2)


def test_commits_go_unheard_or_never_arrive() -> None:
    tally: Counter[str] = Counter()
    for n in range(200):
        passage = CutTransactions(Random(n), 1.0, tally)
        action = passage.sent(b"Q\0\0\0\x0bCOMMIT\0")
        assert action.cuts or passage.answered(b"C\0\0\0\x0bCOMMIT\0").cuts

    assert min(tally["cut before a commit"], tally["commit unheard"]) > 50


def test_a_plan_and_its_kills_follow_from_the_seed() -> None:
    assert draw_plan(1, 200, 4) == draw_plan(1, 200, 4) != draw_plan(2, 200, 4)
    assert draw_kills(1, 20, 200) == draw_kills(1, 20, 200) != draw_kills(2, 20, 200)
    plan = draw_plan(1, 200, 4)
    steps = [*plan.first, *(step for steps in plan.callers for step in steps)]
    posted = [step.record for step in steps if step.kind in ("submit", "result")]
    assert len(posted) == len(set(posted)) == plan.posts == 200
    assert len({step.number for step in steps}) == len(steps)
