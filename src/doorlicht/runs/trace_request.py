"""What is asked of a trace, how far it is, and how the paths of its files begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from doorlicht.records import (
    ScannedTable,
    Source,
    TraceResult,
)
from doorlicht.register.traces import TraceRecord


@dataclass(frozen=True, slots=True)
class TraceProgress:
    """How far a trace is: files read of those found, and what it is doing."""

    done: int
    of: int
    what: str


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """What to trace, and where to keep what comes of it.

    Attributes
    ----------
    roots
        Folders and files. Of several, each path begins with the name of its root.
    databases
        Databases of which views, routines and triggers are followed; only their catalogue is read.
        Of several, each path begins with the id of its source.
    by
        Who asks for it, for the ledger.
    register
        Path or URL; ``None`` keeps nothing.
    threshold
        Findings of scanned columns count from this probability on.
    is_kept
        Whether the trace is kept there; if not, only what it knows of scanned tables is used.
    cache
        Folder in which is kept what need not be followed again; ``None`` follows everything.
    scanned
        What is known of scanned tables; ``None`` asks the register.
    labels
        With what the paths of files begin, for each root, and behind those the databases; ``None``
        makes them of the names of the roots.
    """

    roots: Sequence[Path]
    by: str
    register: str | Path | None = None
    vocabulary_files: Sequence[Path] = field(default=())
    cache: Path | None = None
    is_kept: bool = True
    databases: Sequence[Source] = field(default=())
    threshold: float = 0.5
    scanned: Sequence[ScannedTable] | None = None
    labels: Sequence[str] | None = None

    @property
    def root_labels(self) -> Sequence[str]:
        """With what the paths of files under each root begin."""
        if self.labels is None:
            return labels_of(self.roots)
        return self.labels[: len(self.roots)]

    @property
    def database_labels(self) -> Sequence[str]:
        """With what the paths of definitions of each database begin."""
        if self.labels is None:
            return [f"{one.id}/" if len(self.databases) > 1 else "" for one in self.databases]
        return self.labels[len(self.roots) :]


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A trace that is done; ``record`` is empty if it was not kept."""

    result: TraceResult
    roots: tuple[Path, ...]
    record: TraceRecord | None
    names: tuple[str, ...] = ()
    """What was traced, in a word each."""


def roots_of(sources: Sequence[Source]) -> list[Path]:
    """Return the folders and files among the sources; code is not looked for elsewhere."""
    return [Path(source.location) for source in sources if source.kind == "files"
            and "://" not in source.location]  # fmt: skip


def databases_of(sources: Sequence[Source]) -> list[Source]:
    """Return the sources that are no folder and no place for files: databases."""
    return [source for source in sources if source.kind != "files"]


def labels_of(roots: Sequence[Path]) -> list[str]:
    """Return with what the paths of files under each root begin: nothing if there is one root.

    Of several roots it is their name, with as many folders above it as tell all of them apart.

    Examples
    --------
    >>> labels_of([Path("/code/scoring")])
    ['']
    >>> labels_of([Path("/code/a/src"), Path("/code/b/src")])
    ['a/src/', 'b/src/']
    """
    if len(roots) < 2:
        return [""] * len(roots)
    parts = [root.parts for root in roots]
    length = 1
    while len({one[-length:] for one in parts}) < len(set(parts)):
        length += 1
    tails = [Path(*one[-length:]) for one in parts]
    return [
        f"{tail.parent.as_posix()}/".removeprefix("./") if root.is_file() else f"{tail.as_posix()}/"
        for root, tail in zip(roots, tails, strict=True)
    ]


def file_at(path: str, roots: Sequence[Path]) -> Path | None:
    """Return the file that a place of a trace is in; ``None`` if it is no longer there."""
    for root, label in zip(roots, labels_of(roots), strict=True):
        if not path.startswith(label):
            continue
        within = path.removeprefix(label)
        file = root / within if root.is_dir() else root
        if file.is_file() and file.as_posix().endswith(within):
            return file
    return None
