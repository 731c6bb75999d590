"""A process that writes to a register is killed (-9) at random moments; what is left must hold.

The writer says by a pipe which entries were committed. After each kill the register is opened
again, checked whole, and written on: nothing that was said to be kept may be missing, and nothing
half may be there.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from doorlicht.errors import DoorlichtError
from doorlicht.records import Source
from doorlicht.register import Register, open_register
from doorlicht.testing import EDITIONS, make_finding, make_reading

_SCANS_AT = 40
"""Writes between two scans of the same sources."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left after one crash.

    Attributes
    ----------
    said, kept
        The last entry that the writer said was kept, and the last one that is there.
    problems
        What does not hold, as the register tells it.
    """

    said: int
    kept: int
    problems: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing is lost and nothing half."""
        return self.kept >= self.said and not self.problems


def killed(path: Path, drawn: random.Random, *, longest_seconds: float = 0.1) -> Outcome:
    """Let a process write to a register, kill it, and look at what is left."""
    return _crashed(path, drawn.randrange(1 << 30), _no_limit, drawn.random() * longest_seconds)


def run_full(path: Path, drawn: random.Random, *, most_bytes: int = 200_000) -> Outcome:
    """Let a process write to a register until its files may not grow, and look at what is left."""
    room = drawn.randrange(most_bytes)

    def limit() -> None:
        # Without this a process that writes beyond the limit is ended before it can tell.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        files = (path, path.with_name(f"{path.name}-wal"))
        most = max((file.stat().st_size for file in files if file.exists()), default=0) + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return _crashed(path, drawn.randrange(1 << 30), limit, None)


def _crashed(path: Path, seed: int, limit: Callable[[], None], seconds: float | None) -> Outcome:
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        # Whatever happens: what stands behind the fork is for the parent alone.
        try:
            os.close(inlet)
            limit()
            _write_on(path, random.Random(seed), outlet)  # noqa: S311 (no secret)
        finally:
            os._exit(1)
    os.close(outlet)
    with os.fdopen(inlet, "rb") as pipe:
        # From the first sign of life on, or most would be killed before they write.
        said = pipe.read(8)
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        said += pipe.read()
    os.waitpid(child, 0)
    numbers = struct.unpack(f"<{len(said) // 8}q", said[: len(said) // 8 * 8])
    with open_register(path, clock=_now) as register:
        checkup = register.log.check()
    return Outcome(numbers[-1] if numbers else 0, checkup.size, checkup.count)


def _write_on(path: Path, drawn: random.Random, outlet: int) -> None:
    """Write what scans and people write, without end."""
    with open_register(path, clock=_now) as register:
        while True:
            scan = _scan(register)
            _tell(register, outlet)
            for _ in range(_SCANS_AT):
                _write_one(register, drawn, scan)
                _tell(register, outlet)


def _write_one(register: Register, drawn: random.Random, scan: int) -> None:
    name = f"{drawn.randrange(30)}.csv"
    if drawn.random() < 0.7:
        found = [column for column in ("land", "taal") if drawn.random() < 0.8]
        columns = ["id", "land", "taal", *(f"c{at}" for at in range(drawn.randrange(60)))]
        blind = ["reader.crashed"] if drawn.random() < 0.2 else []
        register.keep_asset(scan, make_reading(name, columns=columns, found=found, blind=blind))
    elif drawn.random() < 0.2:
        register.keep_listing(scan, "hr", is_expected=lambda path: path.startswith("1"))
    else:
        finding = make_finding("land", table=name).id
        with suppress(DoorlichtError):
            register.triage(finding, "confirm", reason="it is so", by="jo")


def _scan(register: Register) -> int:
    for running in register.scans(status="running"):
        register.finish_scan(running.id, "interrupted")
    source = Source("hr", "files", "/data/hr")
    return register.start_scan(by="jo", editions=EDITIONS, settings={}, sources=[source]).id


def _tell(register: Register, outlet: int) -> None:
    os.write(outlet, struct.pack("<q", register.log.size()))


def _now() -> datetime:
    return datetime.now(UTC)


def _no_limit() -> None:
    """Let the process write as much as it likes."""
