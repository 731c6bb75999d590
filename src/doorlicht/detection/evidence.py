"""Evidence: a signal that fired for a concept at a column, before it has a weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    _known: dict[tuple[str, int], bool] = field(
        default_factory=dict[tuple[str, int], bool], repr=False, compare=False
    )

    named: tuple[ColumnProfile, ...] = field(init=False)
    """Columns whose name is sure or almost sure of a concept."""

    def __post_init__(self) -> None:
        sure = tuple(
            column
            for column in self.table.columns
            if any(m.level in {"certain", "strong"} for m in self.readings[column.index].matches)
        )
        object.__setattr__(self, "named", sure)

    def once(self, question: str, column: ColumnProfile, answer: Callable[[], bool]) -> bool:
        """Return the answer to a question about a column, which is worked out the first time.

        Every column asks about all others: of thousands that is millions of times.
        """
        key = (question, column.index)
        known = self._known.get(key)
        if known is None:
            self._known[key] = known = answer()
        return known


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
