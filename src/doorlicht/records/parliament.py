"""What Parliament asked, what was promised to it, and by when an answer is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from doorlicht.records.organisation import STRICT

QuestionKind = Literal["written", "consultation"]
"""``written``: questions of members (*schriftelijke vragen*); ``consultation``: of a committee
(*schriftelijk overleg*), which sets the term itself."""

QuestionState = Literal[
    "received", "assigned", "drafted", "checked", "approved", "sent", "withdrawn"
]
CommitmentState = Literal["open", "partly", "fulfilled", "withdrawn"]
MotionState = Literal["tabled", "adopted", "rejected", "withdrawn", "held"]


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion, with its number among the papers of the Chamber."""

    id: str
    title: str
    on: date | None
    by: str = ""
    text: str = ""
    number: str = ""
    state: MotionState = "adopted"

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a minister promised (*toezegging*).

    Attributes
    ----------
    by, to, at
        The minister by function; the member, party or committee; the debate or letter.
    due
        As it was promised; nothing: no day was named.
    letter
        The letter that fulfilled it.
    belongs_to
        Ids of campaigns or of their mandates (motions); empty: of every campaign.
    """

    id: str
    text: str
    by: str
    on: date | None
    to: str = ""
    at: str = ""
    ministry: str = ""
    unit: str = ""
    due: date | None = None
    state: CommitmentState = "open"
    letter: str = ""
    fulfilled_on: date | None = None
    belongs_to: tuple[str, ...] = ()

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set.

    Attributes
    ----------
    themes
        As they were proposed or chosen; several where an answer treats several.
    drafted_by, approved_by
        Different people.
    """

    number: int
    text: str
    themes: tuple[str, ...] = ()
    state: QuestionState = "received"
    unit: str = ""
    owner: str = ""
    answer: str = ""
    drafted_by: str = ""
    approved_by: str = ""
    reason: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Extension:
    """The notice to the Chamber that an answer takes longer, with its reasons."""

    on: date
    reason: str
    letter: str = ""
    until: date | None = None

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that were asked together, and are answered in one letter.

    Attributes
    ----------
    asked_on
        Day on which they were sent to the minister; nothing: not known, and then no term is.
    due
        As a committee set it; nothing for written questions.
    letter, answered_on
        The answer, once it was sent.
    belongs_to
        As of a commitment.
    """

    id: str
    kind: QuestionKind
    title: str
    asked_on: date | None
    by: str = ""
    to: str = ""
    number: str = ""
    due: date | None = None
    questions: tuple[Question, ...] = ()
    extensions: tuple[Extension, ...] = ()
    letter: str = ""
    answered_on: date | None = None
    belongs_to: tuple[str, ...] = ()

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to the Chamber."""

    id: str
    title: str
    on: date
    number: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


@dataclass(frozen=True, slots=True)
class Recess:
    """Days on which the Chamber does not meet, first and last included."""

    name: str
    since: date
    until: date
    source: str = ""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT


TermState = Literal[
    "unknown", "running", "soon", "due_today", "overdue", "overdue_unasked", "met", "late"
]
"""``overdue_unasked``: overdue, and no extension was asked in time."""


@dataclass(frozen=True, slots=True)
class Term:
    """By when an answer is due, and how that stands on a day.

    Attributes
    ----------
    first
        The day before any extension.
    is_extended
        Whether an extension was asked in time, with reasons.
    late_days
        Days over the term, also where the answer was sent.
    recess
        Name of the recess in which the term ends.
    is_asked_late
        Whether an extension was asked when the term was over, which changes nothing.
    is_recess_known
        Whether it is known if the Chamber met on its last day.
    """

    state: TermState
    due: date | None = None
    first: date | None = None
    is_extended: bool = False
    late_days: int = 0
    recess: str = ""
    is_asked_late: bool = False
    is_recess_known: bool = True

    @property
    def is_overdue(self) -> bool:
        """Whether an answer should have been there."""
        return self.state in ("overdue", "overdue_unasked")


@dataclass(frozen=True, slots=True)
class ReadingGuideEntry:
    """A theme with the questions whose answers treat it."""

    theme: str
    questions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadingGuide:
    """Which answers treat which theme.

    Attributes
    ----------
    without
        Questions that have no theme: never left out of the guide in silence.
    """

    entries: tuple[ReadingGuideEntry, ...]
    without: tuple[int, ...] = ()
