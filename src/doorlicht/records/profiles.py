"""What a source tells of a table: counts per vocabulary entry, and the shape of each column.

A profile stays in memory. What may be kept of it is decided in ``register``: names, types and
counts over the small-number limit. It holds no value of a person: matched values are ids of
vocabulary entries, and a shape holds lengths, shares and ranges only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ColumnKind = Literal["text", "integer", "decimal", "boolean", "date", "nested", "binary", "empty"]


@dataclass(frozen=True, slots=True)
class ValueHits:
    """How a column's whole values match one value table of the vocabulary.

    Attributes
    ----------
    table
        Id of the value table, for instance ``brp/34`` or ``name/country``.
    rows_per_entry
        Rows whose whole value is a spelling of the entry; exact unless the profile is sampled.
    """

    table: str
    rows_per_entry: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Rows that hold any entry of the table."""
        return sum(self.rows_per_entry.values())


@dataclass(frozen=True, slots=True)
class TextHits:
    """How often free text of a column mentions terms of one concept.

    ``rows`` counts cells with at least one mention, ``mentions`` all mentions.
    """

    concept: str
    rows: int
    mentions: int
    rows_per_term: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Shape:
    """Form of the filled values of a column, from a sample of the rows; shares are 0..1.

    Attributes
    ----------
    sampled_rows
        Filled rows that the shape is taken from.
    distinct
        Different values among them.
    top_share
        Share of the most frequent value.
    min_length, mean_length, max_length
        Characters of the value as text.
    digits, letters, upper, dates, spaced, fractional
        Share of values that are only digits; only letters (spaces and hyphens allowed); have
        letters and no lower case; look like a date or time; hold three words or more; are
        numbers with a fractional part.
    names
        Share of some of the different values that are full names of persons. 0 where no values
        were looked at for it, as in databases.
    low, high
        Range of the values as numbers; ``None`` where fewer than half of them are numbers.
        In memory only: a range can be a person's value.
    """

    sampled_rows: int = 0
    distinct: int = 0
    top_share: float = 0.0
    min_length: int = 0
    mean_length: float = 0.0
    max_length: int = 0
    digits: float = 0.0
    letters: float = 0.0
    upper: float = 0.0
    dates: float = 0.0
    spaced: float = 0.0
    fractional: float = 0.0
    names: float = 0.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: its name and what is written about it, and what its values match.

    Attributes
    ----------
    name
        As the source has it; ``column1`` ... where the source has no header, for the first row
        of such a file is a person's data.
    label
        Variable label, comment or description that the source keeps beside the column.
    value_labels
        Code to meaning, where the source keeps a data dictionary (SPSS, Stata, SAS, factors,
        enums).
    label_hits
        Value labels that are in the vocabulary: value table to the number of labels matched.
    filled_rows
        Rows that are neither null nor empty text.
    hits
        One entry per value table that any row matches.
    loose_hits
        The same for values in other dress (``1. White``), in rows of the sample only.
    text_hits
        Filled only where ``is_free_text``.
    """

    name: str
    index: int
    kind: ColumnKind
    filled_rows: int
    shape: Shape = field(default_factory=Shape)
    hits: tuple[ValueHits, ...] = ()
    loose_hits: tuple[ValueHits, ...] = ()
    text_hits: tuple[TextHits, ...] = ()
    is_free_text: bool = False
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    label_hits: tuple[ValueHits, ...] = ()


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table, counted where it lies.

    Attributes
    ----------
    table
        Path of the asset relative to its source, with ``#sheet`` for a table inside.
    rows
        Rows of the table.
    looked_at_rows
        Rows that were counted: equal to ``rows`` unless a sample was asked for.
    bytes
        Size of what was read, where it lies (compressed, for a compressed file).
    header
        Whether the column names come from the source.
    comment
        What the source says of the table.
    unreadable_rows
        Rows that do not fit the form of the table and were not counted.
    columns_left_out
        Columns beyond those that are counted of one table.
    """

    source: str
    table: str
    rows: int
    looked_at_rows: int
    columns: tuple[ColumnProfile, ...]
    bytes: int = 0
    header: bool = True
    comment: str = ""
    unreadable_rows: int = 0
    columns_left_out: int = 0

    @property
    def is_sampled(self) -> bool:
        """Whether fewer rows were counted than the table has."""
        return self.looked_at_rows < self.rows
