"""What doorlicht knows of a model or a use that a record of the Algorithm Register asks.

A plain form between the register, where traces, audits, uses and answers are, and the rules here.
Nothing in it is a value of a person; names of columns, files and groups of people are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Degree = Literal["used", "selection-rule", "candidate", "weights-only", "bias-test-only", "stored"]
Answered = bool | str

DECIDING: Final = frozenset({"used", "selection-rule"})
"""What changes who is selected."""

MAKING: Final = frozenset({"candidate", "weights-only"})
"""What was there while the algorithm was made."""


@dataclass(frozen=True, slots=True)
class OriginData:
    """Origin-related data that reaches the algorithm, or lies in the processing.

    Attributes
    ----------
    label
        The concept in Dutch.
    kind
        ``direct``, ``derived`` or ``proxy``.
    legal_class
        Of the concept: ``race_or_ethnic_origin``, ``nationality``, ``religion``, ``other``.
    """

    concept: str
    label: str
    kind: str
    legal_class: str
    degree: Degree
    column: str
    feature: str
    dataset: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an audit measured of one attribute: how many groups, and how many stand out."""

    audit: str
    attribute: str
    groups: int
    differing: int
    day: date


@dataclass(frozen=True, slots=True)
class Given:
    """The answer of a person to a fact of a use, and the documents that it rests on."""

    value: Answered
    use: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a controller decided on a use.

    Attributes
    ----------
    label
        The verdict in Dutch.
    is_fail
        Whether it says that the use may not be; nothing where its framework cannot be read here.
    """

    use: str
    assessment: str
    verdict: str
    label: str
    is_fail: bool | None


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """All that is known of one model, or of one use.

    Attributes
    ----------
    evidence
        Ids of the model and of the uses.
    algorithm
        Class or method, in the words of its library; ``library`` with its version where known.
    features
        Their names as far as they are known; ``feature_source`` says what decides them.
    is_confirmed
        Whether people confirmed every use: only then its period says when it was in use.
    since, until
        The period of the uses together; no end where one has none.
    answers
        By fact, those on which all uses agree.
    lost
        Places in the trace that could not be followed.
    """

    id: str
    name: str
    evidence: tuple[str, ...] = ()
    is_algorithm: bool = True
    organisation: str = ""
    units: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    algorithm: str = ""
    library: str = ""
    target: str = ""
    features: tuple[str, ...] = ()
    feature_source: str = "unknown"
    outputs: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    origin: tuple[OriginData, ...] = ()
    measured: tuple[Measured, ...] = ()
    is_confirmed: bool = False
    since: date | None = None
    until: date | None = None
    answers: Mapping[str, Given] = field(default_factory=dict[str, Given])
    decided: tuple[Decided, ...] = ()
    lost: int = 0

    def answer(self, fact: str) -> Answered | None:
        """Return what people answered on a fact; nothing where nobody did."""
        given = self.answers.get(fact)
        return None if given is None else given.value

    @property
    def model(self) -> tuple[str, ...]:
        """The id of the model, as evidence; none where there is no model."""
        return tuple(one for one in self.evidence if one.startswith("M-"))

    @property
    def uses(self) -> tuple[str, ...]:
        """The ids of the uses, as evidence."""
        return tuple(one for one in self.evidence if one.startswith("U-"))
