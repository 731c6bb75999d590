"""Evidence: a signal that fired for a concept at a column, before it has a weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from doorlicht.detection.subject import Subject
from doorlicht.detection.tables import TableStrengths
from doorlicht.language import Text
from doorlicht.records import ColumnProfile, TableProfile
from doorlicht.vocabulary.names import NameReading


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signal by name.

    Attributes
    ----------
    signal
        Its weight stands under this name in the weights file; an unknown name raises there.
    note
        What was seen, without any value of a person.
    weight
        Log-odds that a detector of others brings itself; ours leave it to the weights file.
    """

    signal: str
    note: Text = field(default_factory=lambda: Text(""))
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that detectors may look at: the table, what its rows are about, what names say."""

    table: TableProfile
    subject: Subject
    readings: tuple[NameReading, ...]
    labels: tuple[NameReading, ...]
    table_reading: NameReading
    strengths: TableStrengths
    concept_kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a column may hold, and where the thought came from."""

    column: ColumnProfile
    concept: str
    is_by_name: bool


@runtime_checkable
class Detector(Protocol):
    """Looks at one candidate and says which signals fire; one small file each."""

    def evidence(self, candidate: Candidate, scene: Scene) -> Iterable[Evidence]:
        """Yield the signals that fire; no signal fires twice."""
        ...
