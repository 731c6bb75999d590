"""Takes away from a process what scoring does not need: network, other programs, written files.

On Linux the kernel does it: a seccomp filter (``man 2 seccomp``, mode filter) refuses sockets, new
processes, running programs, tracing, and opening, making, renaming or removing any file to write;
resource limits cap memory, processor time and the size of files. It needs no rights and cannot be
undone by the process.
Elsewhere there is no such means without rights; then :func:`confine` says so, and only formats
whose library runs no code of the file are scored, which is told in the result.

An audit hook of Python refuses the same things as a second line, with a name that can be told.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Confinement = Literal["kernel", "python"]
"""Who holds the process back: the kernel, or only an audit hook that code could get around."""

_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER_MODE: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # with EPERM
_KILL: Final = 0x80000000

_NO_SUCH_CALL: Final = 0x00050000 | 38  # ENOSYS: glibc then takes the older call


@dataclass(frozen=True, slots=True)
class _Machine:
    """The numbers of calls on one architecture (``asm/unistd.h``).

    ``opening`` has for each call that opens a file the place of its flags among the arguments.
    """

    audit: int
    refused: tuple[int, ...]
    opening: Mapping[int, int]
    clone: int


_COMMON: Final = (425, 437, 424)
"""io_uring_setup, openat2, pidfd_send_signal."""

_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000003E,
        (
            # socket, connect, bind, sendto, execve, execveat, ptrace, unshare, setns,
            # process_vm_writev, kill, fork, vfork; tkill, tgkill, rt_sigqueueinfo,
            # rt_tgsigqueueinfo, mount, umount2
            200, 234, 129, 297, 165, 166,
            41, 42, 49, 44, 59, 322, 101, 272, 308, 311, 62, 57, 58,
            # creat, unlink, unlinkat, rename, renameat, renameat2, mkdir, mkdirat, rmdir, link,
            # linkat, symlink, symlinkat, truncate, ftruncate, chmod, fchmod, fchmodat, chown,
            # fchown, lchown, fchownat, mknod, mknodat
            85, 87, 263, 82, 264, 316, 83, 258, 84, 86, 265, 88, 266, 76, 77, 90, 91, 268, 92, 93,
            94, 260, 133, 259, *_COMMON,
        ),
        {2: 1, 257: 2},
        56,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            198, 203, 200, 206, 221, 281, 117, 97, 268, 271, 129,
            130, 131, 138, 240, 40, 39,
            35, 38, 276, 34, 37, 36, 45, 46, 52, 53, 55, 54, 33, *_COMMON,
        ),
        {56: 2},
        220,
    ),
}  # fmt: skip
_CLONE3: Final = 435
_THREAD: Final = 0x10000
"""CLONE_THREAD: a new thread, and no process."""

_WRITES: Final = 0o3 | 0o100 | 0o1000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC."""

_X32: Final = 0x40000000
"""Calls of the other table of x86_64 carry this bit; they are refused as a whole."""

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


def confine(*, memory_bytes: int, cpu_seconds: int) -> Confinement:
    """Take away what scoring does not need, for as long as the process lives."""
    _limit(memory_bytes, cpu_seconds)
    held = _filter_calls()
    sys.addaudithook(_refuse)
    return "kernel" if held else "python"


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


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _filter_calls() -> bool:
    """Let the kernel refuse the calls from now on; return whether it does."""
    known = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or known is None or struct.calcsize("P") != 8:
        return False
    program = _program(known)
    memory = ctypes.create_string_buffer(program, len(program))
    described = _Program(len(program) // 8, ctypes.cast(memory, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(described), 0, 0) == 0


def _program(machine: _Machine) -> bytes:
    """Return the filter in the form of the kernel (``struct sock_filter``, BPF)."""
    load, equal, above, has_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    number = (load, 0, 0, 0)

    def argument(at: int) -> tuple[int, int, int, int]:
        """Load the lower half of an argument; flags stand there."""
        return load, 0, 0, 16 + 8 * at

    steps = [
        (load, 0, 0, 4),  # the architecture
        (equal, 1, 0, machine.audit),
        (answer, 0, 0, _KILL),
        number,
        (above, 0, 1, _X32),
        (answer, 0, 0, _REFUSE),
        (equal, 0, 1, _CLONE3),
        (answer, 0, 0, _NO_SUCH_CALL),
    ]
    for call in machine.refused:
        steps += [(equal, 0, 1, call), (answer, 0, 0, _REFUSE)]
    for call, at in machine.opening.items():
        steps += [
            (equal, 0, 4, call), argument(at), (has_bit, 0, 1, _WRITES), (answer, 0, 0, _REFUSE),
            (answer, 0, 0, _ALLOW),
        ]  # fmt: skip
    steps += [
        (equal, 0, 3, machine.clone), argument(0), (has_bit, 1, 0, _THREAD),
        (answer, 0, 0, _REFUSE), (answer, 0, 0, _ALLOW),
    ]  # fmt: skip
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
