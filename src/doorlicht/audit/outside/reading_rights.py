"""Takes from a process the right to read anything but libraries (Landlock).

A model and its columns come through a pipe, so that scoring needs no file of the user's. Landlock
lets a process give up rights on files for good, without rights of its own; it looks at the file
that is reached, whatever path leads there.

Source: Linux, ``Documentation/userspace-api/landlock.rst`` and ``include/uapi/linux/landlock.h``,
from ABI 1 (Linux 5.13) on.

Limits: names, sizes and times of files can still be asked for (``stat``), and no content. A kernel
without Landlock, or started without it, takes nothing away; that is told in the result.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_CREATE: Final = 444
_ADD_RULE: Final = 445
_RESTRICT: Final = 446
"""``landlock_create_ruleset`` and the others have these numbers on every architecture."""

_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38

_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3

_FILE_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version on the kernel knows how many rights on files, from the lowest bit on."""

_SCOPE_AND_NET: Final = 3
"""Both bits: connect and bind by TCP (version 4); signals and abstract sockets (version 6)."""

_SYSTEM: Final = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom",
    # What libraries ask to choose their code by: the processor, and how much memory there is.
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip

_PACKAGES: Final = frozenset({"site-packages", "dist-packages"})


def library_places(entries: Iterable[str]) -> tuple[str, ...]:
    """Return what may be read: libraries of the system and of Python.

    Parameters
    ----------
    entries
        Where modules are looked for. Of these only folders of installed packages count: a project
        or working folder stands among them too, and it may hold data.

    Examples
    --------
    >>> places = library_places(["project", "venv/lib/site-packages"])
    >>> "project" in places, "venv/lib/site-packages" in places
    (False, True)
    """
    own = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own += [str(Path(prefix) / "lib") for prefix in (sys.prefix, sys.base_prefix)]
    installed = [entry for entry in entries if Path(entry).name in _PACKAGES]
    return tuple(dict.fromkeys((*_SYSTEM, *(one for one in own if one), *installed)))


def forget_files(places: Iterable[str]) -> bool:
    """Give up reading, writing and making files elsewhere; return whether the kernel holds to it.

    It is for the thread that calls and all that come of it: call it before there are others.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = int(libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)))
    if version < 1:
        return False
    attributes = _attributes(version)
    rules = int(
        libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    )
    if rules < 0:
        return False
    try:
        for place in places:
            _allow(libc, rules, place)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        return int(libc.syscall(_RESTRICT, rules, ctypes.c_uint32(0))) == 0
    finally:
        os.close(rules)


def _attributes(version: int) -> bytes:
    """Return what is taken away (``struct landlock_ruleset_attr``): all that the kernel knows of.

    Examples
    --------
    >>> [len(_attributes(version)) for version in (1, 4, 7)]
    [8, 16, 24]
    """
    bits = max(count for least, count in _FILE_RIGHTS if version >= least)
    parts = [(1 << bits) - 1]
    parts += [_SCOPE_AND_NET] if version >= 4 else []
    parts += [_SCOPE_AND_NET] if version >= 6 else []
    return struct.pack(f"={len(parts)}Q", *parts)


def _allow(libc: Any, rules: int, place: str) -> None:
    # What is not there cannot be read either.
    with suppress(OSError):
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
        try:
            rights = _READ_FILE | (_READ_DIR if Path(place).is_dir() else 0)
            rule = struct.pack("=Qi", rights, handle)
            libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, ctypes.c_uint32(0))
        finally:
            os.close(handle)
