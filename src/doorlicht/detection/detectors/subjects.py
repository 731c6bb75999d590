"""Whether the rows are about natural persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text

MANY: Final = 3
"""Columns from which on it is no accident what they speak of."""


class TableSubject:
    """What the other columns say that the rows are."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield how much speaks for persons, and what for groups of people or things."""
        del candidate
        subject = scene.subject
        persons = subject.persons + 2 * subject.person_values
        if persons == 0:
            yield Evidence("subject_no_person", Text("signal.subject_no_person"))
        elif persons == 1:
            yield Evidence("subject_perhaps_person", Text("signal.subject_perhaps_person"))
        elif persons > 3:
            yield Evidence("subject_persons", Text("signal.subject_persons"))
        if subject.aggregates > persons:
            yield Evidence("subject_aggregates", Text("signal.subject_aggregates"))
        if subject.shares > 1:
            yield Evidence("subject_shares", Text("signal.subject_shares"))
        if subject.things > persons:
            yield Evidence("subject_things", Text("signal.subject_things"))
            if persons == 0 and subject.things >= MANY:
                yield Evidence("subject_only_things", Text("signal.subject_only_things"))
        if subject.is_row_per_country and persons < 3:
            yield Evidence("subject_countries", Text("signal.subject_countries"))


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
