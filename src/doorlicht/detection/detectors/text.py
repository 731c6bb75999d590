"""Free text that mentions origin: notes, remarks, reports of a conversation.

A mention is not a registration: *the Turkish bakery* says nothing of the client. So the finding
says that it comes from free text, and is sure only where many cells mention a concept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.coverage import coverage
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

MANY: Final = 0.05
"""Share of the cells from which on mentions are a habit of writing."""

SOME: Final = 0.002
"""Below this, and under ten cells, a mention is chance."""

MIN_CELLS: Final = 10

WHOLE: Final = 0.5
"""Share of the cells that are entries as a whole from which on they are no running text."""

OFTEN: Final = 0.3
"""Share of the cells from which on a country in a text is part of its form."""

ORIGIN: Final = "country_of_origin"
"""Concept that the mention of a country stands for."""

OF_PERSONS: Final = frozenset(
    {
        "country_of_birth", "residence_status", "immigration_history", "interpreter",
        "language_requirement", "nationality", "religion",
    }
)  # fmt: skip
"""What is said of somebody and seldom of a book or a firm, where several of it are said."""

SEVERAL: Final = 3


class TextMentions:
    """Cells of free text that mention terms of the concept."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield whether mentions are many, some or few.

        A long description that is itself an entry of a value table says what it says as a value.
        """
        column = candidate.column
        if not column.is_free_text or column.filled_rows == 0:
            return
        tables = scene.strengths.tables_for(candidate.concept, column)
        if coverage(column, tables).share >= WHOLE:
            return
        rows = sum(hit.rows for hit in column.text_hits if hit.concept == candidate.concept)
        share = rows / column.filled_rows
        if rows == 0:
            return
        size = "many" if share >= MANY else "some" if share >= SOME or rows >= MIN_CELLS else "few"
        is_of_persons = (
            scene.subject.persons + scene.subject.person_values > 0 or _speaks_of_persons(column)
        )
        if size == "many" and (not is_of_persons or column.index in scene.subject.thing_columns):
            # Titles of books, pictures and courses name countries all the time.
            size = "some"
        if size == "many" and share >= OFTEN and candidate.concept == ORIGIN:
            # A country in so many cells ends an address or the name of an institute.
            size = "some"
        yield Evidence(f"text_{size}", Text(f"signal.text_{size}"))


def _speaks_of_persons(column: ColumnProfile) -> bool:
    """Whether texts say so many things of persons that they are notes on them."""
    said = {
        hit.concept
        for hit in column.text_hits
        if hit.concept in OF_PERSONS and hit.rows >= max(MIN_CELLS, SOME * column.filled_rows)
    }
    return len(said) >= SEVERAL
