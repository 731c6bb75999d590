"""The values, by how much of the column the entries of value tables cover.

Coverage is a share of the rows that say something: *other*, *unknown* and *no* are left out of the
fraction. A column of one country, or one where half of the words are unknown, says little.

Not seen here: recoded values (A/B/C, 1/2/3), which hold no word any more; only a name, a label or
the lineage from a column that does can tell them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.coverage import Coverage, coverage
from doorlicht.detection.detectors.names import is_flag, is_measure
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

MOST: Final = 0.92
"""Share of the meaningful rows from which on a column is filled from a table; the rest is noise."""

SOME: Final = 0.5
"""Below this, more than half of the rows are something else."""

MAX_CODES: Final = 40
"""Different values up to which short codes are taken for categories."""

MAX_CLASSES: Final = 20
"""The same for numbers, of which more are more often amounts than classes."""

MIN_LISTED: Final = 8
"""Entries that stand once each before a column is taken for a reference list."""

LISTED_SHARE: Final = 0.75
"""Entries by rows: in a list that is made of entries a few stand twice."""

UNBOUNDED: Final = frozenset(
    {"place_of_birth", "parents_place_of_birth", "name", "neighbourhood", "travel_document_country"}
)
"""Concepts whose values no table can list: unknown words say nothing against them."""


class VocabularyValues:
    """Values that are entries of a value table."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield the best coverage of each strength of tables.

        Of a reference list they say what it lists, and not that a person has it.
        """
        if _is_listed_once(candidate, scene):
            return
        tables = scene.strengths.tables_for(candidate.concept, candidate.column)
        for strength in ("specific", "generic", "letters"):
            named = [table for table, row in tables.items() if row.strength == strength]
            found = coverage(candidate.column, named)
            if found.rows == 0:
                continue
            step = _step(found)
            if step is None:
                continue
            yield Evidence(f"values_{strength}_{step}", _note(found))
            return


def _step(found: Coverage) -> str | None:
    if found.share < SOME:
        return "few" if found.entries > 1 and found.share >= 0.1 else None
    if found.share < MOST:
        return "some"
    if found.entries == 1:
        return "one" if found.neutral_rows == 0 else "one_or_other"
    return "all"


def _note(found: Coverage) -> Text:
    return Text("signal.values", {"entries": found.entries, "share": round(found.share, 2)})


class ValueShape:
    """The form of the values: what speaks for a category of people, and what against."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield the one form that fits best."""
        column = candidate.column
        if column.filled_rows == 0:
            yield Evidence("shape_empty", Text("signal.shape_empty"))
        elif _is_listed_once(candidate, scene):
            yield Evidence("shape_listed_once", Text("signal.shape_listed_once"))
        elif column.is_free_text:
            if not candidate.is_by_name:
                return
            yield Evidence("shape_free_text", Text("signal.shape_free_text"))
        elif column.shape.dates > SOME or column.kind == "date":
            if candidate.concept not in {
                "immigration_history",
                "residence_status",
                "nationality_change",
            }:
                yield Evidence("shape_dates", Text("signal.shape_dates"))
        elif is_measure(column):
            yield Evidence("shape_measure", Text("signal.shape_measure"))
        elif is_flag(column):
            yield Evidence("shape_flag", Text("signal.shape_flag"))
        elif column.shape.digits > MOST and column.shape.distinct > MAX_CLASSES:
            if not _is_covered(candidate, scene):
                yield Evidence("shape_numbers", Text("signal.shape_numbers"))
        elif _is_coded(column):
            yield Evidence("shape_codes", Text("signal.shape_codes"))
        elif self._is_contradicted(candidate, scene):
            yield Evidence("shape_other_words", Text("signal.shape_other_words"))

    def _is_contradicted(self, candidate: Candidate, scene: Scene) -> bool:
        reading = scene.readings[candidate.column.index]
        is_certain = any(
            match.concept == candidate.concept and match.level == "certain"
            for match in reading.matches
        )
        # A name that means nothing else is believed before a vocabulary that may be incomplete.
        if is_certain or candidate.concept in UNBOUNDED:
            return False
        tables = scene.strengths.tables_for(candidate.concept, candidate.column)
        return coverage(candidate.column, tables).share < 0.2


def _is_covered(candidate: Candidate, scene: Scene) -> bool:
    tables = scene.strengths.tables_for(candidate.concept, candidate.column)
    return coverage(candidate.column, tables).share >= SOME


def _is_listed_once(candidate: Candidate, scene: Scene) -> bool:
    """Whether the column lists entries of a table once each, as a reference list does.

    A list may divide more finely than the table, and have several descriptions of one entry: then
    its values stand once each.
    """
    if scene.subject.persons > 0:
        return False
    tables = scene.strengths.tables_for(candidate.concept, candidate.column)
    found = coverage(candidate.column, tables)
    shape = candidate.column.shape
    each_once = found.entries >= LISTED_SHARE * found.rows
    all_differ = shape.distinct >= LISTED_SHARE * shape.sampled_rows
    return found.share >= SOME and (
        (each_once and found.entries >= MIN_LISTED) or (all_differ and shape.distinct >= MIN_LISTED)
    )


def _is_coded(column: ColumnProfile) -> bool:
    shape = column.shape
    return 0 < shape.distinct <= MAX_CODES and shape.max_length <= 4
