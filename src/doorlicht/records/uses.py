"""A use: origin-related data in a processing or model, in a role, by a unit; what is assessed.

A program proposes uses from what it saw; a person confirms, merges, splits or rejects them. What
was observed and what the unit declares stand side by side; that they differ is itself a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

UseStatus = Literal["proposed", "confirmed", "rejected", "merged", "split"]
EvidenceKind = Literal["finding", "flow", "audit"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that a program saw and that bears on a use.

    Attributes
    ----------
    id
        Of a finding (``F-``), flow (``FL-``) or audit (``AU-``).
    what
        ``column`` for a finding; the verdict of a flow; the kind of an audit.
    processing, processing_id
        Name and id of the model, or of the asset in which it lies.
    by
        Who ran the scan, trace or audit; they may not assess what they ran.
    certainty
        0..1: the probability of a finding, the confidence of a flow.
    details
        For an audit: ``disparities``, each with ``attribute``, ``concept``, ``group``,
        ``measure``, ``low``, ``high`` and ``differs``.
    """

    id: str
    kind: EvidenceKind
    concept: str
    what: str
    processing: str
    processing_id: str
    unit: str = ""
    by: str = ""
    certainty: float = 1.0
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a concept.

    Attributes
    ----------
    observed_role, declared_role
        As the frameworks spell roles; empty: not observed, not declared.
    since, until
        The period in which it was used; nothing: not known, or not ended.
    evidence
        Ids of what it rests on.
    into
        The uses into which it was merged or split.
    """

    id: str
    concept: str
    processing: str
    processing_id: str
    observed_role: str
    unit: str = ""
    declared_role: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    evidence: tuple[str, ...] = ()
    status: UseStatus = "proposed"
    into: tuple[str, ...] = ()

    @property
    def roles_conflict(self) -> bool:
        """Whether what is declared is not what was observed."""
        return bool(
            self.declared_role and self.observed_role and self.declared_role != self.observed_role
        )

    @property
    def told_role(self) -> str:
        """The role as people read it: what was observed.

        That data lies somewhere says little of what is done with it; there, what the unit declares
        counts.

        Examples
        --------
        >>> Use("U-1", "nationality", "list.xlsx", "P-1", "stored", declared_role="list").told_role
        'list'
        >>> Use("U-1", "nationality", "model", "P-1", "score", declared_role="stored").told_role
        'score'
        """
        if self.declared_role and self.observed_role in ("", "stored"):
            return self.declared_role
        return self.observed_role

    @property
    def is_open(self) -> bool:
        """Whether it is still there to be assessed."""
        return self.status in ("proposed", "confirmed")


AnswerSource = Literal["person", "evidence", "document", "file"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered on a fact of a use; later ones count, all stay.

    Attributes
    ----------
    value
        Nothing takes the answer before it back.
    evidence
        Ids or titles of what it rests on.
    """

    fact: str
    value: bool | str | None
    by: str
    at: datetime
    source: AnswerSource = "person"
    evidence: tuple[str, ...] = ()
    note: str = ""


ReviewKind = Literal["first", "second", "lawyer", "decision"]


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said of a proposal, in which capacity.

    Attributes
    ----------
    code
        For a lawyer: the question that is answered (``L1`` ...).
    """

    kind: ReviewKind
    by: str
    at: datetime
    verdict: str
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A use as a framework saw it, and what people made of that.

    Attributes
    ----------
    facts
        The answers on which the proposal rests, as they were then.
    proposal
        The proposal as JSON knows it.
    digest
        Tells whether the edition is still the same data.
    """

    id: str
    use: str
    framework: str
    edition: str
    digest: str
    by: str
    at: datetime
    since: date | None
    until: date | None
    facts: Mapping[str, Any]
    verdict: str
    proposal: Mapping[str, Any]
    reviews: tuple[Review, ...] = ()


MeasureState = Literal["proposed", "accepted", "started", "done", "verified", "refused"]


@dataclass(frozen=True, slots=True)
class MeasureTaken:
    """What is done about a use, by whom and when, and who checks it."""

    id: str
    use: str
    assessment: str
    consequence: str
    kind: str
    is_held: bool
    owner: str = ""
    due: date | None = None
    proof: str = ""
    verifier: str = ""
    state: MeasureState = "proposed"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on a use: as long as it is there, nothing of it is erased."""

    id: int
    use: str
    reason: str
    by: str
    at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_reason: str = ""

    @property
    def is_in_force(self) -> bool:
        """Whether it still holds."""
        return self.lifted_at is None
