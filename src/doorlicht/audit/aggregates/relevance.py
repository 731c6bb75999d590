"""Which rows of a table enter the programme, and what the others say of them.

What a total leaves to its parts, and parts to their total, narrows what a cell can be; that goes
round the whole table, from cell to cell, until nothing gets narrower. After that a large part of
the table that is tied to the wanted rows through one row only (as a breakdown by age is tied to
the risk categories through "everybody") has said of that row what it has to say, and is left out.

Source: feasibility-based bound tightening, as in Belotti et al. (2010), "Feasibility-Based Bounds
Tightening via Fixed Points", section 1.

Limits: what is left out could in rare tables narrow a range a little further, by several cells
together. It can never widen one: the ranges hold either way. ``bounds.py`` takes the whole sheet
where that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from doorlicht.audit.aggregates.published import Array, PublishedTable, Rounding, Total

LARGE: Final = 25
"""A part with fewer rows than this is solved sooner than it is looked into."""

ROUNDS: Final = 50
"""How often narrowing goes round the table; a handful is mostly enough."""

SLACK: Final = 1e-7
"""How far, in people, numbers may be off because of rounding in the computer."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A total that cannot be right: by how many people, and in which column or row.

    ``other`` is the column where rows do not add up, and the row where columns do not.
    """

    total: Total
    other: str
    is_of_rows: bool
    people: float


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What each cell can be after all totals were taken into account; what failed, if anything."""

    low: Array
    high: Array
    failed: tuple[Failed, ...]


def narrow(
    table: PublishedTable,
    rounding: Rounding,
    row_totals: Sequence[Total],
    column_totals: Sequence[Total],
) -> Narrowed:
    """Return what each cell can be, given the totals it is part of.

    Examples
    --------
    >>> table = PublishedTable(("all", "a", "b"), ("n",), np.array([[20.0], [20.0], [10.0]]))
    >>> found = narrow(table, Rounding(10), [Total("all", ("a", "b"))], [])
    >>> found.low.ravel().tolist(), found.high.ravel().tolist()
    ([20.0, 15.0, 5.0], [25.0, 20.0, 10.0])
    """
    low, high = rounding.possible(table.values)
    rows = [_numbers(one, table.row) for one in row_totals]
    columns = [_numbers(one, table.column) for one in column_totals]
    failed: list[Failed] = []
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        for one, at in zip(row_totals, rows, strict=True):
            failed += _tighten(low, high, at, one, table.columns, is_of_rows=True)
        for one, at in zip(column_totals, columns, strict=True):
            failed += _tighten(low.T, high.T, at, one, table.rows, is_of_rows=False)
        if failed:
            break
        changed = max(np.abs(low - before[0]).max(initial=0), _change(high, before[1]))
        if changed < SLACK:
            break
    return Narrowed(low, high, tuple(failed))


def _change(now: Array, before: Array) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(before - now, nan=0, posinf=1).max(initial=0))


@dataclass(frozen=True, slots=True)
class _At:
    total: int
    parts: list[int]
    is_complete: bool


def _numbers(one: Total, find: Callable[[str], int]) -> _At:
    return _At(find(one.total), [find(part) for part in one.parts], one.is_complete)


def _tighten(
    low: Array, high: Array, at: _At, one: Total, others: Sequence[str], *, is_of_rows: bool
) -> list[Failed]:
    """Narrow a total and its parts in place; return where nothing fits."""
    least, most = low[at.parts].sum(axis=0), high[at.parts].sum(axis=0)
    gap = least - high[at.total]
    if at.is_complete:
        gap = np.maximum(gap, low[at.total] - most)
    if (gap > SLACK).any():
        return [
            Failed(one, others[place], is_of_rows, float(gap[place]))
            for place in map(int, np.flatnonzero(gap > SLACK))
        ]
    low[at.total] = np.maximum(low[at.total], least)
    if at.is_complete:
        high[at.total] = np.minimum(high[at.total], most)
    with np.errstate(invalid="ignore"):
        for part in at.parts:
            high[part] = np.minimum(high[part], high[at.total] - (least - low[part]))
            if at.is_complete:
                rest = np.where(np.isinf(high[part]), np.inf, most - high[part])
                low[part] = np.maximum(low[part], np.nan_to_num(low[at.total] - rest, nan=0))
            least, most = low[at.parts].sum(axis=0), high[at.parts].sum(axis=0)
    # Rounding in the computer must not make an empty range of a single number.
    np.minimum(low, high, out=low)
    return []


def relevant_rows(
    table: PublishedTable, row_totals: Sequence[Total], wanted: Iterable[str]
) -> tuple[str, ...]:
    """Return the rows that enter the programme, in the order of the sheet."""
    ties = _ties(row_totals)
    targets = set(wanted)
    kept = _reached(ties, targets, without=None)
    for name in sorted(targets & set(ties), key=lambda name: -len(ties[name])):
        beside = _reached(ties, targets, without=name) | {name}
        if len(kept - beside) >= LARGE:
            kept &= beside
    return tuple(name for name in table.rows if name in kept)


def _ties(totals: Sequence[Total]) -> Mapping[str, list[tuple[str, ...]]]:
    ties: dict[str, list[tuple[str, ...]]] = {}
    for one in totals:
        members = (one.total, *one.parts)
        for name in members:
            ties.setdefault(name, []).append(members)
    return ties


def _reached(
    ties: Mapping[str, list[tuple[str, ...]]], start: set[str], without: str | None
) -> set[str]:
    """Return the rows that hang together with the start, but not through one row."""
    seen = {name for name in start if name != without}
    ahead = list(seen)
    while ahead:
        for members in ties.get(ahead.pop(), ()):
            for name in members:
                if name not in seen and name != without:
                    seen.add(name)
                    ahead.append(name)
    return seen
