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
from doorlicht.detection.tables import Strength, TableStrength
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

MOST: Final = 0.92
"""Share of the meaningful rows from which on a column is filled from a table; the rest is noise."""

MUCH: Final = 0.75
"""Share from which on several entries are the list: its writer had some words of his own."""

MUCH_ENTRIES: Final = 3
"""Different entries that must be met for that."""

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

WEAK: Final = frozenset({"mixed"})
"""Entries that say nothing alone: *mixed* is also a farm, a method, a doubles match."""

MEMBERSHIP: Final = frozenset({"group_certain", "group_colour", "group_people", "religion_group"})
"""Words for one group: a column called so says whether somebody is of it."""

KIND_OF_GROUP: Final = frozenset({"race", "ethnic", "ethnic_short", "religion", "origin", "code"})

MAX_MEMBERSHIP: Final = 4
"""No, yes, unknown, refused."""

MIN_ANSWERS: Final = 2
"""Sides of a scale that must be met: *more* alone is a word, with *less* it is a question."""

_PLACES_OF_BIRTH: Final = frozenset({"place_of_birth", "parents_place_of_birth"})
_SETTINGS: Final = frozenset({"lookalike/birth-setting"})
_OPINIONS: Final = frozenset({"lookalike/opinion"})

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
        seen: list[tuple[bool, str, str, Coverage]] = []
        tables = scene.strengths.tables_for(candidate.concept, candidate.column)
        for strength in ("specific", "generic", "letters"):
            named = [
                table
                for table, row in tables.items()
                if strength_here(table, row, candidate.column) == strength
            ]
            found = coverage(candidate.column, named)
            step = _step(found) if found.rows else None
            if step is not None:
                seen.append((step == "few", strength, step, found))
        # A few words of a specific list say less than a generic list that holds them all.
        for _, strength, step, found in sorted(seen, key=lambda item: item[0])[:1]:
            yield Evidence(f"values_{strength}_{step}", _note(found))


def strength_here(table: str, row: TableStrength, column: ColumnProfile) -> Strength:
    """Return what a match with a table is worth at a column.

    *English* and *French* are words for a language as well: where the languages cover as much, they
    say no more of a nationality than of a language. Letters that stand together say more than one.
    """
    if row.together:
        found = coverage(column, [table])
        is_set = found.share >= MOST and row.are_together(found.rows_per_entry)
        return row.together_as if is_set else row.strength
    if table == NATIONALITIES and row.strength == "specific":
        share = coverage(column, [table]).share
        as_language = coverage(column, [LANGUAGES]).share
        return "generic" if as_language >= max(share, SOME) else row.strength
    return row.strength


NATIONALITIES: Final = "name/nationality"
LANGUAGES: Final = "name/language"


def _step(found: Coverage) -> str | None:
    if found.share < SOME:
        return "few" if found.entries > 1 and found.share >= 0.1 else None
    if found.entries == 1 and set(found.rows_per_entry) <= WEAK:
        return None
    if found.share < MOST:
        is_list = found.share >= MUCH and found.entries >= MUCH_ENTRIES
        return "most" if is_list else "some"
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
        elif is_measure(column) and not _is_model_code(candidate, scene):
            yield Evidence("shape_measure", Text("signal.shape_measure"))
        elif _is_grade_of_group(candidate, scene):
            yield Evidence("shape_grades", Text("signal.shape_grades"))
        elif _holds_opinions(column):
            yield Evidence("shape_opinions", Text("signal.shape_opinions"))
        elif candidate.concept in _PLACES_OF_BIRTH and _are_settings(column):
            yield Evidence("shape_settings", Text("signal.shape_settings"))
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


def _is_model_code(candidate: Candidate, scene: Scene) -> bool:
    """Whether whole numbers stand where a data model has a code list, which may be long."""
    reading = scene.readings[candidate.column.index]
    return reading.is_element and bool(reading.matches) and candidate.column.shape.fractional == 0.0


def _is_grade_of_group(candidate: Candidate, scene: Scene) -> bool:
    """Whether a column called by one group holds grades or counts, not membership."""
    meanings = scene.readings[candidate.column.index].meanings
    shape = candidate.column.shape
    return (
        bool(meanings & MEMBERSHIP)
        and not meanings & KIND_OF_GROUP
        and shape.digits + shape.fractional > MOST
        and shape.distinct > MAX_MEMBERSHIP
    )


def _holds_opinions(column: ColumnProfile) -> bool:
    """Whether the values are answers on a scale: what somebody thinks, not what somebody is."""
    found = coverage(column, _OPINIONS)
    return found.share >= MUCH and found.entries >= MIN_ANSWERS


def _are_settings(column: ColumnProfile) -> bool:
    """Whether a place of birth is a kind of place: in hospital or at home, and no town."""
    return coverage(column, _SETTINGS).share >= MUCH


def _is_covered(candidate: Candidate, scene: Scene) -> bool:
    tables = scene.strengths.tables_for(candidate.concept, candidate.column)
    return coverage(candidate.column, tables).share >= SOME


def _is_listed_once(candidate: Candidate, scene: Scene) -> bool:
    """Whether the column lists entries of a table once each, as a reference list does.

    A list may divide more finely than the table, and have several descriptions of one entry: then
    its values stand once each. Sexes or given names stand in no such list.
    """
    if scene.subject.persons > 1 or scene.subject.person_values:
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
