"""How much a match with each value table says, and for which concepts (``value_tables.yaml``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from doorlicht.records import ColumnProfile
from doorlicht.shipped import read_yaml

Strength = Literal["specific", "generic", "letters"]


@dataclass(frozen=True, slots=True)
class TableStrength:
    """What one value table is worth as evidence."""

    strength: Strength
    default: str
    concepts: frozenset[str]
    min_length: float = 0.0
    together: tuple[frozenset[str], ...] = ()
    together_from: int = 0
    together_as: Strength = "specific"

    def are_together(self, entries: Collection[str]) -> bool:
        """Whether all entries of a row of ``together`` are met, and enough others."""
        if len(entries) < self.together_from:
            return False
        return any(row <= set(entries) for row in self.together)

    def fits(self, column: ColumnProfile) -> bool:
        """Whether the values are long enough to be codes of the table."""
        return column.shape.mean_length >= self.min_length


@dataclass(frozen=True, slots=True)
class TableStrengths:
    """All value tables that are evidence, by id."""

    by_table: Mapping[str, TableStrength]

    def tables_for(self, concept: str, column: ColumnProfile) -> Mapping[str, TableStrength]:
        """Return the tables whose entries support a concept at a column."""
        return {
            table: strength
            for table, strength in self.by_table.items()
            if concept in strength.concepts and strength.fits(column)
        }


@cache
def _shipped() -> Mapping[str, TableStrength]:
    tree = cast("dict[str, Any]", read_yaml("doorlicht.detection", "value_tables.yaml"))
    return {
        table: TableStrength(
            row["strength"],
            row["default"],
            frozenset(row["concepts"]),
            float(row.get("min_length", 0)),
            tuple(frozenset(entries) for entries in row.get("together", ())),
            int(row.get("together_from", 0)),
            row.get("together_as", "specific"),
        )
        for table, row in tree["tables"].items()
    }


def load_table_strengths(own_tables: Mapping[str, tuple[str, ...]]) -> TableStrengths:
    """Return the shipped strengths, with tables of a user's own vocabulary as specific.

    Parameters
    ----------
    own_tables
        Id of each table of the vocabulary to the concepts that it names; only those that
        doorlicht does not ship with are taken from it.
    """
    shipped = _shipped()
    own = {
        table: TableStrength("specific", concepts[0], frozenset(concepts))
        for table, concepts in own_tables.items()
        if table not in shipped and concepts and not table.startswith(("neutral/", "lookalike/"))
    }
    return TableStrengths({**shipped, **own})
