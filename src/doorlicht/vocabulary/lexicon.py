"""The vocabulary as engines use it: exact spellings to count, and terms to find in free text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from doorlicht.records import TextHits, ValueHits


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Spellings that may be the whole value of a cell, each with the entries it stands for.

    Folding is done here, once, and not in the engine for every row: case and accent variants of
    a term are spellings of their own.

    Attributes
    ----------
    edition
        Of the vocabulary it was made from.
    spellings
        Distinct, without surrounding space. The position is the id that an engine counts by.
    entries
        For each spelling the ``(value table, entry)`` pairs it stands for, at least one.
    integers
        ``(number, id of a spelling)``: codes as a numeric column has them, without leading zeros.
        A number may stand for several spellings.
    """

    edition: str
    spellings: tuple[str, ...]
    entries: tuple[tuple[tuple[str, str], ...], ...]
    integers: tuple[tuple[int, int], ...]

    def hits(self, rows_per_spelling: Mapping[int, int]) -> tuple[ValueHits, ...]:
        """Return counted spellings as hits per value table, ordered by the table's id."""
        rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for spelling, count in rows_per_spelling.items():
            for table, entry in self.entries[spelling]:
                rows[table][entry] += count
        return tuple(ValueHits(table, dict(rows[table])) for table in sorted(rows))


class TermFinder:
    """Finds terms of the vocabulary in free text."""

    def count(self, cells: list[str]) -> tuple[TextHits, ...]:
        """Return mentions per concept in a batch of cells."""
        raise NotImplementedError
