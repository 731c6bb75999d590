"""Takes away from a process what scoring does not need: network, other programs, files.

On Linux the kernel does it, without rights and for good: only the calls that scoring needs are
left (``calls.py``), and of files only libraries can be read (``reading_rights.py``); resource
limits cap memory, processor time and the size of files. Elsewhere there is no such means without
rights; then :func:`confine` says so, and only formats whose library runs no code of the file are
scored, which is told in the result.

An audit hook of Python refuses the same things as a second line, with a name that can be told.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from doorlicht.audit.outside.calls import keep_to_calls
from doorlicht.audit.outside.reading_rights import forget_files, library_places

Holder = Literal["kernel", "python"]
"""Who holds the process back: the kernel, or only an audit hook that code could get around."""

_REFUSED_EVENTS: Final = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "os.forkpty", "pty.spawn", "os.remove", "os.rename", "os.rmdir", "os.mkdir",
    "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.kill", "shutil.",
    "ftplib.", "http.", "urllib.", "smtplib.", "webbrowser.", "sqlite3.connect",
)  # fmt: skip


class ConfinedError(PermissionError):
    """Something was tried that a confined process may not do.

    A library that can do without (a cache, a lock) goes on, as where a disk is full.
    """


@dataclass(frozen=True, slots=True)
class Confinement:
    """How a process is held back.

    Attributes
    ----------
    held
        Who keeps it from the network, from other programs and from writing.
    is_blind
        Whether the kernel keeps it from reading files other than libraries as well.
    """

    held: Holder
    is_blind: bool


def confine(*, memory_bytes: int, cpu_seconds: int, entries: Sequence[str] = ()) -> Confinement:
    """Take away what scoring does not need, for as long as the process lives.

    Parameters
    ----------
    entries
        Where modules are looked for; folders of installed packages among them stay readable.
    """
    _limit(memory_bytes, cpu_seconds)
    # In this order: afterwards the calls that give up files are no longer among those allowed.
    is_blind = forget_files(library_places(entries))
    held = keep_to_calls()
    sys.addaudithook(_refuse)
    return Confinement("kernel" if held else "python", is_blind)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        writes = isinstance(mode, str) and any(sign in mode for sign in "wax+")
        # Of flags the lowest two bits say how a file is opened: 0 is for reading.
        if writes or (isinstance(flags, int) and flags & 3):
            raise ConfinedError
        return
    if event.startswith(_REFUSED_EVENTS):
        raise ConfinedError


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", memory_bytes), ("RLIMIT_CPU", cpu_seconds), ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0), ("RLIMIT_NOFILE", 128),
    ):  # fmt: skip
        which = getattr(resource, name, None)
        if which is not None:
            _, hard = resource.getrlimit(which)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            try:
                resource.setrlimit(which, (least, least))
            except (OSError, ValueError):
                # macOS refuses a limit on addresses below what is mapped already.
                continue
