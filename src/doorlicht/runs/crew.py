"""The worker processes of a scan, seen from the scan: hired, given orders, watched, and ended.

A worker may crash, hang or eat all memory because of what it reads. It is a process of its own,
so that the scan only sees that it is gone, and why.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, cast

import psutil

from doorlicht.errors import IntegrityError
from doorlicht.runs.messages import Answer, Begin, Order, Ready, receive, send

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from doorlicht.plugins import Limits
    from doorlicht.vocabulary import Vocabulary

WATCH_SECONDS: Final = 0.25
"""Time between two looks at the memory of the workers."""

START_SECONDS: Final = 120.0
"""A worker that is not ready by then is looked at; loading takes about a second."""

MOST_START_SECONDS: Final = 10 * START_SECONDS
"""One that is still at work gets longer, as a machine may have too much to do; never more."""

ENGINE_BYTES: Final = 160 << 20
"""What a worker takes for itself beside what it has when it is ready, whatever it reads: the
engine, the libraries of readers, and the vocabulary as the engine has it (110 MiB measured).
"""

BOOTSTRAP: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from doorlicht.runs.worker import main; main()"
)

Fate = Literal["crashed", "memory", "time"]


@dataclass(slots=True, eq=False)
class Worker:
    """One process. ``fate`` says why we ended it; otherwise it ended by itself."""

    number: int
    process: subprocess.Popen[bytes]
    folder: Path
    is_ready: bool = False
    is_busy: bool = False
    is_aged: bool = False
    own_bytes: int = ENGINE_BYTES
    heard_at: float = field(default_factory=time.monotonic)
    hired_at: float = field(default_factory=time.monotonic)
    worked_seconds: float = 0.0
    fate: Fate = "crashed"
    attendant: threading.Thread | None = None

    def order(self, message: Order) -> None:
        """Send an order. If the worker has just died that is heard from its other pipe."""
        self.heard_at = time.monotonic()
        try:
            send(cast("IO[bytes]", self.process.stdin), message)
        except OSError:
            self.process.kill()


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer of a worker; ``None`` when it is gone."""

    worker: Worker
    answer: Answer | None


class Crew:
    """All workers of one scan.

    Parameters
    ----------
    limits
        What one asset may cost.
    kinds
        Of the sources that will be read.
    folder
        Temporary folder of the run.
    spare
        A process that was started before (:func:`start_process`); the first worker is made of it.
    """

    def __init__(
        self,
        limits: Limits,
        kinds: Iterable[str],
        folder: Path,
        spare: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self._packed: bytes | None = None
        self._may_begin = threading.Event()
        self._spare = spare
        self._limits = limits
        self._kinds = tuple(dict.fromkeys(kinds))
        self._folder = folder
        self._hired = 0
        self._looked_at = 0.0
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self.workers: list[Worker] = []

    def teach(self, vocabulary: Vocabulary) -> None:
        """Say what workers that read look for; those that were hired already wait for it.

        Each makes the lexicon for itself, while the scan does other things.
        """
        self._packed = pickle.dumps(vocabulary, pickle.HIGHEST_PROTOCOL)
        self._may_begin.set()

    def hire(self, *, reads: bool) -> Worker:
        """Start a worker; it can be given orders when it is ready."""
        self._hired += 1
        folder = self._folder / f"worker-{self._hired}"
        folder.mkdir(mode=0o700)
        process, self._spare = self._spare or start_process(), None
        worker = Worker(self._hired, process, folder)
        self.workers.append(worker)
        worker.attendant = threading.Thread(target=self._attend, args=(worker, reads), daemon=True)
        worker.attendant.start()
        return worker

    def hear(self) -> Heard | None:
        """Return the next answer, or ``None`` after a short while without any."""
        try:
            heard = self._heard.get(timeout=WATCH_SECONDS)
        except queue.Empty:
            return None
        worker = heard.worker
        worker.heard_at = time.monotonic()
        if isinstance(heard.answer, Ready):
            worker.is_ready = True
            worker.own_bytes = _memory_of(worker) + ENGINE_BYTES
        elif heard.answer is None:
            is_lost = worker in self.workers
            self._bury(worker)
            if is_lost and not worker.is_ready:
                # No asset is to blame, and every next worker would end like this.
                raise IntegrityError("scan.no_worker", exit=worker.process.returncode)
        return heard

    def watch(self) -> None:
        """End workers that use too much memory, or that have not been heard of for too long."""
        now = time.monotonic()
        if now - self._looked_at < WATCH_SECONDS:
            return
        self._looked_at = now
        for worker in self.workers:
            patience = self._limits.asset_seconds if worker.is_ready else START_SECONDS
            if _memory_of(worker) > self._allowed(worker):
                _end(worker, "memory")
            elif (worker.is_busy or not worker.is_ready) and now - worker.heard_at > patience:
                if not worker.is_ready and _is_starting(worker, now):
                    worker.heard_at = now
                else:
                    _end(worker, "time")

    def rest(self, worker: Worker) -> None:
        """Note that a worker is done with its order; one that has grown fat is let go."""
        worker.is_busy = False
        worker.is_aged = True
        if _memory_of(worker) > worker.own_bytes + self._limits.memory_bytes // 2:
            self.dismiss(worker)

    def dismiss(self, worker: Worker) -> None:
        """Let a worker go that has nothing to do."""
        worker.process.kill()
        self._bury(worker)

    def disband(self) -> None:
        """End all workers, at once."""
        self._may_begin.set()  # nobody waits for what will not be said any more
        for worker in list(self.workers):
            self.dismiss(worker)

    def _allowed(self, worker: Worker) -> int:
        memory = self._limits.memory_bytes
        return max(2 * memory, worker.own_bytes + memory)

    def _attend(self, worker: Worker, reads: bool) -> None:
        """Begin with a worker, and put in the queue what it says, until it is gone."""
        most_bytes = 4 * self._limits.memory_bytes + (1 << 30)
        if reads:
            self._may_begin.wait()
        # The vocabulary is larger than a pipe: writing it waits until the worker reads.
        packed = self._packed if reads else None
        folder = str(worker.folder)
        worker.order(Begin(packed, folder, most_bytes, self._limits, self._kinds))
        with cast("IO[bytes]", worker.process.stdout) as pipe:
            while True:
                try:
                    answer = cast("Answer | None", receive(pipe))
                # A plugin may hand over what cannot be read here; that worker is of no more use.
                except Exception:  # noqa: BLE001
                    worker.process.kill()
                    answer = None
                self._heard.put(Heard(worker, answer))
                if answer is None:
                    return

    def _bury(self, worker: Worker) -> None:
        if worker not in self.workers:
            return
        self.workers.remove(worker)
        worker.process.wait()
        if worker.attendant is not None:
            worker.attendant.join()
        with contextlib.suppress(OSError):  # what was not yet written has no reader any more
            cast("IO[bytes]", worker.process.stdin).close()
        _empty(worker.folder)


def start_process() -> subprocess.Popen[bytes]:
    """Start a process that can become a worker; it ends when its input does."""
    return subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        # -P: no code is imported from the folder that the scan is started in.
        [sys.executable, "-P", "-c", BOOTSTRAP, *(entry for entry in sys.path if entry)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def spare_process() -> Generator[subprocess.Popen[bytes]]:
    """Have a process get ready while the scan itself still does; see :class:`Crew`."""
    process = start_process()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()


def _end(worker: Worker, fate: Fate) -> None:
    worker.fate = fate
    worker.process.kill()


def _is_starting(worker: Worker, now: float) -> bool:
    """Tell whether a worker that is not ready has done anything since it was last looked at."""
    before = worker.worked_seconds
    try:
        spent = psutil.Process(worker.process.pid).cpu_times()
    except psutil.Error:
        return False
    worker.worked_seconds = spent.user + spent.system
    return worker.worked_seconds > before and now - worker.hired_at < MOST_START_SECONDS


def _memory_of(worker: Worker) -> int:
    """Return the bytes that a worker has for itself; 0 if it is gone."""
    try:
        used = psutil.Process(worker.process.pid).memory_info()
    except psutil.Error:
        return 0
    # Pages that other processes have too (files, libraries) are not counted where that is known.
    return int(used.rss) - int(getattr(used, "shared", 0))


def _empty(folder: Path) -> None:
    # The folder of the whole run is removed later; what stays here now is tried again then.
    shutil.rmtree(folder, ignore_errors=True)


def places_at_once(wanted: int | None, limits: Limits) -> int:
    """Return how many workers may read side by side: one a processor, within half the memory.

    Examples
    --------
    >>> from doorlicht.plugins import Limits
    >>> places_at_once(3, Limits())
    3
    """
    if wanted is not None:
        return max(1, wanted)
    memory = psutil.virtual_memory().available // (2 * limits.memory_bytes)
    return max(1, min(_processors(), memory))


def _processors() -> int:
    if sys.platform in {"linux", "win32"}:
        return len(psutil.Process().cpu_affinity())
    return psutil.cpu_count() or 1
