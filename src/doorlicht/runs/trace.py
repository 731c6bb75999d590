"""The trace: all code of some folders read, followed and kept; scanned tables join in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import doorlicht
from doorlicht.errors import InputError
from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.naming import Names
from doorlicht.lineage.readers.source import read_text
from doorlicht.lineage.relevance import Words, read_words, relevant
from doorlicht.lineage.walking import MAX_CODE_BYTES, CodeFile, find_code
from doorlicht.plugins import CodeReader, find_plugins
from doorlicht.records import CodePlace, LostPath, Source, TraceResult
from doorlicht.records.code import CodeUnit
from doorlicht.register import open_register
from doorlicht.register.traces import ItemKind, TraceRecord
from doorlicht.vocabulary import load_vocabulary

GROUP: Final = "doorlicht.code_readers"
GARBAGE_STEP: Final = 100_000
STEP: Final = 50
"""Files between two words on progress."""


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
    by
        Who asks for it, for the ledger.
    register
        Path or URL; ``None`` keeps nothing.
    """

    roots: Sequence[Path]
    by: str
    register: str | Path | None = None
    vocabulary_files: Sequence[Path] = field(default=())


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A trace that is done; ``record`` is empty if it was not kept."""

    result: TraceResult
    roots: tuple[Path, ...]
    record: TraceRecord | None


def _silent(progress: TraceProgress) -> None:
    del progress


def _now() -> datetime:
    return datetime.now(UTC)


def roots_of(sources: Sequence[Source]) -> list[Path]:
    """Return the folders and files among the sources; code is not looked for elsewhere."""
    return [Path(source.location) for source in sources if source.kind == "files"
            and "://" not in source.location]  # fmt: skip


def trace(
    request: TraceRequest,
    on_progress: Callable[[TraceProgress], None] = _silent,
    *,
    clock: Callable[[], datetime] = _now,
) -> TraceRun:
    """Read and follow all code, keep what was seen, and return it.

    Raises
    ------
    InputError
        If a root does not exist, or the register or a vocabulary file cannot be used.
    """
    started = clock()
    for root in request.roots:
        if not root.exists():
            raise InputError("trace.missing", path=str(root))
    vocabulary = load_vocabulary(tuple(request.vocabulary_files))
    schemas: Mapping[str, Sequence[str]] = {}
    register = None
    if request.register is not None:
        register = open_register(request.register, clock=clock)
        schemas = register.schemas()
    # Following makes millions of small tuples that all stay: looking for garbage among them costs
    # a fifth of the time and finds none.
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], GARBAGE_STEP), *before[1:])
    try:
        given = read_code(request.roots, schemas, Names(vocabulary), on_progress)
        on_progress(TraceProgress(given.files, given.files, "follow"))
        result = trace_units(given, vocabulary)
        record = None
        if register is not None:
            record = register.keep_trace(
                by=request.by,
                started_at=started,
                roots=[str(root) for root in request.roots],
                vocabulary=vocabulary.edition,
                doorlicht=doorlicht.__version__,
                files=result.files,
                lines=result.lines,
                items=items_of(result),
            )
    finally:
        gc.set_threshold(*before)
        if register is not None:
            register.close()
    return TraceRun(result, tuple(request.roots), record)


def read_code(
    roots: Sequence[Path],
    schemas: Mapping[str, Sequence[str]],
    names: Names,
    on_progress: Callable[[TraceProgress], None] = _silent,
) -> TraceInput:
    """Return all code under the roots, read by the plugins that know it."""
    readers, failures = find_plugins(GROUP)
    known = cast("dict[str, CodeReader]", {name: make() for name, make in readers.items()})
    lost = [
        LostPath(CodePlace(failure.name, 1), "plugin_failed", failure.reason)
        for failure in failures
    ]
    files: list[tuple[str, CodeFile]] = []
    for root in roots:
        prefix = f"{root.name}/" if len(roots) > 1 and root.is_dir() else ""
        for found in find_code(root, known):
            if isinstance(found, LostPath):
                place = CodePlace(prefix + found.place.file, found.place.line)
                lost.append(LostPath(place, found.construct, found.reason))
            else:
                files.append((prefix + found.path, found))
    words: list[Words] = []
    by_path: dict[str, CodeFile] = {}
    told = _known_data(schemas, names)
    lines = 0
    for number, (path, file) in enumerate(files):
        if number % STEP == 0:
            on_progress(TraceProgress(number, len(files), path))
        content = _content(file, path, lost)
        if content is None:
            continue
        lines += content.count(b"\n") + 1
        by_path[path] = file
        words.append(read_words(path, read_text(content), names, told))
    groups = relevant(words)
    followed = frozenset[str]().union(*groups) if groups else frozenset[str]()
    units: list[CodeUnit] = []
    beside: list[CodeUnit] = []
    wanted = [one for one in words if one.path in followed or one.names_origin]
    for number, one in enumerate(wanted):
        if number % STEP == 0:
            on_progress(TraceProgress(number, len(wanted), one.path))
        content = _content(by_path[one.path], one.path, lost)
        if content is not None:
            into = units if one.path in followed else beside
            into.extend(_read(known[by_path[one.path].reader], one.path, content, lost))
    return TraceInput(units, beside, schemas, tuple(lost), len(files), lines)


def _known_data(schemas: Mapping[str, Sequence[str]], names: Names) -> list[str]:
    """Return the last parts of the names of scanned tables in which a column is about origin."""
    return [
        table.lower().replace("#", "/").replace("!", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        for table, columns in schemas.items()
        if any((found := names.of_column(name)) and found.kind == "direct" for name in columns)
    ]


def _content(file: CodeFile, path: str, lost: list[LostPath]) -> bytes | None:
    if file.size > MAX_CODE_BYTES * 8:
        lost.append(LostPath(CodePlace(path, 1), "too_large", "too_large"))
        return None
    try:
        return file.location.read_bytes()
    except OSError as error:
        lost.append(LostPath(CodePlace(path, 1), "unreadable", type(error).__name__))
        return None


def _read(
    reader: CodeReader, path: str, content: bytes, lost: list[LostPath]
) -> Iterator[CodeUnit]:
    try:
        yield from reader.read(path, content)
    # A reader is a plugin: whatever it raises is told, and the rest goes on.
    except Exception as error:  # noqa: BLE001
        lost.append(LostPath(CodePlace(path, 1), "reader_failed", type(error).__name__))


def items_of(result: TraceResult) -> list[tuple[ItemKind, str, Mapping[str, Any]]]:
    """Return everything in a trace as the register keeps it."""
    items: list[tuple[ItemKind, str, Mapping[str, Any]]] = []
    items.extend(("model", model.id, asdict(model)) for model in result.models)
    items.extend(("flow", flow.id, asdict(flow)) for flow in result.flows)
    items.extend(("reference", "", asdict(reference)) for reference in result.references)
    items.extend(("lost", "", asdict(lost)) for lost in result.lost)
    return items
