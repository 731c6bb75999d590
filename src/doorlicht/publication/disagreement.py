"""What a published record and the evidence differ on, and how a rule looks at a record."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final, Literal, cast

from doorlicht.publication.known_facts import DECIDING, MAKING, KnownFacts, OriginData
from doorlicht.publication.plain_text import readable
from doorlicht.publication.statements import Statement, common_words, statements_on

HowFar = Literal["contradicts", "less", "not_said"]
DEGREES: Final[tuple[HowFar, ...]] = ("contradicts", "less", "not_said")

TEXTS: Final = (
    "description_short", "goal", "proportionality", "human_intervention", "risks", "lawful_basis",
    "impacttoetsen", "source_data", "methods_and_models",
)  # fmt: skip
"""Fields in which a record speaks."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something on which a record and the evidence differ.

    Attributes
    ----------
    field
        Of the record, as the API calls it.
    rule
        Which difference it is; its sentence is ``publication.differs.<rule>``.
    said
        The published statement, or its beginning; empty where nothing is said.
    evidence
        Ids of what says otherwise.
    """

    field: str
    degree: HowFar
    rule: str
    said: str
    evidence: tuple[str, ...]
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict[str, "str | int"])


class PublishedRecord:
    """A published record, by what it says."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    def text(self, name: str) -> str:
        """Return a field without HTML; of pairs their titles and links."""
        value = self._record.get(name)
        if isinstance(value, list):
            return "; ".join(_pair(one) for one in cast("list[object]", value))
        return readable(str(value)) if isinstance(value, (str, int, float)) else ""

    def on(self, pattern: re.Pattern[str], names: Sequence[str] = TEXTS) -> list[Statement]:
        """Return what is said on something, in the fields named."""
        return [one for name in names for one in statements_on(name, self.text(name), pattern)]

    def is_listed(self, name: str) -> bool:
        """Whether a list is there on purpose, also if it is empty."""
        return isinstance(self._record.get(name), list)


def _pair(one: object) -> str:
    if isinstance(one, Mapping):
        pair = cast("Mapping[str, object]", one)
        return " ".join(str(value) for value in pair.values() if value)
    return str(one)


def excerpt(text: str) -> str:
    return Statement("", " ".join(text.split()), is_denied=False).said


Found = Iterator[Disagreement]
Comparing = Callable[[PublishedRecord, KnownFacts, date], Found]


def by_concept(facts: KnownFacts) -> dict[str, list[OriginData]]:
    found: dict[str, list[OriginData]] = {}
    for one in facts.origin:
        if one.degree in DECIDING or one.degree in MAKING:
            found.setdefault(one.concept, []).append(one)
    return found


def ids_of(found: Sequence[OriginData]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for one in found for each in one.evidence))


def stem(path: str) -> str:
    return PurePosixPath(PureWindowsPath(path).name).stem


def tokens(name: str) -> list[str]:
    """Return the words of a name by which it can be recognised."""
    parts = re.findall(r"[^\W\d_]{3,}", name.casefold())
    return [part for part in parts if part not in common_words()]
