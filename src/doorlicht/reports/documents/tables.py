"""Tables of documents with their caption and head, cut where they are long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from doorlicht.reports.documents.content import Block, Line, Note, Paragraph, Section, Table, line
from doorlicht.reports.documents.telling import Telling

MAX_ROWS: Final = 500
"""Rows of a table in a document; the open data set has every one."""


def table_of(
    telling: Telling,
    name: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Line, ...]],
    numeric: frozenset[int] = frozenset(),
) -> list[Block | Section]:
    """Return a table, with a note where it is cut; of no rows a sentence says so."""
    if not rows:
        return [Paragraph(line(telling.word(f"none.{name}")))]
    head = tuple(telling.word(f"column.{one}") for one in columns)
    caption = telling.word(f"table.{name}")
    made: list[Block | Section] = [Table(caption, head, tuple(rows[:MAX_ROWS]), numeric)]
    if len(rows) > MAX_ROWS:
        left = telling.word("more_rows", n=len(rows) - MAX_ROWS)
        made.append(Note(telling.word("label.note"), line(left)))
    return made
