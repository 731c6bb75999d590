"""A legal framework: facts that are asked, nodes that are passed through, what follows.

Frameworks are data, with a date: see ``frameworks/<name>/<edition>/``. Nothing here knows a law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from doorlicht.assessment.conditions import (
    Always,
    Condition,
    Test,
    compile_condition,
    facts_in,
)
from doorlicht.language import Language
from doorlicht.records.verdicts import Status

Words = Mapping[Language, str]
"""A sentence in both languages."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a fact can have.

    Attributes
    ----------
    also
        Other spellings of it.
    matches
        What evidence calls it: ids of concepts of the vocabulary, roles of lineage.
    """

    id: str
    label: Words
    also: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is asked about a use.

    Attributes
    ----------
    values
        Empty for a question that is answered by yes or no.
    is_identity
        Whether it says *which* use is assessed; with another answer it would be another use.
    who
        Who usually knows the answer.
    evidence
        Kinds of evidence that can answer it: ``finding``, ``flow``, ``audit``, ``unit``.
    """

    id: str
    question: Words
    values: tuple[Value, ...] = ()
    help: Words = field(default_factory=dict[Language, str])
    who: Words = field(default_factory=dict[Language, str])
    evidence: tuple[str, ...] = ()
    is_identity: bool = False

    @property
    def choices(self) -> tuple[bool | str, ...]:
        """Every answer that it can have."""
        return tuple(value.id for value in self.values) or (True, False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands.

    Attributes
    ----------
    checked_by
        Who read the law and confirmed that the node says what it says; nothing: nobody has.
    """

    id: str
    label: str
    article: str = ""
    url: str = ""
    applies_from: date | None = None
    applies_until: date | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """A condition that ends the test there and then, with an outcome."""

    when: Condition
    outcome: str


@dataclass(frozen=True, slots=True)
class LawyerQuestion:
    """A question for a lawyer, and when it comes up."""

    code: str
    when: Condition


@dataclass(frozen=True)
class Node:
    """A question of the test, and what follows from the answer.

    Attributes
    ----------
    when
        Whether it is asked.
    passes
        Whether the answer is good; nothing for a node that only ends the test or only asks.
    fails_to
        The outcome if it does not pass; nothing if it can only be open.
    is_asked_when_unsure
        What happens where ``when`` is unknown: it is asked anyway, though a fail is then not
        definitive, or it waits.
    is_duty
        A duty beside the verdict: a fail is a gap and changes no verdict.
    checked_by
        Who checked it against the law; empty: nobody has.
    """

    id: str
    group: str
    question: Words
    when: Condition
    passes: Condition | None = None
    fails_to: str | None = None
    ends: tuple[Ending, ...] = ()
    answer: Condition | str | None = None
    is_asked_when_unsure: bool = False
    is_duty: bool = False
    lawyer: tuple[LawyerQuestion, ...] = ()
    sources: tuple[str, ...] = ()
    remark: Words = field(default_factory=dict[Language, str])
    applies_from: date | None = None
    applies_until: date | None = None
    checked_by: str = ""

    @cached_property
    def applies(self) -> Test:
        """Whether it is asked, of facts."""
        return compile_condition(self.when)

    @cached_property
    def test(self) -> Test | None:
        """Whether it passes, of facts."""
        return None if self.passes is None else compile_condition(self.passes)

    @cached_property
    def endings(self) -> tuple[tuple[Test, str], ...]:
        """The conditions that end the test, of facts."""
        return tuple((compile_condition(one.when), one.outcome) for one in self.ends)

    @cached_property
    def lawyer_tests(self) -> tuple[tuple[Test, str], ...]:
        """When a lawyer is asked, of facts."""
        return tuple((compile_condition(one.when), one.code) for one in self.lawyer)

    @cached_property
    def answer_test(self) -> Test | None:
        """The answer in the sense of the question; a fact with values is its own answer."""
        answer = self.answer if self.answer is not None else self.passes
        return None if answer is None or isinstance(answer, str) else compile_condition(answer)

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The outcomes that it can give."""
        fail = () if self.fails_to is None else (self.fails_to,)
        return (*fail, *(one.outcome for one in self.ends))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything that decides on what becomes of it."""
        parts = [self.when, self.passes, *(one.when for one in self.ends)]
        return tuple(part for part in parts if part is not None and not isinstance(part, Always))

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """What is asked to answer it: not the facts that say whether it is asked."""
        parts = [self.passes, *(one.when for one in self.ends)]
        found = [self.answer] if isinstance(self.answer, str) else []
        found += [fact for part in parts if part is not None for fact in facts_in(part)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def all_facts(self) -> tuple[str, ...]:
        """Every fact that it reads, also those that say whether it is asked."""
        return tuple(dict.fromkeys([*self.facts, *facts_in(self.when)]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict that the framework can propose.

    Attributes
    ----------
    weight
        Of several fails the heaviest counts. The outcome for no fail and nothing open, and that
        for something open, have 0.
    role
        ``fail``; ``pass`` (nothing failed, nothing is open); ``open``; ``outside`` (the test does
        not apply).
    """

    id: str
    label: Words
    role: Literal["fail", "pass", "open", "outside"]
    weight: int = 0
    meaning: Words = field(default_factory=dict[Language, str])


@dataclass(frozen=True)
class Consequence:
    """What follows from a verdict: proposed as a measure with an owner, a term and proof."""

    id: str
    kind: str
    outcomes: tuple[str, ...]
    text: Words
    when: Condition
    owner: Words = field(default_factory=dict[Language, str])
    proof: Words = field(default_factory=dict[Language, str])
    verifier: Words = field(default_factory=dict[Language, str])
    term_days: int | None = None
    is_held: bool = False
    """Whether a legal hold forbids to carry it out."""

    @cached_property
    def applies(self) -> Test:
        """Whether it follows, of facts."""
        return compile_condition(self.when)


@dataclass(frozen=True)
class Framework:
    """One edition of a legal framework.

    Attributes
    ----------
    status_words
        What this framework calls what becomes of a node, where the usual words do not fit: of a
        class no question "stands in the way".
    """

    name: str
    edition: str
    title: Words
    about: Words
    applies_from: date | None
    applies_until: date | None
    checked_by: str
    facts: Mapping[str, Fact]
    outcomes: Mapping[str, Outcome]
    nodes: tuple[Node, ...]
    lawyers: Mapping[str, Words]
    sources: Mapping[str, Source]
    consequences: tuple[Consequence, ...]
    groups: Mapping[str, Words]
    kinds: Mapping[str, Words]
    terms: Mapping[str, Condition]
    digest: str = ""
    status_words: Mapping[Status, Words] = field(default_factory=dict[Status, Words])

    @cached_property
    def by_role(self) -> Mapping[str, str]:
        """The outcome for ``pass`` and for ``open``."""
        return {one.role: one.id for one in self.outcomes.values() if one.role in ("pass", "open")}

    @cached_property
    def verdict_nodes(self) -> tuple[Node, ...]:
        """The nodes that decide on the verdict."""
        return tuple(node for node in self.nodes if not node.is_duty)

    @cached_property
    def facts_beside_verdict(self) -> frozenset[str]:
        """The facts that duties and consequences read, and those that say which use it is."""
        duties = [fact for node in self.nodes if node.is_duty for fact in node.all_facts]
        follow = [fact for one in self.consequences for fact in facts_in(one.when)]
        identity = [fact.id for fact in self.facts.values() if fact.is_identity]
        return frozenset([*duties, *follow, *identity])

    @cached_property
    def node_by_id(self) -> Mapping[str, Node]:
        """The nodes by their id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def consequence_by_id(self) -> Mapping[str, Consequence]:
        """What follows, by its id."""
        return {one.id: one for one in self.consequences}
