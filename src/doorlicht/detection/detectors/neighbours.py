"""The neighbours: columns of the same table that hold the same or a kindred concept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Final

from doorlicht.detection.coverage import coverage
from doorlicht.detection.detectors.names import is_flag, is_measure
from doorlicht.detection.detectors.values import MUCH, strength_here
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

_FAMILIES: Final = (
    frozenset({"ethnicity_race", "skin_colour"}),
    frozenset({"religion"}),
    frozenset({"language", "interpreter", "language_requirement"}),
    frozenset(
        {
            "nationality",
            "second_nationality",
            "nationality_change",
            "country_of_birth",
            "place_of_birth",
            "country_of_origin",
            "migration_background",
            "immigration_history",
            "residence_status",
            "parents_nationality",
            "parents_country_of_birth",
            "parents_place_of_birth",
            "travel_document_country",
        }
    ),
)


MIN_LISTS: Final = 2
"""Other columns filled from the same list from which on they belong together."""

MIN_GROUPS: Final = 4
"""Different groups that two columns must name to tell each of the other that it is of people."""

_GROUPS: Final = frozenset({"ethnicity_race", "religion", "residence_status"})
LIST_SHARE: Final = 0.9
MIN_COUNTRIES: Final = 3
_SAY_NOTHING: Final = frozenset({"code", "number", "one", "two", "person", "parents"})
"""Meanings in a name that leave open what the countries are of."""

_OF_SOMETHING_ELSE: Final = frozenset({"thing", "attitude", "share"})
_LANGUAGES: Final = frozenset({"name/language", "iso/639-1", "iso/639-3"})
_COUNTRIES: Final = frozenset({"name/country", "iso/3166-alpha2", "iso/3166-alpha3", "brp/34"})


class Kindred:
    """Columns beside this one that hold the same or a kindred concept."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield one signal of each kind, however many neighbours there are."""
        if _is_one_of_many_lists(candidate, scene) or _is_one_of_two_groups(candidate, scene):
            yield Evidence("neighbour_same_list", Text("signal.neighbour_same_list"))
        elif _is_list_beside_persons(candidate, scene) or _is_group_beside_origin(candidate, scene):
            yield Evidence("neighbour_persons", Text("signal.neighbour_persons"))
        if has_kindred(candidate, scene):
            yield Evidence("neighbour_kindred", Text("signal.neighbour_kindred"))


def has_kindred(candidate: Candidate, scene: Scene) -> bool:
    """Whether the name of another column is sure of a concept of the family, in the same form."""
    family = next(f for f in (*_FAMILIES, frozenset({candidate.concept})) if candidate.concept in f)
    flags = is_flag(candidate.column)
    own = scene.readings[candidate.column.index]
    if (own.is_element and not own.matches) or "attitude" in own.modifiers:
        return False
    if candidate.column.is_free_text and not candidate.is_by_name:
        return False
    return any(
        match.concept in family and match.level in {"certain", "strong"}
        for column in scene.named
        if column.index != candidate.column.index
        and not is_measure(column)
        and is_flag(column) == flags
        and not scene.readings[column.index].modifiers & _OF_SOMETHING_ELSE
        for match in scene.readings[column.index].matches
    )


def _is_one_of_many_lists(candidate: Candidate, scene: Scene) -> bool:
    """Whether this column and two others are filled with countries, and the rows are persons.

    Somebody has a country of birth, and a mother and a father who have one; a country of
    residence stands alone.
    """
    subject = scene.subject
    if subject.persons + subject.person_values == 0 or subject.is_row_per_country:
        return False
    if not _is_left_open(candidate, scene) or not _holds(candidate.column, _COUNTRIES):
        return False
    lists = (
        column
        for column in scene.table.columns
        if scene.once("countries", column, partial(_holds, column, _COUNTRIES))
    )
    return sum(1 for _ in islice(lists, MIN_LISTS + 1)) > MIN_LISTS


def _is_one_of_two_groups(candidate: Candidate, scene: Scene) -> bool:
    """Whether this column and another are filled with words for groups of people.

    Of a mother and a father, as somebody says and as another saw: one such word has many meanings,
    two columns of several have not.
    """
    if candidate.concept not in _GROUPS or not _is_left_open(candidate, scene):
        return False
    concept = candidate.concept
    return _holds_groups(candidate.column, concept, scene) and any(
        scene.once(concept, column, partial(_holds_groups, column, concept, scene))
        for column in scene.table.columns
        if column.index != candidate.column.index
    )


def _holds_groups(column: ColumnProfile, concept: str, scene: Scene) -> bool:
    tables = [
        table
        for table, row in scene.strengths.tables_for(concept, column).items()
        if row.strength == "specific"
    ]
    found = coverage(column, tables)
    return found.share >= MUCH and found.entries >= MIN_GROUPS


def _is_list_beside_persons(candidate: Candidate, scene: Scene) -> bool:
    """Whether countries or languages stand beside values that only persons have.

    Such a list by itself may be of goods or texts.
    """
    subject = scene.subject
    if subject.is_row_per_country or subject.things:
        return False
    tables = _LANGUAGES if candidate.concept == "language" else _COUNTRIES
    if not (_is_left_open(candidate, scene) and _holds(candidate.column, tables)):
        return False
    return subject.person_values > 0 or is_beside_origin(candidate, scene)


def _is_group_beside_origin(candidate: Candidate, scene: Scene) -> bool:
    """Whether words for groups stand beside another list that only persons have."""
    return (
        candidate.concept in _GROUPS
        and not scene.subject.things
        and _is_left_open(candidate, scene)
        and _holds_groups(candidate.column, candidate.concept, scene)
        and is_beside_origin(candidate, scene)
    )


def is_beside_origin(candidate: Candidate, scene: Scene) -> bool:
    """Whether the values of another column name an origin: religions, peoples, permits."""
    return any(
        scene.once("origin", column, partial(_tells_origin, column, scene))
        for column in scene.table.columns
        if column.index != candidate.column.index
    )


def _tells_origin(column: ColumnProfile, scene: Scene) -> bool:
    """Whether values name an origin and nothing else: religions, nationalities, peoples."""
    named = [
        table
        for table, row in scene.strengths.by_table.items()
        if table not in _COUNTRIES
        and row.fits(column)
        and strength_here(table, row, column) == "specific"
    ]
    found = coverage(column, named)
    return found.share >= LIST_SHARE and found.entries >= MIN_COUNTRIES


def _is_left_open(candidate: Candidate, scene: Scene) -> bool:
    reading = scene.readings[candidate.column.index]
    return not reading.matches and not reading.is_element and reading.meanings <= _SAY_NOTHING


def _holds(column: ColumnProfile, tables: frozenset[str]) -> bool:
    found = coverage(column, tables)
    return found.share >= LIST_SHARE and found.entries >= MIN_COUNTRIES
