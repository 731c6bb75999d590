"""The name of the column, and the words in it that change what the name says.

Not seen here: names that are only a number or a code of a questionnaire (``q0028``); for those
see ``labels`` and ``values``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doorlicht.detection.evidence import Candidate, Evidence, Scene
from doorlicht.language import Text
from doorlicht.records import ColumnProfile

_BIRTH: Final = frozenset(
    {"country_of_birth", "place_of_birth", "parents_country_of_birth", "parents_place_of_birth"}
)
_TIMED: Final = frozenset({"immigration_history", "residence_status", "nationality_change"})
MAX_FLAG_VALUES: Final = 3
"""Yes, no and unknown."""

WIDE: Final = 3
FEW: Final = 5
"""More numbers than this, of one digit and of four, are amounts: codes of a list are of like
length."""

MAX_FLAG: Final = 9
"""Figure over which no value of a yes or no lies, when all values do."""

IDENTIFIER_LENGTH: Final = 8
"""Numbers that all have so many digits identify somebody; amounts differ in length."""


class ColumnName:
    """What the name of the column stands for, by itself."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield how sure the name is of the concept, or that it stands for something else."""
        reading = scene.readings[candidate.column.index]
        for match in reading.matches:
            if match.concept == candidate.concept:
                words = " + ".join(match.words)
                yield Evidence(
                    f"name_{match.level}", Text(f"signal.name_{match.level}", {"words": words})
                )
                unsure = match.level in {"ambiguous", "hint"}
                if reading.unknown > (0 if unsure else 1):
                    yield Evidence("name_unknown_words", Text("signal.name_unknown_words"))
                return
        if reading.is_element:
            yield Evidence("name_other_element", Text("signal.name_other_element"))
        elif reading.matches and scene.concept_kinds.get(reading.matches[0].concept) == "proxy":
            yield Evidence("name_proxy", Text("signal.name_proxy"))
        elif reading.modifiers & {"thing", "attitude", "time"} or (
            "birth_other" in reading.modifiers and "birth" in reading.meanings
        ):
            yield Evidence("name_other_meaning", Text("signal.name_other_meaning"))


class NameModifiers:
    """Words beside the term: a share of people, a date, an opinion, a thing."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield one signal per kind of word that weakens the name."""
        reading = scene.readings[candidate.column.index]
        if not any(match.concept == candidate.concept for match in reading.matches):
            return
        modifiers = reading.modifiers
        if "share" in modifiers:
            measured = is_measure(candidate.column)
            name = "name_share_of_measures" if measured else "name_share"
            yield Evidence(name, Text(f"signal.{name}"))
        if "attitude" in modifiers:
            yield Evidence("name_attitude", Text("signal.name_attitude"))
        if "thing" in modifiers:
            yield Evidence("name_thing", Text("signal.name_thing"))
        if "birth_other" in modifiers and candidate.concept in _BIRTH:
            yield Evidence("name_birth_other", Text("signal.name_birth_other"))
        is_aspect = "quality" in modifiers or (
            "time" in modifiers and candidate.concept not in _TIMED
        )
        if is_aspect:
            yield Evidence("name_aspect", Text("signal.name_aspect"))


def is_measure(column: ColumnProfile) -> bool:
    """Whether the values are amounts or shares, not categories: fractions, or many numbers."""
    shape = column.shape
    if shape.sampled_rows == 0:
        return False
    if shape.digits > 0.9 and shape.min_length == shape.max_length >= IDENTIFIER_LENGTH:
        return False
    numbers = shape.digits + shape.fractional
    is_wide = shape.max_length - shape.min_length >= WIDE and shape.distinct > FEW
    return numbers > 0.9 and (shape.fractional > 0.05 or shape.distinct > 60 or is_wide)


def is_flag(column: ColumnProfile) -> bool:
    """Whether the values are a yes or no, written in any way.

    One or two figures of some size are counts in a short table.
    """
    shape = column.shape
    if shape.low is not None and shape.low > MAX_FLAG:
        return False
    return 0 < shape.distinct <= MAX_FLAG_VALUES and (
        column.kind == "boolean" or shape.max_length <= 5
    )
