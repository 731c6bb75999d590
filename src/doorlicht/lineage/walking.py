"""Finding code in a folder: every file that a reader knows, and nothing outside the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from doorlicht.plugins import CodeReader
from doorlicht.records.flows import CodePlace, LostPath

MAX_CODE_BYTES: Final = 8 * 1024 * 1024
MAX_LIST_BYTES: Final = 256 * 1024
"""Files of names are smaller; a larger CSV or JSON file is data, which a scan reads."""

_DATA_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".json"})
_SKIPPED: Final = frozenset(
    {"__pycache__", "node_modules", "site-packages", "packrat", "renv", "venv", "env", "htmlcov"}
)
_KEPT_HIDDEN: Final = frozenset({".github", ".gitlab"})
_FIRST_LINES: Final = {b"python": ".py", b"rscript": ".r"}


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file that a reader takes; ``path`` is relative to the root, with ``/``."""

    path: str
    absolute: Path
    reader: str
    size_bytes: int


def find_code(
    root: Path, readers: Mapping[str, CodeReader]
) -> Iterator[CodeFile | LostPath]:
    """Yield the code under a folder, or the one file; what cannot be looked at is a lost path.

    Parameters
    ----------
    readers
        By name, as plugins give them.
    """
    by_suffix = {
        suffix: name for name, reader in sorted(readers.items()) for suffix in reader.suffixes
    }
    if root.is_file():
        found = _file(root, root.name, by_suffix)
        if found is not None:
            yield found
        return
    waiting = [(root, "")]
    seen: set[tuple[int, int]] = set()
    while waiting:
        folder, prefix = waiting.pop()
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield LostPath(CodePlace(prefix.rstrip("/") or ".", 1), "unreadable", type(error).__name__)
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        folders: list[tuple[Path, str]] = []
        for entry in entries:
            path = prefix + entry.name
            try:
                if entry.is_dir():
                    if _is_looked_into(entry.name) and not _leads_out(entry, root):
                        folders.append((Path(entry.path), path + "/"))
                elif entry.is_file():
                    found = _file(Path(entry.path), path, by_suffix)
                    if found is not None:
                        yield found
            except OSError as error:
                yield LostPath(CodePlace(path, 1), "unreadable", type(error).__name__)
        waiting.extend(reversed(folders))


def _is_looked_into(name: str) -> bool:
    if name.startswith("."):
        return name in _KEPT_HIDDEN
    return name.lower() not in _SKIPPED and not name.endswith(".egg-info")


def _leads_out(entry: os.DirEntry[str], root: Path) -> bool:
    """Return whether a link leads out of the folder that is traced."""
    return entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root.resolve())


def _file(file: Path, path: str, by_suffix: Mapping[str, str]) -> CodeFile | None:
    suffix = file.suffix.lower()
    size = file.stat().st_size
    if not suffix and size < MAX_LIST_BYTES:
        suffix = _by_first_line(file)
    reader = by_suffix.get(suffix)
    if reader is None or (suffix in _DATA_SUFFIXES and size > MAX_LIST_BYTES):
        return None
    return CodeFile(path, file, reader, size)


def _by_first_line(file: Path) -> str:
    with file.open("rb") as opened:
        line = opened.readline(200).lower()
    if line.startswith(b"#!"):
        for word, suffix in _FIRST_LINES.items():
            if word in line:
                return suffix
    return ""
