"""Lets a process make only the calls to the kernel that scoring needs (seccomp).

What is allowed is listed; all else does not exist for the process (``ENOSYS``), as on an older
kernel, so that a call which is new tomorrow is refused as well. Calls that somebody makes who means
something else than to score are refused as not permitted (``EPERM``), so that it can be told.

Source: ``man 2 seccomp``, filter mode; ``asm/unistd.h`` for the numbers; the list is what the
libraries were seen to call (``strace -c``), and their relatives.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER_MODE: Final = 2
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERROR: Final = 0x00050000
_REFUSE: Final = _ERROR | 1  # EPERM
_NO_SUCH_CALL: Final = _ERROR | 38  # ENOSYS
_NO_TERMINAL: Final = _ERROR | 25  # ENOTTY, which Python takes for "no terminal" and goes on


@dataclass(frozen=True, slots=True)
class _Machine:
    """The numbers of calls on one architecture.

    Attributes
    ----------
    opening
        For each call that opens a file the place of its flags among the arguments.
    own_limits
        ``prlimit64``, allowed for the process itself and refused for others.
    """

    audit: int
    allowed: tuple[int, ...]
    refused: tuple[int, ...]
    opening: Mapping[int, int]
    clone: int
    ioctl: int
    own_limits: int


_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000003E,
        (
            # read, write, close, stat, fstat, lstat, poll, lseek, readv, writev, access, select
            0, 1, 3, 4, 5, 6, 7, 8, 19, 20, 21, 23,
            # mmap, mprotect, munmap, brk, mremap, msync, mincore, madvise, membarrier
            9, 10, 11, 12, 25, 26, 27, 28, 324,
            # how signals are answered: rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack,
            # restart_syscall
            13, 14, 15, 131, 219,
            # pread64, preadv, pipe, pipe2, dup, dup2, dup3, fcntl, fadvise64, getdents, getdents64
            17, 295, 22, 293, 32, 33, 292, 72, 221, 78, 217,
            # getcwd, readlink, readlinkat, statfs, fstatfs, newfstatat, statx, faccessat,
            # faccessat2, umask
            79, 89, 267, 137, 138, 262, 332, 269, 439, 95,
            # sched_yield, nanosleep, clock_nanosleep, clock_gettime, clock_getres, gettimeofday,
            # time, times, futex, pselect6, ppoll
            24, 35, 230, 228, 229, 96, 201, 100, 202, 270, 271,
            # getpid, getppid, gettid, getuid and the like, getgroups, getpgrp, getpgid, getsid
            39, 110, 186, 102, 104, 107, 108, 118, 120, 115, 111, 121, 124,
            # uname, sysinfo, getrlimit, getrusage, getcpu, getrandom, sched_getparam,
            # sched_getscheduler, sched_getaffinity
            63, 99, 97, 98, 309, 318, 143, 145, 204,
            # prctl, arch_prctl, set_tid_address, set_robust_list, get_robust_list, rseq, exit,
            # exit_group
            157, 158, 218, 273, 274, 334, 60, 231,
        ),
        (
            # socket, connect, bind, sendto, sendmsg, execve, execveat, ptrace, unshare, setns,
            # process_vm_readv, process_vm_writev, kill, tkill, tgkill, fork, vfork,
            # pidfd_send_signal, rt_sigqueueinfo, rt_tgsigqueueinfo, mount, umount2
            41, 42, 49, 44, 46, 59, 322, 101, 272, 308, 310, 311, 62, 200, 234, 57, 58, 424, 129,
            297, 165, 166,
            # creat, unlink, unlinkat, rename, renameat, renameat2, mkdir, mkdirat, rmdir, link,
            # linkat, symlink, symlinkat, truncate, ftruncate, chmod, fchmod, fchmodat, chown,
            # fchown, lchown, fchownat, mknod, mknodat
            85, 87, 263, 82, 264, 316, 83, 258, 84, 86, 265, 88, 266, 76, 77, 90, 91, 268, 92, 93,
            94, 260, 133, 259,
        ),
        {2: 1, 257: 2},
        clone=56,
        ioctl=16,
        own_limits=302,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            63, 64, 57, 80, 62, 65, 66, 222, 226, 215, 214, 216, 227, 232, 233, 283,
            134, 135, 139, 132, 128, 67, 69, 59, 23, 24, 25, 223, 61,
            17, 78, 43, 44, 79, 291, 48, 439, 166, 124, 101, 115, 113, 114, 169, 153, 98, 72, 73,
            172, 173, 178, 174, 176, 175, 177, 148, 150, 158, 155, 156,
            160, 179, 163, 165, 168, 278, 121, 120, 123, 167, 96, 99, 100, 293, 93, 94,
        ),
        (
            198, 203, 200, 206, 211, 221, 281, 117, 97, 268, 270, 271, 129, 130, 131, 424, 138,
            240, 40, 39, 35, 38, 276, 34, 37, 36, 45, 46, 52, 53, 55, 54, 33,
        ),
        {56: 2},
        clone=220,
        ioctl=29,
        own_limits=261,
    ),
}  # fmt: skip

_THREAD: Final = 0x10000
"""CLONE_THREAD: a new thread, and no process."""

_WRITES: Final = 0o3 | 0o100 | 0o1000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC."""

_X32: Final = 0x40000000
"""Calls of the other table of x86_64 carry this bit; they are refused as a whole."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def keep_to_calls() -> bool:
    """Let the kernel refuse all other calls from now on; return whether it does."""
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

    def argument(at: int) -> tuple[int, int, int, int]:
        """Load the lower half of an argument; flags stand there."""
        return load, 0, 0, 16 + 8 * at

    steps = [
        (load, 0, 0, 4),  # the architecture
        (equal, 1, 0, machine.audit),
        (answer, 0, 0, _KILL),
        (load, 0, 0, 0),  # the number of the call
        (above, 0, 1, _X32),
        (answer, 0, 0, _REFUSE),
    ]
    for calls, told in (
        (machine.allowed, _ALLOW), (machine.refused, _REFUSE), ((machine.ioctl,), _NO_TERMINAL),
    ):  # fmt: skip
        for call in calls:
            steps += [(equal, 0, 1, call), (answer, 0, 0, told)]
    for call, at in machine.opening.items():
        steps += [
            (equal, 0, 4, call), argument(at), (has_bit, 0, 1, _WRITES), (answer, 0, 0, _REFUSE),
            (answer, 0, 0, _ALLOW),
        ]  # fmt: skip
    steps += [
        (equal, 0, 4, machine.clone), argument(0), (has_bit, 1, 0, _THREAD),
        (answer, 0, 0, _REFUSE), (answer, 0, 0, _ALLOW),
        (equal, 0, 4, machine.own_limits), argument(0), (equal, 1, 0, 0),
        (answer, 0, 0, _REFUSE), (answer, 0, 0, _ALLOW),
        (answer, 0, 0, _NO_SUCH_CALL),
    ]  # fmt: skip
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
