"""The first half of a trace: all code is found, and its words are looked through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from doorlicht.lineage.naming import Names
from doorlicht.lineage.other_languages import READER as OTHERS
from doorlicht.lineage.other_languages import OtherLanguages
from doorlicht.lineage.other_languages import look as look_elsewhere
from doorlicht.lineage.readers.source import read_text
from doorlicht.lineage.relevance import Words, read_words, words_text
from doorlicht.lineage.walking import MAX_CODE_BYTES, CodeFile, Tally, find_code
from doorlicht.plugins import CodeReader
from doorlicht.records import (
    CodePlace,
    LostPath,
)
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
from doorlicht.runs.trace_request import TraceProgress, TraceRequest

SQL: Final = "sql"
"""The reader of what databases keep."""

STEP: Final = 50
"""Files between two words on progress."""

PACK_BYTES: Final = 256 * 1024
"""Code that is handed to another process at a time."""

MUCH_CODE: Final = 2 * 1024 * 1024
"""Bytes of code from which on more processes look through its words."""


@dataclass(slots=True)
class FoundCode:
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


def find_all(
    request: TraceRequest,
    readers: Mapping[str, CodeReader],
    on_progress: Callable[[TraceProgress], None],
) -> FoundCode:
    """Find all code, and ask the databases for theirs."""
    found = FoundCode()
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
class Gathered:
    """What the words of all code tell, before anything is followed."""

    found: FoundCode
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


def gather(
    found: FoundCode,
    names: Names,
    told: Sequence[str],
    cache: TraceCache,
    on_progress: Callable[[TraceProgress], None],
) -> Gathered:
    """Look through the words of all code."""
    gathered = Gathered(found, lost=found.lost)
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


def _content(file: CodeFile, path: str, lost: list[LostPath]) -> bytes | None:
    if file.size > MAX_CODE_BYTES * 8:
        lost.append(LostPath(CodePlace(path, 1), "too_large", "too_large"))
        return None
    try:
        return file.location.read_bytes()
    except OSError as error:
        lost.append(LostPath(CodePlace(path, 1), "unreadable", type(error).__name__))
        return None
