"""How much of a column the entries of value tables cover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from doorlicht.records import ColumnProfile, ValueHits

NEUTRAL: Final = ("neutral/missing", "neutral/boolean")
"""Tables of words that say nothing: other, unknown, no."""


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

    One column is filled from one list: so tables are not added up, the best one counts.
    """
    found = column.hits if hits is None else hits
    by_table = {hit.table: hit for hit in found}
    neutral_rows = max((by_table[name].rows for name in NEUTRAL if name in by_table), default=0)
    best = Coverage(neutral_rows=neutral_rows)
    for name in tables:
        hit = by_table.get(name)
        if hit is None:
            continue
        rows = hit.rows
        neutral = min(neutral_rows, max(0, column.filled_rows - rows))
        meaning = column.filled_rows - neutral
        share = min(1.0, rows / meaning) if meaning > 0 else 0.0
        entries = len(hit.rows_per_entry)
        if (share, entries) > (best.share, best.entries):
            best = Coverage(rows, share, entries, neutral, hit.rows_per_entry)
    return best
