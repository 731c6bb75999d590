"""Whether the rows are about natural persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.coverage import coverage
from doorlicht.detection.detectors.names import is_flag
from doorlicht.detection.detectors.neighbours import has_kindred, is_beside_origin
from doorlicht.detection.detectors.values import MOST, NATIONALITIES, SOME
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

MANY: Final = 3
"""Columns from which on it is no accident what they speak of."""

MIN_ANIMALS: Final = 2
"""Columns on animals from which on rows are animals, and not people who have one."""

DESCRIPTIONS: Final = "brp/32-words"

MANY_NATIONS: Final = 4
"""Different nationalities from which on they may be those of teams, dishes or cars."""

ENOUGH: Final = 4
"""Columns on persons from which on means and counts beside them are of these persons."""

OF_THINGS: Final = frozenset({"country_of_origin", "immigration_history", "language"})
"""Concepts that goods, firms and texts have as well."""


OF_SOMEBODY: Final = frozenset({"immigration_history", "language"})
"""Of these only persons have what a certain name says: a mother tongue, a year of arrival."""


class TableSubject:
    """What the other columns say that the rows are."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield how much speaks for persons, and what for groups of people or things."""
        subject = scene.subject
        persons = subject.persons + 2 * subject.person_values
        if persons == 0:
            yield Evidence("subject_no_person", Text("signal.subject_no_person"))
        elif persons == 1:
            yield Evidence("subject_perhaps_person", Text("signal.subject_perhaps_person"))
        elif persons > 3:
            yield Evidence("subject_persons", Text("signal.subject_persons"))
        if subject.person_values and not candidate.is_by_name:
            yield Evidence("subject_person_values", Text("signal.subject_person_values"))
        meanings = scene.readings[candidate.column.index].meanings
        own = candidate.column.index in subject.aggregate_columns
        if subject.aggregates - own > persons and subject.persons < ENOUGH:
            yield Evidence("subject_aggregates", Text("signal.subject_aggregates"))
        # A yes or no of several groups, or of one that is no colour, is of a person: shares
        # beside it describe where somebody lives.
        is_of_persons = (
            persons > 0
            and is_flag(candidate.column)
            and (has_kindred(candidate, scene) or _is_certain(candidate, scene))
        )
        if subject.shares > 1 and not is_of_persons:
            yield Evidence("subject_shares", Text("signal.subject_shares"))
        is_of_somebody = candidate.concept in OF_SOMEBODY and _is_certain(candidate, scene)
        if subject.things > persons:
            yield Evidence("subject_things", Text("signal.subject_things"))
            if candidate.concept in OF_THINGS and not is_of_somebody:
                yield Evidence("subject_things_too", Text("signal.subject_things_too"))
            if persons == 0 and subject.things >= MANY:
                yield Evidence("subject_only_things", Text("signal.subject_only_things"))
        if subject.animals >= MIN_ANIMALS and "person" not in meanings:
            yield Evidence("subject_animals", Text("signal.subject_animals"))
        is_counted = subject.is_statistics and subject.persons < ENOUGH
        if is_counted and not is_flag(candidate.column):
            yield Evidence("subject_statistics", Text("signal.subject_statistics"))
        if (
            not persons
            and not candidate.is_by_name
            and _is_nationality(candidate, scene)
            and not is_beside_origin(candidate, scene)
        ):
            yield Evidence("subject_unknown", Text("signal.subject_unknown"))
        is_told_twice = not is_of_somebody and _is_told_twice(candidate, scene)
        if (persons <= 1 or is_counted) and is_told_twice:
            is_of_things = subject.things > persons or subject.is_row_per_country or is_counted
            if is_of_things or "thing" in scene.readings[candidate.column.index].modifiers:
                yield Evidence("subject_whose", Text("signal.subject_whose"))
        if subject.is_row_per_country and persons < 3:
            yield Evidence("subject_countries", Text("signal.subject_countries"))


def _is_nationality(candidate: Candidate, scene: Scene) -> bool:
    """Whether the values are words such as *British*, which teams, dishes and cars have as well.

    Two or three of them divide people into natives and others.
    """
    table = scene.strengths.by_table.get(NATIONALITIES)
    if table is None or candidate.concept != table.default:
        return False
    if _is_as_registered(candidate.column):
        return False
    found = coverage(candidate.column, [NATIONALITIES])
    return found.share >= SOME and found.entries >= MANY_NATIONS


def _is_as_registered(column: ColumnProfile) -> bool:
    """Whether nationalities are written as the population register does: *Turkse*, *Staatloos*.

    That form goes with the word nationality; teams, dishes and cars are *Turks*.
    """
    found = coverage(column, [DESCRIPTIONS])
    return found.share >= MOST and found.entries >= MANY_NATIONS


def _is_told_twice(candidate: Candidate, scene: Scene) -> bool:
    """Whether name and values both say what it is: added up they would drown whose it is."""
    is_named = any(
        match.concept == candidate.concept and match.level in {"certain", "strong"}
        for match in scene.readings[candidate.column.index].matches
    )
    tables = scene.strengths.tables_for(candidate.concept, candidate.column)
    return is_named and coverage(candidate.column, tables).share >= MOST


def _is_certain(candidate: Candidate, scene: Scene) -> bool:
    return any(
        match.concept == candidate.concept and match.level == "certain"
        for match in scene.readings[candidate.column.index].matches
    )


class TableName:
    """What the name of the table says: *verblijfsvergunningen*, *nationaliteiten*."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield a signal where the table is called by the concept, and the column is its code."""
        matched = {
            match.concept
            for match in scene.table_reading.matches
            if match.level in {"certain", "strong"}
        }
        if candidate.concept not in matched:
            return
        reading = scene.readings[candidate.column.index]
        if not reading.matches and reading.meanings <= {"code", "birth_other", "name", "quality"}:
            yield Evidence("table_name", Text("signal.table_name"))
