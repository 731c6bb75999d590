"""Folders, walked in a fixed order and without losing what cannot be entered."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

SKIPPED_FOLDERS: Final = frozenset(
    {
        ".git",
        ".svn",
        ".hg",
        "node_modules",
        "__pycache__",
        ".venv",
        ".cache",
        ".Trash",
        "$RECYCLE.BIN",
    }
)
"""Folders of tools, not of an organisation; told in one blind spot, read with ``hidden: true``."""

SIDECARS: Final = (
    ".spec.yaml",
    ".dictionary.csv",
    ".dictionary.yaml",
    "-wal",
    "-shm",
    "-journal",
)
"""Endings of files that belong to another one beside them, and are read with it."""

PACKAGE: Final = "datapackage.json"
_BLOCK: Final = 64 * 1024
_ESCAPED: Final = re.compile(r"%(?=[0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Met:
    """Something met on the way: a file, or what keeps us from it (``code`` of a blind spot).

    ``beside`` changes with the files that are read with this one.
    """

    path: str
    code: str = ""
    size: int = 0
    modified_ns: int = 0
    beside: str = ""


def walk(
    root: Path, *, hidden: bool, include: Sequence[str], exclude: Sequence[str]
) -> Iterator[Met]:
    """Return every file under a folder, in order of its path.

    A link is followed once; one that leads to where we already are is a loop. What is no
    regular file (a pipe, a device) is never opened.
    """
    seen: set[tuple[int, int]] = set()
    stack = [(root, "")]
    while stack:
        folder, prefix = stack.pop()
        try:
            status = folder.stat()
            key = (status.st_dev, status.st_ino)
            if key in seen:
                yield Met(prefix.rstrip("/") or ".", "link.loop")
                continue
            seen.add(key)
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except PermissionError:
            yield Met(prefix.rstrip("/") or ".", "folder.denied")
            continue
        except OSError:
            yield Met(prefix.rstrip("/") or ".", "folder.unreadable")
            continue
        names = {entry.name for entry in entries}
        below: list[tuple[Path, str]] = []
        for entry in entries:
            path = prefix + printable(entry.name)
            if any(fnmatch(path, pattern) for pattern in exclude):
                continue
            try:
                status = entry.stat()
            except FileNotFoundError:
                yield Met(path, "link.broken" if entry.is_symlink() else "file.vanished")
                continue
            except OSError:
                yield Met(path, "link.loop" if entry.is_symlink() else "file.unreadable")
                continue
            if stat.S_ISDIR(status.st_mode):
                if entry.name in SKIPPED_FOLDERS and not hidden:
                    yield Met(path, "folder.skipped")
                else:
                    below.append((Path(entry.path), path + "/"))
            elif not stat.S_ISREG(status.st_mode):
                yield Met(path, "file.special")
            elif _is_sidecar(entry.name, names):
                continue
            elif not include or any(fnmatch(path, pattern) for pattern in include):
                beside = _beside(folder, entry.name, names)
                yield Met(path, "", status.st_size, status.st_mtime_ns, beside)
        stack.extend(reversed(below))


def _is_sidecar(name: str, names: Collection[str]) -> bool:
    """Whether a file is read with another one that is there; alone it is a file like all others."""
    return name == PACKAGE or any(
        name.endswith(end) and name[: -len(end)] in names for end in SIDECARS
    )


def _beside(folder: Path, name: str, names: Collection[str]) -> str:
    marks: list[str] = []
    for other in (*(name + end for end in SIDECARS), PACKAGE):
        if other in names and other != name:
            with suppress(OSError):  # gone again: then there is nothing to be changed by
                status = (folder / other).stat()
                marks.append(f"{status.st_size}.{status.st_mtime_ns}")
    return ":".join(marks)


def is_there(path: Path) -> bool:
    """Whether there is a file; a name that the system cannot have is of no file."""
    try:
        return path.is_file()
    except OSError:
        return False


def printable(name: str) -> str:
    r"""Return a file name that can be written and printed: odd bytes and control signs escaped.

    What looks like an escape already is escaped too, so that no two files get one name.

    Examples
    --------
    >>> printable("a\nb"), printable("a%0Ab"), printable("100%.csv")
    ('a%0Ab', 'a%250Ab', '100%.csv')
    """
    name = _ESCAPED.sub("%25", name)
    return "".join(
        character
        if character.isprintable() and not 0xD800 <= ord(character) <= 0xDFFF
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
        for character in name
    )


def fingerprint(path: Path, size: int, modified_ns: int) -> str | None:
    """Return what changes with a file: its size, time, and blocks of its head, middle and tail."""
    digest = hashlib.blake2b(f"{size}:{modified_ns}".encode(), digest_size=16)
    try:
        with path.open("rb") as file:
            for place in (0, max(0, size // 2 - _BLOCK // 2), max(0, size - _BLOCK)):
                file.seek(place)
                digest.update(file.read(_BLOCK))
    except OSError:
        return None
    return digest.hexdigest()
