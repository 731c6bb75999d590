"""Folders, walked in a fixed order and without losing what cannot be entered."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
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
    "datapackage.json",
    "-wal",
    "-shm",
    "-journal",
)
_BLOCK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Met:
    """Something met on the way: a file, or what keeps us from it (``code`` of a blind spot)."""

    path: str
    code: str = ""
    size: int = 0
    modified_ns: int = 0


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
            elif entry.name.endswith(SIDECARS):
                continue
            elif not include or any(fnmatch(path, pattern) for pattern in include):
                yield Met(path, "", status.st_size, status.st_mtime_ns)
        stack.extend(reversed(below))


def printable(name: str) -> str:
    r"""Return a file name that can be written and printed: odd bytes and control signs escaped.

    Examples
    --------
    >>> printable("a\nb")
    'a%0Ab'
    """
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
