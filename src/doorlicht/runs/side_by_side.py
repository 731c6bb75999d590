"""Work done side by side, in processes that know all that this one knows.

A process that is forked needs nothing to be handed over and starts in milliseconds. Where the
system cannot fork, or where other threads run (a fork copies their locks and not them), the work is
done here, one piece after the other: slower, with the same outcome.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

MAX_PROCESSES: Final = 8
WATCH_SECONDS: Final = 1.0
"""How long a process may outlive the one that began it."""

_doing: Callable[[Any], Any] | None = None
"""What is done with each item; forked processes find it here, with all that it refers to."""


def processes() -> int:
    """Return how many processes can work at a time: 1 where it is not safe to fork."""
    can_fork = "fork" in multiprocessing.get_all_start_methods() and os.name == "posix"
    if not can_fork or threading.active_count() > 1 or multiprocessing.parent_process() is not None:
        return 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, MAX_PROCESSES))


def each(
    do: Callable[[Item], Made], items: Sequence[Item], *, number: int | None = None
) -> Iterator[Made]:
    """Yield what a function makes of each item, in their order.

    A process that dies (for want of memory, or killed) costs nothing but time: what is left is done
    here. Errors of the function itself are raised.

    Parameters
    ----------
    number
        Processes; by default as many as can work at a time.
    """
    global _doing
    number = min(processes() if number is None else number, len(items))
    if number <= 1:
        yield from map(do, items)
        return
    before, _doing = _doing, do
    others = set(multiprocessing.active_children())
    done = 0
    try:
        with warnings.catch_warnings():
            # Threads of libraries are seen from Python 3.12 on; they hold no lock of ours.
            warnings.simplefilter("ignore", DeprecationWarning)
            fork = multiprocessing.get_context("fork")
            pool = ProcessPoolExecutor(number, fork, initializer=_begin, initargs=(os.getpid(),))
            waiting = [pool.submit(_do, item) for item in items]
        try:
            for one in waiting:
                made = one.result()
                done += 1
                yield made
        except BrokenProcessPool:
            yield from map(do, items[done:])
        except BaseException:
            # Nobody waits for what is being done now: an interrupt ends at once.
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    finally:
        _doing = before


def beside(do: Callable[[], Made]) -> Callable[[], Made]:
    """Begin with a piece of work in another process, and return what waits for what it makes.

    Where no other process can work, or if it dies, the work is done when it is asked for.
    """
    global _doing
    if processes() <= 1:
        return do

    def do_it(item: object) -> Made:
        del item
        return do()

    before, _doing = _doing, do_it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # as above
            fork = multiprocessing.get_context("fork")
            pool = ProcessPoolExecutor(1, fork, initializer=_begin, initargs=(os.getpid(),))
            waiting = pool.submit(_do, None)
    finally:
        _doing = before

    def made() -> Made:
        try:
            return waiting.result()
        except BrokenProcessPool:
            return do()
        finally:
            pool.shutdown()

    return made


def _begin(parent: int) -> None:
    """Leave an interrupt to the process that began, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _do(item: Any) -> Any:
    assert _doing is not None  # noqa: S101 (set before the fork)
    return _doing(item)
