"""Which columns of a table an expression chooses: ``select``, ``df[[...]]``, ``drop``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from doorlicht.lineage.graph import NOTHING, Deps, Place
from doorlicht.lineage.state import Analysis
from doorlicht.lineage.values import (
    HOLE,
    NOWHERE,
    Column,
    Frame,
    Gate,
    Places,
    Rest,
    Text,
    Vector,
    is_any_value,
    together,
)

SPELLED_IN_TEST: Final = re.compile(r"[^\W\d][\w.]{2,60}")
"""What can be a name in a pattern such as ``^(nationality|age)_``."""

UNSURE = 0.1
"""Doubt of a step that had to be approximated."""


@dataclass(slots=True)
class Choice:
    """Columns chosen: by name, by a test on names, or all.

    ``renamed`` gives the new name of a column; ``gates`` choose among all columns; ``with_all``
    starts from every column of the table.
    """

    picked: list[tuple[str, Places]] = field(default_factory=list[tuple[str, Places]])
    renamed: dict[str, str] = field(default_factory=dict[str, str])
    gates: list[Gate] = field(default_factory=list[Gate])
    left_out: list[tuple[str, Places]] = field(default_factory=list[tuple[str, Places]])
    with_all: bool = False
    rests: tuple[Rest, ...] | None = None
    """Rests that a vector of names brought along; ``None`` if the choice names none."""
    is_open: bool = False
    """Whether more may be chosen than is known."""
    by_data: bool = False
    """Whether data decides what is chosen."""
    computed: dict[str, Column] = field(default_factory=dict[str, Column])
    """Columns that the choice makes itself, by their name."""


def read_column(state: Analysis, frame: Frame, name: str, place: Place) -> Deps:
    """Return what a column was made of; one that nobody named yet comes out of the rests."""
    known = _known_column(frame, name)
    if known is not None:
        return known
    by_value = _by_value(frame, name)
    if by_value and state.names.of_column(name) is not None:
        by_value |= _told_by_value(state, name, by_value, place)
    is_unsure = bool(frame.rests) and any(is_any_value(column) for column in frame.columns)
    if by_value and not is_unsure:
        return by_value
    found: set[int] = set()
    if by_value and not name[:1].islower():
        # A column of the data set, or one that is called as a value: names of columns are
        # mostly in lower case, and values that become names mostly are not.
        found.add(state.graph.add("pivot", name, place, by_value, doubt=UNSURE))
    for rest in frame.rests:
        original = _original(rest, name)
        if original is not None and rest.lets(original):
            found.add(state.graph.reading(rest.dataset, original, place, rest.step))
            found |= rest.also
    if found:
        return frozenset(found)
    is_unknown = not frame.rests and not frame.columns
    if state.names.of_column(name) is None or (is_unknown and state.is_about_origin(frame.deps)):
        return frame.deps if is_unknown else NOTHING
    if is_unknown:
        # A table of which nothing is known but that it is used: ``load("x.RData")``.
        return frame.deps | {state.graph.source("", name, place)}
    # The table should have this column if the code is right: what went before was not understood.
    return frozenset({state.graph.source("", name, place)})


def _by_value(frame: Frame, name: str) -> Deps:
    """Return what the columns are made of that are called as values, and maybe by this name."""
    fitting = [d for known, d in frame.columns.items() if HOLE in known and _fits(known, name)]
    return _union(fitting or (deps for known, deps in frame.columns.items() if is_any_value(known)))


def _told_by_value(state: Analysis, name: str, deps: Deps, place: Place) -> Deps:
    """Return a column that only a value tells to be of origin (``language_arabic``), if it does."""
    if state.is_about_origin(deps):
        return NOTHING
    steps = sorted(state.graph.ancestors(deps))
    dataset = next((state.graph[s].dataset for s in steps if state.graph[s].dataset), "")
    return frozenset({state.graph.source(dataset, name, place)})


def _known_column(frame: Frame, name: str) -> Deps | None:
    deps = frame.columns.get(name)
    if deps is not None:
        return deps
    low = name.lower()
    for known, deps in frame.columns.items():
        if known.lower() == low:
            return deps
    if HOLE in name:
        return _union(d for known, d in frame.columns.items() if _fits(name, known)) or None
    return None


def _union(many: Iterable[Deps]) -> Deps:
    return NOTHING.union(*many)


def _fits(pattern: str, name: str) -> bool:
    pieces = [piece for piece in pattern.lower().split(HOLE) if piece]
    if not pieces:
        return False
    low, at = name.lower(), 0
    for piece in pieces:
        at = low.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _original(rest: Rest, name: str) -> str | None:
    if rest.pattern == HOLE:
        return name
    before, _, after = rest.pattern.partition(HOLE)
    if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
        return name[len(before) : len(name) - len(after)]
    return None


def names_of(frame: Frame) -> Vector:
    """Return the names of the columns of a table, the unnamed ones as rests."""
    items: list[tuple[str | None, Text]] = [
        (None, Text(NOTHING, name, frame.named.get(name, NOWHERE))) for name in frame.columns
    ]
    return Vector(NOTHING, list(items), rests=frame.rests)


def choose(state: Analysis, frame: Frame, choice: Choice, place: Place) -> Frame:
    """Return the table with only the chosen columns; what is left out is remembered."""
    chosen = frame.copy()
    chosen.columns, chosen.named, chosen.lists = {}, {}, {}
    chosen.chosen_by_data = frame.chosen_by_data or choice.by_data
    if choice.with_all or choice.is_open:
        chosen.columns = dict(frame.columns)
        chosen.named = dict(frame.named)
        chosen.lists = dict(frame.lists)
        chosen.rests = frame.rests
    elif choice.gates:
        for name, deps in frame.columns.items():
            if any(gate.lets(name) for gate in choice.gates):
                chosen.columns[name] = deps
                chosen.named[name] = frame.named.get(name, NOWHERE)
        chosen.rests = tuple(
            _spelled(state, rest._replace(gates=(*rest.gates, gate)), place)
            for rest in frame.rests
            for gate in choice.gates
        )
    else:
        chosen.rests = ()
    if choice.rests is not None:
        told = tuple(_spelled(state, r, place) if r.gates else r for r in choice.rests)
        chosen.rests = together(chosen.rests, told)
    for name, places in choice.picked:
        deps = read_column(state, frame, name, place)
        new = choice.renamed.get(name, name)
        if new != name:
            deps = frozenset({state.graph.add("rename", new, place, deps)})
            chosen.columns.pop(name, None)
            chosen.rests = leave_out(chosen.rests, [name])
        chosen.columns[new] = deps
        chosen.named[new] = places or frame.named.get(name, NOWHERE)
        if name in frame.lists:
            chosen.lists[new] = frame.lists[name]
        if name in frame.made:
            chosen.made[new] = frame.made[name]
    for name, places in choice.left_out:
        state.note(places, name, "drop")
        drop_column(state, frame, chosen, name, place)
    for name, deps in frame.columns.items():
        if name not in chosen.columns and name not in choice.renamed:
            chosen.dropped.setdefault(name, deps)
    if chosen.rests != frame.rests:
        _drop_left_out(state, frame, chosen, chosen.rests, place)
    for name in chosen.columns:
        chosen.dropped.pop(name, None)
    return chosen


def _spelled(state: Analysis, rest: Rest, place: Place) -> Rest:
    """Return unnamed columns with what a test on their names spells as what they hold.

    So that what is counted or added up over them is known to be of origin.
    """
    words = sorted(
        word
        for gate in rest.gates if gate.is_kept and gate.kind != "in"
        for word in SPELLED_IN_TEST.findall(" ".join(gate.words))
        if state.names.of_column(word) is not None and rest.lets(word)
    )  # fmt: skip
    if not words:
        return rest
    read = {state.graph.add("read", word, place, dataset=rest.dataset) for word in words}
    return rest._replace(step=state.graph.add("choose", "", place, frozenset({rest.step, *read})))


def _drop_left_out(
    state: Analysis, frame: Frame, chosen: Frame, rests: tuple[Rest, ...], place: Place
) -> None:
    """Remember what a vector of names leaves out of unnamed columns: ``setdiff(names(df), x)``."""
    before = {rest.dataset: rest for rest in frame.rests}
    for rest in rests:
        known = before.get(rest.dataset)
        if known is None:
            continue
        gone = rest.left_out - known.left_out
        for gate in rest.gates:
            if gate.kind == "in" and not gate.is_kept and gate not in known.gates:
                gone |= frozenset(gate.words)
        for name in sorted(gone):
            if state.names.of_column(name) is not None and known.lets(name):
                chosen.dropped.setdefault(name, read_column(state, frame, name, place))


def drop_column(state: Analysis, frame: Frame, chosen: Frame, name: str, place: Place) -> None:
    """Take one column out of ``chosen``, and remember what it was made of."""
    deps = read_column(state, frame, name, place)
    low = name.lower()
    for known in [
        each
        for each in chosen.columns
        if each.lower() == low or (HOLE in name and _fits(name, each))
    ]:
        chosen.dropped[known] = chosen.columns.pop(known)
        chosen.lists.pop(known, None)
    if deps:
        chosen.dropped[name] = deps
    chosen.rests = leave_out(chosen.rests, [name])


def leave_out(rests: tuple[Rest, ...], names: list[str]) -> tuple[Rest, ...]:
    """Return the rests without columns of these names."""
    gone: list[Rest] = []
    for rest in rests:
        originals = [original for name in names if (original := _original(rest, name)) is not None]
        if any(HOLE in original for original in originals):
            words = tuple(o.replace(HOLE, "") for o in originals if HOLE in o and o != HOLE)
            gates = (*rest.gates, Gate("contains", words, False)) if words else rest.gates
            rest = rest._replace(gates=gates)
        low = {original.lower() for original in originals if HOLE not in original}
        gone.append(rest._replace(left_out=rest.left_out | low))
    return tuple(gone)


def rename_columns(
    state: Analysis, frame: Frame, names: dict[str, tuple[str, Places]], place: Place
) -> Frame:
    """Return the table with columns renamed; ``names`` is old name to new name and its places."""
    renamed = frame.copy()
    for old, (new, places) in names.items():
        deps = read_column(state, frame, old, place)
        renamed.columns.pop(old, None)
        renamed.columns[new] = frozenset({state.graph.add("rename", new, place, deps)})
        renamed.named[new] = places
        renamed.lists.pop(old, None)
        if old in frame.lists:
            renamed.lists[new] = frame.lists[old]
    renamed.rests = leave_out(renamed.rests, [old for old, (new, _) in names.items() if old != new])
    return renamed
