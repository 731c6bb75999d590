"""The ledger as a chain: each entry holds the hash of the one before it.

Who alters, drops, swaps or inserts an entry breaks the chain from there on, unless every later
entry is made anew. Against that, only a hash that somebody else holds can help: see
:mod:`doorlicht.evidence.merkle`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from doorlicht.evidence.entries import (
    Draft,
    LedgerEntry,
    entry_hash,
    entry_line,
    form_1_line,
    read_entry,
)
from doorlicht.evidence.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from datetime import datetime

START: Final = "0" * 64
"""What the first entry has for the hash of the one before it."""

DamageKind = Literal["altered", "dropped", "swapped", "inserted", "duplicated", "contradicting"]


class Placed(NamedTuple):
    """An entry where it stands: at which place in the log, and under which hash it is kept."""

    place: int
    line: str
    hash: str


class Damage(NamedTuple):
    """The first place where a log does not hold, and what was done to it there."""

    place: int
    kind: DamageKind


def next_entry(last: LedgerEntry | None, draft: Draft, at: datetime) -> LedgerEntry:
    """Return the entry that follows ``last``, or the first one.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> first = next_entry(None, Draft("scan.started", "jo", subjects=["scan:1"]), at)
    >>> second = next_entry(first, Draft("scan.finished", "jo", subjects=["scan:1"]), at)
    >>> second.number, second.previous_hash == first.hash
    (2, True)
    """
    number = 1 if last is None else last.number + 1
    return read_entry(entry_line(draft, number, at, START if last is None else last.hash))


@dataclass(slots=True)
class LogWalk:
    """Goes through a log from its first entry on, and sees whether each one fits.

    Attributes
    ----------
    size, head, edge
        Entries so far, the hash of the last one, and the tree over them.
    states
        The hash after its last change, and the number of that entry, of each subject.
    clock_went_back
        The first entry that is older than the one before it; 0 if there is none.
    """

    size: int = 0
    head: str = START
    edge: Frontier = field(default_factory=Frontier)
    states: dict[str, tuple[str | None, int]] = field(
        default_factory=dict[str, tuple[str | None, int]]
    )
    clock_went_back: int = 0
    last: LedgerEntry | None = None
    is_contradicted: bool = False

    def add(self, placed: Placed) -> LedgerEntry | None:
        """Return the next entry; ``None`` if what stands there does not fit."""
        entry = _whole(placed)
        if entry is None or entry.number != self.size + 1 or placed.place != entry.number:
            return None
        if entry.previous_hash != self.head:
            return None
        if any(self.states.get(one.subject, (None, 0))[0] != one.before for one in entry.changes):
            self.is_contradicted = True
            return None
        for one in entry.changes:
            self.states[one.subject] = one.after, entry.number
        if self.last is not None and entry.at < self.last.at and not self.clock_went_back:
            self.clock_went_back = entry.number
        self.edge.add(leaf_hash(entry.line.encode()))
        self.size, self.head, self.last = entry.number, entry.hash, entry
        return entry


def first_damage(log: Iterable[Placed]) -> Damage | None:
    """Return the first place where a log does not hold, and of what kind that is.

    ``log`` stands in the order of places. An entry that is missing at the very end cannot be
    seen from the log alone. ``contradicting``: the chain holds, but an entry says of a subject
    that it was something else than the entries before it left.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> one = next_entry(None, Draft("scan.started", "jo"), at)
    >>> two = next_entry(one, Draft("scan.finished", "jo"), at)
    >>> first_damage([Placed(1, one.line, one.hash), Placed(2, two.line, two.hash)])
    >>> first_damage([Placed(2, two.line, two.hash)])
    Damage(place=1, kind='dropped')
    """
    placed = list(log)
    walk = LogWalk()
    for one in placed:
        if walk.add(one) is None:
            if walk.is_contradicted:
                return Damage(one.place, "contradicting")
            return name_damage(walk, placed)
    return None


def name_damage(walk: LogWalk, log: Iterable[Placed]) -> Damage:
    """Say what was done where a walk through a log stopped.

    Parameters
    ----------
    walk
        As it was when :meth:`LogWalk.add` returned ``None``.
    log
        All of it, from its beginning.
    """
    expected, placed = walk.size + 1, list(log)
    number_of_hash = {one.hash: number for one in placed if (number := _number(one))}
    standing = {one.place: one for one in placed}
    found = standing.get(expected)
    if found is None:
        return Damage(expected, "dropped")
    own = _own_number(found, number_of_hash)
    if own is None or (own == expected and _whole(found) is None):
        return Damage(expected, "altered")
    if own == expected:
        return _broken_link(walk, standing)
    if own < expected:
        # What follows the entry before the last one, comes after the last one: that is one more.
        was_inserted = own == expected - 1 and standing[own].hash != found.hash
        return Damage(own, "inserted") if was_inserted else Damage(expected, "duplicated")
    places = [one.place for one in placed if one.hash == found.hash]
    if len(places) > 1:
        return Damage(expected, "duplicated")
    is_elsewhere = any(
        _own_number(one, number_of_hash) == expected for one in placed if one.place > expected
    )
    return Damage(expected, "swapped" if is_elsewhere else "dropped")


def _broken_link(walk: LogWalk, standing: Mapping[int, Placed]) -> Damage:
    """Tell an entry that was made anew from one that still knows the old one before it."""
    place = walk.size + 1
    following = standing.get(place + 1)
    after = None if following is None else _whole(following)
    if after is not None and after.previous_hash == standing[place].hash and walk.size:
        return Damage(place - 1, "altered")
    return Damage(place, "altered")


def _whole(placed: Placed) -> LedgerEntry | None:
    """Return the entry, if it is one and has the hash under which it is kept."""
    try:
        entry = read_entry(placed.line)
    except (ValueError, RecursionError):
        return None
    return entry if entry.hash == placed.hash else None


def _number(placed: Placed) -> int | None:
    try:
        return read_entry(placed.line).number
    except (ValueError, RecursionError):
        return None


def _own_number(placed: Placed, number_of_hash: Mapping[str, int]) -> int | None:
    """Return the number that an entry has by its hash; ``None`` if no number gives that hash.

    Where entries of form 1 are kept, their number is their place: one that was moved is known
    by the entry before it.
    """
    entry = _whole(placed)
    if entry is not None:
        return entry.number
    try:
        said = read_entry(placed.line)
    except (ValueError, RecursionError):
        return None
    before = 0 if said.previous_hash == START else number_of_hash.get(said.previous_hash)
    if said.form != 1 or before is None:
        return None
    line = form_1_line(
        before + 1, said.at, said.by, said.action, json.loads(placed.line)["subjects"],
        said.content_sha256, said.previous_hash,
    )  # fmt: skip
    return before + 1 if entry_hash(line, 1) == placed.hash else None
