"""What is otherwise when something is repeated, and what can have made it so."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast

from doorlicht.errors import InputError
from doorlicht.register import open_register

Cause = Literal[
    "data", "code", "code_elsewhere", "settings", "scan", "left_out", "unread", "version", "chance"
]  # fmt: skip
"""``settings``: what was said of the data is another. ``scan``: scans know other tables.
``left_out``: not all of it was given to be repeated. ``unread``: it, or its list, could be read
then and not now."""

Change = Literal["missing", "new", "changed"]
Row = Mapping[str, Any]
Rows = Mapping[tuple[str, ...], Row]

SAME: Final = 1e-9
"""Numbers that differ by less, as part of the larger one, are the same on another processor."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than it was recorded.

    Attributes
    ----------
    where
        Of a scan: source and path. Of a trace: the file. Of an audit: the column of the groups.
    part
        Of what kind it is, for instance ``columns``, ``flows``, ``measures``.
    name
        Which one, in words of its own; empty where there is one only.
    fields
        What of it is otherwise.
    causes
        What can have made the difference; ``chance`` alone where nothing else can.
    """

    where: str
    part: str
    name: str
    change: Change
    fields: tuple[str, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of repeating a scan, a trace or an audit.

    Attributes
    ----------
    what
        As the log names it: ``scan:3``.
    compared
        How many assets, models and flows, or numbers were compared.
    versions
        What was used then and now, where that differs.
    skipped
        Sources and folders of it that were not repeated.
    inputs
        Code and files that went in and are others now, whether or not that made a difference.
    rounded
        Numbers that differ in their last digits only, as another processor computes them.
    """

    what: str
    compared: int
    differences: tuple[Difference, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    skipped: tuple[str, ...] = ()
    inputs: Mapping[str, Change] = field(default_factory=dict[str, Change])
    rounded: int = 0


@dataclass(slots=True)
class Comparing:
    """Compares rows that are found again by a key, and counts what is merely rounded."""

    rounded: int = 0

    def rows(
        self, where: str, part: str, before: Rows, after: Rows, causes: Sequence[Cause]
    ) -> Iterator[Difference]:
        """Yield what is otherwise of rows of one kind."""
        told = tuple(causes)
        for key in sorted({*before, *after}):
            name = " ".join(key)
            if key not in after:
                yield Difference(where, part, name, "missing", (), told)
            elif key not in before:
                yield Difference(where, part, name, "new", (), told)
            else:
                old, new = before[key], after[key]
                fields = sorted(
                    name for name in {*old, *new} if not self._same(old.get(name), new.get(name))
                )
                if fields:
                    yield Difference(where, part, name, "changed", tuple(fields), told)

    def _same(self, old: object, new: object) -> bool:
        if old == new:
            return True
        if isinstance(old, float | int) and isinstance(new, float | int):
            is_rounded = math.isclose(old, new, rel_tol=SAME)
            self.rounded += is_rounded
            return is_rounded
        if isinstance(old, list) and isinstance(new, list):
            pair = cast("list[object]", old), cast("list[object]", new)
            return len(pair[0]) == len(pair[1]) and all(map(self._same, *pair))
        if isinstance(old, dict) and isinstance(new, dict):
            left, right = cast("dict[str, object]", old), cast("dict[str, object]", new)
            return left.keys() == right.keys() and all(
                self._same(left[name], right[name]) for name in left
            )
        return False


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, Change]:
    """Return what is otherwise between two mappings, by name.

    Examples
    --------
    >>> changes({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "d": 4})
    {'b': 'changed', 'c': 'missing', 'd': 'new'}
    """
    found: dict[str, Change] = {}
    for name in sorted({*before, *after}):
        if name not in after:
            found[name] = "missing"
        elif name not in before:
            found[name] = "new"
        elif before[name] != after[name]:
            found[name] = "changed"
    return found


def versions_of(
    then: Mapping[str, object], now: Mapping[str, object]
) -> dict[str, tuple[str, str]]:
    """Return what was used then and now, where that differs; what was not recorded is ``-``.

    Examples
    --------
    >>> versions_of({"doorlicht": "0.1"}, {"doorlicht": "0.2"})
    {'doorlicht': ('0.1', '0.2')}
    """
    return {
        name: (str(then.get(name) or "-"), str(now[name] or "-"))
        for name in now
        if (then.get(name) or "-") != (now[name] or "-")
    }


def records_of(register: Path, *kinds: str) -> dict[str, Mapping[str, Any]]:
    """Return what the register of a repetition holds of kinds of subjects, as it is sealed."""
    with open_register(register, clock=lambda: datetime.now(UTC)) as opened:
        return {
            one.subject: json.loads(one.record)
            for kind in kinds
            for one in opened.log.records(kind)
        }


def need_vocabulary(recorded: Sequence[str], given: Sequence[Path]) -> None:
    """See to it that the user's own vocabulary is there, by the names of its files.

    Whether it says the same is seen by its edition, which holds a hash of it.

    Raises
    ------
    InputError
        If it is another.
    """
    if sorted(recorded) != sorted(path.name for path in given):
        raise InputError("rerun.vocabulary", files=", ".join(recorded) or "-")
