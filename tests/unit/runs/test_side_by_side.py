"""Work in forked processes: same order, same outcome, whatever happens to a process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from typing import cast

import pytest

from doorlicht.runs.side_by_side import beside, each, processes

ITEMS = list(range(20))


def test_work_is_done_elsewhere_in_the_order_of_the_items() -> None:
    known = {number: number * number for number in ITEMS}

    made = list(each(lambda number: (known[number], os.getpid()), ITEMS, number=2))

    assert [square for square, _ in made] == [known[number] for number in ITEMS]
    assert os.getpid() not in {process for _, process in made}


def test_what_a_killed_process_leaves_is_done_here() -> None:
    here = os.getpid()

    def do(number: int) -> int:
        if number == 5 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number + 1

    assert list(each(do, ITEMS, number=2)) == [number + 1 for number in ITEMS]


def test_an_error_of_the_work_is_raised() -> None:
    def do(number: int) -> int:
        if number == 3:
            raise ValueError("no")
        return number

    with pytest.raises(ValueError, match="no"):
        list(each(do, ITEMS, number=2))


def test_beside_other_threads_nothing_is_forked() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert processes() == 1
        made = list(each(lambda _: os.getpid(), ITEMS))
    finally:
        end.set()
        thread.join()

    assert set(made) == {os.getpid()}


def test_an_interrupt_does_not_wait_for_what_is_being_done() -> None:
    def do(number: int) -> int:
        if number:
            signal.pause()
        return number

    work = cast("Generator[int]", each(do, [0, 1, 2, 3], number=2))
    assert next(work) == 0

    with pytest.raises(KeyboardInterrupt):
        work.throw(KeyboardInterrupt)

    assert not multiprocessing.active_children()


def test_what_is_begun_beside_is_there_when_it_is_asked_for() -> None:
    known = {"a": 1}

    made = beside(lambda: (known["a"], os.getpid()))

    number, process = made()
    assert number == 1
    assert (process == os.getpid()) == (processes() == 1)


def test_what_was_begun_beside_is_done_here_if_its_process_dies() -> None:
    here = os.getpid()

    def do() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    assert beside(do)() == 7


def test_an_error_beside_is_raised_when_it_is_asked_for() -> None:
    def do() -> int:
        raise ValueError("no")

    made = beside(do)
    with pytest.raises(ValueError, match="no"):
        made()
