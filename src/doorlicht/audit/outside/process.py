"""Starts a confined process for a model, and takes its scores.

The process is started anew for each model and ends with it. It gets the model and the columns
through a pipe, so nothing lies in a file; what comes back is looked at before it is used: as many
rows as were sent, numbers and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from doorlicht.audit.outside.runtimes import PROGRAMS, SAFE, runtime_version
from doorlicht.audit.outside.wire import WireError, pack_column, put, take
from doorlicht.errors import InputError
from doorlicht.records import ModelArtefact
from doorlicht.records.models import ScoreKind

MEMORY_BYTES: Final = 8 << 30
"""Addresses, not memory in use: libraries map much more than they touch."""

CPU_SECONDS: Final = 600
WALL_SECONDS: Final = 900

_ENVIRONMENT: Final = {
    # One thread each: threads that spin would use up the processor time.
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip

BOOTSTRAP: Final = (
    "import sys; sys.path[:0] = sys.argv[1:]; "
    "from doorlicht.audit.outside.child import main; main()"
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What scored a model, and how it was held back.

    Attributes
    ----------
    held
        ``kernel``, or ``python`` where the system has no means to cut a process off.
    is_blind
        Whether the kernel kept it from reading other files than libraries.
    """

    form: str
    runtime: str
    held: str
    is_blind: bool
    kind: ScoreKind
    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS


class OutsideScoring:
    """Computes scores in another process; a ``Scoring`` of a model."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, timeout_seconds: float) -> None:
        self.scored_by = ""
        self._process = process
        self._name = name
        self._timeout = timeout_seconds

    def __call__(self, columns: Mapping[str, Any]) -> NDArray[np.float64]:
        """Return the scores of the rows: of two outcomes the chance of the second.

        Raises
        ------
        InputError
            If the process gave none: it failed, took too long, or answered something else.
        """
        packed = {name: pack_column(values) for name, values in columns.items()}
        rows = len(next(iter(columns.values()))) if columns else 0
        named = [[name, kind] for name, (kind, _) in packed.items()]
        head, blocks = self.ask({"columns": named}, *(block for _, block in packed.values()))
        shape = _shape(head.get("shape"))
        size = int(np.prod(shape)) if shape and shape[0] == rows else -1
        if len(blocks) != 1 or len(blocks[0]) != 8 * size:
            raise InputError("outside.odd_answer", name=self._name)
        scores = np.frombuffer(blocks[0], np.float64).reshape(shape).copy()
        # Of two outcomes the score is the chance of the second, as everywhere here.
        return scores[:, -1] if scores.ndim == 2 and scores.shape[1] <= 2 else scores

    def ask(self, order: object, *blocks: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """Send an order, and return the answer; the process is ended if it takes too long."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(self._timeout, end)
        timer.start()
        try:
            put(cast("IO[bytes]", self._process.stdin), order, *blocks)
            head, answer = take(cast("IO[bytes]", self._process.stdout), most_bytes=1 << 34)
        except (WireError, OSError, MemoryError):
            if late.is_set():
                raise InputError(
                    "outside.too_long", name=self._name, seconds=int(self._timeout)
                ) from None
            raise InputError("outside.died", name=self._name, status=self._code()) from None
        finally:
            timer.cancel()
        error = head.get("error")
        if error == "MemoryError":
            raise InputError("outside.too_large", name=self._name)
        if error == "confined":
            raise InputError("outside.tried", name=self._name)
        if error == "not_confined":
            raise InputError("outside.not_confined", name=self._name)
        if error is not None:
            kind = str(error)[:60] if str(error).isidentifier() else "Exception"
            raise InputError("outside.failed", name=self._name, kind=kind)
        return head, answer

    def _code(self) -> str:
        try:
            return str(self._process.wait(5))
        except subprocess.TimeoutExpired:
            return "?"


def _shape(said: object) -> list[int]:
    """Return the shape of an answer; nothing if it is no list of one or two sizes."""
    found = cast("list[object]", said) if isinstance(said, list) else []
    sizes = [one for one in found if isinstance(one, int) and 0 <= one < 1 << 40]
    return sizes if len(sizes) == len(found) and len(sizes) in (1, 2) else []


@contextlib.contextmanager
def score_outside(
    artefact: ModelArtefact,
    content: bytes,
    *,
    trust_pickle: bool = False,
    memory_bytes: int = MEMORY_BYTES,
    cpu_seconds: int = CPU_SECONDS,
    timeout_seconds: float = WALL_SECONDS,
    path: Sequence[str] | None = None,
) -> Generator[tuple[OutsideScoring, Ran]]:
    """Have a process score a model by its own library, for as long as the context lasts.

    Parameters
    ----------
    artefact
        What was read of the model; its format decides on the library.
    trust_pickle
        Whether the user said that a file that is a program may be run. It is refused where the
        system cannot cut a process off from the network.
    path
        Where modules are found; as here, if it is not given.

    Raises
    ------
    InputError
        If the format has no such library, it is not installed, a program is not trusted, or the
        model cannot be loaded.
    """
    form = artefact.format
    if form not in (*SAFE, *PROGRAMS):
        raise InputError("outside.no_runtime", name=artefact.name, form=form)
    if form in PROGRAMS and not trust_pickle:
        raise InputError("outside.not_trusted", name=artefact.name, form=form)
    if artefact.dangerous:
        raise InputError(
            "outside.dangerous", name=artefact.name, names=", ".join(artefact.dangerous[:5])
        )
    runtime = runtime_version(form)
    if not runtime:
        raise InputError("outside.not_installed", name=artefact.name, form=form)
    entries = [entry for entry in (sys.path if path is None else path) if entry]
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        [sys.executable, "-I", "-B", "-c", BOOTSTRAP, *entries],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=_environment(), cwd="/" if sys.platform != "win32" else None, close_fds=True,
        # Without a terminal nothing can be typed into one on behalf of the user.
        start_new_session=True,
    )  # fmt: skip
    try:
        scoring = OutsideScoring(process, artefact.name, timeout_seconds)
        order = {
            "form": form, "features": list(artefact.feature_names), "memory_bytes": memory_bytes,
            "kind": artefact.kind, "link": artefact.link,
            "cpu_seconds": cpu_seconds, "needs_kernel": form in PROGRAMS,
        }  # fmt: skip
        head, _ = scoring.ask(order, content)
        held = "kernel" if head.get("held") == "kernel" else "python"
        kind = head.get("kind")
        known: ScoreKind = kind if kind in ("probability", "margin") else "value"
        scoring.scored_by = runtime
        is_blind = head.get("is_blind") is True
        yield scoring, Ran(form, runtime, held, is_blind, known, memory_bytes, cpu_seconds)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()


def _environment() -> dict[str, str]:
    """Return an environment without anything of the user's, but what a system needs to start."""
    kept = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {**_ENVIRONMENT, **{name: os.environ[name] for name in kept if name in os.environ}}
