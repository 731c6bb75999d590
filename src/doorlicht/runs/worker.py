"""A process that lists sources or reads assets for a scan, and can die without harm to it.

It is started with pipes as its standard input and output, and nothing else: what any library
prints goes nowhere, for it might hold a value. When the scan is gone the input ends, and so does
the worker, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from doorlicht.errors import SourceError
from doorlicht.plugins import Connector, PluginFailure, ProfileRequest, find_plugin
from doorlicht.records import BlindSpot
from doorlicht.runs.messages import (
    Advanced,
    Answer,
    Begin,
    Done,
    Failed,
    Found,
    ListSource,
    Met,
    Order,
    ReadAsset,
    Ready,
    TableRead,
    receive,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from doorlicht.plugins import Limits
    from doorlicht.records import Asset, TableProfile
    from doorlicht.vocabulary import Vocabulary

BATCH_ITEMS: Final = 200
BATCH_SECONDS: Final = 0.1
"""A list is handed over in batches of this many, or what there is after this time."""

PROGRESS_SECONDS: Final = 0.1
"""Progress is not told more often: telling costs more than reading some rows."""


def main() -> None:
    """Carry out orders from the standard input until it ends."""
    orders, answers = _take_pipes()
    # The scan decides what happens on an interrupt; a terminal sends it to all of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders, inbox), daemon=True).start()
    begin = cast("Begin", inbox.get())
    _limit_ourselves(begin)
    worker = _Worker(begin, inbox, answers)
    worker.prepare(begin)
    send(answers, Ready())
    while True:
        worker.carry_out(inbox.get())


class _Worker:
    """What a worker has at hand: the connectors, the vocabulary, and the pipe back."""

    def __init__(self, begin: Begin, inbox: queue.SimpleQueue[Order], answers: IO[bytes]) -> None:
        self._inbox = inbox
        self._answers = answers
        self._temp_folder = begin.temp_folder
        self._connectors: dict[str, Connector] = {}
        self._vocabulary: Vocabulary | None = (
            None if begin.vocabulary is None else pickle.loads(begin.vocabulary)  # noqa: S301 (our own process)
        )
        self._told_at = 0.0
        # An engine may tell progress from a thread of its own.
        self._pipe_lock = threading.Lock()

    def prepare(self, begin: Begin) -> None:
        """Have connectors load what every reading needs, where they offer to."""
        if self._vocabulary is None:
            return
        request = self._request(self._vocabulary, begin.limits, None)
        for kind in begin.kinds:
            # What goes wrong here goes wrong again on reading, and is told there.
            with contextlib.suppress(Exception):
                load = getattr(self._connector(kind), "prepare", None)
                if load is not None:
                    load(request)

    def carry_out(self, order: Order) -> None:
        """Carry out one order; whatever a plugin raises is told and kept from the others."""
        try:
            if isinstance(order, ListSource):
                self._list(order)
            elif isinstance(order, ReadAsset):
                self._read(order)
        except SourceError as error:
            self._tell(Failed("source", error.code, dict(error.details)))
        except _MissingPluginError as error:
            self._tell(Failed("no_plugin", error.failure.reason))
        except MemoryError:
            self._tell(Failed("memory", "MemoryError"))
        # The rim of this process: a plugin is foreign code, and what it read is foreign data.
        except Exception as error:  # noqa: BLE001
            self._tell(Failed("plugin", type(error).__name__))

    def _list(self, order: ListSource) -> None:
        batch: list[Asset | BlindSpot] = []
        since = time.monotonic()
        connector = self._connector(order.source.kind)
        is_side_by_side = bool(getattr(connector, "side_by_side", False))
        for item in connector.assets(order.source):
            batch.append(item)
            if len(batch) >= BATCH_ITEMS or time.monotonic() - since > BATCH_SECONDS:
                self._tell(Found(tuple(batch), is_side_by_side))
                batch.clear()
                self._inbox.get()
                since = time.monotonic()
        if batch:
            self._tell(Found(tuple(batch), is_side_by_side))
            self._inbox.get()
        self._tell(Done())

    def _read(self, order: ReadAsset) -> None:
        vocabulary = self._vocabulary
        if vocabulary is None:
            raise TypeError("a worker without a vocabulary was asked to read")
        request = self._request(vocabulary, order.limits, order.sample_rows)
        for item in self._profiles(order, request):
            is_blind = isinstance(item, BlindSpot)
            self._tell(Met(item) if is_blind else _judge(item, vocabulary))
        self._tell(Done())

    def _request(
        self, vocabulary: Vocabulary, limits: Limits, sample_rows: int | None
    ) -> ProfileRequest:
        return ProfileRequest(
            lexicon=vocabulary.lexicon,
            terms=vocabulary.terms,
            sample_rows=sample_rows,
            limits=limits,
            temp_folder=self._temp_folder,
            on_progress=self._progress,
        )

    def _profiles(
        self, order: ReadAsset, request: ProfileRequest
    ) -> Iterator[TableProfile | BlindSpot]:
        return self._connector(order.source.kind).profiles(order.source, order.asset, request)

    def _connector(self, kind: str) -> Connector:
        if kind not in self._connectors:
            found = find_plugin("doorlicht.sources", kind)
            if isinstance(found, PluginFailure):
                raise _MissingPluginError(found)
            # An entry point may name the class, or a connector that is made already.
            made = found() if isinstance(found, type) else found
            self._connectors[kind] = cast("Connector", made)
        return self._connectors[kind]

    def _progress(self, rows: int, share: float | None) -> None:
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            self._tell(Advanced(rows, share))

    def _tell(self, answer: Answer) -> None:
        with self._pipe_lock:
            send(self._answers, answer)


class _MissingPluginError(Exception):
    def __init__(self, failure: PluginFailure) -> None:
        super().__init__(failure.name)
        self.failure = failure


def _judge(profile: TableProfile, vocabulary: Vocabulary) -> Answer:
    # Who only lists sources does without.
    from doorlicht.detection import detect

    try:
        return TableRead(profile, detect(profile, vocabulary))
    # Detectors are plugins too. A table that could not be judged does not count as looked at.
    except Exception as error:  # noqa: BLE001
        kind = type(error).__name__
        return Met(BlindSpot(profile.source, profile.table, "detection.failed", {"kind": kind}))


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Take the standard streams for ourselves, and give everybody else an empty pair."""
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    return orders, answers


def _listen(orders: IO[bytes], inbox: queue.SimpleQueue[Order]) -> None:
    """Put orders in the inbox; end the process at once when the scan is gone."""
    while True:
        order = receive(orders)
        if order is None:
            os._exit(0)
        inbox.put(cast("Order", order))


def _limit_ourselves(begin: Begin) -> None:
    """Keep temporary files in the folder of the run, memory bounded, and leave no core dump."""
    tempfile.tempdir = begin.temp_folder
    if sys.platform == "win32":
        return
    import resource

    # A core dump is a copy of the memory, with the values that we read.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        is_free = most == resource.RLIM_INFINITY
        allowed = begin.data_bytes if is_free else min(begin.data_bytes, most)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))
        # If the machine runs out of memory all the same, the kernel should end us first.
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
