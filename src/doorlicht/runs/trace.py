"""The trace: all code of some folders read, followed and kept; scanned tables join in."""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from pydantic import TypeAdapter

import doorlicht
from doorlicht.errors import InputError
from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.naming import Names
from doorlicht.lineage.other_languages import READER as OTHERS
from doorlicht.lineage.other_languages import OtherLanguages
from doorlicht.lineage.other_languages import look as look_elsewhere
from doorlicht.lineage.paths import FILE_ENDINGS
from doorlicht.lineage.readers.source import read_text
from doorlicht.lineage.relevance import Code, Words, read_words, relevant, words_text
from doorlicht.lineage.scanned import ScannedTables, names_of
from doorlicht.lineage.ties import LeftOut
from doorlicht.lineage.walking import MAX_CODE_BYTES, CodeFile, Tally, find_code
from doorlicht.plugins import CodeReader, ReaderOfMany, find_plugins
from doorlicht.records import (
    CodePlace,
    LostPath,
    RiskModelSeen,
    ScannedColumn,
    ScannedTable,
    Source,
    TraceResult,
)
from doorlicht.records.code import CodeUnit
from doorlicht.register import open_register
from doorlicht.register.traces import ItemKind, TraceRecord
from doorlicht.runs.recorded import Known, scanned_hash, trace_settings
from doorlicht.runs.side_by_side import each
from doorlicht.runs.trace_cache import TraceCache, digest_of
from doorlicht.runs.trace_databases import (
    READER as DATABASE,
)
from doorlicht.runs.trace_databases import (
    DatabaseFiles,
    Schemas,
    read_databases,
    read_file,
    tables_in,
)
from doorlicht.vocabulary import Vocabulary, load_vocabulary

GROUP: Final = "doorlicht.code_readers"
SQL: Final = "sql"
"""The reader of what databases keep."""

GARBAGE_STEP: Final = 100_000
MAX_FRAMES: Final = 10_000
MAX_ALIKE: Final = 10
"""Blind spots of one kind that are told in one file; of more, the number is."""

STEP: Final = 50
"""Files between two words on progress."""

PACK_BYTES: Final = 256 * 1024
"""Code that is handed to another process at a time."""

MUCH_CODE: Final = 2 * 1024 * 1024
"""Bytes of code from which on more processes look through its words."""

MUCH_TO_FOLLOW: Final = 256 * 1024
"""The same for following it."""


_PLAIN: Final = TypeAdapter(TraceResult)
"""Makes dictionaries of records, of which a large trace has tens of thousands."""


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


def _silent(progress: TraceProgress) -> None:
    del progress


def _now() -> datetime:
    return datetime.now(UTC)


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


@dataclass(slots=True)
class _Found:
    """The code under the roots by its paths, and what the databases tell."""

    files: dict[str, CodeFile] = field(default_factory=dict[str, CodeFile])
    schemas: Schemas = field(default_factory=Schemas)
    lost: list[LostPath] = field(default_factory=list[LostPath])
    elsewhere: dict[str, CodeFile] = field(default_factory=dict[str, CodeFile])
    """Files in languages that no reader takes."""
    others: int = 0
    """Files that hold no code that is read."""
    skipped: list[str] = field(default_factory=list[str])
    """Folders of tools and environments."""


def _find(
    request: TraceRequest,
    readers: Mapping[str, CodeReader],
    on_progress: Callable[[TraceProgress], None],
) -> _Found:
    """Find all code, and ask the databases for theirs."""
    found = _Found()
    if request.databases:
        on_progress(TraceProgress(0, len(request.databases), request.databases[0].name))
        found.schemas = read_databases(request.databases, request.database_labels)
    walked = {
        **readers,
        DATABASE: cast("CodeReader", DatabaseFiles()),
        OTHERS: cast("CodeReader", OtherLanguages()),
    }
    for root, prefix in zip(request.roots, request.root_labels, strict=True):
        tally = Tally()
        for one in find_code(root, walked, tally):
            if isinstance(one, LostPath):
                place = CodePlace(prefix + one.place.file, one.place.line)
                found.lost.append(LostPath(place, one.construct, one.reason))
            elif one.reader == DATABASE:
                read_file(one.location, prefix + one.path, found.schemas)
            elif one.reader == OTHERS:
                found.others += 1
                found.elsewhere[prefix + one.path] = one
            else:
                found.files[prefix + one.path] = one
        found.others += tally.files - tally.taken
        found.skipped += [prefix + folder for folder in tally.skipped]
    found.lost += found.schemas.lost
    return found


@dataclass(slots=True)
class _Gathered:
    """What the words of all code tell, before anything is followed."""

    found: _Found
    words: list[Words] = field(default_factory=list[Words])
    digests: dict[str, str] = field(default_factory=dict[str, str])
    lost: list[LostPath] = field(default_factory=list[LostPath])
    lines: int = 0
    followed: int = 0

    @property
    def number(self) -> int:
        """Files and definitions."""
        return len(self.found.files) + len(self.found.schemas.texts)

    def content(self, path: str, lost: list[LostPath]) -> bytes | None:
        """Return what a file or definition holds; none if it cannot be read."""
        text = self.found.schemas.texts.get(path)
        return _content(self.found.files[path], path, lost) if text is None else text.encode()

    def size(self, path: str) -> int:
        """Return how many bytes it has, about."""
        text = self.found.schemas.texts.get(path)
        return self.found.files[path].size if text is None else len(text)

    def reader(self, path: str) -> str:
        """Return the name of the reader that takes it."""
        return SQL if path in self.found.schemas.texts else self.found.files[path].reader


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was seen of a file, in whichever process."""

    path: str
    digest: str = ""
    lines: int = 0
    words: Words | None = None
    lost: tuple[LostPath, ...] = ()


def _gather(
    found: _Found,
    names: Names,
    told: Sequence[str],
    cache: TraceCache,
    on_progress: Callable[[TraceProgress], None],
) -> _Gathered:
    """Look through the words of all code."""
    gathered = _Gathered(found, lost=found.lost)
    # In the SQL that a database keeps, any word that is the name of a table of it is that table.
    tables = {path.rsplit(".", 1)[-1].lower() for path in found.schemas.columns}

    def look(path: str) -> _Looked:
        lost: list[LostPath] = []
        content = gathered.content(path, lost)
        if content is None:
            return _Looked(path, lost=tuple(lost))
        digest = digest_of(content)
        known = cache.words(digest, path)
        if known is None:
            text = words_text(path, content)
            known = read_words(path, text, names, told, is_query=gathered.reader(path) == SQL)
        return _Looked(path, digest, content.count(b"\n") + 1, known, tuple(lost))

    def look_at_all(paths: Sequence[str]) -> list[_Looked]:
        return [look(path) for path in paths]

    for path, file in found.elsewhere.items():
        content = _content(file, path, gathered.lost)
        lost = None if content is None else look_elsewhere(path, read_text(content), names)
        if lost is not None:
            gathered.lost.append(lost)
    number = 0
    packs = list(_packs([*found.files, *found.schemas.texts], found.files))
    is_much = sum(file.size for file in found.files.values()) >= MUCH_CODE
    for pack in each(look_at_all, packs, number=None if is_much else 1):
        on_progress(TraceProgress(number, gathered.number, pack[0].path))
        number += len(pack)
        for one in pack:
            gathered.lost += one.lost
            if one.words is None:
                continue
            gathered.lines += one.lines
            gathered.digests[one.path] = one.digest
            cache.keep_words(one.digest, one.words)
            text = found.schemas.texts.get(one.path)
            ties = one.words.ties if text is None else one.words.ties | tables_in(text, tables)
            gathered.words.append(replace(one.words, ties=ties))
    return gathered


def _packs(paths: Sequence[str], files: Mapping[str, CodeFile]) -> Iterator[list[str]]:
    """Yield the paths in packs, each of which is worth handing to another process."""
    pack: list[str] = []
    size = 0
    for path in paths:
        pack.append(path)
        size += files[path].size if path in files else 0
        if len(pack) >= STEP or size >= PACK_BYTES:
            yield pack
            pack, size = [], 0
    if pack:
        yield pack


def _follow(
    gathered: _Gathered,
    readers: Mapping[str, CodeReader],
    scanned: ScannedTables,
    vocabulary: Vocabulary,
    names: Names,
    told: Sequence[str],
    cache: TraceCache,
    on_progress: Callable[[TraceProgress], None],
) -> TraceResult:
    """Follow each group of files that are tied to each other, unless it is known already."""
    is_told_by_words = True

    def text_of(path: str) -> str:
        nonlocal is_told_by_words
        is_told_by_words = False
        return words_text(path, gathered.content(path, []) or b"")

    said = cache.key_of_words(gathered.words)
    relevance = cache.relevance(said)
    if relevance is None:
        relevance = relevant(gathered.words, Code(text_of, names, told))
        if is_told_by_words:
            cache.keep_relevance(said, relevance)
    groups = relevance.groups
    gathered.lost += [_left_out(one, gathered) for one in relevance.left_out]
    tied = frozenset[str]().union(*groups) if groups else frozenset[str]()
    beside = [
        frozenset({one.path}) for one in gathered.words if one.names_origin and one.path not in tied
    ]
    work = [*((group, True) for group in groups), *((one, False) for one in beside)]
    keys = [
        cache.key([(path, _with_alone(gathered.digests[path], relevance.alone.get(path)))
                   for path in members])
        for members, _ in work
    ]  # fmt: skip
    results = [cache.result(key) for key in keys]
    fresh = [number for number, known in enumerate(results) if known is None]
    sizes = {number: sum(map(gathered.size, work[number][0])) for number in fresh}
    # The largest first, so that none of them is begun when all others are done.
    fresh.sort(key=lambda number: (-sizes[number], number))

    def follow(numbers: Sequence[int]) -> list[TraceResult]:
        followed: list[TraceResult] = []
        for number in numbers:
            members, is_followed = work[number]
            given = _read_group(sorted(members), gathered, readers, scanned)
            given = replace(given, alone=relevance.alone)
            if not is_followed:
                given = replace(given, units=(), beside=given.units)
            followed.append(trace_units(given, vocabulary))
        return followed

    done = len(work) - len(fresh)
    packs = _packs_of(fresh, sizes)
    is_much = sum(sizes.values()) >= MUCH_TO_FOLLOW
    for numbers, pack in zip(
        packs, each(follow, packs, number=None if is_much else 1), strict=True
    ):
        on_progress(TraceProgress(done, len(work), "follow"))
        done += len(pack)
        for number, result in zip(numbers, pack, strict=True):
            cache.keep_result(keys[number], result)
            results[number] = result
    gathered.followed = len(tied)
    return _together([one for one in results if one is not None], gathered)


def _with_alone(digest: str, names: frozenset[str] | None) -> str:
    return digest if names is None else f"{digest} {' '.join(sorted(names))}"


def _packs_of(numbers: Sequence[int], sizes: Mapping[int, int]) -> list[list[int]]:
    """Return small groups in packs, as in :func:`_packs`; a large one goes alone."""
    packs: list[list[int]] = []
    size = PACK_BYTES
    for number in numbers:
        if size + sizes[number] > PACK_BYTES or len(packs[-1]) >= STEP:
            packs.append([])
            size = 0
        packs[-1].append(number)
        size += sizes[number]
    return packs


def _left_out(one: LeftOut, gathered: _Gathered) -> LostPath:
    """Return a tie that was not followed as a blind spot, at the line that mentions it."""
    content = gathered.content(one.path, [])
    lines = [] if content is None else read_text(content).lower().split("\n")
    word = max(one.name.split("*"), key=len)
    line = next((at for at, text in enumerate(lines, 1) if word in text), 1)
    return LostPath(CodePlace(one.path, line), one.construct, f"{one.name}: {one.files}")


def _read_group(
    members: Sequence[str],
    gathered: _Gathered,
    readers: Mapping[str, CodeReader],
    scanned: ScannedTables,
) -> TraceInput:
    units: list[CodeUnit] = []
    lost: list[LostPath] = []
    contents: dict[str, dict[str, bytes]] = {}
    for path in members:
        content = gathered.content(path, lost)
        if content is not None:
            contents.setdefault(gathered.reader(path), {})[path] = content
    for name, files in sorted(contents.items()):
        for path, content in files.items():
            units.extend(_read(readers[name], path, content, lost, files))
    return TraceInput(units, (), scanned, tuple(lost), len(members))


def _together(results: Sequence[TraceResult], gathered: _Gathered) -> TraceResult:
    """Return the results of all groups as one; a file may have been in several groups."""
    references = {one: None for result in results for one in result.references}
    models = {one.id: one for result in results for one in result.models}
    flows = {one.id: one for result in results for one in result.flows}
    lost = dict.fromkeys(gathered.lost)
    lost.update({one: None for result in results for one in result.lost})
    told = sorted(lost, key=lambda one: (one.place.file, one.place.line, one.construct))
    return TraceResult(
        tuple(sorted(references, key=lambda r: (r.place.file, r.place.line, r.identifier))),
        tuple(sorted(models.values(), key=_place_of)),
        tuple(sorted(flows.values(), key=lambda flow: (flow.model, flow.id))),
        tuple(_few_of_a_kind(told)),
        gathered.number,
        gathered.lines,
        gathered.followed,
        gathered.found.others,
        tuple(gathered.found.skipped),
    )


def _few_of_a_kind(lost: Sequence[LostPath]) -> Iterator[LostPath]:
    """Yield what was lost, of one kind in one file only the first; the others as a number."""
    kinds: defaultdict[tuple[str, str], list[LostPath]] = defaultdict(list)
    for one in lost:
        kinds[one.place.file, one.construct].append(one)
    for one in lost:
        alike = kinds[one.place.file, one.construct]
        if len(alike) <= MAX_ALIKE or any(one is each for each in alike[: MAX_ALIKE - 1]):
            yield one
        elif one is alike[MAX_ALIKE - 1]:
            rest = alike[MAX_ALIKE - 1 :]
            hidden = max(each.hidden_flows for each in rest)
            yield LostPath(one.place, "more_of_these", f"{len(rest)} x {one.construct}", hidden)


def _place_of(model: RiskModelSeen) -> tuple[str, int, str]:
    places = model.train or model.score
    return (places[0].file, places[0].line, model.id) if places else ("", 0, model.id)


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
    found_code = _find(request, readers, on_progress)
    scanned = _joined(scanned, found_code.schemas.columns)
    told = _known_data(scanned, names)
    knowledge = [
        doorlicht.__version__, vocabulary.edition, vocabulary_digest(vocabulary),
        ",".join(sorted(readers)), repr(scanned.tables),
    ]  # fmt: skip
    cache = TraceCache(request.cache, knowledge)
    gathered = _gather(found_code, names, told, cache, on_progress)
    gathered.lost += [
        LostPath(CodePlace(failure.name, 1), "plugin_failed", failure.reason)
        for failure in failures
    ]
    result = _follow(gathered, readers, scanned, vocabulary, names, told, cache, on_progress)
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
    reader: CodeReader,
    path: str,
    content: bytes,
    lost: list[LostPath],
    others: Mapping[str, bytes],
) -> Iterator[CodeUnit]:
    try:
        if isinstance(reader, ReaderOfMany) and len(others) > 1:
            yield from reader.read_among(path, content, others)
        else:
            yield from reader.read(path, content)
    # A reader is a plugin: whatever it raises is told, and the rest goes on.
    except Exception as error:  # noqa: BLE001
        lost.append(LostPath(CodePlace(path, 1), "reader_failed", type(error).__name__))


def items_of(result: TraceResult) -> list[tuple[ItemKind, str, Mapping[str, Any]]]:
    """Return everything in a trace as the register keeps it."""
    plain = _PLAIN.dump_python(result)
    items: list[tuple[ItemKind, str, Mapping[str, Any]]] = []
    items.extend(("model", one["id"], one) for one in plain["models"])
    items.extend(("flow", one["id"], one) for one in plain["flows"])
    items.extend(("reference", "", one) for one in plain["references"])
    items.extend(("lost", "", one) for one in plain["lost"])
    return items
