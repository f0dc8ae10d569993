"""HL7 v2 over MLLP: senders of every kind on connections that stay open."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from time import monotonic

import pytest
from sqlalchemy import func, select

from app.api.together import Together
from app.protocols.hl7v2.mllp import Limits, MllpServer
from app.protocols.hl7v2.receiving import Listener
from app.storage import tables
from tests.api.conftest import Hospital
from tests.api.test_commits import failing_commits
from tests.owner import as_owner
from tests.protocols.hl7v2.oru import a_count, an_oru, outcome, segment
from tests.protocols.hl7v2.sender import BEGIN, END, Sender

_numbers = count(1)


@contextmanager
def listening(hospital: Hospital, limits: Limits, key: str = "") -> Iterator[int]:
    """Listen in the hospital's name until the block ends, and tell the port."""
    loop, service = asyncio.new_event_loop(), hospital.service.app.state.service
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listener = Listener(
        service, Together(service).answer, key or hospital.service.key(hospital.name)
    )
    server = MllpServer(listener.respond, limits)
    begun = asyncio.run_coroutine_threadsafe(server.listen("127.0.0.1", 0, None), loop)
    try:
        yield begun.result(timeout=30)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(30), loop).result(timeout=60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()


@pytest.fixture
def port(hospital: Hospital) -> Iterator[int]:
    """The port of a receiver that stores for the hospital."""
    with listening(hospital, Limits(longest=100_000, idle_s=60)) as port:
        yield port


def a_result(number: int, **header: str | None) -> bytes:
    """Report a result of its own."""
    order = segment("OBR", f3=f"A-{number}")
    return an_oru(segment("PID"), order, segment("OBX"), **{"f10": f"M-{number}", **header})


def stored(hospital: Hospital) -> set[str]:
    """Name the results of the patient."""
    items = hospital.stored("/v1/patients/P-000123/blood-tests?limit=500")["items"]
    return {each["accession_number"] for each in items}


def test_many_messages_of_one_connection_are_answered_in_turn(
    hospital: Hospital, port: int
) -> None:
    with Sender(port) as sender:
        answers = [sender.send(a_result(number)) for number in range(5)]

    assert [outcome(each) for each in answers] == [("AA", [])] * 5
    assert stored(hospital) == {f"A-{number}" for number in range(5)}


def test_messages_that_are_sent_at_once_are_answered_each(hospital: Hospital, port: int) -> None:
    with Sender(port) as sender:
        sender.write(b"".join(BEGIN + a_result(number) + END for number in range(5)))
        answers = [sender.read() for _ in range(5)]

    told = [each.split(b"\r")[1] for each in answers]
    assert told == [f"MSA|AA|M-{number}".encode() for number in range(5)]


def test_halves_are_put_together(hospital: Hospital, port: int) -> None:
    framed = BEGIN + a_result(1) + END
    with Sender(port) as sender:
        for place in range(0, len(framed), 50):
            sender.write(framed[place : place + 50])
        assert outcome(sender.read())[0] == "AA"


def test_many_connections_store_each_message_once(hospital: Hospital, port: int) -> None:
    def send(first: int) -> list[str]:
        with Sender(port) as sender:
            return [outcome(sender.send(a_result(first + n)))[0] for n in range(5)]

    with ThreadPoolExecutor(8) as threads:
        codes = [code for each in threads.map(send, range(0, 40, 5)) for code in each]

    assert codes == ["AA"] * 40
    assert stored(hospital) == {f"A-{number}" for number in range(40)}


@pytest.mark.parametrize(
    "bad",
    [
        b"hello",
        b"MSH|",
        b"\xff\x00\xfe" * 99,
        b"x" * 200_000,
        an_oru(f11="T"),
        an_oru(*a_count("<^1", f2="SN")),
        an_oru(*a_count(f11=None)),
    ],
    ids=range(7),
)
def test_one_bad_message_does_not_end_the_connection(
    hospital: Hospital, port: int, bad: bytes
) -> None:
    with Sender(port) as sender:
        refused = outcome(sender.send(bad))
        taken = outcome(sender.send(a_result(1)))

    assert refused[0] in ("AE", "AR")
    assert taken == ("AA", [])
    assert [each["outcome"] for each in hospital.stored("/v1/messages")["items"]] == [
        "AA",
        refused[0],
    ]


def test_a_failed_commit_is_never_acknowledged(hospital: Hospital, port: int) -> None:
    with Sender(port) as sender:
        with failing_commits(hospital):
            assert outcome(sender.send(a_result(1))) == ("AR", ["MSH^1 207"])
        assert hospital.client.get("/v1/patients/P-000123").status_code == 404
        assert outcome(sender.send(a_result(1)))[0] == "AA"


def test_a_key_that_is_revoked_stores_nothing_more(hospital: Hospital) -> None:
    key = hospital.service.key(hospital.name)
    with listening(hospital, Limits(100_000, 60), key) as port, Sender(port) as sender:
        assert outcome(sender.send(a_result(0)))[0] == "AA"
        hospital.client.delete(f"/v1/clients/{key.split('_')[1]}").raise_for_status()
        deadline = monotonic() + 10
        codes = ["AA"]
        while codes[-1] == "AA" and monotonic() < deadline:
            codes.append(outcome(sender.send(a_result(next(_numbers))))[0])

    assert codes[-1] == "AR"


@pytest.mark.soak
def test_twenty_connections_store_two_thousand_messages_each_once(hospital: Hospital) -> None:
    def send(first: int) -> int:
        with Sender(found) as sender:
            answers = (sender.send(a_result(first + n)) for n in range(2_000))
            return sum(outcome(each) == ("AA", []) for each in answers)

    limits = Limits(longest=100_000, idle_s=600)
    with listening(hospital, limits) as found, ThreadPoolExecutor(20) as threads:
        acknowledged = list(threads.map(send, range(0, 40_000, 2_000)))

    assert acknowledged == [2_000] * 20
    number = hospital.service.number_of(hospital.name)
    with as_owner(hospital.service.database) as connection:
        for table in (tables.blood_test, tables.message, tables.message_result):
            query = select(func.count()).select_from(table)
            stored = connection.execute(query.where(table.c.organisation_id == number))
            assert stored.scalar_one() == 40_000, table.name


def test_who_is_silent_is_hung_up_on(hospital: Hospital) -> None:
    with listening(hospital, Limits(100_000, 0.3)) as port, Sender(port) as sender:
        sender.write(BEGIN + b"MSH|^~")

        assert sender.read() == b""


def test_who_asks_for_no_answer_gets_none(hospital: Hospital, port: int) -> None:
    with Sender(port) as sender:
        sender.write(BEGIN + a_result(1, f15="NE", f16="NE") + END)
        assert b"MSA|CA|M-2\r" in sender.send(a_result(2, f15="AL", f16="NE"))

    assert stored(hospital) == {"A-1", "A-2"}


def test_what_is_at_work_is_answered_when_the_receiver_stops(hospital: Hospital) -> None:
    with ExitStack() as senders:
        with listening(hospital, Limits(100_000, 60)) as port:
            idle, busy = (senders.enter_context(Sender(port)) for _ in range(2))
            assert outcome(busy.send(a_result(1)))[0] == "AA"
            busy.write(BEGIN + a_result(2) + END)
            answer = busy.read()

        assert outcome(answer)[0] == "AA"
        assert (idle.read(), busy.read()) == (b"", b"")
