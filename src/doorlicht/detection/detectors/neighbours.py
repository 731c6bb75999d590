"""The neighbours: columns of the same table that hold the same or a kindred concept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.detectors.names import is_flag, is_measure
from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text

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


class Kindred:
    """Another column whose name is sure of a concept of the same family."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield one signal, however many neighbours there are."""
        family = next(
            f for f in (*_FAMILIES, frozenset({candidate.concept})) if candidate.concept in f
        )
        flags = is_flag(candidate.column)
        for column in scene.table.columns:
            if column.index == candidate.column.index or is_measure(column):
                continue
            sure = any(
                match.concept in family and match.level in {"certain", "strong"}
                for match in scene.readings[column.index].matches
            )
            if sure and is_flag(column) == flags:
                yield Evidence("neighbour_kindred", Text("signal.neighbour_kindred"))
                return
