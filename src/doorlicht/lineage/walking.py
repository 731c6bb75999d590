"""Which files under a root are code or lists that code reads, and which reader takes each.

Nothing is read here but the first line of files without a suffix. What a package manager or an
environment put there is passed over: it is not the code of the organisation.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from doorlicht.plugins import CodeReader
from doorlicht.records.flows import CodePlace, LostPath

MAX_CODE_BYTES: Final = 8 * 1024 * 1024
"""Code that people write is smaller. A reader may say otherwise in ``most_bytes``."""

SKIPPED_FOLDERS: Final = frozenset({"node_modules", "__pycache__", "packrat", "venv", "virtualenv"})
KEPT_HIDDEN: Final = frozenset({".github"})
_SKIPPED_WITHIN: Final = {"renv": frozenset({"library", "staging"})}
_ENVIRONMENT: Final = "pyvenv.cfg"
"""The file that makes a folder an environment of Python, whatever its name."""

_NAMED: Final = {".rprofile": ".r", ".renviron": ".renviron"}
_SHEBANG_BYTES: Final = 160


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file to be read.

    ``path`` is relative to the root, with ``/`` and without signs that cannot be printed;
    ``reader`` the name of the reader that takes it; ``size`` in bytes.
    """

    path: str
    location: Path
    reader: str
    size: int


@dataclass(slots=True)
class Tally:
    """What was met on the way, filled while walking.

    ``files`` counts every regular file, ``taken`` those that a reader takes, ``data`` those that
    are too large to be a list; ``skipped`` are the folders of tools and environments.
    """

    files: int = 0
    taken: int = 0
    data: int = 0
    skipped: list[str] = field(default_factory=list[str])


def find_code(
    root: Path, readers: Mapping[str, CodeReader], tally: Tally | None = None
) -> Iterator[CodeFile | LostPath]:
    """Return the files that a reader takes, folder by folder in the order of their names.

    Links to folders are followed last, and only to where we have not been. What cannot be
    opened is a :class:`LostPath` whose texts are ``blind_spot.code_<construct>``.

    Parameters
    ----------
    root
        A folder or a single file.
    readers
        By name; if two take a suffix, the first by name gets it.
    tally
        Counts everything that is met.
    """
    walk = _Walk(_by_suffix(readers), tally or Tally())
    try:
        status = root.stat()
    except OSError as error:
        yield _lost(printable(root.name), _reason(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from walk.folders(str(root))
    else:
        yield from walk.file(str(root), printable(root.name), status)


@dataclass(frozen=True, slots=True)
class _Taker:
    reader: str
    most_bytes: int
    is_data: bool


def _by_suffix(readers: Mapping[str, CodeReader]) -> dict[str, _Taker]:
    takers: dict[str, _Taker] = {}
    for name in sorted(readers):
        most: object = getattr(readers[name], "most_bytes", MAX_CODE_BYTES)
        for suffix in readers[name].suffixes:
            limit = most.get(suffix) if isinstance(most, Mapping) else most  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            is_limit = isinstance(limit, int)
            takers.setdefault(
                suffix,
                _Taker(name, limit if is_limit else MAX_CODE_BYTES, isinstance(most, Mapping)),
            )
    return takers


class _Walk:
    """Where we have been, and what is still to be seen."""

    def __init__(self, takers: Mapping[str, _Taker], tally: Tally) -> None:
        self.takers = takers
        self.tally = tally
        self.been: set[tuple[int, int]] = set()
        self.links: list[tuple[str, str]] = []
        self.root = ""

    def folders(self, root: str) -> Iterator[CodeFile | LostPath]:
        """Walk from a folder, and then from the links that were met."""
        self.root = os.path.realpath(root)
        stack = [(root, "")]
        while stack or self.links:
            if not stack:
                self.links.sort(key=lambda link: link[1], reverse=True)
                stack.append(self.links.pop())
            folder, prefix = stack.pop()
            try:
                status = os.stat(folder)  # noqa: PTH116 (100,000 paths as objects cost time)
                key = (status.st_dev, status.st_ino)
                if key in self.been:
                    continue
                self.been.add(key)
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                yield _lost(prefix.rstrip("/") or ".", _reason(error))
                continue
            if prefix and any(entry.name == _ENVIRONMENT for entry in entries):
                self.tally.skipped.append(prefix)
                continue
            below: list[tuple[str, str]] = []
            for entry in entries:
                yield from self._entry(entry, prefix, below)
            stack.extend(reversed(below))

    def _entry(
        self, entry: os.DirEntry[str], prefix: str, below: list[tuple[str, str]]
    ) -> Iterator[CodeFile | LostPath]:
        path = prefix + printable(entry.name)
        try:
            is_link = entry.is_symlink()
            if entry.is_dir():
                if self._is_skipped(entry.name, prefix):
                    self.tally.skipped.append(path + "/")
                elif is_link:
                    self.links.append((entry.path, path + "/"))
                else:
                    below.append((entry.path, path + "/"))
                return
            # What no reader takes needs no look at its size.
            if self._suffix(entry.name) not in self.takers and "." in entry.name:
                self.tally.files += 1
                return
            status = entry.stat()
            if is_link and self._is_met_anyway(entry.path):
                return
        except OSError as error:
            yield _lost(path, _reason(error))
            return
        yield from self.file(entry.path, path, status)

    def _is_met_anyway(self, location: str) -> bool:
        """Return whether a link leads to a file that is found under the root itself."""
        target = os.path.realpath(location)
        inside = os.path.relpath(target, self.root)
        folders = inside.replace(os.sep, "/").split("/")[:-1]
        prefixes = ["/".join(folders[:number]) for number in range(len(folders))]
        return not os.path.isabs(inside) and not any(  # noqa: PTH117
            name == ".." or self._is_skipped(name, prefix)
            for name, prefix in zip(folders, prefixes, strict=True)
        )

    def _is_skipped(self, name: str, prefix: str) -> bool:
        if name.startswith("."):
            return name not in KEPT_HIDDEN
        parent = posixpath.basename(prefix.rstrip("/"))
        return (
            name in SKIPPED_FOLDERS
            or name.endswith(".egg-info")
            or name in _SKIPPED_WITHIN.get(parent, ())
        )

    def _suffix(self, name: str) -> str:
        lower = name.lower()
        if lower in _NAMED:
            return _NAMED[lower]
        if lower == ".env" or lower.startswith(".env."):
            return ".env"
        return posixpath.splitext(lower)[1]

    def file(
        self, location: str, path: str, status: os.stat_result
    ) -> Iterator[CodeFile | LostPath]:
        """Return a file if a reader takes it."""
        suffix = self._suffix(posixpath.basename(location))
        if not stat.S_ISREG(status.st_mode):
            if suffix in self.takers:
                yield _lost(path, "file_special")
            return
        self.tally.files += 1
        if not suffix and status.st_size:
            try:
                suffix = _suffix_of_script(location)
            except OSError as error:
                yield _lost(path, _reason(error))
                return
        taker = self.takers.get(suffix)
        if taker is None:
            return
        if status.st_size > taker.most_bytes:
            if taker.is_data:
                self.tally.data += 1
            else:
                self.tally.taken += 1
                yield _lost(path, "file_too_large")
            return
        self.tally.taken += 1
        yield CodeFile(path, Path(location), taker.reader, status.st_size)


def _suffix_of_script(location: str) -> str:
    """Return the suffix that the first line of a script stands for."""
    with open(location, "rb") as file:  # noqa: PTH123
        first = file.read(_SHEBANG_BYTES).split(b"\n", 1)[0].lower()
    if not first.startswith(b"#!"):
        return ""
    if b"rscript" in first:
        return ".r"
    return ".py" if b"python" in first else ""


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "file_denied"
    return "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable"


def _lost(path: str, construct: str) -> LostPath:
    return LostPath(CodePlace(path, 1), construct, construct)


def printable(name: str) -> str:
    r"""Return a name that can be written and printed: odd bytes and control signs escaped.

    Examples
    --------
    >>> printable("a\nb")
    'a%0Ab'
    """
    if name.isprintable():
        return name
    return "".join(
        sign if sign.isprintable() else "".join(f"%{byte:02X}" for byte in _bytes_of(sign))
        for sign in name
    )


def _bytes_of(sign: str) -> bytes:
    is_byte = 0xDC80 <= ord(sign) <= 0xDCFF  # how Python keeps an odd byte
    return sign.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
