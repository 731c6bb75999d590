"""Runs a command, and says how long it took and how much memory it and its children held."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import psutil

SAMPLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command.

    Attributes
    ----------
    seconds
        Wall time, from the start of the process to its end.
    peak_bytes
        Highest resident memory of the process and its children together, looked at every 20 ms.
        Pages that they share count for each, so it is rather too high than too low.
    cpu_seconds
        Processor time of the process and its children together: hardly more on a busy machine.
    """

    seconds: float
    peak_bytes: int
    code: int
    output: str
    errors: str
    cpu_seconds: float = 0.0


def run(
    command: Sequence[str],
    *,
    timeout_seconds: float = 3600,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command to its end and measure it.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer; it and its children have been ended then.
    """
    # Output goes to files: a full pipe would make the measured program wait for us.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        before = _cpu_of_children()
        began = perf_counter()
        process = subprocess.Popen(
            list(command), stdout=output, stderr=errors, env=_environment(environment or {})
        )
        peak = _Peak(process.pid)
        try:
            code = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            peak.end_all()
            process.wait()
            raise
        finally:
            seconds = perf_counter() - began
            peak.stop()
        output.seek(0)
        errors.seek(0)
        cpu = _cpu_of_children() - before
        return Run(seconds, peak.bytes, code, output.read(), errors.read(), cpu)


def _cpu_of_children() -> float:
    """Return the processor time of all processes that we started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment, with Python keeping what it compiled, as it does after a first run.

    Some machines forbid that; every start would then measure the compiler.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(".bench/pycache").resolve()), **more}


class _Peak:
    """Watches the memory of a process tree from a thread."""

    def __init__(self, process: int) -> None:
        self.bytes = 0
        self._root = psutil.Process(process)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _watch(self) -> None:
        tree = self._tree()
        looks = 0
        while not self._done.wait(SAMPLE_SECONDS):
            # Listing children reads every process of the machine: done one time in five.
            looks += 1
            if looks % 5 == 0:
                tree = self._tree()
            self.bytes = max(self.bytes, sum(map(_resident, tree)))

    def end_all(self) -> None:
        """End the process and its children."""
        for process in reversed(self._tree()):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two things measured in turn: what one takes as a multiple of the other.

    The median of the ratios within each pair, so that a machine that is busy for a while slows
    both halves of a pair and not the ratio.
    """

    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]

    @property
    def ratio(self) -> float:
        """Median of our time divided by theirs."""
        return statistics.median(
            a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True)
        )

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest ratio of the pairs."""
        ratios = [a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True)]
        return min(ratios), max(ratios)

    @property
    def seconds(self) -> tuple[float, float]:
        """Median seconds of ours and of theirs."""
        return (
            statistics.median(run.seconds for run in self.ours),
            statistics.median(run.seconds for run in self.theirs),
        )

    @property
    def cpu_ratio(self) -> float:
        """Median of our processor time divided by theirs."""
        return statistics.median(
            a.cpu_seconds / b.cpu_seconds for a, b in zip(self.ours, self.theirs, strict=True)
        )

    @property
    def peak_bytes(self) -> int:
        """Highest memory of ours."""
        return max(run.peak_bytes for run in self.ours)


def in_pairs(ours: Callable[[], Run], theirs: Callable[[], Run], *, rounds: int) -> Pairs:
    """Measure two things in turn, changing who goes first."""
    first: list[Run] = []
    second: list[Run] = []
    for number in range(rounds):
        if number % 2:
            first.append(ours())
            second.append(theirs())
        else:
            second.append(theirs())
            first.append(ours())
    return Pairs(tuple(first), tuple(second))


def exponent(sizes: Sequence[float], amounts: Sequence[float]) -> float:
    """Return the power of the size with which an amount grows, by least squares on logarithms.

    Examples
    --------
    >>> round(exponent([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return float(np.polyfit(np.log(sizes), np.log(amounts), 1)[0])


def machine() -> str:
    """Return date and machine in one line of text; nothing that identifies the machine."""
    memory = round(psutil.virtual_memory().total / (1 << 30))
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {memory} GiB, {platform.system()}, "  # noqa: DTZ011
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )
