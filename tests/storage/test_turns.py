"""Threads write in the order in which they came."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from app.storage.turns import Turns


def test_turns_come_in_the_order_of_asking(tmp_path: Path) -> None:
    turns, served = Turns(str(tmp_path / "turn")), list[int]()

    def wait(number: int) -> None:
        with turns.turn(30):
            served.append(number)

    with turns.turn(30):
        threads = []
        for number in range(10):
            threads.append(Thread(target=wait, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                sleep(0.001)
    for thread in threads:
        thread.join()

    assert served == list(range(10))


def test_one_thread_has_the_turn_at_a_time(tmp_path: Path) -> None:
    turns, inside, most = Turns(str(tmp_path / "turn")), set[int](), list[int]()

    def take(number: int) -> None:
        for _ in range(50):
            with turns.turn(30):
                inside.add(number)
                most.append(len(inside))
                inside.discard(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(8)))

    assert (len(most), set(most)) == (400, {1})


def test_who_gives_up_waiting_holds_nobody_up(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "turn"))

    with turns.turn(0), pytest.raises(TimeoutError), turns.turn(0.01):
        pass

    with turns.turn(0):
        pass


def test_a_turn_that_ends_in_an_error_is_passed_on(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "turn"))

    with pytest.raises(ZeroDivisionError), turns.turn(0):
        raise ZeroDivisionError

    with turns.turn(0):
        pass


def test_two_processes_on_one_file_take_turns(tmp_path: Path) -> None:
    ours, theirs = (Turns(str(tmp_path / "turn")) for _ in range(2))
    came = Event()

    def wait() -> None:
        with theirs.turn(30):
            came.set()

    with ours.turn(0):
        thread = Thread(target=wait)
        thread.start()
        assert not came.wait(0.1)
    thread.join()

    assert came.is_set()
