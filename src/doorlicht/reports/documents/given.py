"""What documents are made from, gathered once: what the register holds on a day, and nothing else.

Whatever is ``None`` the register does not hold. A document then shows an open end, which is
something else than nought or an empty list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from doorlicht.assessment import Framework
from doorlicht.evidence.residual import Residual
from doorlicht.language import Language
from doorlicht.organisation import Dossier, TermRules, shipped_rules, standing_exclusions
from doorlicht.records import (
    Audited,
    BlindSpot,
    Coverage,
    Exclusion,
    Inventory,
    Letter,
    MeasureTaken,
    QuestionSet,
    Recess,
    Term,
)
from doorlicht.records.figures import Figure
from doorlicht.register import LookedAt


@dataclass(frozen=True, slots=True)
class Remark:
    """What an outside auditor found, with the response of the organisation."""

    id: str
    text: str
    response: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class OutsideAudit:
    """An audit of the inquiry by somebody outside: by whom, of what day, and what they say.

    Without a day nothing was remarked yet; without an opinion they gave none.
    """

    by: str
    on: date | None
    opinion: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredAudit:
    """An audit of a selection or model: of what, and how it falls among groups."""

    subject: str
    audited: tuple[Audited, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier report: its title, its day, and the figures as they were signed off."""

    title: str
    day: date
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Given:
    """All that a document can tell.

    Attributes
    ----------
    concepts
        Names of concepts by id, by language.
    entries
        Number of the last ledger entry on which all of this rests.
    traces
        How many times code was traced.
    dossier
        The campaign with its units, steps, statements, questions and commitments.
    as_then
        What is known now of the day of the earlier report: tells what of it has to be corrected.
    question_set
        Id of the set that a letter or answers are about.
    """

    day: date
    organisation: str = ""
    entries: int | None = None
    dossier: Dossier | None = None
    inventory: Inventory | None = None
    framework: Framework | None = None
    concepts: Mapping[Language, Mapping[str, str]] = field(
        default_factory=dict[Language, Mapping[str, str]]
    )
    measures: tuple[MeasureTaken, ...] | None = None
    looked_at: LookedAt | None = None
    blind_spots: tuple[BlindSpot, ...] | None = None
    traces: int | None = None
    residual: Residual | None = None
    audits: tuple[MeasuredAudit, ...] | None = None
    outside_audit: OutsideAudit | None = None
    letters: tuple[Letter, ...] | None = None
    earlier: Earlier | None = None
    as_then: Given | None = None
    rules: TermRules = field(default_factory=shipped_rules)
    recesses: tuple[Recess, ...] = ()
    question_set: str = ""

    @cached_property
    def coverage(self) -> Coverage | None:
        """What was looked at on the day; nothing without a campaign."""
        return None if self.dossier is None else self.dossier.coverage(self.day)

    @cached_property
    def exclusions(self) -> tuple[Exclusion, ...] | None:
        """Units that are out of scope, overdue ones first; nothing without a campaign."""
        if self.dossier is None:
            return None
        dossier = self.dossier
        return tuple(standing_exclusions(dossier.history, dossier.decisions, self.day))

    @cached_property
    def asked(self) -> QuestionSet | None:
        """The set of questions that is answered."""
        sets = () if self.dossier is None else self.dossier.question_sets
        return next((one for one in sets if one.id == self.question_set), None)

    def unit_name(self, unit: str) -> str:
        """Return what a unit is called on the day, or its id where that is not known."""
        if self.dossier is None or unit not in self.dossier.history.versions:
            return unit
        history = self.dossier.history
        return (history.at(unit, self.day) or history.last(unit)).name

    def concept_name(self, concept: str, language: Language) -> str:
        """Return what a concept is called."""
        return self.concepts.get(language, {}).get(concept, concept)

    def verdict_name(self, verdict: str, language: Language) -> str:
        """Return what a verdict is called by its framework."""
        if self.framework is None or verdict not in self.framework.outcomes:
            return verdict
        return self.framework.outcomes[verdict].label[language]

    def measure_name(self, kind: str, language: Language) -> str:
        """Return what a kind of measure is called by its framework."""
        if self.framework is None or kind not in self.framework.kinds:
            return kind
        return self.framework.kinds[kind][language]

    def consequence_text(self, consequence: str, language: Language) -> str:
        """Return what a measure does, by its framework; its id where that does not know it."""
        framework = self.framework
        if framework is None or consequence not in framework.consequence_by_id:
            return consequence
        return framework.consequence_by_id[consequence].text[language]

    def is_wrong(self, verdict: str) -> bool:
        """Whether a verdict says that a use fails the test of its framework."""
        if self.framework is None or verdict not in self.framework.outcomes:
            return False
        return self.framework.outcomes[verdict].role == "fail"


def is_answered(term: Term) -> bool:
    """Whether what was asked has come, in time or late."""
    return term.state in ("met", "late")
