"""How much of a column the entries of value tables cover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from doorlicht.records import ColumnProfile, ValueHits

NEUTRAL: Final = ("neutral/missing", "neutral/boolean")
"""Tables of words that say nothing: other, unknown, no."""

CODES: Final = frozenset({"iso/3166-alpha2", "iso/639-1"})
OTHER_CODES: Final = (*NEUTRAL, "lookalike/us-state")
"""Tables of two letters, and what else they may be: SI and NO are yes and no in Spanish, NA is
*not available*, MA and AZ are states. Where the others hold as much, no country is meant."""

ENOUGH: Final = 0.92
"""Covered exactly to this share, values in other dress add nothing."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Part of a column that is in some value tables.

    Attributes
    ----------
    rows
        Rows with an entry.
    share
        ``rows`` by the filled rows that do not hold a neutral word; 0 where there are none.
    entries
        Different entries met.
    neutral_rows
        Rows that hold a neutral word and no entry.
    """

    rows: int = 0
    share: float = 0.0
    entries: int = 0
    neutral_rows: int = 0
    rows_per_entry: Mapping[str, int] = field(default_factory=dict[str, int])


def coverage(
    column: ColumnProfile, tables: Collection[str], hits: tuple[ValueHits, ...] | None = None
) -> Coverage:
    """Return how much of the column the best of some tables covers, alone.

    One column is filled from one list: so tables are not added up, the best one counts. Values in
    other dress count too where they cover more; they were seen in a sample, so their rows are
    those of the sample.
    """
    if hits is not None:
        return _best(hits, tables, column.filled_rows, 0)
    exact = _best(column.hits, tables, column.filled_rows, None)
    sampled = column.shape.sampled_rows
    if not column.loose_hits or not column.filled_rows or exact.share >= ENOUGH:
        return exact
    neutral = round(exact.neutral_rows * sampled / column.filled_rows)
    loose = _best(column.loose_hits, tables, sampled, neutral)
    return loose if loose.share > exact.share else exact


def _best(
    found: tuple[ValueHits, ...], tables: Collection[str], filled_rows: int, neutral: int | None
) -> Coverage:
    by_table = {hit.table: hit for hit in found}
    neutral_rows = neutral
    if neutral_rows is None:
        neutral_rows = max((by_table[name].rows for name in NEUTRAL if name in by_table), default=0)
    best = Coverage(neutral_rows=neutral_rows)
    for name in tables:
        hit = by_table.get(name)
        if hit is None:
            continue
        rows = hit.rows
        if name in CODES and any(_is_as_much(by_table, other, rows) for other in OTHER_CODES):
            continue
        others = min(neutral_rows, max(0, filled_rows - rows))
        meaning = filled_rows - others
        share = min(1.0, rows / meaning) if meaning > 0 else 0.0
        entries = len(hit.rows_per_entry)
        if (share, entries) > (best.share, best.entries):
            best = Coverage(rows, share, entries, others, hit.rows_per_entry)
    return best


def _is_as_much(by_table: Mapping[str, ValueHits], table: str, rows: int) -> bool:
    return table in by_table and by_table[table].rows >= rows
