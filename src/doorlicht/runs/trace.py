"""The trace: all code of some folders read, followed and kept; scanned tables join in."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from pydantic import TypeAdapter

import doorlicht
from doorlicht.errors import InputError
from doorlicht.lineage.naming import Names
from doorlicht.lineage.paths import FILE_ENDINGS
from doorlicht.lineage.scanned import ScannedTables, names_of
from doorlicht.plugins import CodeReader, find_plugins
from doorlicht.records import (
    CodePlace,
    LostPath,
    ScannedColumn,
    ScannedTable,
    TraceResult,
)
from doorlicht.register import open_register
from doorlicht.register.traces import ItemKind
from doorlicht.runs.recorded import Known, scanned_hash, trace_settings
from doorlicht.runs.trace_cache import TraceCache, digest_of
from doorlicht.runs.trace_following import follow_all
from doorlicht.runs.trace_gathering import find_all, gather
from doorlicht.runs.trace_request import TraceProgress, TraceRequest, TraceRun
from doorlicht.vocabulary import Vocabulary, load_vocabulary

GROUP: Final = "doorlicht.code_readers"

GARBAGE_STEP: Final = 100_000
MAX_FRAMES: Final = 10_000


_PLAIN: Final = TypeAdapter(TraceResult)
"""Makes dictionaries of records, of which a large trace has tens of thousands."""


def _silent(progress: TraceProgress) -> None:
    del progress


def _now() -> datetime:
    return datetime.now(UTC)


def trace(
    request: TraceRequest,
    on_progress: Callable[[TraceProgress], None] = _silent,
    *,
    clock: Callable[[], datetime] = _now,
    on_result: Callable[[TraceRun], None] | None = None,
) -> TraceRun:
    """Read and follow all code, keep what was seen, and return it.

    Parameters
    ----------
    on_result
        Called with what was seen before it is kept; what is made of it can then be begun with.

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
    scanned = ScannedTables()
    register = None
    if request.register is not None:
        register = open_register(request.register, clock=clock)
        scanned = ScannedTables(register.scanned_tables(threshold=request.threshold))
    if request.scanned is not None:
        scanned = ScannedTables(request.scanned)
    # Following makes millions of small tuples that all stay: looking for garbage among them costs
    # a fifth of the time and finds none.
    before, depth = gc.get_threshold(), sys.getrecursionlimit()
    gc.set_threshold(max(before[0], GARBAGE_STEP), *before[1:])
    # Calls within calls and files within files have limits of their own, which are the same on
    # every machine; this one must not be met before them.
    sys.setrecursionlimit(max(depth, MAX_FRAMES))
    try:
        result, known = _trace(request, scanned, vocabulary, on_progress)
        names = [root.name for root in request.roots] + [one.name for one in request.databases]
        run = TraceRun(result, tuple(request.roots), None, tuple(names))
        if on_result is not None:
            on_result(run)
        record = None
        if register is not None and request.is_kept:
            record = register.keep_trace(
                by=request.by,
                started_at=started,
                roots=[
                    *(str(root) for root in request.roots),
                    *(source.location for source in request.databases),
                ],
                vocabulary=vocabulary.edition,
                doorlicht=doorlicht.__version__,
                files=result.files,
                lines=result.lines,
                items=items_of(result),
                settings=_settings(request, known, result),
            )
    finally:
        gc.set_threshold(*before)
        sys.setrecursionlimit(depth)
        if register is not None:
            register.close()
    return replace(run, record=record)


def _trace(
    request: TraceRequest,
    scanned: ScannedTables,
    vocabulary: Vocabulary,
    on_progress: Callable[[TraceProgress], None],
) -> tuple[TraceResult, Known]:
    known = scanned_hash(scanned.tables)
    found, failures = find_plugins(GROUP)
    readers = cast("dict[str, CodeReader]", {name: make() for name, make in found.items()})
    names = Names(vocabulary)
    found_code = find_all(request, readers, on_progress)
    scanned = _joined(scanned, found_code.schemas.columns)
    told = _known_data(scanned, names)
    knowledge = [
        doorlicht.__version__, vocabulary.edition, vocabulary_digest(vocabulary),
        ",".join(sorted(readers)), repr(scanned.tables),
    ]  # fmt: skip
    cache = TraceCache(request.cache, knowledge)
    gathered = gather(found_code, names, told, cache, on_progress)
    gathered.lost += [
        LostPath(CodePlace(failure.name, 1), "plugin_failed", failure.reason)
        for failure in failures
    ]
    result = follow_all(gathered, readers, scanned, vocabulary, names, told, cache, on_progress)
    cache.close()
    on_progress(TraceProgress(gathered.number, gathered.number, "done"))
    return result, Known(gathered.digests, tuple(sorted(readers)), known)


def _settings(request: TraceRequest, known: Known, result: TraceResult) -> Mapping[str, Any]:
    names = [root.name for root in request.roots]
    labelled = zip(request.databases, request.database_labels, strict=True)
    return trace_settings(
        known,
        roots=list(zip(names, request.root_labels, strict=True)),
        databases=[(source.id, source.kind, label) for source, label in labelled],
        threshold=request.threshold,
        vocabulary_files=request.vocabulary_files,
        looked_at={
            "followed": result.followed,
            "others": result.others,
            "skipped": list(result.skipped),
        },
    )


def vocabulary_digest(vocabulary: Vocabulary) -> str:
    """Return what tells two vocabularies of one edition apart: the words of a user's own files."""
    return digest_of(repr(sorted(vocabulary.names.telling_words())).encode("utf-8"))


def _joined(scanned: ScannedTables, told: Mapping[str, Sequence[str]]) -> ScannedTables:
    """Return the tables that a scan knows with those that databases tell of now.

    A table inside a file (``zaken.db#people``) is one of a folder of that name.
    """
    if not told:
        return scanned
    tables = [
        ScannedTable("", "", table.replace("#", "/").replace("!", "/"),
                     tuple(map(ScannedColumn, columns)), is_told=True)
        for table, columns in told.items()
    ]  # fmt: skip
    return ScannedTables((*tables, *scanned.tables))


def _known_data(scanned: ScannedTables, names: Names) -> list[str]:
    """Return the last parts of the names of known tables in which a column is about origin."""
    about = scanned.about_origin()
    about.update(
        name
        for table in scanned.tables
        if any((found := names.of_column(column.name)) and found.kind == "direct"
               for column in table.columns)
        for name in names_of(table)
    )  # fmt: skip
    return sorted(map(_bare, about))


def _bare(table: str) -> str:
    """Return the name of a table without folder, schema and ending."""
    stem, _, last = table.rsplit("/", 1)[-1].rpartition(".")
    return (stem if last in FILE_ENDINGS else last) or last


def items_of(result: TraceResult) -> list[tuple[ItemKind, str, Mapping[str, Any]]]:
    """Return everything in a trace as the register keeps it."""
    plain = _PLAIN.dump_python(result)
    items: list[tuple[ItemKind, str, Mapping[str, Any]]] = []
    items.extend(("model", one["id"], one) for one in plain["models"])
    items.extend(("flow", one["id"], one) for one in plain["flows"])
    items.extend(("reference", "", one) for one in plain["references"])
    items.extend(("lost", "", one) for one in plain["lost"])
    return items
