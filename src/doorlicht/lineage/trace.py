"""From files to flows: reading code, following it, judging what reaches what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from doorlicht.lineage.graph import Place
from doorlicht.lineage.naming import Names
from doorlicht.lineage.project import Project
from doorlicht.lineage.readers.python import read_python
from doorlicht.lineage.readers.r import read_r
from doorlicht.lineage.references import find_references
from doorlicht.lineage.scanned import ScannedTables
from doorlicht.lineage.verdicts import Judge
from doorlicht.records.code import CodeUnit
from doorlicht.records.flows import CodePlace, LostPath, TraceResult
from doorlicht.vocabulary import Vocabulary

HIDES_NOTHING_NAMED: Final = frozenset({"unknown_dataset"})
"""Constructs behind which no column that code names is lost: it is followed without its table."""


@dataclass(frozen=True, slots=True)
class TraceInput:
    """Code that was read, and what is known beside it.

    ``scanned`` are the tables that a scan knows; ``lost`` is what could not be read.
    """

    units: Sequence[CodeUnit]
    beside: Sequence[CodeUnit] = ()
    """Read for the names in them only: they are tied to nothing that must be followed."""
    scanned: ScannedTables = field(default_factory=ScannedTables)
    lost: Sequence[LostPath] = ()
    files: int = 0
    lines: int = 0
    alone: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Of these files, only functions and classes of these names are followed without a call."""


def parse_text(language: str, text: str, path: str, line: int) -> CodeUnit | None:
    """Return a text as code of a language; none for a language without a reader for texts."""
    if language == "python":
        return read_python(path, text, line)
    if language == "r":
        return read_r(path, text, line)
    return None


def trace_units(
    given: TraceInput, vocabulary: Vocabulary, *, on_step: Callable[[str], None] = lambda _: None
) -> TraceResult:
    """Follow all code and return what was seen.

    Parameters
    ----------
    on_step
        Is told ``follow``, ``judge`` and ``refer`` as each begins.
    """
    project = Project(given.units, Names(vocabulary), given.scanned, parse_text, given.alone)
    on_step("follow")
    state = project.follow()
    on_step("judge")
    judge = Judge(state)
    models, flows = judge.flows()
    on_step("refer")
    references = find_references([*given.units, *given.beside], state)
    lost = [*given.lost]
    named: defaultdict[str, set[str]] = defaultdict(set)
    for each in references:
        if each.role != "comment":
            named[each.place.file].add(each.identifier.lower())
    for (place, construct), deps in state.lost.items():
        # Of what is known to go in, only the origin-related part can be lost. Where nothing is
        # known, anything of that kind that the file names may go that way.
        hidden = (
            len(judge.roots(deps))
            if deps or construct in HIDES_NOTHING_NAMED
            else len(named[place.file])
        )
        lost.append(
            LostPath(CodePlace(place.file, max(place.line, 1)), construct, construct, hidden)
        )
    return TraceResult(
        tuple(references),
        tuple(models),
        tuple(flows),
        tuple(sorted(lost, key=lambda each: (each.place.file, each.place.line, each.construct))),
        given.files or len(given.units),
        given.lines,
    )


_ = Place
