"""What could not be done at once is done later, and after the last time it was asked for."""

from threading import Event

from app.storage.retried import Retried


def test_work_is_tried_until_it_is_done() -> None:
    tries, done = [False, False, True], Event()

    def work() -> bool:
        is_done = tries.pop(0)
        if is_done:
            done.set()
        return is_done

    retried = Retried(work, 0.001)
    retried.later()

    assert done.wait(10)
    retried.close()
    assert tries == []


def test_what_is_asked_for_during_the_work_is_done_after_it() -> None:
    done = [Event(), Event()]

    def work() -> bool:
        first, second = done
        if first.is_set():
            second.set()
        else:
            retried.later()
            first.set()
        return True

    retried = Retried(work, 0.001)
    retried.later()

    assert done[1].wait(10)
    retried.close()


def test_it_can_be_asked_for_again_after_it_was_done() -> None:
    asked = []

    def work() -> bool:
        asked.append(Event())
        asked[-1].set()
        return True

    retried = Retried(work, 0.001)
    for _ in range(2):
        retried.later()
        while (thread := retried._thread) is not None:
            thread.join(0.01)
    retried.close()

    assert len(asked) == 2


def test_closing_gives_up() -> None:
    retried = Retried(lambda: False, 0.001)
    retried.later()

    retried.close()
    retried.later()

    assert retried._thread is None
