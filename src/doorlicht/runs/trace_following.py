"""The second half of a trace: each group of files that are tied to each other is followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from doorlicht.lineage import TraceInput, trace_units
from doorlicht.lineage.naming import Names
from doorlicht.lineage.readers.source import read_text
from doorlicht.lineage.relevance import Code, relevant, words_text
from doorlicht.lineage.scanned import ScannedTables
from doorlicht.lineage.ties import LeftOut
from doorlicht.plugins import CodeReader, ReaderOfMany
from doorlicht.records import (
    CodePlace,
    LostPath,
    RiskModelSeen,
    TraceResult,
)
from doorlicht.records.code import CodeUnit
from doorlicht.runs.side_by_side import each
from doorlicht.runs.trace_cache import TraceCache
from doorlicht.runs.trace_gathering import PACK_BYTES, STEP, Gathered
from doorlicht.runs.trace_request import TraceProgress
from doorlicht.vocabulary import Vocabulary

MAX_ALIKE: Final = 10
"""Blind spots of one kind that are told in one file; of more, the number is."""

MUCH_TO_FOLLOW: Final = 256 * 1024
"""Bytes of code from which on more processes follow it."""


def follow_all(
    gathered: Gathered,
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


def _left_out(one: LeftOut, gathered: Gathered) -> LostPath:
    """Return a tie that was not followed as a blind spot, at the line that mentions it."""
    content = gathered.content(one.path, [])
    lines = [] if content is None else read_text(content).lower().split("\n")
    word = max(one.name.split("*"), key=len)
    line = next((at for at, text in enumerate(lines, 1) if word in text), 1)
    return LostPath(CodePlace(one.path, line), one.construct, f"{one.name}: {one.files}")


def _read_group(
    members: Sequence[str],
    gathered: Gathered,
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


def _together(results: Sequence[TraceResult], gathered: Gathered) -> TraceResult:
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
