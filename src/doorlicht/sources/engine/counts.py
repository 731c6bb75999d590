"""What was counted of the columns of a table, while it is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from doorlicht.records import TextHits
from doorlicht.sources.engine.session import BLANK


@dataclass(slots=True)
class Counts:
    """What has been counted so far, by position of the column."""

    rows: int = 0
    left_out: int = 0
    columns_left_out: int = 0
    filled: Counter[int] = field(default_factory=Counter[int])
    blank: Counter[int] = field(default_factory=Counter[int])
    spellings: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    text: dict[int, list[tuple[TextHits, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, position: int, slot: int, rows: int, spellings: Sequence[int]) -> None:
        """Add rows that hold one entry of the dictionary."""
        if slot == BLANK:
            self.blank[position] += rows
        for spelling in spellings:
            self.spellings[position][spelling] += rows
